"""The daily budget of requests to all market data sources, and the shares of it."""

from typing import Final

from shared.config.settings import LimitSettings
from shared.domain.caller import Caller
from shared.errors.provider_errors import ProviderBudgetError
from shared.errors.request_errors import RateLimitedError
from shared.limits.budget import Budgets
from shared.limits.current_caller import current_caller
from shared.limits.limit import Limit

_DAY: Final = 86_400
_SHARE_OF_ONE_CALLER: Final = 0.9


class UpstreamBudget:
    """Counts requests to the sources against the budget of the day.

    A share is reserved for the scheduled refresh, which has no caller. Of the remainder, one caller may use
    90 %; the last 10 % is for other callers only.

    Args:
        settings: The budget and the reserved share.
        budgets: Counts over all workers.
    """

    def __init__(self, settings: LimitSettings, budgets: Budgets) -> None:
        total = settings.upstream_requests_per_day
        self._total = Limit("upstream:all", total, _DAY)
        of_callers = total - int(total * settings.upstream_refresh_share)
        self._callers = Limit("upstream:callers", of_callers, _DAY)
        self._of_one_caller = max(1, int(of_callers * _SHARE_OF_ONE_CALLER))
        self._budgets = budgets

    async def take(self, source: str) -> None:
        """Takes one request for the current caller.

        Args:
            source: Name of the source that is to be called.

        Raises:
            RateLimitedError: The share of the current caller is used up.
            ProviderBudgetError: The budget is exhausted.
        """
        caller = current_caller()
        limits = [self._total] if caller is None else [self._total, self._callers, self._own(caller)]
        use = await self._budgets.take(limits)
        if use.exceeded is None:
            return
        if caller is not None and use.exceeded.name == self._own(caller).name:
            raise _share_used_up(use.resets_in)
        raise ProviderBudgetError(
            source, "daily request budget exhausted", retry_after=max(1.0, use.resets_in)
        )

    async def refusal(self, caller: Caller) -> RateLimitedError | None:
        """Returns the error if the caller has used up its share, else None; takes nothing.

        An exhausted budget is not the caller's fault: there is no error of the caller then.
        """
        own = self._own(caller)
        use = await self._budgets.take([self._total, self._callers, own], 0)
        total, callers, used = use.used
        if total >= self._total.amount or callers >= self._callers.amount or used < own.amount:
            return None
        return _share_used_up(use.resets_in)

    def _own(self, caller: Caller) -> Limit:
        return Limit(f"upstream:caller:{caller}", self._of_one_caller, _DAY)


def _share_used_up(resets_in: float) -> RateLimitedError:
    message = "This caller's share of the daily upstream requests is used up; cached data is still served."
    return RateLimitedError(message, retry_after=max(1.0, resets_in))
