"""Applies the declared schema to a database as far as the server allows, and reports differences."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo.errors import OperationFailure

from shared.data.driver_errors import (
    INVALID_OPTIONS,
    NAMESPACE_EXISTS,
    NAMESPACE_NOT_FOUND,
    UNAUTHORIZED,
    code_of,
)
from shared.data.mongo import Database, Document
from shared.data.schema.declaration import Collection, Index, StorageForm

_DECISIVE = frozenset({18, 8000, 11, 91, 189, 11600, 11602, 10107, 13435})
"""Codes that say nothing about an option: sign-in failed, or the server is going away."""

_NO_TIME_SERIES = "time series are not available here: an ordinary collection is used"
_NO_VALIDATORS = "validators are not available here: documents are checked by the application alone"
_log = logging.getLogger(__name__)


@dataclass
class SchemaReport:
    """Result of applying the schema.

    Attributes:
        changes: Changes made; in a dry run, changes that would be made.
        drift: Differences from the declared schema that were left as they are.
        warnings: Operations that the server refused.
        forms: How each collection with a choice is stored.
    """

    changes: list[str] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    forms: dict[str, StorageForm] = field(default_factory=dict)

    def warn(self, message: str) -> None:
        """Adds a warning about a refused operation, once."""
        if message not in self.warnings:
            self.warnings.append(message)


class SchemaManager:
    """Creates and updates collections and indexes; running it again changes nothing.

    It asks for what is declared and goes on with less: a server without time series gets an ordinary
    collection, one that refuses a validator gets none (documents are checked before every write anyway), and
    a user that may not list collections is taken to have the declared ones.

    Args:
        database: The database.
        collections: The declared collections.
    """

    def __init__(self, database: Database, collections: Sequence[Collection]) -> None:
        self._database = database
        self.collections = collections
        self._logged: set[str] = set()

    def discover(self) -> dict[str, Document] | None:
        """Returns the existing collections by name, as the server lists them; None if not permitted."""
        try:
            return {item["name"]: item for item in self._list()}
        except OperationFailure as error:
            if code_of(error) != UNAUTHORIZED:
                raise
            return None

    def apply(self, *, dry_run: bool = False, tick: Callable[[], None] = lambda: None) -> SchemaReport:
        """Applies the declared schema.

        Args:
            dry_run: Report the changes without making them.
            tick: Called between collections, to renew a lock.
        """
        report = SchemaReport()
        found = self.discover()
        if found is None:
            report.warn(
                "listCollections is not permitted to this user: going on with the declared collections"
            )
        for collection in self.collections:
            tick()
            if found is None:
                self._settle_unseen(collection, report, dry_run)
            elif collection.name in found:
                self._settle_seen(collection, found[collection.name], report, dry_run)
            else:
                self._settle_new(collection, report, dry_run)
        for warning in report.warnings:
            if warning not in self._logged:
                self._logged.add(warning)
                _log.warning("schema: %s", warning)
        return report

    def replace_index(self, collection: str, index: Index) -> None:
        """Drops an index and creates it as declared: for a migration that changes one."""
        target = self._database[collection]
        if index.name in {item["name"] for item in target.list_indexes()}:
            target.drop_index(index.name)
        target.create_index(list(index.keys), **index.options())

    def _list(self) -> Iterator[Document]:
        # Not list_collection_names(): a restricted user may be allowed this and not that. A cursor belongs to
        # the session it was opened in, so all pages are read in one.
        with self._database.client.start_session() as session:
            answer = self._database.command("listCollections", session=session)
            while True:
                cursor = answer["cursor"]
                yield from cursor.get("firstBatch") or cursor.get("nextBatch") or ()
                if not cursor["id"]:
                    return
                namespace = cursor["ns"].partition(".")[2]
                answer = self._database.command(
                    "getMore", cursor["id"], collection=namespace, session=session
                )

    def _settle_new(self, collection: Collection, report: SchemaReport, dry_run: bool) -> None:
        report.changes.append(f"create collection {collection.name}")
        for index in collection.indexes:
            report.changes.append(f"create index {collection.name}.{index.name}")
        if dry_run:
            return
        form = self._create(collection, report) or "ordinary"
        self._note_form(collection, form, report)
        self._create_indexes(collection, collection.indexes_of(form), form, report)

    def _settle_seen(
        self, collection: Collection, found: Document, report: SchemaReport, dry_run: bool
    ) -> None:
        form: StorageForm = "time_series" if found.get("type") == "timeseries" else "ordinary"
        self._note_form(collection, form, report)
        options = found.get("options", {})
        if form == "ordinary":
            self._settle_validator(collection, options.get("validator"), report, dry_run)
        elif options.get("expireAfterSeconds") != collection.expire_after_seconds:
            report.changes.append(f"change expiry of {collection.name}")
            if not dry_run:
                self._set_series_expiry(collection, report)
        self._settle_indexes(collection, form, report, dry_run)

    def _set_series_expiry(self, collection: Collection, report: SchemaReport) -> None:
        expiry = collection.expire_after_seconds
        try:
            self._database.command(
                "collMod", collection.name, expireAfterSeconds="off" if expiry is None else expiry
            )
        except OperationFailure as error:
            self._excuse(error, f"the expiry of {collection.name} cannot be changed", report)

    def _settle_validator(
        self, collection: Collection, present: object, report: SchemaReport, dry_run: bool
    ) -> None:
        if present == collection.validator():
            return
        if dry_run and present is None:
            # Perhaps the server takes none, as it did before.
            report.warn(f"{collection.name} has no validator: one would be added")
        elif dry_run or self._set_validator(collection, report):
            report.changes.append(f"update validator of {collection.name}")

    def _settle_unseen(self, collection: Collection, report: SchemaReport, dry_run: bool) -> None:
        """Settles a collection for a user that may not list collections.

        An existing collection has at least the index on ``_id``.
        """
        present = {item["name"]: item for item in self._database[collection.name].list_indexes()}
        if not present:
            self._settle_new(collection, report, dry_run)
            return
        form = self._form_by_indexes(collection, present, dry_run)
        self._note_form(collection, form, report)
        if form == "ordinary" and not dry_run:
            # Whether it is there already cannot be seen: no change to speak of.
            self._set_validator(collection, report)
        elif form == "time_series" and not dry_run:
            self._set_series_expiry(collection, report)
        self._settle_indexes(collection, form, report, dry_run)

    def _note_form(self, collection: Collection, form: StorageForm, report: SchemaReport) -> None:
        if collection.time_series:
            report.forms[collection.name] = form

    def _create(self, collection: Collection, report: SchemaReport) -> StorageForm | None:
        """Creates a collection, as time series where the server supports it; returns None if it exists."""
        attempts: list[tuple[StorageForm, dict[str, Any], str]] = []
        if collection.time_series:
            series: dict[str, Any] = {"timeseries": collection.time_series.options()}
            if collection.expire_after_seconds is not None:
                series["expireAfterSeconds"] = collection.expire_after_seconds
            attempts.append(("time_series", series, _NO_TIME_SERIES))
        attempts.append(("ordinary", {"validator": collection.validator()}, _NO_VALIDATORS))
        for form, options, lacking in attempts:
            try:
                # check_exists would list the collections first, which may not be permitted.
                self._database.create_collection(collection.name, check_exists=False, **options)
            except OperationFailure as error:
                if code_of(error) == NAMESPACE_EXISTS:
                    return None
                self._excuse(error, lacking, report)
            else:
                return form
        return self._create_plain(collection, report)

    def _create_plain(self, collection: Collection, report: SchemaReport) -> StorageForm | None:
        try:
            self._database.create_collection(collection.name, check_exists=False)
        except OperationFailure as error:
            if code_of(error) == NAMESPACE_EXISTS:
                return None
            if code_of(error) != UNAUTHORIZED:
                raise
            report.warn(f"creating {collection.name} is not permitted to this user")
        return "ordinary"

    def _set_validator(self, collection: Collection, report: SchemaReport) -> bool:
        try:
            self._database.command("collMod", collection.name, validator=collection.validator())
        except OperationFailure as error:
            if code_of(error) == NAMESPACE_NOT_FOUND:
                return False
            self._excuse(error, _NO_VALIDATORS, report)
            return False
        return True

    def _form_by_indexes(
        self, collection: Collection, present: Mapping[str, Mapping[str, Any]], dry_run: bool
    ) -> StorageForm:
        """Returns the storage form by the unique index, which a time series refuses."""
        unique = next((index for index in collection.indexes if index.unique), None)
        if collection.time_series is None or unique is None:
            return "ordinary"
        if unique.name in present:
            return "ordinary" if present[unique.name].get("unique") else "time_series"
        if dry_run:
            return "ordinary"
        try:
            self._database[collection.name].create_index(list(unique.keys), **unique.options())
        except OperationFailure as error:
            if code_of(error) == INVALID_OPTIONS:
                return "time_series"
            if code_of(error) in _DECISIVE:
                raise
        return "ordinary"

    def _settle_indexes(
        self, collection: Collection, form: StorageForm, report: SchemaReport, dry_run: bool
    ) -> None:
        try:
            present = {item["name"]: item for item in self._database[collection.name].list_indexes()}
        except OperationFailure as error:
            self._excuse(error, f"the indexes of {collection.name} cannot be listed", report)
            return
        declared = collection.indexes_of(form)
        missing = [index for index in declared if index.name not in present]
        for index in declared:
            if index.name in present:
                self._compare(collection, index, present[index.name], form, report, dry_run)
        known = {index.name for index in declared}
        for name in sorted(present.keys() - known - {"_id_"}):
            if form == "ordinary":
                report.drift.append(f"index {collection.name}.{name} is not declared")
        if dry_run:
            report.changes.extend(f"create index {collection.name}.{index.name}" for index in missing)
        else:
            created = self._create_indexes(collection, missing, form, report)
            report.changes.extend(f"create index {collection.name}.{name}" for name in created)

    def _compare(
        self,
        collection: Collection,
        index: Index,
        present: Mapping[str, Any],
        form: StorageForm,
        report: SchemaReport,
        dry_run: bool,
    ) -> None:
        name = f"{collection.name}.{index.name}"
        unique = index.unique and form == "ordinary"
        same_keys = [(key, int(way)) for key, way in present["key"].items()] == list(index.keys)
        if not same_keys or bool(present.get("unique")) != unique:
            report.drift.append(f"index {name} differs from what is declared; a migration must replace it")
        elif present.get("expireAfterSeconds") != index.expire_after_seconds:
            report.changes.append(f"change expiry of index {name}")
            if not dry_run:
                self._set_expiry(collection, index, report)

    def _set_expiry(self, collection: Collection, index: Index, report: SchemaReport) -> None:
        change = {"name": index.name, "expireAfterSeconds": index.expire_after_seconds}
        try:
            self._database.command("collMod", collection.name, index=change)
        except OperationFailure as error:
            self._excuse(error, f"the expiry of {collection.name}.{index.name} cannot be changed", report)

    def _create_indexes(
        self, collection: Collection, indexes: Sequence[Index], form: StorageForm, report: SchemaReport
    ) -> list[str]:
        created = []
        for index in indexes:
            options = index.options()
            if form == "time_series":
                options.pop("unique", None)
            try:
                self._database[collection.name].create_index(list(index.keys), **options)
                created.append(index.name)
            except OperationFailure as error:
                # Duplicates, a conflict with an index of another name, or a kind the server lacks.
                self._excuse(error, None, report)
                report.drift.append(
                    f"index {collection.name}.{index.name} could not be created (code {code_of(error)})"
                )
        return created

    def _excuse(self, error: OperationFailure, message: str | None, report: SchemaReport) -> None:
        """Raises errors that do not concern the requested option; else notes the missing feature."""
        if code_of(error) in _DECISIVE or error.has_error_label("RetryableWriteError"):
            raise error
        if message:
            report.warn(f"{message} (code {code_of(error)})")


def storage_form(database: Database, name: str) -> StorageForm | None:
    """Returns the storage form of a collection that a migration recorded; None before the first one."""
    found: Any = database["schema_migrations"].find_one({"_id": "schema"}, {"forms": 1})
    form = (found or {}).get("forms", {}).get(name)
    return form if form in {"time_series", "ordinary"} else None
