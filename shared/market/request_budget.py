"""What a source may be asked for: so many requests a second and a day, over all workers."""

import asyncio
from typing import Final

from shared.cache.slots import Slots
from shared.errors import ProviderRateLimitedError

_DAY: Final = 86_400.0
_LONGEST_WAIT: Final = 3.0
"""Seconds that a request waits for its turn; after that another source is quicker."""


class RequestBudget:
    """The requests a source's plan allows, counted in Redis; in this worker alone while Redis is away.

    Args:
        slots: Count over all workers.
        name: The source's name.
        per_second: Requests a second.
        per_day: Requests within any 24 hours.
    """

    def __init__(self, slots: Slots, name: str, *, per_second: int, per_day: int) -> None:
        self._slots = slots
        self._name = name
        self._per_second = per_second
        self._per_day = per_day

    async def take(self) -> None:
        """Takes one request, waiting for its turn within the second.

        Raises:
            ProviderRateLimitedError: The day's are used up, or too many wait already; no request may be made.
        """
        await self._wait_for_turn()
        day = await self._slots.acquire(f"budget:{self._name}:day", limit=self._per_day, seconds=_DAY)
        if not day.granted:
            raise ProviderRateLimitedError(
                self._name, "the day's requests are used up", retry_after=max(1.0, day.frees_in)
            )

    async def _wait_for_turn(self) -> None:
        name = f"budget:{self._name}:second"
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                while True:
                    slot = await self._slots.acquire(name, limit=self._per_second, seconds=1.0)
                    if slot.granted:
                        return
                    await asyncio.sleep(max(0.01, slot.frees_in))
        except TimeoutError:
            raise ProviderRateLimitedError(
                self._name, "too many requests wait already", retry_after=_LONGEST_WAIT
            ) from None
