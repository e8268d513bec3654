"""The section on the fair value of a company."""

from typing import Final

from shared.domain.formatting import ABSENT
from shared.reports.comparison import beside_price
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Style, Writer
from shared.reports.report import ReportTable, TableRow
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.valuation.model import Assumption, Method, Valuation

_KIND: Final = "valuation"


def fair_value_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Returns the fair value, the values of the methods and scenarios, and the cost of capital."""
    valuation = data.valuation
    if valuation is None or valuation.fair_value_base is None:
        return ()
    ends: list[tuple[str, float | None]] = [
        ("fair_value_low", valuation.fair_value_low),
        ("fair_value_base", valuation.fair_value_base),
        ("fair_value_high", valuation.fair_value_high),
    ]
    figures = [KeyFigure(name, value, "price", _KIND) for name, value in ends if value is not None]
    figures += [
        KeyFigure(method.name, method.base, "price", _KIND, metric="fair_value", in_table=True)
        for method in valuation.methods
        if method.base is not None
    ]
    figures += [
        KeyFigure(f"scenario_{view.name}", view.value, "price", _KIND, metric="fair_value", in_table=True)
        for view in valuation.scenarios
    ]
    if valuation.scenarios:
        figures += [_assumption(one) for one in valuation.assumptions]
    return tuple(figures)


def _assumption(assumed: Assumption) -> KeyFigure:
    """Returns a part of the cost of capital; the label of the beta states index, currency and window."""
    style: Style = "fraction" if assumed.unit == "fraction" else "ratio"
    source = {"risk_free_rate": "risk_free_rate", "beta": "index"}.get(assumed.name, _KIND)
    label = "measured_beta" if assumed.name == "beta" else None
    return KeyFigure(assumed.name, assumed.value, style, source, label=label)


def _compose(data: ReportData, writer: Writer) -> str:
    valuation = data.valuation
    if valuation is None or valuation.fair_value_base is None:
        return ""
    price, cite = data.quote.price, data.cite(_KIND)
    side = beside_price(valuation.fair_value_base, price, writer)
    names = [writer.text(f"labels.{method.name}") for method in valuation.methods if method.applicable]
    return writer.paragraph(
        writer.say(
            "fair_value.range", low=valuation.fair_value_low, high=valuation.fair_value_high, cite=cite
        ),
        writer.say(
            f"fair_value.{side}",
            middle=valuation.fair_value_base,
            price=price,
            quote=data.cite("quote"),
            cite=cite,
        ),
        writer.say("fair_value.methods", methods=writer.text("format.semicolon").join(names)),
        *(writer.say(f"fair_value.{one.name}", value=one.value, cite=cite) for one in valuation.scenarios),
    )


def _risks(data: ReportData, writer: Writer) -> tuple[str, ...]:
    valuation = data.valuation
    if valuation is None or not valuation.scenarios:
        return ()
    bear = valuation.scenarios[0].value
    if beside_price(bear, data.quote.price, writer) != "below":
        return ()
    return (writer.say("fair_value.risk", value=bear, cite=data.cite(_KIND)),)


def _tables(data: ReportData, writer: Writer) -> tuple[ReportTable, ...]:
    valuation = data.valuation
    if valuation is None:
        return ()
    columns = tuple(writer.text(f"tables.{name}") for name in ("low", "middle", "high"))
    methods = ReportTable(
        name="methods",
        title=writer.text("tables.methods"),
        columns=columns,
        rows=tuple(_row(method, writer) for method in valuation.methods if method.applicable),
    )
    return (methods, *_scenarios(valuation, writer))


def _row(method: Method, writer: Writer) -> TableRow:
    ends = (method.low, method.base, method.high)
    return TableRow(
        label=writer.text(f"labels.{method.name}"),
        cells=tuple(ABSENT if end is None else writer.price(end) for end in ends),
    )


def _scenarios(valuation: Valuation, writer: Writer) -> tuple[ReportTable, ...]:
    """Returns the table of scenarios: value, growth and margin of each."""
    if not valuation.scenarios:
        return ()
    rows = [TableRow(
        label=writer.text("workbook.results.per_share"),
        cells=tuple(writer.price(view.value) for view in valuation.scenarios),
    )]  # fmt: skip
    for name in ("growth", "margin", "terminal_growth"):
        values = [next((one.value for one in view.assumptions if one.name == name), None)
                  for view in valuation.scenarios]  # fmt: skip
        cells = tuple(writer.figure(value, "fraction") for value in values)
        rows.append(TableRow(label=writer.text(f"labels.assumed_{name}"), cells=cells))
    columns = tuple(writer.text(f"labels.scenario_{view.name}") for view in valuation.scenarios)
    title = writer.text("tables.scenarios")
    return (ReportTable(name="scenarios", title=title, columns=columns, rows=tuple(rows)),)


FAIR_VALUE = SectionPlan("fair_value", fair_value_figures, _compose, _risks, tables=_tables)
