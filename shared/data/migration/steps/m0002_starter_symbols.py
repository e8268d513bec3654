"""Loads a starter list of well-known symbols."""

from shared.data.migration.migration import Work
from shared.data.migration.starter import read_starter_symbols
from shared.data.schema.manager import SchemaReport

DATA = ("starter_symbols.csv",)
"""Files that belong to this migration: its checksum covers them."""

_BATCH = 100


def up(work: Work) -> SchemaReport:
    """Adds the symbols of the list that are not there, and fills gaps of those that are."""
    symbols = read_starter_symbols()
    changed = 0
    for start in range(0, len(symbols), _BATCH):
        work.tick()
        changed += work.repositories.symbols.upsert_into(
            work.database["symbols"], symbols[start : start + _BATCH]
        )
    return SchemaReport(changes=[f"add {changed} symbols"] if changed else [])
