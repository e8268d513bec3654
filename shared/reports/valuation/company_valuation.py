"""Values a company: chooses the methods that apply, and puts their results together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median, quantiles
from typing import Final

from shared.domain.company import Peer
from shared.reports.valuation import multiples
from shared.reports.valuation.applicability import Instrument, is_deposit_funded, reason_without_valuation
from shared.reports.valuation.cost_of_capital import (
    Beta,
    Closes,
    CostOfCapital,
    EquityPremium,
    RiskFreeRate,
    cost_of_capital,
)
from shared.reports.valuation.discounted_cash_flow import (
    MAX_TAX,
    CashFlowAssumptions,
    NotApplicableError,
    assumptions_from_history,
    described,
    sensitivity,
    value_cash_flows,
)
from shared.reports.valuation.history import FiscalYear, median_of, operating_margin, tax_rate
from shared.reports.valuation.model import Assumption, Method, MethodName, Scenario, Valuation

LABELS: Final[dict[MethodName, str]] = {
    "discounted_cash_flow": "Discounted cash flow",
    "own_price_earnings": multiples.PRICE_EARNINGS.label,
    "own_price_book": multiples.PRICE_BOOK.label,
    "own_price_sales": multiples.PRICE_SALES.label,
    "own_ev_ebitda": multiples.EV_EBITDA.label,
    "peer_price_earnings": "P/E of the peers",
    "peer_price_sales": "Price to sales of the peers",
}
_DEPOSIT_FUNDED: Final = (
    "Debt is the raw material of a bank, an insurer or a broker: enterprise value, net debt and free cash "
    "flow say nothing about it."
)
_SCENARIO_GROWTH: Final = 0.03
"""Bear and bull grow so much slower and faster than base in the first year."""
_SHARE_COUNT_TOLERANCE: Final = 0.25
"""Share counts differ by buy-backs, issues and dilution; by more, a listed unit is not one share."""


@dataclass(frozen=True)
class Subject:
    """Everything that is known of what is to be valued.

    Attributes:
        price: Last price in ``currency``.
        market_value: Of the equity; None when not known.
        years: Fiscal years, newest first.
        closes: Daily closes over five years, adjusted for splits, oldest first.
        peers: Companies of the same industry.
        risk_free: In the currency of the listing; None when there is none.
        measured_beta: None when it could not be computed.
        equity_premium: Stated; None leaves out what needs a cost of capital.
    """

    instrument: Instrument
    price: float
    currency: str | None
    market_value: float | None
    years: Sequence[FiscalYear]
    closes: Closes
    peers: Sequence[Peer] = ()
    risk_free: RiskFreeRate | None = None
    measured_beta: Beta | None = None
    equity_premium: EquityPremium | None = None


def value(subject: Subject) -> Valuation:
    """Returns the valuation: every method under its own name, applied or left out with the reason.

    The fair value is the median of the base values of the methods that apply; its low and high end are the
    medians of theirs. No method is replaced by another.
    """
    reason = reason_without_valuation(subject.instrument) or _reason_without_statements(subject)
    if reason is not None:
        methods = tuple(multiples.left_out(name, label, reason) for name, label in LABELS.items())
        return _together(subject, methods, (), ())
    capital, why_not = _capital(subject)
    cash_flow, scenarios = _discounted(subject, capital, why_not)
    methods = (cash_flow, *_own(subject), *_peers(subject))
    return _together(subject, methods, capital.assumptions if capital else (), scenarios)


def _together(
    subject: Subject,
    methods: tuple[Method, ...],
    assumptions: tuple[Assumption, ...],
    scenarios: tuple[Scenario, ...],
) -> Valuation:
    applied = [method for method in methods if method.applicable]
    ends = [
        [end for method in applied if (end := getattr(method, name)) is not None]
        for name in ("low", "base", "high")
    ]
    low, base, high = (median(values) if values else None for values in ends)
    reasons = dict.fromkeys(method.reason for method in methods if method.reason)
    return Valuation(
        fair_value_low=low,
        fair_value_base=base,
        fair_value_high=high,
        currency=subject.currency,
        reason=None if applied else " ".join(reasons),
        methods=methods,
        assumptions=assumptions,
        scenarios=scenarios,
    )


def _reason_without_statements(subject: Subject) -> str | None:
    if not subject.years:
        return "No annual statements are available."
    newest = subject.years[0]
    if newest.currency != subject.currency:
        return (
            f"The statements are in {newest.currency} and the listing is in "
            f"{subject.currency or 'no currency'}; values per listed unit are withheld."
        )
    shares = newest.get("shares_diluted")
    if not subject.market_value or not shares or subject.price <= 0:
        return None
    units = subject.market_value / subject.price
    if abs(units / shares - 1) > _SHARE_COUNT_TOLERANCE:
        return (
            f"The market value implies {units:,.0f} listed units and the statements have {shares:,.0f} "
            "shares: one unit may not be one share, and values per listed unit are withheld."
        )
    return None


def _capital(subject: Subject) -> tuple[CostOfCapital | None, str]:
    """Returns the cost of capital; or None and why there is none."""
    if is_deposit_funded(subject.instrument):
        return None, _DEPOSIT_FUNDED
    if not subject.market_value:
        return None, "The market value is not known, so capital cannot be weighted."
    if subject.risk_free is None or subject.risk_free.currency != subject.currency:
        return None, f"There is no risk-free rate in {subject.currency}."
    if subject.equity_premium is None:
        return None, "There is no equity premium."
    if subject.measured_beta is None:
        return None, "There is no beta: the share and its index have less than a year of weeks in common."
    tax = min(max(median_of(subject.years[:5], tax_rate) or 0.0, 0.0), MAX_TAX)
    return (
        cost_of_capital(
            subject.years, subject.market_value, tax, subject.risk_free, subject.measured_beta,
            subject.equity_premium,
        ),
        "",
    )  # fmt: skip


def _discounted(
    subject: Subject, capital: CostOfCapital | None, why_not: str
) -> tuple[Method, tuple[Scenario, ...]]:
    label = LABELS["discounted_cash_flow"]
    if capital is None or subject.risk_free is None:
        return multiples.left_out("discounted_cash_flow", label, why_not), ()
    try:
        base = assumptions_from_history(subject.years, subject.risk_free.value, capital.value)
        scenarios = _scenarios(base, subject.years, capital.value)
    except NotApplicableError as error:
        return multiples.left_out("discounted_cash_flow", label, str(error)), ()
    result = value_cash_flows(base, capital.value)
    share = Assumption(
        name="terminal_share",
        label="Terminal value in enterprise value",
        value=result.terminal_share,
        unit="fraction",
        source="computed from the assumptions above; at most 80 % is plausible",
    )
    low, middle, high = (scenario.value for scenario in scenarios)
    method = Method(
        name="discounted_cash_flow",
        label=label,
        applicable=True,
        low=low,
        base=middle,
        high=high,
        assumptions=(*described(base, subject.years), share),
        sensitivity=sensitivity(base, capital.value),
    )
    return method, scenarios


def _scenarios(base: CashFlowAssumptions, years: Sequence[FiscalYear], rate: float) -> tuple[Scenario, ...]:
    """Returns bear, base and bull: growth 3 points apart, margins at the quartiles of the own years."""
    margins = [margin for year in years[:5] if (margin := operating_margin(year)) is not None]
    lower, _, upper = quantiles(margins, n=4, method="inclusive")
    views = (
        ("bear", replace(base, growth=base.growth - _SCENARIO_GROWTH, margin=max(0.0, lower))),
        ("base", base),
        ("bull", replace(base, growth=base.growth + _SCENARIO_GROWTH, margin=upper)),
    )
    return tuple(
        Scenario(
            name=name,
            value=0.0 if view.margin == 0 else value_cash_flows(view, rate).per_share,
            assumptions=tuple(
                one for one in described(view, years) if one.name in {"growth", "margin", "terminal_growth"}
            ),
        )
        for name, view in views
    )  # type: ignore[misc, unused-ignore]


def _own(subject: Subject) -> tuple[Method, ...]:
    banked = is_deposit_funded(subject.instrument)
    book = "Book value says little about a company whose assets are not mainly financial."
    kinds = (
        (multiples.PRICE_EARNINGS, None),
        (multiples.PRICE_BOOK, None if banked else book),
        (multiples.PRICE_SALES, _DEPOSIT_FUNDED if banked else None),
        (multiples.EV_EBITDA, _DEPOSIT_FUNDED if banked else None),
    )
    return tuple(
        multiples.left_out(kind.name, kind.label, reason)
        if reason
        else multiples.against_own_years(kind, subject.years, subject.closes)
        for kind, reason in kinds
    )


def _peers(subject: Subject) -> tuple[Method, ...]:
    newest = subject.years[0]
    earnings = [peer.trailing_pe for peer in subject.peers if peer.trailing_pe is not None]
    sales = [ratio for peer in subject.peers if (ratio := multiples.price_sales_of(peer)) is not None]
    by_earnings = multiples.against_peers(
        "peer_price_earnings", LABELS["peer_price_earnings"], multiples.PRICE_EARNINGS.base_label,
        newest.get("eps_diluted"), earnings,
    )  # fmt: skip
    if is_deposit_funded(subject.instrument):
        reason = multiples.left_out("peer_price_sales", LABELS["peer_price_sales"], _DEPOSIT_FUNDED)
        return by_earnings, reason
    by_sales = multiples.against_peers(
        "peer_price_sales", LABELS["peer_price_sales"], multiples.PRICE_SALES.base_label,
        multiples.PRICE_SALES.base(newest), sales,
    )  # fmt: skip
    return by_earnings, by_sales
