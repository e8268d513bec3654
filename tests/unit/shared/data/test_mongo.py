"""The connection: the options of the driver, and no secret in logs."""

import asyncio
import threading
from dataclasses import dataclass
from typing import Any
from unittest.mock import MagicMock

import pytest
from azure.core.credentials import AccessToken
from pymongo.auth_oidc_shared import OIDCCallbackContext
from pymongo.errors import (
    NetworkTimeout,
    OperationFailure,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

from shared.data.driver_errors import CREDENTIALS_SECONDS, verdict_on
from shared.data.mongo import Mongo, client_options, connect_mongo
from shared.data.mongo_entra import SCOPE, EntraCallback
from shared.errors import ConfigurationError
from shared.errors.service_errors import DependencyUnavailableError, InternalError
from shared.observability.telemetry import current_scope, request_scope
from tests.support.mongo import local_settings

PASSWORD = "p@ss/w:rd%21#?"


def settings(**fields: Any) -> Any:
    return local_settings(mongodb=fields).mongodb


def credentials_of(mongo: Mongo) -> Any:
    pool: Any = mongo._client.options.pool_options
    return pool._credentials


async def test_uri_goes_to_the_driver_as_it_is() -> None:
    uri = "mongodb://ann:p%40ss@db.example.com:27018/?authSource=users&tls=true"
    mongo = connect_mongo(settings(uri=uri))
    assert mongo.describe() == "db.example.com:27018/stock_research"
    credentials = credentials_of(mongo)
    assert (credentials.username, credentials.password, credentials.source) == ("ann", "p@ss", "users")
    await mongo.aclose()


async def test_parts_make_a_connection_whatever_is_in_the_password() -> None:
    mongo = connect_mongo(
        settings(host="db", port=27034, username="a:b", password=PASSWORD, auth_source="users", tls=True)
    )
    credentials = credentials_of(mongo)
    assert (credentials.username, credentials.password) == ("a:b", PASSWORD)
    assert (credentials.mechanism, credentials.source) == ("SCRAM-SHA-256", "users")
    assert mongo.describe() == "db:27034/stock_research"
    await mongo.aclose()


def test_timeouts_and_name_are_told() -> None:
    options = client_options(settings(host="db"))
    assert options["serverSelectionTimeoutMS"] == options["connectTimeoutMS"] == 2_000
    assert options["socketTimeoutMS"] == 10_000
    assert options["appname"] == "stock-research"
    assert "retryWrites" not in options


def test_documentdb_is_asked_without_retryable_writes() -> None:
    uri = "mongodb+srv://ann:x@c.global.mongocluster.cosmos.azure.com/?appName=@c@"
    assert client_options(settings(uri=uri))["retryWrites"] is False


async def test_managed_identity_signs_in_without_a_password() -> None:
    credential = MagicMock()
    credential.get_token.return_value = AccessToken("token", 0)
    options = client_options(settings(host="c.mongocluster.cosmos.azure.com", auth="entra"))
    assert options["authMechanism"] == "MONGODB-OIDC"
    assert options["tls"] is True
    assert "password" not in options
    callback = EntraCallback(lambda: credential)
    assert callback.fetch(MagicMock(spec=OIDCCallbackContext)).access_token == "token"
    credential.get_token.assert_called_once_with(SCOPE)
    mongo = connect_mongo(settings(host="c.mongocluster.cosmos.azure.com", auth="entra"))
    await mongo.aclose()


@pytest.mark.parametrize(
    "uri",
    [
        f"mongodb://ann:{PASSWORD}@db/",
        "mongodb://ann:hunter2@db:hunter2/",
        "postgres://ann:hunter2@db",
        "hunter2",
    ],
)
def test_wrong_uri_is_refused_without_repeating_it(uri: str, recwarn: pytest.WarningsRecorder) -> None:
    with pytest.raises(ConfigurationError, match="MONGODB_URI") as caught:
        connect_mongo(settings(uri=uri))
    assert "hunter2" not in str(caught.value)
    assert "p@ss" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert not recwarn.list


@pytest.mark.parametrize(
    ("error", "kind", "rest"),
    [
        (OperationFailure("x", 18), DependencyUnavailableError, CREDENTIALS_SECONDS),
        (OperationFailure("x", 8000), DependencyUnavailableError, CREDENTIALS_SECONDS),
        (NetworkTimeout("db.internal timed out"), DependencyUnavailableError, 5.0),
        (WaitQueueTimeoutError("x"), DependencyUnavailableError, None),
        (OperationFailure("x", 16500), DependencyUnavailableError, None),
        (OperationFailure("host db.internal", 2), InternalError, None),
    ],
)
def test_every_error_of_the_driver_has_a_verdict(error: Any, kind: type, rest: float | None) -> None:
    verdict = verdict_on(error)
    assert isinstance(verdict.error, kind)
    assert verdict.cooldown_seconds == rest
    assert "internal" not in verdict.error.detail


async def test_database_is_prepared_once_however_many_ask() -> None:
    prepared: list[int] = []
    mongo = Mongo(MagicMock(), "app", prepare=lambda _mongo, _database: prepared.append(1))
    await asyncio.gather(*(mongo.run(lambda _: None) for _ in range(10)))
    assert prepared == [1]
    await mongo.aclose()


async def test_what_prepares_does_not_wait_for_itself() -> None:
    mongo = Mongo(MagicMock(), "app", prepare=MagicMock(side_effect=AssertionError))
    assert await mongo.run(lambda _: 1, prepared=False) == 1
    await mongo.aclose()


async def test_failed_preparation_is_tried_again() -> None:
    outcomes = iter([ConfigurationError("in use"), None])

    def prepare(_mongo: Mongo, _database: Any) -> None:
        if error := next(outcomes):
            raise error

    mongo = Mongo(MagicMock(), "app", prepare=prepare)
    with pytest.raises(ConfigurationError, match="in use"):
        await mongo.ping()
    await mongo.ping()
    await mongo.aclose()


async def test_more_work_than_threads_waits_its_turn_within_the_deadline() -> None:
    release = threading.Event()
    mongo = Mongo(MagicMock(), "app")
    blocking = [asyncio.create_task(mongo.run(lambda _: release.wait(10))) for _ in range(16)]
    await asyncio.sleep(0)
    with pytest.raises(DependencyUnavailableError):
        await mongo.run(lambda _: None, seconds=0.05)
    release.set()
    await asyncio.gather(*blocking)
    await mongo.aclose()


@pytest.mark.parametrize(("least_seconds", "answered"), [(0.0, False), (10.0, True)])
async def test_database_that_only_a_busy_processor_delays_is_given_longer(
    least_seconds: float, answered: bool
) -> None:
    release = threading.Event()
    mongo = Mongo(MagicMock(), "app", least_seconds=least_seconds)
    work = asyncio.create_task(mongo.run(lambda _: release.wait(10), seconds=0.05))
    # Longer than the caller's deadline with its grace.
    done, _ = await asyncio.wait({work}, timeout=1.0)
    assert bool(done) is not answered
    release.set()
    outcome = (await asyncio.gather(work, return_exceptions=True))[0]
    assert isinstance(outcome, bool if answered else DependencyUnavailableError)
    await mongo.aclose()


async def test_closed_database_is_not_available() -> None:
    mongo = Mongo(MagicMock(), "app")
    await mongo.aclose()
    with pytest.raises(DependencyUnavailableError, match="shutting down"):
        await mongo.ping()


@dataclass
class Seconds:
    """Monotonic seconds that pass when somebody sleeps."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        assert current_scope().request_id == "-", "no request waits for the database to come back"
        self.now += seconds


def background() -> set[asyncio.Task[Any]]:
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def test_database_that_is_back_is_found_without_a_request() -> None:
    time = Seconds()
    client = MagicMock()
    client["app"].command.side_effect = [*[ServerSelectionTimeoutError("x")] * 4, *[{"ok": 1}] * 100]
    mongo = Mongo(client, "app", clock=time, sleep=time.sleep)
    with request_scope("1", "chat"), pytest.raises(DependencyUnavailableError):
        await mongo.ping()
    await asyncio.wait(background(), timeout=10)
    # Four pauses, none longer than the first; then all of a burst are served, and none has to be the trial.
    assert 20 <= time.now - 1000 <= 24
    await asyncio.gather(*(mongo.ping() for _ in range(10)))
    await mongo.aclose()


async def test_nobody_watches_a_database_that_was_let_go() -> None:
    time = Seconds()
    client = MagicMock()
    client["app"].command.side_effect = ServerSelectionTimeoutError("x")
    mongo = Mongo(client, "app", clock=time)
    with pytest.raises(DependencyUnavailableError):
        await mongo.ping()
    await mongo.aclose()
    await asyncio.sleep(0)
    assert not background()
