"""The data of a report: what is known of one symbol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from shared.domain.company import Earnings, Filings, Holders, Peers, Profile
from shared.domain.market_data import (
    AssetType,
    Fundamentals,
    History,
    News,
    Provenance,
    Quote,
)
from shared.domain.statements import Statements
from shared.domain.technicals import Technicals
from shared.market.analysis.share_indexes import ShareIndex, share_indexes_of
from shared.reports.key_figure import KeyFigure
from shared.reports.missing_data import MissingData
from shared.reports.valuation.model import Valuation

_LONGEST_HOLIDAYS: Final = timedelta(days=14)
_SHARES: Final[frozenset[AssetType]] = frozenset({"equity", "etf", "mutual_fund"})
"""What is compared with a share index."""


@dataclass(frozen=True)
class Market:
    """What a cost of capital in one currency is measured by.

    Attributes:
        index: The share index that a beta is computed against.
        bond: Symbol of the yield, in percent, of long government bonds; ``evidence.bonds`` of the catalogues
            has their name.
    """

    index: ShareIndex
    bond: str


MARKETS: Final = {"USD": Market(ShareIndex("^GSPC"), "^TNX")}
"""By currency of the listing; the sources have no yields of other governments' bonds."""


@dataclass(frozen=True)
class ReportData:
    """What is known of one symbol.

    Attributes:
        quote: The price; without a quote there is no report.
        technicals: Over one year of daily candles.
        fundamentals: None also when this type of report or this kind of instrument does not need them.
        news: As ``fundamentals``.
        history: Daily candles: two years for the charts alone, five for performance and for a company.
        statements: Annual statements of a company by kind.
        risk_free: Yield of long government bonds in the currency of the listing, in percent.
        index: The share index that performance is compared with, over five years; the beta of a company is
            computed against it.
        quarterly_income: Twelve quarters; so has ``quarterly_cash_flow``.
        earnings: Past, next and expected earnings of a company.
        profile: What it is and does.
        peers: Companies of its industry.
        holders: Its insiders and institutions.
        filings: The latest with the SEC.
        valuation: Computed from all of it; None when the type of report has none.
        calculations: Figures that our own code computed from all of it, by kind.
        missing: Requested data that is not available, each with the reason.
        day: The day of the report; None where its age does not matter.
    """

    quote: Quote
    technicals: Technicals | None = None
    fundamentals: Fundamentals | None = None
    news: News | None = None
    history: History | None = None
    income: Statements | None = None
    balance: Statements | None = None
    cash_flow: Statements | None = None
    risk_free: Quote | None = None
    index: History | None = None
    quarterly_income: Statements | None = None
    quarterly_cash_flow: Statements | None = None
    earnings: Earnings | None = None
    profile: Profile | None = None
    peers: Peers | None = None
    holders: Holders | None = None
    filings: Filings | None = None
    valuation: Valuation | None = None
    calculations: Mapping[str, tuple[KeyFigure, ...]] = field(default_factory=dict)
    missing: tuple[MissingData, ...] = ()
    day: date | None = None

    @property
    def untraded_since(self) -> date | None:
        """The day of the last known trade, if that is longer ago than any holidays of an exchange."""
        traded = self.quote.as_of.date() if self.quote.as_of else None
        return traded if self.day and traded and self.day - traded > _LONGEST_HOLIDAYS else None

    @property
    def priced_as(self) -> str:
        """What the price of this kind of instrument is called: ``price``, ``level`` or ``rate``."""
        return {"index": "level", "currency": "rate"}.get(self.quote.asset_type, "price")

    @property
    def parts(self) -> dict[str, Provenance]:
        """What is there, by kind, in the order of its citation numbers."""
        parts = {
            "quote": self.quote,
            "technicals": self.technicals,
            "fundamentals": self.fundamentals,
            "news": self.news,
            "history": self.history,
            "income_statement": self.income,
            "balance_sheet": self.balance,
            "cash_flow_statement": self.cash_flow,
            "risk_free_rate": self.risk_free,
            "index": self.index,
            "quarterly_income_statement": self.quarterly_income,
            "quarterly_cash_flow_statement": self.quarterly_cash_flow,
            "earnings": self.earnings,
            "profile": self.profile,
            "peers": self.peers,
            "holders": self.holders,
            "filings": self.filings,
        }
        return {kind: part for kind, part in parts.items() if part is not None}

    def source_id(self, kind: str) -> int | None:
        """Returns the citation number of a part, or of a calculation after all parts; None without it."""
        kinds = (*self.parts, *self.calculations)
        return kinds.index(kind) + 1 if kind in kinds else None

    def cite(self, kind: str) -> str:
        """Returns the citation of a part or calculation: ``[2]``; empty when it is missing."""
        number = self.source_id(kind)
        return "" if number is None else f"[{number}]"


def share_index_of(quote: Quote) -> ShareIndex | None:
    """Returns the share index that the price of a share or fund is compared with.

    It is that of the currency, since one beta is computed against it; else that of the market. There is none
    for other kinds of instruments.
    """
    if quote.asset_type not in _SHARES:
        return None
    market = MARKETS.get(quote.currency or "")
    return market.index if market else next(iter(share_indexes_of(quote.symbol)[-1:]), None)
