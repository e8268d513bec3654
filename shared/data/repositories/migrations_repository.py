"""Which migrations ran, and the lock that lets one runner work at a time.

The methods are blocking: a migration runs as one piece of work in a thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.data.document_lease import acquire, release
from shared.data.mongo import Document, Target
from shared.data.repositories.repository import Repository
from shared.data.schema.declaration import StorageForm
from shared.data.schema.service_collections import SCHEMA_MIGRATIONS

_LEASE = "lease"
_SCHEMA = "schema"
_MAX = 1_000


@dataclass(frozen=True)
class MigrationRecord:
    """A migration that ran, or is running.

    Attributes:
        name: Number and name.
        checksum: Checksum of the migration that ran.
        done: Whether it came to its end.
    """

    name: str
    checksum: str
    done: bool


class MigrationRepository(Repository):
    """The collection ``schema_migrations``."""

    declared = SCHEMA_MIGRATIONS

    async def applied(self) -> list[str]:
        """Returns the names of the finished migrations, in order."""
        records = await self._run(self.records)
        return sorted(record.name for record in records.values() if record.done)

    def records(self, target: Target) -> dict[str, MigrationRecord]:
        """Returns the records of started and finished migrations by name."""
        found = target.find({"_id": {"$regex": "^[0-9]"}}).sort("_id", 1).limit(_MAX)
        return {
            item["_id"]: MigrationRecord(item["_id"], item["checksum"], item["status"] == "done")
            for item in found
        }

    def begin(self, target: Target, name: str, checksum: str) -> None:
        """Records that a migration has started."""
        self._put(target, name, checksum, "running", None)

    def finish(self, target: Target, name: str, checksum: str) -> None:
        """Records that a migration has finished."""
        self._put(target, name, checksum, "done", self._clock())

    def note_forms(self, target: Target, forms: Mapping[str, StorageForm]) -> bool:
        """Records the storage form of collections; returns whether it has changed."""
        noted = target.find_one({"_id": _SCHEMA}) or {}
        if noted.get("forms") == forms:
            return False
        self._note(target, {"forms": dict(forms)})
        return True

    def note_declared(self, target: Target, checksum: str) -> None:
        """Records the checksum of the schema that the database has."""
        if self.declared_checksum(target) != checksum:
            self._note(target, {"checksum": checksum})

    def declared_checksum(self, target: Target) -> str | None:
        """Returns the checksum of the schema that the database has; None before the first complete run."""
        noted = target.find_one({"_id": _SCHEMA}) or {}
        return noted.get("checksum")

    def lock(self, target: Target, token: str, seconds: float) -> bool:
        """Acquires or renews the lease of the migrations; returns False if another runner holds it."""
        return acquire(target, {"_id": _LEASE}, token, seconds, {})

    def unlock(self, target: Target, token: str) -> None:
        """Releases the lease of the migrations, unless another runner holds it."""
        release(target, {"_id": _LEASE}, token)

    def _note(self, target: Target, fields: Document) -> None:
        self._checked({"_id": _SCHEMA, **fields})
        target.update_one({"_id": _SCHEMA}, {"$set": fields}, upsert=True)

    def _put(
        self, target: Target, name: str, checksum: str, status: str, finished_at: datetime | None
    ) -> None:
        fields: Document = {"checksum": checksum, "status": status, "finished_at": finished_at}
        started = self._clock()
        self._checked({"_id": name, "started_at": started, **fields})
        change = {"$set": fields, "$setOnInsert": {"started_at": started}}
        target.update_one({"_id": name}, change, upsert=True)
