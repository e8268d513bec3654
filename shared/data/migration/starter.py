"""The starter list: well-known symbols of several countries, kept in ``starter_symbols.csv``."""

import csv
from pathlib import Path

from shared.domain.market_data import SymbolInfo

STARTER_FILE = Path(__file__).with_name("starter_symbols.csv")


def read_starter_symbols() -> list[SymbolInfo]:
    """Returns the symbols of the list. An empty cell is None; ``;`` separates aliases.

    Raises:
        pydantic.ValidationError: A line of the file is wrong.
    """
    with STARTER_FILE.open(encoding="utf-8", newline="") as file:
        return [_symbol(row) for row in csv.DictReader(file)]


def _symbol(row: dict[str, str]) -> SymbolInfo:
    aliases = tuple(alias.strip() for alias in row.pop("aliases").split(";") if alias.strip())
    return SymbolInfo.model_validate(
        {**{key: value or None for key, value in row.items()}, "aliases": aliases}
    )
