"""The section on a fund: what it costs, what it holds, and what it pays out."""

from shared.domain.formatting import ABSENT
from shared.domain.market_data import Fund
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Money, Writer
from shared.reports.report import ReportTable, TableRow
from shared.reports.sections.section_fields import SectionField, read
from shared.reports.sections.section_plan import SectionPlan

_PART = "fundamentals"
_FIELDS = (
    SectionField(_PART, "trailing_pe", "times"),
    SectionField(_PART, "dividend_yield", "fraction"),
    SectionField(_PART, "beta", "ratio"),
)
_VALUE = SectionField(_PART, "market_cap", "amount")
"""The value of the listed units: of a fund with other classes, or units of other exchanges, a part of it."""


def _figures(data: ReportData) -> tuple[KeyFigure, ...]:
    known = data.fundamentals
    fund = known.fund if known else None
    if known is None or fund is None:
        return read(data, (_VALUE, *_FIELDS))
    size = () if fund.net_assets else read(data, (_VALUE,))
    assets = None if fund.net_assets is None else Money(fund.net_assets, known.currency)
    own = (
        None if assets is None else KeyFigure("net_assets", assets, "amount", _PART),
        _fraction("expense_ratio", fund.expense_ratio),
        _fraction("turnover", fund.turnover),
        _fraction("top_holdings", _together(fund)),
    )
    tables = (
        *(
            KeyFigure("holding_weight", one.weight, "fraction", _PART, symbol=one.symbol, in_table=True)
            for one in fund.holdings
        ),
        *(KeyFigure("sector_weight", one.weight, "fraction", _PART, in_table=True) for one in fund.sectors),
    )
    return (*size, *(one for one in own if one is not None), *read(data, _FIELDS), *tables)


def _fraction(name: str, value: float | None) -> KeyFigure | None:
    return None if value is None else KeyFigure(name, value, "fraction", _PART)


def _together(fund: Fund) -> float | None:
    """Returns the part of the largest holdings together; None of a single one."""
    return sum(one.weight for one in fund.holdings) if len(fund.holdings) > 1 else None


def _compose(data: ReportData, writer: Writer) -> str:
    known, cite = data.fundamentals, data.cite(_PART)
    fund = known.fund if known else None
    paid = known.dividend_yield if known else None
    pays_out = (
        writer.text("fund.unknown") if paid is None else writer.say("fund.dividend", dividend=paid, cite=cite)
    )
    if known is None or fund is None:
        return pays_out
    assets = None if fund.net_assets is None else Money(fund.net_assets, known.currency)
    largest = next(iter(fund.holdings), None)
    sector = next(iter(fund.sectors), None)
    return writer.paragraph(
        writer.say("fund.expenses", rate=fund.expense_ratio, cite=cite) or writer.text("fund.no_expenses"),
        writer.say("fund.assets", assets=assets, cite=cite),
        writer.say("fund.largest", name=largest.name or largest.symbol, weight=largest.weight, cite=cite)
        if largest
        else "",
        writer.say("fund.together", count=len(fund.holdings), share=_together(fund), cite=cite),
        writer.say("fund.sector", sector=sector.sector, weight=sector.weight, cite=cite) if sector else "",
        pays_out,
    )


def _tables(data: ReportData, writer: Writer) -> tuple[ReportTable, ...]:
    fund = data.fundamentals.fund if data.fundamentals else None
    if fund is None:
        return ()
    holdings = [(one.name or one.symbol or ABSENT, one.symbol or ABSENT, one.weight) for one in fund.holdings]
    weight = writer.text("labels.holding_weight")
    symbol = writer.text("labels.symbol")
    rows = tuple(
        TableRow(label=name, cells=(ticker, writer.figure(part, "fraction")))
        for name, ticker, part in holdings
    )
    sectors = tuple(
        TableRow(label=one.sector, cells=(writer.figure(one.weight, "fraction"),)) for one in fund.sectors
    )
    tables = (
        ReportTable(
            name="fund_holdings",
            title=writer.text("tables.fund_holdings"),
            columns=(symbol, weight),
            rows=rows,
        ),
        ReportTable(
            name="fund_sectors",
            title=writer.text("tables.fund_sectors"),
            columns=(writer.text("labels.sector_weight"),),
            rows=sectors,
        ),
    )
    return tuple(table for table in tables if table.rows)


FUND = SectionPlan("fund", _figures, _compose, tables=_tables)
