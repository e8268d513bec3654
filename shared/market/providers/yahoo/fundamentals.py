"""Conversion of Yahoo's ``quoteSummary`` to fundamentals.

Peculiarities of its figures:

- Margins, returns, growth, payout and the ``dividendYield`` and ``yield`` of ``summaryDetail`` are fractions
  (that of a quote is in percent, and not used). ``debtToEquity`` is in percent.
- Prices of some exchanges are in a part of the currency (``GBp``, ``ZAc``, ``ILA``), market value and
  statements in the whole one. Prices are converted. Ratios of a price to a figure per share divide pence by
  pounds, so that they are a hundred times too high; some figures per share are in pence, too. The
  product of ratio and figure tells whether it is so, and the size of the ratio which of the two.
- Statement figures and book value are in ``financialCurrency``, earnings and dividend per share in that of
  the price, unless the ratio to the price says otherwise.
  Where the two differ, ``enterpriseValue``, ``priceToBook``, ``priceToSales``, ``enterpriseToEbitda`` and the
  trailing dividend yield mix them; these and the statement figures are withheld.
- ``pegRatio`` is absent since June 2025; the series ``trailingPegRatio`` has it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from shared.domain.market_data import Fundamentals, Quote, Remark, ReportedTotals
from shared.market.analysis.exchanges import time_zone_of
from shared.market.providers.fields import (
    Json,
    count,
    currency_and_factor,
    known_margins,
    moment,
    multiple,
    number,
    part,
    quoted_at,
    scaled,
    text,
    traded_price,
    whole,
)
from shared.market.providers.yahoo.errors import NAME
from shared.market.providers.yahoo.fund_modules import FUND_MODULES, fund_from_summary
from shared.market.providers.yahoo.market_values import market_value, market_value_remarks, valued_shares
from shared.market.providers.yahoo.price_units import (
    Figures,
    align_loss,
    align_targets,
    align_units,
    in_another_currency,
    loss_of_statements,
)

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
_MULTIPLES: Final = (
    "trailing_pe", "forward_pe", "price_to_book", "price_to_sales", "ev_to_ebitda", "peg_ratio",
)  # fmt: skip
"""Their zero is a placeholder, and one below zero, of a loss or debt above assets, means nothing."""
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

_YEAR: Final = timedelta(weeks=52)

SUMMARY_MODULES: Final = (
    "assetProfile", "defaultKeyStatistics", "financialData", "price", "quoteType", "summaryDetail",
    *FUND_MODULES,
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
    stated_value = count(price.get("marketCap")) or count(detail.get("marketCap"))
    market_cap = market_value(stated_value, last, statistics, factor)
    figures = _figures(summary, factor, peg_ratio)
    totals = {name: whole(_at(summary, place)) for name, place in _TOTALS.items()}
    counts = {name: count(_at(summary, place)) for name, place in _COUNTS.items()}
    counts["shares_outstanding"] = valued_shares(last, market_cap, statistics) or counts["shares_outstanding"]
    reported = text(financial.get("financialCurrency"))
    mixed = reported is not None and (currency is None or currency_and_factor(reported)[0] != currency)
    if not mixed and figures["dividend_yield"] is None:
        figures["dividend_yield"] = number(detail.get("trailingAnnualDividendYield"))
    if factor != "1":
        _align(figures, last, statistics, None if mixed else totals["net_income"], counts, float(factor))
    figures |= {name: multiple(figures[name]) for name in _MULTIPLES}
    known = figures | known_margins(figures, totals["revenue"]) | totals | counts
    withheld = _withheld(known, figures, last) if mixed else []
    return Fundamentals.model_validate(
        {name: None if name in withheld else value for name, value in known.items()}
        | _texts(summary)
        | {
            "source": NAME,
            "as_of": quoted_at(price.get("regularMarketTime"), fetched_at),
            "fetched_at": fetched_at,
            "quality": _mixed_remarks(withheld, currency, reported)
            + market_value_remarks(last, market_cap, statistics),
            "symbol": symbol,
            "currency": currency,
            "market_cap": market_cap,
            "analyst_rating": _rating(financial),
            "reported": _reported_totals(reported, totals, whole(financial.get("ebitda")), withheld),
            "period_end": _past_day(statistics.get("mostRecentQuarter"), UTC, fetched_at),
            "range_start": _range_start(symbol, summary, fetched_at) if known["week_52_high"] else None,
            "fund": fund_from_summary(summary, fetched_at),
        }
    )


def _texts(summary: Json) -> dict[str, str | None]:
    """Returns the name of the instrument and what else is text."""
    price = part(summary, "price")
    name = text(price.get("longName")) or text(price.get("shortName"))
    return {"name": name} | {key: text(_at(summary, place)) for key, place in _TEXTS.items()}


def _align(
    figures: Figures,
    last: float | None,
    statistics: Json,
    income: int | None,
    counts: Mapping[str, int | None],
    factor: float,
) -> None:
    """Brings figures per share and targets to the whole currency of a price in a part of it."""
    align_units(figures, last, number(statistics.get("forwardEps")), factor)
    align_targets(figures, last, factor)
    align_loss(figures, income, counts["shares_outstanding"], factor)


def _rating(financial: Json) -> str | None:
    rating = text(financial.get("recommendationKey"))
    return None if rating == "none" else rating


def _withheld(known: Mapping[str, float | None], figures: Figures, last: float | None) -> list[str]:
    """Returns the names of known figures that mix the currencies of price and statements."""
    across = [name for name in _ACROSS_CURRENCIES if known[name] is not None]
    losses = loss_of_statements(figures, known["net_income"], known["shares_outstanding"])
    return [*across, *in_another_currency(figures, last), *losses]


def _range_start(symbol: str, summary: Json, fetched_at: datetime) -> date | None:
    """Returns the first day of the 52-week range: that of the first trade for a new listing."""
    zone = time_zone_of(symbol)
    listed = _past_day(part(summary, "quoteType").get("firstTradeDateEpochUtc"), zone, fetched_at)
    quoted = _past_day(part(summary, "price").get("regularMarketTime"), zone, fetched_at)
    return None if listed is None or quoted is None else max(listed, quoted - _YEAR)


def _past_day(raw: object, zone: tzinfo, now: datetime) -> date | None:
    when = moment(raw)
    return None if when is None or when > now else when.astimezone(zone).date()


def _figures(summary: Json, factor: str, peg_ratio: float | None) -> Figures:
    """Returns ratios, prices and values per share; prices in whole units of the currency."""
    figures: Figures = {name: number(_at(summary, place)) for name, place in _FIGURES.items()}
    figures |= {name: scaled(_at(summary, place), factor) or None for name, place in _PRICES.items()}
    if price := traded_price(scaled(part(summary, "price").get("regularMarketPrice"), factor)):
        # Ranges of futures end with the session before.
        for name, outer in (("week_52_high", max), ("week_52_low", min)):
            figures[name] = outer(known, price) if (known := figures[name]) is not None else None
    statistics = part(summary, "defaultKeyStatistics")
    detail = part(summary, "summaryDetail")
    # Of a fund, the yield of its dividend may be a placeholder of zero.
    figures["dividend_yield"] = number(detail.get("yield")) or _first(detail, "dividendYield", "yield")
    if figures["dividend_per_share"] and not figures["payout_ratio"]:
        # A placeholder, where the dividend is paid out of a loss.
        figures["payout_ratio"] = None
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
