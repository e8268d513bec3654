"""Writes refreshed market data to the database."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shared.data.documents import StoredPeriod
from shared.domain.market_data import Fundamentals, News, Provenance
from shared.domain.statements import StatementPeriod, Statements
from shared.market.analysis.calendar import exchange_date
from shared.market.source_outcomes import SAMPLE_SOURCE

if TYPE_CHECKING:
    from shared.data.repositories import Repositories
    from shared.market.stored_span import HistoryChange


class MarketStore:
    """Writes market data. Each method raises ``DependencyUnavailableError`` without the database.

    Args:
        repositories: The collections.
    """

    def __init__(self, repositories: "Repositories") -> None:
        self._repositories = repositories

    async def put_history(self, change: "HistoryChange") -> None:
        """Writes a change of a history.

        The description comes after the candles. A change that is interrupted in between is not read, and the
        next refresh makes it again.
        """
        span = change.span
        candles = self._repositories.market_data
        if change.candles:
            await candles.add(
                span.symbol,
                span.interval,
                change.candles,
                source=span.source,
                currency=change.currency,
                fetched_at=span.fetched_at,
                generation=span.generation,
            )
        await self._repositories.spans.put(span)
        if change.replaces:
            await candles.delete_other_generations(span.symbol, span.interval, span.generation)

    async def put_fundamentals(self, fundamentals: Fundamentals) -> None:
        """Writes a snapshot of fundamentals."""
        if _is_placeholder(fundamentals):
            return
        day = exchange_date(fundamentals.symbol, fundamentals.fetched_at)
        await self._repositories.fundamentals.put(fundamentals, day)

    async def put_news(self, news: News) -> None:
        """Writes articles."""
        if _is_placeholder(news):
            return
        await self._repositories.news.add(news.symbol, news.articles, news.source)

    async def put_statements(self, statements: Sequence[Statements]) -> None:
        """Writes the periods of statements, each with the day on which it became known."""
        for statement in statements:
            if _is_placeholder(statement):
                continue
            periods = [_stored_period(statement, period) for period in statement.periods]
            await self._repositories.statements.put(
                statement.symbol, statement.statement, statement.period, periods
            )


def _is_placeholder(answer: Provenance) -> bool:
    """Returns whether an answer is sample data in place of a source that failed: it must not outlive that."""
    return answer.source == SAMPLE_SOURCE and answer.fallback_reason is not None


def _stored_period(statement: Statements, period: StatementPeriod) -> StoredPeriod:
    issuer = statement.issuer
    return StoredPeriod(
        end=period.end,
        known_on=period.known_from or period.filed or exchange_date(statement.symbol, statement.fetched_at),
        fetched_at=statement.fetched_at,
        source=statement.source,
        issuer=None if issuer is None else issuer.model_dump_json(),
        period=period.model_dump_json(),
    )
