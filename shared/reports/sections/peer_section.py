"""The section on the peers of a company."""

from statistics import median
from typing import Final

from shared.domain.company import Peer
from shared.domain.formatting import ABSENT
from shared.reports.comparison import side_of
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Money, Style, Writer
from shared.reports.report import ReportTable, TableRow
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.valuation.multiples import MIN_VALUES

_KIND: Final = "peer_comparison"
_COLUMNS: Final[dict[str, Style]] = {
    "market_cap": "amount",
    "revenue_growth": "signed_percent",
    "operating_margin": "percent",
    "net_margin": "percent",
    "trailing_pe": "times",
}
_LABELS: Final = {"net_margin": "profit_margin"}
_COMPARED: Final = tuple(name for name in _COLUMNS if name != "market_cap")


def peer_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Returns the company's own figures, those of its peers, and the medians of the peers."""
    peers = data.peers.peers if data.peers else ()
    if not peers:
        return ()
    figures = [_figure(name, value) for name, value in _own(data).items() if value is not None]
    for peer in peers:
        figures += [
            _figure(name, value, peer) for name in _COLUMNS if (value := getattr(peer, name)) is not None
        ]
    for name in _COMPARED:
        values = [value for peer in peers if (value := getattr(peer, name)) is not None]
        if name == "trailing_pe":
            values = [value for value in values if value > 0]
        if len(values) >= MIN_VALUES:
            label = f"median_{_LABELS.get(name, name)}"
            figures.append(
                KeyFigure(label, median(values), _COLUMNS[name], _KIND, metric=name, in_table=True)
            )
    return tuple(figures)


def _figure(name: str, value: float, peer: Peer | None = None) -> KeyFigure:
    amount = Money(value, peer.currency) if peer is not None and name == "market_cap" else value
    symbol = peer.symbol if peer else None
    return KeyFigure(
        name, amount, _COLUMNS[name], _KIND, label=_LABELS.get(name), symbol=symbol, in_table=True
    )


def _own(data: ReportData) -> dict[str, float | None]:
    """Returns the company's own figures, fractions as percent like those of the peers."""
    known = data.fundamentals
    fractions = {
        "revenue_growth": known.revenue_growth if known else None,
        "operating_margin": known.operating_margin if known else None,
        "net_margin": known.profit_margin if known else None,
    }
    percents = {name: None if value is None else value * 100 for name, value in fractions.items()}
    return {
        "market_cap": data.quote.market_cap,
        **percents,
        "trailing_pe": known.trailing_pe if known else None,
    }


def _compose(data: ReportData, writer: Writer) -> str:
    figures, cite = data.calculations[_KIND], data.cite(_KIND)
    own = {figure.name: float(figure.value) for figure in figures if figure.symbol is None}
    industry = data.peers.industry if data.peers else None
    sentences = [
        writer.say("peers.group", industry=industry, cite=cite)
        if industry
        else writer.say("peers.group_unknown", cite=cite)
    ]
    for name, label in (
        ("trailing_pe", "trailing_pe"),
        ("net_margin", "profit_margin"),
        ("revenue_growth",) * 2,
    ):
        value, middle = own.get(name), own.get(f"median_{label}")
        if value is not None and middle is not None:
            side = side_of(value, middle, _COLUMNS[name], writer)
            sentences.append(writer.say(f"peers.{label}_{side}", value=value, median=middle, cite=cite))
    return writer.paragraph(*sentences)


def _tables(data: ReportData, writer: Writer) -> tuple[ReportTable, ...]:
    figures = data.calculations.get(_KIND, ())
    cells = {(figure.symbol, figure.name): figure for figure in figures}
    peers = data.peers.peers if data.peers else ()
    names = {None: data.quote.symbol} | {peer.symbol: peer.symbol for peer in peers}

    def row(label: str, symbol: str | None, prefix: str = "") -> TableRow:
        found = [
            cells.get((symbol, f"{prefix}{_LABELS.get(name, name) if prefix else name}")) for name in _COLUMNS
        ]
        return TableRow(
            label=label, cells=tuple(ABSENT if one is None else one.written(writer) for one in found)
        )

    rows = [row(name, symbol) for symbol, name in names.items()]
    medians = row(writer.text("tables.median_of_peers"), None, "median_")
    if any(cell != ABSENT for cell in medians.cells):
        rows.append(medians)
    columns = tuple(writer.text(f"labels.{_LABELS.get(name, name)}") for name in _COLUMNS)
    title = writer.text("tables.peers")
    return (ReportTable(name="peers", title=title, columns=columns, rows=tuple(rows)),)


PEERS = SectionPlan(_KIND, lambda data: data.calculations.get(_KIND, ()), _compose, tables=_tables)
