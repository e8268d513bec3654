"""Collections in memory, with their indexes."""

import itertools
from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import bson
from bson.codec_options import CodecOptions
from mongomock.filtering import filter_applies

from shared.runtime.clock import Clock, utc_now
from tests.support.mongo_server.errors import ServerError
from tests.support.mongo_server.validators import accepts
from tests.support.mongo_server.values import MISSING, Document, canonical, equality_operand, values_at

CODEC: Final[CodecOptions[Document]] = CodecOptions(document_class=dict)
MAX_DOCUMENT_BYTES: Final = 16 * 1024 * 1024


class Index:
    """One index: the canonical ids of documents by key."""

    def __init__(self, spec: Document) -> None:
        self.spec = spec
        self.fields = tuple(spec["key"])
        self.unique = bool(spec.get("unique"))
        self.partial: Document | None = spec.get("partialFilterExpression")
        self.sparse = bool(spec.get("sparse"))
        self._ids: dict[Hashable, dict[Hashable, None]] = {}
        self._ids_by_first: dict[Hashable, dict[Hashable, None]] = {}

    def keys_of(self, document: Document) -> set[tuple[Hashable, ...]]:
        """Returns the keys under which a document is indexed."""
        if self.partial and not filter_applies(self.partial, document):
            return set()
        values = [values_at(document, field) for field in self.fields]
        if self.sparse and all(all(item is MISSING for item in found) for found in values):
            return set()
        columns = [[canonical(None if item is MISSING else item) for item in found] for found in values]
        return set(itertools.product(*columns))

    def conflicts(self, document: Document, own_id: Hashable) -> bool:
        """Returns whether another document has one of the keys, and the index is unique."""
        return self.unique and any(
            any(other != own_id for other in self._ids.get(key, ())) for key in self.keys_of(document)
        )

    def add(self, document: Document, own_id: Hashable) -> None:
        """Indexes a document."""
        for key in self.keys_of(document):
            self._ids.setdefault(key, {})[own_id] = None
            self._ids_by_first.setdefault(key[0], {})[own_id] = None

    def remove(self, document: Document, own_id: Hashable) -> None:
        """Removes a document from the index."""
        for key in self.keys_of(document):
            for table, name in ((self._ids, key), (self._ids_by_first, key[0])):
                ids = table.get(name, {})
                ids.pop(own_id, None)
                if not ids:
                    table.pop(name, None)

    def candidates(self, condition: Mapping[str, Any]) -> dict[Hashable, None] | None:
        """Returns the ids that an equality on the index's fields leaves; None if it does not apply."""
        if self.sparse or self.partial:
            return None
        operands = [
            equality_operand(condition[name]) if name in condition else MISSING for name in self.fields
        ]
        if all(operand is not MISSING for operand in operands):
            return self._ids.get(tuple(canonical(operand) for operand in operands), {})
        if operands[0] is not MISSING:
            return self._ids_by_first.get(canonical(operands[0]), {})
        return None


class Collection:
    """One collection.

    Args:
        namespace: ``database.collection``.
        options: The options of its ``create`` command.
        clock: Tells what has expired.
    """

    def __init__(self, namespace: str, options: Document | None = None, clock: Clock = utc_now) -> None:
        self.namespace = namespace
        self._clock = clock
        self.options: Document = options or {}
        self.indexes: dict[str, Index] = {}
        self.uuid = bson.Binary(bson.ObjectId().binary + b"\0\0\0\0", 4)
        self._documents: dict[Hashable, Document] = {}
        # No document has an earlier moment in the field: only when that is due is there something to remove.
        self._earliest: dict[str, datetime] = {}

    def __len__(self) -> int:
        return len(self._documents)

    @property
    def is_time_series(self) -> bool:
        """Whether the restrictions of time-series collections apply."""
        return "timeseries" in self.options

    def has_id(self, value: Any) -> bool:
        """Returns whether a document has the ``_id``."""
        return canonical(value) in self._documents

    def by_id(self, value: Any) -> Document:
        """Returns the document with the ``_id``."""
        return self._documents[canonical(value)]

    def put(self, document: Document, replaced: Document | None = None) -> None:
        """Stores a document as BSON keeps it.

        Raises:
            ServerError: It is too large, invalid, or violates a unique index.
        """
        body = bson.encode(document)
        if len(body) > MAX_DOCUMENT_BYTES:
            raise ServerError(10334, "object to insert too large")
        self._validate(document, replaced)
        stored: Document = bson.decode(body, CODEC)
        own_id = canonical(stored["_id"])
        for index in self.indexes.values():
            if index.conflicts(stored, own_id):
                raise duplicate_key(self.namespace, index.spec, stored)
        if replaced is not None:
            self._unindex(replaced)
        for index in self.indexes.values():
            index.add(stored, own_id)
        for field, earliest in self._earliest.items():
            self._earliest[field] = min([earliest, *moments_at(stored, field)])
        self._documents[own_id] = stored

    def remove(self, document: Document) -> None:
        """Deletes a document."""
        self._unindex(document)
        self._documents.pop(canonical(document["_id"]), None)

    def add_index(self, spec: Document) -> None:
        """Builds an index over the stored documents.

        Raises:
            ServerError: The index is unique and two documents have one key.
        """
        index = Index(spec)
        for own_id, document in self._documents.items():
            if index.conflicts(document, own_id):
                raise duplicate_key(self.namespace, spec, document)
            index.add(document, own_id)
        self.indexes[spec["name"]] = index

    def matching(self, condition: Mapping[str, Any]) -> list[Document]:
        """Returns the documents that match a filter, after removing what has expired."""
        self._expire()
        candidates = self._candidates(condition)
        return [document for document in candidates if filter_applies(condition, document)]

    def _validate(self, document: Document, replaced: Document | None) -> None:
        series = self.options.get("timeseries")
        if series and not isinstance(document.get(series["timeField"]), datetime):
            raise ServerError(2, f"'{series['timeField']}' must contain a valid BSON UTC datetime")
        validator = self.options.get("validator")
        level = self.options.get("validationLevel", "strict")
        if not validator or level == "off" or self.options.get("validationAction", "error") != "error":
            return
        if accepts(validator, document):
            return
        if level == "moderate" and replaced is not None and not accepts(validator, replaced):
            return
        details = {
            "failingDocumentId": document.get("_id"),
            "details": {"operatorName": next(iter(validator))},
        }
        raise ServerError(121, "Document failed validation", errInfo=details)

    def _unindex(self, document: Document) -> None:
        own_id = canonical(document["_id"])
        for index in self.indexes.values():
            index.remove(document, own_id)

    def _candidates(self, condition: Mapping[str, Any]) -> list[Document]:
        own_id = equality_operand(condition["_id"]) if "_id" in condition else MISSING
        if own_id is not MISSING:
            found = self._documents.get(canonical(own_id))
            return [] if found is None else [found]
        choices = [index.candidates(condition) for index in self.indexes.values()]
        usable = [choice for choice in choices if choice is not None]
        if usable:
            return [self._documents[name] for name in min(usable, key=len)]
        return list(self._documents.values())

    def _expire(self) -> None:
        now = self._clock().replace(tzinfo=None)
        for field, seconds in self._lifetimes():
            limit = now - timedelta(seconds=seconds)
            if self._earliest.get(field, datetime.min) <= limit:
                self._earliest[field] = self._remove_up_to(limit, field)

    def _remove_up_to(self, limit: datetime, field: str) -> datetime:
        """Removes the documents with a moment up to the limit; returns the earliest one that is left."""
        earliest = datetime.max
        for document in list(self._documents.values()):
            first = min(moments_at(document, field), default=datetime.max)
            if first <= limit:
                self.remove(document)
            else:
                earliest = min(earliest, first)
        return earliest

    def _lifetimes(self) -> Iterator[tuple[str, float]]:
        for index in self.indexes.values():
            if index.spec.get("expireAfterSeconds") is not None and len(index.fields) == 1:
                yield index.fields[0], index.spec["expireAfterSeconds"]
        if self.is_time_series and self.options.get("expireAfterSeconds") is not None:
            yield self.options["timeseries"]["timeField"], self.options["expireAfterSeconds"]


def moments_at(document: Document, field: str) -> list[datetime]:
    """Returns the dates and times at a dotted path."""
    return [item for item in values_at(document, field) if isinstance(item, datetime)]


def duplicate_key(namespace: str, spec: Mapping[str, Any], document: Document) -> ServerError:
    """Returns the error for a violated unique index."""
    fields = list(spec["key"])
    values = {
        field: next((item for item in values_at(document, field) if item is not MISSING), None)
        for field in fields
    }
    message = f"E11000 duplicate key error collection: {namespace} index: {spec['name']} dup key: {values}"
    return ServerError(11000, message, keyPattern=dict(spec["key"]), keyValue=values)
