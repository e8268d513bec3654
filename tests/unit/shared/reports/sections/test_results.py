"""The figures of statements: growth, margins, returns, cash conversion, payouts."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.domain.statements import StatementLine, Statements
from shared.market.analysis.periods import months_before
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Money, Writer
from shared.reports.sections.period_tables import period_table
from shared.reports.sections.results import (
    ANNUAL,
    BALANCE,
    RESULTS,
    annual_figures,
    quarterly_figures,
    recent_values,
    values_of,
)
from shared.reports.valuation.history import FiscalYear
from tests.support.golden_reports import GOLDEN, golden_report
from tests.support.report_fakes import FakeMarketData
from tests.support.statement_data import growing_quarters, growing_statements

YEAR = FiscalYear(
    date(2025, 12, 31),
    "USD",
    {
        "revenue": 1100.0, "operating_income": 220.0, "gross_profit": 440.0, "net_income": 150.0,
        "income_tax": 50.0, "pretax_income": 200.0, "total_equity": 900.0, "parent_equity": 750.0,
        "net_debt": 100.0, "operating_cash_flow": 180.0, "dividends_paid": -30.0, "cash": 40.0,
        "short_term_investments": 60.0, "interest_expense": 20.0, "depreciation_amortisation": 30.0,
    },
)  # fmt: skip
BEFORE = FiscalYear(date(2024, 12, 31), "USD", {"revenue": 1000.0})
LOSS = FiscalYear(date(2025, 12, 31), "USD", {**YEAR.lines, "net_income": -10.0, "operating_income": -40.0})


def figure(name: str, year: FiscalYear = YEAR, before: FiscalYear | None = BEFORE) -> float | None:
    return (ANNUAL | BALANCE)[name][1](year, before)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("revenue_growth", 0.1),
        ("gross_margin", 0.4),
        ("operating_margin", 0.2),
        ("profit_margin", 150 / 1100),
        ("return_on_equity", 0.2),
        # 220 after 25 % tax, over equity and net debt of 1000.
        ("return_on_capital", 0.165),
        ("cash_conversion", 1.2),
        ("total_cash", 100.0),
        ("net_debt_to_ebitda", 0.4),
        ("interest_coverage", 11.0),
        ("dividends_paid", 30.0),
        ("payout_ratio", 0.2),
    ],
)
def test_figures_of_a_year(name: str, value: float) -> None:
    assert figure(name) == pytest.approx(value)


@pytest.mark.parametrize("name", ["cash_conversion", "payout_ratio", "net_debt_to_ebitda"])
def test_no_ratio_over_a_loss(name: str) -> None:
    assert figure(name, LOSS) is None


def test_no_growth_over_a_base_of_zero_or_without_a_year_before() -> None:
    assert figure("revenue_growth", YEAR, None) is None
    assert figure("revenue_growth", YEAR, FiscalYear(date(2024, 12, 31), "USD", {"revenue": 0.0})) is None


async def test_note_has_five_years_and_eight_quarters() -> None:
    report = await golden_report("mature", "comprehensive_analysis")
    section = next(one for one in report.analysis_sections if one.name == "results")
    annual, quarterly = section.tables
    assert annual.columns == ("2021", "2022", "2023", "2024", "2025")
    assert quarterly.columns[-1] == "Q3 2026"
    assert len(quarterly.columns) == 8
    assert annual.note == "USD, billions"
    assert {len(row.cells) for table in section.tables for row in table.rows} == {5, 8}
    growth = next(row for row in quarterly.rows if row.label == "Revenue growth")
    assert "–" not in growth.cells
    figures = [one for one in section.figures if one.name == "revenue"]
    assert {one.period for one in figures} == {*annual.columns, *quarterly.columns}
    assert {one.unit for one in figures} == {"USD"}


def test_table_has_one_scale_and_one_precision() -> None:
    figures = [
        KeyFigure("revenue", Money(value, "USD"), "amount", "results", period, in_table=True)
        for period, value in (("2025", 12.34e9), ("2024", 9.8e9))
    ]
    (table,) = period_table("annual", ("revenue", "net_income"), figures, Writer.of("de"))
    assert table.note == "USD, Mrd."
    assert table.columns == ("2024", "2025")
    assert [row.cells for row in table.rows] == [("9,8", "12,3")]
    assert values_of(figures, "revenue") == [12.34e9, 9.8e9]


def with_gap(statements: dict[Any, Statements], number: int) -> dict[Any, Statements]:
    """Statements of which all lack one period, counted from the newest."""
    return {
        kind: one.model_copy(update={"periods": one.periods[:number] + one.periods[number + 1 :]})
        for kind, one in statements.items()
    }


def test_growth_is_not_measured_over_a_missing_period() -> None:
    years = with_gap(growing_statements("OLDE", "USD", 100, 5.0), 1)
    growing = annual_figures(ReportData(GOLDEN["rising"].quote, income=years["income"]))
    assert [one.period for one in growing if one.name == "revenue_growth"] == ["2023", "2022", "2021"]
    quarters = growing_quarters("OLDE", "USD", 100, 5.0)
    whole, gap = (
        {one.period: one.value for one in quarterly_figures(data) if one.name == "revenue_growth"}
        for data in (
            ReportData(GOLDEN["rising"].quote, quarterly_income=statements["quarterly_income"])
            for statements in (quarters, with_gap(quarters, 3))
        )
    )
    assert whole.pop("Q4 2025")
    assert gap == whole


def test_quarter_is_compared_with_the_one_right_before_it() -> None:
    # The newest is the first of 2026, whose growth differs from that of the quarters before.
    quarters = with_gap(with_gap(growing_quarters("OLDE", "USD", 100, 5.0), 0), 0)
    said = []
    for statements in (quarters, with_gap(quarters, 1)):
        data = ReportData(GOLDEN["rising"].quote, quarterly_income=statements["quarterly_income"])
        known = replace(data, calculations={"quarters": quarterly_figures(data)})
        said.append("latest quarter" in RESULTS.compose(known, Writer.of("en", "USD")))
    assert said == [True, False]


def test_average_growth_counts_missing_years() -> None:
    whole, gap = (
        ReportData(GOLDEN["rising"].quote, income=statements["income"])
        for statements in (
            growing_statements("OLDE", "USD", 100, 5.0, years=3),
            with_gap(growing_statements("OLDE", "USD", 100, 5.0, years=3), 1),
        )
    )
    averages = [values_of(annual_figures(data), "average_revenue_growth") for data in (whole, gap)]
    assert averages[0]
    assert averages[0] == averages[1]


def test_figure_that_the_last_year_lacks_is_not_taken_from_an_earlier_one() -> None:
    figures = (
        KeyFigure("revenue", 5.0, "amount", "results", "2025"),
        *(KeyFigure("operating_margin", 0.2 + number, "fraction", "results", str(2024 - number))
          for number in range(3)),
        KeyFigure("average_revenue_growth", 0.05, "signed_fraction", "results"),
        KeyFigure("revenue_growth", 0.04, "signed_fraction", "results", "2024"),
    )  # fmt: skip
    data = ReportData(GOLDEN["rising"].quote, calculations={"results": figures})
    said = RESULTS.compose(data, Writer.of("en", "USD"))
    assert "on average" in said
    assert "last fiscal year" not in said
    assert recent_values(figures, "revenue") == [5.0]
    assert recent_values(figures, "operating_margin") == []


def ending_in(months: int, statements: Statements) -> Statements:
    """Statements of a vendor, whose periods end so many months later."""
    return statements.model_copy(
        update={
            "periods": tuple(
                period.model_copy(update={"end": months_before(period.end, -months), "fiscal_year": None})
                for period in statements.periods
            )
        }
    )


def without_free_cash_flow(cash_flow: Statements) -> Statements:
    """A cash flow statement of a company that invested more than it earned in the newest period."""
    newest, *others = cash_flow.periods
    lines = {**newest.lines, "free_cash_flow": StatementLine(value=-1_350_000_000.0)}
    return cash_flow.model_copy(update={"periods": (newest.model_copy(update={"lines": lines}), *others)})


@pytest.mark.parametrize("months", [0, 2, 3, 8])
async def test_figures_of_the_last_year_are_those_of_the_data_whenever_it_ended(months: int) -> None:
    def ending_later(market: FakeMarketData) -> None:
        market.statements_answer = {
            kind: ending_in(months, without_free_cash_flow(known) if kind == "cash_flow" else known)
            for kind, known in market.statements_answer.items()
        }

    report = await golden_report("mature", "comprehensive_analysis", change=ending_later)
    section = next(one for one in report.analysis_sections if one.name == "risks")
    assert "exceeded the free cash flow of −1.35B USD" in section.risk_factors[0]
    assert report.figures is not None
    assert report.figures.supported == report.figures.stated
