"""A hanging redis-server costs all its users together one probe per cooldown."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Connection

from shared.cache.cache_entry import CacheKey, Fetched
from shared.cache.redis_cache import RedisCache
from shared.domain.caller import Caller
from shared.errors.service_errors import DependencyUnavailableError
from shared.limits.budget import Budgets
from shared.limits.caller_limits import RateLimiter
from shared.limits.concurrency import ConcurrencyLimits
from shared.limits.limit import Limit
from shared.limits.rate import RateLimits
from shared.redis.connection import connect_redis
from shared.redis.guard import RedisGuard
from shared.redis.lease import RedisLease, RedisLeases
from shared.redis.shared_health import SharedHealth
from shared.redis.stream_records import Exchange
from shared.redis.streams import RedisStreams
from shared.refresh.progress import RefreshProgress
from shared.runtime.clock import utc_now
from tests.support.cache import QUOTE, Upstream, cache_settings
from tests.support.durations import duration
from tests.support.limits import limit_settings
from tests.support.redis_parts import KEYS
from tests.support.redis_server import RedisServer, redis_server, redis_settings

CALLER = Caller("c" * 32)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as running:
        yield running


@dataclass
class Users:
    """All users of Redis in one worker, as the app context builds them."""

    guard: RedisGuard

    def __post_init__(self) -> None:
        self.leases = RedisLeases(self.guard)
        self.cache = RedisCache(self.leases, cache_settings(), utc_now)
        self.rates = RateLimits(self.guard, KEYS)
        self.limiter = RateLimiter(limit_settings(), self.rates, ConcurrencyLimits(self.guard, KEYS, utc_now))
        self.budgets = Budgets(self.guard, KEYS)
        self.health = SharedHealth(self.leases, KEYS)
        self.progress = RefreshProgress(self.guard, KEYS)
        self.streams = RedisStreams(self.guard, KEYS)

    async def use_all(self) -> None:
        """Uses Redis in every way that a request or a timer does, one after the other."""
        await self.limiter.count_request("chat", CALLER)
        async with self.limiter.stream(CALLER):
            await self.cache.get_or_fetch(QUOTE, Upstream([b"one"]), refresh=True)
        await self.budgets.spend(Limit("tokens:day", 1_000, 86_400), 10)
        await self.health.allow("model:openai")
        await self.health.failure("model:openai", "down")
        for use in (
            RedisLease(self.leases, KEYS.key("report"), 15).acquire,
            self.progress.load,
            self.cache.ping,
            lambda: self.streams.exchange(Exchange(positions={"0" * 32: 0})),
        ):
            with suppress(DependencyUnavailableError):
                await use()

    async def aclose(self) -> None:
        for service in (self.limiter, self.budgets, self.cache, self.leases, self.rates):
            await service.aclose()


@asynccontextmanager
async def users_of(server: RedisServer) -> AsyncIterator[Users]:
    redis = connect_redis(server.settings())
    users = Users(RedisGuard(redis))
    try:
        yield users
    finally:
        await users.aclose()
        await redis.aclose()


class Probes:
    """Records when something is sent to the server: a command, or the first packet of a new connection."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times: list[float] = []
        send = Connection.send_packed_command

        async def recorded(connection: Connection, command: Any, check_health: bool = True) -> None:
            self.times.append(time.monotonic())
            await send(connection, command, check_health)

        monkeypatch.setattr(Connection, "send_packed_command", recorded)


@pytest.mark.redis_server
async def test_one_probe_per_cooldown_over_all_users_of_redis(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cooldown = 1.0
    monkeypatch.setattr("shared.redis.guard.COOLDOWN", cooldown)
    async with users_of(server) as users:
        await users.use_all()
        server.hang()
        caplog.clear()
        probes = Probes(monkeypatch)
        waits: list[float] = []
        while len(probes.times) < 4:
            sent = len(probes.times)
            waited = await duration(users.use_all)
            if len(probes.times) > sent:
                waits.append(waited)
            await asyncio.sleep(0.02)
        monkeypatch.undo()
        server.resume()
    assert min(waits) < 1, "one use waits for one probe at most"
    gaps = [later - earlier for earlier, later in pairwise(probes.times)]
    assert min(gaps) > cooldown
    outages = [record.getMessage() for record in caplog.records if "redis:" in record.getMessage()]
    assert outages == ["degraded: redis: circuit breaker opened (TimeoutError), cooldown 1 s"]
    assert not any(" lease" in record.getMessage() for record in caplog.records)


@pytest.mark.redis_server
async def test_concurrent_requests_end_with_the_first_timeout(server: RedisServer) -> None:
    async def seconds_of_an_outage() -> float:
        async with users_of(server) as users:
            await users.use_all()
            server.hang()
            seconds = await duration(lambda: asyncio.gather(*(users.use_all() for _ in range(100))))
            server.resume()
            return seconds

    # The fastest of three: what else the machine does only lengthens it.
    assert min([await seconds_of_an_outage() for _ in range(3)]) < 2.5


@pytest.mark.redis_server
async def test_hundred_large_histories_do_not_open_the_circuit_breaker(server: RedisServer) -> None:
    keys = [CacheKey("historical_data", "history", f"S{number}", "10y:1d") for number in range(100)]
    async with users_of(server) as users:
        await users.cache.put_many({key: Fetched(b"x" * 390_000) for key in keys})
        async with users_of(server) as others:
            upstream = Upstream([b"never"])
            entries = await asyncio.gather(*(others.cache.get_or_fetch(key, upstream) for key in keys))
            assert others.guard.health.breaker.closed
    assert upstream.calls == 0
    assert {len(entry.body) for entry in entries} == {390_000}


async def test_slow_reply_that_makes_progress_is_no_outage() -> None:
    body = b"x" * 400_000

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                if b"GET" not in data or b"slow" not in data:
                    writer.write(b"+OK\r\n" * max(1, data.count(b"*")))
                    continue
                writer.write(b"$%d\r\n" % len(body))
                for start in range(0, len(body), 40_000):
                    await asyncio.sleep(0.1)
                    writer.write(body[start : start + 40_000])
                    await writer.drain()
                writer.write(b"\r\n")
        writer.close()

    listener = await asyncio.start_server(trickle, "127.0.0.1", 0)
    redis = connect_redis(redis_settings("127.0.0.1", listener.sockets[0].getsockname()[1]))
    redis.connection_pool.connection_kwargs["protocol"] = 2
    guard = RedisGuard(redis)
    async with listener:
        assert await guard.run(lambda client: client.get("slow")) == body
        await redis.aclose()
