"""The check before a write: what the declared schema refuses, and which field it names."""

import math
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from bson import Int64, ObjectId

from shared.data.retention import Retention
from shared.data.schema import SchemaViolation, all_collections, compile_check
from shared.data.schema.field_schemas import array, date, double, long, nullable, one_of, record, symbol, text

NOW = datetime(2026, 1, 1, tzinfo=UTC)

CHECK = compile_check(
    record(
        {
            "symbol": symbol,
            "price": double,
            "volume": long,
            "count": {"bsonType": ["int", "long"]},
            "when": nullable(date),
            "kind": nullable(one_of(["a", "b"])),
            "note": text(5),
            "parts": array(record({"name": text(5)}), 2),
            "score": nullable({**double, "minimum": -1, "maximum": 1}),
            "id": {"bsonType": "objectId"},
        },
        required=["symbol"],
    )
)


class Kind(StrEnum):
    A = "a"


@pytest.mark.parametrize(
    "fields",
    [
        {"price": 1.0, "volume": Int64(2**40), "count": 3, "when": NOW, "kind": "a", "note": "five."},
        {"when": None, "kind": None, "score": None, "count": Int64(3), "parts": []},
        {"kind": Kind.A, "score": -1.0, "parts": [{"name": "x"}], "id": ObjectId()},
    ],
)
def test_what_fits(fields: dict[str, Any]) -> None:
    CHECK({"symbol": "BRK-B", **fields})


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"symbol": {"$gt": ""}}, "symbol", "must be string"),
        ({"symbol": "no symbol"}, "symbol", "must match"),
        ({"price": 1}, "price", "must be double"),
        ({"price": math.nan}, "price", "must be double"),
        ({"price": math.inf}, "price", "must be double"),
        ({"volume": 5}, "volume", "must be long"),
        ({"volume": Int64(2**63)}, "volume", "must be long"),
        ({"count": True}, "count", "must be int or long"),
        ({"count": 2**31}, "count", "must be int or long"),
        ({"when": datetime(2026, 1, 1)}, "when", "must be date or null"),
        ({"when": "2026-01-01"}, "when", "must be date or null"),
        ({"kind": "c"}, "kind", "must be one of a, b, None"),
        ({"note": "longer"}, "note", "at most 5 characters"),
        ({"parts": [{"name": "x"}] * 3}, "parts", "at most 2 items"),
        ({"parts": [{"name": "x"}, {"name": 1}]}, "parts.1.name", "must be string"),
        ({"parts": [{}]}, "parts.0.name", "is missing"),
        ({"parts": {"name": "x"}}, "parts", "must be array"),
        ({"score": 1.5}, "score", "must be from -1 to 1"),
        ({"other": 1}, "other", "is not known"),
    ],
)
def test_what_does_not_fit_is_named(fields: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(SchemaViolation, match=reason) as caught:
        CHECK({"symbol": "AAPL", **fields})
    assert caught.value.field == field


def test_missing_field_is_named() -> None:
    with pytest.raises(SchemaViolation) as caught:
        CHECK({})
    assert (caught.value.field, caught.value.reason) == ("symbol", "is missing")


def test_keyword_that_is_not_checked_is_refused() -> None:
    with pytest.raises(ValueError, match="uniqueItems"):
        compile_check({"uniqueItems": True})


def test_every_declared_schema_can_be_checked() -> None:
    for collection in all_collections():
        compile_check(collection.schema)


def test_declared_collections() -> None:
    names = {collection.name for collection in all_collections()}
    assert names >= {
        "market_data",
        "symbols",
        "fundamental_analysis",
        "investment_reports",
        "news_events",
        "user_preferences",
        "conversations",
        "schema_migrations",
    }
    expiry = {
        collection.name: index.expire_after_seconds
        for collection in all_collections(Retention(conversations=7, statements=9))
        for index in collection.indexes
        if index.expire_after_seconds
    }
    assert expiry["conversations"] == 7 * 86_400
    assert expiry["statements"] == 9 * 86_400
