"""Statements with what had been published by a past day, cached in a fixed number of entries.

Days are a free parameter, so an entry per day would let a client fill the cache. The days of a statement
share ``PAST_ENTRIES`` entries; an entry names its day and is replaced by the next day that falls on it.
"""

from datetime import date
from typing import Final

from shared.cache.cache_entry import CacheEntry, CacheKey
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.terms import MAX_STATEMENT_LIMIT
from shared.errors.provider_errors import ProviderNotCoveredError
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import NotEntitledError, ServiceError, UpstreamUnavailableError
from shared.market.answer_loader import AnswerLoader
from shared.market.answers import Answer, encode, with_body
from shared.market.database import MarketDatabase
from shared.market.pending_splits import PendingSplits
from shared.market.providers.base import MarketDataProvider
from shared.market.source_chain import SourceChain
from shared.market.source_outcomes import SourceResult

PAST_ENTRIES: Final = 8
"""Entries per statement and frequency: with nine of these and 40 KB each, 3 MB per symbol."""


class PastStatements:
    """Serves statements as known on a day.

    Args:
        chain: The sources. Those that do not tell what was known on a day are skipped.
        loader: Loads answers through the cache.
        database: The stored snapshots; None without a database.
        splits: Restates statements for splits that no filing of the day knew.
    """

    def __init__(
        self,
        chain: SourceChain,
        loader: AnswerLoader,
        database: MarketDatabase | None,
        splits: PendingSplits,
    ) -> None:
        self._chain = chain
        self._loader = loader
        self._database = database
        self._splits = splits

    async def read(self, request: StatementsRequest, known_on: date) -> Answer[Statements]:
        """Returns a statement with what had been published by a day, newest period first.

        A source that knows the past knows more of it than the snapshots, which are the second choice.

        Raises:
            SymbolNotFoundError: No source has the statement, and no snapshot is stored.
            ServiceError: No source could answer, and no snapshot is stored.
        """
        whole = request.model_copy(update={"limit": MAX_STATEMENT_LIMIT})
        try:
            answer = await self._of_sources(whole, known_on)
        except (SymbolNotFoundError, NotEntitledError, UpstreamUnavailableError):
            stored = await self._database.statements(whole) if self._database else None
            if stored is None:
                raise
            entry = CacheEntry(b"", stored.fetched_at.timestamp(), 0, "", stored.source)
            answer = Answer(with_body(entry, encode(stored)), Statements)
        cut = answer.value.model_copy(update={"periods": answer.value.periods[: request.limit]})
        return Answer(with_body(answer.entry, encode(cut)), Statements)

    async def _of_sources(self, request: StatementsRequest, known_on: date) -> Answer[Statements]:
        async def ask(source: MarketDataProvider) -> Statements:
            statements = await source.statements(request)
            if statements.known_on != known_on:
                raise ProviderNotCoveredError(source.name, "does not tell what was known on a past day")
            return statements

        async def make() -> SourceResult[Statements]:
            return await self._splits.applied(await self._chain.ask("statements", request.symbol, ask))

        async def stored() -> Statements | None:
            return await self._database.statements(request) if self._database else None

        params = f"past:{request.statement}:{request.period}:{known_on.toordinal() % PAST_ENTRIES}"
        key = CacheKey("fundamental_data", "statements", request.symbol, params)
        error: ServiceError | None = None
        # The second attempt replaces the entry of another day.
        for refresh in (False, True):
            answer = await self._loader.answer(
                key, Statements, make, refresh=refresh, stored=stored, is_current=False
            )
            if answer.value.known_on == known_on:
                return answer
            error = answer.entry.stale_error if isinstance(answer.entry.stale_error, ServiceError) else None
        raise error or UpstreamUnavailableError(
            "Another day was requested at the same moment.", retry_after=1
        )
