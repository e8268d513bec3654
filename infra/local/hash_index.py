"""Lookups by equality and unique indexes for the embedded MongoDB."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import bson

BsonDocument = dict[str, Any]
ABSENT = object()
"""Marks a field that a query or a document does not have."""


class HashIndex:
    """Finds documents by equality of all keys of an index, or of its first key.

    Args:
        fields: Paths of the keys.
        unique: Whether each combination of keys may occur only once.
    """

    def __init__(self, fields: Sequence[str], unique: bool) -> None:
        self.fields = tuple(fields)
        self.unique = unique
        self._whole: dict[object, dict[object, None]] = {}
        self._first: dict[object, dict[object, None]] = {}
        self._keys: dict[object, set[tuple[object, ...]]] = {}

    def put(self, key: object, document: BsonDocument) -> None:
        """Adds a document, replacing its previous version."""
        keys = self.keys_of(document)
        if self._keys.get(key) == keys:
            return
        self.remove(key)
        self._keys[key] = keys
        for values in keys:
            self._whole.setdefault(values, {})[key] = None
            self._first.setdefault(values[0], {})[key] = None

    def remove(self, key: object) -> None:
        """Removes a document."""
        for values in self._keys.pop(key, ()):
            for entries, value in ((self._whole, values), (self._first, values[0])):
                held = entries.get(value, {})
                held.pop(key, None)
                if not held:
                    entries.pop(value, None)

    def keys_of(self, document: BsonDocument) -> set[tuple[object, ...]]:
        """Returns all combinations of key values of the document."""
        return set(itertools.product(*(_values(document, field) for field in self.fields)))

    def taken(self, key: object, document: BsonDocument) -> bool:
        """Returns whether another document has equal keys."""
        return any(self._whole.get(values, {}).keys() - {key} for values in self.keys_of(document))

    def find(self, query: Mapping[str, Any]) -> Sequence[object] | None:
        """Returns the keys of documents that may match; None if the index cannot serve the query."""
        wanted = [equals(query.get(field, ABSENT)) for field in self.fields]
        if all(value is not ABSENT for value in wanted):
            return list(self._whole.get(tuple(wanted), ()))
        return None if wanted[0] is ABSENT else list(self._first.get(wanted[0], ()))


def _values(document: BsonDocument, path: str) -> list[object]:
    """Returns the values that an equality at a path may match: list elements, or None if missing."""
    values: list[object] = [document]
    for part in path.split("."):
        # A path leads through every element of a list on its way.
        parents = [element for value in values for element in _elements(value)]
        values = [parent.get(part) if isinstance(parent, Mapping) else None for parent in parents]
    return [_comparable(element) for value in values for element in _elements(value)] or [None]


def _elements(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _comparable(value: object) -> object:
    if isinstance(value, bool):
        return ("bool", value)
    return bson.encode({"": value}) if isinstance(value, dict | list) else value


def equals(condition: object) -> object:
    """Returns the value of an equality condition, or ``ABSENT`` for any other condition."""
    plain = (str, int, float, bytes, datetime, bson.ObjectId)
    return _comparable(condition) if isinstance(condition, plain) else ABSENT
