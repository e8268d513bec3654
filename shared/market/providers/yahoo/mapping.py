"""Yahoo's shapes in our vocabulary.

What is peculiar about its figures:

- Prices of some exchanges are in a hundredth of the currency (``GBp``, ``ZAc``, ``ILA``), while market
  capitalisation, earnings and dividends of the same answer are in the whole one. Prices are converted.
- ``regularMarketChangePercent`` of a quote is in percent. Margins, returns, growth, payout and the
  ``dividendYield`` of ``summaryDetail`` are fractions (that of a quote is in percent, and not used).
  ``debtToEquity`` is in percent.
- Statement figures are in ``financialCurrency``. Where that is another than the price's they are left out,
  for a record has one currency.
- A missing figure is absent, null, ``{}``, or a text such as ``Infinity``.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from fractions import Fraction
from typing import Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.domain.market_data import (
    Article,
    AssetType,
    Candle,
    CorporateActions,
    Dividend,
    Fundamentals,
    MarketState,
    Quote,
    Split,
    SymbolInfo,
)
from shared.domain.symbols import SYMBOL_PATTERN
from shared.market.providers.yahoo.errors import NAME

Json = Mapping[str, object]

_HUNDREDTHS: Final = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ILA": "ILS"}
_ASSET_TYPES: Final[Mapping[str, AssetType]] = {
    "EQUITY": "equity",
    "ETF": "etf",
    "INDEX": "index",
    "CURRENCY": "currency",
    "CRYPTOCURRENCY": "cryptocurrency",
    "MUTUALFUND": "mutual_fund",
    "FUTURE": "future",
}
_MARKET_STATES: Final[Mapping[str, MarketState]] = {
    "PREPRE": "closed",
    "PRE": "pre",
    "REGULAR": "regular",
    "POST": "post",
    "POSTPOST": "closed",
    "CLOSED": "closed",
}
_MAX_TEXT: Final = 4000
_MAX_DENOMINATOR: Final = 10_000
_MODULE_OF_FIGURE: Final = {
    "enterprise_value": ("defaultKeyStatistics", "enterpriseValue"),
    "shares_outstanding": ("defaultKeyStatistics", "sharesOutstanding"),
    "trailing_pe": ("summaryDetail", "trailingPE"),
    "forward_pe": ("summaryDetail", "forwardPE"),
    "peg_ratio": ("defaultKeyStatistics", "pegRatio"),
    "price_to_book": ("defaultKeyStatistics", "priceToBook"),
    "price_to_sales": ("summaryDetail", "priceToSalesTrailing12Months"),
    "ev_to_ebitda": ("defaultKeyStatistics", "enterpriseToEbitda"),
    "earnings_per_share": ("defaultKeyStatistics", "trailingEps"),
    "book_value_per_share": ("defaultKeyStatistics", "bookValue"),
    "gross_margin": ("financialData", "grossMargins"),
    "operating_margin": ("financialData", "operatingMargins"),
    "profit_margin": ("financialData", "profitMargins"),
    "return_on_equity": ("financialData", "returnOnEquity"),
    "return_on_assets": ("financialData", "returnOnAssets"),
    "revenue_growth": ("financialData", "revenueGrowth"),
    "earnings_growth": ("financialData", "earningsGrowth"),
    "current_ratio": ("financialData", "currentRatio"),
    "dividend_per_share": ("summaryDetail", "dividendRate"),
    "dividend_yield": ("summaryDetail", "dividendYield"),
    "payout_ratio": ("summaryDetail", "payoutRatio"),
    "beta": ("summaryDetail", "beta"),
    "analyst_count": ("financialData", "numberOfAnalystOpinions"),
    "employees": ("assetProfile", "fullTimeEmployees"),
}
_STATEMENT_FIGURES: Final = {
    "revenue": ("financialData", "totalRevenue"),
    "net_income": ("defaultKeyStatistics", "netIncomeToCommon"),
    "total_cash": ("financialData", "totalCash"),
    "total_debt": ("financialData", "totalDebt"),
    "free_cash_flow": ("financialData", "freeCashflow"),
}
_PRICES: Final = {
    "target_mean_price": ("financialData", "targetMeanPrice"),
    "target_high_price": ("financialData", "targetHighPrice"),
    "target_low_price": ("financialData", "targetLowPrice"),
}
_TEXTS: Final = {
    "sector": ("assetProfile", "sector"),
    "industry": ("assetProfile", "industry"),
    "country": ("assetProfile", "country"),
    "summary": ("assetProfile", "longBusinessSummary"),
}
_WHOLE: Final = frozenset(_STATEMENT_FIGURES) | {
    "enterprise_value", "shares_outstanding", "analyst_count", "employees",
}  # fmt: skip

SUMMARY_MODULES: Final = (
    "assetProfile", "defaultKeyStatistics", "financialData", "price", "quoteType", "summaryDetail",
)  # fmt: skip
"""The modules of ``quoteSummary`` that fundamentals are made of."""


def currency_and_factor(raw: object) -> tuple[str | None, float]:
    """The ISO 4217 currency, and what a price is multiplied with to be in it.

    >>> currency_and_factor("GBp")
    ('GBP', 0.01)
    """
    code = _text(raw)
    if code in _HUNDREDTHS:
        return _HUNDREDTHS[code], 0.01
    return (code if code and re.fullmatch("[A-Z]{3}", code) else None), 1.0


def quote_from_batch(row: Json, fetched_at: datetime) -> Quote | None:
    """A quote from a row of ``v7/finance/quote``; None when it has no price (a halted or new listing)."""
    return _quote(
        row,
        fetched_at,
        asset_type=_text(row.get("quoteType")),
        previous=row.get("regularMarketPreviousClose"),
        opened=row.get("regularMarketOpen"),
        state=_text(row.get("marketState")),
    )


def quote_from_chart(result: Json, fetched_at: datetime) -> Quote | None:
    """A quote from the chart of one day: what there is when batches are refused."""
    meta = part(result, "meta")
    (candles,) = cast("list[Json]", part(result, "indicators")["quote"])
    opens = cast("list[object]", candles.get("open") or [None])
    return _quote(
        meta,
        fetched_at,
        asset_type=_text(meta.get("instrumentType")),
        previous=meta.get("previousClose") or meta.get("chartPreviousClose"),
        opened=opens[-1],
        state=None,
    )


def _quote(
    row: Json,
    fetched_at: datetime,
    *,
    asset_type: str | None,
    previous: object,
    opened: object,
    state: str | None,
) -> Quote | None:
    currency, factor = currency_and_factor(row.get("currency"))
    price = _scaled(row.get("regularMarketPrice"), factor)
    if price is None:
        return None
    before = _scaled(previous, factor)
    change = None if before is None else round(price - before, 6)
    return Quote(
        source=NAME,
        as_of=_moment(row.get("regularMarketTime")),
        fetched_at=fetched_at,
        symbol=str(row["symbol"]),
        name=_text(row.get("longName")) or _text(row.get("shortName")),
        asset_type=_ASSET_TYPES.get(asset_type or "", "other"),
        currency=currency,
        exchange=_text(row.get("fullExchangeName")) or _text(row.get("exchangeName")),
        price=price,
        previous_close=before,
        change=change,
        change_percent=round(change / before * 100, 6) if change is not None and before else None,
        open=_scaled(opened, factor),
        day_high=_scaled(row.get("regularMarketDayHigh"), factor),
        day_low=_scaled(row.get("regularMarketDayLow"), factor),
        volume=_whole(row.get("regularMarketVolume")),
        market_cap=_whole(row.get("marketCap")),
        market_state=_MARKET_STATES.get(state or ""),
    )


def fundamentals_from_summary(symbol: str, summary: Json, fetched_at: datetime) -> Fundamentals:
    """Fundamentals from the modules of ``quoteSummary``."""
    price = part(summary, "price")
    raw_currency = price.get("currency") or part(summary, "summaryDetail").get("currency")
    currency, factor = currency_and_factor(raw_currency)

    def figure(place: tuple[str, str]) -> float | None:
        return _number(part(summary, place[0]).get(place[1]))

    figures = {name: figure(place) for name, place in _MODULE_OF_FIGURE.items()}
    figures |= {name: _scaled(figure(place), factor) for name, place in _PRICES.items()}
    reported_in = _text(part(summary, "financialData").get("financialCurrency"))
    if reported_in in (None, currency):
        figures |= {name: figure(place) for name, place in _STATEMENT_FIGURES.items()}
    debt = figure(("financialData", "debtToEquity"))
    rating = _text(part(summary, "financialData").get("recommendationKey"))
    return Fundamentals.model_validate(
        {name: round(value) if value and name in _WHOLE else value for name, value in figures.items()}
        | {name: _text(part(summary, module).get(key)) for name, (module, key) in _TEXTS.items()}
        | {
            "source": NAME,
            "as_of": _moment(price.get("regularMarketTime")),
            "fetched_at": fetched_at,
            "symbol": symbol,
            "name": _text(price.get("longName")) or _text(price.get("shortName")),
            "currency": currency,
            "market_cap": _whole(price.get("marketCap") or part(summary, "summaryDetail").get("marketCap")),
            "debt_to_equity": _scaled(debt, 0.01),
            "analyst_rating": None if rating == "none" else rating,
        }
    )


def fundamentals_from_quote(quote: Quote) -> Fundamentals:
    """What a quote tells, for what Yahoo has no fundamentals of: currencies, indexes, some funds."""
    return Fundamentals(
        source=NAME,
        as_of=quote.as_of,
        fetched_at=quote.fetched_at,
        symbol=quote.symbol,
        name=quote.name,
        currency=quote.currency,
        market_cap=quote.market_cap,
    )


def candles_from_frame(
    rows: Iterable[tuple[datetime, Mapping[str, float]]], factor: float, *, intraday: bool
) -> tuple[Candle, ...]:
    """Candles, oldest first, without rows that lack a price and without duplicates.

    Args:
        rows: Moment in the exchange's time zone, and yfinance's columns.
        factor: What prices are multiplied with.
        intraday: Candles of a day and longer begin at midnight UTC of the exchange's date, so that they keep
            their date whatever the exchange's time zone.
    """
    candles = {}
    for moment, row in rows:
        prices = [_scaled(row[name], factor) for name in ("Open", "High", "Low", "Close")]
        opened, high, low, close = prices
        if opened is None or high is None or low is None or close is None:
            continue
        start = moment.astimezone(UTC) if intraday else datetime(*moment.timetuple()[:3], tzinfo=UTC)
        candles[start] = Candle(
            timestamp=start,
            open=opened,
            high=high,
            low=low,
            close=close,
            adjusted_close=_scaled(row["Adj Close"], factor),
            volume=_whole(row["Volume"]) or 0,
        )
    return tuple(candles[start] for start in sorted(candles))


def actions_from_chart(result: Json, today: date) -> CorporateActions:
    """Returns the dividends and splits of a chart, with dates of the exchange.

    Yahoo adjusts amounts for all later splits and quotes them in the unit of the price. Announced events that
    lie ahead are left out.
    """
    meta, events = part(result, "meta"), part(result, "events")
    currency, factor = currency_and_factor(meta.get("currency"))
    zone = _zone_of(meta)
    dividends = [
        Dividend(ex_date=day, amount=amount, currency=currency)
        for day, event in _events(events, "dividends", zone)
        if day <= today and (amount := _scaled(event.get("amount"), factor)) is not None and amount > 0
    ]
    splits = [
        Split(date=day, numerator=ratio.numerator, denominator=ratio.denominator)
        for day, event in _events(events, "splits", zone)
        if day <= today and (ratio := _split_ratio(event)) is not None
    ]
    return CorporateActions(
        adjustment="split",
        dividends=tuple(sorted(dividends, key=lambda dividend: dividend.ex_date)),
        splits=tuple(sorted(splits, key=lambda split: split.date)),
    )


def actions_from_frame(
    rows: Iterable[tuple[datetime, Mapping[str, float]]], currency: str | None, factor: float
) -> CorporateActions:
    """Returns the dividends and splits that yfinance puts beside the candles."""
    dividends, splits = [], []
    for moment, row in rows:
        day = moment.date()
        amount = _scaled(row.get("Dividends"), factor)
        if amount:
            dividends.append(Dividend(ex_date=day, amount=amount, currency=currency))
        ratio = _number(row.get("Stock Splits"))
        if ratio and ratio > 0:
            fraction = Fraction(ratio).limit_denominator(_MAX_DENOMINATOR)
            splits.append(Split(date=day, numerator=fraction.numerator, denominator=fraction.denominator))
    return CorporateActions(adjustment="split", dividends=tuple(dividends), splits=tuple(splits))


def _events(events: Json, kind: str, zone: tzinfo) -> Iterator[tuple[date, Json]]:
    for event in part(events, kind).values():
        if isinstance(event, Mapping) and (moment := _moment(event.get("date"))) is not None:
            yield moment.astimezone(zone).date(), event


def _split_ratio(event: Json) -> Fraction | None:
    numerator, denominator = _number(event.get("numerator")), _number(event.get("denominator"))
    if not numerator or not denominator or numerator <= 0 or denominator <= 0:
        return None
    return (Fraction(numerator) / Fraction(denominator)).limit_denominator(_MAX_DENOMINATOR)


def _zone_of(meta: Json) -> tzinfo:
    try:
        return ZoneInfo(str(meta.get("exchangeTimezoneName")))
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def article_from_stream(entry: Json) -> Article | None:
    """An article of the news stream; None for an advertisement, and for what has no title or link."""
    content = part(entry, "content")
    url = _text(part(content, "canonicalUrl").get("url")) or _text(
        part(content, "clickThroughUrl").get("url")
    )
    title = _text(content.get("title"))
    if entry.get("ad") or not title or not url or not url.startswith(("https://", "http://")):
        return None
    published = _text(content.get("pubDate"))
    return Article(
        title=title,
        publisher=_text(part(content, "provider").get("displayName")),
        url=url,
        published_at=_iso_moment(published) if published else None,
        summary=_text(content.get("summary")),
        sentiment=None,
    )


def symbol_from_search(row: Json) -> SymbolInfo | None:
    """A hit of the search; None for what is no symbol (companies without a listing)."""
    symbol = _text(row.get("symbol"))
    if symbol is None or not re.fullmatch(SYMBOL_PATTERN, symbol):
        return None
    return SymbolInfo(
        symbol=symbol,
        name=_text(row.get("longname")) or _text(row.get("shortname")),
        asset_type=_ASSET_TYPES.get(str(row.get("quoteType")), "other"),
        exchange=_text(row.get("exchDisp")),
        country=None,
        currency=None,
        sector=_text(row.get("sector")),
    )


def part(record: Json, key: str) -> Json:
    """A record inside a record; an empty one when it is absent."""
    inner = record.get(key)
    return inner if isinstance(inner, Mapping) else {}


def _number(raw: object) -> float | None:
    if isinstance(raw, Mapping):
        raw = raw.get("raw")
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return None
    return float(raw) if math.isfinite(raw) else None


def _scaled(raw: object, factor: float) -> float | None:
    value = _number(raw)
    # Rounded only where it was multiplied: 0.07 and not 0.07000000000000001.
    return value if value is None or factor == 1 else round(value * factor, 8)


def _whole(raw: object) -> int | None:
    value = _number(raw)
    return None if value is None else round(value)


def _text(raw: object) -> str | None:
    if not isinstance(raw, str):
        return None
    return raw.strip()[:_MAX_TEXT] or None


def _moment(raw: object) -> datetime | None:
    seconds = _number(raw)
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _iso_moment(raw: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
