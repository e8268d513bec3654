"""The workbook: live formulas that give the figures of the report, and no formula from outside."""

import re

import pytest

from shared.reports.rendering.sheet import sheet_title
from shared.reports.rendering.workbook import render_workbook
from shared.reports.report import Report
from tests.support.golden_reports import GOLDEN, golden_report
from tests.support.spreadsheet import Spreadsheet

CASH_FLOW = "Discounted cash flow"


async def valued() -> tuple[Report, Spreadsheet]:
    report = await golden_report("rising", "fundamental_analysis")
    assert report.valuation is not None
    assert report.valuation.methods[0].applicable
    return report, Spreadsheet(render_workbook(report))


async def test_formulas_give_the_values_of_the_report() -> None:
    report, workbook = await valued()
    assert report.valuation is not None
    computed = workbook.compute(CASH_FLOW, workbook.find(CASH_FLOW, "Value per share"))
    assert computed == pytest.approx(report.valuation.methods[0].base, rel=1e-6)
    row = workbook.find("Valuation", "Fair value per share")[1:]
    ends = [workbook.compute("Valuation", f"{column}{row}") for column in "BCD"]
    wanted = (
        report.valuation.fair_value_low,
        report.valuation.fair_value_base,
        report.valuation.fair_value_high,
    )
    assert ends == pytest.approx(wanted, rel=1e-6)


async def test_every_formula_stores_the_value_that_it_computes() -> None:
    _, workbook = await valued()
    cells = workbook.formula_cells()
    assert len(cells) > 60
    for sheet, cell in cells:
        stored = workbook.stored[sheet][cell].value
        assert workbook.compute(sheet, cell) == pytest.approx(stored, rel=1e-6), (sheet, cell)


@pytest.mark.parametrize(
    ("label", "change"),
    [("Beta", 0.2), ("Operating margin", 0.02), ("Risk-free rate", 0.01), ("Net debt", 1e10)],
)
async def test_changed_assumption_changes_the_fair_value(label: str, change: float) -> None:
    _, workbook = await valued()
    fair = "C" + workbook.find("Valuation", "Fair value per share")[1:]
    before = workbook.compute("Valuation", fair)
    cell = workbook.formulas[CASH_FLOW][workbook.find(CASH_FLOW, label)]
    cell.value += change
    assert workbook.compute("Valuation", fair) != pytest.approx(before, rel=1e-6)


async def test_changed_margin_of_a_scenario_changes_only_that_end_of_the_range() -> None:
    _, workbook = await valued()
    row = workbook.find("Valuation", "Discounted cash flow")[1:]
    before = [workbook.compute("Valuation", f"{column}{row}") for column in "BCD"]
    workbook.formulas[CASH_FLOW][workbook.find(CASH_FLOW, "Operating margin, bear")].value += 0.01
    after = [workbook.compute("Valuation", f"{column}{row}") for column in "BCD"]
    assert after[0] > before[0]
    assert after[1:] == before[1:]


@pytest.mark.parametrize(
    ("wanted", "taken", "title"),
    [
        ("Figures", (), "Figures"),
        ("Figures", ("FIGURES",), "Figures (2)"),
        ("A" * 40, ("A" * 31,), f"{'A' * 27} (2)"),
        ("a/b:[c]\x07*?", (), "a b c"),
        ("'", (), "Sheet 1"),
        ("History", (), "History 1"),
    ],
)
def test_titles_of_sheets_are_valid_and_unique(wanted: str, taken: tuple[str, ...], title: str) -> None:
    assert sheet_title(wanted, taken) == title


@pytest.mark.parametrize("name", GOLDEN)
async def test_every_report_has_a_workbook(name: str) -> None:
    report = await golden_report(name, "comprehensive_analysis")
    workbook = Spreadsheet(render_workbook(report))
    sheets = workbook.formulas.sheetnames
    assert len({sheet.casefold() for sheet in sheets}) == len(sheets)
    assert all(len(sheet) <= 31 for sheet in sheets)
    figures = [figure.value for section in report.analysis_sections for figure in section.figures]
    column = [row[0].value for row in workbook.formulas["Figures"].iter_rows(min_row=5, min_col=3, max_col=3)]
    assert column == pytest.approx(figures)


async def test_text_from_outside_never_becomes_a_formula() -> None:
    report = await golden_report("rising", "fundamental_analysis")
    hostile = report.model_copy(
        update={"name": '=HYPERLINK("http://evil.example","x")\x07', "disclaimer": "@SUM(1)"}
    )
    workbook = Spreadsheet(render_workbook(hostile))
    title = workbook.formulas["Figures"]["A1"]
    assert title.data_type == "s"
    assert title.value == '=HYPERLINK("http://evil.example","x") (RISE)'
    assert title.hyperlink is None
    assert not [cell for sheet, cell in workbook.formula_cells() if sheet == "Figures"]


@pytest.mark.parametrize(
    ("decimals", "form"), [(0, "#,##0"), (2, "#,##0.00"), (10, "#,##0.0000000000"), (None, "#,##0.00")]
)
async def test_prices_have_the_decimals_of_the_instrument(decimals: int | None, form: str) -> None:
    report = (await golden_report("rising", "fundamental_analysis")).model_copy(
        update={"price_decimals": decimals}
    )
    workbook = Spreadsheet(render_workbook(report)).formulas
    rows = workbook["Figures"].iter_rows(min_row=5, min_col=3, max_col=4)
    formats = {row[1].value: row[0].number_format for row in rows}
    assert formats["USD"] == f"{form};-{form}"
    assert formats["ratio"] == "#,##0.00;-#,##0.00"
    fair = "C" + Spreadsheet(render_workbook(report)).find("Valuation", "Fair value per share")[1:]
    assert workbook["Valuation"][fair].number_format == f"{form};-{form}"


async def test_large_amounts_have_no_decimals() -> None:
    workbook = Spreadsheet(render_workbook(await golden_report("rising", "comprehensive_analysis"))).formulas
    rows = list(workbook["Figures"].iter_rows(min_row=5, min_col=2, max_col=3))
    formats = {row[0].value: row[1].number_format for row in rows}
    assert formats["Market value"] == "#,##0;-#,##0"
    assert formats["Price"] == "#,##0.00;-#,##0.00"
    statements = workbook[workbook.sheetnames[-1]]
    lines = {row[0].value: row[1].number_format for row in statements.iter_rows(min_row=3)}
    assert lines["Revenue"] == "#,##0;-#,##0"
    assert lines["Diluted earnings per share"] == "#,##0.00;-#,##0.00"


async def test_formulas_are_written_as_they_are_with_functions_of_every_version_of_excel() -> None:
    report, workbook = await valued()
    formulas = [workbook.formulas[sheet][cell].value for sheet, cell in workbook.formula_cells()]
    used = {name for formula in formulas for name in re.findall(r"[A-Z_.]+(?=\()", formula)}
    # Newer functions need the prefix "_xlfn.", which the library adds to those it knows: not here.
    assert used == {"SUM", "MIN", "MAX", "IF", "MEDIAN"}
    assert not [formula for formula in formulas if formula.startswith("==")]
    assert report.valuation is not None


async def test_empty_text_leaves_no_cell() -> None:
    _, workbook = await valued()
    cells = [cell for sheet in workbook.formulas.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.value is None and cell.has_style]
