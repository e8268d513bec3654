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
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, cast

from shared.cache.base import Cache, CacheEntry, CacheKey, Fetched, TtlClass
from shared.cache.local_cache import LocalCache
from shared.domain.market_data import Actions, History, HistoryRequest, Remark
from shared.domain.terms import Interval
from shared.errors import NotFoundError, ServiceError, UpstreamUnavailableError
from shared.market.analysis.adjustment import apply_unapplied_splits, split_adjusted
from shared.market.analysis.calendar import MarketCalendars, exchange_date
from shared.market.analysis.exchanges import calendar_of
from shared.market.analysis.periods import (
    EARLIEST,
    LAST_SESSIONS,
    REACH_DAYS,
    is_intraday,
    last_day,
    period_start,
    spans_days,
)
from shared.market.analysis.quality import check_history
from shared.market.answers import with_body
from shared.market.history_pieces import (
    Lines,
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
from shared.market.source_chain import SourceChain, SourceResult
from shared.runtime.clock import Clock

_YEARS: Final[Mapping[str, int]] = {"recent": 3, "decade": 12}
"""Whole years before the current one that the smaller tiers of daily and longer candles reach back."""
_RECENT_DAYS: Final = 7
"""Days that the smaller tier of shorter candles reaches back: what Yahoo delivers in one request."""
_ATTEMPTS: Final = 3
_RANGE_BYTES: Final = 4 * 2**20
"""Bytes of ranges that a worker keeps as it has sent them."""
_LONGEST_CANDLE: Final = 92
"""Days of the longest candle, a quarter."""


@dataclass(frozen=True)
class _Tier:
    """A stored span of candles.

    Attributes:
        name: Part of the cache keys.
        start: First exchange date.
    """

    name: str
    start: date


@dataclass(frozen=True)
class _Stored:
    """A head with the candles of the requested pieces."""

    entry: CacheEntry
    head: StoredHead
    lines: Lines


class StoredHistories:
    """Serves ranges of histories from the cache, fetching them on a miss.

    Args:
        chain: The sources.
        cache: Stores heads and pieces.
        actions: Gets the corporate actions of a symbol, for sources whose prices are not adjusted.
        calendars: Sessions of the exchanges.
        clock: The present moment.
    """

    def __init__(
        self,
        chain: SourceChain,
        cache: Cache,
        actions: Callable[[str], Awaitable[Actions]],
        calendars: MarketCalendars,
        clock: Clock,
    ) -> None:
        self._chain = chain
        self._cache = cache
        self._actions = actions
        self._calendars = calendars
        self._clock = clock
        self._ranges = LocalCache(_RANGE_BYTES)

    async def read(self, request: HistoryRequest, *, refresh: bool = False) -> CacheEntry:
        """Returns the JSON of a history, with the age of the fetch it comes from.

        Args:
            request: The period or range.
            refresh: Ask the sources even if the stored history is fresh.

        Raises:
            SymbolNotFoundError: No source knows the symbol.
            NotEntitledError: The plan of the source does not reach back to the start.
            ServiceError: No source could answer, and nothing is stored.
        """
        start = request.start or period_start(request.period or "1mo", request.symbol, self._clock())
        tier = _tier_of(request.symbol, request.interval, start.date(), self._clock())
        stored = await self._stored(request, start, tier, refresh=refresh, partial=True)
        if isinstance(stored, _Stored) and stored.head.start > start.date() and not request.partial:
            stored = await self._stored(request, start, tier, refresh=True, partial=False)
        if isinstance(stored, CacheEntry):
            return stored
        # Joining and, at first, loading the exchange's calendar take a while.
        entry = await asyncio.to_thread(self._range, request, start, stored)
        if (name := _range_name(stored.entry, request)) is not None:
            kept = replace(entry, outcome="hit")
            self._ranges.put(name, kept, self._clock().timestamp(), in_redis=False)
        return entry

    async def cached(self, request: HistoryRequest) -> History | None:
        """Returns a history from the cache; None unless it is there, fresh and complete. Makes no request."""
        start = request.start or period_start(request.period or "1mo", request.symbol, self._clock())
        tier = _tier_of(request.symbol, request.interval, start.date(), self._clock())
        entry = await self._cache.get(_head_key(request, tier))
        if entry is None:
            return None
        head = StoredHead.model_validate_json(entry.body)
        lines = await self._lines(request, tier, head, start, None)
        if lines is None:
            return None
        cut_out = await asyncio.to_thread(self._range, request, start, _Stored(entry, head, lines))
        return History.model_validate_json(cut_out.body)

    async def _stored(
        self, request: HistoryRequest, start: datetime, tier: _Tier, *, refresh: bool, partial: bool
    ) -> _Stored | CacheEntry:
        """Returns the stored history of a tier, fetched if need be; or the range if it has been cut before.

        Args:
            request: The span.
            start: Its first day.
            tier: The tier that covers it.
            refresh: Fetch it even if it is fresh.
            partial: Whether a history will do that begins later because the plan of the source ends there.
        """
        key = _head_key(request, tier)
        fetched: dict[str, dict[str, bytes]] = {}

        async def fetch() -> Fetched:
            return await self._fetch(request, tier, partial, fetched)

        for attempt in range(_ATTEMPTS):
            entry = await self._cache.get_or_fetch(key, fetch, refresh=refresh or attempt > 0)
            if (name := _range_name(entry, request)) and (cut_before := self._ranges.get(name)):
                return cast("CacheEntry", cut_before.stored)
            head = StoredHead.model_validate_json(entry.body)
            if head.start > start.date() and not partial:
                if entry.stale_error is not None:
                    raise entry.stale_error
                # Another request has stored its partial history just now.
                continue
            lines = await self._lines(request, tier, head, start, fetched.get(head.generation))
            if lines is not None:
                return _Stored(entry, head, lines)
        raise UpstreamUnavailableError("The stored history is incomplete.", retry_after=1.0)

    async def _lines(
        self,
        request: HistoryRequest,
        tier: _Tier,
        head: StoredHead,
        start: datetime,
        fetched: Mapping[str, bytes] | None,
    ) -> Lines | None:
        """Returns the candles of the pieces that the request needs; None when one has been lost."""
        keys = {_piece_key(request, tier, name): name for name in _needed(request, head, start)}
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

    async def _fetch(
        self, request: HistoryRequest, tier: _Tier, partial: bool, fetched: dict[str, dict[str, bytes]]
    ) -> Fetched:
        wanted = HistoryRequest(
            symbol=request.symbol,
            period=None,
            interval=request.interval,
            start=datetime.combine(tier.start, time(), UTC),
            partial=partial,
        )
        found = await self._chain.ask("history", request.symbol, lambda source: source.history(wanted))
        history = await self._adjusted(found.value)
        head, pieces = await asyncio.to_thread(self._encoded, history, found, tier)
        fetched[head.generation] = pieces
        ttl_class = "price_data" if found.is_placeholder else _ttl_class(request.interval)
        await self._cache.put_many(
            {_piece_key(request, tier, name, ttl_class): Fetched(body) for name, body in pieces.items()}
        )
        return Fetched(head.model_dump_json().encode(), ttl_class, found.value.source)

    async def _adjusted(self, history: History) -> History:
        """Returns split-adjusted prices; prices as traded when no source lists the splits."""
        if history.adjustment == "none":
            try:
                return split_adjusted(history, history.actions or await self._actions(history.symbol))
            except (ServiceError, NotFoundError):
                return history
        if history.actions is None or not history.actions.splits:
            return history
        repaired, splits = await asyncio.to_thread(apply_unapplied_splits, history, history.actions.splits)
        remarks = tuple(
            Remark(
                code="repaired_candles",
                detail=f"The split {split.numerator}:{split.denominator} of {split.date} was applied to the "
                "earlier prices.",
            )
            for split in splits
        )
        return repaired.model_copy(update={"quality": (*history.quality, *remarks)})

    def _encoded(
        self, history: History, found: SourceResult[History], tier: _Tier
    ) -> tuple[StoredHead, dict[str, bytes]]:
        generation = uuid.uuid4().hex
        pieces = split_pieces(history, generation)
        start = tier.start
        if history.partial and history.candles:
            start = history.candles[0].timestamp.date()
        head = StoredHead(
            generation=generation,
            history=history.model_copy(
                update={"candles": (), "fallback_reason": found.fallback_reason, "quality": ()}
            ),
            start=start,
            pieces=tuple(pieces),
            findings=check_history(history, self._calendars),
        )
        return head, pieces

    def _range(self, request: HistoryRequest, start: datetime, stored: _Stored) -> CacheEntry:
        history, lines = stored.head.history, stored.lines
        tomorrow = exchange_date(request.symbol, self._clock()) + timedelta(days=1)
        end = request.end or datetime.combine(tomorrow, time(), UTC)
        if request.period is not None and (count := LAST_SESSIONS.get(request.period)):
            lines = last_sessions(lines, history, count)
        else:
            lines = cut(lines, *day_bounds(history, start, end), whole_first=spans_days(request.interval))
        stale = stored.entry.outcome == "stale"
        update: dict[str, object] = {
            "period": request.period,
            "as_of": self._as_of(history, lines),
            "stale": stale,
            "quality": _remarks(stored.head, lines),
        }
        if stale:
            update["fallback_reason"] = stored.entry.stale_reason
        return with_body(stored.entry, join(history.model_copy(update=update), lines))

    def _as_of(self, history: History, lines: Lines) -> datetime | None:
        """Returns the earlier of the quote time and the close of the last candle's session."""
        if not lines:
            return None
        last = timestamp_of(lines[-1])
        day = exchange_date(history.symbol, last) if is_intraday(history.interval) else last.date()
        calendar = calendar_of(history.symbol, history.asset_type)
        closes = self._calendars.close_of(calendar, last_day(history.interval, day))
        moments = (history.as_of, closes, history.fetched_at)
        return min(moment for moment in moments if moment is not None)


def _range_name(head: CacheEntry, request: HistoryRequest) -> str | None:
    """Returns the name of a range in local memory; None for what moves with the clock or is stale."""
    if request.start is None or request.end is None or head.outcome == "stale":
        return None
    return f"{head.etag}:{request.start:%Y%m%d}:{request.end:%Y%m%d}:{request.partial}"


def _remarks(head: StoredHead, lines: Lines) -> tuple[Remark, ...]:
    if not lines:
        return head.findings.remarks
    return head.findings.within(timestamp_of(lines[0]), timestamp_of(lines[-1]))


def _tier_of(symbol: str, interval: Interval, start: date, now: datetime) -> _Tier:
    """Returns the smallest tier that covers the start."""
    today = exchange_date(symbol, now)
    if is_intraday(interval):
        recent = today - timedelta(days=_RECENT_DAYS)
        reach = today - timedelta(days=REACH_DAYS[interval])
        return _Tier("recent", recent) if start >= recent else _Tier("all", reach)
    for name, years in _YEARS.items():
        first = date(today.year - years, 1, 1)
        if start >= first:
            return _Tier(name, first)
    return _Tier("all", EARLIEST)


def _needed(request: HistoryRequest, head: StoredHead, start: datetime) -> tuple[str, ...]:
    """Returns the names of the pieces that the candles of the request are in."""
    if request.period is not None and (count := LAST_SESSIONS.get(request.period)):
        return head.pieces[-count - 1 :]
    # The candle that contains the start may have begun in the piece before.
    first = start.date() - timedelta(days=_LONGEST_CANDLE if spans_days(request.interval) else 0)
    last = request.end.date() if request.end else date.max
    names = piece_name(request.interval, first), piece_name(request.interval, last)
    return tuple(name for name in head.pieces if names[0] <= name <= names[1])


def _ttl_class(interval: Interval) -> TtlClass:
    return "price_data" if is_intraday(interval) else "historical_data"


def _head_key(request: HistoryRequest, tier: _Tier) -> CacheKey:
    params = f"{request.interval}:{tier.name}"
    return CacheKey(_ttl_class(request.interval), "stored_history", request.symbol, params)


def _piece_key(
    request: HistoryRequest, tier: _Tier, name: str, ttl_class: TtlClass = "historical_data"
) -> CacheKey:
    key = _head_key(request, tier)
    return replace(key, ttl_class=ttl_class, params=f"{key.params}:{name}")
