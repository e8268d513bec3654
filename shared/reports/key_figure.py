"""A figure of a section before it is written in a language."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.reports.language.writer import Money, Style, Writer
from shared.reports.report import SectionFigure

_UNITS: Final[dict[Style, str]] = {
    "fraction": "fraction",
    "signed_fraction": "fraction",
    "percent": "percent",
    "signed_percent": "percent",
    "ratio": "ratio",
    "times": "ratio",
    "whole": "count",
    "large": "units",
    "index": "index",
    "score": "score",
}
"""Units by style; other styles have the currency, or points without one."""


@dataclass(frozen=True)
class KeyFigure:
    """One figure of a section.

    Attributes:
        name: Key that stays the same in every language.
        value: A number, or a word of the source.
        style: How it is written; decides the unit.
        source: Kind of the data or calculation it comes from.
        period: Day, span or fiscal period it is of; None when not known.
        fiscal: Fiscal year, and ``FY`` or the quarter; None for figures of other periods.
        end: Last day of that period.
        label: Key of its label in the catalogue; None for its name.
        symbol: Another company that it is of; None for the subject of the report.
        metric: What the figures check takes it for; None for its name.
        in_table: Whether a table of the section shows it, so that it is no key metric.
    """

    name: str
    value: float | str
    style: Style
    source: str
    period: str | None = None
    fiscal: tuple[int, str] | None = None
    end: date | None = None
    label: str | None = None
    symbol: str | None = None
    metric: str | None = None
    in_table: bool = False

    @property
    def is_of_year(self) -> bool:
        """Whether it is of a whole fiscal year."""
        return self.fiscal is not None and self.fiscal[1] == "FY"

    def labelled(self, writer: Writer) -> str:
        """Returns its label in the language of the writer."""
        label = writer.text(f"labels.{self.label or self.name}")
        return f"{label}, {self.symbol}" if self.symbol else label

    def written(self, writer: Writer) -> str:
        """Returns its value as people read it."""
        if isinstance(self.value, str):
            return writer.word("actions", self.value, writer.word("ratings", self.value, self.value))
        return writer.figure(self.value, self.style)

    def structured(self, writer: Writer, source_id: int | None) -> SectionFigure | None:
        """Returns it as a number with its unit; None for a word."""
        if isinstance(self.value, str):
            return None
        currency = self.value.currency if isinstance(self.value, Money) else writer.currency
        return SectionFigure(
            name=self.name,
            label=self.labelled(writer),
            value=int(self.value) if self.style in ("whole", "large") else float(self.value),
            unit=_UNITS.get(self.style) or currency or "points",
            period=self.period,
            source_id=source_id,
            symbol=self.symbol,
        )
