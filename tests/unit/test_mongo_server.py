"""The MongoDB test server removes expired documents before each read, and searches only when one is due."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.mongo import HandClock
from tests.support.mongo_server.storage import Collection

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def things(clock: HandClock) -> Collection:
    """A collection whose documents expire an hour after ``at``."""
    collection = Collection("test.things", clock=clock)
    collection.add_index(ttl("at"))
    return collection


def ttl(field: str, seconds: float = 3600) -> dict[str, Any]:
    return {"name": field, "key": {field: 1}, "expireAfterSeconds": seconds}


def ids(collection: Collection) -> list[Any]:
    return sorted(document["_id"] for document in collection.matching({}))


def test_expired_documents_are_gone_at_the_next_read(things: Collection, clock: HandClock) -> None:
    things.put({"_id": 1, "at": clock.now})
    things.put({"_id": 2, "at": clock.now + timedelta(seconds=10)})
    things.put({"_id": 3})
    clock.forward(3599)
    assert ids(things) == [1, 2, 3]
    clock.forward(1)
    assert ids(things) == [2, 3]
    clock.forward(10)
    assert ids(things) == [3]
    assert len(things) == 1


def test_document_that_is_stored_expired_is_gone_at_the_next_read(
    things: Collection, clock: HandClock
) -> None:
    things.put({"_id": 1, "at": clock.now})
    assert ids(things) == [1]
    things.put({"_id": 2, "at": clock.now - HOUR})
    assert ids(things) == [1]


def test_update_brings_the_expiry_forward_or_puts_it_off(things: Collection, clock: HandClock) -> None:
    for number in (1, 2, 3):
        things.put({"_id": number, "at": clock.now})
    assert ids(things) == [1, 2, 3]
    things.put({"_id": 1, "at": clock.now - HOUR / 2}, things.by_id(1))
    things.put({"_id": 2, "at": clock.now + HOUR}, things.by_id(2))
    clock.forward(1800)
    assert ids(things) == [2, 3]
    clock.forward(1800)
    assert ids(things) == [2]


def test_earliest_of_several_moments_counts(things: Collection, clock: HandClock) -> None:
    things.put({"_id": 1, "at": [clock.now + HOUR, clock.now, "no date"]})
    assert ids(things) == [1]
    clock.forward(3600)
    assert ids(things) == []


@pytest.mark.parametrize("seconds", [60, 7200])
def test_changed_lifetime_of_an_index_counts_at_once(
    things: Collection, clock: HandClock, seconds: float
) -> None:
    things.put({"_id": 1, "at": clock.now})
    assert ids(things) == [1]
    things.indexes["at"].spec["expireAfterSeconds"] = seconds
    clock.forward(seconds - 1)
    assert ids(things) == [1]
    clock.forward(1)
    assert ids(things) == []


def test_new_and_dropped_indexes_count_at_once(things: Collection, clock: HandClock) -> None:
    things.put({"_id": 1, "at": clock.now, "seen": clock.now})
    assert ids(things) == [1]
    del things.indexes["at"]
    clock.forward(3600)
    assert ids(things) == [1]
    things.put({"_id": 2, "seen": clock.now})
    things.add_index(ttl("seen"))
    assert ids(things) == [2]
    things.put({"_id": 3, "at": clock.now - HOUR})
    things.add_index(ttl("at"))
    assert ids(things) == [2]


def test_documents_of_a_time_series_expire_by_its_option(clock: HandClock) -> None:
    options = {"timeseries": {"timeField": "at"}, "expireAfterSeconds": 3600}
    series = Collection("test.series", options, clock)
    series.put({"_id": 1, "at": clock.now})
    series.put({"_id": 2, "at": clock.now + HOUR})
    assert ids(series) == [1, 2]
    clock.forward(3600)
    assert ids(series) == [2]
    series.options["expireAfterSeconds"] = 60
    series.put({"_id": 3, "at": clock.now - timedelta(seconds=60)})
    assert ids(series) == [2]
    clock.forward(3660)
    assert ids(series) == []


def test_nothing_is_searched_for_while_nothing_is_due(
    things: Collection, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[str] = []
    search = Collection._remove_up_to

    def counted(collection: Collection, limit: datetime, field: str) -> datetime:
        searches.append(field)
        return search(collection, limit, field)

    monkeypatch.setattr(Collection, "_remove_up_to", counted)
    for number in range(100):
        things.put({"_id": number, "at": clock.now + timedelta(seconds=number)})
        assert len(ids(things)) == number + 1
    assert searches == ["at"]
    clock.forward(3600)
    assert len(ids(things)) == 99
    assert searches == ["at", "at"]
