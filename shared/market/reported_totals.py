"""Converts statement totals of fundamentals into the currency of the price, and recomputes ratios of both.

Totals of a company are converted, values per share and ready multiples never: one depositary receipt may
represent several shares, which the source does not tell.
"""

from typing import Final

from shared.domain.currency_rates import ExchangeRate
from shared.domain.market_data import Fundamentals, Remark, ReportedTotals

_CONVERTED: Final = ("revenue", "net_income", "total_cash", "total_debt", "free_cash_flow")
_WITHHELD: Final = "mixed_currency_withheld"


def with_converted_totals(found: Fundamentals, totals: ReportedTotals, rate: ExchangeRate) -> Fundamentals:
    """Returns fundamentals with the totals in the currency of the price.

    Enterprise value is market value plus debt less cash, without minority interest and preferred shares.

    Args:
        found: What the source says, without the totals.
        totals: The totals in the reporting currency.
        rate: Units of the price's currency for one unit of the reporting currency.
    """
    converted = {
        name: round(value * rate.rate) for name in _CONVERTED if (value := getattr(totals, name)) is not None
    }
    ebitda = None if totals.ebitda is None else totals.ebitda * rate.rate
    ratios = _ratios(found.market_cap, converted, ebitda)
    given = {**converted, **{name: value for name, value in ratios.items() if value is not None}}
    still = [name for name in totals.withheld if name not in given]
    return found.model_copy(update={**given, "quality": _remarks(found, totals, rate, given, still)})


def _ratios(
    market_cap: int | None, converted: dict[str, int], ebitda: float | None
) -> dict[str, int | float | None]:
    if market_cap is None:
        return {}
    revenue, debt, cash = (converted.get(name) for name in ("revenue", "total_debt", "total_cash"))
    enterprise_value = None if debt is None or cash is None else market_cap + debt - cash
    return {
        "enterprise_value": enterprise_value,
        "price_to_sales": market_cap / revenue if revenue and revenue > 0 else None,
        "ev_to_ebitda": enterprise_value / ebitda
        if enterprise_value is not None and enterprise_value > 0 and ebitda is not None and ebitda > 0
        else None,
    }


def _remarks(
    found: Fundamentals,
    totals: ReportedTotals,
    rate: ExchangeRate,
    given: dict[str, int | float],
    still: list[str],
) -> tuple[Remark, ...]:
    others = tuple(remark for remark in found.quality if remark.code != _WITHHELD)
    detail = (
        f"Statements are in {totals.currency}; converted at {rate.rate:.6g} {rate.quote} for 1 {rate.base} "
        f"({rate.source}, {rate.date}): {', '.join(given)}."
    )
    remarks = (*others, Remark(code="converted_currency", detail=detail))
    if not still:
        return remarks
    detail = (
        f"Prices are in {found.currency}, values per share of the statements in {totals.currency}; "
        f"withheld: {', '.join(still)}."
    )
    return (*remarks, Remark(code=_WITHHELD, detail=detail))
