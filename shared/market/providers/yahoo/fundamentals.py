"""Conversion of Yahoo's ``quoteSummary`` to fundamentals.

Peculiarities of its figures:

- Margins, returns, growth, payout and the ``dividendYield`` and ``yield`` of ``summaryDetail`` are fractions
  (that of a quote is in percent, and not used). ``debtToEquity`` is in percent.
- Prices of some exchanges are in a part of the currency (``GBp``, ``ZAc``, ``ILA``), market value and
  statements in the whole one. Prices are converted. Ratios of a price to a figure per share divide pence by
  pounds, so that they are a hundred times too high; some figures per share are in pence, too. The
  product of ratio and figure tells whether it is so, and the size of the ratio which of the two.
- Statement figures and book value are in ``financialCurrency``, earnings per share in that of the price.
  Where the two differ, ``enterpriseValue``, ``priceToBook``, ``priceToSales``, ``enterpriseToEbitda`` and the
  trailing dividend yield mix them; these and the statement figures are withheld.
- ``pegRatio`` is absent since June 2025; the series ``trailingPegRatio`` has it.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from shared.domain.market_data import Fundamentals, Quote, Remark, ReportedTotals
from shared.market.providers.fields import (
    Json,
    count,
    currency_and_factor,
    moment,
    number,
    part,
    quoted_at,
    scaled,
    text,
    whole,
)
from shared.market.providers.yahoo.errors import NAME

Figures = dict[str, float | None]

_FIGURES: Final = {
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
}
_PRICES: Final = {
    "target_mean_price": ("financialData", "targetMeanPrice"),
    "target_high_price": ("financialData", "targetHighPrice"),
    "target_low_price": ("financialData", "targetLowPrice"),
    "week_52_high": ("summaryDetail", "fiftyTwoWeekHigh"),
    "week_52_low": ("summaryDetail", "fiftyTwoWeekLow"),
}
_STATEMENT_TOTALS: Final = {
    "revenue": ("financialData", "totalRevenue"),
    "net_income": ("defaultKeyStatistics", "netIncomeToCommon"),
    "total_cash": ("financialData", "totalCash"),
    "total_debt": ("financialData", "totalDebt"),
    "free_cash_flow": ("financialData", "freeCashflow"),
}
_TOTALS: Final = {**_STATEMENT_TOTALS, "enterprise_value": ("defaultKeyStatistics", "enterpriseValue")}
_COUNTS: Final = {
    "shares_outstanding": ("defaultKeyStatistics", "sharesOutstanding"),
    "analyst_count": ("financialData", "numberOfAnalystOpinions"),
    "employees": ("assetProfile", "fullTimeEmployees"),
}
_TEXTS: Final = {
    "sector": ("assetProfile", "sector"),
    "industry": ("assetProfile", "industry"),
    "country": ("assetProfile", "country"),
    "summary": ("assetProfile", "longBusinessSummary"),
}
_ACROSS_CURRENCIES: Final = (
    "enterprise_value", "price_to_book", "price_to_sales", "ev_to_ebitda", "book_value_per_share",
    *_STATEMENT_TOTALS,
)  # fmt: skip
"""Figures that mix the currency of the price with that of the statements, or are in the latter."""

_MARKET_VALUE_TOLERANCE: Final = 0.02
_USUAL_PE: Final = 15.0
_USUAL_PRICE_TO_BOOK: Final = 2.0
_USUAL_YIELD: Final = 0.03

SUMMARY_MODULES: Final = (
    "assetProfile", "defaultKeyStatistics", "financialData", "price", "quoteType", "summaryDetail",
)  # fmt: skip
"""The modules of ``quoteSummary`` that fundamentals are made of."""


def fundamentals_from_summary(
    symbol: str, summary: Json, fetched_at: datetime, peg_ratio: float | None = None
) -> Fundamentals:
    """Returns fundamentals from the modules of ``quoteSummary``.

    Args:
        symbol: The requested symbol.
        summary: The modules.
        fetched_at: The present moment.
        peg_ratio: From the series of figures.
    """
    price, detail = part(summary, "price"), part(summary, "summaryDetail")
    statistics, financial = part(summary, "defaultKeyStatistics"), part(summary, "financialData")
    currency, factor = currency_and_factor(price.get("currency") or detail.get("currency"))
    last = scaled(price.get("regularMarketPrice"), factor)
    market_cap = count(price.get("marketCap")) or count(detail.get("marketCap")) or None
    figures = _figures(summary, factor, peg_ratio)
    totals = {name: whole(_at(summary, place)) for name, place in _TOTALS.items()}
    counts = {name: count(_at(summary, place)) for name, place in _COUNTS.items()}
    counts["shares_outstanding"] = _shares(last, market_cap, statistics) or counts["shares_outstanding"]
    if factor != "1":
        _align_units(figures, last, number(statistics.get("forwardEps")), float(factor))
    reported = text(financial.get("financialCurrency"))
    mixed = reported is not None and (currency is None or currency_and_factor(reported)[0] != currency)
    if not mixed and figures["dividend_yield"] is None:
        figures["dividend_yield"] = number(detail.get("trailingAnnualDividendYield"))
    known = figures | totals | counts
    withheld = [name for name in _ACROSS_CURRENCIES if mixed and known[name] is not None]
    rating = text(financial.get("recommendationKey"))
    period_end = moment(statistics.get("mostRecentQuarter"))
    return Fundamentals.model_validate(
        {name: None if name in withheld else value for name, value in known.items()}
        | {name: text(_at(summary, place)) for name, place in _TEXTS.items()}
        | {
            "source": NAME,
            "as_of": quoted_at(price.get("regularMarketTime"), fetched_at),
            "fetched_at": fetched_at,
            "quality": (
                *_mixed_remarks(withheld, currency, reported),
                *market_value_remarks(last, market_cap, statistics),
            ),
            "symbol": symbol,
            "name": text(price.get("longName")) or text(price.get("shortName")),
            "currency": currency,
            "market_cap": market_cap,
            "analyst_rating": None if rating == "none" else rating,
            "reported": _reported_totals(reported, totals, whole(financial.get("ebitda")), withheld),
            "period_end": None if period_end is None or period_end > fetched_at else period_end.date(),
        }
    )


def _figures(summary: Json, factor: str, peg_ratio: float | None) -> Figures:
    """Returns ratios, prices and values per share; prices in whole units of the currency."""
    figures: Figures = {name: number(_at(summary, place)) for name, place in _FIGURES.items()}
    figures |= {name: scaled(_at(summary, place), factor) or None for name, place in _PRICES.items()}
    statistics = part(summary, "defaultKeyStatistics")
    figures["dividend_yield"] = _first(part(summary, "summaryDetail"), "dividendYield", "yield")
    figures["debt_to_equity"] = scaled(part(summary, "financialData").get("debtToEquity"), "0.01")
    figures["peg_ratio"] = _first(statistics, "pegRatio", "trailingPegRatio") or peg_ratio
    return figures


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
    series = [
        result.get("trailingPegRatio")
        for result in (results if isinstance(results, list) else ())
        if isinstance(result, Mapping)
    ]
    entries = [
        entry
        for values in series
        for entry in (values if isinstance(values, list) else ())
        if isinstance(entry, Mapping)
    ]
    known = [
        (str(entry.get("asOfDate")), value)
        for entry in entries
        if (value := number(entry.get("reportedValue"))) is not None
    ]
    return max(known)[1] if known else None


def market_value_remarks(price: float | None, market_cap: int | None, shares: Json) -> tuple[Remark, ...]:
    """Returns the remark on a market value that is not price times shares within 2 percent.

    Args:
        price: In whole currency.
        market_cap: The stated market value.
        shares: The record with ``sharesOutstanding`` and ``impliedSharesOutstanding``; either may fit.
    """
    known = _share_counts(shares)
    if not price or not market_cap or not known or _shares(price, market_cap, shares) is not None:
        return ()
    detail = f"Market value {market_cap:,} is not price times shares ({price * known[0]:,.0f})."
    return (Remark(code="market_value_mismatch", detail=detail),)


def _shares(price: float | None, market_cap: int | None, record: Json) -> int | None:
    """Returns the first share count whose value at the price is the market value."""
    if not price or not market_cap:
        return None
    return next(
        (
            shares
            for shares in _share_counts(record)
            if abs(price * shares / market_cap - 1) <= _MARKET_VALUE_TOLERANCE
        ),
        None,
    )


def _share_counts(record: Json) -> Sequence[int]:
    counts = (count(record.get(key)) for key in ("sharesOutstanding", "impliedSharesOutstanding"))
    return [shares for shares in counts if shares]


def _align_units(figures: Figures, price: float | None, forward_eps: float | None, factor: float) -> None:
    """Brings ratios and figures per share to the whole currency where prices are in a part of it."""
    for ratio, per_share, usual in (
        ("trailing_pe", "earnings_per_share", _USUAL_PE),
        ("price_to_book", "book_value_per_share", _USUAL_PRICE_TO_BOOK),
    ):
        figures[ratio], figures[per_share] = _aligned(
            figures[ratio], figures[per_share], price, usual, factor
        )
    figures["forward_pe"], _ = _aligned(figures["forward_pe"], forward_eps, price, _USUAL_PE, factor)
    paid = figures["dividend_yield"]
    multiple, figures["dividend_per_share"] = _aligned(
        1 / paid if paid else None, figures["dividend_per_share"], price, 1 / _USUAL_YIELD, factor
    )
    figures["dividend_yield"] = 1 / multiple if multiple else paid


def _aligned(
    ratio: float | None, per_share: float | None, price: float | None, usual: float, factor: float
) -> tuple[float | None, float | None]:
    """Returns a ratio to the price and its figure per share, both in whole currency.

    Args:
        ratio: Price divided by the figure; one of the two may be in the smaller unit.
        per_share: The figure.
        price: In whole currency.
        usual: A usual ratio: it tells which of the two is in the smaller unit.
        factor: From the smaller unit to the whole one.
    """
    if ratio is None:
        return ratio, per_share
    product = None if per_share is None or not price else ratio * per_share / price
    if product is not None and product > 0 and _distance(product, 1) <= _distance(product, 1 / factor):
        return ratio, per_share
    if _distance(ratio * factor, usual) < _distance(ratio, usual):
        return ratio * factor, per_share
    return ratio, per_share * factor if per_share is not None and product is not None else per_share


def _distance(value: float, other: float) -> float:
    return abs(math.log(abs(value) / other)) if value else math.inf


def _at(summary: Json, place: tuple[str, str]) -> object:
    return part(summary, place[0]).get(place[1])


def _first(record: Json, *keys: str) -> float | None:
    return next((value for key in keys if (value := number(record.get(key))) is not None), None)


def _reported_totals(
    currency: str | None, totals: Mapping[str, int | None], ebitda: int | None, withheld: Sequence[str]
) -> ReportedTotals | None:
    """Returns the totals of the statements where they are in another currency than the price."""
    code, _ = currency_and_factor(currency)
    if not withheld or code is None:
        return None
    known = {name: totals[name] for name in _STATEMENT_TOTALS}
    return ReportedTotals.model_validate(
        {**known, "currency": code, "ebitda": ebitda, "withheld": tuple(withheld)}
    )


def _mixed_remarks(withheld: Sequence[str], currency: str | None, reported: str | None) -> tuple[Remark, ...]:
    """Returns the remark on withheld figures.

    Totals are converted later, where there is a rate. Values per share are not: one depositary receipt may
    represent several shares, which the response does not tell.
    """
    if not withheld:
        return ()
    prices = currency or "an unknown currency"
    detail = f"Prices are in {prices}, statements in {reported}; withheld: {', '.join(withheld)}."
    return (Remark(code="mixed_currency_withheld", detail=detail),)
