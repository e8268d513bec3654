"""The limit of cache misses that one caller may cause; hits are free."""

from collections.abc import Sequence
from typing import Final

from shared.config.settings import LimitSettings
from shared.domain.caller import Caller
from shared.errors.request_errors import RateLimitedError
from shared.limits.current_caller import current_caller
from shared.limits.limit import Limit
from shared.limits.rate import RateLimits
from shared.limits.upstream_budget import UpstreamBudget

_MINUTE: Final = 60
_WEIGHTS: Final = {"search": 5, "history": 0, "technicals": 0, "report": 0, "report_for": 0, "report_form": 0}
"""Weight of a miss by kind of data, 1 for other kinds.

Periods of a history and technicals are computed from the stored history, whose miss counts. Reports have a
limit of their own.
"""
_UNKNOWN_SYMBOL_WEIGHT: Final = 4
"""Added when the symbol turns out to be unknown: a caller that guesses symbols costs several sources each."""


class CallerMissLimit:
    """Counts the cache misses of each caller, per minute and against its share of the day's budget.

    Args:
        settings: Misses per minute.
        rates: Counts over all workers.
        budget: The daily budget of upstream requests.
    """

    def __init__(self, settings: LimitSettings, rates: RateLimits, budget: UpstreamBudget) -> None:
        self._per_minute = settings.cache_misses_per_minute
        self._rates = rates
        self._budget = budget

    async def admit(self, kinds: Sequence[str]) -> RateLimitedError | None:
        """Counts misses of the current caller; returns the error if it may not cause them.

        Args:
            kinds: Kind of data of each miss.
        """
        caller = current_caller()
        cost = sum(_WEIGHTS.get(kind, 1) for kind in kinds)
        if caller is None or cost == 0:
            return None
        limit = self._limit(caller)
        allowance = await self._rates.take(limit, min(cost, limit.amount))
        if not allowance.granted:
            message = (
                f"At most {limit.amount} cache misses per minute are allowed; cached data is still served."
            )
            return RateLimitedError(message, retry_after=max(1.0, allowance.resets_in))
        return await self._budget.refusal(caller)

    async def count_unknown(self, kinds: Sequence[str]) -> None:
        """Counts the additional weight of misses whose symbol is unknown."""
        caller = current_caller()
        if caller is None:
            return
        limit = self._limit(caller)
        known = sum(1 for kind in kinds if _WEIGHTS.get(kind, 1))
        if cost := min(_UNKNOWN_SYMBOL_WEIGHT * known, limit.amount):
            await self._rates.take(limit, cost)

    def _limit(self, caller: Caller) -> Limit:
        return Limit(f"misses:{caller}", self._per_minute, _MINUTE)
