"""Runs pending migrations, one runner at a time, and reports the changes."""

import hashlib
import logging
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from shared.config.settings import Settings
from shared.data.migration.migration import Migration, Work, migration_of
from shared.data.migration.steps import (
    m0001_collections,
    m0002_starter_symbols,
    m0003_tracked_symbols,
    m0004_report_owners,
    m0005_candle_generations,
    m0006_conversation_titles,
)
from shared.data.mongo import Database, Mongo
from shared.data.repositories import Repositories
from shared.data.repositories.migrations_repository import MigrationRecord
from shared.data.retention import Retention
from shared.data.schema.collections import all_collections
from shared.data.schema.declaration import Collection
from shared.data.schema.manager import SchemaManager, SchemaReport
from shared.errors import AppError
from shared.runtime.clock import Clock

LOCK_SECONDS = 60.0
"""After which the lock of a runner that died is free."""

_RUN_SECONDS = 300.0
_log = logging.getLogger(__name__)

Status = Literal["applied", "unchanged", "planned", "locked"]


class MigrationError(AppError):
    """The migrations cannot run; the message names the migration and the reason."""


class MigrationChangedError(MigrationError):
    """A finished migration was edited."""


class LockLostError(MigrationError):
    """Another runner acquired the lock because this one did not renew it in time."""


@dataclass
class MigrationReport:
    """Result of a run.

    Attributes:
        status: ``applied``, ``unchanged`` (nothing to do), ``planned`` (a dry run with something to do), or
            ``locked`` (another runner is at work).
        applied: Finished migrations; in a dry run, migrations that would run.
        resumed: Those of them that an earlier run had started.
        changes: Changes made; in a dry run, changes that would be made.
        drift: Differences from the declared schema that were left as they are.
        warnings: Operations that the server refused.
    """

    status: Status = "unchanged"
    applied: list[str] = field(default_factory=list)
    resumed: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Returns the report as JSON values."""
        return asdict(self)

    def add(self, report: SchemaReport) -> None:
        """Adds the changes, drift and warnings of a schema report, each once."""
        for items, added in (
            (self.changes, report.changes),
            (self.drift, report.drift),
            (self.warnings, report.warnings),
        ):
            items.extend(item for item in added if item not in items)


Progress = Callable[[int, int, str], None]
"""Called with the number of finished migrations, the number of all, and the current step."""


def all_migrations() -> tuple[Migration, ...]:
    """Returns all migrations, ordered by number."""
    steps = (
        m0001_collections,
        m0002_starter_symbols,
        m0003_tracked_symbols,
        m0004_report_owners,
        m0005_candle_generations,
        m0006_conversation_titles,
    )
    return tuple(map(migration_of, steps))


def checksum_of(collections: Sequence[Collection]) -> str:
    """Returns a checksum of the declared collections. Any change of a field, index or TTL changes it."""
    return hashlib.sha256(repr(collections).encode()).hexdigest()


class MigrationRunner:
    """Runs the migrations of one database.

    Args:
        mongo: The database.
        settings: The configuration, for tracked symbols and retention.
        clock: The time, for the lock.
        migrations: Migrations to run; None for all.
        lock_seconds: Seconds until the lock expires if it is not renewed.
    """

    def __init__(
        self,
        mongo: Mongo,
        settings: Settings,
        clock: Clock,
        *,
        migrations: Sequence[Migration] | None = None,
        lock_seconds: float = LOCK_SECONDS,
    ) -> None:
        self._mongo = mongo
        self._settings = settings
        self._repositories = Repositories(mongo, clock)
        self._given = migrations
        self._lock_seconds = lock_seconds

    async def pending(self) -> list[str]:
        """Returns the names of the pending migrations, and ``schema`` if the declared schema has changed.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        return await self._mongo.run(self._not_done)

    async def run(self, dry_run: bool = False, progress: Progress = lambda *_: None) -> MigrationReport:
        """Runs the pending migrations; a second run changes nothing.

        Args:
            dry_run: Report the changes without making them.
            progress: Called before each step, in the thread of the run.

        Raises:
            MigrationChangedError: A finished migration was edited.
            LockLostError: Another runner acquired the lock.
            DependencyUnavailableError: The database does not answer.
        """
        report = await self._mongo.run(
            lambda database: self.run_blocking(database, dry_run, progress),
            seconds=_RUN_SECONDS,
            retry=False,
            prepared=False,
        )
        _log.info("migrations: %s, applied %s, drift %s", report.status, report.applied, report.drift)
        return report

    def run_blocking(
        self, database: Database, dry_run: bool = False, progress: Progress = lambda *_: None
    ) -> MigrationReport:
        """Runs the migrations in this thread; see :meth:`run`."""
        if dry_run:
            return self._plan(database)
        token = uuid.uuid4().hex
        target = database["schema_migrations"]
        if not self._repositories.migrations.lock(target, token, self._lock_seconds):
            return MigrationReport(
                status="locked", warnings=["another runner is at work: nothing was done here"]
            )
        try:
            return self._apply(database, token, progress)
        finally:
            self._repositories.migrations.unlock(target, token)

    def _not_done(self, database: Database) -> list[str]:
        records = self._records(database)
        names = [migration.name for migration in self._migrations()]
        missing = [name for name in names if name not in records or not records[name].done]
        noted = self._repositories.migrations.declared_checksum(database["schema_migrations"])
        changed = noted != checksum_of(self._schema(database).collections)
        return [*missing, "schema"] if changed else missing

    def _plan(self, database: Database) -> MigrationReport:
        report = MigrationReport()
        pending, resumed = self._pending(self._records(database))
        report.applied = [migration.name for migration in pending]
        report.resumed = resumed
        report.add(self._schema(database).apply(dry_run=True))
        report.status = "planned" if report.applied or report.changes else "unchanged"
        return report

    def _apply(self, database: Database, token: str, progress: Progress) -> MigrationReport:
        report = MigrationReport()
        pending, report.resumed = self._pending(self._records(database))
        target = database["schema_migrations"]
        migrations = self._repositories.migrations
        work = self._work(database, token)
        for done, migration in enumerate(pending):
            progress(done, len(pending), migration.name)
            work.tick()
            migrations.begin(target, migration.name, migration.checksum)
            self._take(database, migration.up(work), report)
            migrations.finish(target, migration.name, migration.checksum)
            report.applied.append(migration.name)
        progress(len(pending), len(pending), "schema")
        # What was declared since: new indexes, changed validators; and drift.
        self._take(database, work.schema.apply(tick=work.tick), report)
        migrations.note_declared(target, checksum_of(work.schema.collections))
        report.status = "applied" if report.applied or report.changes else "unchanged"
        return report

    def _take(self, database: Database, done: SchemaReport, report: MigrationReport) -> None:
        report.add(done)
        if done.forms:
            self._repositories.migrations.note_forms(database["schema_migrations"], done.forms)

    def _work(self, database: Database, token: str) -> Work:
        def tick() -> None:
            target = database["schema_migrations"]
            if not self._repositories.migrations.lock(target, token, self._lock_seconds):
                raise LockLostError("another runner has taken the lock of the migrations")

        return Work(database, self._schema(database), self._repositories, self._settings, tick)

    def _migrations(self) -> Sequence[Migration]:
        return all_migrations() if self._given is None else self._given

    def _schema(self, database: Database) -> SchemaManager:
        return SchemaManager(database, all_collections(Retention.of(self._settings)))

    def _records(self, database: Database) -> dict[str, MigrationRecord]:
        return self._repositories.migrations.records(database["schema_migrations"])

    def _pending(self, records: dict[str, MigrationRecord]) -> tuple[list[Migration], list[str]]:
        """Returns the migrations that are not finished, and the names of those that were started.

        Raises:
            MigrationChangedError: A finished migration was edited.
        """
        pending = []
        for migration in self._migrations():
            record = records.get(migration.name)
            if record is None or not record.done:
                pending.append(migration)
            elif record.checksum != migration.checksum:
                raise MigrationChangedError(
                    f"migration {migration.name} was changed after it ran: undo that, and write a new one"
                )
        return pending, [migration.name for migration in pending if migration.name in records]
