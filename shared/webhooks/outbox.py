"""The outbox: deliveries are stored before they are queued, so that none is lost between the two steps."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from shared.domain.delivery import Delivery
from shared.errors.service_errors import DependencyUnavailableError
from shared.observability import metrics

if TYPE_CHECKING:
    from shared.data.repositories.delivery_repository import DeliveryRepository
    from shared.queue.message_queue import MessageQueue

MAX_SWEPT: Final = 500
"""Deliveries that one sweep queues; the others wait for the next."""

_SWEEP_SECONDS: Final = 60.0
"""Of one sweep, which follows a run of minutes: the next sweep goes on."""
_log = logging.getLogger(__name__)


class Outbox:
    """Stores deliveries and queues their ids.

    Args:
        deliveries: The stored deliveries.
        queue: The queue of the function that sends them.
        dead_letters: The poison queue.
    """

    def __init__(
        self, deliveries: "DeliveryRepository", queue: "MessageQueue", dead_letters: "MessageQueue"
    ) -> None:
        self._deliveries = deliveries
        self._queue = queue
        self._dead_letters = dead_letters

    async def add(self, deliveries: Sequence[Delivery]) -> int:
        """Stores deliveries and queues them. One whose id is stored already is skipped.

        While the queue is unavailable they stay stored, and a later sweep queues them.

        Returns:
            How many were new.

        Raises:
            DependencyUnavailableError: The database does not answer; those before the failure are stored.
            InternalError: A payload is too large.
        """
        added = 0
        for delivery in deliveries:
            if await self._deliveries.insert(delivery):
                added += 1
                await self.queue(delivery.id)
        return added

    async def queue(self, delivery_id: str, *, delay_seconds: float = 0.0) -> bool:
        """Queues a stored delivery; returns False if the queue is unavailable, and it stays stored.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        try:
            await self._queue.add(delivery_id, delay_seconds=delay_seconds)
        except DependencyUnavailableError:
            # The queue's own state is logged once, not per delivery.
            _log.debug("delivery stays stored: %s", delivery_id)
            return False
        await self._deliveries.mark_queued(delivery_id)
        return True

    async def sweep(self) -> int:
        """Queues deliveries that were stored but not queued, or queued long ago and never tried.

        It also measures the length of the poison queue, for the alert.

        Returns:
            How many were queued.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        with suppress(DependencyUnavailableError):
            metrics.dead_letters_counted(await self._dead_letters.length())
        swept = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(_SWEEP_SECONDS):
                for delivery_id in await self._deliveries.unqueued(MAX_SWEPT):
                    if not await self.queue(delivery_id):
                        break
                    swept += 1
        return swept
