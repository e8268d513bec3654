"""Metrics that can be computed from others of the same company: net debt, margins, yields, per share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from shared.figures.facts.known_figures import FactIndex, KnownFigure, as_shown
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.stated_periods import FactPeriod

Formula = tuple[tuple[str, ...], Callable[..., float]]


def _share(part: float, whole: float) -> float:
    return part / whole * 100


def _ratio(one: float, other: float) -> float:
    return one / other


def _difference(one: float, other: float) -> float:
    return one - other


def _growth(new: float, old: float) -> float:
    return (new / old - 1) * 100


def _sum(one: float, other: float) -> float:
    return abs(one) + abs(other)


def _product(one: float, other: float) -> float:
    return one * other


def _part(whole: float, percent: float) -> float:
    return whole * percent / 100


FORMULAS: Final[Mapping[str, tuple[Formula, ...]]] = {
    "net_debt": ((("total_debt", "total_cash"), _difference),),
    "profit_margin": ((("net_income", "revenue"), _share),),
    "operating_margin": ((("operating_income", "revenue"), _share),),
    "gross_margin": ((("gross_profit", "revenue"), _share),),
    "ebitda_margin": ((("ebitda", "revenue"), _share),),
    "fcf_margin": ((("free_cash_flow", "revenue"), _share),),
    "fcf_yield": (
        (("free_cash_flow", "market_cap"), _share),
        (("free_cash_flow", "enterprise_value"), _share),
    ),
    "earnings_yield": ((("eps", "price"), _share), (("trailing_pe",), lambda pe: 100 / pe)),
    "dividend_yield": ((("dividend_per_share", "price"), _share),),
    "payout_ratio": ((("dividend_per_share", "eps"), _share),),
    "return_on_equity": ((("net_income", "total_equity"), _share),),
    "return_on_assets": ((("net_income", "total_assets"), _share),),
    "trailing_pe": ((("price", "eps"), _ratio),),
    "forward_pe": ((("price", "eps_estimate"), _ratio),),
    "price_to_sales": ((("market_cap", "revenue"), _ratio),),
    "price_to_book": ((("price", "book_value_per_share"), _ratio), (("market_cap", "total_equity"), _ratio)),
    "price_to_fcf": ((("market_cap", "free_cash_flow"), _ratio),),
    "price_to_operating_cash_flow": ((("market_cap", "operating_cash_flow"), _ratio),),
    "ev_to_fcf": ((("enterprise_value", "free_cash_flow"), _ratio),),
    "ev_to_revenue": ((("enterprise_value", "revenue"), _ratio),),
    "ev_to_ebitda": ((("enterprise_value", "ebitda"), _ratio),),
    "debt_to_equity": ((("total_debt", "total_equity"), _ratio),),
    "net_debt_to_equity": (
        (("net_debt", "total_equity"), _ratio),
        (("total_debt", "total_cash", "total_equity"), lambda debt, cash, equity: (debt - cash) / equity),
    ),
    "equity_multiplier": ((("total_assets", "total_equity"), _ratio),),
    "equity_ratio": ((("total_equity", "total_assets"), _share),),
    "net_debt_to_ebitda": (
        (("total_debt", "total_cash", "ebitda"), lambda debt, cash, ebitda: (debt - cash) / ebitda),
        (
            ("total_debt", "total_cash", "enterprise_value", "ev_to_ebitda"),
            lambda debt, cash, value, multiple: (debt - cash) / (value / multiple),
        ),
    ),
    "dividend_cover": (
        (("eps", "dividend_per_share"), _ratio),
        (("free_cash_flow", "dividends_paid"), lambda flow, paid: abs(flow / paid)),
        (("net_income", "dividends_paid"), lambda profit, paid: abs(profit / paid)),
        (
            ("free_cash_flow", "dividend_per_share", "shares_outstanding"),
            lambda flow, paid, shares: flow / (paid * shares),
        ),
    ),
    "current_ratio": ((("current_assets", "current_liabilities"), _ratio),),
    "interest_coverage": (
        (("operating_income", "interest_expense"), lambda profit, interest: abs(profit / interest)),
    ),
    "cash_per_share": (
        (("total_cash", "shares_outstanding"), _ratio),
        (("total_cash", "market_cap", "price"), lambda cash, cap, price: cash / (cap / price)),
    ),
    "revenue_per_share": (
        (("revenue", "shares_outstanding"), _ratio),
        (("revenue", "market_cap", "price"), lambda revenue, cap, price: revenue / (cap / price)),
    ),
    "fcf_per_share": (
        (("free_cash_flow", "shares_outstanding"), _ratio),
        (("free_cash_flow", "market_cap", "price"), lambda flow, cap, price: flow / (cap / price)),
    ),
    "book_value_per_share": ((("total_equity", "shares_outstanding"), _ratio),),
    "eps": ((("net_income", "shares_outstanding"), _ratio),),
    "shares_outstanding": ((("market_cap", "price"), _ratio),),
    "total_debt": ((("short_term_debt", "long_term_debt"), _sum),),
    "dividends_paid": ((("dividend_per_share", "shares_outstanding"), _product),),
    "shareholder_returns": ((("share_repurchases", "dividends_paid"), _sum),),
    "market_cap": ((("price", "shares_outstanding"), _product),),
    "enterprise_value": (
        (("market_cap", "total_debt", "total_cash"), lambda cap, debt, cash: cap + debt - cash),
    ),
    "free_cash_flow": (
        (("operating_cash_flow", "capital_expenditure"), lambda flow, capex: flow - abs(capex)),
    ),
    "gross_profit": (
        (("revenue", "cost_of_revenue"), lambda revenue, cost: revenue - abs(cost)),
        (("revenue", "gross_margin"), _part),
    ),
    "operating_income": ((("revenue", "operating_margin"), _part),),
    "ebitda": ((("revenue", "ebitda_margin"), _part), (("enterprise_value", "ev_to_ebitda"), _ratio)),
    "day_range": ((("day_high", "day_low"), _difference),),
    "week_52_range": ((("week_52_high", "week_52_low"), _difference),),
    "macd_histogram": ((("macd", "macd_signal"), _difference),),
    "macd": ((("ema_12", "ema_26"), _difference),),
    "upside": (
        (("target_mean_price", "price"), _growth),
        (("target_high_price", "price"), _growth),
        (("target_low_price", "price"), _growth),
        (("fair_value", "price"), _growth),
    ),
    "change": ((("price", "previous_close"), _difference), (("price", "open"), _difference)),
    "change_percent": ((("price", "previous_close"), _growth),),
    "surprise_percent": ((("eps", "eps_estimate"), _growth),),
    "tax_rate": ((("income_tax", "pretax_income"), _share),),
}
"""What each metric can be computed from."""
MARGINS: Final = frozenset(metric for metric in FORMULAS if metric.endswith("_margin"))
_MOVES: Final = frozenset({"change", "change_percent"})
"""How a price has moved within the day."""


def computed(index: FactIndex, symbol: str, metric: str) -> Sequence[KnownFigure]:
    """Returns the values of a metric that follow from other figures of the company, for each period."""
    return index.computed(symbol, metric, _compute) if metric in FORMULAS else ()


def _compute(index: FactIndex, symbol: str, metric: str) -> Iterator[KnownFigure]:
    for operands, formula in FORMULAS[metric]:
        for first in index.of(symbol, operands[:1]):
            others = [_partner(index, symbol, operand, first.period) for operand in operands[1:]]
            if any(other is None for other in others):
                continue
            if (metric in _MOVES or _is_old_close(first)) and any(
                other and not _same(first.period, other.period) for other in others
            ):
                # The close of a past day has not moved from where that of now has, and is no multiple of it.
                continue
            values = [first.value, *(other.value for other in others if other is not None)]
            try:
                value = formula(*values)
            except ZeroDivisionError:
                continue
            known = METRICS[metric]
            label = metric.replace("_", " ")
            figure = first._replace(
                metric=metric, label=label, value=value, kind=known.kind, words=frozenset(), also=()
            )
            yield figure
            if known.kind in (Kind.PERCENT, Kind.RATIO):
                yield from _as_shown(figure, formula, [first, *(other for other in others if other)])


def _is_old_close(figure: KnownFigure) -> bool:
    period = figure.period
    return figure.metric == "price" and period is not None and period.is_day and not period.is_snapshot


def _as_shown(
    figure: KnownFigure, formula: Callable[..., float], operands: Sequence[KnownFigure]
) -> Iterator[KnownFigure]:
    """Yields a ratio of values as the texts of the facts show them, with which writers compute."""
    shown = list(map(as_shown, operands))
    if shown == [one.value for one in operands]:
        return
    try:
        value = formula(*shown)
    except ZeroDivisionError:
        return
    yield figure._replace(value=value)


def _partner(index: FactIndex, symbol: str, metric: str, period: FactPeriod | None) -> KnownFigure | None:
    """Returns the figure of the same period; else one that is not of a period, or the latest."""
    figures = sorted(index.of(symbol, (metric,)), key=lambda figure: bool(figure.words))
    same = next((figure for figure in figures if _same(figure.period, period)), None)
    if same is not None:
        return same
    snapshots = [figure for figure in figures if figure.period is None or figure.period.is_snapshot]
    if snapshots:
        return snapshots[0]
    if period is None or period.is_snapshot:
        return figures[0] if figures else None
    return None


def _same(one: FactPeriod | None, other: FactPeriod | None) -> bool:
    if one is None or other is None:
        return one is other
    if one.is_snapshot or other.is_snapshot:
        return one.is_snapshot and other.is_snapshot
    return replace(one, is_day=False) == replace(other, is_day=False)
