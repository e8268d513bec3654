"""How a collection is declared: once, for the server's validator and for the check before a write."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Schema = Mapping[str, Any]
"""A JSON schema in MongoDB's dialect (``bsonType``)."""

StorageForm = Literal["time_series", "ordinary"]


@dataclass(frozen=True)
class Index:
    """An index.

    Attributes:
        name: Its name, by which changes are noticed.
        keys: Fields with their direction, 1 or -1, in order.
        unique: Whether two documents may not agree in all keys.
        expire_after_seconds: Age of the (only) key after which the server deletes the document.
    """

    name: str
    keys: tuple[tuple[str, int], ...]
    unique: bool = False
    expire_after_seconds: int | None = None

    def options(self) -> dict[str, Any]:
        """Returns the options of ``create_index`` besides the keys."""
        options: dict[str, Any] = {"name": self.name}
        if self.unique:
            options["unique"] = True
        if self.expire_after_seconds is not None:
            options["expireAfterSeconds"] = self.expire_after_seconds
        return options


@dataclass(frozen=True)
class TimeSeries:
    """Storage as a time series, where the server has it."""

    time_field: str
    meta_field: str
    granularity: Literal["seconds", "minutes", "hours"]

    def options(self) -> dict[str, str]:
        """Returns the options of ``create``."""
        return {
            "timeField": self.time_field,
            "metaField": self.meta_field,
            "granularity": self.granularity,
        }


@dataclass(frozen=True)
class Collection:
    """A collection: the schema of its documents, and its indexes.

    Attributes:
        name: Its name.
        schema: Schema of the documents.
        indexes: In the order of their creation. Unique ones are left out of a time series.
        time_series: How it is stored where the server has time series.
    """

    name: str
    schema: Schema
    indexes: tuple[Index, ...] = ()
    time_series: TimeSeries | None = None

    @property
    def expire_after_seconds(self) -> int | None:
        """Returns the age after which the server deletes documents; None if it deletes none."""
        ages = (index.expire_after_seconds for index in self.indexes)
        return next((age for age in ages if age is not None), None)

    def indexes_of(self, form: StorageForm) -> tuple[Index, ...]:
        """Returns the indexes in a storage form; a time series expires by an option of its own."""
        if form == "ordinary":
            return self.indexes
        return tuple(index for index in self.indexes if index.expire_after_seconds is None)

    def validator(self) -> dict[str, Any]:
        """Returns the validator with which the server checks documents."""
        return {"$jsonSchema": dict(self.schema)}


def expiry(field: str, days: int) -> Index:
    """Returns the index by which the server deletes documents some days after a time."""
    return Index("expiry", ((field, 1),), expire_after_seconds=days * 86_400)
