"""Creates every declared collection with its validator and indexes."""

from shared.data.migration.migration import Work
from shared.data.schema.manager import SchemaReport


def up(work: Work) -> SchemaReport:
    """Brings the database to the declared schema."""
    return work.schema.apply(tick=work.tick)
