"""The figures of sections that the data contain unchanged: where each is, and how it is written."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Money, Style


class SectionField(NamedTuple):
    """Where a figure is.

    Attributes:
        part: Kind of data.
        name: Its field, and the name of the figure.
        style: How it is written.
    """

    part: str
    name: str
    style: Style


def figures_of(*fields: SectionField) -> Callable[[ReportData], tuple[KeyFigure, ...]]:
    """Returns the function that reads the known figures of some fields."""
    return lambda data: read(data, fields)


def read(data: ReportData, fields: Sequence[SectionField]) -> tuple[KeyFigure, ...]:
    """Returns the known figures of some fields, in their order."""
    figures = (_figure(field, data) for field in fields)
    return tuple(figure for figure in figures if figure is not None)


def _figure(field: SectionField, data: ReportData) -> KeyFigure | None:
    part = data.parts.get(field.part)
    value = getattr(part, field.name, None)
    if value is None:
        return None
    if field.style == "amount":
        value = Money(value, getattr(part, "currency", data.quote.currency))
    return KeyFigure(field.name, value, field.style, field.part, _period(field.part, data))


def _period(part: str, data: ReportData) -> str | None:
    if part == "technicals" and data.technicals:
        return data.technicals.period
    if part == "fundamentals" and data.fundamentals and data.fundamentals.period_end:
        return data.fundamentals.period_end.isoformat()
    return data.quote.as_of.date().isoformat() if part == "quote" and data.quote.as_of else None
