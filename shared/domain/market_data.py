"""The records of market data that every provider's responses are converted to.

Prices are in units of ``currency`` (ISO 4217), moments are UTC, a missing figure is None and never NaN.
"""

from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

from shared.domain.moments import rfc3339
from shared.domain.terms import Interval, Period, Symbol

Moment = Annotated[
    AwareDatetime,
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": "Z$"}, mode="serialization"),
]
"""A moment in UTC, written as RFC 3339 with ``Z`` in JSON."""

Figure = Annotated[float, Field(allow_inf_nan=False)]
"""A finite number."""

Int64 = Annotated[int, Field(json_schema_extra={"format": "int64"})]
"""A whole number that may need more than 32 bits."""

Percent = Annotated[Figure, Field(description="In percent: 1.25 is 1.25 %")]
Fraction = Annotated[Figure, Field(description="As a fraction: 0.0125 is 1.25 %")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
AssetType = Literal["equity", "etf", "index", "currency", "cryptocurrency", "mutual_fund", "future", "other"]
MarketState = Literal["pre", "regular", "post", "closed"]
DataKind = Literal[
    "quote",
    "history",
    "actions",
    "fundamentals",
    "statements",
    "filings",
    "profile",
    "earnings",
    "peers",
    "holders",
    "exchange_rates",
    "news",
    "search",
]
Day = date
"""A calendar day of the exchange."""

Adjustment = Literal["split", "split_and_dividend", "none"]
"""The corporate actions that prices or amounts are adjusted for; ``none`` means as traded or as paid."""

RemarkCode = Literal[
    "missing_sessions",
    "dropped_candles",
    "repaired_candles",
    "unexplained_jump",
    "unadjusted_prices",
    "omitted_returns",
    "mixed_currency_withheld",
    "converted_currency",
    "short_history",
    "stale_component",
    "dropped_records",
    "market_value_mismatch",
    "dividend_mismatch",
    "unknown_fiscal_year",
    "other_security",
]


class Record(BaseModel):
    """Base of the vocabulary: frozen, and strict about unknown keys when read back from cache or database."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Remark(Record):
    """A remark on the quality of an answer; ``docs/data-quality.md`` explains each code.

    Attributes:
        code: The check that produced the remark.
        detail: One sentence with the figures and dates concerned.
    """

    code: RemarkCode
    detail: str


class Provenance(Record):
    """The origin and quality of an answer; part of every answer that carries market data.

    Attributes:
        source: Name of the source (``yahoo``, ``alpha_vantage``, ``sample``).
        as_of: The moment the data describe; None when the source does not tell.
        fetched_at: The moment the source was asked.
        stale: Whether the answer is older than its TTL and is served because upstream failed.
        fallback_reason: Why preferred sources were skipped; None when the first one answered.
        quality: Remarks on the quality of the data; empty when there is nothing to remark.
    """

    source: str
    as_of: Moment | None
    fetched_at: Moment
    stale: bool = False
    fallback_reason: str | None = None
    quality: tuple[Remark, ...] = ()


class Quote(Provenance):
    """The price of one instrument now.

    Attributes:
        symbol: Ticker as the exchange writes it, upper case.
        price: Last price in ``currency``.
        previous_close: Close of the session before.
        change: ``price - previous_close``.
        change_percent: ``change`` in percent of ``previous_close``; None when that is not above zero.
        volume: Shares (or units) traded in the session.
        market_cap: In units of ``currency``.
        market_state: Session of the market; None when unknown.
        price_decimals: Decimals that prices of this instrument are customarily written with.
        pre_market_price: Last price of the pre-market session, None outside it; ``pre_market_change`` and
            ``pre_market_change_percent`` compare it with ``price``.
        post_market_price: The same for the post-market session.
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
    volume: Int64 | None
    market_cap: Int64 | None
    market_state: MarketState | None
    price_decimals: Annotated[int, Field(ge=0)] | None = None
    pre_market_price: Figure | None = None
    pre_market_change: Figure | None = None
    pre_market_change_percent: Percent | None = None
    post_market_price: Figure | None = None
    post_market_change: Figure | None = None
    post_market_change_percent: Percent | None = None


class Candle(Record):
    """One bar of a price history.

    Attributes:
        timestamp: Start of the bar; midnight UTC of the exchange's date for daily and longer bars.
        close: Adjusted as the history's ``adjustment`` says, like ``open``, ``high`` and ``low``.
        adjusted_close: Close adjusted for splits and dividends; None when the source has none.
        volume: Shares (or units) traded; None when unknown.
    """

    timestamp: Moment
    open: Figure
    high: Figure
    low: Figure
    close: Figure
    adjusted_close: Figure | None
    volume: Int64 | None


def _oldest_first(candles: tuple[Candle, ...]) -> tuple[Candle, ...]:
    if any(later.timestamp <= earlier.timestamp for earlier, later in pairwise(candles)):
        raise ValueError("candles must be sorted oldest first, without duplicates")
    return candles


class Dividend(Record):
    """A cash dividend per share.

    Attributes:
        ex_date: First day on which the share trades without the dividend.
        amount: In units of ``currency``, adjusted as the ``adjustment`` of the list says.
    """

    ex_date: Day
    amount: Figure
    currency: Currency | None


class Split(Record):
    """A share split: each ``denominator`` old shares become ``numerator`` new ones.

    Attributes:
        date: First day on which the new shares trade.
    """

    date: Day
    numerator: Annotated[int, Field(ge=1)]
    denominator: Annotated[int, Field(ge=1)]


class CorporateActions(Record):
    """Dividends and splits of one instrument, each sorted oldest first.

    Attributes:
        adjustment: Basis of the dividend amounts: ``split`` per share of today, ``none`` as paid.
    """

    adjustment: Adjustment
    dividends: tuple[Dividend, ...] = ()
    splits: tuple[Split, ...] = ()


class Actions(CorporateActions, Provenance):
    """The dividends and splits of one symbol, as an answer."""

    symbol: Symbol

    def within(self, start: Day, end: Day) -> Self:
        """Returns the answer with the actions from ``start`` to ``end``, both inclusive."""
        return self.model_copy(
            update={
                "dividends": tuple(item for item in self.dividends if start <= item.ex_date <= end),
                "splits": tuple(item for item in self.splits if start <= item.date <= end),
            }
        )


class CandleChanges(Record):
    """What was done to implausible candles of a source.

    Attributes:
        repaired: Starts of the candles of which a price was replaced, oldest first.
        dropped: Starts of the bars without a plausible close, oldest first.
    """

    repaired: tuple[Moment, ...] = ()
    dropped: tuple[Moment, ...] = ()


class History(Provenance):
    """A price history: candles sorted oldest first, without duplicates.

    Attributes:
        period: The requested span, or None when it was given as ``start`` and ``end``.
        interval: The length of one candle.
        asset_type: Kind of instrument, as the source says; None when it does not.
        adjustment: The corporate actions that open, high, low and close are adjusted for.
        price_decimals: Decimals that prices of this instrument are customarily written with.
        actions: The corporate actions within the span, None when the source does not deliver them with its
            prices; for the quality checks, not part of the answer.
        changes: What was done to implausible candles, for the remarks on a range; not part of the answer.
        partial: Whether the plan of the source does not reach back to the requested start; not part of the
            answer.
    """

    symbol: Symbol
    asset_type: AssetType | None = None
    currency: Currency | None
    period: Period | None
    interval: Interval
    adjustment: Adjustment
    price_decimals: Annotated[int, Field(ge=0)] | None = None
    actions: Annotated[CorporateActions | None, Field(exclude=True)] = None
    changes: Annotated[CandleChanges, Field(exclude=True)] = CandleChanges()
    partial: Annotated[bool, Field(exclude=True)] = False
    candles: Annotated[tuple[Candle, ...], AfterValidator(_oldest_first)]


class ReportedTotals(Record):
    """Totals of statements in a currency that is not the price's.

    Attributes:
        currency: The reporting currency; all totals are in whole units of it.
        withheld: Names of the fundamentals that are null because of the two currencies.
    """

    currency: Currency
    revenue: Int64 | None = None
    net_income: Int64 | None = None
    total_cash: Int64 | None = None
    total_debt: Int64 | None = None
    free_cash_flow: Int64 | None = None
    ebitda: Int64 | None = None
    withheld: tuple[str, ...] = ()


class FundHolding(Record):
    """What a fund holds.

    Attributes:
        symbol: Its ticker, in the form of the source; None of cash and of what the source has none for.
        weight: Part of the net assets; negative for a short position.
    """

    symbol: Symbol | None
    name: str | None
    weight: Fraction


class SectorWeight(Record):
    """A sector and its part of what a fund holds."""

    sector: str
    weight: Fraction


class Fund(Record):
    """Costs, size and contents of a fund; None if unknown.

    Attributes:
        family: The company that offers it.
        category: What it invests in, in the words of the source.
        expense_ratio: Costs of a year as a fraction of the net assets (0.002 is 0.20 %).
        turnover: Part of the portfolio that is replaced in a year, as a fraction.
        net_assets: In units of the currency of the price.
        inception_date: The day on which it began.
        holdings: The largest ones, at most ten, the largest first.
        sectors: Weights of sectors, the largest first.
    """

    family: str | None = None
    category: str | None = None
    expense_ratio: Fraction | None = None
    turnover: Fraction | None = None
    net_assets: Int64 | None = None
    inception_date: Day | None = None
    holdings: tuple[FundHolding, ...] = ()
    sectors: tuple[SectorWeight, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether costs, size or contents are known."""
        return bool(self.expense_ratio or self.net_assets or self.holdings or self.sectors)


class Fundamentals(Provenance):
    """Valuation, profitability, growth, balance sheet, dividend, analyst view; None if unknown.

    Ratios named ``*_margin``, ``return_on_*``, ``*_growth``, ``dividend_yield`` and ``payout_ratio`` are
    fractions (0.25 is 25 %); ``debt_to_equity`` is a plain ratio (1.5 is 150 %).

    Attributes:
        period_end: Last day of the period that the newest statement figures cover.
        week_52_high: Highest price of the last 52 weeks; ``week_52_low`` the lowest.
        range_start: First day that the 52-week range covers; later than 52 weeks ago for a new listing.
        fund: Costs and contents of a fund; None for everything else and where the source has none.
        reported: Statement totals in another currency than the price's; not part of the answer.
    """

    symbol: Symbol
    name: str | None = None
    currency: Currency | None = None
    sector: str | None = None
    industry: str | None = None
    country: str | None = None
    employees: int | None = None
    summary: str | None = None
    market_cap: Int64 | None = None
    enterprise_value: Int64 | None = None
    shares_outstanding: Int64 | None = None
    trailing_pe: Figure | None = None
    forward_pe: Figure | None = None
    peg_ratio: Figure | None = None
    price_to_book: Figure | None = None
    price_to_sales: Figure | None = None
    ev_to_ebitda: Figure | None = None
    earnings_per_share: Figure | None = None
    book_value_per_share: Figure | None = None
    revenue: Int64 | None = None
    net_income: Int64 | None = None
    gross_margin: Fraction | None = None
    operating_margin: Fraction | None = None
    profit_margin: Fraction | None = None
    return_on_equity: Fraction | None = None
    return_on_assets: Fraction | None = None
    revenue_growth: Fraction | None = None
    earnings_growth: Fraction | None = None
    total_cash: Int64 | None = None
    total_debt: Int64 | None = None
    debt_to_equity: Figure | None = None
    current_ratio: Figure | None = None
    free_cash_flow: Int64 | None = None
    dividend_per_share: Figure | None = None
    dividend_yield: Fraction | None = None
    payout_ratio: Fraction | None = None
    beta: Figure | None = None
    analyst_rating: str | None = None
    analyst_count: int | None = None
    target_mean_price: Figure | None = None
    target_high_price: Figure | None = None
    target_low_price: Figure | None = None
    period_end: Day | None = None
    week_52_high: Figure | None = None
    week_52_low: Figure | None = None
    range_start: Day | None = None
    fund: Fund | None = None
    reported: Annotated[ReportedTotals | None, Field(exclude=True)] = None


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
    """The history that is requested: a period, or the candles from ``start`` to before ``end``.

    Attributes:
        start: Midnight UTC of a date at the exchange.
        end: The same, exclusive; None means now.
        partial: Whether a source may answer with less when its plan does not reach back to ``start``. It then
            sets ``partial`` of the history. Otherwise it raises ``ProviderNotEntitledError``.
    """

    symbol: Symbol
    period: Period | None
    interval: Interval
    start: datetime | None = None
    end: datetime | None = None
    partial: bool = False
