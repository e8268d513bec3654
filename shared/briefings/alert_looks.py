"""Looks at the market for the alerts of many owners: one quote per symbol, and its splits."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from shared.briefings.alerts import Look, next_state, price_look, signal_look
from shared.briefings.paced_work import for_each
from shared.domain.market_data import Provenance, Quote, Split
from shared.domain.subscriptions import Alert, AlertState
from shared.domain.technicals import Technicals
from shared.errors import NotFoundError, ProblemError
from shared.market.data_manager import DEFAULT_TECHNICALS_PERIOD, Answer, DataManager
from shared.market.source_outcomes import SAMPLE_SOURCE

_BATCH: Final = 100
"""Symbols per request for quotes."""


class MarketLooks:
    """The market as the alerts of one page of owners see it.

    Args:
        market_data: Serves the data.
    """

    def __init__(self, market_data: DataManager) -> None:
        self._market_data = market_data
        self._quotes: dict[str, Quote] = {}
        self._technicals: dict[str, Technicals] = {}
        self._splits: dict[str, Sequence[Split]] = {}
        self._checked_splits: dict[str, asyncio.Task[Sequence[Split] | None]] = {}

    async def load(self, alerts: Iterable[Alert]) -> None:
        """Reads the quotes, splits and technical figures that alerts need."""
        needed = list(alerts)
        priced = sorted({alert.symbol for alert in needed if alert.kind != "signal"})
        for start in range(0, len(priced), _BATCH):
            result = await self._market_data.quotes(priced[start : start + _BATCH])
            quotes = (answer.value for answer in result.answers if self._counts(answer))
            self._quotes.update({quote.symbol: quote for quote in quotes})
        await for_each(list(self._quotes), self._load_splits)
        signalled = sorted({alert.symbol for alert in needed if alert.kind == "signal"})
        await for_each(signalled, self._load_technicals)

    async def aclose(self) -> None:
        """Cancels requests for splits that no owner waits for any more."""
        for asked in self._checked_splits.values():
            asked.cancel()
        await asyncio.gather(*self._checked_splits.values(), return_exceptions=True)

    async def look(self, alert: Alert, state: AlertState | None) -> Look | None:
        """Returns a look for an alert; None without fresh data."""
        if alert.kind == "signal":
            technicals = self._technicals.get(alert.symbol)
            return None if technicals is None else signal_look(alert, technicals, state)
        quote = self._quotes.get(alert.symbol)
        if quote is None:
            return None
        look = price_look(alert, quote, ())
        if state is None or look.day <= state.since:
            return look
        look = price_look(alert, quote, _after(self._splits.get(alert.symbol, ()), state.since, look.day))
        if next_state(state, look) is None:
            return look
        # The list may be a day old, and the split of this morning would fire every alert below the price.
        splits = await self._current_splits(alert.symbol)
        return None if splits is None else price_look(alert, quote, _after(splits, state.since, look.day))

    async def _load_technicals(self, symbol: str) -> None:
        try:
            answer = await self._market_data.technicals(symbol, DEFAULT_TECHNICALS_PERIOD)
        except ProblemError:
            return
        if self._counts(answer):
            self._technicals[symbol] = answer.value

    def _counts(self, answer: Answer[Any]) -> bool:
        """Returns whether an answer is fresh, and no sample data in place of a source that failed."""
        value: Provenance = answer.value
        is_placeholder = value.source == SAMPLE_SOURCE and not self._market_data.is_sample_alone()
        return not (value.stale or answer.entry.outcome == "stale" or is_placeholder)

    async def _load_splits(self, symbol: str) -> None:
        try:
            self._splits[symbol] = (await self._market_data.actions(symbol)).value.splits
        except ProblemError:
            return

    async def _current_splits(self, symbol: str) -> Sequence[Split] | None:
        """Returns the splits as the source lists them now, asked once a run; None if that is not known."""
        if symbol not in self._checked_splits:
            self._checked_splits[symbol] = asyncio.create_task(
                self._ask_splits(symbol), name=f"splits of {symbol}"
            )
        # The owner whose time is over must not cancel the request that others wait for.
        return await asyncio.shield(self._checked_splits[symbol])

    async def _ask_splits(self, symbol: str) -> Sequence[Split] | None:
        if not self._market_data.has_background_source("actions"):
            return self._splits.get(symbol, ())
        try:
            actions = (await self._market_data.actions(symbol, refresh=True)).value
        except NotFoundError:
            return self._splits.get(symbol, ())
        except ProblemError:
            return None
        return None if actions.stale else actions.splits


def _after(splits: Sequence[Split], day: date, until: date) -> Sequence[Split]:
    return [split for split in splits if day < split.date <= until]
