"""The sections on the statements of a company: five years, eight quarters, balance sheet and payouts."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import Final

from shared.reports.comparison import side_of
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Money, Style, Writer
from shared.reports.report import ReportTable
from shared.reports.sections.period_tables import period_table
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.subject import high_inflation_currency, instrument_of
from shared.reports.valuation.applicability import OF_ENTERPRISES, is_deposit_funded
from shared.reports.valuation.history import (
    FiscalYear,
    ebitda,
    fiscal_quarters,
    fiscal_years,
    operating_margin,
    total_debt,
)
from shared.reports.valuation.valuation_formulas import compound_growth

YEARS: Final = 5
QUARTERS: Final = 8
MIN_YEARS: Final = 3
"""Fiscal years from which a median says something."""
_LONGEST_QUARTER_DAYS: Final = 130
"""Some companies have quarters of 17 weeks; two quarters in a row are longer."""
_DAYS_OF_A_YEAR: Final = 365.25
_SLACK_DAYS: Final = 20
"""Fiscal periods a year apart end on days that differ by a week at most, and by source a few days more."""

FigureRule = Callable[[FiscalYear, FiscalYear | None], float | None]
"""A figure of a period; the second argument is the period a year before."""


def ratio(above: str, below: str) -> FigureRule:
    """Returns the rule for one line by another; no ratio over a base of zero or below."""

    def rule(year: FiscalYear, _: FiscalYear | None) -> float | None:
        lines = year.all(above, below)
        return lines[0] / lines[1] if lines and lines[1] > 0 else None

    return rule


def line(name: str, sign: int = 1) -> FigureRule:
    """Returns the rule for a line; a payment is negative in the statements and positive in the table."""

    def rule(year: FiscalYear, _: FiscalYear | None) -> float | None:
        value = year.get(name)
        return None if value is None else sign * value

    return rule


def growth(name: str) -> FigureRule:
    """Returns the rule for the change of a line within a year; none over a base of zero or below."""

    def rule(year: FiscalYear, before: FiscalYear | None) -> float | None:
        now, then = year.get(name), before.get(name) if before else None
        return now / then - 1 if now is not None and then is not None and then > 0 else None

    return rule


def _return_on_capital(year: FiscalYear, _: FiscalYear | None) -> float | None:
    """Returns operating income after tax by equity and net debt."""
    lines = year.all("operating_income", "income_tax", "pretax_income", "total_equity", "net_debt")
    if lines is None or lines[2] <= 0 or lines[3] + lines[4] <= 0:
        return None
    return lines[0] * (1 - lines[1] / lines[2]) / (lines[3] + lines[4])


def _liquid(year: FiscalYear, _: FiscalYear | None) -> float | None:
    cash = year.get("cash")
    return None if cash is None else cash + (year.get("short_term_investments") or 0.0)


def _debt_to_ebitda(year: FiscalYear, _: FiscalYear | None) -> float | None:
    debt, earned = year.get("net_debt"), ebitda(year)
    return debt / earned if debt is not None and earned and earned > 0 else None


def _payout(year: FiscalYear, _: FiscalYear | None) -> float | None:
    paid, income = year.get("dividends_paid"), year.get("net_income")
    return -paid / income if paid is not None and income and income > 0 else None


Rows = dict[str, tuple[Style, FigureRule]]

ANNUAL: Final[Rows] = {
    "revenue": ("amount", line("revenue")),
    "revenue_growth": ("signed_fraction", growth("revenue")),
    "gross_margin": ("fraction", ratio("gross_profit", "revenue")),
    "operating_margin": ("fraction", lambda year, _: operating_margin(year)),
    "net_income": ("amount", line("net_income")),
    "profit_margin": ("fraction", ratio("net_income", "revenue")),
    "earnings_per_share": ("price", line("eps_diluted")),
    "return_on_equity": ("fraction", ratio("net_income", "parent_equity")),
    "return_on_capital": ("fraction", _return_on_capital),
    "operating_cash_flow": ("amount", line("operating_cash_flow")),
    "free_cash_flow": ("amount", line("free_cash_flow")),
    "cash_conversion": ("ratio", ratio("operating_cash_flow", "net_income")),
}
QUARTERLY: Final[Rows] = {
    name: ANNUAL[name]
    for name in (
        "revenue",
        "revenue_growth",
        "operating_margin",
        "net_income",
        "earnings_per_share",
        "free_cash_flow",
    )
}
BALANCE: Final[Rows] = {
    "total_cash": ("amount", _liquid),
    "total_debt": ("amount", lambda year, _: total_debt(year)),
    "net_debt": ("amount", line("net_debt")),
    "total_equity": ("amount", line("total_equity")),
    "net_debt_to_ebitda": ("ratio", _debt_to_ebitda),
    "interest_coverage": ("times", ratio("operating_income", "interest_expense")),
    "dividends_paid": ("amount", line("dividends_paid", -1)),
    "share_repurchases": ("amount", line("share_repurchases", -1)),
    "payout_ratio": ("fraction", _payout),
}


def annual_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Returns the figures of the fiscal years, newest first, and the average growth of revenue."""
    years = fiscal_years((data.income, data.balance, data.cash_flow))
    figures = _figures("results", _applicable(ANNUAL, data), years, YEARS)
    if not figures:
        return ()
    medians = _medians(figures, ("revenue_growth", "operating_margin", "cash_conversion"))
    return (*figures, *_average_growth(years[:YEARS]), *medians)


def quarterly_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Returns the figures of the fiscal quarters, newest first."""
    quarters = fiscal_quarters((data.quarterly_income, data.quarterly_cash_flow))
    return _figures("quarters", _applicable(QUARTERLY, data), quarters, QUARTERS)


def balance_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Returns balance sheet and payouts of the fiscal years, newest first."""
    years = fiscal_years((data.income, data.balance, data.cash_flow))
    figures = _figures("balance", _applicable(BALANCE, data), years, YEARS)
    return (*figures, *_medians(figures, ("net_debt_to_ebitda", "interest_coverage", "payout_ratio")))


def _applicable(rows: Rows, data: ReportData) -> Rows:
    """Returns the rows that say something about the company."""
    left_out = OF_ENTERPRISES if is_deposit_funded(instrument_of(data)) else ()
    return {name: row for name, row in rows.items() if name not in left_out}


def _figures(kind: str, rows: Rows, periods: Sequence[FiscalYear], shown: int) -> tuple[KeyFigure, ...]:
    figures = []
    for period in periods[:shown]:
        before = _year_before(period, periods)
        year, name = period.fiscal or (period.end.year, "FY")
        label = str(year) if name == "FY" else f"{name} {year}"
        for row, (style, rule) in rows.items():
            value = rule(period, before)
            if value is None:
                continue
            amount = Money(value, period.currency) if style in ("amount", "price") else value
            figures.append(
                KeyFigure(row, amount, style, kind, label, fiscal=(year, name), end=period.end, in_table=True)
            )
    return tuple(figures)


def _year_before(period: FiscalYear, periods: Sequence[FiscalYear]) -> FiscalYear | None:
    """Returns the period that ended a year before another one; None where the statements have a gap."""
    ends = ((one, (period.end - one.end).days) for one in periods)
    return next((one for one, days in ends if abs(days - _DAYS_OF_A_YEAR) <= _SLACK_DAYS), None)


def _medians(figures: Sequence[KeyFigure], names: Sequence[str]) -> tuple[KeyFigure, ...]:
    """Returns the medians of figures that are known for enough years."""
    medians = []
    for name in names:
        values = values_of(figures, name)
        if len(values) >= MIN_YEARS:
            first = next(figure for figure in figures if figure.name == name)
            value = median(values)
            medians.append(KeyFigure(f"median_{name}", value, first.style, first.source, metric=name))
    return tuple(medians)


def _average_growth(years: Sequence[FiscalYear]) -> tuple[KeyFigure, ...]:
    first, last = (year.get("revenue") for year in (years[-1], years[0]))
    # In whole years: fiscal years of 52 and 53 weeks count alike, and years may be missing in between.
    span = round((years[0].end - years[-1].end).days / _DAYS_OF_A_YEAR)
    # The average of one year is the growth of that year.
    if first is None or last is None or first <= 0 or last <= 0 or span < 2:
        return ()
    value = compound_growth(first, last, span)
    figure = KeyFigure("average_revenue_growth", value, "signed_fraction", "results", metric="revenue_growth")
    return (figure,)


def values_of(figures: Sequence[KeyFigure], name: str) -> list[float]:
    """Returns the values of a figure over all periods, newest first."""
    return [float(figure.value) for figure in figures if figure.name == name]


def recent_values(figures: Sequence[KeyFigure], name: str) -> list[float]:
    """Returns the values of a figure, newest first; none when the newest period does not have it.

    Args:
        figures: Figures by period, the newest first.
        name: Name of the figure.
    """
    newest = figures[0].period if figures else None
    known = any(figure.name == name and figure.period == newest for figure in figures)
    return values_of(figures, name) if known else []


def _compose_results(data: ReportData, writer: Writer) -> str:
    figures, cite = data.calculations.get("results", ()), data.cite("results")
    average = values_of(figures, "average_revenue_growth")
    margins, cash = recent_values(figures, "operating_margin"), recent_values(figures, "cash_conversion")
    sentences = []
    if average:
        side = writer.side(average[0], 0.0, "fraction")
        way = {"above": "grew", "at": "level", "below": "shrank"}[side]
        sentences.append(writer.say(f"results.{way}", growth=abs(average[0]), cite=cite))
    last = recent_values(figures, "revenue_growth")
    sentences.append(writer.say("results.last_growth", growth=last[0], cite=cite) if last else "")
    currency = high_inflation_currency(data) if average or last else None
    sentences.append(writer.say("results.inflation", currency=currency) if currency else "")
    if len(margins) >= MIN_YEARS:
        side = side_of(margins[0], median(margins), "fraction", writer)
        sentences.append(
            writer.say(f"results.margin_{side}", margin=margins[0], median=median(margins), cite=cite)
        )
    if cash:
        kind = "weak" if writer.side(cash[0], 1.0, "ratio") == "below" else "strong"
        kind = "negative" if writer.side(cash[0], 0.0, "ratio") == "below" else kind
        sentences.append(writer.say(f"results.cash_{kind}", ratio=cash[0], cite=cite))
    sentences.append(_latest_quarter(data, writer))
    return writer.paragraph(*sentences) or writer.text(
        "sections.in_table"
        if len(values_of(figures, "operating_margin")) >= MIN_YEARS
        else "sections.few_years"
    )


def _latest_quarter(data: ReportData, writer: Writer) -> str:
    quarters = fiscal_quarters((data.quarterly_income, data.quarterly_cash_flow))
    if len(quarters) < 2 or (quarters[0].end - quarters[1].end).days > _LONGEST_QUARTER_DAYS:
        return ""
    years = fiscal_years((data.income, data.balance, data.cash_flow))
    if years and (years[0].end - quarters[0].end).days > _SLACK_DAYS:
        # Quarters that ended before the last fiscal year did are not the latest.
        return ""
    now, before = (growth("revenue")(one, _year_before(one, quarters)) for one in quarters[:2])
    if now is None or before is None:
        return ""
    side = side_of(now, before, "signed_fraction", writer)
    return writer.say(f"results.quarter_{side}", growth=now, before=before, cite=data.cite("quarters"))


def _tables(data: ReportData, writer: Writer) -> tuple[ReportTable, ...]:
    annual, quarters = data.calculations.get("results", ()), data.calculations.get("quarters", ())
    return (
        *period_table("annual", tuple(ANNUAL), annual, writer),
        *period_table("quarterly", tuple(QUARTERLY), quarters, writer),
    )


def _compose_balance(data: ReportData, writer: Writer) -> str:
    figures, cite = data.calculations.get("balance", ()), data.cite("balance")
    newest = {figure.name: figure for figure in figures if figure.period == figures[0].period}
    debt, payouts = newest.get("net_debt"), recent_values(figures, "payout_ratio")
    sentences = []
    if debt is not None and isinstance(debt.value, Money):
        kind, amount = _net(debt.value)
        sentences.append(writer.say(f"balance.{kind}", value=amount, cite=cite))
    for name in ("net_debt_to_ebitda", "interest_coverage"):
        values = recent_values(figures, name)
        if len(values) >= MIN_YEARS and values[0] > 0:
            sentences.append(_beside_median(f"balance.{name}", values, BALANCE[name][0], cite, writer))
    if len(payouts) >= MIN_YEARS:
        paid = any(writer.side(payout, 0.0, "fraction") == "above" for payout in payouts)
        sentences.append(
            _beside_median("balance.payout", payouts, "fraction", cite, writer)
            if paid
            else writer.say("balance.no_payout", cite=cite)
        )
    if debt is not None:
        # Last, since the year that it names would be taken for that of what follows.
        sentences.append(_debt_before(figures, writer, cite))
    return writer.paragraph(*sentences)


def _beside_median(key: str, values: Sequence[float], style: Style, cite: str, writer: Writer) -> str:
    """Returns what a figure of the last fiscal year says beside its median over the years shown."""
    middle = median(values)
    side = side_of(values[0], middle, style, writer)
    return writer.say(f"{key}_{side}", value=values[0], median=middle, cite=cite)


def _net(debt: Money) -> tuple[str, Money]:
    """Returns what net debt is called, net cash below zero, and its amount."""
    return "net_cash" if debt < 0 else "net_debt", Money(abs(debt), debt.currency)


def _debt_before(figures: Sequence[KeyFigure], writer: Writer, cite: str) -> str:
    """Returns the net debt or net cash a fiscal year before the newest one; empty when it is not known."""
    year = figures[0].fiscal[0] - 1 if figures[0].fiscal else None
    for figure in figures:
        if figure.name == "net_debt" and figure.fiscal == (year, "FY") and isinstance(figure.value, Money):
            kind, amount = _net(figure.value)
            return writer.say(f"balance.before_{kind}", year=str(year), value=amount, cite=cite)
    return ""


RESULTS = SectionPlan(
    "results",
    lambda data: (*data.calculations.get("results", ()), *data.calculations.get("quarters", ())),
    _compose_results,
    tables=_tables,
)
BALANCE_SHEET = SectionPlan(
    "balance",
    lambda data: data.calculations.get("balance", ()),
    _compose_balance,
    tables=lambda data, writer: period_table(
        "balance", tuple(BALANCE), data.calculations.get("balance", ()), writer
    ),
)
