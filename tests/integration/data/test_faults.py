"""What a database that is not well does: refuses, hangs, changes its primary, disconnects. Scripted."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from mockupdb import MockupDB, go
from pymongo import MongoClient

from shared.data.mongo import Mongo, connect_mongo
from shared.data.repositories import Repositories
from shared.data.schema import Collection, Index, SchemaManager
from shared.errors.service_errors import DependencyUnavailableError, InternalError
from tests.support.durations import Stopwatch, shortest_duration
from tests.support.mongo import HandClock, local_settings
from tests.support.ports import free_port

PASSWORD = "p@ss/w:rd%21"
HELLO = {"minWireVersion": 0, "maxWireVersion": 21, "logicalSessionTimeoutMinutes": 30}


class Ticks:
    """Monotonic seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[MockupDB]:
    scripted = MockupDB(auto_ismaster=HELLO)
    answer(scripted, "endSessions")
    scripted.run()
    yield scripted
    scripted.stop()


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
async def mongo(server: MockupDB, ticks: Ticks) -> AsyncIterator[Mongo]:
    client: MongoClient[dict[str, Any]] = MongoClient(server.uri, retryReads=False, tz_aware=True)
    opened = Mongo(client, "app", clock=ticks)
    first = asyncio.create_task(opened.ping())
    for _ in range(2):
        (await received(server, "ping")).ok()
    await first
    yield opened
    await opened.aclose()


async def received(server: MockupDB, command: str) -> Any:
    request = await asyncio.to_thread(server.receives, timeout=60)
    assert request.command_name == command
    return request


def answer(
    server: MockupDB, command: str, handle: Callable[[Any], bool] = lambda request: request.ok()
) -> None:
    """Answers every request of a command from now on."""
    server.autoresponds(lambda request: request.command_name == command and handle(request))


def refuse(request: Any, code: int, name: str = "Refused") -> None:
    request.replies({"ok": 0, "code": code, "errmsg": name, "codeName": name})


async def test_user_that_may_not_list_collections(server: MockupDB) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(server.uri)
    manager = SchemaManager(client["app"], [])
    discovered = go(manager.discover)
    refuse(await received(server, "listCollections"), 13, "Unauthorized")
    assert discovered() is None
    client.close()


async def test_collections_are_listed_over_all_pages_in_one_session(server: MockupDB) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(server.uri)
    discovered = go(SchemaManager(client["app"], []).discover)
    first = await received(server, "listCollections")
    namespace = "app.$cmd.listCollections"
    first.replies({"cursor": {"id": 7, "ns": namespace, "firstBatch": [{"name": "a"}]}})
    second = await received(server, "getMore")
    assert (second["getMore"], second["collection"]) == (7, "$cmd.listCollections")
    assert second["lsid"] == first["lsid"]
    second.replies({"cursor": {"id": 0, "ns": namespace, "nextBatch": [{"name": "b"}]}})
    assert set(discovered()) == {"a", "b"}
    client.close()


async def test_server_that_refuses_time_series_and_validators_gets_less(server: MockupDB) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(server.uri)
    index = Index("n", (("n", 1),))
    declared = Collection("things", {"bsonType": "object"}, (index,))
    applied = go(SchemaManager(client["app"], [declared]).apply)
    listing = await received(server, "listCollections")
    listing.replies({"cursor": {"id": 0, "ns": "app.$cmd.listCollections", "firstBatch": []}})
    asked = await received(server, "create")
    assert "validator" in asked
    refuse(asked, 115, "CommandNotSupported")
    plain = await received(server, "create")
    assert "validator" not in plain
    plain.ok()
    refuse(await received(server, "createIndexes"), 67, "CannotCreateIndex")
    report = applied()
    assert report.drift == ["index things.n could not be created (code 67)"]
    assert any("validators are not available" in warning for warning in report.warnings)
    client.close()


async def test_slow_server_costs_the_deadline_once(server: MockupDB, mongo: Mongo, ticks: Ticks) -> None:
    unanswered: list[Any] = []

    def keep_waiting(request: Any) -> bool:
        unanswered.append(request)
        return True

    answer(server, "ping", keep_waiting)
    started = time.monotonic()
    with Stopwatch() as watch, pytest.raises(DependencyUnavailableError) as caught:
        await mongo.run(lambda database: database.command("ping"), seconds=0.3)
    assert time.monotonic() - started > 0.2
    assert watch.seconds < 2
    assert caught.value.retry_after is not None
    # The circuit breaker is open: no request reaches it.
    for _ in range(20):
        with pytest.raises(DependencyUnavailableError):
            await mongo.ping()
    assert len(unanswered) == 1
    ticks.now += 10
    answer(server, "ping")
    await mongo.ping()
    await mongo.ping()


async def test_failover_in_the_middle_is_tried_once_more(server: MockupDB, mongo: Mongo) -> None:
    asked = asyncio.create_task(mongo.run(lambda database: database["things"].find_one({}), seconds=5))
    refuse(await received(server, "find"), 10107, "NotWritablePrimary")
    again = await received(server, "find")
    again.replies({"cursor": {"id": 0, "ns": "app.things", "firstBatch": [{"_id": 1}]}})
    assert await asked == {"_id": 1}


async def test_work_that_must_not_be_done_twice_is_not(server: MockupDB, mongo: Mongo) -> None:
    asked = asyncio.create_task(mongo.run(lambda database: database.command("ping"), seconds=5, retry=False))
    refuse(await received(server, "ping"), 189, "PrimarySteppedDown")
    with pytest.raises(DependencyUnavailableError):
        await asked


async def test_connection_that_breaks_is_opened_anew(server: MockupDB, mongo: Mongo) -> None:
    asked = asyncio.create_task(mongo.run(lambda database: database.command("ping"), seconds=5))
    (await received(server, "ping")).hangup()
    (await received(server, "ping")).ok()
    assert (await asked)["ok"] == 1


async def test_throttled_server_is_busy_and_not_away(server: MockupDB, mongo: Mongo) -> None:
    asked = asyncio.create_task(mongo.ping())
    refuse(await received(server, "ping"), 16500, "RequestRateTooLarge")
    with pytest.raises(DependencyUnavailableError, match="busy"):
        await asked
    asked = asyncio.create_task(mongo.ping())
    (await received(server, "ping")).ok()
    await asked


async def test_refused_operation_is_a_defect_of_ours(server: MockupDB, mongo: Mongo) -> None:
    asked = asyncio.create_task(mongo.ping())
    refuse(await received(server, "ping"), 2, "BadValue: secret detail")
    with pytest.raises(InternalError) as caught:
        await asked
    assert "secret" not in caught.value.detail


async def test_wrong_password_is_one_error_and_no_storm(
    server: MockupDB, caplog: pytest.LogCaptureFixture
) -> None:
    settings = local_settings(
        mongodb={"host": "127.0.0.1", "port": server.port, "username": "app", "password": PASSWORD}
    ).mongodb
    asked: list[Any] = []

    def turn_away(request: Any) -> bool:
        asked.append(request)
        refuse(request, 18, "AuthenticationFailed")
        return True

    answer(server, "saslStart", turn_away)
    mongo = connect_mongo(settings)
    with caplog.at_level(logging.DEBUG, "shared"):
        for _ in range(10):
            with pytest.raises(DependencyUnavailableError) as caught:
                await mongo.ping()
    assert (len(asked), asked[0]["mechanism"]) == (1, "SCRAM-SHA-256")
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 20
    errors = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(errors) == 1
    assert "refuses the service's credentials" in errors[0].getMessage()
    assert f"127.0.0.1:{server.port}/stock_research" in errors[0].getMessage()
    assert PASSWORD not in caplog.text
    await mongo.aclose()


async def test_database_that_is_away_costs_two_seconds_once() -> None:
    mongo = connect_mongo(local_settings(mongodb={"host": "127.0.0.1", "port": free_port()}).mongodb)
    repositories = Repositories(mongo, HandClock())
    started = time.monotonic()
    with Stopwatch() as watch, pytest.raises(DependencyUnavailableError) as caught:
        await repositories.reports.get("r1")
    assert time.monotonic() - started > 1
    assert watch.seconds < 4
    assert caught.value.retry_after is not None

    async def refused() -> None:
        with pytest.raises(DependencyUnavailableError):
            await repositories.conversations.load("c1", "me")

    assert await shortest_duration(refused) < 0.2
    await mongo.aclose()


async def test_callers_that_give_up_leave_nothing_behind(server: MockupDB, mongo: Mongo) -> None:
    asked = asyncio.create_task(mongo.ping())
    request = await received(server, "ping")
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    request.ok()
    answer(server, "ping")
    await asyncio.gather(*(mongo.ping() for _ in range(40)))


async def test_loop_is_not_blocked_while_the_database_thinks(server: MockupDB, mongo: Mongo) -> None:
    asked = asyncio.create_task(mongo.ping())
    request = await received(server, "ping")
    turns = 0
    for _ in range(50):
        await asyncio.sleep(0)
        turns += 1
    assert not asked.done()
    request.ok()
    await asked
    assert turns == 50
