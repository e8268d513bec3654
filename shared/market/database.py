"""Market data stored in the database: read before the sources when fresh, and after them whatever its age.

The refresh stores the data of tracked symbols. Data on companies are stored when they are fetched.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import ValidationError

from shared.cache.cache_entry import TtlClass
from shared.config.store_settings import TtlSettings
from shared.data.documents import HistorySpan
from shared.domain.company import Issuer
from shared.domain.market_data import Candle, Fundamentals, History, News, Provenance
from shared.domain.statements import StatementPeriod, Statements, StatementsRequest
from shared.domain.terms import CompanyKind, Interval
from shared.errors.service_errors import DependencyUnavailableError, InternalError
from shared.market.analysis.exchanges import time_zone_of
from shared.market.history_pieces import CandleLines
from shared.market.stored_span import SpanHead
from shared.observability.telemetry import annotate
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.data.repositories import Repositories

T = TypeVar("T")
P = TypeVar("P", bound=Provenance)

_MAX_ARTICLES: Final = 50


@dataclass(frozen=True)
class DatabaseHistory:
    """A stored history.

    Attributes:
        span: Description of its candles.
        head: Its description.
        lines: The JSON of its candles, oldest first; at least one.
    """

    span: HistorySpan
    head: SpanHead
    lines: CandleLines

    def parsed(self) -> History:
        """Returns the history with its candles as records."""
        candles = tuple(Candle.model_validate_json(line) for line in self.lines)
        update = {
            "candles": candles,
            "actions": self.head.actions,
            "changes": self.head.findings.changes,
            "partial": self.head.partial,
        }
        return self.head.history.model_copy(update=update)


class MarketDatabase:
    """Reads stored market data.

    A database that is unavailable counts as empty: it costs its deadline once per cooldown, and never turns
    an answer of a source into an error. Documents that cannot be read are ignored.

    Args:
        repositories: The collections.
        ttl: How long each kind of data is fresh, in seconds.
        clock: The present moment.
    """

    def __init__(self, repositories: "Repositories", ttl: TtlSettings, clock: Clock) -> None:
        self._repositories = repositories
        self._ttl = ttl
        self._clock = clock

    def is_fresh(self, ttl_class: TtlClass, fetched_at: datetime) -> bool:
        """Returns whether data fetched at a moment are fresh; data from the future are not."""
        age = (self._clock() - fetched_at).total_seconds()
        ttl: int = getattr(self._ttl, ttl_class)
        return -1.0 <= age < ttl

    async def history(self, symbol: str, interval: Interval) -> DatabaseHistory | None:
        """Returns the stored history of a symbol; None if none is stored."""
        return await self._read(self.require_history(symbol, interval))

    async def require_history(self, symbol: str, interval: Interval) -> DatabaseHistory | None:
        """Returns the stored history of a symbol; None if none is stored.

        Raises:
            DependencyUnavailableError: The database is unavailable.
        """
        span = await self._repositories.spans.get(symbol, interval)
        if span is None:
            return None
        lines = await self._repositories.market_data.lines(symbol, interval, span.generation)
        try:
            head = SpanHead.model_validate_json(span.head)
        except ValidationError:
            # Written by another release: fetched again as a whole.
            return None
        return DatabaseHistory(span, head, lines) if lines else None

    async def latest_candles(
        self, symbols: Sequence[str], interval: Interval
    ) -> Mapping[str, tuple[SpanHead, Sequence[Candle]]]:
        """Returns descriptions and the last two candles, oldest first; symbols without any are omitted."""
        return await self._read(self._latest_candles(symbols, interval)) or {}

    async def fundamentals(self, symbol: str, known_on: date | None = None) -> Fundamentals | None:
        """Returns the newest snapshot known at the end of a day at the exchange; None without one.

        Raises:
            DependencyUnavailableError: The database, which alone knows the past, is unavailable.
        """
        if known_on is None:
            return await self._read(self._repositories.fundamentals.latest(symbol))
        return await self._repositories.fundamentals.latest(symbol, day_end(symbol, known_on))

    async def statements(self, request: StatementsRequest) -> Statements | None:
        """Returns a stored statement; None without any period."""
        return await self._read(self._statements(request))

    async def company(self, symbol: str, kind: CompanyKind, model: type[P]) -> P | None:
        """Returns stored data on a company; None without any."""
        answer = await self._read(self._repositories.companies.get(symbol, kind))
        try:
            return None if answer is None else model.model_validate_json(answer)
        except ValidationError:
            # Written by another release.
            return None

    async def put_company(self, symbol: str, kind: CompanyKind, value: Provenance) -> None:
        """Stores data on a company; without the database they are not stored."""
        await self._read(
            self._repositories.companies.put(symbol, kind, value.fetched_at, value.model_dump_json())
        )

    async def news(self, symbol: str, known_on: date | None = None) -> News | None:
        """Returns stored articles, newest first; None without any.

        Raises:
            DependencyUnavailableError: The database, which alone knows the past, is unavailable.
        """
        news = self._repositories.news
        if known_on is None:
            stored = await self._read(news.latest(symbol, _MAX_ARTICLES))
        else:
            stored = await news.latest(symbol, _MAX_ARTICLES, day_end(symbol, known_on))
        if stored is None:
            return None
        newest = stored.articles[0].published_at
        return News(
            source=stored.source,
            as_of=newest,
            fetched_at=stored.fetched_at,
            symbol=symbol,
            articles=stored.articles,
        )

    async def _latest_candles(
        self, symbols: Sequence[str], interval: Interval
    ) -> dict[str, tuple[SpanHead, Sequence[Candle]]]:
        spans = await self._repositories.spans.get_many(symbols, interval)
        generations = {symbol: span.generation for symbol, span in spans.items()}
        candles = await self._repositories.market_data.latest(generations, interval) if spans else {}
        return {
            symbol: (SpanHead.model_validate_json(spans[symbol].head), candles[symbol]) for symbol in candles
        }

    async def _statements(self, request: StatementsRequest) -> Statements | None:
        stored = await self._repositories.statements.get(
            request.symbol, request.statement, request.period, request.known_on, request.limit
        )
        if not stored:
            return None
        newest = stored[0]
        return Statements(
            source=newest.source,
            as_of=datetime.combine(newest.known_on, time(), UTC),
            fetched_at=newest.fetched_at,
            symbol=request.symbol,
            issuer=None if newest.issuer is None else Issuer.model_validate_json(newest.issuer),
            statement=request.statement,
            period=request.period,
            known_on=request.known_on,
            periods=await asyncio.to_thread(
                lambda: tuple(StatementPeriod.model_validate_json(item.period) for item in stored)
            ),
        )

    async def _read(self, reading: Awaitable[T]) -> T | None:
        try:
            return await reading
        except (DependencyUnavailableError, InternalError) as error:
            annotate(database_error=error.detail)
        except ValidationError as error:
            annotate(database_error=f"a stored document cannot be read ({error.error_count()} fields)")
        return None


def day_end(symbol: str, day: date) -> datetime:
    """Returns the moment at which a day at the exchange of a symbol ends, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), time_zone_of(symbol)).astimezone(UTC)
