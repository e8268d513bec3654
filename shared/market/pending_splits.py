"""Applies recent share splits to statements from filings, which do not know them yet."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Final

from shared.domain.market_data import Actions, Split
from shared.domain.statements import Statements
from shared.errors.request_errors import NotFoundError, RateLimitedError
from shared.errors.service_errors import ServiceError
from shared.market.analysis.calendar import exchange_date
from shared.market.analysis.share_splits import restated_for_pending_splits
from shared.market.answers import Answer
from shared.market.background_calls import background_calls, current_background
from shared.market.source_outcomes import SAMPLE_SOURCE, SourceResult
from shared.runtime.clock import Clock

_SECONDS: Final = 3.0
"""How long statements wait for the list of splits."""


class PendingSplits:
    """Restates income statements for the splits since the last filing.

    Args:
        actions: Returns the corporate actions of a symbol.
        clock: The present moment.
    """

    def __init__(self, actions: Callable[[str], Awaitable[Answer[Actions]]], clock: Clock) -> None:
        self._actions = actions
        self._clock = clock

    async def applied(self, found: SourceResult[Statements]) -> SourceResult[Statements]:
        """Returns statements after recent splits; unchanged when no source lists splits in time."""
        statements = found.value
        filed = any(period.filed is not None for period in statements.periods)
        if statements.statement != "income" or not filed or statements.source == SAMPLE_SOURCE:
            return found
        today = statements.known_on or exchange_date(statements.symbol, self._clock())
        splits = await self._splits(statements.symbol)
        return replace(found, value=restated_for_pending_splits(statements, splits, today))

    async def _splits(self, symbol: str) -> Sequence[Split]:
        # Keeps the small budget of a fallback for requests of clients.
        with nullcontext() if current_background() else background_calls(1):
            try:
                async with asyncio.timeout(_SECONDS):
                    actions = (await self._actions(symbol)).value
            except (NotFoundError, RateLimitedError, ServiceError, TimeoutError):
                return ()
        return () if actions.source == SAMPLE_SOURCE else actions.splits
