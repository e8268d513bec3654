"""The result of a valuation: methods, assumptions with their sources, scenarios."""

from typing import Literal

from shared.domain.market_data import Currency, Figure
from shared.reports.parts import ReportPart

MethodName = Literal[
    "discounted_cash_flow",
    "own_price_earnings",
    "own_price_book",
    "own_price_sales",
    "own_ev_ebitda",
    "peer_price_earnings",
    "peer_price_sales",
]
AssumptionUnit = Literal["fraction", "ratio", "currency", "currency_per_share", "shares", "years", "count"]


class Assumption(ReportPart):
    """One input of a method.

    Attributes:
        value: In ``unit``; fractions are 0.08 for 8 %.
        source: Where it is from: the statements, a market price, or a stated convention.
        source_id: Number of the report's source; None for a convention.
    """

    name: str
    label: str
    value: Figure
    unit: AssumptionUnit
    source: str
    source_id: int | None = None


class SensitivityCell(ReportPart):
    """The value per share at one discount rate and one terminal growth; None where they are implausible."""

    discount_rate: Figure
    terminal_growth: Figure
    value: Figure | None


class Method(ReportPart):
    """One method under its own name; one that does not apply is listed with the reason.

    Attributes:
        reason: Why it does not apply; None when it does.
        low: Value per share in the currency of the valuation, as are ``base`` and ``high``.
        assumptions: Its inputs.
        sensitivity: Nine cells, by discount rate and then terminal growth; for the discounted cash flow.
    """

    name: MethodName
    label: str
    applicable: bool
    reason: str | None = None
    low: Figure | None = None
    base: Figure | None = None
    high: Figure | None = None
    assumptions: tuple[Assumption, ...] = ()
    sensitivity: tuple[SensitivityCell, ...] = ()


class Scenario(ReportPart):
    """One scenario with its assumptions.

    Attributes:
        value: Per share in the currency of the valuation.
    """

    name: Literal["bear", "base", "bull"]
    value: Figure
    assumptions: tuple[Assumption, ...]


class Valuation(ReportPart):
    """The fair value of one listed unit, and how it was found.

    Attributes:
        fair_value_low: Median of the methods' low values; None without an applicable method, as are the
            others.
        currency: Currency of all values; None when the listing has none.
        reason: Why there is no fair value; None when there is one.
        methods: All methods, also those that do not apply.
        assumptions: What all methods share, as the cost of capital.
    """

    fair_value_low: Figure | None
    fair_value_base: Figure | None
    fair_value_high: Figure | None
    currency: Currency | None
    reason: str | None = None
    methods: tuple[Method, ...]
    assumptions: tuple[Assumption, ...]
    scenarios: tuple[Scenario, ...]
