"""The schema: every collection declared once, the check of documents, and the manager of the server's."""

from shared.data.schema.collections import all_collections
from shared.data.schema.declaration import Collection, Index, StorageForm, TimeSeries
from shared.data.schema.manager import SchemaManager, SchemaReport
from shared.data.schema.validation import SchemaViolation, compile_check

__all__ = [
    "Collection",
    "Index",
    "SchemaManager",
    "SchemaReport",
    "SchemaViolation",
    "StorageForm",
    "TimeSeries",
    "all_collections",
    "compile_check",
]
