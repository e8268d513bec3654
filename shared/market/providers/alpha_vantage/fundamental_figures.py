"""Conversion of Alpha Vantage's ``OVERVIEW`` and ``ETF_PROFILE`` to fundamentals.

Margins, returns, growth and the dividend yield are fractions, as ours are. The response names the currency of
the price and not that of the statements.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from shared.domain.market_data import Fund, Fundamentals, Remark
from shared.market.providers import fields, funds
from shared.market.providers.alpha_vantage.errors import NAME
from shared.market.providers.alpha_vantage.mapping import CURRENCY, check_symbol, day_of, text_of
from shared.market.providers.fields import Json, count, multiple, not_after, number

_ABOVE_ZERO: Final = {
    "trailing_pe": "PERatio",
    "forward_pe": "ForwardPE",
    "peg_ratio": "PEGRatio",
    "price_to_book": "PriceToBookRatio",
    "price_to_sales": "PriceToSalesRatioTTM",
    "ev_to_ebitda": "EVToEBITDA",
    "target_mean_price": "AnalystTargetPrice",
}
"""Multiples and prices: none of them is zero or below."""
_FIGURES: Final = {
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
}
_COUNTS: Final = {"market_cap": "MarketCapitalization", "shares_outstanding": "SharesOutstanding"}
_WHOLE: Final = {
    "revenue": "RevenueTTM",
}
_ACROSS_CURRENCIES: Final = (
    "revenue", "price_to_sales", "ev_to_ebitda", "price_to_book", "book_value_per_share",
)  # fmt: skip
_LARGEST_RATIO: Final = 5.0
"""Minority interests and share classes explain less; a yuan is a seventh of a dollar."""
_LARGEST_RATIO_ABROAD: Final = 1.05
"""Of a company abroad: a euro is little more than a dollar."""
_AT_HOME: Final = frozenset({None, "USA", "United States", "US"})
_SMALLEST_EARNINGS: Final = 0.1
"""Smaller earnings per share are rounded too much to be compared."""


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
    figures = {name: number(row.get(key)) for name, key in _FIGURES.items()}
    figures |= {name: multiple(row.get(key)) for name, key in _ABOVE_ZERO.items()}
    figures["gross_margin"] = gross / revenue if gross is not None and revenue else None
    figures |= fields.known_margins(figures, revenue)
    is_foreign = text_of(row.get("Country")) not in _AT_HOME
    shares = count(row.get("SharesOutstanding"))
    remarks = _mixed_currencies(figures, revenue, shares, is_foreign=is_foreign)
    withheld = dict.fromkeys(_ACROSS_CURRENCIES) if remarks else {}
    return Fundamentals.model_validate(
        figures
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
            "quality": remarks,
        }
        | withheld
    )


def _mixed_currencies(
    figures: Mapping[str, float | None], revenue: float | None, shares: int | None, *, is_foreign: bool
) -> tuple[Remark, ...]:
    """Returns the remark on statements in another currency than earnings per share, which the source hides.

    Net income is the margin of the revenue, and the earnings of all shares. The two differ by a large factor
    where a company with depositary receipts reports in yuan, yen or Taiwan dollars, and by a small one where
    it reports in euros or pounds.
    """
    ratio = _ratio_of_earnings(figures, revenue, shares)
    largest = _LARGEST_RATIO_ABROAD if is_foreign else _LARGEST_RATIO
    if ratio is None and not (is_foreign and revenue):
        return ()
    if ratio is not None and 1 / largest <= ratio <= largest:
        return ()
    reason = (
        "The source does not tell the currency of the statements of this company abroad"
        if ratio is None
        else f"Revenue times margin is {ratio:.3g} times the earnings of all shares: statements seem to be "
        "in another currency"
    )
    return (
        Remark(
            code="mixed_currency_withheld", detail=f"{reason}; withheld: {', '.join(_ACROSS_CURRENCIES)}."
        ),
    )


def _ratio_of_earnings(
    figures: Mapping[str, float | None], revenue: float | None, shares: int | None
) -> float | None:
    """Returns net income by the margin over net income by the shares; None when one is not known well."""
    margin, per_share = figures["profit_margin"], figures["earnings_per_share"]
    if not revenue or not shares or not margin or not per_share or abs(per_share) < _SMALLEST_EARNINGS:
        return None
    return abs(revenue * margin / (per_share * shares))


def fund_figures(symbol: str, row: Json, fetched_at: datetime) -> Fundamentals:
    """Returns costs and contents of an exchange-traded fund from ``ETF_PROFILE``, which has no name.

    Ratios and weights are fractions; what is missing is ``n/a``, also the symbol of cash.

    Raises:
        ValueError: The record is none of a fund.
    """
    if not {"net_assets", "dividend_yield", "holdings"} & row.keys():
        raise ValueError("no profile of a fund")
    begun = day_of(row.get("inception_date"))
    fund = Fund(
        expense_ratio=funds.expense_ratio(row.get("net_expense_ratio")),
        turnover=funds.turnover(row.get("portfolio_turnover")),
        net_assets=funds.net_assets(row.get("net_assets")),
        inception_date=begun if begun is not None and begun <= fetched_at.date() else None,
        holdings=funds.holdings(
            (one.get("symbol"), one.get("description"), one.get("weight")) for one in _rows(row, "holdings")
        ),
        sectors=funds.sectors(
            (_title(one.get("sector")), one.get("weight")) for one in _rows(row, "sectors")
        ),
    )
    return Fundamentals(
        source=NAME,
        as_of=None,
        fetched_at=fetched_at,
        symbol=symbol,
        currency=CURRENCY,
        dividend_yield=number(row.get("dividend_yield")),
        fund=fund if fund.is_known else None,
    )


def _rows(row: Json, name: str) -> list[Json]:
    rows = row.get(name)
    return [one for one in (rows if isinstance(rows, list) else ()) if isinstance(one, Mapping)]


def _title(raw: object) -> str | None:
    known = text_of(raw)
    return known.title() if known else None
