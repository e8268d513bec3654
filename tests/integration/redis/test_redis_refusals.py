"""Refusals of a reachable redis-server are named; eviction takes no budgets."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from shared.cache.cache_entry import Fetched
from shared.cache.redis_cache import RedisCache
from shared.errors.service_errors import DependencyUnavailableError
from shared.limits.limit import Limit
from shared.redis.connection import connect_redis
from shared.runtime.clock import utc_now
from tests.support.cache import Upstream, cache_settings, quote_key
from tests.support.redis_parts import make_budgets, make_cache, make_concurrency
from tests.support.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.redis_server

_CLUSTER = "cluster mode is not supported, use clusteringPolicy NoCluster"


@asynccontextmanager
async def connected(server: RedisServer) -> AsyncIterator[tuple[Redis, RedisCache]]:
    redis = connect_redis(server.settings())
    cache = make_cache(redis, cache_settings(), utc_now)
    try:
        yield redis, cache
    finally:
        await cache.aclose()
        await redis.aclose()


async def refusal_of(server: RedisServer) -> None:
    """Waits until a server refuses commands."""
    async with Redis(port=server.port) as redis:
        for _ in range(600):
            try:
                await redis.ping()
            except ResponseError:
                return
            await asyncio.sleep(0.05)
    raise AssertionError("the server refuses no command")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[list[RedisServer]]:
    """Two nodes, neither of which knows slots yet."""
    with ExitStack() as stack:
        nodes = []
        for name in ("first", "second"):
            (tmp_path / name).mkdir()
            arguments = ("--cluster-enabled", "yes", "--cluster-node-timeout", "1000")
            nodes.append(stack.enter_context(redis_server(tmp_path / name, *arguments)))
        yield nodes


async def test_cluster_mode_is_named_and_no_redirect_is_taken_for_a_value(
    cluster: list[RedisServer], caplog: pytest.LogCaptureFixture
) -> None:
    nodes: list[Any] = [Redis(port=node.port) for node in cluster]
    first, second = nodes
    await first.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 8191)
    await second.execute_command("CLUSTER", "ADDSLOTSRANGE", 8192, 16383)
    await first.execute_command("CLUSTER", "MEET", "127.0.0.1", cluster[1].port)
    for _ in range(200):
        if b"cluster_state:ok" in await first.execute_command("CLUSTER", "INFO"):
            break
        await asyncio.sleep(0.1)
    keys = [quote_key(f"S{number}") for number in range(20)]
    async with connected(cluster[0]) as (_, cache):
        for key in keys:
            body = (await cache.get_or_fetch(key, Upstream([key.symbol.encode()]))).body
            assert body == key.symbol.encode()
        with pytest.raises(DependencyUnavailableError, match=_CLUSTER):
            await cache.ping()
    assert f"refused, MOVED: {_CLUSTER}" in caplog.text
    assert "corrupt" not in caplog.text
    await first.aclose()
    await second.aclose()


async def test_missing_permission_is_named(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        async with connected(server) as (redis, cache):
            await cache.put(quote_key("A"), Fetched(b"a"))
            control: Any = redis
            await control.execute_command("ACL", "SETUSER", "default", "-get", "-set", "-mget", "-eval")
            entry = await cache.get_or_fetch(quote_key("A"), Upstream([b"never"]))
            assert entry.body == b"a", "the local cache serves it"
            with pytest.raises(DependencyUnavailableError, match="NOPERM: the user lacks the permission"):
                await cache.ping()


async def test_replica_is_named_and_still_serves(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        async with connected(server) as (redis, cache):
            await cache.put(quote_key("A"), Fetched(b"a"))
            await redis.replicaof("127.0.0.1", "1")
            assert (await cache.get_or_fetch(quote_key("A"), Upstream([b"never"]))).body == b"a"
            assert (await cache.get_or_fetch(quote_key("B"), Upstream([b"b"]))).body == b"b"
            with pytest.raises(DependencyUnavailableError, match="READONLY: the server is a"):
                await cache.ping()


async def test_replica_that_lost_its_primary_is_named_and_still_serves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with redis_server(tmp_path, "--replica-serve-stale-data", "no") as server:
        async with connected(server) as (redis, cache):
            await cache.put(quote_key("A"), Fetched(b"a"))
            await redis.replicaof("127.0.0.1", "1")
            assert (await cache.get_or_fetch(quote_key("A"), Upstream([b"never"]))).body == b"a"
            assert (await cache.get_or_fetch(quote_key("B"), Upstream([b"b"]))).body == b"b"
            with pytest.raises(DependencyUnavailableError, match="refuses commands"):
                await cache.ping()
    assert "refused, MASTERDOWN: the server is a replica" in caplog.text
    assert "corrupt" not in caplog.text


async def test_server_that_runs_a_script_is_named_and_no_refusal_is_taken_for_a_value(tmp_path: Path) -> None:
    with redis_server(tmp_path, "--lua-time-limit", "10") as server:
        async with connected(server) as (redis, cache):
            await cache.put(quote_key("A"), Fetched(b"a"))
            control: Any = Redis(port=server.port)
            script = asyncio.create_task(control.eval("while true do end", 0))
            await refusal_of(server)
            assert (await cache.get_or_fetch(quote_key("A"), Upstream([b"never"]))).body == b"a"
            assert (await cache.get_or_fetch(quote_key("B"), Upstream([b"b"]))).body == b"b"
            budgets, streams = make_budgets(redis), make_concurrency(redis, utc_now)
            await budgets.spend(Limit("tokens:day", 100, 86_400), 1)
            assert (await streams.acquire("caller", limit=1, seconds=600)).granted
            with pytest.raises(DependencyUnavailableError, match="BUSY: the server is running a script"):
                await cache.ping()
            async with Redis(port=server.port) as other:
                await other.script_kill()
            with pytest.raises(ResponseError):
                await script
            await control.aclose()


async def test_eviction_takes_no_budget_and_no_stream_slot(tmp_path: Path) -> None:
    arguments = ("--maxmemory", "5mb", "--maxmemory-policy", "volatile-lru")
    day = Limit("tokens:day", 100, 86_400)
    with redis_server(tmp_path, *arguments) as server:
        async with connected(server) as (redis, cache):
            budgets, streams = make_budgets(redis), make_concurrency(redis, utc_now)
            await budgets.spend(day, 100)
            assert (await streams.acquire("caller", limit=1, seconds=600)).granted
            for number in range(200):
                await cache.put(quote_key(f"S{number}"), Fetched(b"x" * 100_000))
            assert (await redis.info("stats"))["evicted_keys"] > 100
            assert await budgets.used_up(day) is not None
            assert not (await streams.acquire("caller", limit=1, seconds=600)).granted
