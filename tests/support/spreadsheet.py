"""An evaluator of workbooks that knows nothing of the code that wrote them."""

import io
import re
from collections.abc import Callable
from statistics import median
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

_REFERENCE: Final = re.compile(r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")


def _flat(values: tuple[Any, ...]) -> list[float]:
    listed = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [item for item in listed if isinstance(item, int | float)]


_FUNCTIONS: Final[dict[str, Callable[..., float]]] = {
    "SUM": lambda *values: sum(_flat(values)),
    "MEDIAN": lambda *values: median(_flat(values)),
    "MIN": lambda *values: min(_flat(values)),
    "IF": lambda condition, yes, no: yes if condition else no,
    "MAX": lambda *values: max(_flat(values)),
}


class Spreadsheet:
    """A workbook whose formulas are computed on every read.

    Args:
        content: The XLSX file.
    """

    def __init__(self, content: bytes) -> None:
        self.formulas = load_workbook(io.BytesIO(content))
        self.stored = load_workbook(io.BytesIO(content), data_only=True)

    def compute(self, sheet: str, cell: str) -> Any:
        """Returns the computed value of a cell."""
        content = self.formulas[sheet][cell].value
        if not isinstance(content, str) or self.formulas[sheet][cell].data_type != "f":
            return content
        names: dict[str, Any] = {}

        def replaced(found: re.Match[str]) -> str:
            name = f"v{len(names)}"
            names[name] = self._resolve(found, sheet)
            return name

        expression = _REFERENCE.sub(replaced, content.removeprefix("=")).replace("^", "**")
        return eval(expression, {"__builtins__": {}, **_FUNCTIONS}, names)

    def formula_cells(self) -> list[tuple[str, str]]:
        """Returns sheet and name of every cell with a formula."""
        return [
            (sheet.title, cell.coordinate)
            for sheet in self.formulas.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]

    def find(self, sheet: str, label: str) -> str:
        """Returns the name of the cell to the right of a label in column A."""
        for row in self.formulas[sheet].iter_rows(max_col=1):
            if row[0].value == label:
                return f"B{row[0].row}"
        raise AssertionError(f"{sheet} has no row {label!r}")

    def _resolve(self, found: re.Match[str], sheet: str) -> Any:
        sheet = found[1] or sheet
        if found[4] is None:
            return self.compute(sheet, f"{found[2]}{found[3]}")
        left, top, right, bottom = range_boundaries(f"{found[2]}{found[3]}:{found[4]}{found[5]}")
        cells = self.formulas[sheet].iter_rows(min_col=left, max_col=right, min_row=top, max_row=bottom)
        return [self.compute(sheet, cell.coordinate) for row in cells for cell in row]
