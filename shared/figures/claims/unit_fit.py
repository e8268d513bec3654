"""Which metrics a number of some unit may be a value of, and how well the two suit each other."""

from functools import lru_cache
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.reading.known_metrics import METRICS, Kind, meanings
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import MetricMention
from shared.figures.reading.units import Unit

UNSUITABLE: Final = 99.0
"""How badly a number suits a metric that it cannot be a value of."""

SUITABLE: Final = 1.0
LARGE: Final = 1e6
"""From here on, a sum is no price of a share."""

_NET_INCOME: Final = "net_income"
_LEVELS: Final = frozenset({Kind.PRICE, Kind.MONEY, Kind.COUNT, Kind.INDEX})
_MULTIPLES_OF: Final = {
    **dict.fromkeys(("profit", "net_income", "eps"), ("trailing_pe", "forward_pe")),
    "revenue": ("price_to_sales", "ev_to_revenue"),
    "total_equity": ("price_to_book", "debt_to_equity"),
    "ebitda": ("ev_to_ebitda", "net_debt_to_ebitda"),
}
"""What the price is a multiple of: "54.3 times earnings"."""
_RATIOS_OF: Final = {
    "profit": ("profit_margin",),
    _NET_INCOME: ("profit_margin",),
    "operating_income": ("operating_margin",),
    "total_equity": ("return_on_equity",),
    "total_assets": ("return_on_assets",),
}
"""What a percentage beside the name of an amount is: "earns 22.2% on its equity"."""
_BARE_OF: Final = {"total_debt": ("debt_to_equity",), "payout_ratio": ("dividend_per_share",)}
"""What a small number without a unit is: "Monster owes next to nothing: 0.02", "51.63 is paid out"."""
_EARNINGS_OF: Final = {
    "trailing_pe": (("eps",), ("net_income",)),
    "forward_pe": (("eps_estimate",), ("net_income",)),
    "tax_rate": ((), ("income_tax", "pretax_income")),
    "fcf_margin": ((), ("revenue", "free_cash_flow")),
    "debt_to_equity": ((), ("total_debt", "total_equity")),
    "price_to_fcf": (("fcf_per_share",), ("free_cash_flow",)),
    "ev_to_fcf": (("fcf_per_share",), ("free_cash_flow",)),
    "price_to_cash_flow": ((), ("operating_cash_flow", "free_cash_flow")),
}
"""What a sum beside the name of a ratio is, such as "trailing earnings": of a share, or of the company."""
_OF_A_SHARE: Final = {
    "total_equity": ("book_value_per_share",),
    "total_cash": ("cash_per_share", "dividend_per_share"),
    "free_cash_flow": ("fcf_per_share",),
    "market_cap": ("price",),
}
"""What a small sum beside the name of a large one is: "a book value of $8.05"."""
_CACHED: Final = 4096
_WHOLE: Final = 0.5
"""The tolerance of a whole number."""
_PRICES: Final = frozenset({"price", "trading"})
_COUNT: Final = "analyst_count"
_NEVER_IN_PERCENT: Final = frozenset(
    {"candle_count", "trailing_pe", "forward_pe", "ev_to_ebitda", "price_to_sales", "price_to_book"}
)


def metrics_for(numeral: Numeral, mention: MetricMention) -> tuple[str, ...]:
    """Returns what a number of that unit beside the name of a metric may be a value of."""
    largest = max(numeral.readings).value if mention.name == "price_range" else numeral.readings[0].value
    is_large = largest >= LARGE
    unit = _unit_beside_count(numeral) if mention.name == _COUNT else numeral.unit
    return _metrics_for(mention.name, mention.metrics, unit, is_large)


def leave_margin(claim: Claim) -> None:
    """``Net income rose 11.4%``: a percentage by which it moves is no share of the revenue."""
    is_move = claim.direction != 0 and claim.is_tight and claim.numeral.unit is Unit.PERCENT
    if is_move and claim.mention is not None and claim.mention.name == _NET_INCOME:
        claim.metrics = tuple(metric for metric in claim.metrics if metric not in _RATIOS_OF[_NET_INCOME])


def _unit_beside_count(numeral: Numeral) -> Unit:
    """Returns the unit of a number; "analysts expect 0.50" (or "85.3 billion") counts no analysts."""
    if numeral.unit is not Unit.NONE:
        return numeral.unit
    first = numeral.readings[0]
    return Unit.NONE if first.tolerance >= _WHOLE and first.value < LARGE else Unit.MONEY


@lru_cache(maxsize=_CACHED)
def _metrics_for(name: str, own_meanings: tuple[str, ...], unit: Unit, is_large: bool) -> tuple[str, ...]:
    instead = _metrics_instead(name, unit, is_large=is_large)
    if instead:
        return instead
    metrics = list(own_meanings)
    own = METRICS.get(name)
    if own is not None and own.base and _is_level(unit, own.kind):
        metrics.append(own.base)
    if unit is Unit.PERCENT:
        metrics += _changes_of(name)
    elif unit is Unit.MONEY and not is_large:
        metrics += _OF_A_SHARE.get(name, ())
    elif unit is Unit.MULTIPLE:
        metrics += _MULTIPLES_OF.get(name, ())
        if name == "eps_estimate":
            # "54.3 times earnings, on estimates 33.0 times"
            metrics.append("forward_pe")
        if name in ("price", "market_cap"):
            # "You pay 54 times what it earns.", "Valuation: AVGO 26.7x"
            metrics += meanings("valuation_multiple")
    elif unit is Unit.NONE and not is_large and name in _MULTIPLES_OF:
        # "2.15 vs. 3.52 on sales"
        metrics += _MULTIPLES_OF[name]
    elif unit is Unit.NONE and not is_large:
        metrics += _BARE_OF.get(name, ())
    return tuple(dict.fromkeys(metrics))


_LARGE_OF: Final = {
    **dict.fromkeys(_PRICES, ("market_cap",)),
    # "a range of $11.25 to $11.4 billion": of what a company expects.
    "price_range": (
        *("revenue", "revenue_estimate", "ebitda", "operating_income", "net_income", "free_cash_flow"),
    ),
}
"""What a large amount beside the name of a price is."""
_GROWTH_OF: Final = {
    "earnings_growth": (("eps",), ("net_income",)),
    "revenue_growth": (("revenue",), ("revenue",)),
}
"""By growth: what has grown, a small and a large amount."""


def _metrics_instead(name: str, unit: Unit, *, is_large: bool) -> tuple[str, ...]:
    """Returns the meaning of a name beside a number that cannot be its own value."""
    if is_large and name in _LARGE_OF:
        return _LARGE_OF[name]
    if name == "analyst_count" and unit is Unit.MONEY:
        if is_large:
            return ("revenue_estimate",)
        return ("target_mean_price", "target_high_price", "target_low_price", "eps_estimate")
    if name == "surprise_percent" and unit is Unit.MONEY and not is_large:
        return ("eps", "eps_estimate")
    if name == "analyst_count" and unit is Unit.PERCENT:
        return ("upside",)
    if unit is Unit.MONEY and name == "payout_ratio":
        # "earns $9.60 and pays out $0.47", "$86.6 billion of profit"
        amounts = ("net_income", "dividends_paid", "shareholder_returns")
        return amounts if is_large else ("dividend_per_share", "eps")
    if unit is Unit.MONEY and name in _EARNINGS_OF:
        return _EARNINGS_OF[name][is_large]
    if unit is Unit.MONEY and name in _GROWTH_OF:
        # "earnings rose 9.8% (from $4.09)"
        return _GROWTH_OF[name][is_large]
    if unit in (Unit.MONEY, Unit.NONE) and name == "dividend_per_share" and is_large:
        return ("dividends_paid",)
    return ()


def _changes_of(name: str) -> list[str]:
    """Returns what a percentage beside the name of a level may be: its growth, or its share."""
    if name in ("dividend_per_share", "dividends_paid"):
        return ["dividend_yield"]
    own = METRICS.get(name)
    if own is None or own.kind not in _LEVELS:
        return []
    found = [one for one, metric in METRICS.items() if metric.base == name and "growth" in one]
    if name in ("price", "change", "trading"):
        found.append("change_percent")
    if name in ("eps", "net_income", "profit"):
        found.append("earnings_growth")
    found += _RATIOS_OF.get(name, ())
    return found


def _is_level(unit: Unit, kind: Kind) -> bool:
    return (kind is Kind.PERCENT and unit in (Unit.MONEY, Unit.NONE)) or (
        kind is Kind.PRICE and unit is Unit.PERCENT
    )


def fits(numeral: Numeral, mention: MetricMention) -> float:
    """Returns how badly the unit of a number suits a metric: 0 for well, ``UNSUITABLE`` for not at all."""
    is_large = numeral.readings[0].value >= LARGE
    # "52,000" may be read as a number with three decimals, too; what has a unit is no count.
    may_count = numeral.unit is Unit.NONE and numeral.sign >= 0
    may_count = may_count and any(one.tolerance >= _WHOLE for one in numeral.readings)
    unit = _unit_beside_count(numeral) if mention.name == _COUNT else numeral.unit
    return _fit(mention.name, mention.metrics[0], unit, is_large, may_count)


@lru_cache(maxsize=_CACHED)
def _fit(name: str, meaning: str, unit: Unit, is_large: bool, may_count: bool) -> float:
    metric = METRICS.get(name) or METRICS.get(meaning)
    if metric is None:
        return 0.0
    kind = metric.kind
    if kind is Kind.COUNT and unit is Unit.NONE and not may_count:
        # "MACD crossed below its signal with the last candle: -1.73 against -1.94"
        return UNSUITABLE
    if _metrics_instead(name, unit, is_large=is_large):
        return 0.3
    match unit:
        case Unit.PERCENT:
            if name in _NEVER_IN_PERCENT:
                return UNSUITABLE
            return 0.0 if kind is Kind.PERCENT else 0.4 if kind is Kind.RATIO else 0.6
        case Unit.POINTS:
            return 0.0 if kind is Kind.PERCENT else 0.5
        case Unit.MULTIPLE:
            return _fits_multiple(kind, name)
        case Unit.MONEY:
            return _fits_money(
                kind,
                is_large=is_large,
                has_base=bool(metric.base) or (name == "surprise_percent" and not is_large),
            )
        case _:
            return _fits_bare(kind, is_large=is_large, has_base=bool(metric.base))


def _fits_multiple(kind: Kind, name: str) -> float:
    if kind is Kind.RATIO or name == "trading":
        return 0.0
    if kind is Kind.PERCENT:
        return UNSUITABLE
    return 0.6 if name in ("price", "market_cap", *_MULTIPLES_OF) else 0.9


def _fits_money(kind: Kind, *, is_large: bool, has_base: bool) -> float:
    if kind is Kind.MONEY:
        return 0.0
    if kind is Kind.PRICE:
        return UNSUITABLE if is_large else 0.0
    return 0.5 if has_base else UNSUITABLE


def _fits_bare(kind: Kind, *, is_large: bool, has_base: bool) -> float:
    """Of a number without a unit: large ones are sums or counts."""
    if is_large:
        return 0.0 if kind in (Kind.MONEY, Kind.COUNT) else 0.6 if has_base else UNSUITABLE
    return 0.3 if kind in (Kind.PERCENT, Kind.MONEY) else 0.0
