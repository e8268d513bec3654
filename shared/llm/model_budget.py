"""The tokens and the US dollars that all models together may use in a day, over all workers."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from shared.errors.provider_errors import ProviderRateLimitedError
from shared.limits.budget import Budgets
from shared.limits.limit import Limit
from shared.llm.base_model_client import (
    Finished,
    GenerationRequest,
    HiddenOutput,
    ModelEvent,
    TextDelta,
    Usage,
)
from shared.llm.prices import PriceTable
from shared.llm.token_estimate import estimated_usage, text_size

_DAY: Final = 86_400
_MICRO: Final = 1_000_000
"""Dollars are counted in millionths: budgets are whole numbers."""
SYNC_SECONDS: Final = 1.0
"""How long a worker relies on what it read last about a budget."""


class ModelBudget:
    """Counts tokens and dollars in Redis; in this worker alone while Redis is unavailable.

    The cost of an answer is known at its end. Answers in progress, and answers that begin before this worker
    reads the budget again, may therefore exceed it.

    Args:
        budgets: Counts over all workers.
        tokens_per_day: Budget of tokens.
        dollars_per_day: Budget of US dollars.
        prices: Prices of the models.
        monotonic: Monotonic seconds.
    """

    def __init__(
        self,
        budgets: Budgets,
        tokens_per_day: int,
        dollars_per_day: float,
        prices: PriceTable,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._prices = prices
        dollars = max(1, round(dollars_per_day * _MICRO))
        self._tokens = _DailyBudget(budgets, Limit("tokens:day", tokens_per_day, _DAY), monotonic)
        self._dollars = _DailyBudget(budgets, Limit("microdollars:day", dollars, _DAY), monotonic)

    async def check(self, provider: str) -> None:
        """Admits a call of a provider.

        Args:
            provider: Name of the provider, for the error.

        Raises:
            ProviderRateLimitedError: A budget is used up; its ``retry_after`` is the time until it is reset.
        """
        for budget, unit in ((self._tokens, "tokens"), (self._dollars, "dollars")):
            if (seconds := await budget.exhausted_for()) > 0:
                reason = f"the day's budget of {unit} is used up"
                raise ProviderRateLimitedError(provider, reason, retry_after=max(1.0, seconds))

    async def spend(self, model: str, usage: Usage) -> None:
        """Takes an answer from the budgets.

        Args:
            model: Model that answered.
            usage: Tokens of the answer.
        """
        dollars = self._prices.charge(model, usage)
        await self._tokens.spend(usage.total_tokens)
        await self._dollars.spend(round(dollars * _MICRO))


class _DailyBudget:
    """One budget, read at most once a second; expenses that come together are counted together."""

    def __init__(self, budgets: Budgets, limit: Limit, monotonic: Callable[[], float]) -> None:
        self._budgets = budgets
        self._limit = limit
        self._monotonic = monotonic
        self._next_sync_at = float("-inf")
        self._reset_at = float("-inf")
        self._unflushed = 0
        self._flush_lock = asyncio.Lock()

    async def exhausted_for(self) -> float:
        """Returns the seconds until the budget is reset; 0 or less while any of it is left."""
        now = self._monotonic()
        if now >= self._next_sync_at:
            # Calls that come while the budget is being read rely on what is known.
            self._next_sync_at = now + SYNC_SECONDS
            self._reset_at = now + (await self._budgets.used_up(self._limit) or 0.0)
        return self._reset_at - self._monotonic()

    async def spend(self, amount: int) -> None:
        self._unflushed += amount
        async with self._flush_lock:
            if amount := self._unflushed:
                await self._budgets.spend(self._limit, amount)
                # Only now: a call that is cancelled here leaves its expense to the next.
                self._unflushed -= amount
                self._next_sync_at = float("-inf")


class UsageMeter:
    """Measures one call: by the usage that its provider reports, else by an estimate.

    Args:
        budget: Pays for the call; None where nothing is counted.
        model: Model that is called.
        request: The request.
    """

    def __init__(self, budget: ModelBudget | None, model: str, request: GenerationRequest) -> None:
        self._budget = budget
        self._model = model
        self._request = request
        self._started = False
        self._output_bytes = 0
        self._finished: Finished | None = None

    def see(self, event: ModelEvent) -> None:
        """Records an event."""
        self._started = True
        if isinstance(event, TextDelta):
            self._output_bytes += text_size(event.text)
        elif isinstance(event, HiddenOutput):
            self._output_bytes += event.characters
        else:
            self._finished = event

    async def close(self) -> None:
        """Charges the call to the budget, once. A call without any event costs nothing."""
        budget, self._budget = self._budget, None
        if budget is None or not self._started:
            return
        if self._finished is not None:
            await budget.spend(self._finished.model, self._finished.usage)
        else:
            await budget.spend(self._model, estimated_usage(self._request, self._output_bytes))
