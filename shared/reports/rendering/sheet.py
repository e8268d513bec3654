"""One sheet of a workbook: writes text, numbers and formulas in named formats."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from shared.reports.text import one_line

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

CellStyle = Literal["text", "title", "bold", "header", "number", "percent", "price", "input", "input_percent"]

_STYLES: Final[dict[CellStyle, dict[str, Any]]] = {
    "text": {},
    "title": {"bold": True, "font_size": 14},
    "bold": {"bold": True},
    "header": {"bold": True, "bottom": 1, "bg_color": "#e3e7ed"},
    "number": {"num_format": "#,##0.00;-#,##0.00"},
    "percent": {"num_format": "0.00%;-0.00%"},
    "price": {"num_format": "#,##0.00;-#,##0.00"},
    "input": {"num_format": "#,##0.0000;-#,##0.0000", "font_color": "#1c57c4"},
    "input_percent": {"num_format": "0.00%;-0.00%", "font_color": "#1c57c4"},
}
"""Inputs are blue, as is customary in financial models."""


_LONGEST_TITLE: Final = 31
_NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\]")
_RESERVED_TITLE: Final = "history"


def sheet_title(wanted: str, taken: Iterable[str]) -> str:
    """Returns a title that Excel accepts and no other sheet has: 31 characters at most.

    Args:
        wanted: Any text; control characters are removed.
        taken: Titles of the other sheets; upper and lower case do not differ.
    """
    title = one_line(_NOT_IN_TITLES.sub(" ", one_line(wanted))).strip("' ")[:_LONGEST_TITLE].rstrip("' ")
    if not title or title.casefold() == _RESERVED_TITLE:
        title = f"{title or 'Sheet'} 1"
    used, unique, number = {one.casefold() for one in taken}, title, 2
    while unique.casefold() in used:
        suffix = f" ({number})"
        unique, number = f"{title[: _LONGEST_TITLE - len(suffix)].rstrip()}{suffix}", number + 1
    return unique


@dataclass(frozen=True)
class Sheet:
    """A sheet with the formats of its workbook; rows and columns count from 0."""

    worksheet: "Worksheet"
    formats: dict[CellStyle, Any]

    @classmethod
    def add(cls, workbook: "Workbook", name: str) -> "Sheet":
        """Returns a new sheet at the end of the workbook.

        Args:
            workbook: The workbook.
            name: Wanted title; ``sheet_title`` makes it valid and unique.
        """
        formats = {style: workbook.add_format(dict(properties)) for style, properties in _STYLES.items()}
        taken = [sheet.get_name() for sheet in workbook.worksheets()]
        return cls(workbook.add_worksheet(sheet_title(name, taken)), formats)

    def text(self, row: int, column: int, text: str, style: CellStyle = "text") -> None:
        """Writes text; it never becomes a formula, a link or a number."""
        self.worksheet.write_string(row, column, one_line(text), self.formats[style])

    def number(self, row: int, column: int, value: float, style: CellStyle) -> None:
        """Writes a number."""
        self.worksheet.write_number(row, column, value, self.formats[style])

    def formula(self, row: int, column: int, formula: str, value: float, style: CellStyle) -> None:
        """Writes a formula of our own with its stored value."""
        self.worksheet.write_formula(row, column, formula, self.formats[style], value)

    def header(self, row: int, labels: Sequence[str], widths: Sequence[int]) -> None:
        """Writes a row of column headings and sets the widths of the columns in characters."""
        for column, (label, width) in enumerate(zip(labels, widths, strict=True)):
            self.text(row, column, label, "header")
            self.worksheet.set_column(column, column, width)
        self.worksheet.freeze_panes(row + 1, 1)

    @staticmethod
    def cell(row: int, column: int) -> str:
        """Returns the name of a cell: ``B3``."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        return str(xl_rowcol_to_cell(row, column))
