"""Conversion of Alpha Vantage's responses to our records.

Every figure is a text; a missing one is ``None``, ``-`` or ``n/a``. Margins, returns, growth and the dividend
yield are fractions, as ours are; the change of a quote is in percent with the sign behind it.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Final

from shared.domain.formatting import customary_decimals
from shared.domain.market_data import (
    Actions,
    Article,
    AssetType,
    Dividend,
    Fundamentals,
    Quote,
    Split,
    SymbolInfo,
)
from shared.errors import ProviderBadPayloadError
from shared.market.providers import fields
from shared.market.providers.alpha_vantage.errors import NAME
from shared.market.providers.candles import RawCandle
from shared.market.providers.fields import (
    Converted,
    Json,
    count,
    difference,
    not_after,
    number,
    percent_change,
    published_at,
)
from shared.market.providers.us_listings import asset_type_of

CURRENCY: Final = "USD"
"""Of every requested symbol; quotes and histories do not say."""

_ASSET_TYPES: Final[Mapping[str, AssetType]] = {
    "Equity": "equity",
    "Stock": "equity",
    "Common Stock": "equity",
    "ETF": "etf",
    "Mutual Fund": "mutual_fund",
}
_ABSENT: Final = frozenset({"", "-", "None", "N/A", "n/a"})
_MAX_DENOMINATOR: Final = 10_000
_FIGURES: Final = {
    "trailing_pe": "PERatio",
    "forward_pe": "ForwardPE",
    "peg_ratio": "PEGRatio",
    "price_to_book": "PriceToBookRatio",
    "price_to_sales": "PriceToSalesRatioTTM",
    "ev_to_ebitda": "EVToEBITDA",
    "earnings_per_share": "EPS",
    "book_value_per_share": "BookValue",
    "operating_margin": "OperatingMarginTTM",
    "profit_margin": "ProfitMargin",
    "return_on_equity": "ReturnOnEquityTTM",
    "return_on_assets": "ReturnOnAssetsTTM",
    "revenue_growth": "QuarterlyRevenueGrowthYOY",
    "earnings_growth": "QuarterlyEarningsGrowthYOY",
    "dividend_per_share": "DividendPerShare",
    "dividend_yield": "DividendYield",
    "beta": "Beta",
    "target_mean_price": "AnalystTargetPrice",
}
_COUNTS: Final = {"market_cap": "MarketCapitalization", "shares_outstanding": "SharesOutstanding"}
_WHOLE: Final = {
    "revenue": "RevenueTTM",
}


def quote(requested: str, row: Json, closed_at: datetime | None, fetched_at: datetime) -> Quote:
    """Returns a quote from ``Global Quote``: of the end of the latest trading day.

    Args:
        requested: The symbol that was requested.
        row: The record.
        closed_at: When the session of the latest trading day closed; None if the day cannot be read.
        fetched_at: The present moment.

    Raises:
        ProviderBadPayloadError: There is no price, or the record is about another symbol.
    """
    check_symbol(requested, row.get("01. symbol"))
    price, before = _required(row, "05. price"), number(row.get("08. previous close"))
    return Quote(
        source=NAME,
        as_of=not_after(closed_at, fetched_at),
        fetched_at=fetched_at,
        symbol=requested,
        name=None,
        asset_type=asset_type_of(requested),
        currency=CURRENCY,
        exchange=None,
        price=price,
        previous_close=before,
        change=difference(price, before),
        change_percent=percent_change(price, before),
        open=number(row.get("02. open")) or None,
        day_high=number(row.get("03. high")) or None,
        day_low=number(row.get("04. low")) or None,
        volume=count(row.get("06. volume")),
        market_cap=None,
        market_state=None,
        price_decimals=customary_decimals(price, CURRENCY),
    )


def trading_day(row: Json) -> date | None:
    """Returns the latest trading day of a ``Global Quote``."""
    return day_of(row.get("07. latest trading day"))


def candle(day: str, row: Json, today: date) -> RawCandle:
    """Returns a daily candle, which begins at midnight UTC of its date.

    Raises:
        ValueError: The date is malformed or in the future.
    """
    if date.fromisoformat(day) > today:
        raise ValueError("a candle in the future")
    return RawCandle(
        timestamp=datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC),
        open=number(row.get("1. open")),
        high=number(row.get("2. high")),
        low=number(row.get("3. low")),
        close=number(row.get("4. close")),
        adjusted_close=None,
        volume=count(row.get("5. volume")),
    )


def actions(
    symbol: str, dividends: Converted[Dividend], splits: Converted[Split], fetched_at: datetime
) -> Actions:
    """Returns corporate actions from ``DIVIDENDS`` and ``SPLITS``; amounts are as paid."""
    return Actions(
        source=NAME,
        as_of=fetched_at,
        fetched_at=fetched_at,
        quality=(*dividends.remarks, *splits.remarks),
        symbol=symbol,
        adjustment="none",
        dividends=tuple(sorted(dividends.records, key=lambda dividend: dividend.ex_date)),
        splits=tuple(sorted(splits.records, key=lambda split: split.date)),
    )


def dividend(row: Json, today: date) -> Dividend | None:
    """Returns a dividend; None for one that lies ahead.

    Raises:
        ValueError: Date or amount is malformed.
    """
    day, amount = day_of(row.get("ex_dividend_date")), number(row.get("amount"))
    if day is None or (amount is None and day <= today):
        raise ValueError("a dividend without date or amount")
    if day > today or not amount or amount < 0:
        return None
    return Dividend(ex_date=day, amount=amount, currency=CURRENCY)


def split(row: Json, today: date) -> Split | None:
    """Returns a split; None for one that lies ahead.

    Raises:
        ValueError: Date or factor is malformed.
    """
    day, factor = day_of(row.get("effective_date")), number(row.get("split_factor"))
    if day is None or factor is None or factor <= 0:
        raise ValueError("a split without date or factor")
    if day > today:
        return None
    ratio = Fraction(factor).limit_denominator(_MAX_DENOMINATOR)
    return Split(date=day, numerator=ratio.numerator, denominator=ratio.denominator)


def fundamentals(requested: str, row: Json, fetched_at: datetime) -> Fundamentals:
    """Returns fundamentals from ``OVERVIEW``, as of the end of the latest quarter.

    Raises:
        ProviderBadPayloadError: The record is about another symbol.
    """
    check_symbol(requested, row.get("Symbol"))
    revenue, gross = number(row.get("RevenueTTM")), number(row.get("GrossProfitTTM"))
    sector, industry = text_of(row.get("Sector")), text_of(row.get("Industry"))
    quarter = day_of(row.get("LatestQuarter"))
    ended = None if quarter is None else datetime.combine(quarter, datetime.min.time(), UTC)
    return Fundamentals.model_validate(
        {name: number(row.get(key)) for name, key in _FIGURES.items()}
        | {name: fields.whole(row.get(key)) for name, key in _WHOLE.items()}
        | {name: count(row.get(key)) or None for name, key in _COUNTS.items()}
        | {
            "source": NAME,
            "as_of": not_after(ended, fetched_at),
            "fetched_at": fetched_at,
            "period_end": quarter if quarter is not None and quarter <= fetched_at.date() else None,
            "symbol": requested,
            "name": text_of(row.get("Name")),
            "currency": fields.currency_and_factor(row.get("Currency"))[0],
            "sector": sector.title() if sector else None,
            "industry": industry.title() if industry else None,
            "country": text_of(row.get("Country")),
            "summary": text_of(row.get("Description")),
            "gross_margin": gross / revenue if gross is not None and revenue else None,
        }
    )


def article(row: Json, symbol: str, now: datetime) -> Article:
    """Returns an article with its sentiment for the symbol.

    Raises:
        ValueError: It has no title or no link.
    """
    title, url = text_of(row.get("title")), text_of(row.get("url"))
    if not title or not url or not url.startswith(("https://", "http://")):
        raise ValueError("an article without title or link")
    return Article(
        title=title,
        publisher=text_of(row.get("source")),
        url=url,
        published_at=published_at(_moment(row.get("time_published")), now),
        summary=text_of(row.get("summary")),
        sentiment=_sentiment(row, symbol),
    )


def has_no_articles(answer: Json) -> bool:
    """Returns whether a response says in words that there are no articles."""
    return "feed" not in answer and "no articles" in str(answer.get("Information", "")).lower()


def symbol_info(row: Json) -> SymbolInfo:
    """Returns a hit of ``SYMBOL_SEARCH``."""
    return SymbolInfo(
        symbol=str(row["1. symbol"]),
        name=text_of(row.get("2. name")),
        asset_type=_ASSET_TYPES.get(str(row.get("3. type")), "other"),
        exchange=None,
        country=text_of(row.get("4. region")),
        currency=fields.currency_and_factor(row.get("8. currency"))[0],
        sector=None,
    )


def check_symbol(requested: str, answered: object) -> None:
    """Rejects a response about another symbol.

    Raises:
        ProviderBadPayloadError: The response names another symbol.
    """
    named = answered.strip().upper().replace(".", "-") if isinstance(answered, str) else requested
    if named != requested:
        raise ProviderBadPayloadError(NAME, "the response is about another symbol")


def _sentiment(row: Json, symbol: str) -> float | None:
    tickers = row.get("ticker_sentiment")
    scores = [
        number(ticker.get("ticker_sentiment_score"))
        for ticker in (tickers if isinstance(tickers, list) else [])
        if isinstance(ticker, Mapping) and ticker.get("ticker") == symbol
    ]
    score = scores[0] if scores else number(row.get("overall_sentiment_score"))
    return None if score is None else max(-1.0, min(1.0, score))


def _required(row: Json, key: str) -> float:
    value = number(row.get(key))
    if not value:
        raise ProviderBadPayloadError(NAME, "the response has no price")
    return value


def text_of(raw: object) -> str | None:
    """Returns a readable text; None for a placeholder of a missing value."""
    readable = fields.text(raw)
    return None if readable in _ABSENT else readable


def day_of(raw: object) -> date | None:
    """Returns a day from its ISO form; None when it is none."""
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError:
        return None


def _moment(raw: object) -> datetime | None:
    """Reads ``20261127T1330`` and ``20261127T133015``, which are UTC."""
    for pattern in ("%Y%m%dT%H%M%S", "%Y%m%dT%H%M"):
        try:
            # The first pattern would read 20261127T1330 as 13:03:00.
            if len(str(raw)) == (15 if pattern.endswith("%S") else 13):
                return datetime.strptime(str(raw), pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
