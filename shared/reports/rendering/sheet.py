"""One sheet of a workbook: writes text, numbers and formulas in named formats."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from shared.reports.text import one_line

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

CellStyle = Literal[
    "text", "title", "bold", "header",
    "number", "whole", "percent", "price", "per_share", "input", "input_whole", "input_percent",
]  # fmt: skip

_STYLES: Final[dict[CellStyle, dict[str, Any]]] = {
    "text": {},
    "title": {"bold": True, "font_size": 14},
    "bold": {"bold": True},
    "header": {"bold": True, "bottom": 1, "bg_color": "#e3e7ed"},
    "number": {"num_format": "#,##0.00;-#,##0.00"},
    "percent": {"num_format": "0.00%;-0.00%"},
    "per_share": {"num_format": "#,##0.00##;-#,##0.00##"},
    "input": {"num_format": "#,##0.0000;-#,##0.0000", "font_color": "#1c57c4"},
    "input_percent": {"num_format": "0.00%;-0.00%", "font_color": "#1c57c4"},
    "whole": {"num_format": "#,##0;-#,##0"},
    "input_whole": {"num_format": "#,##0;-#,##0", "font_color": "#1c57c4"},
}
"""Inputs are blue, as is customary in financial models. The format of prices depends on the instrument."""

_LARGE: Final[dict[CellStyle, tuple[float, CellStyle]]] = {
    "number": (10_000, "whole"),
    "input": (10_000, "input_whole"),
    "price": (1_000_000, "whole"),
}
"""From this size on a number of a style has no decimals. A market value has the style of a price."""

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
    def add(cls, workbook: "Workbook", name: str, decimals: int = 2) -> "Sheet":
        """Returns a new sheet at the end of the workbook.

        Args:
            workbook: The workbook.
            name: Wanted title; ``sheet_title`` makes it valid and unique.
            decimals: Decimals of prices.
        """
        from shared.reports.rendering.plain_worksheet import PlainWorksheet

        price = "#,##0." + "0" * decimals if decimals else "#,##0"
        styles = {**_STYLES, "price": {"num_format": f"{price};-{price}"}}
        formats = {style: workbook.add_format(dict(properties)) for style, properties in styles.items()}
        taken = [sheet.get_name() for sheet in workbook.worksheets()]
        return cls(workbook.add_worksheet(sheet_title(name, taken), PlainWorksheet), formats)

    def text(self, row: int, column: int, text: str, style: CellStyle = "text") -> None:
        """Writes text; it never becomes a formula, a link or a number. An empty text leaves no cell."""
        if text:
            self.worksheet.write_string(row, column, one_line(text), self.formats[style])

    def number(self, row: int, column: int, value: float, style: CellStyle) -> None:
        """Writes a number; large ones without decimals."""
        self.worksheet.write_number(row, column, value, self._format(value, style))

    def formula(self, row: int, column: int, formula: str, value: float, style: CellStyle) -> None:
        """Writes a formula of our own with its stored value."""
        self.worksheet.write_formula(row, column, formula, self._format(value, style), value)

    def header(self, row: int, labels: Sequence[str], widths: Sequence[int]) -> None:
        """Writes a row of column headings and sets the widths of the columns in characters."""
        for column, (label, width) in enumerate(zip(labels, widths, strict=True)):
            self.text(row, column, label, "header")
            self.worksheet.set_column(column, column, width)
        self.worksheet.freeze_panes(row + 1, 1)

    def _format(self, value: float, style: CellStyle) -> Any:  # noqa: ANN401 - untyped in the library
        least, whole = _LARGE.get(style, (math.inf, style))
        return self.formats[whole if abs(value) >= least else style]

    @staticmethod
    def cell(row: int, column: int) -> str:
        """Returns the name of a cell: ``B3``."""
        from xlsxwriter.utility import xl_rowcol_to_cell

        return str(xl_rowcol_to_cell(row, column))
