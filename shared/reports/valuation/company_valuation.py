"""Values a company: chooses the methods that apply, and puts their results together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median, quantiles
from typing import Final, get_args

from shared.domain.company import Peer
from shared.domain.currencies import HIGH_INFLATION
from shared.domain.formatting import ABSENT
from shared.reports.language.writer import Writer
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
    MAX_TERMINAL_SHARE,
    CashFlowAssumptions,
    NotApplicableError,
    assumptions_from_history,
    described,
    sensitivity,
    value_cash_flows,
)
from shared.reports.valuation.history import FiscalYear, median_of, operating_margin, tax_rate
from shared.reports.valuation.model import Assumption, Method, MethodName, Scenario, Valuation

METHODS: Final[tuple[MethodName, ...]] = get_args(MethodName)
"""Every method, in the order in which valuations list them."""
_SCENARIO_GROWTH: Final = 0.03
"""Bear and bull grow so much slower and faster than base in the first year."""
_SHARE_COUNT_TOLERANCE: Final = 0.25
"""Share counts differ by buy-backs, issues and dilution; by more, a listed unit is not one share."""


@dataclass(frozen=True)
class Subject:
    """Everything that is known of what is to be valued.

    Attributes:
        price: Last price in ``currency``.
        market_value: Market value of the equity; None when not known.
        years: Fiscal years, newest first.
        closes: Daily closes over five years, adjusted for splits, oldest first.
        peers: Companies of the same industry; their multiples are of the last four quarters.
        trailing_earnings: Earnings per share of the last four quarters; None when not known.
        trailing_revenue: Revenue of the last four quarters; None when not known.
        risk_free: In the currency of the listing; None when there is none.
        measured_beta: None when it could not be computed.
        equity_premium: Stated; None leaves out what needs a cost of capital.
        untraded_since: Day of the last trade, if that is long ago.
        distribution: Ex-date and share of the price of a spin-off or large special dividend that the
            statements do not know yet; None without one.
    """

    instrument: Instrument
    price: float
    currency: str | None
    market_value: float | None
    years: Sequence[FiscalYear]
    closes: Closes
    peers: Sequence[Peer] = ()
    trailing_earnings: float | None = None
    trailing_revenue: float | None = None
    risk_free: RiskFreeRate | None = None
    measured_beta: Beta | None = None
    equity_premium: EquityPremium | None = None
    untraded_since: date | None = None
    distribution: tuple[date, float] | None = None


def value(subject: Subject, writer: Writer) -> Valuation:
    """Returns the valuation: every method under its own name, applied or left out with the reason.

    The fair value is the median of the base values of the methods that apply; its low and high end are the
    medians of theirs. No method is replaced by another.

    Args:
        subject: What is to be valued.
        writer: Writes labels, sources and reasons.
    """
    try:
        _check(subject)
    except NotApplicableError as error:
        methods = tuple(multiples.left_out(name, writer, error.reason, **error.values) for name in METHODS)
        return _together(subject, methods, (), (), writer)
    capital: CostOfCapital | None = None
    try:
        capital = _capital(subject, writer)
        cash_flow, scenarios = _discounted(subject, capital, writer)
    except NotApplicableError as error:
        scenarios = ()
        cash_flow = multiples.left_out("discounted_cash_flow", writer, error.reason, **error.values)
    methods = (cash_flow, *_own(subject, writer), *_peers(subject, writer))
    return _together(subject, methods, capital.assumptions if capital else (), scenarios, writer)


def _together(
    subject: Subject,
    methods: tuple[Method, ...],
    assumptions: tuple[Assumption, ...],
    scenarios: tuple[Scenario, ...],
    writer: Writer,
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
        reason=None if applied else writer.paragraph(*reasons),
        methods=methods,
        assumptions=assumptions,
        scenarios=scenarios,
    )


def _check(subject: Subject) -> None:
    """Checks that a listed unit can be valued.

    Raises:
        NotApplicableError: It cannot.
    """
    if reason := reason_without_valuation(subject.instrument):
        raise NotApplicableError(reason)
    if not subject.years:
        raise NotApplicableError("no_statements")
    if subject.untraded_since is not None:
        raise NotApplicableError("untraded", day=subject.untraded_since)
    newest = subject.years[0]
    if newest.currency != subject.currency:
        raise NotApplicableError(
            "statement_currency", statements=newest.currency, listing=subject.currency or ABSENT
        )
    if newest.currency in HIGH_INFLATION:
        raise NotApplicableError("high_inflation", currency=newest.currency)
    if subject.distribution is not None:
        day, share = subject.distribution
        raise NotApplicableError("distribution", day=day, share=share)
    shares = newest.get("shares_diluted")
    if not subject.market_value or not shares or subject.price <= 0:
        return
    units = subject.market_value / subject.price
    if abs(units / shares - 1) > _SHARE_COUNT_TOLERANCE:
        raise NotApplicableError("units_unknown", units=units, shares=shares)


def _capital(subject: Subject, writer: Writer) -> CostOfCapital:
    """Returns the cost of capital.

    Raises:
        NotApplicableError: There is none.
    """
    if is_deposit_funded(subject.instrument):
        raise NotApplicableError("deposit_funded")
    if not subject.market_value:
        raise NotApplicableError("no_market_value")
    if subject.risk_free is None or subject.risk_free.currency != subject.currency:
        raise NotApplicableError("no_risk_free", currency=subject.currency or ABSENT)
    if subject.equity_premium is None:
        raise NotApplicableError("no_premium")
    if subject.measured_beta is None:
        raise NotApplicableError("no_beta")
    tax = min(max(median_of(subject.years[:5], tax_rate) or 0.0, 0.0), MAX_TAX)
    return cost_of_capital(
        subject.years, subject.market_value, tax, subject.risk_free, subject.measured_beta,
        subject.equity_premium, writer,
    )  # fmt: skip


def _discounted(
    subject: Subject, capital: CostOfCapital, writer: Writer
) -> tuple[Method, tuple[Scenario, ...]]:
    """Returns the discounted cash flow and its scenarios.

    Raises:
        NotApplicableError: It does not apply.
    """
    risk_free = subject.risk_free.value if subject.risk_free else 0.0
    base = assumptions_from_history(subject.years, risk_free, capital.value)
    scenarios = _scenarios(base, subject.years, capital.value, writer)
    share = Assumption(
        name="terminal_share",
        label=writer.text("assumptions.terminal_share"),
        value=value_cash_flows(base, capital.value).terminal_share,
        unit="fraction",
        source=writer.say("evidence.terminal_share", most=MAX_TERMINAL_SHARE),
    )
    low, middle, high = (scenario.value for scenario in scenarios)
    method = Method(
        name="discounted_cash_flow",
        label=writer.text("labels.discounted_cash_flow"),
        applicable=True,
        low=low,
        base=middle,
        high=high,
        assumptions=(*described(base, subject.years, writer), share),
        sensitivity=sensitivity(base, capital.value),
    )
    return method, scenarios


def _scenarios(
    base: CashFlowAssumptions, years: Sequence[FiscalYear], rate: float, writer: Writer
) -> tuple[Scenario, ...]:
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
                one
                for one in described(view, years, writer)
                if one.name in {"growth", "margin", "terminal_growth"}
            ),
        )
        for name, view in views
    )  # type: ignore[misc, unused-ignore]


def _own(subject: Subject, writer: Writer) -> tuple[Method, ...]:
    banked = is_deposit_funded(subject.instrument)
    kinds = (
        (multiples.PRICE_EARNINGS, None),
        (multiples.PRICE_BOOK, None if banked else "book_value"),
        (multiples.PRICE_SALES, _reason_without_sales(subject)),
        (multiples.EV_EBITDA, "deposit_funded" if banked else None),
    )
    return tuple(
        multiples.left_out(kind.name, writer, reason)
        if reason
        else multiples.against_own_years(kind, subject.years, subject.closes, writer)
        for kind, reason in kinds
    )


def _reason_without_sales(subject: Subject) -> str | None:
    """Returns why revenue says nothing about the value of a share; None where it says something."""
    if is_deposit_funded(subject.instrument):
        return "deposit_funded"
    lines = subject.years[0].all("total_equity", "operating_income")
    return "revenue_of_lenders" if lines is not None and max(lines) < 0 else None


def _peers(subject: Subject, writer: Writer) -> tuple[Method, ...]:
    newest = subject.years[0]
    earnings = [peer.trailing_pe for peer in subject.peers if peer.trailing_pe is not None]
    sales = [ratio for peer in subject.peers if (ratio := multiples.price_sales_of(peer)) is not None]
    own_earnings = multiples.PeerBase(subject.trailing_earnings, newest.get("eps_diluted"))
    by_earnings = multiples.against_peers("peer_price_earnings", own_earnings, earnings, writer)
    if reason := _reason_without_sales(subject):
        return by_earnings, multiples.left_out("peer_price_sales", writer, reason)
    own_sales = multiples.PeerBase(
        multiples.per_diluted_share(subject.trailing_revenue, newest), multiples.PRICE_SALES.base(newest)
    )
    return by_earnings, multiples.against_peers("peer_price_sales", own_sales, sales, writer)
