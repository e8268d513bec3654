"""Delivers queued deliveries: claims one, makes an attempt, and decides what follows."""

import asyncio
import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, Protocol

from shared.domain.delivery import EVENT_ID, Delivery, Webhook
from shared.errors import ForbiddenTargetError
from shared.errors.service_errors import DependencyUnavailableError
from shared.observability import metrics
from shared.observability.failures import is_expected
from shared.observability.telemetry import annotate
from shared.queue.message_queue import MAX_DELAY_SECONDS, MAX_DEQUEUE_COUNT
from shared.runtime.clock import Clock
from shared.webhooks.attempt import AttemptResult
from shared.webhooks.retry_schedule import delay_after, delay_while_busy

if TYPE_CHECKING:
    from shared.data.repositories.delivery_repository import DeliveryRepository
    from shared.limits.concurrency import ConcurrencyLimits
    from shared.queue.message_queue import MessageQueue
    from shared.webhooks.attempt import AttemptSender, WebhookTarget
    from shared.webhooks.outbox import Outbox

MAX_CONCURRENT: Final = 16
"""Deliveries in progress in one worker, whatever host.json and the plan allow."""
MAX_PER_TARGET: Final = 2
"""Requests at a time to one target, over all workers."""

_CLAIM_SECONDS: Final = 60.0
"""Longer than an attempt takes. Afterwards another worker takes over, if the first one was killed."""

RESEND: Final = "resend "
"""Begins the operator's message that starts a dead delivery again. The id alone does not: the queue may
deliver a message twice, and the second one hours later."""

_MAX_SHOWN: Final = 50

DeliveryOutcome = Literal["delivered", "retry", "busy", "dead", "early", "finished"]
_log = logging.getLogger(__name__)


class WebhookStore(Protocol):
    """The webhooks of users."""

    async def webhook(self, owner: str, webhook_id: str) -> Webhook | None:
        """Returns a webhook with its secret; None if the owner has none of this id."""

    async def disable_webhook(self, owner: str, webhook: Webhook) -> None:
        """Marks a webhook whose target refused it for good, unless the owner has changed its address."""


class DeliveryWorker:
    """Delivers queued deliveries.

    Args:
        deliveries: The stored deliveries.
        webhooks: The webhooks of users.
        outbox: Queues further attempts.
        dead_letters: The poison queue.
        targets: Counts the requests in progress by target.
        sender: Makes attempts.
        clock: The present moment.
        jitter: Returns a number from 0 to 1, as ``random.random``.
    """

    def __init__(
        self,
        deliveries: "DeliveryRepository",
        webhooks: WebhookStore,
        outbox: "Outbox",
        dead_letters: "MessageQueue",
        targets: "ConcurrencyLimits",
        sender: "AttemptSender",
        clock: Clock,
        *,
        jitter: Callable[[], float],
    ) -> None:
        self._deliveries = deliveries
        self._webhooks = webhooks
        self._outbox = outbox
        self._dead_letters = dead_letters
        self._targets = targets
        self._sender = sender
        self._clock = clock
        self._jitter = jitter
        self._slots = asyncio.Semaphore(MAX_CONCURRENT)

    async def deliver(self, message: str, *, dequeue_count: int | None = None) -> None:
        """Handles one message of the queue: makes one attempt if the delivery is due.

        Args:
            message: The id of a delivery; after ``RESEND``, a dead delivery starts again.
            dequeue_count: Times that the host has given this message to the function; None if unknown.
                A defect in the last run marks the delivery dead, because the host moves its message to the
                poison queue.

        Raises:
            DependencyUnavailableError: The database does not answer; the host delivers the message again.
        """
        delivery_id = message.removeprefix(RESEND)
        try:
            await self._handle(delivery_id, resend=message.startswith(RESEND))
        except Exception as error:
            # A store that does not answer is no reason to give up: the sweep queues the delivery again.
            if (dequeue_count or 0) >= MAX_DEQUEUE_COUNT and not is_expected(error):
                await self._abandon(delivery_id)
            raise

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._sender.aclose()

    async def _handle(self, delivery_id: str, *, resend: bool) -> None:
        if not EVENT_ID.fullmatch(delivery_id):
            _log.warning("message dropped: %r is no id of a delivery", delivery_id[:_MAX_SHOWN])
            _report("finished")
            return
        async with self._slots:
            if resend and await self._deliveries.revive(delivery_id):
                _log.info("delivery starts again: %s", delivery_id)
            token = uuid.uuid4().hex
            claim = await self._deliveries.claim(delivery_id, token, _CLAIM_SECONDS)
            if claim.delivery is not None:
                await self._attempt(claim.delivery, token)
            elif claim.wait_seconds is not None:
                # Too early, or claimed by another worker, which may be killed: the message must not get lost.
                delay = min(claim.wait_seconds, MAX_DELAY_SECONDS)
                await self._outbox.queue(delivery_id, delay_seconds=delay)
                _report("early")
            else:
                _report("finished")

    async def _abandon(self, delivery_id: str) -> None:
        try:
            await self._deliveries.abandon(delivery_id, "internal error")
        except DependencyUnavailableError:
            _log.warning("delivery not marked dead: %s: the database does not answer", delivery_id)
        _report("dead")

    async def _attempt(self, delivery: Delivery, token: str) -> None:
        annotate(kind=delivery.kind, attempt=delivery.attempts + 1)
        webhook = await self._webhooks.webhook(delivery.owner, delivery.webhook_id)
        try:
            target = self._target(webhook)
        except ForbiddenTargetError as error:
            await self._give_up(delivery, token, AttemptResult(str(error), final=True), delivery.attempts)
            return
        slot = await self._targets.acquire(target.name, limit=MAX_PER_TARGET, seconds=_CLAIM_SECONDS)
        if not slot.granted:
            await self._postpone(delivery, token)
            return
        try:
            result = await self._sender.send(delivery, target)
        finally:
            await self._targets.release(target.name, slot.token)
        annotate(target_status=result.status, delivery_error=result.error)
        if webhook is not None and result.gone:
            await self._webhooks.disable_webhook(delivery.owner, webhook)
        await self._settle(delivery, token, result)

    def _target(self, webhook: Webhook | None) -> "WebhookTarget":
        if webhook is None:
            raise ForbiddenTargetError("the webhook was deleted")
        if webhook.disabled:
            raise ForbiddenTargetError("the webhook is disabled")
        return self._sender.target(webhook)

    async def _settle(self, delivery: Delivery, token: str, result: AttemptResult) -> None:
        attempts = delivery.attempts + 1
        if result.error is None:
            await self._deliveries.mark_delivered(delivery.id, token, attempts=attempts)
            _report("delivered")
            return
        delay = None if result.final else delay_after(attempts, result.retry_after, self._jitter)
        if delay is None:
            await self._give_up(delivery, token, result, attempts)
            return
        await self._try_later(delivery, token, attempts, delay, result.error)
        _report("retry")

    async def _postpone(self, delivery: Delivery, token: str) -> None:
        """Puts a delivery back whose target has enough requests; that is no attempt."""
        delay = delay_while_busy(self._jitter)
        await self._try_later(delivery, token, delivery.attempts, delay, delivery.last_error)
        _report("busy")

    async def _try_later(
        self, delivery: Delivery, token: str, attempts: int, delay: float, error: str | None
    ) -> None:
        next_attempt_at = self._clock() + timedelta(seconds=delay)
        await self._deliveries.put_back(
            delivery.id, token, attempts=attempts, next_attempt_at=next_attempt_at, error=error
        )
        await self._outbox.queue(delivery.id, delay_seconds=delay)

    async def _give_up(self, delivery: Delivery, token: str, result: AttemptResult, attempts: int) -> None:
        await self._deliveries.mark_dead(
            delivery.id, token, attempts=attempts, error=result.error or "no reason"
        )
        _log.warning("delivery dead: %s: %s after %d attempts", delivery.id, result.error, attempts)
        if not result.final:
            # What the user or the receiver has decided needs no operator.
            await self._add_dead_letter(delivery.id)
        _report("dead")

    async def _add_dead_letter(self, delivery_id: str) -> None:
        try:
            await self._dead_letters.add(delivery_id)
        except DependencyUnavailableError:
            _log.warning("dead letter not queued: %s: the queue is unavailable", delivery_id)


def _report(outcome: DeliveryOutcome) -> None:
    annotate(delivery=outcome)
    metrics.delivery_handled(outcome)
