"""Updates, upserts, projections, sorts and pipelines, computed by mongomock on copies of documents."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import bson
import mongomock
from bson import ObjectId
from mongomock import aggregate
from mongomock.collection import Collection as MockCollection
from mongomock.store import DatabaseStore

from tests.support.mongo_server.errors import ServerError
from tests.support.mongo_server.values import MISSING, Document, canonical, equality_operand, values_at

_MODIFIERS = frozenset(
    {"$set", "$unset", "$inc", "$mul", "$min", "$max", "$rename", "$setOnInsert", "$currentDate"}
    | {"$push", "$pull", "$pullAll", "$pop", "$addToSet"}
)
_database: Any = mongomock.MongoClient()["scratch"]


def updated(document: Document, condition: Document, update: Any) -> Document | None:
    """Returns the document after an update; None if the update changes nothing.

    Raises:
        ServerError: The update is malformed or changes the ``_id``.
    """
    if is_replacement(update):
        if "_id" in update and canonical(update["_id"]) != canonical(document["_id"]):
            raise ServerError(66, "the (immutable) field '_id' was found to have been altered")
        changed = {"_id": document["_id"], **update}
    else:
        scratch = _collection_of([copy.deepcopy(document)])
        # The condition matters only for the positional operator; otherwise the document is chosen already.
        scratch._update(
            condition if ".$" in str(update) else {"_id": document["_id"]},
            _with_products(update, document),
            False,
            False,
            False,
            None,
            None,
            None,
        )
        changed = _only(scratch)
    return None if bson.encode(changed) == bson.encode(document) else changed


def upserted(condition: Document, update: Any) -> Document:
    """Returns the document that an upsert inserts."""
    if is_replacement(update):
        given = equality_operand(condition["_id"]) if "_id" in condition else MISSING
        own_id = update.get("_id", ObjectId() if given is MISSING else given)
        return {"_id": own_id, **{name: value for name, value in update.items() if name != "_id"}}
    scratch = _collection_of([])
    scratch._update(_equalities(condition), update, True, False, False, None, None, None)
    document = _only(scratch)
    return {"_id": document["_id"], **{name: value for name, value in document.items() if name != "_id"}}


def is_replacement(update: Any) -> bool:
    """Returns whether an update replaces the document.

    Raises:
        ServerError: The update mixes fields and modifiers, or has an unknown modifier.
    """
    if not isinstance(update, dict):
        return False
    modifiers = [name for name in update if name.startswith("$")]
    if not modifiers:
        return True
    if len(modifiers) < len(update):
        raise ServerError(9, "the update mixes modifiers and fields")
    for name in modifiers:
        if name not in _MODIFIERS:
            raise ServerError(9, f"Unknown modifier: {name}")
    return False


def projected(documents: Sequence[Document], projection: Mapping[str, Any] | None) -> list[Document]:
    """Returns the documents reduced to a projection."""
    if not projection:
        return list(documents)
    if _names_whole_fields(projection):
        # As a server does it: fast. The general way copies each document twice.
        names = projection.keys() | {"_id"} if projection.get("_id", 1) else projection.keys() - {"_id"}
        return [{name: value for name, value in document.items() if name in names} for document in documents]
    return list(_collection_of(documents).find({}, projection))


def _names_whole_fields(projection: Mapping[str, Any]) -> bool:
    """Returns whether a projection does no more than to name the fields to include."""
    others = [value for name, value in projection.items() if name != "_id"]
    return (
        bool(others) and all(value == 1 for value in others) and not any("." in name for name in projection)
    )


def in_order(documents: list[Document], sort: Mapping[str, Any] | None) -> list[Document]:
    """Returns the documents sorted."""
    return list(aggregate._handle_sort_stage(documents, None, sort)) if sort else documents


def through_pipeline(documents: Sequence[Document], pipeline: Sequence[Document]) -> list[Document]:
    """Returns what an aggregation pipeline makes of the documents."""
    return list(aggregate.process_pipeline(copy.deepcopy(list(documents)), _database, list(pipeline), None))


def _collection_of(documents: Sequence[Document]) -> Any:
    collection = MockCollection(_database, "scratch", DatabaseStore())
    for number, document in enumerate(documents):
        collection._store._documents[number] = document
    return collection


def _only(collection: Any) -> Document:
    document: Document = next(iter(collection._store._documents.values()))
    return document


def _with_products(update: Any, document: Document) -> Any:
    """Replaces ``$mul``, which mongomock does not have, by ``$set``."""
    if not isinstance(update, dict) or "$mul" not in update:
        return update
    products = {
        path: next((item for item in values_at(document, path) if item is not MISSING), 0) * factor
        for path, factor in update["$mul"].items()
    }
    others = {name: operand for name, operand in update.items() if name != "$mul"}
    return {**others, "$set": {**others.get("$set", {}), **products}}


def _equalities(condition: Mapping[str, Any]) -> Document:
    found: Document = {}
    for name, operand in condition.items():
        if name == "$and":
            for part in operand:
                found.update(_equalities(part))
        elif not name.startswith("$"):
            if not (isinstance(operand, dict) and any(key.startswith("$") for key in operand)):
                found[name] = operand
            elif "$eq" in operand:
                found[name] = operand["$eq"]
    return found
