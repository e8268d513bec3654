"""The texts, holders and officers in the data of facts."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

HOLDERS: Final = frozenset({"institutions", "insiders"})
_WITHOUT_TEXTS: Final = frozenset({int, float, bool, type(None)})
MAPPINGS: Final = (dict, Mapping)
"""``dict`` first: nearly every value is one, and its check is the cheapest."""
_DIGIT: Final = re.compile(r"\d")
_ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "chief executive": ("CEO", "chief executive", "Vorstandschef", "directeur général", "PDG"),
    "chief financial": ("CFO", "finance chief", "chief financial officer", "Finanzchef"),
    "chief operating": ("COO", "chief operating officer"),
    "director": ("director", "board member", "Aufsichtsrat", "administrateur", "consejero"),
}
"""What those with a role are called."""
MAX_DEPTH: Final = 8


def texts_of_data(data: object, depth: int = 0) -> Iterator[str]:
    """Yields the texts with digits among the values of data: headlines, summaries, signals."""
    if isinstance(data, str):
        if _is_text(data):
            yield data
    elif isinstance(data, MAPPINGS) and depth < MAX_DEPTH:
        for field, value in data.items():
            # Signals say again what the figures beside them say. Most values are numbers or short.
            kind = type(value)
            if kind is str:
                if _is_text(value) and field != "signals":
                    yield value
            elif kind not in _WITHOUT_TEXTS and field != "signals":
                yield from texts_of_data(value, depth + 1)
    elif isinstance(data, list | tuple) and depth < MAX_DEPTH:
        for value in data:
            yield from texts_of_data(value, depth + 1)


def _is_text(value: str) -> bool:
    # Chinese and Japanese are written without spaces.
    return (" " in value or not value.isascii()) and _DIGIT.search(value) is not None


def holders_in(data: Mapping[str, Any]) -> Iterator[str]:
    """Yields the names of those who hold the shares of a company, as far as the data tell."""
    for field in HOLDERS:
        rows = data.get(field)
        if isinstance(rows, list | tuple):
            yield from (str(row["name"]) for row in rows if isinstance(row, Mapping) and row.get("name"))


def roles_in(data: Mapping[str, Any]) -> Mapping[str, tuple[str, ...]]:
    """Returns what insiders are called by their roles, such as "CEO", by their names."""
    rows = data.get("insiders")
    roles = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []
    return {
        str(row.get("name")): tuple(
            name for words, names in _ROLES.items() if words in str(row.get("role")).lower() for name in names
        )
        for row in roles
    }
