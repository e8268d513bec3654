"""The embedded MongoDB: mongomock with write-through to SQLite.

mongomock implements queries and updates. This module adds durability (every write is in the file before it
returns; kill -9 loses nothing), thread safety, indexes for lookups and unique checks, and the parts of the
interface that the service uses and mongomock lacks (``listCollections``, ``collMod``, options of ``create``,
bulk writes of current drivers). It has no validators (the application validates documents before every
write), time series, sessions or transactions.
"""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from mongomock.collection import BulkOperationBuilder, Collection
from mongomock.database import Database
from mongomock.filtering import filter_applies
from mongomock.mongo_client import MongoClient as MongomockClient
from pymongo import MongoClient
from pymongo.errors import DuplicateKeyError, OperationFailure
from pymongo.results import BulkWriteResult

from infra.local.embedded_mongo_store import EmbeddedDatabaseStore, EmbeddedServerStore
from infra.local.hash_index import BsonDocument

FILE_NAME = "mongo.db"


def embedded_mongo(data_dir: str) -> "MongoClient[BsonDocument]":
    """Returns a client of the embedded database in ``<data_dir>/mongo.db``, which it opens on first use.

    Raises:
        ConfigurationError: (On first use) the file cannot be used.
    """
    return cast("MongoClient[BsonDocument]", EmbeddedClient(Path(data_dir) / FILE_NAME))


class EmbeddedClient(MongomockClient):  # type: ignore[misc]
    """The client of the embedded database."""

    def __init__(self, path: Path) -> None:
        super().__init__(tz_aware=True, _store=EmbeddedServerStore(path))
        self.place = f"embedded ({os.fspath(path)})"

    def get_database(self, name: str, **_options: object) -> "EmbeddedDatabase":
        """Returns a database of the file."""
        store = self._store[name]
        if name not in self._database_accesses:
            self._database_accesses[name] = EmbeddedDatabase(self, name, store)
        return cast(EmbeddedDatabase, self._database_accesses[name])

    def start_session(self, **_options: object) -> AbstractContextManager[None]:
        """Returns a placeholder for a session, which commands ignore."""
        return nullcontext()

    def close(self) -> None:
        """Closes the file."""
        self._store.close()
        self._database_accesses.clear()


class EmbeddedDatabase(Database):  # type: ignore[misc]
    """A database with commands that mongomock lacks."""

    def __init__(self, client: EmbeddedClient, name: str, store: EmbeddedDatabaseStore) -> None:
        super().__init__(client, name, _store=store, codec_options=client.codec_options)

    def get_collection(self, name: str, **_options: object) -> "EmbeddedCollection":
        """Returns a collection of the database."""
        if name not in self._collection_accesses:
            self._ensure_valid_collection_name(name)
            self._collection_accesses[name] = EmbeddedCollection(
                self, name=name, _db_store=self._store, codec_options=self._codec_options
            )
        return cast(EmbeddedCollection, self._collection_accesses[name])

    def create_collection(
        self, name: str, *, check_exists: bool = True, **options: object
    ) -> "EmbeddedCollection":
        """Creates a collection and stores its options.

        Raises:
            OperationFailure: The collection exists (48), or is a time series (115).
        """
        del check_exists  # The result is the same without a check.
        if "timeseries" in options:
            raise OperationFailure("time series are not supported by the embedded database", 115)
        if name in self._store.list_created_collection_names():
            raise OperationFailure(f"collection {name} already exists", 48)
        store = self._store[name]
        store.options = dict(options)
        store.create()
        return self.get_collection(name)

    def command(
        self, command: str | Mapping[str, Any], value: object = 1, session: None = None, **options: object
    ) -> BsonDocument:
        """Runs a command: ``ping``, ``hello``, ``listCollections``, ``collMod``.

        Raises:
            OperationFailure: The command (59) or the collection (26) does not exist.
        """
        del session
        if not isinstance(command, str):
            name, value = next(iter(command.items()))
            options = {key: item for key, item in command.items() if key != name}
        else:
            name = command
        match name:
            case "ping":
                return {"ok": 1.0}
            case "hello":
                return {"isWritablePrimary": True, "localTime": datetime.now(UTC), "ok": 1.0}
            case "listCollections":
                return {
                    "cursor": {"id": 0, "ns": f"{self.name}.$cmd", "firstBatch": self._listed()},
                    "ok": 1.0,
                }
            case "collMod":
                self._modify(str(value), options)
                return {"ok": 1.0}
        raise OperationFailure(f"no such command: {name}", 59)

    def _listed(self) -> list[BsonDocument]:
        names = self._store.list_created_collection_names()
        return [
            {"name": name, "type": "collection", "options": dict(self._store[name].options)} for name in names
        ]

    def _modify(self, name: str, options: Mapping[str, Any]) -> None:
        if name not in self._store.list_created_collection_names():
            raise OperationFailure(f"ns does not exist: {self.name}.{name}", 26)
        store = self._store[name]
        for key in ("validator", "validationLevel", "validationAction"):
            if key in options:
                store.options[key] = options[key]
        if "index" in options:
            change = options["index"]
            store.indexes[change["name"]]["expireAfterSeconds"] = change["expireAfterSeconds"]
        store.save_meta()


class _BulkBuilder(BulkOperationBuilder):  # type: ignore[misc]
    """Accepts the argument ``sort`` of drivers since 4.11, which mongomock does not know."""

    def add_update(self, *args: object, sort: object = None, **options: object) -> None:
        _refuse_sort(sort)
        super().add_update(*args, **options)

    def add_replace(self, *args: object, sort: object = None, **options: object) -> None:
        _refuse_sort(sort)
        super().add_replace(*args, **options)


def _refuse_sort(sort: object) -> None:
    if sort is not None:
        raise NotImplementedError("the embedded database does not support sort in bulk writes")


class EmbeddedCollection(Collection):  # type: ignore[misc]
    """A collection with durable, atomic writes."""

    @property
    def _lock(self) -> threading.RLock:
        return cast(threading.RLock, self._store._file.lock)

    def _insert(self, data: Any, session: None = None, ordered: bool = True) -> Any:  # noqa: ANN401
        with self._store.writing():
            return super()._insert(data, session, ordered)

    def _update(self, *args: Any, **options: Any) -> BsonDocument:  # noqa: ANN401
        with self._store.writing():
            return cast(BsonDocument, super()._update(*args, **options))

    def _delete(self, *args: Any, **options: Any) -> BsonDocument:  # noqa: ANN401
        with self._store.writing():
            return cast(BsonDocument, super()._delete(*args, **options))

    def _find_and_modify(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        with self._store.writing():
            return super()._find_and_modify(*args, **options)

    def bulk_write(
        self, requests: Sequence[Any], ordered: bool = True, **_options: object
    ) -> BulkWriteResult:
        """Executes writes in one transaction of the file; writes before a failure are kept."""
        builder = _BulkBuilder(self, ordered=ordered)
        for request in requests:
            request._add_to_bulk(builder)
        with self._store._file.transaction():
            return BulkWriteResult(builder.execute(), True)

    def create_index(self, *args: Any, **options: Any) -> str:  # noqa: ANN401
        """Creates an index; an existing identical index is kept."""
        with self._lock:
            return cast(str, super().create_index(*args, **options))

    def count_documents(self, *args: Any, **options: Any) -> int:  # noqa: ANN401
        """Returns the number of matching documents."""
        with self._lock:
            return cast(int, super().count_documents(*args, **options))

    def _get_dataset(
        self,
        spec: object,
        sort: object,
        fields: Any,  # noqa: ANN401 - a list, a mapping or nothing
        as_class: type,
    ) -> Iterator[BsonDocument]:
        # mongomock changes the projection that it receives.
        own = dict(fields) if isinstance(fields, Mapping) else fields
        with self._lock:
            return iter(list(super()._get_dataset(spec, sort, own, as_class)))

    def _iter_documents(self, filter: Mapping[str, Any]) -> Iterator[BsonDocument]:  # noqa: A002 - mongomock's name
        store = self._store
        if not store._documents:
            # Rejects an invalid query also on an empty collection.
            filter_applies(filter, {})
        for document in store.candidates(filter):
            if filter_applies(filter, document):
                store.touch(document["_id"])
                yield document

    def _ensure_uniques(self, new_data: BsonDocument) -> None:
        if self._store.is_taken(new_data):
            raise DuplicateKeyError("E11000 duplicate key error", 11000)
        self._store.reindex(new_data)
