"""The vocabulary of market data: what every source's answers are turned into.

Prices are in units of ``currency`` (ISO 4217), moments are UTC, a missing figure is None and never NaN.
"""

from datetime import datetime
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

from shared.domain.moments import rfc3339
from shared.domain.terms import Interval, Period, Symbol

Moment = Annotated[AwareDatetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]
"""A moment in UTC, written as RFC 3339 with ``Z`` in JSON."""

Figure = Annotated[float, Field(allow_inf_nan=False)]
"""A finite number."""

Percent = Annotated[Figure, Field(description="In percent: 1.25 is 1.25 %")]
Fraction = Annotated[Figure, Field(description="As a fraction: 0.0125 is 1.25 %")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
AssetType = Literal["equity", "etf", "index", "currency", "cryptocurrency", "mutual_fund", "future", "other"]
MarketState = Literal["pre", "regular", "post", "closed"]
DataKind = Literal["quote", "history", "fundamentals", "news", "search"]


class Record(BaseModel):
    """Base of the vocabulary: frozen, and strict about unknown keys when read back from cache or database."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Provenance(Record):
    """Where an answer comes from; part of every answer that carries market data.

    Attributes:
        source: Name of the source (``yahoo``, ``alpha_vantage``, ``sample``).
        as_of: When the market said it; None when the source does not tell.
        fetched_at: When we asked.
        stale: Older than its TTL, and served because upstream failed.
        fallback_reason: Why preferred sources were passed over; None when the first one answered.
    """

    source: str
    as_of: Moment | None
    fetched_at: Moment
    stale: bool = False
    fallback_reason: str | None = None


class Quote(Provenance):
    """The price of one instrument now.

    Attributes:
        symbol: Ticker as the exchange writes it, upper case.
        price: Last price in ``currency``.
        previous_close: Close of the session before.
        change: ``price - previous_close``.
        change_percent: That in percent of ``previous_close``.
        volume: Shares (or units) traded in the session.
        market_cap: In units of ``currency``.
        market_state: Which session the market is in; None when unknown.
    """

    symbol: Symbol
    name: str | None
    asset_type: AssetType
    currency: Currency | None
    exchange: str | None
    price: Figure
    previous_close: Figure | None
    change: Figure | None
    change_percent: Percent | None
    open: Figure | None
    day_high: Figure | None
    day_low: Figure | None
    volume: int | None
    market_cap: int | None
    market_state: MarketState | None


class Candle(Record):
    """One bar of a price history.

    ``timestamp`` is its start; ``adjusted_close`` allows for splits and dividends.
    """

    timestamp: Moment
    open: Figure
    high: Figure
    low: Figure
    close: Figure
    adjusted_close: Figure | None
    volume: int


def _oldest_first(candles: tuple[Candle, ...]) -> tuple[Candle, ...]:
    if any(later.timestamp <= earlier.timestamp for earlier, later in pairwise(candles)):
        raise ValueError("candles must be sorted oldest first, without duplicates")
    return candles


class History(Provenance):
    """A price history: candles sorted oldest first, without duplicates.

    Attributes:
        period: The span asked for, or None when it was given as ``start`` and ``end``.
        interval: The length of one candle.
    """

    symbol: Symbol
    currency: Currency | None
    period: Period | None
    interval: Interval
    candles: Annotated[tuple[Candle, ...], AfterValidator(_oldest_first)]


class Fundamentals(Provenance):
    """Valuation, profitability, growth, balance sheet, dividend, analyst view; None if unknown.

    Ratios named ``*_margin``, ``return_on_*``, ``*_growth``, ``dividend_yield`` and ``payout_ratio`` are
    fractions (0.25 is 25 %); ``debt_to_equity`` is a plain ratio (1.5 is 150 %).
    """

    symbol: Symbol
    name: str | None = None
    currency: Currency | None = None
    sector: str | None = None
    industry: str | None = None
    country: str | None = None
    employees: int | None = None
    summary: str | None = None
    market_cap: int | None = None
    enterprise_value: int | None = None
    shares_outstanding: int | None = None
    trailing_pe: Figure | None = None
    forward_pe: Figure | None = None
    peg_ratio: Figure | None = None
    price_to_book: Figure | None = None
    price_to_sales: Figure | None = None
    ev_to_ebitda: Figure | None = None
    earnings_per_share: Figure | None = None
    book_value_per_share: Figure | None = None
    revenue: int | None = None
    net_income: int | None = None
    gross_margin: Fraction | None = None
    operating_margin: Fraction | None = None
    profit_margin: Fraction | None = None
    return_on_equity: Fraction | None = None
    return_on_assets: Fraction | None = None
    revenue_growth: Fraction | None = None
    earnings_growth: Fraction | None = None
    total_cash: int | None = None
    total_debt: int | None = None
    debt_to_equity: Figure | None = None
    current_ratio: Figure | None = None
    free_cash_flow: int | None = None
    dividend_per_share: Figure | None = None
    dividend_yield: Fraction | None = None
    payout_ratio: Fraction | None = None
    beta: Figure | None = None
    analyst_rating: str | None = None
    analyst_count: int | None = None
    target_mean_price: Figure | None = None
    target_high_price: Figure | None = None
    target_low_price: Figure | None = None


class Article(Record):
    """One news article. ``sentiment`` runs from -1 (bearish) to 1 (bullish), None without one."""

    title: str
    publisher: str | None
    url: str
    published_at: Moment | None
    summary: str | None
    sentiment: Annotated[float, Field(ge=-1, le=1)] | None


class News(Provenance):
    """News about one symbol, newest first."""

    symbol: Symbol
    articles: tuple[Article, ...]


class SymbolInfo(Record):
    """What is known of a symbol apart from its prices."""

    symbol: Symbol
    name: str | None
    asset_type: AssetType
    exchange: str | None
    country: str | None
    currency: Currency | None
    sector: str | None
    aliases: tuple[str, ...] = ()
    tracked: bool = False


class HistoryRequest(Record):
    """Which history is asked for: a period, or what begins at ``start`` and before ``end`` (default: now)."""

    symbol: Symbol
    period: Period | None
    interval: Interval
    start: datetime | None = None
    end: datetime | None = None
