"""The formulas of the valuation; rates are fractions (0.08 is 8 %), amounts in any one currency.

Each docstring names the source of its formula.
``tests/unit/shared/reports/valuation/test_valuation_formulas.py`` checks each formula against worked examples
published elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles


def compound_growth(first: float, last: float, years: float) -> float:
    """Returns the compound annual growth rate from ``first`` to ``last``.

    Source: Gartner IT glossary, "Compound Annual Growth Rate (CAGR)".

    Raises:
        ValueError: One of the values, or the number of years, is not above zero: there is no growth over a
            base of zero or below.
    """
    if first <= 0 or last <= 0 or years <= 0:
        raise ValueError("a growth rate needs values above zero")
    return float((last / first) ** (1 / years) - 1)


def beta(covariance_with_index: float, index_variance: float) -> float:
    """Returns how much a share moves with an index: covariance of the returns over variance of the index.

    Source: A. Damodaran, "Investment Valuation", 3rd edition, chapter 8, regression betas.

    Raises:
        ValueError: The index did not move.
    """
    if index_variance <= 0:
        raise ValueError("beta cannot be computed: the index did not move")
    return covariance_with_index / index_variance


def cost_of_equity(risk_free: float, beta_value: float, equity_premium: float) -> float:
    """Returns the cost of equity of the capital asset pricing model: risk-free rate + beta x premium.

    Source: W. F. Sharpe, "Capital Asset Prices", Journal of Finance 19 (1964), 425-442.
    """
    return risk_free + beta_value * equity_premium


def weighted_cost_of_capital(
    equity: float, debt: float, equity_cost: float, debt_cost: float, tax_rate: float
) -> float:
    """Returns the average cost of equity and of debt after tax, weighted by market value.

    Source: R. Brealey, S. Myers, F. Allen, "Principles of Corporate Finance", 13th edition, chapter 19.

    Raises:
        ValueError: Equity is not above zero, or debt is negative.
    """
    if equity <= 0 or debt < 0:
        raise ValueError("the weights need equity above zero and debt of zero or more")
    total = equity + debt
    return equity / total * equity_cost + debt / total * debt_cost * (1 - tax_rate)


def free_cash_flow(
    operating_income: float,
    tax_rate: float,
    depreciation: float,
    capital_expenditure: float,
    increase_in_working_capital: float,
) -> float:
    """Returns the free cash flow to the firm: operating income after tax less net reinvestment.

    Source: Z. Bodie, A. Kane, A. Marcus, "Essentials of Investments", 9th edition, chapter 13.

    Args:
        operating_income: Before interest and tax.
        tax_rate: Fraction of it.
        depreciation: With amortisation.
        capital_expenditure: A payment is positive.
        increase_in_working_capital: A decrease is negative.
    """
    reinvestment = capital_expenditure - depreciation + increase_in_working_capital
    return operating_income * (1 - tax_rate) - reinvestment


def reinvestment_for_growth(growth: float, return_on_capital: float) -> float:
    """Returns the fraction of after-tax operating income that growth at this rate takes.

    Source: A. Damodaran, "Damodaran on Valuation", 2nd edition, chapter 4: growth = reinvestment rate x
    return on capital.

    Raises:
        ValueError: The return on capital is not above zero.
    """
    if return_on_capital <= 0:
        raise ValueError("growth needs a return on capital above zero")
    return growth / return_on_capital


def present_value(flows: Sequence[float], rate: float) -> float:
    """Returns the value today of flows at the ends of the next years.

    Source: Morningstar Investing Classroom, course 404, "Putting DCF into Action", step 3.
    """
    return sum(flow / (1 + rate) ** year for year, flow in enumerate(flows, start=1))


def terminal_value(next_flow: float, rate: float, growth: float) -> float:
    """Returns the value of a perpetually growing flow, one year before its first payment.

    Source: M. J. Gordon, "Dividends, Earnings, and Stock Prices", Review of Economics and Statistics 41
    (1959), 99-105.

    Raises:
        ValueError: The rate is not above the growth.
    """
    if rate <= growth:
        raise ValueError("the discount rate must be above the growth")
    return next_flow / (rate - growth)


def equity_value_per_share(
    enterprise_value: float, net_debt: float, minority_interest: float, shares: float
) -> float:
    """Returns what one share is worth: enterprise value less the claims of others, by the shares.

    Source: T. Koller, M. Goedhart, D. Wessels, "Valuation", 7th edition, chapter 16.

    Raises:
        ValueError: The number of shares is not above zero.
    """
    if shares <= 0:
        raise ValueError("the number of shares must be above zero")
    return (enterprise_value - net_debt - minority_interest) / shares


def enterprise_value(market_value: float, debt: float, cash: float) -> float:
    """Returns market value plus debt less cash.

    Source: T. Koller, M. Goedhart, D. Wessels, "Valuation", 7th edition, chapter 18.
    """
    return market_value + debt - cash


@dataclass(frozen=True)
class Quartiles:
    """Distribution of a multiple.

    Attributes:
        count: Number of values used.
        excluded: Number of values of zero or below, which are left out.
    """

    lower: float
    median: float
    upper: float
    count: int
    excluded: int


def quartiles_of_multiples(values: Sequence[float]) -> Quartiles | None:
    """Returns the quartiles of the values above zero; None with fewer than two of them.

    Source: R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50
    (1996), 361-365, definition 7 (linear interpolation, extremes included).
    """
    positive = [value for value in values if value > 0]
    if len(positive) < 2:
        return None
    lower, median, upper = quantiles(positive, n=4, method="inclusive")
    return Quartiles(lower, median, upper, len(positive), len(values) - len(positive))
