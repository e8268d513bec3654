"""Gathers the data of a report; optional data may be missing, and is then named with the reason."""

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from shared.domain.company import Earnings, Filings, Holders, Peers, Profile
from shared.domain.market_data import AssetType, Fundamentals, History, HistoryRequest, Provenance, Quote
from shared.domain.statements import Statements, StatementsRequest
from shared.domain.terms import Period, StatementKind
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import ServiceError
from shared.market.section_metrics import (
    analyst_metrics,
    business_metrics,
    health_metrics,
    valuation_metrics,
)
from shared.market.source_outcomes import is_made_up_beside
from shared.reports.data import MARKETS, ReportData, share_index_of
from shared.reports.missing_data import MissingData, missing_by
from shared.reports.request import ReportType

if TYPE_CHECKING:
    from shared.market.data_manager import Answer, DataManager
    from shared.market.past_market import PastMarket

_NEWS_LIMIT: Final = 8
_CHARTED: Final[Period] = "2y"
"""Period of the candles that charts are drawn from: a year, and what its 200-day average needs before."""
_FIVE_YEARS: Final[Period] = "5y"
"""The same for performance, and for companies: their multiples are compared over five fiscal years."""
_FISCAL_YEARS: Final = 6
"""Five years of growth need the year before them."""
_FISCAL_QUARTERS: Final = 12
"""Eight quarters of growth need the four before them."""
_FILINGS: Final = 8
_FULL: Final[frozenset[ReportType]] = frozenset({"comprehensive_analysis", "fundamental_analysis"})
"""Types of report with everything that is known of a company."""
_WITH_PERFORMANCE: Final[frozenset[ReportType]] = frozenset({*_FULL, "quick_overview"})
_WITH_FUNDAMENTALS: Final[frozenset[AssetType]] = frozenset({"equity", "etf", "mutual_fund", "other"})
_WITHOUT_FUNDAMENTALS: frozenset[ReportType] = frozenset({"technical_analysis", "market_sentiment"})
_WITHOUT_NEWS: frozenset[ReportType] = frozenset(
    {"technical_analysis", "fundamental_analysis", "quick_overview"}
)

Part = TypeVar("Part", bound=Provenance)


async def gather(
    market_data: "DataManager | PastMarket",
    symbol: str,
    report_type: ReportType,
    present: "DataManager | None" = None,
) -> ReportData:
    """Requests everything that this type of report needs; the quote first, since its kind decides the rest.

    Args:
        market_data: The data, of today or as known on a past day.
        symbol: The symbol.
        report_type: Decides what is requested.
        present: Earnings, profile, peers, holders and filings of today; None for a past day, for which the
            sources do not have them.

    Raises:
        SymbolNotFoundError: No source knows the symbol.
        ServiceError: There is no quote.
    """
    quote = (await market_data.quote(symbol)).value
    try:
        async with asyncio.TaskGroup() as group:
            return await _around(quote, market_data, symbol, report_type, present, group)
    except ExceptionGroup as failed:
        # All else is cancelled; the first error is the answer, as if there had been one request.
        raise failed.exceptions[0] from None


async def _around(
    quote: Quote,
    market_data: "DataManager | PastMarket",
    symbol: str,
    report_type: ReportType,
    present: "DataManager | None",
    group: asyncio.TaskGroup,
) -> ReportData:
    """Returns the data around a quote; the arguments are those of ``gather``, and the group of its tasks."""
    with_fundamentals = report_type not in _WITHOUT_FUNDAMENTALS and quote.asset_type in _WITH_FUNDAMENTALS
    valued = with_fundamentals and quote.asset_type == "equity"
    with_news = report_type not in _WITHOUT_NEWS
    with_performance = valued or report_type in _WITH_PERFORMANCE
    period = _FIVE_YEARS if with_performance else _CHARTED
    optional = _OptionalParts(group, quote.source)
    missing = optional.missing
    company = group.create_task(
        _company(market_data, quote, optional)
        if valued
        else _index_alone(market_data, quote, optional, with_performance)
    )
    technicals, fundamentals, news, history = await asyncio.gather(
        optional("technicals", market_data.technicals(symbol, "1y")),
        optional("fundamentals", market_data.fundamentals(symbol) if with_fundamentals else None),
        optional("news", market_data.news(symbol, _NEWS_LIMIT) if with_news else None),
        optional("history", market_data.history(_daily(symbol, period))),
    )
    full = valued and report_type in _FULL
    if full:
        missing += _never_available(present)
    about = await _about(present, symbol, optional) if full and present is not None else _About()
    if valued and report_type == "quick_overview" and present is not None:
        about = about._replace(peers=await optional("peers", present.peers(symbol)))
    quarters = await _quarters(market_data, symbol, optional) if full else (None, None)
    income, balance, cash_flow, risk_free, index = await company
    data = ReportData(
        quote, technicals, fundamentals, news, history, income, balance, cash_flow, risk_free, index,
        *quarters,
        about.earnings, about.profile, about.peers, about.holders, about.filings,
    )  # fmt: skip
    return replace(data, missing=tuple(dict.fromkeys((*missing, *_gaps(data)))))


def _never_available(present: "DataManager | None") -> list[MissingData]:
    """Returns what a full note on a company has to do without; ``present`` as in ``gather``."""
    guidance = MissingData("guidance", "no_source")
    return [MissingData("company", "past_day"), guidance] if present is None else [guidance]


class _About(NamedTuple):
    """What is known of a company besides its figures."""

    earnings: Earnings | None = None
    profile: Profile | None = None
    peers: Peers | None = None
    holders: Holders | None = None
    filings: Filings | None = None


async def _about(market_data: "DataManager", symbol: str, optional: "_OptionalParts") -> _About:
    return _About(
        *await asyncio.gather(
            optional("earnings", market_data.earnings(symbol)),
            optional("profile", market_data.profile(symbol)),
            optional("peers", market_data.peers(symbol)),
            optional("holders", market_data.holders(symbol)),
            optional("filings", market_data.filings(symbol, limit=_FILINGS)),
        )
    )


async def _quarters(
    market_data: "DataManager | PastMarket", symbol: str, optional: "_OptionalParts"
) -> tuple[Statements | None, Statements | None]:
    def quarterly(kind: StatementKind) -> "Awaitable[Answer[Statements]]":
        return market_data.statements(
            StatementsRequest(symbol=symbol, statement=kind, period="quarterly", limit=_FISCAL_QUARTERS)
        )

    return await asyncio.gather(
        optional("quarterly_statements", quarterly("income")),
        optional("quarterly_statements", quarterly("cash_flow")),
    )


_CompanyParts = tuple[Statements | None, Statements | None, Statements | None, Quote | None, History | None]


async def _company(
    market_data: "DataManager | PastMarket", quote: Quote, optional: "_OptionalParts"
) -> _CompanyParts:
    """Returns what a company is valued by: three statements, yield of bonds, share index."""
    market = MARKETS.get(quote.currency or "")
    index = share_index_of(quote)

    def annual(kind: StatementKind) -> "Awaitable[Answer[Statements]]":
        return market_data.statements(
            StatementsRequest(symbol=quote.symbol, statement=kind, period="annual", limit=_FISCAL_YEARS)
        )

    return await asyncio.gather(
        optional("statements", annual("income")),
        optional("statements", annual("balance")),
        optional("statements", annual("cash_flow")),
        optional("risk_free_rate", market_data.quote(market.bond) if market else None),
        optional("share_index", market_data.history(_daily(index.symbol, _FIVE_YEARS)) if index else None),
    )


async def _index_alone(
    market_data: "DataManager | PastMarket", quote: Quote, optional: "_OptionalParts", compared: bool
) -> _CompanyParts:
    """Returns the share index that the performance of a fund is compared with, if it is."""
    index = share_index_of(quote) if compared else None
    history = market_data.history(_daily(index.symbol, _FIVE_YEARS)) if index else None
    return None, None, None, None, await optional("share_index", history)


@dataclass(frozen=True)
class _OptionalParts:
    """Awaits optional data, each in a task of one group: an error that ends the report ends them all.

    Beside a real price, sample data are missing data: made-up filings or an invented index say nothing of it.

    Attributes:
        source: Source of the price.
        missing: What was requested and is missing.
    """

    group: asyncio.TaskGroup
    source: str
    missing: list[MissingData] = field(default_factory=list)

    def __call__(self, kind: str, answer: "Awaitable[Answer[Part]] | None") -> "asyncio.Task[Part | None]":
        """Returns the task of the data; its result is None when it was not requested or is missing."""
        return self.group.create_task(self._value(kind, answer))

    async def _value(self, kind: str, answer: "Awaitable[Answer[Part]] | None") -> Part | None:
        if answer is None:
            return None
        try:
            value = (await answer).value
        except (ServiceError, NotFoundError) as error:
            self.missing.append(missing_by(kind, error))
            return None
        if is_made_up_beside(value, self.source):
            self.missing.append(MissingData(kind, "only_sample"))
            return None
        return value


def _daily(symbol: str, period: Period) -> HistoryRequest:
    return HistoryRequest(symbol=symbol, period=period, interval="1d", partial=True)


def _gaps(data: ReportData) -> Iterator[MissingData]:
    """Yields the parts that are there but say less than one expects of them."""
    # Of what has not traded for the period shown, the history may be long.
    if data.technicals is not None and data.technicals.candle_count and data.technicals.sma_200 is None:
        wanting = [
            name
            for name, value in (
                ("RSI 14", data.technicals.rsi_14),
                ("SMA 20", data.technicals.sma_20),
                ("MACD", data.technicals.macd_histogram),
                ("SMA 50", data.technicals.sma_50),
                ("SMA 200", data.technicals.sma_200),
            )
            if value is None
        ]
        yield MissingData(
            "technicals",
            "short_history",
            (("days", data.technicals.candle_count), ("indicators", ", ".join(wanting))),
        )
    if data.fundamentals is not None and not has_figures(data.fundamentals):
        yield _without(data.fundamentals, "fundamentals", "no_figures", data.quote.symbol)
    if data.news is not None and not data.news.articles:
        yield _without(data.news, "news", "no_articles", data.quote.symbol)


def _without(part: Provenance, subject: str, reason: str, symbol: str) -> MissingData:
    return MissingData(subject, reason, (("source", part.source), ("symbol", symbol)))


def has_figures(fundamentals: Fundamentals) -> bool:
    """Returns whether any section can be made; of funds and currencies, sources often know only the name."""
    groups = (valuation_metrics, business_metrics, health_metrics, analyst_metrics)
    return fundamentals.fund is not None or any(group(fundamentals) for group in groups)
