"""The metrics that the check knows: the unit of each, and the fields of the contract that hold it.

Their names in nine languages are in ``metric_names.txt``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Final

from shared.figures.reading.lexicon import read_table

_NAMES: Final = Path(__file__).with_name("metric_names.txt")


class Kind(str):
    """What the values of a metric are; no ``Enum``, as ``Unit`` is none."""

    __slots__ = ()
    PRICE: ClassVar["Kind"]
    MONEY: ClassVar["Kind"]
    PERCENT: ClassVar["Kind"]
    RATIO: ClassVar["Kind"]
    INDEX: ClassVar["Kind"]
    COUNT: ClassVar["Kind"]


Kind.PRICE = Kind("price")
Kind.MONEY = Kind("money")
Kind.PERCENT = Kind("percent")
Kind.RATIO = Kind("ratio")
Kind.INDEX = Kind("index")
Kind.COUNT = Kind("count")


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes:
        kind: What its values are.
        fields: Field names of the contract that hold it, separated by spaces.
        fraction: Whether those fields hold a fraction (0.25 is 25 %).
        signed: Whether words state its sign (``rose``, ``loss``).
        base: The metric that it is a change or a share of: "revenue growth of 8 % to $416bn".
    """

    kind: Kind
    fields: str = ""
    fraction: bool = False
    signed: bool = False
    base: str = ""


METRICS: Final[Mapping[str, Metric]] = {
    "price": Metric(Kind.PRICE, "price close last_close regular_market_price market_price"),
    "previous_close": Metric(Kind.PRICE, "previous_close"),
    "open": Metric(Kind.PRICE, "open"),
    "day_high": Metric(Kind.PRICE, "day_high"),
    "day_low": Metric(Kind.PRICE, "day_low"),
    "day_range": Metric(Kind.PRICE),
    "pre_market_price": Metric(Kind.PRICE, "pre_market_price"),
    "post_market_price": Metric(Kind.PRICE, "post_market_price"),
    "change": Metric(
        Kind.PRICE, "change pre_market_change post_market_change", signed=True, base="change_percent"
    ),
    "change_percent": Metric(
        Kind.PERCENT,
        "change_percent pre_market_change_percent post_market_change_percent total_return_percent",
        signed=True,
        base="change",
    ),
    "first_close": Metric(Kind.PRICE, "first_close"),
    "highest": Metric(Kind.PRICE, "highest"),
    "lowest": Metric(Kind.PRICE, "lowest"),
    "week_52_high": Metric(Kind.PRICE, "week_52_high fifty_two_week_high"),
    "week_52_low": Metric(Kind.PRICE, "week_52_low fifty_two_week_low"),
    "week_52_range": Metric(Kind.PRICE),
    "price_range": Metric(Kind.PRICE),
    "trading": Metric(Kind.PRICE),
    "return_or_yield": Metric(Kind.PERCENT),
    "support": Metric(Kind.PRICE),
    "sma": Metric(Kind.PRICE),
    "ema": Metric(Kind.PRICE),
    "sma_20": Metric(Kind.PRICE, "sma_20"),
    "sma_50": Metric(Kind.PRICE, "sma_50"),
    "sma_200": Metric(Kind.PRICE, "sma_200"),
    "ema_12": Metric(Kind.PRICE, "ema_12"),
    "ema_26": Metric(Kind.PRICE, "ema_26"),
    "rsi_14": Metric(Kind.INDEX, "rsi_14 rsi"),
    "macd": Metric(Kind.INDEX, "macd", signed=True),
    "macd_signal": Metric(Kind.INDEX, "macd_signal", signed=True),
    "macd_histogram": Metric(Kind.INDEX, "macd_histogram", signed=True),
    "bollinger_upper": Metric(Kind.PRICE, "bollinger_upper"),
    "bollinger_lower": Metric(Kind.PRICE, "bollinger_lower"),
    "bollinger_middle": Metric(Kind.PRICE, "bollinger_middle"),
    "bollinger": Metric(Kind.PRICE),
    "atr_14": Metric(Kind.PRICE, "atr_14 atr"),
    "volatility": Metric(Kind.PERCENT, "volatility", fraction=True),
    "volume": Metric(Kind.COUNT, "volume"),
    "candle_count": Metric(Kind.COUNT, "candle_count"),
    "market_cap": Metric(Kind.MONEY, "market_cap market_value market_capitalization"),
    "enterprise_value": Metric(Kind.MONEY, "enterprise_value"),
    "shares_outstanding": Metric(Kind.COUNT, "shares_outstanding shares_diluted shares_basic shares"),
    "trailing_pe": Metric(Kind.RATIO, "trailing_pe pe pe_ratio"),
    "forward_pe": Metric(Kind.RATIO, "forward_pe"),
    "peg_ratio": Metric(Kind.RATIO, "peg_ratio peg"),
    "price_to_fcf": Metric(Kind.RATIO),
    "price_to_operating_cash_flow": Metric(Kind.RATIO),
    "ev_to_fcf": Metric(Kind.RATIO),
    "price_to_book": Metric(Kind.RATIO, "price_to_book pb_ratio"),
    "price_to_sales": Metric(Kind.RATIO, "price_to_sales ps_ratio"),
    "ev_to_ebitda": Metric(Kind.RATIO, "ev_to_ebitda"),
    "ev_to_revenue": Metric(Kind.RATIO, "ev_to_revenue ev_to_sales"),
    "valuation_multiple": Metric(Kind.RATIO),
    "eps": Metric(
        Kind.PRICE, "earnings_per_share eps eps_diluted eps_basic eps_actual trailing_eps", signed=True
    ),
    "eps_estimate": Metric(
        Kind.PRICE, "eps_estimate estimate eps_forward forward_eps eps_mean eps_low eps_high", signed=True
    ),
    "surprise_percent": Metric(Kind.PERCENT, "surprise_percent", signed=True),
    "book_value_per_share": Metric(Kind.PRICE, "book_value_per_share"),
    "dividend_per_share": Metric(Kind.PRICE, "dividend_per_share amount"),
    "cash_per_share": Metric(Kind.PRICE, "cash_per_share"),
    "revenue_per_share": Metric(Kind.PRICE, "revenue_per_share"),
    "fcf_per_share": Metric(Kind.PRICE, "fcf_per_share", signed=True),
    "revenue": Metric(Kind.MONEY, "revenue total_revenue revenues sales revenue_ttm"),
    "revenue_estimate": Metric(Kind.MONEY, "revenue_estimate revenue_mean revenue_low revenue_high"),
    "revenue_growth": Metric(Kind.PERCENT, "revenue_growth", fraction=True, signed=True, base="revenue"),
    "earnings_growth": Metric(Kind.PERCENT, "earnings_growth", fraction=True, signed=True, base="net_income"),
    "growth": Metric(Kind.PERCENT, signed=True),
    "cost_of_revenue": Metric(Kind.MONEY, "cost_of_revenue"),
    "gross_profit": Metric(Kind.MONEY, "gross_profit", signed=True),
    "operating_income": Metric(Kind.MONEY, "operating_income ebit", signed=True),
    "ebitda": Metric(Kind.MONEY, "ebitda", signed=True),
    "research_and_development": Metric(Kind.MONEY, "research_and_development"),
    "selling_general_administrative": Metric(Kind.MONEY, "selling_general_administrative"),
    "interest_expense": Metric(Kind.MONEY, "interest_expense"),
    "pretax_income": Metric(Kind.MONEY, "pretax_income", signed=True),
    "income_tax": Metric(Kind.MONEY, "income_tax"),
    "net_income": Metric(Kind.MONEY, "net_income net_income_consolidated", signed=True),
    "profit": Metric(Kind.MONEY, signed=True),
    "receipts": Metric(Kind.MONEY, signed=True),
    "gross_margin": Metric(Kind.PERCENT, "gross_margin", fraction=True, signed=True, base="gross_profit"),
    "operating_margin": Metric(
        Kind.PERCENT, "operating_margin", fraction=True, signed=True, base="operating_income"
    ),
    "profit_margin": Metric(
        Kind.PERCENT, "profit_margin net_margin", fraction=True, signed=True, base="net_income"
    ),
    "ebitda_margin": Metric(
        Kind.PERCENT, "ebitda_margin ebitda_margins", fraction=True, signed=True, base="ebitda"
    ),
    "fcf_margin": Metric(Kind.PERCENT, "fcf_margin", signed=True, base="free_cash_flow"),
    "margin": Metric(Kind.PERCENT),
    "return_on_equity": Metric(
        Kind.PERCENT, "return_on_equity", fraction=True, signed=True, base="net_income"
    ),
    "return_on_assets": Metric(
        Kind.PERCENT, "return_on_assets", fraction=True, signed=True, base="net_income"
    ),
    "fcf_yield": Metric(Kind.PERCENT, "fcf_yield", signed=True, base="free_cash_flow"),
    "earnings_yield": Metric(Kind.PERCENT, "earnings_yield", signed=True),
    "dividend_yield": Metric(Kind.PERCENT, "dividend_yield", fraction=True, base="dividend_per_share"),
    "payout_ratio": Metric(Kind.PERCENT, "payout_ratio", fraction=True),
    "expense_ratio": Metric(Kind.PERCENT, "expense_ratio", fraction=True, base="total_assets"),
    "portfolio_turnover": Metric(Kind.PERCENT, "turnover", fraction=True),
    "holding_weight": Metric(Kind.PERCENT, "weight", fraction=True, base="total_assets"),
    "tax_rate": Metric(Kind.PERCENT, "tax_rate effective_tax_rate", fraction=True),
    "total_cash": Metric(Kind.MONEY, "total_cash cash"),
    "total_debt": Metric(Kind.MONEY, "total_debt debt"),
    "liabilities": Metric(Kind.MONEY),
    "net_debt": Metric(Kind.MONEY, "net_debt", signed=True),
    "net_change_in_cash": Metric(Kind.MONEY, "net_change_in_cash"),
    "short_term_debt": Metric(Kind.MONEY, "short_term_debt"),
    "long_term_debt": Metric(Kind.MONEY, "long_term_debt"),
    "debt_to_equity": Metric(Kind.RATIO, "debt_to_equity"),
    "equity_multiplier": Metric(Kind.RATIO, "equity_multiplier"),
    "equity_ratio": Metric(Kind.PERCENT, "equity_ratio"),
    "current_ratio": Metric(Kind.RATIO, "current_ratio"),
    "quick_ratio": Metric(Kind.RATIO, "quick_ratio"),
    "cash_conversion": Metric(Kind.RATIO, "cash_conversion"),
    "net_debt_to_equity": Metric(Kind.RATIO, "net_debt_to_equity", signed=True),
    "net_debt_to_ebitda": Metric(Kind.RATIO, "net_debt_to_ebitda"),
    "interest_coverage": Metric(Kind.RATIO, "interest_coverage"),
    "dividend_cover": Metric(Kind.RATIO, "dividend_cover"),
    "total_assets": Metric(Kind.MONEY, "total_assets net_assets"),
    "current_assets": Metric(Kind.MONEY, "current_assets"),
    "total_liabilities": Metric(Kind.MONEY, "total_liabilities"),
    "current_liabilities": Metric(Kind.MONEY, "current_liabilities"),
    "total_equity": Metric(Kind.MONEY, "total_equity parent_equity equity"),
    "inventory": Metric(Kind.MONEY, "inventory inventories"),
    "receivables": Metric(Kind.MONEY, "receivables"),
    "payables": Metric(Kind.MONEY, "payables"),
    "goodwill": Metric(Kind.MONEY, "goodwill"),
    "intangibles": Metric(Kind.MONEY, "intangibles"),
    "property_plant_equipment": Metric(Kind.MONEY, "property_plant_equipment"),
    "free_cash_flow": Metric(Kind.MONEY, "free_cash_flow", signed=True),
    "operating_cash_flow": Metric(Kind.MONEY, "operating_cash_flow", signed=True),
    "investing_cash_flow": Metric(Kind.MONEY, "investing_cash_flow"),
    "financing_cash_flow": Metric(Kind.MONEY, "financing_cash_flow"),
    "capital_expenditure": Metric(Kind.MONEY, "capital_expenditure capex"),
    "investment": Metric(Kind.MONEY),
    "acquisitions": Metric(Kind.MONEY, "acquisitions"),
    "short_term_investments": Metric(Kind.MONEY, "short_term_investments"),
    "debt_issued": Metric(Kind.MONEY, "debt_issued"),
    "debt_repaid": Metric(Kind.MONEY, "debt_repaid"),
    "net_interest_income": Metric(Kind.MONEY, "net_interest_income"),
    "dividends_paid": Metric(Kind.MONEY, "dividends_paid"),
    "share_repurchases": Metric(Kind.MONEY, "share_repurchases"),
    "shareholder_returns": Metric(Kind.MONEY, "shareholder_returns"),
    "stock_compensation": Metric(Kind.MONEY, "stock_compensation"),
    "depreciation_amortisation": Metric(Kind.MONEY, "depreciation_amortisation"),
    "beta": Metric(Kind.INDEX, "beta", signed=True),
    "analyst_count": Metric(Kind.COUNT, "analyst_count analysts"),
    "target_mean_price": Metric(
        Kind.PRICE, "target_mean_price target_price target_median_price price_target"
    ),
    "target_high_price": Metric(Kind.PRICE, "target_high_price"),
    "target_low_price": Metric(Kind.PRICE, "target_low_price"),
    "upside": Metric(Kind.PERCENT, "upside", signed=True),
    "fair_value": Metric(Kind.PRICE, "fair_value_base fair_value fair_value_low fair_value_high"),
    "employees": Metric(Kind.COUNT, "employees full_time_employees"),
    "sentiment": Metric(Kind.INDEX, "sentiment", signed=True),
    "confidence": Metric(Kind.PERCENT, "confidence", fraction=True),
    "time_frame_months": Metric(Kind.COUNT, "time_frame_months"),
    "articles": Metric(Kind.COUNT, "articles"),
    "institutional_ownership": Metric(Kind.PERCENT, "percent_held_by_institutions", fraction=True),
    "insider_ownership": Metric(Kind.PERCENT, "percent_held_by_insiders", fraction=True),
    "institution_count": Metric(Kind.COUNT, "institution_count"),
    "stake": Metric(Kind.PERCENT, "percent_held", fraction=True),
    "largest_holder": Metric(Kind.PERCENT, "largest_holder", fraction=True),
    "stake_value": Metric(Kind.MONEY, "worth"),
    "exchange_rate": Metric(Kind.PRICE, "rate"),
}

GENERIC: Final[Mapping[str, tuple[str, ...]]] = {
    "sma": ("sma_20", "sma_50", "sma_200"),
    "ema": ("ema_12", "ema_26"),
    "bollinger": ("bollinger_upper", "bollinger_lower", "bollinger_middle"),
    "day_range": ("day_low", "day_high", "day_range"),
    "week_52_range": ("week_52_low", "week_52_high", "week_52_range"),
    "highest": ("highest", "week_52_high", "day_high", "target_high_price"),
    "lowest": ("lowest", "week_52_low", "day_low", "target_low_price"),
    "price_range": (
        *("day_low", "day_high", "week_52_low", "week_52_high", "target_low_price", "target_high_price"),
        *("lowest", "highest", "eps_estimate", "revenue_estimate", "day_range", "week_52_range"),
    ),
    "stake": ("stake", "shares_outstanding", "stake_value"),
    "institutional_ownership": ("institutional_ownership", "institution_count"),
    "support": (
        *("sma_20", "sma_50", "sma_200", "bollinger_lower", "bollinger_upper", "week_52_low", "week_52_high"),
        *("day_low", "day_high", "lowest", "highest", "previous_close"),
    ),
    "trading": (
        *("price", "trailing_pe", "forward_pe", "ev_to_ebitda", "price_to_sales", "price_to_book"),
        *("market_cap", "expense_ratio"),
    ),
    "fixed_assets": ("capital_expenditure", "property_plant_equipment"),
    "cash_flow": ("operating_cash_flow", "free_cash_flow"),
    "after_investments": ("free_cash_flow", "capital_expenditure"),
    "taken_in": ("revenue", "operating_cash_flow"),
    "after_costs": ("gross_profit", "cost_of_revenue"),
    "shareholder_returns": ("shareholder_returns", "dividends_paid", "share_repurchases"),
    "return_or_yield": ("dividend_yield", "change_percent"),
    "growth": ("revenue_growth", "earnings_growth"),
    "investment": ("capital_expenditure",),
    "price_to_cash_flow": ("price_to_operating_cash_flow", "price_to_fcf"),
    "exchange_rate": ("exchange_rate", "price"),
    "profit": ("net_income", "operating_income", "gross_profit", "pretax_income", "eps"),
    "receipts": ("revenue", "net_income", "operating_income", "gross_profit", "pretax_income"),
    "all_costs": ("cost_of_revenue", "selling_general_administrative"),
    "liabilities": ("total_debt", "total_liabilities"),
    "margin": ("profit_margin", "operating_margin", "gross_margin", "ebitda_margin"),
    "valuation_multiple": (
        *("trailing_pe", "forward_pe", "ev_to_ebitda", "price_to_sales", "price_to_book", "peg_ratio"),
    ),
    "net_income": ("net_income", "eps"),
    "consensus": ("eps_estimate", "target_mean_price", "revenue_estimate", "forward_pe"),
    "week_52_high": ("week_52_high", "highest"),
    "week_52_low": ("week_52_low", "lowest"),
}
"""The metrics that a general name covers."""

CHANGES: Final = frozenset(
    {"change", "change_percent", "revenue_growth", "earnings_growth", "surprise_percent", "upside", "growth"}
)
"""Metrics that tell how another one changes, or how far two are apart."""
ACTUALS: Final = {"eps_estimate": "eps", "revenue_estimate": "revenue"}
"""By estimate: what is reported for the same period."""

_FAMILIES: Final = (
    ("price", "open", "day_high", "day_low", "previous_close", "change"),
    ("week_52_high", "week_52_low", "highest", "lowest", "price"),
    ("sma_20", "sma_50", "sma_200", "ema_12", "ema_26", "price"),
    ("bollinger_upper", "bollinger_middle", "bollinger_lower", "price"),
    ("rsi_14", "macd", "macd_signal", "macd_histogram"),
    ("trailing_pe", "forward_pe", "peg_ratio", "price_to_book", "price_to_sales", "ev_to_ebitda"),
    ("eps", "eps_estimate", "dividend_per_share", "book_value_per_share"),
    ("gross_margin", "operating_margin", "profit_margin", "fcf_margin", "ebitda_margin"),
    ("gross_profit", "operating_income", "net_income", "revenue"),
    ("revenue_growth", "earnings_growth"),
    ("total_cash", "total_debt", "net_debt", "debt_to_equity", "current_ratio"),
    ("dividend_yield", "dividend_per_share", "payout_ratio"),
    ("target_mean_price", "target_high_price", "target_low_price", "upside", "analyst_count"),
    ("market_cap", "enterprise_value", "shares_outstanding"),
    ("return_on_equity", "return_on_assets"),
    ("operating_cash_flow", "free_cash_flow", "capital_expenditure"),
)
"""Metrics that are spoken of together, so that a name may be left out: "the worst case is $190"."""

_CONFUSED: Final = (
    ("trailing_pe", "forward_pe", "price_to_book", "price_to_sales", "ev_to_ebitda", "peg_ratio"),
    ("gross_margin", "operating_margin", "profit_margin", "ebitda_margin", "fcf_margin"),
    ("sma_20", "sma_50", "sma_200", "ema_12", "ema_26"),
    ("target_mean_price", "target_high_price", "target_low_price"),
    ("revenue_growth", "earnings_growth"),
    ("return_on_equity", "return_on_assets"),
    ("dividend_yield", "payout_ratio"),
    ("market_cap", "enterprise_value"),
    ("current_ratio", "quick_ratio", "debt_to_equity"),
)
RIVALS: Final = {name: frozenset(group) - {name} for group in _CONFUSED for name in group}
"""By metric: those of the same kind that another name tells from it."""

_BY_FIELD: Final = {field: name for name, metric in METRICS.items() for field in metric.fields.split()}


def metric_of_field(field: str) -> str | None:
    """Returns the metric that a field of the contract holds; None for a field that is not in the table."""
    return _BY_FIELD.get(field)


def relatives(metrics: Iterable[str]) -> frozenset[str]:
    """Returns metrics, those that they are a change or a share of, and those that are spoken of with them."""
    return frozenset().union(*map(_relatives, metrics))


@cache
def _relatives(metric: str) -> frozenset[str]:
    known = METRICS.get(metric)
    found = {metric, *(known.base.split() if known else ())}
    found |= {name for name, other in METRICS.items() if other.base == metric}
    found |= {name for family in _FAMILIES if metric in family for name in family}
    return frozenset(found)


def meanings(name: str) -> tuple[str, ...]:
    """Returns the metrics that a name of the table may mean."""
    return GENERIC.get(name, (name,))


@cache
def metric_names() -> tuple[tuple[str, str], ...]:
    """Returns all names as pairs of metric and name, also those that facts give their values."""
    fields = (
        (name, field.replace("_", " "))
        for name, metric in METRICS.items()
        for field in metric.fields.split()
        if "_" in field
    )
    return (*read_table(_NAMES), *fields)
