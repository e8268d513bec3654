"""Requests that the plan of a market data source allows, per second and per day, over all workers."""

import asyncio
from typing import Final

from shared.errors.provider_errors import ProviderBudgetError
from shared.limits.budget import Budgets
from shared.limits.limit import Limit
from shared.limits.rate import RateLimits

_DAY: Final = 86_400
_MAX_WAIT: Final = 3.0
"""Seconds that a request waits for the rate limit; after that, another source is faster."""


class RequestBudget:
    """The requests that the plan of one source allows.

    Args:
        rates: Counts requests per second.
        budgets: Counts requests per day.
        name: Name of the source.
        per_second: Requests per second.
        per_day: Requests per day; None for no limit.
    """

    def __init__(
        self, rates: RateLimits, budgets: Budgets, name: str, *, per_second: int, per_day: int | None
    ) -> None:
        self._rates = rates
        self._budgets = budgets
        self._name = name
        self._per_second = Limit(f"requests:{name}:second", per_second, 1)
        self._per_day = None if per_day is None else Limit(f"{name}:requests", per_day, _DAY)

    async def take(self) -> None:
        """Takes one request, waiting for the rate limit.

        Raises:
            ProviderBudgetError: The day's budget is exhausted, or too many requests wait already.
        """
        await self._wait_for_rate()
        if self._per_day is None:
            return
        use = await self._budgets.take([self._per_day])
        if use.exceeded is not None:
            raise ProviderBudgetError(
                self._name, "daily request budget exhausted", retry_after=max(1.0, use.resets_in)
            )

    async def _wait_for_rate(self) -> None:
        try:
            async with asyncio.timeout(_MAX_WAIT):
                while True:
                    allowance = await self._rates.hit(self._per_second)
                    if allowance.granted:
                        return
                    await asyncio.sleep(max(0.01, allowance.resets_in))
        except TimeoutError:
            raise ProviderBudgetError(
                self._name, "too many requests are waiting", retry_after=_MAX_WAIT
            ) from None
