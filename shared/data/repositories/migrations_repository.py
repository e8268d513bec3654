"""Which migrations ran, and the lock that lets one runner work at a time.

The methods are blocking: a migration runs as one piece of work in a thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.data.document_lease import acquire, release
from shared.data.mongo import Document
from shared.data.repositories.repository import Repository, Target
from shared.data.schema.collections import SCHEMA_MIGRATIONS
from shared.data.schema.declaration import StorageForm

_LEASE = "lease"
_SCHEMA = "schema"
_MAX = 1_000


@dataclass(frozen=True)
class MigrationRecord:
    """A migration that ran, or is running.

    Attributes:
        name: Number and name.
        checksum: Of what ran.
        done: Whether it came to its end.
    """

    name: str
    checksum: str
    done: bool


class MigrationRepository(Repository):
    """The collection ``schema_migrations``."""

    declared = SCHEMA_MIGRATIONS

    async def applied(self) -> list[str]:
        """The names of the migrations that are done, in order."""
        records = await self._run(self.records)
        return sorted(record.name for record in records.values() if record.done)

    def records(self, target: Target) -> dict[str, MigrationRecord]:
        """What ran, by name."""
        found = target.find({"_id": {"$regex": "^[0-9]"}}).sort("_id", 1).limit(_MAX)
        return {
            item["_id"]: MigrationRecord(item["_id"], item["checksum"], item["status"] == "done")
            for item in found
        }

    def begin(self, target: Target, name: str, checksum: str) -> None:
        """Notes that a migration begins."""
        self._put(target, name, checksum, "running", None)

    def finish(self, target: Target, name: str, checksum: str) -> None:
        """Notes that a migration is done."""
        self._put(target, name, checksum, "done", self._clock())

    def note_forms(self, target: Target, forms: Mapping[str, StorageForm]) -> bool:
        """Notes how collections are stored; whether that was not known."""
        noted = target.find_one({"_id": _SCHEMA}) or {}
        if noted.get("forms") == forms:
            return False
        self._note(target, {"forms": dict(forms)})
        return True

    def note_declared(self, target: Target, checksum: str) -> None:
        """Notes what the database was brought to."""
        if self.declared_checksum(target) != checksum:
            self._note(target, {"checksum": checksum})

    def declared_checksum(self, target: Target) -> str | None:
        """Of what the database was brought to; None before the first run came to its end."""
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
