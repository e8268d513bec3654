"""Deliveries, webhooks, and workers that deliver, as tests need them."""

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import SecretStr
from redis.asyncio import Redis

from shared.data.repositories import Repositories
from shared.domain.delivery import Delivery, Webhook
from shared.runtime.clock import Clock
from shared.webhooks.attempt import AttemptSender
from shared.webhooks.delivery_worker import DeliveryWorker
from shared.webhooks.http_post import DEADLINE_SECONDS, HttpPoster
from shared.webhooks.outbox import Outbox
from shared.webhooks.signature import new_secret
from shared.webhooks.target import TargetRules
from tests.support.mongo import NOW
from tests.support.recording_queue import RecordingQueue
from tests.support.redis_parts import make_concurrency

OWNER = "owner-1"
HOOK = "desk"
SECRET = new_secret()


def make_delivery(number: int = 1, created_at: datetime = NOW) -> Delivery:
    """Returns a delivery of a price alert."""
    return Delivery(
        id=f"evt_{number}",
        owner=OWNER,
        webhook_id=HOOK,
        kind="price_alert",
        payload={"symbol": "AAPL", "$price": 251.3, "a.b": None},
        created_at=created_at,
    )


@dataclass
class Webhooks:
    """The webhooks of one owner.

    Attributes:
        stored: By their id.
        disabled: Ids that were disabled.
    """

    stored: dict[str, Webhook] = field(default_factory=dict)
    disabled: list[str] = field(default_factory=list)

    def set(self, url: str, secret: SecretStr = SECRET, *, disabled: bool = False) -> None:
        """Sets the one webhook."""
        self.stored[HOOK] = Webhook(HOOK, url, secret, disabled)

    async def webhook(self, owner: str, webhook_id: str) -> Webhook | None:
        """Returns a webhook."""
        return self.stored.get(webhook_id) if owner == OWNER else None

    async def disable_webhook(self, _owner: str, webhook: Webhook) -> None:
        """Records that a webhook was disabled."""
        self.disabled.append(webhook.webhook_id)


@dataclass
class Delivering:
    """A worker with the queues that it uses."""

    worker: DeliveryWorker
    outbox: Outbox
    queue: RecordingQueue
    dead_letters: RecordingQueue


def make_worker(
    repositories: Repositories,
    webhooks: Webhooks,
    redis: Redis,
    clock: Clock,
    *,
    rules: TargetRules = TargetRules(allow_local=True),  # noqa: B008 - frozen
    deadline: float = DEADLINE_SECONDS,
) -> Delivering:
    """Returns a worker with queues of its own and without jitter."""
    queue, dead_letters = RecordingQueue(), RecordingQueue()
    outbox = Outbox(repositories.deliveries, queue, dead_letters)
    worker = DeliveryWorker(
        repositories.deliveries,
        webhooks,
        outbox,
        dead_letters,
        make_concurrency(redis, clock),
        AttemptSender(rules, clock, lambda given: HttpPoster(given, deadline)),
        clock,
        jitter=lambda: 0.5,
    )
    return Delivering(worker, outbox, queue, dead_letters)
