"""A source of made-up market data, for running without internet; never used outside the local environment.

Its answers are deterministic, labelled ``source: "sample"``, and hang together: candles of every interval,
quotes and fundamentals are the same market. It knows the starter list and no others.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final, TypeVar

from shared.domain.company import Earnings, Filings, Holders, Peers, Profile
from shared.domain.currency_rates import ReferenceRates
from shared.domain.formatting import customary_decimals
from shared.domain.market_data import (
    Actions,
    Candle,
    CorporateActions,
    DataKind,
    Fundamentals,
    History,
    HistoryRequest,
    News,
    Provenance,
    Quote,
    SymbolInfo,
)
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.terms import Interval
from shared.errors.provider_errors import ProviderNotCoveredError, ProviderNotFoundError
from shared.market.analysis.adjustment import split_adjusted
from shared.market.analysis.calendar import MarketCalendars, Session
from shared.market.analysis.coarser_candles import COARSER_INTERVALS, first_day
from shared.market.analysis.indicators import week_52_range
from shared.market.analysis.periods import is_intraday, period_start
from shared.market.providers.base import MarketDataProvider
from shared.market.providers.fields import difference, percent_change
from shared.market.providers.sample.published_accounts import sample_filings, sample_statements
from shared.market.providers.sample.rates import PAIRS, sample_rates
from shared.market.providers.sample.reported_figures import reported_figures
from shared.market.providers.sample.research import (
    peer_companies,
    sample_earnings,
    sample_holders,
    sample_peers,
    sample_profile,
)
from shared.market.providers.sample.sample_company import sample_actions, sample_fundamentals, sample_news
from shared.market.providers.sample.sample_instruments import INSTRUMENTS, SampleInstrument
from shared.market.providers.sample.walk import EPOCH, Bar, SampleWalk, merge, midnight
from shared.runtime.clock import Clock

NAME: Final = "sample"

_MINUTES: Final[Mapping[Interval, int]] = {
    "1m": 1, "2m": 2, "5m": 5, "15m": 15, "30m": 30, "60m": 60, "1h": 60, "90m": 90,
}  # fmt: skip
_LAST_SESSIONS: Final = {"1d": 1, "5d": 5}

T = TypeVar("T")


class SampleProvider(MarketDataProvider):
    """The sample source.

    Args:
        clock: The present moment: candles end there.
    """

    name: str = NAME
    kinds: frozenset[DataKind] = frozenset(
        {
            *("quote", "history", "actions", "fundamentals", "statements", "filings"),
            *("profile", "earnings", "peers", "holders", "exchange_rates", "news", "search"),
        }
    )

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._walk = SampleWalk(MarketCalendars(clock, EPOCH))
        # Building calendars and walks takes a while: not on the event loop.
        self._executor = ThreadPoolExecutor(max_workers=2, thread_name_prefix="sample")

    async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote]:
        """Returns quotes of the known instruments."""
        known = [INSTRUMENTS[symbol] for symbol in symbols if symbol in INSTRUMENTS]
        now = self._clock()
        return await self._run(lambda: {item.symbol: self._quote(item, now) for item in known})

    async def history(self, request: HistoryRequest) -> History:
        """Returns the requested part of the walk.

        Raises:
            ProviderNotFoundError: The instrument is not known.
        """
        instrument = _instrument(request.symbol)
        now = self._clock()
        return await self._run(lambda: self._history(instrument, request, now))

    async def actions(self, symbol: str) -> Actions:
        """Returns quarterly dividends; sample instruments are never split.

        Raises:
            ProviderNotFoundError: The instrument is not known.
        """
        instrument = _instrument(symbol)
        now = self._clock()
        actions = await self._run(lambda: self._actions(instrument, now))
        return Actions(
            source=NAME,
            as_of=now,
            fetched_at=now,
            symbol=instrument.symbol,
            adjustment=actions.adjustment,
            dividends=actions.dividends,
        )

    async def fundamentals(self, symbol: str) -> Fundamentals:
        """Returns made-up figures that fit the price.

        Raises:
            ProviderNotFoundError: The instrument is not known.
        """
        instrument = _instrument(symbol)
        now = self._clock()
        return await self._run(lambda: self._fundamentals(instrument, now))

    async def statements(self, request: StatementsRequest) -> Statements:
        """Returns made-up statements that fit together.

        Raises:
            ProviderNotFoundError: The instrument is not known.
            ProviderNotCoveredError: It is no company.
        """
        instrument = _company(request.symbol)
        provenance = self._provenance()
        today = provenance.fetched_at.date()
        return await self._run(lambda: sample_statements(instrument, request, provenance, today))

    async def filings(self, symbol: str, form: str | None, limit: int) -> Filings:
        """Returns the reports in which the statements are published.

        Raises:
            ProviderNotFoundError: The instrument is not known.
            ProviderNotCoveredError: It is no company.
        """
        instrument = _company(symbol)
        provenance = self._provenance()
        today = provenance.fetched_at.date()
        return await self._run(lambda: sample_filings(instrument, form, limit, provenance, today))

    async def profile(self, symbol: str) -> Profile:
        """Returns what the sample knows of a company.

        Raises:
            ProviderNotFoundError: The instrument is not known.
            ProviderNotCoveredError: It is no company.
        """
        return sample_profile(_company(symbol), self._provenance())

    async def earnings(self, symbol: str) -> Earnings:
        """Returns past and expected earnings of the sample accounts.

        Raises:
            ProviderNotFoundError: The instrument is not known.
            ProviderNotCoveredError: It is no company.
        """
        instrument, provenance = _company(symbol), self._provenance()
        today = provenance.fetched_at.date()
        return await self._run(lambda: sample_earnings(instrument, provenance, today))

    async def peers(self, symbol: str) -> Peers:
        """Returns the other companies of the sector.

        Raises:
            ProviderNotFoundError: The instrument is not known.
            ProviderNotCoveredError: It is no company.
        """
        instrument = _company(symbol)
        quotes = await self.quotes([peer.symbol for peer in peer_companies(instrument)])
        values = {quote.symbol: quote.market_cap or 0 for quote in quotes.values()}
        return sample_peers(instrument, self._provenance(), values)

    async def holders(self, symbol: str) -> Holders:
        """Returns made-up holders.

        Raises:
            ProviderNotFoundError: The instrument is not known.
            ProviderNotCoveredError: It is no company.
        """
        provenance = self._provenance()
        return sample_holders(_company(symbol), provenance, provenance.fetched_at.date())

    async def exchange_rates(self, first: date, last: date) -> ReferenceRates:
        """Returns made-up rates that fit the quotes of the sample's currency pairs."""
        now = self._clock()
        closes = {pair: await self._closes(pair, first, last, now) for pair in PAIRS}
        return ReferenceRates(source=NAME, as_of=None, fetched_at=now, rates=sample_rates(closes))

    async def _closes(self, pair: str, first: date, last: date, now: datetime) -> Mapping[date, float]:
        start, end = (
            datetime.combine(day, time.min, now.tzinfo) for day in (first, last + timedelta(days=1))
        )
        request = HistoryRequest(symbol=pair, period=None, interval="1d", start=start, end=end)
        history = await self._run(lambda: self._history(_instrument(pair), request, now))
        return {candle.timestamp.date(): candle.close for candle in history.candles}

    async def news(self, symbol: str, limit: int) -> News:
        """Returns articles whose titles state that they are samples.

        Raises:
            ProviderNotFoundError: The instrument is not known.
        """
        return sample_news(_instrument(symbol), limit, self._clock())

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        """Returns instruments whose ticker begins with the query, then those with it in name or alias."""
        wanted = query.strip().casefold()
        ranked = [(rank, item) for item in INSTRUMENTS.values() if (rank := _rank(item, wanted)) is not None]
        ranked.sort(key=lambda pair: pair[0])
        return [item.info() for _, item in ranked[:limit]]

    async def aclose(self) -> None:
        """Ends the threads."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _provenance(self) -> Provenance:
        now = self._clock()
        return Provenance(source=NAME, as_of=now, fetched_at=now)

    def _fundamentals(self, instrument: SampleInstrument, now: datetime) -> Fundamentals:
        quote = self._quote(instrument, now)
        year = HistoryRequest(symbol=instrument.symbol, period="1y", interval="1d")
        start, low, high = week_52_range(self._history(instrument, year, now).candles)
        fundamentals = sample_fundamentals(instrument, quote).model_copy(
            update={"range_start": start, "week_52_low": low, "week_52_high": high}
        )
        if instrument.asset_type != "equity":
            return fundamentals
        reported = reported_figures(instrument, quote.price, now.date())
        return fundamentals.model_copy(update=reported)

    def _quote(self, instrument: SampleInstrument, now: datetime) -> Quote:
        sessions = self._walk.sessions(instrument, now)
        before, today = (
            _candle(instrument, bar) for bar in self._walk.daily(instrument, len(sessions) - 2, now)
        )
        return Quote(
            source=NAME,
            as_of=min(now, sessions[-1].closes),
            fetched_at=now,
            symbol=instrument.symbol,
            name=instrument.name,
            asset_type=instrument.asset_type,
            currency=instrument.currency,
            exchange=instrument.exchange,
            price=today.close,
            previous_close=before.close,
            change=difference(today.close, before.close),
            change_percent=percent_change(today.close, before.close),
            open=today.open,
            day_high=today.high,
            day_low=today.low,
            volume=today.volume,
            market_cap=round(today.close * instrument.shares) if instrument.shares else None,
            market_state="regular" if now < sessions[-1].closes else "closed",
            price_decimals=customary_decimals(today.close, instrument.currency, instrument.asset_type),
        )

    def _actions(self, instrument: SampleInstrument, now: datetime) -> CorporateActions:
        return sample_actions(instrument, [session.day for session in self._walk.sessions(instrument, now)])

    def _history(self, instrument: SampleInstrument, request: HistoryRequest, now: datetime) -> History:
        sessions = self._walk.sessions(instrument, now)
        first, last = _span(sessions, request, now)
        if is_intraday(request.interval):
            width = _MINUTES[request.interval]
            bars = [
                bar
                for index in range(first, last)
                for bar in self._walk.intraday(instrument, index, sessions[index], now, width)
            ]
        else:
            bars = self._whole_days(instrument, sessions, (first, last), request.interval, now)
        actions = self._actions(instrument, now)
        history = History(
            source=NAME,
            as_of=min(now, sessions[-1].closes),
            fetched_at=now,
            symbol=instrument.symbol,
            asset_type=instrument.asset_type,
            currency=instrument.currency,
            period=request.period,
            interval=request.interval,
            adjustment="none",
            actions=actions,
            candles=tuple(_candle(instrument, bar) for bar in bars),
        )
        return split_adjusted(history, actions)

    def _whole_days(
        self,
        instrument: SampleInstrument,
        sessions: Sequence[Session],
        span: tuple[int, int],
        interval: Interval,
        now: datetime,
    ) -> list[Bar]:
        first, last = span
        buckets = [_bucket(interval, index, session.day) for index, session in enumerate(sessions[:last])]
        # The candle that the span begins in is given whole, so that it is the same whatever the span.
        while 0 < first < last and buckets[first - 1] == buckets[first]:
            first -= 1
        days = self._walk.daily(instrument, first, now)[: last - first]
        numbered = zip(buckets[first:], days, strict=True)
        grouped = (list(group) for _, group in groupby(numbered, key=lambda pair: pair[0]))
        return [merge([bar for _, bar in group], _stamp(interval, group[0][1].start)) for group in grouped]


def _instrument(symbol: str) -> SampleInstrument:
    try:
        return INSTRUMENTS[symbol]
    except KeyError:
        raise ProviderNotFoundError(NAME, "does not know the symbol") from None


def _company(symbol: str) -> SampleInstrument:
    instrument = _instrument(symbol)
    if instrument.asset_type != "equity":
        raise ProviderNotCoveredError(NAME, "has data on companies only")
    return instrument


def _candle(instrument: SampleInstrument, bar: Bar) -> Candle:
    candle = bar.candle(_digits(instrument))
    return candle if instrument.volume else candle.model_copy(update={"volume": None})


def _digits(instrument: SampleInstrument) -> int:
    return customary_decimals(instrument.price, instrument.currency, instrument.asset_type)


def _rank(instrument: SampleInstrument, wanted: str) -> int | None:
    """Returns 0 for the ticker itself, 1 and 2 for tickers and names that begin so, 3 for names with it."""
    symbol, name = instrument.symbol.casefold(), instrument.name.casefold()
    if not wanted:
        return None
    if symbol == wanted:
        return 0
    if symbol.lstrip("^").startswith(wanted):
        return 1
    if any(text.casefold().startswith(wanted) for text in (name, *instrument.aliases)):
        return 2
    return 3 if wanted in name else None


def _span(sessions: Sequence[Session], request: HistoryRequest, now: datetime) -> tuple[int, int]:
    """Returns the indexes of the requested sessions, the second exclusive."""
    if request.period in _LAST_SESSIONS:
        return max(0, len(sessions) - _LAST_SESSIONS[request.period]), len(sessions)
    if request.start is not None:
        start, end = request.start, request.end or now
    else:
        start, end = period_start(request.period or "1mo", request.symbol, now), now
    inside = [index for index, session in enumerate(sessions) if start <= midnight(session.day) < end]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _stamp(interval: Interval, start: datetime) -> datetime:
    """Returns the start of a candle whose first session begins on a day."""
    return midnight(first_day(start.date(), interval)) if interval in COARSER_INTERVALS else start


def _bucket(interval: Interval, index: int, day: date) -> tuple[int, ...]:
    """Returns the key of the candle that a session belongs to."""
    if interval == "5d":
        return (index // 5,)
    if interval == "1wk":
        return tuple(day.isocalendar()[:2])
    if interval == "1mo":
        return (day.year, day.month)
    if interval == "3mo":
        return (day.year, (day.month - 1) // 3)
    return (index,)
