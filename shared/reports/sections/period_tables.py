"""Tables of figures by fiscal period: one row per figure, one column per period, one precision per row."""

import re
from collections.abc import Sequence
from math import floor, log10
from typing import Final

from shared.domain.formatting import ABSENT
from shared.reports.key_figure import KeyFigure
from shared.reports.language.language_catalogue import Scale
from shared.reports.language.writer import Money, Writer
from shared.reports.report import ReportTable, TableRow

_DECIMALS_OF_AMOUNTS: Final = 1
_DECIMALS_PER_SHARE: Final = 2
"""At least."""
_QUARTER: Final = re.compile(r"Q(?P<number>[1-4]) (?P<year>\d{4})")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def period_table(
    name: str, rows: Sequence[str], figures: Sequence[KeyFigure], writer: Writer
) -> tuple[ReportTable, ...]:
    """Returns the table of some figures; none without a figure.

    Args:
        name: Key of the table; ``tables.{name}`` is its title.
        rows: Names of the figures, in order.
        figures: The figures of all periods, the newest period first.
        writer: Writes labels and cells.
    """
    shown = [figure for figure in figures if figure.name in rows]
    periods = list(dict.fromkeys(figure.period for figure in shown if figure.period))[::-1]
    cells = {(figure.name, figure.period): figure for figure in shown}
    if not periods:
        return ()
    amounts = [figure.value for figure in shown if figure.style == "amount"]
    largest = max((abs(float(value)) for value in amounts), default=0.0)
    scale = writer.table_scale(largest)
    currency = next((value.currency for value in amounts if isinstance(value, Money)), writer.currency)
    note = writer.say("tables.scaled", currency=currency or "", scale=scale.word) if amounts else None
    return (
        ReportTable(
            name=name,
            title=writer.text(f"tables.{name}"),
            note=note,
            columns=tuple(_heading(period, writer) for period in periods),
            rows=tuple(
                TableRow(
                    label=writer.text(f"labels.{row}"),
                    cells=_cells([cells.get((row, period)) for period in periods], scale, writer),
                )
                for row in rows
                if any((row, period) in cells for period in periods)
            ),
        ),
    )


def _heading(period: str, writer: Writer) -> str:
    """Returns the period: ``2025``, ``Q3 2025``; the day of the last price has a word of its own."""
    quarter = _QUARTER.fullmatch(period)
    if quarter:
        return writer.say("tables.quarter", quarter=quarter["number"], year=quarter["year"])
    return writer.text("tables.last_price") if _DAY.fullmatch(period) else period


def _cells(figures: Sequence[KeyFigure | None], scale: Scale, writer: Writer) -> tuple[str, ...]:
    """Returns the cells of a row in one precision."""
    prices = [
        abs(figure.value)
        for figure in figures
        if figure is not None and figure.style == "price" and not isinstance(figure.value, str)
    ]
    decimals = _decimals_per_share([price for price in prices if price > 0])
    return tuple(_cell(figure, scale, decimals, writer) for figure in figures)


def _decimals_per_share(amounts: Sequence[float]) -> int:
    """Returns two decimals; more where the smallest amount had less than two digits then.

    The largest amount never has more than three digits for that.
    """
    if not amounts:
        return _DECIMALS_PER_SHARE
    wanted, most = 1 - floor(log10(min(amounts))), 2 - floor(log10(max(amounts)))
    return max(_DECIMALS_PER_SHARE, min(wanted, most))


def _cell(figure: KeyFigure | None, scale: Scale, decimals: int, writer: Writer) -> str:
    if figure is None or isinstance(figure.value, str):
        return ABSENT
    if figure.style == "amount":
        return writer.number(figure.value / scale.factor, _DECIMALS_OF_AMOUNTS)
    if figure.style in ("fraction", "signed_fraction"):
        return writer.percent(figure.value * 100, 1, signed=figure.style == "signed_fraction")
    if figure.style == "price":
        return writer.number(figure.value, decimals)
    return figure.written(writer)
