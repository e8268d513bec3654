"""The data a report stands on: gathered at once; what is optional may be missing, and is then named."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from shared.errors import NotFoundError, ServiceError
from shared.market.models import Fundamentals, News, Provenance, Quote
from shared.market.technicals import Technicals
from shared.reports.request import ReportType

if TYPE_CHECKING:
    from shared.market.data_manager import Answer, DataManager

NEWS_LIMIT = 8

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
        missing: What was asked for and could not be had, each with the reason.
    """

    quote: Quote
    technicals: Technicals | None = None
    fundamentals: Fundamentals | None = None
    news: News | None = None
    missing: tuple[str, ...] = ()

    @property
    def parts(self) -> dict[str, Provenance]:
        """What is there, by kind, in the order of its citation numbers."""
        parts = {
            "quote": self.quote,
            "technicals": self.technicals,
            "fundamentals": self.fundamentals,
            "news": self.news,
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

    with_fundamentals = report_type not in _WITHOUT_FUNDAMENTALS
    with_news = report_type not in _WITHOUT_NEWS
    quote, technicals, fundamentals, news = await asyncio.gather(
        market_data.quote(symbol),
        optional("technicals", market_data.technicals(symbol, "1y")),
        optional("fundamentals", market_data.fundamentals(symbol)) if with_fundamentals else nothing(),
        optional("news", market_data.news(symbol, NEWS_LIMIT)) if with_news else nothing(),
    )
    return ReportData(quote.value, technicals, fundamentals, news, tuple(sorted(missing)))
