"""Looks at the market for the alerts of many owners: one quote per symbol, and its splits."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from shared.briefings.alerts import Look, next_state, price_look, signal_look
from shared.briefings.paced_work import for_each
from shared.briefings.unlisted_splits import PATIENCE, is_like_split_all_day, may_be_after_split
from shared.domain.market_data import Provenance, Quote, Split
from shared.domain.subscriptions import Alert, AlertState
from shared.domain.technicals import Technicals
from shared.errors import ProblemError
from shared.errors.request_errors import NotFoundError
from shared.market.analysis.calendar import MarketCalendars
from shared.market.analysis.exchanges import calendar_of
from shared.market.data_manager import DEFAULT_TECHNICALS_PERIOD, Answer, DataManager
from shared.market.source_outcomes import SAMPLE_SOURCE

_BATCH: Final = 100
"""Symbols per request for quotes."""
_LARGE_CHANGE_PERCENT: Final = 20.0
"""The smallest usual split, five for four, changes the price by as much."""


class MarketLooks:
    """The market as the alerts of one page of owners see it.

    Args:
        market_data: Serves the data.
        calendars: The sessions of the exchanges.
    """

    def __init__(self, market_data: DataManager, calendars: MarketCalendars) -> None:
        self._market_data = market_data
        self._calendars = calendars
        self._quotes: dict[str, Quote] = {}
        self._technicals: dict[str, Technicals] = {}
        self._splits: dict[str, Sequence[Split]] = {}
        self._listed_at: dict[str, datetime] = {}
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
        # Last: it takes a request for each symbol on the first run after an open.
        await for_each(await asyncio.to_thread(self._outdated), self._renew_splits)

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
        plain = price_look(alert, quote, ())
        was_set_later = state is None or plain.day <= state.since
        if was_set_later and plain.day == plain.looked_on:
            # No split can lie between the alert and the price.
            return plain
        look = _split_look(alert, quote, state, self._splits.get(alert.symbol, ()))
        if look is None or next_state(state, look) is None:
            return look
        # The list may be a day old, and the split of this morning would fire every alert below the price.
        splits = await self._current_splits(alert.symbol)
        if splits is None:
            return look if was_set_later else None
        if await self._awaits_split(quote, plain.day, splits):
            return None
        return _split_look(alert, quote, state, splits)

    async def _awaits_split(self, quote: Quote, day: date, splits: Sequence[Split]) -> bool:
        """Returns whether a price may be after a split of its day that the source does not list yet.

        An hour after the open, and until the next session, only one that no real gap looks like.
        """
        if not may_be_after_split(quote) or any(split.date == day for split in splits):
            return False
        begun = await asyncio.to_thread(
            self._calendars.sessions_to, calendar_of(quote.symbol), quote.fetched_at
        )
        if not begun:
            return False
        is_early = quote.fetched_at < begun[-1].opens + PATIENCE
        return is_early or (begun[-1].day == day and is_like_split_all_day(quote))

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
            actions = (await self._market_data.actions(symbol)).value
        except ProblemError:
            return
        self._splits[symbol] = actions.splits
        self._listed_at[symbol] = actions.fetched_at

    def _outdated(self) -> list[str]:
        """Returns the symbols whose splits were listed before the session of their price.

        A split of that day is missing there, and the alert would be compared with the price before the split.
        Sources may list a split later than they have the price after it: hence the check of large changes.
        """
        outdated = []
        for symbol, listed_at in self._listed_at.items():
            quote = self._quotes[symbol]
            begun = self._calendars.sessions_to(calendar_of(symbol), quote.as_of or quote.fetched_at)
            is_large = abs(quote.change_percent or 0.0) >= _LARGE_CHANGE_PERCENT
            if is_large or (begun and listed_at < begun[-1].opens):
                outdated.append(symbol)
        return outdated

    async def _renew_splits(self, symbol: str) -> None:
        if (splits := await self._current_splits(symbol)) is not None:
            self._splits[symbol] = splits

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


def _split_look(alert: Alert, quote: Quote, state: AlertState | None, splits: Sequence[Split]) -> Look | None:
    """Returns a look after the splits since the alert was set.

    On the day of a split, before that day's first price, there is none: the last price is of the session
    before, and some sources show it as traded, others per share after the split.
    """
    plain = price_look(alert, quote, ())
    if any(plain.day < split.date <= plain.looked_on for split in splits):
        return None
    since = plain.looked_on if state is None else state.since
    return price_look(alert, quote, [split for split in splits if since < split.date <= plain.day])
