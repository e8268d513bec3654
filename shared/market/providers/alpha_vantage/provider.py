"""Alpha Vantage: end-of-day prices, fundamentals and news of US symbols, and currency pairs, on a free key.

A free key has 25 requests a day and one a second; the source is a fallback. Data that the plan lacks
(adjusted, intraday and long histories) is rejected here without a request.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final, TypeVar

from shared.domain.company import Earnings, Profile
from shared.domain.identifiers import isin_in
from shared.domain.market_data import (
    Actions,
    DataKind,
    Fundamentals,
    History,
    HistoryRequest,
    News,
    Provenance,
    Quote,
    Remark,
    SymbolInfo,
)
from shared.domain.statements import Statements, StatementsRequest
from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderBudgetError,
    ProviderNotCoveredError,
    ProviderNotFoundError,
)
from shared.market.analysis.calendar import exchange_date
from shared.market.providers.alpha_vantage import company_overview, fundamental_figures, mapping
from shared.market.providers.alpha_vantage import reported_statements as statements
from shared.market.providers.alpha_vantage.client import AlphaVantageClient
from shared.market.providers.alpha_vantage.currency_pairs import (
    pair_of,
)
from shared.market.providers.alpha_vantage.errors import NAME
from shared.market.providers.alpha_vantage.price_requests import AlphaVantagePrices
from shared.market.providers.articles import newest_first
from shared.market.providers.base import MarketDataProvider
from shared.market.providers.fields import Converted, Json, convert_each
from shared.market.providers.us_listings import asset_type_of
from shared.market.providers.vendor_statements import VendorPeriod, check_request, vendor_statements
from shared.runtime.clock import Clock

_COVERED: Final = re.compile(r"[A-Z]{1,5}(-[A-Z])?")
_MAX_QUOTES: Final = 3

T = TypeVar("T")


class AlphaVantageProvider(MarketDataProvider):
    """The source ``alpha_vantage``.

    Args:
        client: The connection.
        clock: The present moment.
        is_paid: Whether the plan is a paid one, which has candles shorter than a day.
    """

    name: str = NAME
    kinds: frozenset[DataKind] = frozenset(
        {
            *("quote", "history", "actions", "fundamentals", "statements"),
            *("profile", "earnings", "news", "search"),
        }
    )

    def __init__(self, client: AlphaVantageClient, clock: Clock, *, is_paid: bool = False) -> None:
        self._client = client
        self._clock = clock
        self._prices = AlphaVantagePrices(client, clock, is_paid=is_paid)

    async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote | ProviderError]:
        """Returns quotes of the end of day, one request each; a malformed one is an error of its symbol.

        Raises:
            ProviderBudgetError: More quotes are requested than the budget is used for.
        """
        covered = [symbol for symbol in symbols if _COVERED.fullmatch(symbol) or pair_of(symbol)]
        if len(covered) > _MAX_QUOTES:
            raise ProviderBudgetError(NAME, f"at most {_MAX_QUOTES} quotes per call")
        found: dict[str, Quote | ProviderError] = {
            symbol: _not_covered() for symbol in symbols if symbol not in covered
        }
        for symbol in covered:
            try:
                quote = await self._prices.quote(symbol)
            except ProviderError as error:
                found[symbol] = error
            else:
                found |= {} if quote is None else {symbol: quote}
        errors = [refused for symbol in covered if isinstance(refused := found.get(symbol), ProviderError)]
        if errors and len(errors) == len(covered):
            raise errors[0]
        return found

    async def history(self, request: HistoryRequest) -> History:
        """Returns daily candles of the last 100 sessions as traded, without adjusted closes.

        Raises:
            ProviderNotEntitledError: Another interval is requested, or an earlier start that must be reached.
        """
        if pair_of(request.symbol) is None:
            _check_covered(request.symbol)
        return await self._prices.history(request)

    async def actions(self, symbol: str) -> Actions:
        """Returns all dividends, as paid, and splits: two requests."""
        _check_covered(symbol)
        dividends = await self._events("DIVIDENDS", symbol, mapping.dividend)
        splits = await self._events("SPLITS", symbol, mapping.split)
        return mapping.actions(symbol, dividends, splits, self._clock())

    async def _events(
        self, function: str, symbol: str, convert: Callable[[Json, date], T | None]
    ) -> Converted[T]:
        answer = await self._client.ask(function, symbol=symbol)
        mapping.check_symbol(symbol, answer.get("symbol"))
        today = exchange_date(symbol, self._clock())
        return convert_each(NAME, "events", _list(answer, "data"), lambda row: convert(row, today))

    async def fundamentals(self, symbol: str) -> Fundamentals:
        """Returns the fundamentals of a company, or what there is of an exchange-traded fund.

        Raises:
            ProviderNotFoundError: The symbol is not known, or is neither.
        """
        if await asyncio.to_thread(asset_type_of, symbol) == "etf":
            return await self._fund(symbol)
        overview, now = await self._overview(symbol), self._clock()
        return convert_each(
            NAME, "fundamentals", [overview], lambda row: fundamental_figures.fundamentals(symbol, row, now)
        ).records[0]

    async def _fund(self, symbol: str) -> Fundamentals:
        """Returns the figures of an exchange-traded fund."""
        answer, now = await self._client.ask("ETF_PROFILE", symbol=symbol), self._clock()
        if not answer:
            raise ProviderNotFoundError(NAME, "does not know the fund")
        return convert_each(
            NAME, "fundamentals", [answer], lambda row: fundamental_figures.fund_figures(symbol, row, now)
        ).records[0]

    async def profile(self, symbol: str) -> Profile:
        """Returns what a company is and does, from the response that fundamentals come from, too.

        Raises:
            ProviderNotFoundError: The symbol is not known, or is no company.
        """
        overview, now = await self._overview(symbol), self._clock()
        return convert_each(
            NAME, "profiles", [overview], lambda row: company_overview.profile(symbol, row, now)
        ).records[0]

    async def earnings(self, symbol: str) -> Earnings:
        """Returns past earnings with the days of publication.

        Raises:
            ProviderNotCoveredError: The response has no quarters.
        """
        _check_covered(symbol)
        answer = await self._client.ask("EARNINGS", symbol=symbol)
        if not answer:
            raise ProviderNotCoveredError(NAME, "has no earnings of the symbol")
        mapping.check_symbol(symbol, answer.get("symbol"))
        now = self._clock()
        today = exchange_date(symbol, now)
        quarters = convert_each(
            NAME,
            "earnings",
            _list(answer, "quarterlyEarnings"),
            lambda row: company_overview.reported_earnings(row, today),
        )
        if not quarters.records:
            raise ProviderNotCoveredError(NAME, "has no earnings of the symbol")
        return company_overview.earnings(symbol, quarters, now)

    async def _overview(self, symbol: str) -> Json:
        _check_covered(symbol)
        answer = await self._client.ask("OVERVIEW", symbol=symbol)
        if not answer:
            raise ProviderNotFoundError(NAME, "does not know the company")
        return answer

    async def statements(self, request: StatementsRequest) -> Statements:
        """Returns a statement: one request.

        Raises:
            ProviderNotCoveredError: The company has none, or what was known on a day is requested.
        """
        _check_covered(request.symbol)
        check_request(NAME, request)
        answer = await self._client.ask(statements.FUNCTIONS[request.statement], symbol=request.symbol)
        mapping.check_symbol(request.symbol, answer.get("symbol"))
        found: list[VendorPeriod] = []
        remarks: tuple[Remark, ...] = ()
        for name, months in statements.REPORTS.items():
            convert = partial(statements.period, months=months, statement=request.statement)
            converted = convert_each(NAME, "reports", _list(answer, name) if answer else [], convert)
            found += converted.records
            remarks += converted.remarks
        now = self._clock()
        provenance = Provenance(source=NAME, as_of=None, fetched_at=now, quality=remarks[:1])
        return vendor_statements(request, provenance, found)

    async def news(self, symbol: str, limit: int) -> News:
        """Returns articles with their sentiment for the symbol, newest first."""
        _check_covered(symbol)
        answer = await self._client.ask("NEWS_SENTIMENT", tickers=symbol, limit=str(limit), sort="LATEST")
        now = self._clock()
        rows = [] if mapping.has_no_articles(answer) else _list(answer, "feed")
        articles = convert_each(NAME, "articles", rows, lambda row: mapping.article(row, symbol, now))
        newest = newest_first(articles.records, limit)
        return News(
            source=NAME,
            as_of=newest[0].published_at if newest else None,
            fetched_at=now,
            quality=articles.remarks,
            symbol=symbol,
            articles=newest,
        )

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        """Returns the symbols that this source covers.

        Raises:
            ProviderNotCoveredError: The query is an ISIN: this source does not know them.
        """
        if isin_in(query):
            raise ProviderNotCoveredError(NAME, "is not searched by ISIN")
        answer = await self._client.ask("SYMBOL_SEARCH", keywords=query)
        rows = [
            row
            for row in _list(answer, "bestMatches")
            if isinstance(row, Mapping) and _COVERED.fullmatch(str(row.get("1. symbol")))
        ]
        return convert_each(NAME, "search hits", rows[:limit], mapping.symbol_info).records

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


def _check_covered(symbol: str) -> None:
    if not _COVERED.fullmatch(symbol):
        raise _not_covered()


def _not_covered() -> ProviderNotCoveredError:
    return ProviderNotCoveredError(NAME, "is used for US symbols and currency pairs only")


def _list(answer: Json, key: str) -> list[Json]:
    rows = answer.get(key)
    if not isinstance(rows, list):
        raise ProviderBadPayloadError(NAME, f"the response has no {key}")
    return rows
