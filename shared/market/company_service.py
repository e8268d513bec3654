"""Data on companies: statements, filings, profile, earnings, peers and holders."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar, get_args

from shared.cache.cache_entry import Cache, CacheKey
from shared.domain.company import Earnings, Filings, Holders, Peers, Profile
from shared.domain.market_data import Provenance
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.symbols import normalise_symbol
from shared.domain.terms import (
    DEFAULT_FILING_LIMIT,
    MAX_STATEMENT_LIMIT,
    CompanyKind,
    StatementFrequency,
    StatementKind,
)
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import ServiceError
from shared.market.answer_loader import AnswerLoader
from shared.market.answers import Answer
from shared.market.database import MarketDatabase
from shared.market.past_statements import PastStatements
from shared.market.peer_comparison import PeerComparison
from shared.market.pending_splits import PendingSplits
from shared.market.providers.base import MarketDataProvider
from shared.market.source_chain import SourceChain
from shared.market.source_outcomes import SAMPLE_SOURCE, SourceResult
from shared.market.symbol_kinds import CompanyDataKind, of_failed_sources, without_company

T = TypeVar("T", bound=Provenance)


class CompanyService:
    """Serves data on companies, kept as long as fundamentals.

    Args:
        chain: The sources.
        loader: Loads answers through the cache.
        cache: Stores finished responses.
        database: The stored statements and data on companies; None without a database.
        peers: Compares companies of an industry.
        splits: Restates statements for recent splits.
    """

    def __init__(
        self,
        chain: SourceChain,
        loader: AnswerLoader,
        cache: Cache,
        database: MarketDatabase | None,
        peers: PeerComparison,
        splits: PendingSplits,
    ) -> None:
        self._chain = chain
        self._loader = loader
        self._cache = cache
        self._database = database
        self._past_statements = PastStatements(chain, loader, database, splits)
        self._peers = peers
        self._splits = splits

    async def statements(self, request: StatementsRequest, *, refresh: bool = False) -> Answer[Statements]:
        """Returns one statement of a company over several periods, newest first.

        Raises:
            SymbolNotFoundError: No source has the statement.
            ServiceError: No source could answer, and nothing is stored.
        """
        if request.known_on is not None:
            await _check_kind(request.symbol, "statements")
            return await self._past_statements.read(request, request.known_on)
        params = f"{request.statement}:{request.period}:{request.limit}"
        key = CacheKey("fundamental_data", "statements", request.symbol, params)
        if not refresh and (near := self._cache.get_local(key)):
            return Answer(near, Statements)

        async def make() -> SourceResult[Statements]:
            found = await self._chain.ask(
                "statements", request.symbol, lambda source: source.statements(request)
            )
            return await self._splits.applied(found)

        stored = partial(self._database.statements, request) if self._database else None
        asked = _for_companies("statements", request.symbol, make)
        return await self._loader.answer(key, Statements, asked, refresh=refresh, stored=stored)

    async def all_statements(self, symbol: str) -> tuple[Statements, ...]:
        """Requests every statement of a company over all periods, for the scheduled refresh.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source has any statement of the company.
            ServiceError: No source could answer.
        """
        found: list[Statements] = []
        unknown: SymbolNotFoundError | None = None
        for statement in get_args(StatementKind):
            for frequency in get_args(StatementFrequency):
                request = StatementsRequest(
                    symbol=normalise_symbol(symbol),
                    statement=statement,
                    period=frequency,
                    limit=MAX_STATEMENT_LIMIT,
                )
                try:
                    answer = await self.statements(request, refresh=True)
                except SymbolNotFoundError as error:
                    unknown = error
                    continue
                if answer.entry.stale_error is not None:
                    raise answer.entry.stale_error
                found.append(answer.value)
        if unknown is not None and not found:
            raise unknown
        return tuple(found)

    async def filings(
        self, symbol: str, form: str | None = None, limit: int = DEFAULT_FILING_LIMIT
    ) -> Answer[Filings]:
        """Returns at most ``limit`` filings of a company with the SEC, newest first.

        Args:
            symbol: Ticker, or the number at the SEC written ``CIK0000320193``.
            form: Form with its amendments; None for all forms.
            limit: Up to ``MAX_FILING_LIMIT``.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source has filings of the company.
            ServiceError: No source could answer, and nothing is stored.
        """
        symbol = normalise_symbol(symbol)
        form = form.strip().upper() if form else None

        async def make() -> SourceResult[Filings]:
            return await self._chain.ask(
                "filings", symbol, lambda source: source.filings(symbol, form, limit)
            )

        key = CacheKey("historical_data", "filings", symbol, f"{form or 'all'}:{limit}")
        return await self._loader.answer(key, Filings, make, refresh=False)

    async def profile(self, symbol: str, *, refresh: bool = False) -> Answer[Profile]:
        """Returns what a company is and does.

        Raises:
            InvalidSymbolError: The text cannot be a symbol.
            SymbolNotFoundError: No source has a profile of the company.
            ServiceError: No source could answer, and nothing is stored.
        """
        symbol = normalise_symbol(symbol)
        return await self._answer("profile", symbol, Profile, partial(self._ask_profile, symbol), refresh)

    async def earnings(self, symbol: str, *, refresh: bool = False) -> Answer[Earnings]:
        """Returns past, next and expected earnings of a company. Raises as ``profile`` does."""
        return await self._of_sources(
            "earnings", symbol, Earnings, lambda source, s: source.earnings(s), refresh
        )

    async def peers(self, symbol: str, *, refresh: bool = False) -> Answer[Peers]:
        """Returns companies of the same industry, the largest first. Raises as ``profile`` does."""
        symbol = normalise_symbol(symbol)
        return await self._answer("peers", symbol, Peers, partial(self._peers.find, symbol), refresh)

    async def holders(self, symbol: str, *, refresh: bool = False) -> Answer[Holders]:
        """Returns insiders and institutions, the largest holder first. Raises as ``profile`` does."""
        return await self._of_sources(
            "holders", symbol, Holders, lambda source, s: source.holders(s), refresh
        )

    async def _of_sources(
        self,
        kind: CompanyKind,
        symbol: str,
        model: type[T],
        ask: Callable[[MarketDataProvider, str], Awaitable[T]],
        refresh: bool,
    ) -> Answer[T]:
        symbol = normalise_symbol(symbol)

        async def make() -> SourceResult[T]:
            return await self._chain.ask(kind, symbol, lambda source: ask(source, symbol))

        return await self._answer(kind, symbol, model, make, refresh)

    async def _answer(
        self,
        kind: CompanyKind,
        symbol: str,
        model: type[T],
        make: Callable[[], Awaitable[SourceResult[T]]],
        refresh: bool,
    ) -> Answer[T]:
        key = CacheKey("fundamental_data", kind, symbol)
        make = _for_companies(kind, symbol, make)
        database = self._database
        if database is None:
            return await self._loader.answer(key, model, make, refresh=refresh)

        async def make_and_store() -> SourceResult[T]:
            found = await make()
            # An incomplete answer, or one of the sample data, must not outlive the failure of the sources.
            if not found.is_placeholder and found.value.source != SAMPLE_SOURCE:
                await database.put_company(symbol, kind, found.value)
            return found

        stored = partial(database.company, symbol, kind, model)
        return await self._loader.answer(key, model, make_and_store, refresh=refresh, stored=stored)

    async def _ask_profile(self, symbol: str) -> SourceResult[Profile]:
        """Returns a profile; the SEC adds industry code, kind of security and fiscal year where it can."""
        found = await self._chain.ask("profile", symbol, lambda source: source.profile(symbol))
        if found.value.sic is not None or found.value.source == SAMPLE_SOURCE:
            return found
        filed = await self._chain.ask_for_addition(
            "sec_edgar", "profile", symbol, lambda source: source.profile(symbol)
        )
        if filed is None:
            return found
        known = {"sic": filed.sic, "security": found.value.security or filed.security}
        year_end = found.value.fiscal_year_end or filed.fiscal_year_end
        return replace(found, value=found.value.model_copy(update={**known, "fiscal_year_end": year_end}))


async def _check_kind(symbol: str, kind: CompanyDataKind) -> None:
    """Rejects data on a company that a kind of instrument cannot have.

    Raises:
        SymbolNotFoundError: The symbol is an index, a currency pair, a cryptocurrency or a future.
    """
    lacking = await asyncio.to_thread(without_company, symbol, kind)
    if lacking is not None:
        raise lacking


def _for_companies(
    kind: CompanyDataKind, symbol: str, make: Callable[[], Awaitable[SourceResult[T]]]
) -> Callable[[], Awaitable[SourceResult[T]]]:
    """Returns the request for data on a company; it asks no source about an index or a currency."""

    async def asked() -> SourceResult[T]:
        await _check_kind(symbol, kind)
        try:
            return await make()
        except ServiceError as error:
            raise of_failed_sources(symbol, kind, error) from None

    return asked
