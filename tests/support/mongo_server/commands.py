"""The commands of the server."""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Collection as AnyCollection
from datetime import UTC, datetime
from typing import Any, Final

from bson import Int64, ObjectId
from mongomock.filtering import filter_applies
from pymongo.errors import PyMongoError

from tests.support.mongo_server.errors import ServerError
from tests.support.mongo_server.operations import in_order, projected, through_pipeline, updated, upserted
from tests.support.mongo_server.storage import MAX_DOCUMENT_BYTES, Collection, duplicate_key
from tests.support.mongo_server.validators import accepts
from tests.support.mongo_server.values import MISSING, Document, canonical, values_at

_COLLECTION_OPTIONS: Final = (
    "validator",
    "validationLevel",
    "validationAction",
    "timeseries",
    "expireAfterSeconds",
)
_FIRST_BATCH: Final = 101
_ID_INDEX: Final = {"v": 2, "key": {"_id": 1}, "name": "_id_"}


class Commands:
    """Executes commands, one at a time.

    Args:
        unsupported: Options of collections that are refused (code 115): ``timeseries``, ``validator``.
        denied: Commands, in lower case, that are not authorized (code 13).
    """

    def __init__(self, unsupported: AnyCollection[str] = (), denied: AnyCollection[str] = ()) -> None:
        self._unsupported = frozenset(unsupported)
        self._denied = frozenset(denied)
        self._lock = threading.Lock()
        self._collections: dict[str, Collection] = {}
        self._cursors: dict[int, tuple[str, list[Document]]] = {}
        self._cursor_ids = itertools.count(1_000_000)
        self._commands: Mapping[str, Callable[[str, Document], Document]] = {
            "hello": self._hello,
            "ismaster": self._hello,
            "ping": lambda *_: {},
            "buildinfo": lambda *_: {"version": "7.0.0", "versionArray": [7, 0, 0, 0]},
            "endsessions": lambda *_: {},
            "killcursors": self._kill_cursors,
            "listcollections": self._list_collections,
            "create": self._create,
            "collmod": self._coll_mod,
            "drop": self._drop,
            "dropdatabase": self._drop_database,
            "createindexes": self._create_indexes,
            "listindexes": self._list_indexes,
            "dropindexes": self._drop_indexes,
            "insert": self._insert,
            "update": self._update,
            "delete": self._delete,
            "findandmodify": self._find_and_modify,
            "find": self._find,
            "getmore": self._get_more,
            "count": self._count,
            "distinct": self._distinct,
            "aggregate": self._aggregate,
        }

    def run(self, body: Document) -> Document:
        """Executes one command and returns its reply; an error is a reply as well."""
        name, database = next(iter(body)), body.get("$db", "test")
        try:
            command = self._commands.get(name.lower())
            if command is None:
                raise ServerError(59, f"no such command: '{name}'")
            if name.lower() in self._denied:
                raise ServerError(13, f"not authorized on {database} to execute command {name}")
            if "startTransaction" in body or "autocommit" in body:
                raise ServerError(20, "Transactions are only allowed on a replica set member or mongos")
            with self._lock:
                reply = command(database, body)
        except ServerError as error:
            return error.reply()
        except (PyMongoError, NotImplementedError, ValueError, TypeError, KeyError) as error:
            return _as_server_error(error).reply()
        return {**reply, "ok": 1.0}

    # Connection and cursors

    def _hello(self, _database: str, _body: Document) -> Document:
        return {
            "isWritablePrimary": True,
            "ismaster": True,
            "helloOk": True,
            "maxBsonObjectSize": MAX_DOCUMENT_BYTES,
            "maxMessageSizeBytes": 48_000_000,
            "maxWriteBatchSize": 100_000,
            "localTime": datetime.now(UTC),
            "minWireVersion": 0,
            "maxWireVersion": 21,
            "readOnly": False,
            "logicalSessionTimeoutMinutes": 30,
        }

    def _kill_cursors(self, _database: str, body: Document) -> Document:
        killed = [number for number in body["cursors"] if self._cursors.pop(int(number), None) is not None]
        return {"cursorsKilled": killed, "cursorsNotFound": [], "cursorsAlive": [], "cursorsUnknown": []}

    def _get_more(self, _database: str, body: Document) -> Document:
        number = int(body["getMore"])
        if number not in self._cursors:
            raise ServerError(43, f"cursor id {number} not found")
        namespace, documents = self._cursors.pop(number)
        size = body.get("batchSize") or 1000
        batch, remaining = documents[:size], documents[size:]
        if remaining:
            self._cursors[number] = (namespace, remaining)
        return {"cursor": {"id": Int64(number if remaining else 0), "ns": namespace, "nextBatch": batch}}

    def _first_batch(self, namespace: str, documents: list[Document], size: int | None) -> Document:
        size = _FIRST_BATCH if size is None else size
        batch, remaining = documents[:size], documents[size:]
        number = next(self._cursor_ids) if remaining else 0
        if remaining:
            self._cursors[number] = (namespace, remaining)
        return {"cursor": {"id": Int64(number), "ns": namespace, "firstBatch": batch}}

    # Collections and indexes

    def _existing(self, database: str, name: str) -> Collection:
        namespace = f"{database}.{name}"
        if namespace not in self._collections:
            raise ServerError(26, f"ns does not exist: {namespace}")
        return self._collections[namespace]

    def _created(self, database: str, name: str) -> Collection:
        namespace = f"{database}.{name}"
        return self._collections.setdefault(namespace, Collection(namespace))

    def _matching(self, database: str, name: str, condition: Document | None) -> list[Document]:
        collection = self._collections.get(f"{database}.{name}")
        return [] if collection is None else collection.matching(condition or {})

    def _list_collections(self, database: str, body: Document) -> Document:
        entries = []
        for namespace, collection in sorted(self._collections.items()):
            if namespace.partition(".")[0] != database:
                continue
            kind = "timeseries" if collection.is_time_series else "collection"
            entry = {
                "name": namespace.partition(".")[2],
                "type": kind,
                "options": collection.options,
                "info": {"readOnly": False, "uuid": collection.uuid},
            }
            if not body.get("filter") or filter_applies(body["filter"], entry):
                entries.append(entry)
        return {"cursor": {"id": Int64(0), "ns": f"{database}.$cmd.listCollections", "firstBatch": entries}}

    def _create(self, database: str, body: Document) -> Document:
        namespace = f"{database}.{body['create']}"
        options: Document = {name: body[name] for name in _COLLECTION_OPTIONS if name in body}
        self._refuse_unsupported(options)
        if "timeseries" in options:
            options["timeseries"] = {"granularity": "seconds", **options["timeseries"]}
        elif "expireAfterSeconds" in options:
            raise ServerError(72, "'expireAfterSeconds' is only supported on time-series collections")
        if "validator" in options:
            options = {"validationLevel": "strict", "validationAction": "error", **options}
            accepts(options["validator"], {})
        existing = self._collections.get(namespace)
        if existing is None:
            self._collections[namespace] = Collection(namespace, options)
        elif existing.options != options:
            raise ServerError(48, f"Collection {namespace} already exists.")
        return {}

    def _coll_mod(self, database: str, body: Document) -> Document:
        self._refuse_unsupported(body)
        collection = self._existing(database, body["collMod"])
        for name in _COLLECTION_OPTIONS:
            if name in body and name != "timeseries":
                collection.options[name] = body[name]
        if "index" in body:
            changed = body["index"]
            for index in collection.indexes.values():
                if index.spec["name"] == changed.get("name") or index.spec["key"] == changed.get(
                    "keyPattern"
                ):
                    index.spec["expireAfterSeconds"] = changed["expireAfterSeconds"]
        return {}

    def _refuse_unsupported(self, options: Mapping[str, Any]) -> None:
        for option in self._unsupported & options.keys():
            raise ServerError(115, f"'{option}' is not supported")

    def _drop(self, database: str, body: Document) -> Document:
        self._collections.pop(f"{database}.{body['drop']}", None)
        return {}

    def _drop_database(self, database: str, _body: Document) -> Document:
        for namespace in [name for name in self._collections if name.partition(".")[0] == database]:
            del self._collections[namespace]
        return {"dropped": database}

    def _create_indexes(self, database: str, body: Document) -> Document:
        collection = self._created(database, body["createIndexes"])
        before = len(collection.indexes) + 1
        for given in body["indexes"]:
            spec = {"v": 2, **given}
            if list(spec["key"]) != ["_id"] and not _is_present(collection, spec):
                if collection.is_time_series and spec.get("unique"):
                    raise ServerError(72, "Unique indexes are not supported on time-series collections")
                collection.add_index(spec)
        return {"numIndexesBefore": before, "numIndexesAfter": len(collection.indexes) + 1}

    def _list_indexes(self, database: str, body: Document) -> Document:
        collection = self._existing(database, body["listIndexes"])
        specs = [_ID_INDEX, *(index.spec for index in collection.indexes.values())]
        return {"cursor": {"id": Int64(0), "ns": collection.namespace, "firstBatch": specs}}

    def _drop_indexes(self, database: str, body: Document) -> Document:
        collection = self._existing(database, body["dropIndexes"])
        before = len(collection.indexes) + 1
        if body["index"] == "*":
            collection.indexes.clear()
        elif collection.indexes.pop(body["index"], None) is None:
            raise ServerError(27, f"index not found with name [{body['index']}]")
        return {"nIndexesWas": before}

    # Writes

    def _insert(self, database: str, body: Document) -> Document:
        collection = self._created(database, body["insert"])

        def insert(_number: int, given: Document) -> int:
            own_id = given.get("_id", MISSING)
            document = {"_id": ObjectId() if own_id is MISSING else own_id, **given}
            if collection.has_id(document["_id"]) and not collection.is_time_series:
                raise duplicate_key(collection.namespace, _ID_INDEX, document)
            collection.put(document)
            return 1

        count, errors = _each(body["documents"], insert, ordered=body.get("ordered", True))
        return {"n": count, **errors}

    def _update(self, database: str, body: Document) -> Document:
        collection = self._created(database, body["update"])
        modified: list[Document] = []
        upserts: list[Document] = []

        def update(number: int, operation: Document) -> int:
            _refuse_time_series(collection)
            condition, change = operation["q"], operation["u"]
            documents = in_order(collection.matching(condition), operation.get("sort"))
            if not operation.get("multi"):
                documents = documents[:1]
            if not documents and operation.get("upsert"):
                document = _insert_upsert(collection, condition, change)
                upserts.append({"index": number, "_id": document["_id"]})
                return 1
            modified.extend(
                document
                for document in documents
                if _apply(collection, document, condition, change) is not None
            )
            return len(documents)

        count, errors = _each(body["updates"], update, ordered=body.get("ordered", True))
        reply = {"n": count, "nModified": len(modified), **errors}
        return {**reply, "upserted": upserts} if upserts else reply

    def _delete(self, database: str, body: Document) -> Document:
        collection = self._created(database, body["delete"])

        def delete(_number: int, operation: Document) -> int:
            documents = collection.matching(operation["q"])
            if operation.get("limit"):
                documents = documents[:1]
            for document in documents:
                collection.remove(document)
            return len(documents)

        count, errors = _each(body["deletes"], delete, ordered=body.get("ordered", True))
        return {"n": count, **errors}

    def _find_and_modify(self, database: str, body: Document) -> Document:
        collection = self._created(database, next(iter(body.values())))
        _refuse_time_series(collection)
        condition = body.get("query") or {}
        documents = in_order(collection.matching(condition), body.get("sort"))[:1]
        result: Document | None = documents[0] if documents else None
        outcome: Document = {"n": len(documents), "updatedExisting": bool(documents)}
        if body.get("remove"):
            for document in documents:
                collection.remove(document)
        elif documents:
            _apply(collection, documents[0], condition, body["update"])
            result = collection.by_id(documents[0]["_id"]) if body.get("new") else documents[0]
        elif body.get("upsert"):
            document = _insert_upsert(collection, condition, body["update"])
            result = collection.by_id(document["_id"]) if body.get("new") else None
            outcome = {"n": 1, "updatedExisting": False, "upserted": document["_id"]}
        value = None if result is None else projected([result], body.get("fields"))[0]
        return {"value": value, "lastErrorObject": outcome}

    # Reads

    def _find(self, database: str, body: Document) -> Document:
        documents = in_order(self._matching(database, body["find"], body.get("filter")), body.get("sort"))
        documents = documents[body.get("skip", 0) :]
        if limit := abs(body.get("limit") or 0):
            documents = documents[:limit]
        documents = projected(documents, body.get("projection"))
        size = len(documents) if body.get("singleBatch") else body.get("batchSize")
        return self._first_batch(f"{database}.{body['find']}", documents, size)

    def _count(self, database: str, body: Document) -> Document:
        count = max(0, len(self._matching(database, body["count"], body.get("query"))) - body.get("skip", 0))
        return {"n": min(count, body["limit"]) if body.get("limit") else count}

    def _distinct(self, database: str, body: Document) -> Document:
        values: dict[Any, Any] = {}
        for document in self._matching(database, body["distinct"], body.get("query")):
            for value in values_at(document, body["key"]):
                if value is not MISSING and not isinstance(value, list):
                    values.setdefault(canonical(value), value)
        return {"values": list(values.values())}

    def _aggregate(self, database: str, body: Document) -> Document:
        pipeline = list(body["pipeline"])
        condition = pipeline.pop(0)["$match"] if pipeline and "$match" in pipeline[0] else {}
        documents = self._matching(database, body["aggregate"], condition)
        # MongoDB groups nothing into no group; mongomock into one.
        results = through_pipeline(documents, pipeline) if documents else []
        size = (body.get("cursor") or {}).get("batchSize")
        return self._first_batch(f"{database}.{body['aggregate']}", results, size)


def _each(
    items: Sequence[Document], write: Callable[[int, Document], int], *, ordered: bool
) -> tuple[int, Document]:
    """Applies a write to each item; returns the sum of its results, and the errors."""
    count = 0
    errors: list[Document] = []
    for number, item in enumerate(items):
        try:
            count += write(number, item)
        except ServerError as error:
            errors.append(error.write_error(number))
        except (PyMongoError, NotImplementedError, ValueError, TypeError, KeyError) as error:
            errors.append(_as_server_error(error).write_error(number))
        if errors and ordered:
            break
    return count, {"writeErrors": errors} if errors else {}


def _as_server_error(error: Exception) -> ServerError:
    if isinstance(error, NotImplementedError):
        return ServerError(238, f"not supported by the test server: {error}")
    code = getattr(error, "code", None)
    return ServerError(code if isinstance(code, int) else 2, f"{type(error).__name__}: {error}")


def _apply(collection: Collection, document: Document, condition: Document, change: Any) -> Document | None:
    changed = updated(document, condition, change)
    if changed is not None:
        collection.put(changed, document)
    return changed


def _insert_upsert(collection: Collection, condition: Document, change: Any) -> Document:
    document = upserted(condition, change)
    if collection.has_id(document["_id"]):
        raise duplicate_key(collection.namespace, _ID_INDEX, document)
    collection.put(document)
    return document


def _refuse_time_series(collection: Collection) -> None:
    if collection.is_time_series:
        raise ServerError(72, "Cannot perform a non-multi update or an upsert on a time-series collection")


def _is_present(collection: Collection, spec: Document) -> bool:
    """Returns whether the index exists already.

    Raises:
        ServerError: An index of that name or key exists with another definition.
    """
    same_name = collection.indexes.get(spec["name"])
    if same_name is not None:
        existing = same_name.spec
        if list(existing["key"].items()) != list(spec["key"].items()) or any(
            bool(existing.get(option)) != bool(spec.get(option)) for option in ("unique", "sparse")
        ):
            raise ServerError(86, f"An index of the same name exists with another key: {spec['name']}")
        if existing.get("expireAfterSeconds") != spec.get("expireAfterSeconds"):
            raise ServerError(85, f"The index {spec['name']} exists with different options")
        return True
    for index in collection.indexes.values():
        if list(index.spec["key"].items()) == list(spec["key"].items()) and index.partial == spec.get(
            "partialFilterExpression"
        ):
            raise ServerError(85, f"Index already exists with a different name: {index.spec['name']}")
    return False
