"""The tables of ``docs/faults.md``: they say what every operation gives under every fault."""

from collections.abc import Iterator, Mapping
from typing import Final

from tests.support.host import REPOSITORY

DOCUMENT: Final = REPOSITORY / "docs/faults.md"
OPERATIONS: Final = (
    "health",
    "ready",
    "quote",
    "batch",
    "history",
    "stored data only",
    "statements",
    "filings",
    "fx",
    "chat",
    "chat stream",
    "report",
    "refresh",
    "migrate",
    "briefings",
)
NOTHING: Final = "nothing"
"""The row of what there is without any fault."""

_AS_USUAL: Final = "as usual"
_NEW: Final = "; new: "

Row = Mapping[str, str]
Table = Mapping[str, Row]


def read_tables() -> Mapping[str, Table]:
    """The tables by the heading above them; the rows of each by fault, and their cells by operation.

    Raises:
        AssertionError: A table does not have the columns it should have.
    """
    tables: dict[str, dict[str, Row]] = {}
    heading = ""
    for line in DOCUMENT.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.strip("# ")
        elif line.startswith("|"):
            name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            if name == "fault":
                assert tuple(cells) == OPERATIONS, f"{heading}: {cells}"
                tables[heading] = {}
            elif heading in tables and not name.startswith("-"):
                tables[heading][name] = dict(zip(OPERATIONS, cells, strict=True))
    return tables


def fits(seen: str, said: str, usual: str) -> bool:
    """Whether what was seen is what a cell says.

    Args:
        seen: Of one operation; ``; new:`` separates data that was stored before the fault from other data.
        said: The cell. ``A, then B`` says that B may come in the place of A once the fault is known.
        usual: The cell of the row without fault.
    """
    parts, wanted = seen.split(_NEW), list(_alternatives(said, usual))
    if len(wanted) < len(parts):
        wanted *= len(parts)
    if len(parts) < len(wanted):
        parts *= len(wanted)
    return all(part in some for part, some in zip(parts, wanted, strict=True))


def _alternatives(said: str, usual: str) -> Iterator[list[str]]:
    for part in said.split(_NEW):
        yield [usual if one == _AS_USUAL else one for one in part.split(" or ")]
