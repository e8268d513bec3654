"""The guard of a Redis client: deadline, queue, circuit breaker, named refusals."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

import pytest
from fakeredis import FakeServer
from redis.asyncio import Redis
from redis.exceptions import (
    ClusterCrossSlotError,
    MovedError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
)
from redis.exceptions import ConnectionError as RedisConnectionError

from infra.local.embedded_redis import EmbeddedRedis
from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.guard import RedisGuard
from tests.support.cache import FrozenClock


@pytest.fixture
def guard(clock: FrozenClock) -> RedisGuard:
    return RedisGuard(EmbeddedRedis(FakeServer()), concurrency=2, clock=clock.monotonic)


async def fail(_: Redis) -> None:
    raise RedisConnectionError("connection to secret-host refused")


async def work(_: Redis) -> str:
    return "done"


def raising(error: Exception) -> Callable[[Redis], Awaitable[None]]:
    async def command(_: Redis) -> None:
        raise error

    return command


async def test_failure_is_a_dependency_error_that_names_no_host(guard: RedisGuard) -> None:
    with pytest.raises(DependencyUnavailableError) as raised:
        await guard.run(fail)
    assert "secret-host" not in raised.value.detail


async def test_no_command_is_sent_during_the_cooldown(guard: RedisGuard, clock: FrozenClock) -> None:
    with pytest.raises(DependencyUnavailableError):
        await guard.run(fail)
    with pytest.raises(DependencyUnavailableError) as raised:
        await guard.run(work)
    assert raised.value.retry_after == 5.0
    clock.advance(5)
    assert await guard.run(work) == "done"


async def test_outage_is_logged_once_when_it_begins_and_once_when_it_ends(
    guard: RedisGuard, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(3):
        with pytest.raises(DependencyUnavailableError):
            await guard.run(fail)
        clock.advance(5)
    await guard.run(work)
    assert [record.getMessage() for record in caplog.records] == [
        "degraded: redis: circuit breaker opened (ConnectionError), cooldown 5 s",
        "recovered: redis after 15 s",
    ]


async def test_rejected_command_is_no_outage(guard: RedisGuard) -> None:
    with pytest.raises(ResponseError):
        await guard.run(raising(ResponseError("WRONGTYPE")))
    assert await guard.run(work) == "done"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (
            MovedError("3999 127.0.0.1:6381"),
            "MOVED: cluster mode is not supported, use clusteringPolicy NoCluster",
        ),
        (ClusterCrossSlotError("Keys in request don't hash to the same slot"), "CROSSSLOT: cluster mode"),
        (NoPermissionError("this user has no permissions"), "NOPERM: the user lacks the permission"),
        (
            ReadOnlyError("You can't write against a read only replica."),
            "READONLY: the server is a read-only",
        ),
        (OutOfMemoryError("command not allowed"), "OOM: the memory is full"),
        (ResponseError("MISCONF Redis is configured to save RDB snapshots"), "MISCONF: "),
    ],
)
async def test_refusal_of_the_server_is_named_and_does_not_open_the_breaker(
    guard: RedisGuard, caplog: pytest.LogCaptureFixture, error: ResponseError, cause: str
) -> None:
    for _ in range(2):
        with pytest.raises(DependencyUnavailableError, match=r"Redis refuses commands") as raised:
            await guard.run(raising(error))
        assert cause in raised.value.detail
    assert [cause in record.getMessage() for record in caplog.records] == [True]
    assert await guard.run(work) == "done"


async def test_refusal_inside_a_pipeline_is_not_taken_for_a_value(guard: RedisGuard) -> None:
    async def pipeline(_: Redis) -> list[object]:
        return [b"value", MovedError("3999 127.0.0.1:6381")]

    with pytest.raises(DependencyUnavailableError, match="MOVED"):
        await guard.run(pipeline)


async def test_hanging_command_is_cancelled(guard: RedisGuard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.redis.guard._DEADLINE", 0.05)

    async def hang(_: Redis) -> None:
        await asyncio.Event().wait()

    with pytest.raises(DependencyUnavailableError):
        await asyncio.wait_for(guard.run(hang), 60)
    assert guard.health.remaining_cooldown() > 0


async def test_waiting_commands_fail_with_the_one_that_failed(
    guard: RedisGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.redis.guard._DEADLINE", 0.05)
    sent = 0

    async def hang(_: Redis) -> None:
        nonlocal sent
        sent += 1
        await asyncio.Event().wait()

    waiting = [guard.run(hang) for _ in range(100)]
    outcomes = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 60)
    assert all(isinstance(outcome, DependencyUnavailableError) for outcome in outcomes)
    assert sent == 2


async def test_queued_commands_of_a_blocked_worker_are_executed(
    guard: RedisGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.redis.guard._QUEUE_TIMEOUT", 0.2)

    async def block(_: Redis) -> str:
        await asyncio.sleep(0)
        time.sleep(0.3)  # noqa: ASYNC251 - blocks the loop on purpose
        await asyncio.sleep(0)
        return "done"

    waiting = [asyncio.create_task(guard.run(command)) for command in (block, block, work, work)]
    assert await asyncio.gather(*waiting) == ["done"] * 4


async def test_concurrency_is_bounded_and_no_command_is_lost(guard: RedisGuard) -> None:
    running = peak = 0

    async def count(_: Redis) -> None:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        await asyncio.sleep(0)
        running -= 1

    await asyncio.gather(*(guard.run(count) for _ in range(500)))
    assert peak == 2
    assert running == 0
