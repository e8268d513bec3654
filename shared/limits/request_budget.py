"""What the sources may be asked for: so many requests a second and a day, over all workers."""

import asyncio
from typing import Final

from shared.errors import ProviderRateLimitedError
from shared.limits.rates import Limit, Rates

_DAY: Final = 86_400
_LONGEST_WAIT: Final = 3.0
"""Seconds that a request waits for its turn; after that another source is quicker."""


class DayBudget:
    """Requests within a day, counted in Redis; in this worker alone while Redis is away.

    Args:
        rates: Count over all workers.
        name: What they are of: a source, or all together.
        per_day: How many there may be.
    """

    def __init__(self, rates: Rates, name: str, per_day: int) -> None:
        self._rates = rates
        self._limit = Limit(f"requests:{name}:day", per_day, _DAY)

    async def take(self, source: str) -> None:
        """Takes one request.

        Args:
            source: Who is to be asked.

        Raises:
            ProviderRateLimitedError: The day's are used up; no request may be made.
        """
        seconds = await self._rates.refused_for(self._limit)
        if seconds is not None:
            raise ProviderRateLimitedError(
                source, "the day's requests are used up", retry_after=max(1.0, seconds)
            )


class RequestBudget:
    """The requests that a source's plan allows.

    Args:
        rates: Count over all workers.
        name: The source's name.
        per_second: Requests a second.
        per_day: Requests within a day; None for any number.
    """

    def __init__(self, rates: Rates, name: str, *, per_second: int, per_day: int | None) -> None:
        self._rates = rates
        self._name = name
        self._turn = Limit(f"requests:{name}:second", per_second, 1)
        self._day = None if per_day is None else DayBudget(rates, name, per_day)

    async def take(self) -> None:
        """Takes one request, waiting for its turn within the second.

        Raises:
            ProviderRateLimitedError: The day's are used up, or too many wait already; no request may be made.
        """
        await self._wait_for_turn()
        if self._day is not None:
            await self._day.take(self._name)

    async def _wait_for_turn(self) -> None:
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                while True:
                    seconds = await self._rates.refused_for(self._turn)
                    if seconds is None:
                        return
                    await asyncio.sleep(max(0.01, seconds))
        except TimeoutError:
            raise ProviderRateLimitedError(
                self._name, "too many requests wait already", retry_after=_LONGEST_WAIT
            ) from None
