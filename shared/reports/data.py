"""The data a report stands on: gathered at once; what is optional may be missing, and is then named."""

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

from shared.domain.market_data import Fundamentals, History, HistoryRequest, News, Provenance, Quote
from shared.domain.technicals import Technicals
from shared.errors import NotFoundError, ServiceError
from shared.market.section_metrics import analyst_metrics, business_metrics, health_metrics, valuation_metrics
from shared.reports.request import ReportType

if TYPE_CHECKING:
    from shared.market.data_manager import Answer, DataManager

NEWS_LIMIT: Final = 8
_CHARTED: Final = "2y"
"""Period of the candles that charts are drawn from: a year, and what its 200-day average needs before."""

Part = TypeVar("Part", bound=Provenance)

_WITHOUT_FUNDAMENTALS: frozenset[ReportType] = frozenset({"technical_analysis", "market_sentiment"})
_WITHOUT_NEWS: frozenset[ReportType] = frozenset(
    {"technical_analysis", "fundamental_analysis", "quick_overview"}
)


@dataclass(frozen=True)
class ReportData:
    """What is known of one symbol.

    Attributes:
        quote: The price; a report without one is not made.
        technicals: Over one year of daily candles.
        fundamentals: None also when this type of report does not ask for them.
        news: As ``fundamentals``.
        history: Two years of daily candles, for the charts.
        missing: What was asked for and could not be had, each with the reason.
    """

    quote: Quote
    technicals: Technicals | None = None
    fundamentals: Fundamentals | None = None
    news: News | None = None
    history: History | None = None
    missing: tuple[str, ...] = ()

    @property
    def parts(self) -> dict[str, Provenance]:
        """What is there, by kind, in the order of its citation numbers."""
        parts = {
            "quote": self.quote,
            "technicals": self.technicals,
            "fundamentals": self.fundamentals,
            "news": self.news,
            "history": self.history,
        }
        return {kind: part for kind, part in parts.items() if part is not None}

    def cite(self, kind: str) -> str:
        """The citation of a part: ``[2]``."""
        return f"[{list(self.parts).index(kind) + 1}]"


async def gather(market_data: "DataManager", symbol: str, report_type: ReportType) -> ReportData:
    """Asks for everything this type of report needs, at once.

    Raises:
        SymbolNotFoundError: Nobody knows the symbol.
        ServiceError: The quote could not be had.
    """
    missing: list[str] = []

    async def optional(kind: str, answer: "Awaitable[Answer[Part]]") -> Part | None:
        try:
            return (await answer).value
        except (ServiceError, NotFoundError) as error:
            missing.append(f"{kind}: {error.detail}")
            return None

    async def nothing() -> None:
        return None

    candles = HistoryRequest(symbol=symbol, period=_CHARTED, interval="1d", partial=True)
    with_fundamentals = report_type not in _WITHOUT_FUNDAMENTALS
    with_news = report_type not in _WITHOUT_NEWS
    quote, technicals, fundamentals, news, history = await asyncio.gather(
        market_data.quote(symbol),
        optional("technicals", market_data.technicals(symbol, "1y")),
        optional("fundamentals", market_data.fundamentals(symbol)) if with_fundamentals else nothing(),
        optional("news", market_data.news(symbol, NEWS_LIMIT)) if with_news else nothing(),
        optional("history", market_data.history(candles)),
    )
    data = ReportData(quote.value, technicals, fundamentals, news, history)
    return replace(data, missing=tuple(sorted([*missing, *_gaps(data)])))


def _gaps(data: ReportData) -> Iterator[str]:
    """What is there and says less than one expects of it."""
    if data.technicals is not None and data.technicals.sma_200 is None:
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
        yield (
            f"technicals: a history of {data.technicals.candle_count} trading days is too short for "
            f"{', '.join(wanting)}"
        )
    if data.fundamentals is not None and not has_figures(data.fundamentals):
        yield f"fundamentals: {data.fundamentals.source} has no figures of {data.quote.symbol}"
    if data.news is not None and not data.news.articles:
        yield f"news: {data.news.source} has no articles about {data.quote.symbol}"


def has_figures(fundamentals: Fundamentals) -> bool:
    """Whether any section can be made of them: of funds and currencies sources know little but the name."""
    groups = (valuation_metrics, business_metrics, health_metrics, analyst_metrics)
    return any(group(fundamentals) for group in groups)
