"""The storage of the embedded MongoDB: stores of mongomock with write-through to one SQLite file."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import bson
from bson.errors import BSONError
from mongomock.helpers import hashdict
from mongomock.store import CollectionStore, DatabaseStore, ServerStore
from pymongo.errors import (
    DocumentTooLarge,
    DuplicateKeyError,
    PyMongoError,
)

from infra.local.database_file import damaged
from infra.local.hash_index import ABSENT, BsonDocument, HashIndex, equals
from infra.local.shared_database import DatabaseFile, SharedDatabase
from shared.errors import ConfigurationError

_SWEEP_SECONDS = 60.0
_MAX_BYTES = 16 * 1024 * 1024


class EmbeddedCollectionStore(CollectionStore):  # type: ignore[misc]
    """The documents of one collection, in memory and in the file."""

    def __init__(self, file: DatabaseFile, database: str, name: str, meta: BsonDocument | None) -> None:
        super().__init__(name)
        self._file = file
        self._database = database
        self._hashes: dict[str, HashIndex] = {}
        self._touched: dict[object, bytes] | None = None
        self._next_sweep = 0.0
        self.options: BsonDocument = {}
        if meta is not None:
            self._load(meta)

    def _load(self, meta: BsonDocument) -> None:
        self._is_force_created = True
        self.options = meta["options"]
        rows = self._file.connection.execute(
            "select body from documents where db = ? and name = ? order by rowid", (self._database, self.name)
        )
        # Row by row: the bodies of a large collection need not be in memory twice.
        for (body,) in rows:
            document = bson.decode(body)
            self._documents[_key(document["_id"])] = document
        for index in meta["indexes"]:
            definition = {key: value for key, value in index.items() if key != "name"}
            definition["key"] = [tuple(pair) for pair in definition["key"]]
            super().create_index(index["name"], definition)
            self._hash(index["name"], definition)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Runs one operation: its changes are in the file afterwards, or undone if it failed."""
        with self._file.transaction():
            outer, self._touched = self._touched, {}
            try:
                self._sweep()
                yield
                self._flush()
            except BaseException:
                self._restore(self._touched)
                raise
            finally:
                self._touched = outer

    def touch(self, identifier: object) -> None:
        """Records that a document is changed, created or deleted."""
        if self._touched is not None:
            self._touched[_key(identifier)] = bson.encode({"": identifier})

    def reindex(self, document: BsonDocument) -> None:
        """Updates the indexes for a changed document."""
        key = _key(document["_id"])
        for index in self._hashes.values():
            index.put(key, document)

    def is_taken(self, document: BsonDocument) -> bool:
        """Returns whether a unique index has another document with the same keys."""
        key = _key(document["_id"])
        return any(index.unique and index.taken(key, document) for index in self._hashes.values())

    def candidates(self, query: Mapping[str, Any]) -> list[BsonDocument]:
        """Returns the documents that may match, by ``_id`` or an index if the query allows it."""
        keys = self._keys_by_id(query.get("_id", ABSENT))
        if keys is None:
            found = [hit for index in self._hashes.values() if (hit := index.find(query)) is not None]
            if not found:
                return list(self._documents.values())
            keys = min(found, key=len)
        return [self._documents[key] for key in keys if key in self._documents]

    def _keys_by_id(self, condition: object) -> Sequence[object] | None:
        if isinstance(condition, Mapping) and set(condition) == {"$in"}:
            wanted = [equals(value) for value in condition["$in"]]
            return None if ABSENT in wanted else list(dict.fromkeys(map(_key, condition["$in"])))
        return None if equals(condition) is ABSENT else [_key(condition)]

    def _flush(self) -> None:
        assert self._touched is not None  # noqa: S101 - within writing()
        touched = self._touched
        self._file.touched.append(lambda: self._restore(touched))
        for key, identifier in touched.items():
            if key in self._documents:
                self.reindex(self._documents[key])
                body = bson.encode(self._documents[key])
                if len(body) > _MAX_BYTES:
                    raise DocumentTooLarge(f"a document may have at most {_MAX_BYTES} bytes")
                self._file.write(
                    "insert into documents values (?, ?, ?, ?)"
                    " on conflict (db, name, id) do update set body = excluded.body",
                    self._database,
                    self.name,
                    identifier,
                    body,
                )
            else:
                self._forget(key)
                self._file.write(
                    "delete from documents where db = ? and name = ? and id = ?",
                    self._database,
                    self.name,
                    identifier,
                )
        if touched and not self._is_force_created:
            self.create()

    def _restore(self, touched: Mapping[object, bytes]) -> None:
        for key, identifier in touched.items():
            rows = self._file.read(
                "select body from documents where db = ? and name = ? and id = ?",
                self._database,
                self.name,
                identifier,
            )
            if not rows:
                self._documents.pop(key, None)
                self._forget(key)
            else:
                self._documents[key] = bson.decode(rows[0][0])
                self.reindex(self._documents[key])

    def _forget(self, key: object) -> None:
        for index in self._hashes.values():
            index.remove(key)

    def _sweep(self) -> None:
        if self._ttl_indexes and time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + _SWEEP_SECONDS
            for index in self._ttl_indexes.values():
                self._expire(index["key"][0][0], index["expireAfterSeconds"])

    def _expire(self, field: str, seconds: int) -> None:
        limit = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=seconds)
        for key, document in tuple(self._documents.items()):
            moment = document.get(field)
            if isinstance(moment, datetime) and moment <= limit:
                del self[key]

    def save_meta(self) -> None:
        """Writes options and indexes to the file."""
        indexes = [{**definition, "name": name} for name, definition in self.indexes.items()]
        meta = bson.encode({"options": self.options, "indexes": indexes})
        with self._file.transaction():
            self._file.write(
                "insert or replace into collections values (?, ?, ?)", self._database, self.name, meta
            )

    def _hash(self, name: str, definition: Mapping[str, Any]) -> None:
        # A sparse or partial index does not contain every document, so it cannot serve lookups.
        index = HashIndex([field for field, _ in definition["key"]], bool(definition.get("unique")))
        for key, document in self._documents.items():
            if index.unique and index.taken(key, document):
                raise DuplicateKeyError("E11000 duplicate key error", 11000)
            index.put(key, document)
        self._hashes[name] = index

    def create(self) -> None:
        """Creates the empty collection."""
        super().create()
        self.save_meta()

    def drop(self) -> None:
        """Deletes the collection with its documents."""
        with self._file.transaction():
            super().drop()
            self._hashes = {}
            self.options = {}
            self._file.write("delete from documents where db = ? and name = ?", self._database, self.name)
            self._file.write("delete from collections where db = ? and name = ?", self._database, self.name)

    def create_index(self, index_name: str, index_dict: BsonDocument) -> None:
        """Adds an index.

        Raises:
            DuplicateKeyError: The index is unique, and documents have equal keys.
        """
        self._hash(index_name, index_dict)
        super().create_index(index_name, index_dict)
        self._is_force_created = True
        self.save_meta()

    def drop_index(self, index_name: str) -> None:
        """Removes an index."""
        super().drop_index(index_name)
        self._hashes.pop(index_name, None)
        self.save_meta()

    # mongomock acquires its own locks around these, and searches for expired documents in each of them.
    def _remove_expired_documents(self) -> None:
        return

    @property
    def documents(self) -> Iterator[BsonDocument]:
        """Yields nothing: mongomock reads it for unique indexes, which ``create_index`` checks."""
        return iter(())

    def __setitem__(self, key: object, document: BsonDocument) -> None:
        self.touch(document["_id"])
        self._documents[key] = document

    def __delitem__(self, key: object) -> None:
        self.touch(self._documents[key]["_id"])
        del self._documents[key]


class EmbeddedDatabaseStore(DatabaseStore):  # type: ignore[misc]
    """The collections of one database, read from the file when the database is opened."""

    def __init__(self, file: DatabaseFile, name: str) -> None:
        super().__init__()
        self._file = file
        self._name = name

    def __getitem__(self, name: str) -> EmbeddedCollectionStore:
        with self._file.lock:
            if name not in self._collections:
                rows = self._file.read(
                    "select meta from collections where db = ? and name = ?", self._name, name
                )
                meta = bson.decode(rows[0][0]) if rows else None
                self._collections[name] = EmbeddedCollectionStore(self._file, self._name, name, meta)
            return cast(EmbeddedCollectionStore, self._collections[name])

    def list_created_collection_names(self) -> list[str]:
        """Returns the names of existing collections."""
        with self._file.lock:
            rows = self._file.read("select name from collections where db = ? order by name", self._name)
            return [name for (name,) in rows]

    def load(self, path: Path) -> None:
        """Reads all collections, so that a damaged file is reported at the start and not by requests.

        Raises:
            ConfigurationError: The file is damaged.
        """
        try:
            for name in self.list_created_collection_names():
                self[name]
        except (BSONError, PyMongoError, sqlite3.Error, KeyError, TypeError, ValueError) as error:
            raise ConfigurationError(damaged(path)) from error


class EmbeddedServerStore(ServerStore):  # type: ignore[misc]
    """The databases of the file, which is opened on first use."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._shared = SharedDatabase.at(path)
        self._lock = threading.Lock()
        self.file: DatabaseFile | None = None

    def __getitem__(self, name: str) -> EmbeddedDatabaseStore:
        with self._lock:
            if self.file is None:
                self.file = self._shared.acquire(documents=True)
            if name not in self._databases:
                store = EmbeddedDatabaseStore(self.file, name)
                store.load(self._path)
                self._databases[name] = store
            return cast(EmbeddedDatabaseStore, self._databases[name])

    def close(self) -> None:
        """Closes the file, so that another process can open it."""
        with self._lock:
            if self.file is not None:
                self._shared.release(documents=True)
            self.file = None
            self._databases.clear()


def _key(identifier: object) -> object:
    return hashdict(identifier) if isinstance(identifier, dict) else identifier
