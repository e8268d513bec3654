"""Drops the indexes of lists of reports of all owners together, which no query uses any more."""

from shared.data.migration.migration import Work
from shared.data.schema.manager import SchemaReport

_UNUSED = ("newest", "symbol_newest", "type_newest", "symbol_type_newest")


def up(work: Work) -> SchemaReport:
    """Drops the indexes that are still there."""
    target = work.database["investment_reports"]
    dropped = [name for name in _UNUSED if name in {item["name"] for item in target.list_indexes()}]
    for name in dropped:
        work.tick()
        target.drop_index(name)
    return SchemaReport(changes=[f"drop index investment_reports.{name}" for name in dropped])
