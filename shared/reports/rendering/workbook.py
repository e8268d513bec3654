"""Renders a report as an XLSX workbook whose valuation has live formulas.

Analysts change an assumption and see the fair value move. Every formula is stored with its value, so that
viewers without calculation show it. Third-party text is written as text and never as a formula or a link.
"""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from shared.domain.statements import LINE_ITEMS
from shared.reports.rendering.cash_flow_sheet import CashFlowCells, write_cash_flow
from shared.reports.rendering.sheet import Sheet
from shared.reports.report import Report
from shared.reports.text import one_line
from shared.reports.valuation.model import Method, Valuation

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_OPTIONS: Final[Mapping[str, Any]] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_RATIOS: Final = (
    ("Growth of revenue", "revenue", None),
    ("Operating margin", "operating_income", "revenue"),
    ("Net margin", "net_income", "revenue"),
    ("Cash conversion", "operating_cash_flow", "net_income"),
)
"""Label, line, and the line it is divided by; None divides by the year before."""


def render_workbook(report: Report) -> bytes:
    """Returns the report as XLSX: figures, and of a valued company its statements and valuation."""
    from xlsxwriter import Workbook

    written = io.BytesIO()
    workbook = Workbook(written, dict(_OPTIONS))
    workbook.set_properties({"title": _title(report), "created": report.timestamp.replace(tzinfo=None)})
    _write_figures(Sheet.add(workbook, "Figures"), report)
    if report.valuation is not None:
        _write_valuation(workbook, report.valuation)
    if report.statements:
        _write_statements(Sheet.add(workbook, "Statements"), report)
    workbook.close()
    return written.getvalue()


def _title(report: Report) -> str:
    return one_line(f"{report.name or report.symbol} ({report.symbol})")


def _write_figures(sheet: Sheet, report: Report) -> None:
    sheet.text(0, 0, _title(report), "title")
    sheet.text(1, 0, f"{report.timestamp:%Y-%m-%d %H:%M} UTC. {report.disclaimer}")
    sheet.header(3, ("Section", "Figure", "Value", "Unit", "Period", "Source"), (28, 34, 20, 12, 12, 24))
    sources = {source.id: f"{source.kind}, {source.source}" for source in report.sources}
    row = 4
    for section in report.analysis_sections:
        for figure in section.figures:
            sheet.text(row, 0, section.title)
            sheet.text(row, 1, figure.label)
            sheet.number(row, 2, figure.value, "percent" if figure.unit == "fraction" else "number")
            sheet.text(row, 3, "" if figure.unit == "fraction" else figure.unit)
            sheet.text(row, 4, figure.period or "")
            sheet.text(row, 5, sources.get(figure.source_id or 0, ""))
            row += 1


def _write_valuation(workbook: "Workbook", valuation: Valuation) -> None:
    sheet = Sheet.add(workbook, "Valuation")
    cash_flow = next(one for one in valuation.methods if one.name == "discounted_cash_flow")
    cells: CashFlowCells | None = None
    if cash_flow.applicable:
        cells = write_cash_flow(Sheet.add(workbook, "Discounted cash flow"), valuation, cash_flow)
    sheet.header(0, ("Method", "Low", "Middle", "High", "Remark"), (40, 14, 14, 14, 80))
    row = 1
    for method in valuation.methods:
        sheet.text(row, 0, method.label)
        sheet.text(row, 4, method.reason or "")
        if method.applicable and method.name == "discounted_cash_flow" and cells is not None:
            _write_linked(sheet, row, method, cells)
        row += 1
    inputs = row + 3
    for number, method in enumerate(valuation.methods, start=1):
        if method.applicable and method.name != "discounted_cash_flow":
            inputs = _write_multiple(sheet, number, inputs, method)
    sheet.text(row, 0, "Fair value per share", "bold")
    ends = (valuation.fair_value_low, valuation.fair_value_base, valuation.fair_value_high)
    for column, value in enumerate(ends, start=1):
        if value is not None:
            letter = "ABCD"[column]
            sheet.formula(row, column, f"=MEDIAN({letter}2:{letter}{row})", value, "price")


def _write_linked(sheet: Sheet, row: int, method: Method, cells: CashFlowCells) -> None:
    """Writes the results of the three scenarios of the cash-flow sheet."""
    ends = (("bear", method.low), ("base", method.base), ("bull", method.high))
    for column, (name, value) in enumerate(ends, start=1):
        if value is not None:
            formula = f"='{cells.sheet}'!{cells.per_share[name]}"
            sheet.formula(row, column, formula, value, "price")
    sheet.text(row, 4, "Scenarios bear, base and bull.")


def _write_multiple(sheet: Sheet, row: int, at: int, method: Method) -> int:
    """Writes the inputs of a multiple from row ``at`` on, its results into ``row``; returns the next row."""
    sheet.text(at, 0, method.label, "bold")
    places: dict[str, str] = {}
    for assumed in method.assumptions:
        at += 1
        sheet.text(at, 0, assumed.label)
        sheet.number(at, 1, assumed.value, "input")
        sheet.text(at, 4, assumed.source)
        places[assumed.name] = f"$B${at + 1}"
    claims = f"-{places['claims']}" if "claims" in places else ""
    ends = (("lower_quartile", method.low), ("median", method.base), ("upper_quartile", method.high))
    for column, (name, value) in enumerate(ends, start=1):
        if value is not None:
            formula = f"=MAX(0,{places[name]}*{places['base']}{claims})"
            sheet.formula(row, column, formula, value, "price")
    return at + 2


def _write_statements(sheet: Sheet, report: Report) -> None:
    years = report.statements
    sheet.text(0, 0, f"Annual statements in {years[0].currency}", "title")
    sheet.header(1, ("Line", *(str(year.end) for year in years)), (40, *(18 for _ in years)))
    rows: dict[str, int] = {}
    row = 2
    for name, item in LINE_ITEMS.items():
        if not any(name in year.lines for year in years):
            continue
        rows[name] = row
        sheet.text(row, 0, item.description.rstrip("."))
        for column, year in enumerate(years, start=1):
            if name in year.lines:
                sheet.number(row, column, year.lines[name], "number")
        row += 1
    for label, line, divisor in _RATIOS:
        row += 1
        sheet.text(row, 0, label, "bold")
        for column in range(1, len(years) + 1):
            _write_ratio(sheet, row, column, report, (rows, line, divisor))


def _write_ratio(
    sheet: Sheet, row: int, column: int, report: Report, ratio: tuple[Mapping[str, int], str, str | None]
) -> None:
    rows, line, divisor = ratio
    years = report.statements
    base_column = column if divisor else column + 1
    if base_column > len(years):
        return
    above = years[column - 1].lines.get(line)
    below = years[base_column - 1].lines.get(divisor or line)
    if above is None or below is None or below <= 0:
        return
    formula = f"={sheet.cell(rows[line], column)}/{sheet.cell(rows[divisor or line], base_column)}"
    value = above / below
    if divisor is None:
        formula, value = f"{formula}-1", value - 1
    sheet.formula(row, column, formula, value, "percent")
