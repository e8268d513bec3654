"""Conversion of Yahoo's responses to our records.

Peculiarities of its figures:

- Prices of some exchanges are in a part of the currency (``GBp``, ``ZAc``, ``ILA``), while market value,
  earnings and dividends of the same response are in the whole one. Prices are converted.
- ``priceToBook`` divides the quoted price by a book value in whole currency, so it is converted, too.
- ``regularMarketChangePercent`` of a quote is in percent. Margins, returns, growth, payout and the
  ``dividendYield`` and ``yield`` of ``summaryDetail`` are fractions (that of a quote is in percent, and not
  used). ``debtToEquity`` is in percent.
- Statement figures and book value are in ``financialCurrency``, earnings per share in that of the price.
  Where the two differ, ``enterpriseValue``, ``priceToBook``, ``priceToSales`` and ``enterpriseToEbitda`` mix
  them; these and the statement figures are withheld.
- A missing figure is absent, null, ``{}``, or a text such as ``Infinity``.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from shared.domain.formatting import customary_decimals
from shared.domain.market_data import (
    Article,
    AssetType,
    Fundamentals,
    MarketState,
    Quote,
    Remark,
    SymbolInfo,
)
from shared.domain.symbols import SYMBOL_PATTERN
from shared.market.providers.fields import (
    Json,
    count,
    currency_and_factor,
    difference,
    moment,
    not_after,
    number,
    part,
    percent_change,
    scaled,
    text,
    whole,
)
from shared.market.providers.yahoo.errors import NAME
from shared.market.providers.yahoo.instruments import asset_type_of

_MARKET_STATES: Final[Mapping[str, MarketState]] = {
    "PREPRE": "closed",
    "PRE": "pre",
    "REGULAR": "regular",
    "POST": "post",
    "POSTPOST": "closed",
    "CLOSED": "closed",
}
_MODULE_OF_FIGURE: Final = {
    "enterprise_value": ("defaultKeyStatistics", "enterpriseValue"),
    "shares_outstanding": ("defaultKeyStatistics", "sharesOutstanding"),
    "trailing_pe": ("summaryDetail", "trailingPE"),
    "forward_pe": ("summaryDetail", "forwardPE"),
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
    "week_52_high": ("summaryDetail", "fiftyTwoWeekHigh"),
    "week_52_low": ("summaryDetail", "fiftyTwoWeekLow"),
}
_ACROSS_CURRENCIES: Final = (
    "enterprise_value", "price_to_book", "price_to_sales", "ev_to_ebitda", "book_value_per_share",
)  # fmt: skip
"""Figures that mix the currency of the price with that of the statements, or are in the latter."""

_MARKET_VALUE_TOLERANCE: Final = 0.02
_TEXTS: Final = {
    "sector": ("assetProfile", "sector"),
    "industry": ("assetProfile", "industry"),
    "country": ("assetProfile", "country"),
    "summary": ("assetProfile", "longBusinessSummary"),
}
_SHARE_COUNTS: Final = ("sharesOutstanding", "impliedSharesOutstanding")
_MAX_DECIMALS: Final = 10
_WHOLE: Final = frozenset(_STATEMENT_FIGURES) | {
    "enterprise_value", "shares_outstanding", "analyst_count", "employees",
}  # fmt: skip

SUMMARY_MODULES: Final = (
    "assetProfile", "defaultKeyStatistics", "financialData", "price", "quoteType", "summaryDetail",
)  # fmt: skip
"""The modules of ``quoteSummary`` that fundamentals are made of."""


def quote_from_batch(row: Json, fetched_at: datetime) -> Quote | None:
    """Returns a quote from a row of ``v7/finance/quote``; None without a price (a halted or new listing)."""
    return _quote(
        row,
        fetched_at,
        asset_type=row.get("quoteType"),
        previous=row.get("regularMarketPreviousClose"),
        opened=row.get("regularMarketOpen"),
        state=text(row.get("marketState")),
    )


def quote_from_chart(result: Json, fetched_at: datetime) -> Quote | None:
    """Returns a quote from the chart of one day, for when batches are refused."""
    meta = part(result, "meta")
    bars = part(result, "indicators").get("quote")
    first = bars[0] if isinstance(bars, Sequence) and bars else {}
    opens = first.get("open") if isinstance(first, Mapping) else None
    return _quote(
        meta,
        fetched_at,
        asset_type=meta.get("instrumentType"),
        previous=meta.get("previousClose") or meta.get("chartPreviousClose"),
        opened=opens[-1] if isinstance(opens, Sequence) and opens else None,
        state=None,
    )


def _quote(
    row: Json,
    fetched_at: datetime,
    *,
    asset_type: object,
    previous: object,
    opened: object,
    state: str | None,
) -> Quote | None:
    currency, factor = currency_and_factor(row.get("currency"))
    price = scaled(row.get("regularMarketPrice"), factor)
    if not price:
        return None
    kind = asset_type_of(asset_type)
    before = scaled(previous, factor)
    pre, post = scaled(row.get("preMarketPrice"), factor), scaled(row.get("postMarketPrice"), factor)
    market_cap = count(row.get("marketCap"))
    return Quote(
        source=NAME,
        as_of=not_after(moment(row.get("regularMarketTime")), fetched_at),
        fetched_at=fetched_at,
        quality=_market_value_remarks(price, market_cap, row),
        symbol=str(row["symbol"]).upper(),
        name=text(row.get("longName")) or text(row.get("shortName")),
        asset_type=kind,
        currency=currency,
        exchange=text(row.get("fullExchangeName")) or text(row.get("exchangeName")),
        price=price,
        previous_close=before,
        change=difference(price, before),
        change_percent=percent_change(price, before),
        open=scaled(opened, factor) or None,
        day_high=scaled(row.get("regularMarketDayHigh"), factor) or None,
        day_low=scaled(row.get("regularMarketDayLow"), factor) or None,
        volume=count(row.get("regularMarketVolume")),
        market_cap=market_cap or None,
        market_state=_MARKET_STATES.get(state or ""),
        price_decimals=_price_decimals(row.get("priceHint"), factor, price, currency, kind),
        pre_market_price=pre,
        pre_market_change=difference(pre, price),
        pre_market_change_percent=percent_change(pre, price),
        post_market_price=post,
        post_market_change=difference(post, price),
        post_market_change_percent=percent_change(post, price),
    )


def _price_decimals(hint: object, factor: str, price: float, currency: str | None, kind: AssetType) -> int:
    """Returns Yahoo's hint, in whole currency; the customary decimals where it is absent or shows a zero."""
    decimals = whole(hint)
    if decimals is not None and 0 <= decimals <= _MAX_DECIMALS:
        decimals += len(factor.partition(".")[2])
        if abs(price) >= 10**-decimals:
            return decimals
    return customary_decimals(price, currency, kind)


def _market_value_remarks(price: float, market_cap: int | None, row: Json) -> tuple[Remark, ...]:
    shares = (row.get("sharesOutstanding"), row.get("impliedSharesOutstanding"))
    known = [count for raw in shares if (count := whole(raw)) is not None and count > 0]
    if not market_cap or not known or _fitting_shares(price, market_cap, known) is not None:
        return ()
    value = price * known[0]
    detail = f"Market value {market_cap:,} is not price times shares ({value:,.0f})."
    return (Remark(code="market_value_mismatch", detail=detail),)


def _fitting_shares(price: float, market_cap: int, known: Sequence[int]) -> int | None:
    """Returns the first share count whose value at the price is the market value within 2 percent."""
    fitting = (shares for shares in known if abs(price * shares / market_cap - 1) <= _MARKET_VALUE_TOLERANCE)
    return next(fitting, None)


def fundamentals_from_summary(
    symbol: str, summary: Json, fetched_at: datetime, peg_ratio: float | None = None
) -> Fundamentals:
    """Returns fundamentals from the modules of ``quoteSummary``.

    Args:
        symbol: The requested symbol.
        summary: The modules.
        fetched_at: The present moment.
        peg_ratio: From the series of figures, where Yahoo has it since June 2025.
    """
    price = part(summary, "price")
    detail, statistics = part(summary, "summaryDetail"), part(summary, "defaultKeyStatistics")
    currency, factor = currency_and_factor(price.get("currency") or detail.get("currency"))

    def figure(place: tuple[str, str]) -> float | None:
        return number(part(summary, place[0]).get(place[1]))

    figures: dict[str, object] = {name: figure(place) for name, place in _MODULE_OF_FIGURE.items()}
    figures |= {name: scaled(figure(place), factor) or None for name, place in _PRICES.items()}
    figures |= {name: figure(place) for name, place in _STATEMENT_FIGURES.items()}
    if figures["price_to_book"] is not None:
        figures["price_to_book"] = scaled(figures["price_to_book"], factor)
    figures["dividend_yield"] = _first(detail, "dividendYield", "yield", "trailingAnnualDividendYield")
    figures["peg_ratio"] = _first(statistics, "pegRatio", "trailingPegRatio") or peg_ratio
    financial = part(summary, "financialData")
    remarks = _withhold_mixed(figures, currency, text(financial.get("financialCurrency")))
    market_cap = count(price.get("marketCap")) or count(detail.get("marketCap"))
    last = scaled(price.get("regularMarketPrice"), factor)
    if last and market_cap:
        known = [number_of for key in _SHARE_COUNTS if (number_of := count(statistics.get(key)))]
        figures["shares_outstanding"] = (
            _fitting_shares(last, market_cap, known) or figures["shares_outstanding"]
        )
        remarks += _market_value_remarks(last, market_cap, statistics)
    rating = text(financial.get("recommendationKey"))
    period_end = moment(statistics.get("mostRecentQuarter"))
    return Fundamentals.model_validate(
        {name: whole(value) if name in _WHOLE else value for name, value in figures.items()}
        | {name: text(part(summary, module).get(key)) for name, (module, key) in _TEXTS.items()}
        | {
            "source": NAME,
            "as_of": not_after(moment(price.get("regularMarketTime")), fetched_at),
            "fetched_at": fetched_at,
            "quality": remarks,
            "symbol": symbol,
            "name": text(price.get("longName")) or text(price.get("shortName")),
            "currency": currency,
            "market_cap": market_cap,
            "debt_to_equity": scaled(financial.get("debtToEquity"), "0.01"),
            "analyst_rating": None if rating == "none" else rating,
            "period_end": None if period_end is None or period_end > fetched_at else period_end.date(),
        }
    )


def _first(record: Json, *keys: str) -> float | None:
    return next((value for key in keys if (value := number(record.get(key))) is not None), None)


def _withhold_mixed(
    figures: dict[str, object], currency: str | None, reported: str | None
) -> tuple[Remark, ...]:
    """Removes the figures that mix two currencies, and returns the remark on them.

    Per-share figures and ready multiples are never converted: one depositary receipt may represent several
    shares, which the response does not tell.
    """
    reported_in, _ = currency_and_factor(reported)
    if reported is None or (reported_in is not None and reported_in == currency):
        return ()
    names = (*_ACROSS_CURRENCIES, *_STATEMENT_FIGURES)
    withheld = [name for name in names if figures.get(name) is not None]
    figures.update(dict.fromkeys(names))
    if not withheld:
        return ()
    detail = f"Prices are in {currency}, statements in {reported}; withheld: {', '.join(withheld)}."
    return (Remark(code="mixed_currency_withheld", detail=detail),)


def fundamentals_from_quote(quote: Quote) -> Fundamentals:
    """Returns what a quote tells, where Yahoo has no fundamentals: currencies, indexes, some funds."""
    return Fundamentals(
        source=NAME,
        as_of=quote.as_of,
        fetched_at=quote.fetched_at,
        symbol=quote.symbol,
        name=quote.name,
        currency=quote.currency,
        market_cap=quote.market_cap,
    )


def peg_ratio_from_series(answer: Json) -> float | None:
    """Returns the newest trailing PEG ratio of a ``fundamentals-timeseries`` response, or None."""
    results = part(answer, "timeseries").get("result")
    values = [
        (str(entry.get("asOfDate")), number(part(entry, "reportedValue").get("raw")))
        for result in (results if isinstance(results, list) else ())
        if isinstance(result, Mapping)
        for entry in (result.get("trailingPegRatio") or ())
        if isinstance(entry, Mapping)
    ]
    known = [(day, value) for day, value in values if value is not None]
    return max(known)[1] if known else None


def article_from_stream(entry: Json, now: datetime) -> Article | None:
    """Returns an article of the news stream; None for an advertisement, and without a title or link.

    A date in the future is no date.
    """
    content = part(entry, "content")
    url = text(part(content, "canonicalUrl").get("url")) or text(part(content, "clickThroughUrl").get("url"))
    title = text(content.get("title"))
    if entry.get("ad") or not title or not url or not url.startswith(("https://", "http://")):
        return None
    published = text(content.get("pubDate"))
    published_at = _iso_moment(published) if published else None
    return Article(
        title=title,
        publisher=text(part(content, "provider").get("displayName")),
        url=url,
        published_at=published_at if published_at is not None and published_at <= now else None,
        summary=text(content.get("summary")),
        sentiment=None,
    )


def symbol_from_search(row: Json) -> SymbolInfo | None:
    """Returns a hit of the search; None for companies without a listing."""
    symbol = text(row.get("symbol"))
    if symbol is None or not re.fullmatch(SYMBOL_PATTERN, symbol):
        return None
    return SymbolInfo(
        symbol=symbol,
        name=text(row.get("longname")) or text(row.get("shortname")),
        asset_type=asset_type_of(row.get("quoteType")),
        exchange=text(row.get("exchDisp")),
        country=None,
        currency=None,
        sector=text(row.get("sector")),
    )


def _iso_moment(raw: str) -> datetime | None:
    try:
        published = datetime.fromisoformat(raw)
    except ValueError:
        return None
    return published.astimezone(UTC) if published.tzinfo else published.replace(tzinfo=UTC)
