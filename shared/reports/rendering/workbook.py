"""Renders a report as an XLSX workbook whose valuation has live formulas.

Analysts change an assumption and see the fair value move. Every formula is stored with its value, so that
viewers without calculation show it. Third-party text is written as text and never as a formula or a link.
"""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from shared.domain.statements import LINE_ITEMS
from shared.reports.language.writer import Writer
from shared.reports.rendering.cash_flow_sheet import CashFlowCells, write_cash_flow
from shared.reports.rendering.heading import kind_name, notices_of, source_name, title_of, writer_of
from shared.reports.rendering.sheet import CellStyle, Sheet
from shared.reports.report import Report, SectionFigure
from shared.reports.valuation.model import Method, Valuation

if TYPE_CHECKING:
    from xlsxwriter import Workbook

_OPTIONS: Final[Mapping[str, Any]] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_PER_SHARE: Final = frozenset(
    {"earnings_per_share", "dividend_per_share", "eps_actual", "eps_estimate", "eps_mean"}
)
"""Figures whose decimals are not those of the price."""
_RATIOS: Final = (
    ("revenue_growth", "revenue", None),
    ("operating_margin", "operating_income", "revenue"),
    ("profit_margin", "net_income", "revenue"),
    ("cash_conversion", "operating_cash_flow", "net_income"),
)
"""Key of the label, line, and the line it is divided by; None divides by the year before."""


def render_workbook(report: Report) -> bytes:
    """Returns the report as XLSX in its language: figures, statements and valuation of a valued company."""
    from xlsxwriter import Workbook

    writer = writer_of(report)
    decimals = writer.points_decimals
    written = io.BytesIO()
    workbook = Workbook(written, dict(_OPTIONS))
    workbook.set_properties({"title": title_of(report), "created": report.timestamp.replace(tzinfo=None)})
    _write_figures(Sheet.add(workbook, writer.text("workbook.figures"), decimals), report, writer)
    if report.valuation is not None:
        _write_valuation(workbook, report.valuation, writer)
    if report.statements:
        _write_statements(Sheet.add(workbook, writer.text("workbook.statements")), report, writer)
    workbook.close()
    return written.getvalue()


def _headings(writer: Writer, *names: str) -> list[str]:
    return [writer.text(f"workbook.{name}") for name in names]


def _write_figures(sheet: Sheet, report: Report, writer: Writer) -> None:
    sheet.text(0, 0, title_of(report), "title")
    sheet.text(1, 0, f"{report.timestamp:%Y-%m-%d %H:%M} UTC. {report.disclaimer}")
    sheet.text(2, 0, " ".join(notices_of(report, writer)))
    headings = _headings(writer, "section", "figure", "value", "unit", "period", "source")
    sheet.header(3, headings, (46, 44, 20, 12, 18, 40))
    sources = {
        source.id: writer.text("format.comma").join(
            (kind_name(source.kind, writer), source_name(source.source, writer))
        )
        for source in report.sources
    }
    row = 4
    for section in report.analysis_sections:
        for figure in section.figures:
            sheet.text(row, 0, section.title)
            sheet.text(row, 1, figure.label)
            sheet.number(row, 2, figure.value, _style_of(figure, report))
            unit, period = figure.unit, figure.period or ""
            sheet.text(row, 3, "" if unit == "fraction" else writer.word("units", unit, unit))
            sheet.text(row, 4, writer.word("periods", period, period))
            sheet.text(row, 5, sources.get(figure.source_id or 0, ""))
            row += 1


def _style_of(figure: SectionFigure, report: Report) -> CellStyle:
    if figure.unit == "fraction":
        return "percent"
    if figure.name in _PER_SHARE:
        return "per_share"
    return "price" if figure.unit in (report.currency, "points") else "number"


def _write_valuation(workbook: "Workbook", valuation: Valuation, writer: Writer) -> None:
    decimals = writer.points_decimals
    sheet = Sheet.add(workbook, writer.text("workbook.valuation"), decimals)
    cash_flow = next(one for one in valuation.methods if one.name == "discounted_cash_flow")
    cells: CashFlowCells | None = None
    if cash_flow.applicable:
        cash_flow_sheet = Sheet.add(workbook, writer.text("workbook.cash_flow"), decimals)
        cells = write_cash_flow(cash_flow_sheet, valuation, cash_flow, writer)
    ends = [writer.text(f"tables.{name}") for name in ("low", "middle", "high")]
    headings = (*_headings(writer, "method"), *ends, *_headings(writer, "remark"))
    sheet.header(0, headings, (48, 14, 14, 14, 80))
    row = 1
    for method in valuation.methods:
        sheet.text(row, 0, method.label)
        sheet.text(row, 4, method.reason or "")
        if method.applicable and method.name == "discounted_cash_flow" and cells is not None:
            _write_linked(sheet, row, method, cells)
            sheet.text(row, 4, writer.text("workbook.scenarios_used"))
        row += 1
    inputs = row + 3
    for number, method in enumerate(valuation.methods, start=1):
        if method.applicable and method.name != "discounted_cash_flow":
            inputs = _write_multiple(sheet, number, inputs, method)
    sheet.text(row, 0, writer.text("workbook.fair_value"), "bold")
    values = (valuation.fair_value_low, valuation.fair_value_base, valuation.fair_value_high)
    for column, value in enumerate(values, start=1):
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


def _write_statements(sheet: Sheet, report: Report, writer: Writer) -> None:
    years = report.statements
    sheet.text(0, 0, writer.say("workbook.annual_statements", currency=years[0].currency), "title")
    headings = (writer.text("workbook.line"), *(str(year.end) for year in years))
    sheet.header(1, headings, (40, *(18 for _ in years)))
    rows: dict[str, int] = {}
    row = 2
    for name in LINE_ITEMS:
        if not any(name in year.lines for year in years):
            continue
        rows[name] = row
        sheet.text(row, 0, writer.text(f"lines.{name}"))
        for column, year in enumerate(years, start=1):
            if name in year.lines:
                sheet.number(row, column, year.lines[name], "number")
        row += 1
    for label, line, divisor in _RATIOS:
        row += 1
        sheet.text(row, 0, writer.text(f"labels.{label}"), "bold")
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
