"""The tokens that all models together may use in a day, over all workers."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from shared.errors import ProviderRateLimitedError
from shared.limits.rates import Limit, Rates
from shared.llm.base_model_client import GenerationRequest, ModelEvent, TextDelta, Usage

_CHARACTERS_A_TOKEN: Final = 4
"""For a model that was left before it told: OpenAI's rule of thumb for English."""

_DAY: Final = 86_400
LOOK_SECONDS: Final = 1.0
"""How long a worker goes by what it has seen last of the budget."""


class TokenBudget:
    """Counts tokens in Redis; in this worker alone while Redis is away.

    What an answer costs is known at its end: those that are under way then may go beyond the budget, as may
    those that begin before this worker looks again.

    Args:
        rates: Count over all workers.
        per_day: How many there may be.
        monotonic: Monotonic seconds.
    """

    def __init__(
        self, rates: Rates, per_day: int, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._rates = rates
        self._limit = Limit("tokens:day", per_day, _DAY)
        self._monotonic = monotonic
        self._look_at = float("-inf")
        self._begins_anew = float("-inf")
        self._owed = 0
        self._paying = asyncio.Lock()

    async def check(self, provider: str) -> None:
        """Lets a provider be asked.

        Raises:
            ProviderRateLimitedError: The day's tokens are used up; it knows when there are more.
        """
        await self._look()
        seconds = self._begins_anew - self._monotonic()
        if seconds > 0:
            raise ProviderRateLimitedError(
                provider, "the day's budget of tokens is used up", retry_after=max(1.0, seconds)
            )

    async def _look(self) -> None:
        now = self._monotonic()
        if now < self._look_at:
            return
        # Who comes while this is being read goes by what is known.
        self._look_at = now + LOOK_SECONDS
        self._begins_anew = now + (await self._rates.used_up(self._limit) or 0.0)

    async def spend(self, tokens: int) -> None:
        """Counts what an answer has cost. Answers that end while another is counted are counted together."""
        self._owed += tokens
        async with self._paying:
            if owed := self._owed:
                await self._rates.spend(self._limit, owed)
                # Only now: one that is cut off here leaves it to the next.
                self._owed -= owed
                self._look_at = float("-inf")


class TokenMeter:
    """What one answer costs: as the provider says at its end, else about what went to and fro.

    Args:
        budget: Told of it; None when nobody is.
        request: What was asked.
    """

    def __init__(self, budget: TokenBudget | None, request: GenerationRequest) -> None:
        self._budget = budget
        self._request = request
        self._said = 0
        self._usage: Usage | None = None

    def see(self, event: ModelEvent) -> None:
        """Takes note of an event."""
        if isinstance(event, TextDelta):
            self._said += len(event.text)
        else:
            self._usage = event.usage

    async def close(self) -> None:
        """Tells the budget, once."""
        budget, self._budget = self._budget, None
        if budget is not None:
            await budget.spend(self._tokens())

    def _tokens(self) -> int:
        if self._usage is not None:
            return self._usage.total_tokens
        asked = sum(len(message.content) for message in self._request.messages)
        return (asked + self._said) // _CHARACTERS_A_TOKEN
