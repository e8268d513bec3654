"""The cost of capital: risk-free rate, beta and equity premium, weighted with the cost of debt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from statistics import covariance, variance
from typing import Final

from shared.reports.language.writer import Writer
from shared.reports.valuation.history import FiscalYear, total_debt
from shared.reports.valuation.model import Assumption, AssumptionUnit
from shared.reports.valuation.valuation_formulas import beta, cost_of_equity, weighted_cost_of_capital

BETA_YEARS: Final = 2
_MIN_WEEKS: Final = 52
"""Weekly returns that a beta needs at least."""
_MAX_DEBT_SPREAD: Final = 0.08
"""Interest by debt that is further above the risk-free rate says more about a change of debt."""

Closes = Sequence[tuple[date, float]]
"""Day and close, oldest first, adjusted for splits."""


@dataclass(frozen=True)
class RiskFreeRate:
    """The yield of long government bonds in one currency.

    Attributes:
        value: As a fraction.
        currency: ISO 4217.
        source: Name, publisher and day of the bond yield.
    """

    value: float
    currency: str
    source: str
    source_id: int | None = None


@dataclass(frozen=True)
class EquityPremium:
    """The return of shares above the risk-free rate that is assumed.

    Attributes:
        value: As a fraction.
        source: Where it is from.
    """

    value: float
    source: str


@dataclass(frozen=True)
class Beta:
    """How a share moved with an index.

    Attributes:
        value: Slope of the share's weekly returns over those of the index.
        index: Name of the index.
        currency: Currency of both prices.
        first: First week, as ``last`` is the last.
        weeks: Number of weekly returns.
    """

    value: float
    index: str
    currency: str
    first: date
    last: date
    weeks: int
    source_id: int | None = None

    def source(self, writer: Writer) -> str:
        """Returns what it was computed from."""
        return writer.say(
            "evidence.beta",
            weeks=self.weeks,
            index=self.index,
            currency=self.currency,
            first=self.first,
            last=self.last,
        )


@dataclass(frozen=True)
class CostOfCapital:
    """The discount rate of free cash flows with its assumptions."""

    value: float
    assumptions: tuple[Assumption, ...]


def beta_of(
    closes: Closes, index_closes: Closes, index: str, currency: str, source_id: int | None = None
) -> Beta | None:
    """Returns the beta over the last two years; None with less than a year of weeks in common."""
    own, other = weekly_closes(closes), weekly_closes(index_closes)
    weeks = sorted(own.keys() & other.keys())
    if weeks:
        weeks = [week for week in weeks if week > weeks[-1] - timedelta(days=round(365.25 * BETA_YEARS))]
    if len(weeks) <= _MIN_WEEKS:
        return None
    pairs = list(pairwise(weeks))
    returns = [own[later] / own[earlier] - 1 for earlier, later in pairs]
    index_returns = [other[later] / other[earlier] - 1 for earlier, later in pairs]
    spread = variance(index_returns)
    if spread == 0:
        return None
    value = beta(covariance(returns, index_returns), spread)
    return Beta(value, index, currency, weeks[0], weeks[-1], len(returns), source_id)


def cost_of_capital(
    years: Sequence[FiscalYear],
    market_value: float,
    tax: float,
    risk_free: RiskFreeRate,
    measured: Beta,
    premium: EquityPremium,
    writer: Writer,
) -> CostOfCapital:
    """Returns the weighted cost of capital of a company.

    The cost of debt is the last interest expense by the average of the last two years' debt, kept between the
    risk-free rate and 8 points above it. A company without known debt or interest is taken as financed by
    equity alone.

    Args:
        years: Newest first.
        market_value: Market value of the equity, in the currency of the statements.
        tax: Tax rate as a fraction.
        risk_free: In the same currency.
        measured: The company's beta.
        premium: Premium of shares over the risk-free rate.
        writer: Writes labels and sources.
    """
    equity_cost = cost_of_equity(risk_free.value, measured.value, premium.value)
    debt = total_debt(years[0]) or 0.0
    debt_cost = _cost_of_debt(years, risk_free.value)
    if debt_cost is None:
        debt, debt_cost = 0.0, risk_free.value
    value = weighted_cost_of_capital(market_value, debt, equity_cost, debt_cost, tax)
    weight = debt / (debt + market_value)
    end, computed = years[0].end, writer.text("evidence.computed")

    assumed = partial(_assumption, writer)
    return CostOfCapital(
        value,
        (
            assumed("risk_free_rate", risk_free.value, risk_free.source, risk_free.source_id),
            assumed("beta", measured.value, measured.source(writer), measured.source_id),
            assumed(
                "equity_premium", premium.value,
                writer.say("evidence.premium", source=writer.quoted(premium.source)),
            ),
            assumed("cost_of_equity", equity_cost, computed),
            assumed("cost_of_debt", debt_cost, writer.say("evidence.interest", end=end)),
            assumed("debt_weight", weight, writer.say("evidence.debt", end=end)),
            assumed("cost_of_capital", value, computed),
        ),
    )  # fmt: skip


def _assumption(
    writer: Writer, name: str, value: float, source: str, source_id: int | None = None
) -> Assumption:
    unit: AssumptionUnit = "ratio" if name == "beta" else "fraction"
    label = writer.text(f"assumptions.{name}")
    return Assumption(name=name, label=label, value=value, unit=unit, source=source, source_id=source_id)


def _cost_of_debt(years: Sequence[FiscalYear], risk_free: float) -> float | None:
    interest = years[0].get("interest_expense")
    debts = [debt for year in years[:2] if (debt := total_debt(year))]
    if interest is None or not debts:
        return None
    rate = abs(interest) / (sum(debts) / len(debts))
    return min(max(rate, risk_free), risk_free + _MAX_DEBT_SPREAD)


def weekly_closes(closes: Closes) -> dict[date, float]:
    """Returns the last close of each week by the week's Monday."""
    return {day - timedelta(days=day.weekday()): close for day, close in closes if close > 0}
