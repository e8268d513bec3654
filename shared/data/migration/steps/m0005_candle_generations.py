"""Replaces the index of candles, which now have a generation, and deletes candles without one.

Nothing has read those; the next refresh fetches them again with their description.
"""

from shared.data.migration.migration import Work
from shared.data.schema.manager import SchemaReport

_OLD_INDEX = "symbol_interval_timestamp"


def up(work: Work) -> SchemaReport:
    """Deletes candles without generation, then drops the old index, whose uniqueness excludes generations."""
    target = work.database["market_data"]
    # Fields of the metadata only: a time series deletes by no others.
    deleted = target.delete_many({"metadata.generation": {"$exists": False}}).deleted_count
    work.tick()
    changes = [f"delete {deleted} candles without a description"] if deleted else []
    if _OLD_INDEX in {item["name"] for item in target.list_indexes()}:
        target.drop_index(_OLD_INDEX)
        changes.append(f"drop index market_data.{_OLD_INDEX}")
    return SchemaReport(changes=changes)
