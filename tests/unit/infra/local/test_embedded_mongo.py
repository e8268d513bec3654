"""The embedded database: nothing that was acknowledged is lost, whatever ends the process."""

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bson import Int64, ObjectId
from pymongo import DeleteOne, InsertOne, ReplaceOne, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, WriteError

from infra.local.embedded_mongo import embedded_mongo
from shared.errors import ConfigurationError

ROOT = Path(__file__).parents[4]


class Opened:
    """The database of one folder, opened again at will."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._client = embedded_mongo(self._folder)

    @property
    def things(self) -> Any:
        return self._client["app"]["things"]

    @property
    def database(self) -> Any:
        return self._client["app"]

    def restart(self) -> None:
        self.close()
        self._client = embedded_mongo(self._folder)

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(tmp_path / "data")
    yield opened
    opened.close()


def test_every_kind_of_write_survives_a_restart(store: Opened) -> None:
    store.things.insert_one({"_id": 1, "n": 1})
    store.things.insert_many([{"_id": number, "n": number} for number in range(2, 8)])
    store.things.update_one({"_id": 1}, {"$set": {"n": 10}, "$push": {"tags": "x"}})
    store.things.update_many({"n": {"$in": [2, 3]}}, {"$inc": {"n": 100}})
    store.things.replace_one({"_id": 4}, {"new": True})
    store.things.update_one({"_id": 8}, {"$setOnInsert": {"n": 8}}, upsert=True)
    store.things.find_one_and_update({"_id": 5}, {"$unset": {"n": ""}}, return_document=ReturnDocument.AFTER)
    store.things.find_one_and_delete({"_id": 6})
    store.things.delete_one({"_id": 7})
    expected = [
        {"_id": 1, "n": 10, "tags": ["x"]},
        {"_id": 2, "n": 102},
        {"_id": 3, "n": 103},
        {"_id": 4, "new": True},
        {"_id": 5},
        {"_id": 8, "n": 8},
    ]
    assert list(store.things.find().sort("_id", 1)) == expected
    store.restart()
    assert list(store.things.find().sort("_id", 1)) == expected


def test_types_survive_a_restart(store: Opened) -> None:
    document = {
        "_id": ObjectId(),
        "when": datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC),
        "big": 2**62,
        "long": Int64(5),
        "bytes": b"\x00\xff",
        "nested": {"list": [1, 2.5, None, True, {"a": "é"}]},
    }
    store.things.insert_one(document)
    store.restart()
    found = store.things.find_one({"when": document["when"]})
    assert found == document
    assert isinstance(found["long"], Int64)
    assert isinstance(found["bytes"], bytes)
    assert found["when"].utcoffset() == timedelta(0)


def test_moment_is_kept_in_milliseconds_as_by_a_server(store: Opened) -> None:
    store.things.insert_one({"_id": 1, "when": datetime(2026, 1, 1, microsecond=123_456, tzinfo=UTC)})
    assert store.things.find_one()["when"].microsecond == 123_000


def test_bulk_write_in_order_stops_at_the_failure_and_keeps_what_came_before(store: Opened) -> None:
    store.things.create_index([("key", 1)], unique=True, name="key")
    with pytest.raises(BulkWriteError) as caught:
        store.things.bulk_write(
            [InsertOne({"key": 1}), InsertOne({"key": 1}), InsertOne({"key": 2}), DeleteOne({"key": 1})]
        )
    assert [(error["index"], error["code"]) for error in caught.value.details["writeErrors"]] == [(1, 11000)]
    store.restart()
    assert [item["key"] for item in store.things.find()] == [1]


def test_unordered_bulk_write_does_the_rest(store: Opened) -> None:
    store.things.create_index([("key", 1)], unique=True, name="key")
    result = store.things.bulk_write(
        [
            ReplaceOne({"key": 1}, {"key": 1, "n": 1}, upsert=True),
            UpdateOne({"key": 2}, {"$set": {"n": 2}}, upsert=True),
            UpdateOne({"key": 2}, {"$set": {"n": 3}}),
        ],
        ordered=False,
    )
    assert (result.upserted_count, result.modified_count) == (2, 1)
    with pytest.raises(BulkWriteError):
        store.things.insert_many([{"key": 3}, {"key": 2}, {"key": 4}], ordered=False)
    store.restart()
    assert sorted(item["key"] for item in store.things.find()) == [1, 2, 3, 4]


def test_unique_index_holds_through_updates_deletes_and_restarts(store: Opened) -> None:
    store.things.create_index([("a", 1), ("b.c", 1)], unique=True, name="both")
    store.things.insert_many([{"_id": 1, "a": 1, "b": {"c": 1}}, {"_id": 2, "a": 1, "b": {"c": 2}}])
    with pytest.raises(DuplicateKeyError):
        store.things.update_one({"_id": 2}, {"$set": {"b.c": 1}})
    assert store.things.find_one({"_id": 2})["b"] == {"c": 2}
    store.restart()
    with pytest.raises(DuplicateKeyError):
        store.things.insert_one({"a": 1, "b": {"c": 2}})
    store.things.update_one({"_id": 2}, {"$set": {"b.c": 3}})
    store.things.insert_one({"_id": 3, "a": 1, "b": {"c": 2}})
    store.things.delete_one({"_id": 1})
    store.things.insert_one({"_id": 4, "a": 1, "b": {"c": 1}})
    assert [item["_id"] for item in store.things.find({"a": 1}).sort("_id", 1)] == [2, 3, 4]


def test_unique_index_over_duplicates_is_refused(store: Opened) -> None:
    store.things.insert_many([{"a": 1}, {"a": 1}])
    with pytest.raises(DuplicateKeyError):
        store.things.create_index([("a", 1)], unique=True, name="a")


def test_look_up_by_index_finds_what_a_scan_finds(store: Opened) -> None:
    documents = [
        {"_id": 1, "a": 1, "tags": ["x", "y"]},
        {"_id": 2, "a": 1.0, "tags": "x"},
        {"_id": 3, "a": 3, "tags": []},
        {"_id": 4, "a": None},
        {"_id": 5, "tags": [["x"]]},
        {"_id": 6, "a": "1", "b": {"c": 1}},
        {"_id": 7, "b": [{"c": 2}, {"c": [3, 4]}, {}]},
        {"_id": 8, "b": []},
    ]
    queries: list[dict[str, Any]] = [
        {"a": 1},
        {"a": None},
        {"a": {"$eq": 1}},
        {"a": "1", "b.c": 1},
        {"tags": "x"},
        {"b.c": 2},
        {"b.c": 4},
        {"tags": ["x", "y"]},
        {"_id": {"$in": [1, 3, 9]}},
        {"a": {"$gte": 1}},
        {"$or": [{"a": 1}, {"tags": "x"}]},
    ]
    store.things.insert_many(documents)
    scanned = [[item["_id"] for item in store.things.find(query).sort("_id", 1)] for query in queries]
    store.things.create_index([("a", 1)], name="a")
    store.things.create_index([("tags", 1), ("b.c", 1)], name="tags")
    store.things.create_index([("b.c", 1)], name="nested")
    indexed = [[item["_id"] for item in store.things.find(query).sort("_id", 1)] for query in queries]
    assert indexed == scanned


def test_expired_documents_are_gone_after_a_restart(store: Opened) -> None:
    store.things.create_index([("at", 1)], name="at", expireAfterSeconds=60)
    now = datetime.now(UTC)
    store.things.insert_many([{"_id": "old", "at": now - timedelta(hours=1)}, {"_id": "new", "at": now}])
    store.restart()
    store.things.insert_one({"_id": "next", "at": now})
    assert {item["_id"] for item in store.things.find()} == {"new", "next"}
    index = next(item for item in store.things.list_indexes() if item["name"] == "at")
    assert index["expireAfterSeconds"] == 60


def test_failed_update_leaves_the_document_as_it_was(store: Opened) -> None:
    store.things.insert_one({"_id": 1, "n": 1, "text": "x"})
    with pytest.raises((WriteError, TypeError)):
        store.things.update_one({"_id": 1}, {"$set": {"n": 2}, "$inc": {"text": 1}})
    assert store.things.find_one() == {"_id": 1, "n": 1, "text": "x"}
    store.restart()
    assert store.things.find_one() == {"_id": 1, "n": 1, "text": "x"}


def test_write_that_cannot_reach_the_file_is_not_acknowledged(store: Opened) -> None:
    store.things.insert_one({"_id": 1, "n": 1})
    file = store.database.client._store.file
    file.connection.execute("pragma query_only = on")
    with pytest.raises(OperationFailure) as caught:
        store.things.update_one({"_id": 1}, {"$set": {"n": 2}})
    assert caught.value.code == 14031
    with pytest.raises(OperationFailure):
        store.things.insert_one({"_id": 2})
    file.connection.execute("pragma query_only = off")
    assert list(store.things.find()) == [{"_id": 1, "n": 1}]
    store.things.insert_one({"_id": 3})
    store.restart()
    assert list(store.things.find()) == [{"_id": 1, "n": 1}, {"_id": 3}]


def test_what_is_read_is_a_copy(store: Opened) -> None:
    given = {"_id": 1, "list": [1]}
    store.things.insert_one(given)
    given["list"].append(2)  # type: ignore[attr-defined]
    found = store.things.find_one()
    found["list"].append(3)
    assert store.things.find_one() == {"_id": 1, "list": [1]}


def test_projection_that_is_handed_in_stays_as_it_was(store: Opened) -> None:
    store.things.insert_one({"_id": 1, "a": 1, "b": 2})
    fields = {"a": 1}
    assert store.things.find_one({}, fields) == {"_id": 1, "a": 1}
    assert fields == {"a": 1}


def test_collections_are_listed_with_their_options(store: Opened) -> None:
    store.database.create_collection("things", validator={"$jsonSchema": {}})
    store.database["other"].insert_one({})
    with pytest.raises(OperationFailure) as caught:
        store.database.create_collection("things", check_exists=False)
    assert caught.value.code == 48
    store.database.command("collMod", "things", validator={"a": 1})
    store.restart()
    answer = store.database.command("listCollections")
    assert [(item["name"], item["options"]) for item in answer["cursor"]["firstBatch"]] == [
        ("other", {}),
        ("things", {"validator": {"a": 1}}),
    ]
    store.database.drop_collection("other")
    store.restart()
    assert store.database.list_collection_names() == ["things"]


@pytest.mark.parametrize(("command", "code"), [("collMod", 26), ("serverStatus", 59)])
def test_command_that_cannot_be_done_is_refused_as_by_a_server(
    store: Opened, command: str, code: int
) -> None:
    with pytest.raises(OperationFailure) as caught:
        store.database.command(command, "nothing")
    assert caught.value.code == code
    assert store.database.command("ping") == {"ok": 1.0}


def test_time_series_is_refused_so_that_an_ordinary_collection_serves(store: Opened) -> None:
    with pytest.raises(OperationFailure) as caught:
        store.database.create_collection("candles", timeseries={"timeField": "t"})
    assert caught.value.code == 115
    assert store.database.list_collection_names() == []


def test_second_opening_is_refused_with_one_message(store: Opened, tmp_path: Path) -> None:
    store.things.insert_one({})
    second = embedded_mongo(str(tmp_path / "data"))
    with pytest.raises(ConfigurationError, match=r"mongo\.db is in use by another process.*LOCAL_DATA_DIR"):
        second["app"]["things"].find_one()
    store.close()
    assert second["app"]["things"].count_documents({}) == 1
    second.close()


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mongo.db").write_bytes(b"not a database, but long enough to be looked at" * 50)
    with pytest.raises(ConfigurationError, match="is damaged"):
        embedded_mongo(str(tmp_path))["app"]


def test_nothing_is_opened_before_the_first_use(tmp_path: Path) -> None:
    embedded_mongo(str(tmp_path / "data")).close()
    assert not (tmp_path / "data").exists()


def test_threads_share_it(store: Opened) -> None:
    store.things.create_index([("key", 1)], unique=True, name="key")
    store.things.insert_one({"_id": "sum", "n": 0})
    lost: list[BaseException] = []

    def work(thread: int) -> None:
        try:
            for number in range(20):
                store.things.update_one({"_id": "sum"}, {"$inc": {"n": 1}})
                store.things.insert_one({"key": f"{thread}-{number}"})
                assert store.things.find_one({"key": f"{thread}-{number}"})
                list(store.things.find({"key": {"$gt": ""}}).sort("key", 1).limit(5))
        except BaseException as error:  # noqa: BLE001 - shown below
            lost.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lost == []
    assert store.things.find_one({"_id": "sum"})["n"] == 120
    assert store.things.count_documents({}) == 121


WRITER = """
import sys
from infra.local.embedded_mongo import embedded_mongo
things = embedded_mongo(sys.argv[1])["app"]["things"]
things.create_index([("key", 1)], unique=True, name="key")
for number in range(10**6):
    things.insert_one({"_id": number, "key": number})
    things.update_one({"_id": "last"}, {"$set": {"n": number}}, upsert=True)
    print(number, flush=True)
"""


def test_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) == 100:
                writer.send_signal(signal.SIGKILL)
                break
        acknowledged = [int(line) for line in writer.stdout.read().split("\n")[:-1]] or [100]
    client = embedded_mongo(str(tmp_path))
    things: Any = client["app"]["things"]
    assert things.count_documents({"_id": {"$in": list(range(acknowledged[-1] + 1))}}) == acknowledged[-1] + 1
    assert things.find_one({"_id": "last"})["n"] >= acknowledged[-1]
    with pytest.raises(DuplicateKeyError):
        things.insert_one({"_id": -1, "key": 5})
    client.close()


def test_another_process_is_refused_while_this_one_runs(store: Opened, tmp_path: Path) -> None:
    store.things.insert_one({})
    second = subprocess.run(
        [sys.executable, "-c", WRITER, str(tmp_path / "data")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert second.returncode == 1
    assert "is in use by another process" in second.stderr


def test_documents_are_in_a_plain_sqlite_file(store: Opened, tmp_path: Path) -> None:
    store.things.insert_one({"_id": 1})
    store.close()
    with sqlite3.connect(tmp_path / "data" / "mongo.db") as connection:
        assert connection.execute("select count(*) from documents").fetchone() == (1,)
    connection.close()


def test_sweep_happens_once_a_minute_and_not_on_every_write(
    store: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr("infra.local.embedded_mongo_store.time.monotonic", lambda: now)
    store.things.create_index([("at", 1)], name="at", expireAfterSeconds=1)
    store.things.insert_one({"_id": "first"})
    store.things.insert_one({"_id": "old", "at": datetime(2020, 1, 1, tzinfo=UTC)})
    store.things.insert_one({"_id": "second"})
    assert store.things.count_documents({}) == 3
    now += 61
    store.things.insert_one({"_id": "third"})
    assert store.things.find_one({"_id": "old"}) is None
