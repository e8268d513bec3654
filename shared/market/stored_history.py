"""Histories stored in the cache in pieces, from which every period and range is served.

One fetch gets a whole span (a *tier*: the last 3 years of daily candles, 12 years, or everything) up to now
and stores it as one head and one compressed piece per year. A request reads the head and the pieces that it
needs; it never adds a key. So the number of keys per symbol and interval is bounded, whatever dates are
requested.

A tier comes from a single fetch and is replaced as a whole: prices of two sources, of two currencies, of two
companies that used the same ticker, or from before and after a split never meet in one history.
"""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, cast

from pydantic import ValidationError

from shared.cache.cache_entry import Cache, CacheEntry, Fetched
from shared.cache.local_cache import LocalCache
from shared.domain.market_data import History, HistoryRequest, Remark
from shared.errors.request_errors import RateLimitedError
from shared.errors.service_errors import UPSTREAM_FAILURES, ServiceError, UpstreamUnavailableError
from shared.market.analysis.calendar import MarketCalendars, exchange_date
from shared.market.analysis.exchanges import calendar_of, time_zone_of
from shared.market.analysis.periods import (
    LAST_SESSIONS,
    is_intraday,
    last_day,
    period_start,
    spans_days,
)
from shared.market.answers import with_body
from shared.market.history_fetcher import FetchedHistory, HistoryFetcher, SpanRequest
from shared.market.history_pieces import (
    CandleLines,
    StoredHead,
    cut,
    day_bounds,
    join,
    last_sessions,
    lines_of,
    piece_name,
    split_pieces,
    timestamp_of,
)
from shared.market.history_tiers import (
    HistoryTier,
    head_key,
    largest_intraday_tier,
    piece_key,
    tier_of,
    ttl_class_of,
)
from shared.market.stored_span import HistoryChange, SpanHead
from shared.observability.telemetry import annotate
from shared.runtime.clock import Clock

_ATTEMPTS: Final = 3
_RANGE_BYTES: Final = 4 * 2**20
"""Bytes of ranges that a worker keeps as it has sent them."""
_LONGEST_CANDLE: Final = 92
"""Days of the longest candle, a quarter."""


@dataclass(frozen=True)
class _Load:
    """A requested history: its first day and the tier that covers it."""

    request: HistoryRequest
    start: datetime
    tier: HistoryTier


@dataclass(frozen=True)
class _StoredCandles:
    """A head with the candles of the requested pieces."""

    entry: CacheEntry
    head: StoredHead
    lines: CandleLines


class StoredHistories:
    """Serves ranges of histories from the cache, fetching them on a miss.

    Args:
        fetcher: Fetches histories from the database and the sources.
        cache: Stores heads and pieces.
        calendars: Sessions of the exchanges.
        clock: The present moment.
    """

    def __init__(
        self,
        fetcher: HistoryFetcher,
        cache: Cache,
        calendars: MarketCalendars,
        clock: Clock,
    ) -> None:
        self._fetcher = fetcher
        self._cache = cache
        self._calendars = calendars
        self._clock = clock
        self._ranges = LocalCache(_RANGE_BYTES)

    async def read(
        self,
        request: HistoryRequest,
        *,
        refresh: bool = False,
        on_change: Callable[[HistoryChange], None] | None = None,
    ) -> CacheEntry:
        """Returns the JSON of a history, with the age of the fetch it comes from.

        While no source answers, the history of the database is returned, whatever its age.

        Args:
            request: The period or range.
            refresh: Ask the sources even if the stored history is fresh.
            on_change: Is called with the change that a fetch makes to the history of the database.

        Raises:
            SymbolNotFoundError: No source knows the symbol.
            NotEntitledError: The plan of the source does not reach back to the start.
            ServiceError: No source could answer, and nothing is stored.
        """
        start = request.start or period_start(request.period or "1mo", request.symbol, self._clock())
        load = _Load(request, start, tier_of(request.symbol, request.interval, start.date(), self._clock()))
        stored = await self._loaded(load, refresh=refresh, on_change=on_change)
        if isinstance(stored, CacheEntry):
            return stored
        if request.period in LAST_SESSIONS and is_intraday(request.interval):
            stored = await self._with_sessions(load, stored, refresh=refresh)
        # Joining and, at first, loading the exchange's calendar take a while.
        entry = await asyncio.to_thread(self._range, request, start, stored)
        if (name := _range_name(stored.entry, request)) is not None:
            kept = replace(entry, outcome="hit")
            self._ranges.put(name, kept, self._clock().timestamp(), in_redis=False)
        return entry

    async def cached(self, request: HistoryRequest) -> History | None:
        """Returns a history from the cache; None unless it is there, fresh and complete. Makes no request."""
        start = request.start or period_start(request.period or "1mo", request.symbol, self._clock())
        tier = tier_of(request.symbol, request.interval, start.date(), self._clock())
        entry = await self._cache.get(head_key(request, tier))
        head = None if entry is None else _head_of(entry)
        if entry is None or head is None:
            return None
        lines = await self._lines(request, tier, head, start, None)
        if lines is None:
            return None
        cut_out = await asyncio.to_thread(self._range, request, start, _StoredCandles(entry, head, lines))
        return History.model_validate_json(cut_out.body)

    async def _with_sessions(self, load: _Load, stored: _StoredCandles, *, refresh: bool) -> _StoredCandles:
        """Returns candles of the larger tier if those of the smaller one lack sessions, as after holidays."""
        request = load.request
        if not await asyncio.to_thread(_lacks_sessions, request, stored):
            return stored
        larger = replace(load, tier=largest_intraday_tier(request.symbol, request.interval, self._clock()))
        try:
            more = await self._loaded(larger, refresh=refresh, on_change=None)
        except (*UPSTREAM_FAILURES, RateLimitedError):
            return stored
        return more if isinstance(more, _StoredCandles) else stored

    async def _loaded(
        self, load: _Load, *, refresh: bool, on_change: Callable[[HistoryChange], None] | None
    ) -> _StoredCandles | CacheEntry:
        """Returns the stored history of a tier; see :meth:`read`."""
        request = load.request
        try:
            stored = await self._stored(load, refresh=refresh, partial=True, on_change=on_change)
            if (
                isinstance(stored, _StoredCandles)
                and stored.head.start > load.start.date()
                and not request.partial
            ):
                stored = await self._stored(load, refresh=True, partial=False, on_change=on_change)
        except UPSTREAM_FAILURES as error:
            stored = await self._from_database(load, error)
        return stored

    async def _stored(
        self,
        load: _Load,
        *,
        refresh: bool,
        partial: bool,
        on_change: Callable[[HistoryChange], None] | None,
    ) -> _StoredCandles | CacheEntry:
        """Returns the stored history of a tier, fetched if need be; or the range if it has been cut before.

        Args:
            load: The span with its tier.
            refresh: Fetch it even if it is fresh.
            partial: Whether a history will do that begins later because the plan of the source ends there.
            on_change: Is called with the change that a fetch makes to the history of the database.
        """
        request, start, tier = load.request, load.start, load.tier
        key = head_key(request, tier)
        fetched: dict[str, dict[str, bytes]] = {}

        async def fetch() -> Fetched:
            span = SpanRequest(request.symbol, request.interval, tier.start, partial)
            result = await self._fetcher.fetch(span, key.ttl_class, refresh=refresh)
            if on_change is not None and result.change is not None:
                on_change(result.change)
            return await self._fetched(load, result, fetched)

        for attempt in range(_ATTEMPTS):
            entry = await self._cache.get_or_fetch(key, fetch, refresh=refresh or attempt > 0)
            if (name := _range_name(entry, request)) and (cut_before := self._ranges.get(name)):
                return cast("CacheEntry", cut_before.stored)
            head = _head_of(entry)
            if head is None or (head.start > start.date() and not partial):
                if entry.stale_error is not None:
                    raise entry.stale_error
                # Another request has stored its partial history just now, or another release its own.
                continue
            lines = await self._lines(request, tier, head, start, fetched.get(head.generation))
            if lines is not None:
                return _StoredCandles(entry, head, lines)
        raise UpstreamUnavailableError("The stored history is incomplete.", retry_after=1.0)

    async def _lines(
        self,
        request: HistoryRequest,
        tier: HistoryTier,
        head: StoredHead,
        start: datetime,
        fetched: Mapping[str, bytes] | None,
    ) -> CandleLines | None:
        """Returns the candles of the pieces that the request needs; None when one has been lost."""
        keys = {piece_key(request, tier, name): name for name in _needed(request, head, start)}
        if fetched is None:
            entries = await self._cache.get_many(list(keys))
            fetched = {name: entries[key].body for key, name in keys.items() if key in entries}
        lines: list[bytes] = []
        for name in keys.values():
            piece = lines_of(fetched[name], head.generation) if name in fetched else None
            if piece is None:
                return None
            lines += piece
        return lines

    async def _fetched(
        self, load: _Load, result: FetchedHistory, fetched: dict[str, dict[str, bytes]]
    ) -> Fetched:
        """Stores the pieces of a fetched history and returns its head."""
        request, tier = load.request, load.tier
        head, pieces = await asyncio.to_thread(_encoded, result)
        fetched[head.generation] = pieces
        ttl_class = "price_data" if result.is_placeholder else ttl_class_of(request.interval)
        await self._cache.put_many(
            {piece_key(request, tier, name, ttl_class): Fetched(body) for name, body in pieces.items()}
        )
        fetched_at = None if result.fetched_at is None else result.fetched_at.timestamp()
        body = head.model_dump_json().encode()
        return Fetched(body, ttl_class, result.head.history.source, fetched_at=fetched_at)

    async def _from_database(self, load: _Load, error: ServiceError) -> _StoredCandles:
        """Returns the history of the database as a stale one; raises the error if there is none."""
        result = await self._fetcher.stored(load.request.symbol, load.request.interval)
        if result is None or result.fetched_at is None:
            raise error
        head = _cache_head(result.head, "", ())
        if head.start > load.start.date():
            remark = Remark(code="short_history", detail=f"The stored history begins on {head.start}.")
            findings = head.findings.model_copy(update={"remarks": (*head.findings.remarks, remark)})
            head = head.model_copy(update={"findings": findings})
        annotate(database="stale")
        stored_at = result.fetched_at.timestamp()
        entry = CacheEntry(b"", stored_at, 0, "", head.history.source, "stale", error)
        return _StoredCandles(entry, head, result.lines)

    def _range(self, request: HistoryRequest, start: datetime, stored: _StoredCandles) -> CacheEntry:
        history, lines = stored.head.history, stored.lines
        if request.period is not None and (count := LAST_SESSIONS.get(request.period)):
            lines = last_sessions(lines, history, count, timestamp_of)
        else:
            lines = cut(
                lines, *day_bounds(history, start, request.end), whole_first=spans_days(request.interval)
            )
        stale = stored.entry.outcome == "stale"
        update: dict[str, object] = {
            "period": request.period,
            "as_of": self._as_of(history, lines),
            "stale": stale,
            "quality": _remarks(stored.head, request, start, lines),
        }
        if stale:
            update["fallback_reason"] = stored.entry.stale_reason
        return with_body(stored.entry, join(history.model_copy(update=update), lines))

    def _as_of(self, history: History, lines: CandleLines) -> datetime | None:
        """Returns the earlier of the quote time and the close of the last candle's session."""
        if not lines:
            return None
        last = timestamp_of(lines[-1])
        day = exchange_date(history.symbol, last) if is_intraday(history.interval) else last.date()
        calendar = calendar_of(history.symbol, history.asset_type)
        closes = self._calendars.close_of(calendar, last_day(history.interval, day))
        moments = (history.as_of, closes, history.fetched_at)
        return min(moment for moment in moments if moment is not None)


def _encoded(result: FetchedHistory) -> tuple[StoredHead, dict[str, bytes]]:
    generation = uuid.uuid4().hex
    pieces = split_pieces(result.head.history, result.lines, generation)
    return _cache_head(result.head, generation, tuple(pieces)), pieces


def _head_of(entry: CacheEntry) -> StoredHead | None:
    """Returns the head in a cache entry; None for one of another release, which is fetched again."""
    try:
        return StoredHead.model_validate_json(entry.body)
    except ValidationError:
        return None


def _cache_head(head: SpanHead, generation: str, pieces: tuple[str, ...]) -> StoredHead:
    return StoredHead(
        generation=generation,
        # The remarks of the source are among the findings.
        history=head.history.model_copy(update={"quality": ()}),
        start=head.start,
        pieces=pieces,
        findings=head.findings,
    )


def _range_name(head: CacheEntry, request: HistoryRequest) -> str | None:
    """Returns the name of a range in local memory; None for what moves with the clock or is stale."""
    if request.start is None or request.end is None or head.outcome == "stale":
        return None
    return f"{head.etag}:{request.start:%Y%m%d}:{request.end:%Y%m%d}:{request.partial}"


def _remarks(
    head: StoredHead, request: HistoryRequest, start: datetime, lines: CandleLines
) -> tuple[Remark, ...]:
    candles = (timestamp_of(lines[0]), timestamp_of(lines[-1])) if lines else None
    # The last sessions begin with their first candle, whatever day their period begins on.
    zone = time_zone_of(request.symbol, head.history.asset_type) if is_intraday(request.interval) else UTC
    first = candles[0].astimezone(zone) if candles and request.period in LAST_SESSIONS else start
    end = request.end.date() if request.end else None
    return head.findings.within(first.date(), end, candles, zone)


def _needed(request: HistoryRequest, head: StoredHead, start: datetime) -> tuple[str, ...]:
    """Returns the names of the pieces that the candles of the request are in."""
    if request.period is not None and (count := LAST_SESSIONS.get(request.period)):
        return head.pieces[-count - 1 :]
    # The candle that contains the start may have begun in the piece before.
    first = start.date() - timedelta(days=_LONGEST_CANDLE if spans_days(request.interval) else 0)
    last = request.end.date() if request.end else date.max
    names = piece_name(request.interval, first), piece_name(request.interval, last)
    return tuple(name for name in head.pieces if names[0] <= name <= names[1])


def _lacks_sessions(request: HistoryRequest, stored: _StoredCandles) -> bool:
    """Returns whether candles shorter than a day are of fewer sessions than the period has."""
    zone = time_zone_of(request.symbol)
    days = {timestamp_of(line).astimezone(zone).date() for line in stored.lines}
    return len(days) < LAST_SESSIONS[request.period or "1d"]
