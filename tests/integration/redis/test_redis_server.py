"""The cache against a real redis-server: available, stopped, hanging, full, and with TLS."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.credentials import StreamingCredentialProvider
from redis.exceptions import OutOfMemoryError

from shared.cache.cache_entry import CacheKey, Fetched
from shared.cache.redis_cache import RedisCache
from shared.config.store_settings import RedisSettings
from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.connection import CLIENT_NAME, connect_redis
from shared.redis.lease import RedisLease
from shared.redis.redis_entra import EntraCredentials
from shared.runtime.clock import utc_now
from tests.support.cache import QUOTE, Upstream, cache_settings, quote_key
from tests.support.cache_worker import ask_at_once, fetches
from tests.support.certificates import Certificates, make_certificates
from tests.support.durations import Stopwatch, duration, shortest_duration
from tests.support.redis_parts import make_cache, make_leases
from tests.support.redis_server import RedisServer, redis_server, redis_settings

NAME = "test:v1:quote:AAPL:"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as running:
        yield running


@asynccontextmanager
async def cache_on(settings: RedisSettings) -> AsyncIterator[RedisCache]:
    redis = connect_redis(settings)
    cache = make_cache(redis, cache_settings(), utc_now)
    try:
        yield cache
    finally:
        await cache.aclose()
        await redis.aclose()


@pytest.mark.redis_server
async def test_hit_is_one_get_of_one_value(server: RedisServer) -> None:
    async with cache_on(server.settings()) as cache:
        await cache.get_or_fetch(QUOTE, Upstream([b"one"]))
        redis = connect_redis(server.settings())
        await redis.config_resetstat()
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"one"
        stats = await redis.info("commandstats")
        await redis.aclose()
    assert stats["cmdstat_get"]["calls"] == 1
    assert set(stats) - {"cmdstat_info", "cmdstat_config|resetstat"} == {"cmdstat_get"}


@pytest.mark.redis_server
async def test_fifty_hits_are_one_mget(server: RedisServer) -> None:
    keys = [quote_key(f"S{number}") for number in range(50)]
    async with cache_on(server.settings()) as cache:
        for key in keys:
            await cache.put(key, Fetched(key.symbol.encode()))
        redis = connect_redis(server.settings())
        await redis.config_resetstat()
        found = await cache.get_or_fetch_many(keys, _never)
        stats = await redis.info("commandstats")
        await redis.aclose()
    assert len(found) == 50
    assert stats["cmdstat_mget"]["calls"] == 1
    assert "cmdstat_get" not in stats


async def available(cache: RedisCache) -> None:
    """Waits until the cooldown after an outage has ended."""
    for _ in range(100):
        with suppress(DependencyUnavailableError):
            return await cache.ping()
        await asyncio.sleep(0.1)
    raise AssertionError("Redis is not found again")


async def _fill(redis: Redis) -> None:
    for _ in range(1000):
        try:
            await redis.rpush("filler", b"x" * 100_000)
        except OutOfMemoryError:
            return
    raise AssertionError("it takes all")


async def _never(_: Sequence[CacheKey]) -> dict[CacheKey, Fetched]:
    raise AssertionError("nothing is missing")


@pytest.mark.redis_server
async def test_connection_says_who_it_is(server: RedisServer) -> None:
    redis = connect_redis(server.settings())
    assert await redis.client_getname() in (CLIENT_NAME, CLIENT_NAME.encode())
    await redis.aclose()


@pytest.mark.redis_server
async def test_cold_key_asked_for_by_two_processes_is_fetched_once(server: RedisServer) -> None:
    bodies = await asyncio.to_thread(ask_at_once, server.port, processes=2, requests=100)
    assert bodies == [['{"symbol":"AAPL"}']] * 2
    redis = connect_redis(server.settings())
    assert await fetches(redis) == 1
    await redis.aclose()


@pytest.mark.redis_server
async def test_thousand_concurrent_cold_keys_do_not_open_the_breaker(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The queue of commands is tested here, not the speed of the machine.
    monkeypatch.setattr("shared.redis.guard._DEADLINE", 10.0)
    monkeypatch.setattr("shared.redis.guard._QUEUE_TIMEOUT", 30.0)
    monkeypatch.setattr("shared.redis.connection._IdleTimeoutParser.idle_timeout", 10.0)
    async with cache_on(server.settings()) as cache:
        keys = [quote_key(f"S{number}") for number in range(1000)]
        upstream = Upstream([b"one"])
        await asyncio.gather(*(cache.get_or_fetch(key, upstream) for key in keys))
        redis = connect_redis(server.settings())
        kept = await redis.dbsize()
        await redis.aclose()
    assert kept == 1000


class TestServerFails:
    @pytest.mark.redis_server
    async def test_stopped_server_is_cheap_and_found_again(self, server: RedisServer) -> None:
        async with cache_on(server.settings()) as cache:
            await cache.put(QUOTE, Fetched(b"one"))
            server.stop()
            upstream = Upstream([b"two"])
            with Stopwatch() as watch:
                bodies = {(await cache.get_or_fetch(QUOTE, upstream)).body for _ in range(100)}
            assert watch.seconds < 1.0
            assert bodies == {b"one"}
            server.start()
            await available(cache)
            assert (await cache.get_or_fetch(quote_key("MSFT"), upstream)).body == b"two"
            redis = connect_redis(server.settings())
            assert await redis.exists("test:v1:quote:MSFT:")
            await redis.aclose()

    @pytest.mark.redis_server
    async def test_hanging_server_costs_half_a_second_once_for_a_thousand_requests(
        self, server: RedisServer
    ) -> None:
        async with cache_on(server.settings()) as cache:
            await cache.ping()
            server.hang()
            keys = [quote_key(f"S{number}") for number in range(1000)]
            first = await duration(
                lambda: asyncio.gather(*(cache.get_or_fetch(key, Upstream([b"one"])) for key in keys))
            )
            second = await shortest_duration(
                lambda: asyncio.gather(*(cache.get_or_fetch(key, Upstream([b"never"])) for key in keys[:100]))
            )
            server.resume()
        assert first < 2.0
        assert second < 0.5

    @pytest.mark.redis_server
    async def test_blocked_event_loop_is_not_taken_for_an_outage(self, server: RedisServer) -> None:
        async with cache_on(server.settings()) as cache:
            await cache.ping()
            server.hang()
            asked = asyncio.create_task(cache.ping())
            await asyncio.sleep(0.05)
            server.resume()
            # Longer than the idle timeout: the reply has arrived, but was not read.
            time.sleep(0.4)  # noqa: ASYNC251 - holds the loop up on purpose
            await asked

    @pytest.mark.redis_server
    async def test_replies_of_cancelled_commands_are_not_mixed_up(self, server: RedisServer) -> None:
        # Cancelled commands leave replies on their connections, which later commands must not read.
        keys = [quote_key(f"S{number}") for number in range(100)]
        async with cache_on(server.settings()) as cache:
            for key in keys:
                await cache.put(key, Fetched(key.symbol.encode()))
            server.hang()
            readers = [asyncio.create_task(cache.get(key)) for key in keys]
            await asyncio.sleep(0.05)
            for reader in readers[::2]:
                reader.cancel()
            await asyncio.wait(readers)
            server.resume()
            await available(cache)
            found = await asyncio.gather(*(cache.get(key) for key in keys))
        assert [entry.body.decode() for entry in found if entry] == [key.symbol for key in keys]

    @pytest.mark.redis_server
    async def test_full_server_serves_and_new_responses_are_cached_locally(self, tmp_path: Path) -> None:
        with redis_server(tmp_path, "--maxmemory", "3mb", "--maxmemory-policy", "noeviction") as server:
            redis = connect_redis(server.settings())
            async with cache_on(server.settings()) as cache:
                await cache.put(QUOTE, Fetched(b"kept before"))
                await _fill(redis)
                assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"kept before"
                upstream = Upstream([b"made while full"])
                for _ in range(3):
                    entry = await cache.get_or_fetch(quote_key("MSFT"), upstream)
                    assert entry.body == b"made while full"
                assert upstream.calls == 1
                with pytest.raises(DependencyUnavailableError, match="OOM: the memory is full"):
                    await cache.ping()
                await redis.delete("filler")
                await cache.ping()
                await cache.put(quote_key("MSFT"), Fetched(b"made later"))
                assert await redis.exists("test:v1:quote:MSFT:")
            await redis.aclose()

    async def test_server_of_another_protocol_is_an_outage(self) -> None:
        async def speak_http(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()
            writer.close()

        listener = await asyncio.start_server(speak_http, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        async with listener, cache_on(redis_settings("127.0.0.1", port)) as cache:
            upstream = Upstream([b"one"])
            for _ in range(3):
                assert (await cache.get_or_fetch(QUOTE, upstream)).body == b"one"
            assert upstream.calls == 1
            with pytest.raises(DependencyUnavailableError):
                await cache.ping()

    @pytest.mark.redis_server
    async def test_address_that_drops_packets_costs_a_bounded_time(self) -> None:
        with deaf_port() as port:
            async with cache_on(redis_settings("127.0.0.1", port)) as cache:
                with Stopwatch() as watch:
                    assert (await cache.get_or_fetch(QUOTE, Upstream([b"one"]))).body == b"one"
                assert watch.seconds < 1.5


@contextmanager
def deaf_port() -> Iterator[int]:
    """A port whose queue of connections is full: the kernel drops what else wants to connect."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as waiting:
        address = server.getsockname()
        for _ in range(4):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(address)
        yield address[1]


class TestPassword:
    @pytest.mark.redis_server
    async def test_right_one_is_let_in(self, tmp_path: Path) -> None:
        with redis_server(tmp_path, "--requirepass", "correct") as server:
            async with cache_on(server.settings(password="correct")) as cache:
                await cache.ping()

    @pytest.mark.redis_server
    async def test_wrong_one_is_not_in_the_error(self, tmp_path: Path) -> None:
        with redis_server(tmp_path, "--requirepass", "correct") as server:
            async with cache_on(server.settings(password="marker-of-a-secret")) as cache:
                with pytest.raises(DependencyUnavailableError) as raised:
                    await cache.ping()
        assert "marker" not in f"{raised.value}{raised.value.__cause__!r}"


class TestManagedIdentity:
    @pytest.mark.redis_server
    async def test_user_and_token_of_the_identity_are_let_in(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inner = UsernamePasswordCredentials("object-id", "token")
        monkeypatch.setattr(
            "shared.redis.redis_entra.entra_credentials", lambda: EntraCredentials(lambda: inner)
        )
        user = ["--user", "object-id", "on", ">token", "~*", "&*", "+@all", "--user", "default", "off"]
        with redis_server(tmp_path, *user) as server:
            settings = server.settings().model_copy(update={"auth": "entra"})
            async with cache_on(settings) as cache:
                await cache.put(QUOTE, Fetched(b"one"))
                assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"one"


class UsernamePasswordCredentials(StreamingCredentialProvider):
    """In the place of redis-entraid: always the same token."""

    def __init__(self, user: str, token: str) -> None:
        self._credentials = (user, token)

    def get_credentials(self) -> tuple[str, str]:
        return self._credentials

    def on_next(self, callback: Callable[[Any], Any]) -> None:
        """Never renewed."""

    def on_error(self, callback: Callable[[Exception], Any]) -> None:
        """Never renewed."""

    def is_streaming(self) -> bool:
        return False


class TestTls:
    @pytest.fixture
    def certificates(self, tmp_path: Path) -> Certificates:
        return make_certificates(tmp_path)

    @pytest.fixture
    def server(self, tmp_path: Path, certificates: Certificates) -> Iterator[RedisServer]:
        arguments = [
            "--tls-cert-file",
            str(certificates.certificate),
            "--tls-key-file",
            str(certificates.key),
        ]
        arguments += ["--tls-ca-cert-file", str(certificates.ca), "--tls-auth-clients", "no"]
        with redis_server(tmp_path, *arguments, tls=True) as running:
            yield running

    @pytest.mark.redis_server
    async def test_server_of_a_trusted_authority_serves(
        self, server: RedisServer, certificates: Certificates
    ) -> None:
        async with cache_on(server.settings(ca_file=str(certificates.ca))) as cache:
            await cache.ping()
            await cache.put(QUOTE, Fetched(b"one"))
            assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"one"

    @pytest.mark.redis_server
    async def test_server_of_an_unknown_authority_is_not_spoken_to(self, server: RedisServer) -> None:
        async with cache_on(server.settings()) as cache:
            with pytest.raises(DependencyUnavailableError):
                await cache.ping()


class TestLease:
    @pytest.mark.redis_server
    async def test_one_holder_at_a_time(self, server: RedisServer) -> None:
        redis = connect_redis(server.settings())
        first, second = (RedisLease(make_leases(redis), "test:v1:refresh:lease", 10) for _ in range(2))
        assert await first.acquire()
        assert not await second.acquire()
        await first.release()
        assert await second.acquire()
        await redis.aclose()

    @pytest.mark.redis_server
    async def test_stopped_server_is_an_error(self, server: RedisServer) -> None:
        redis = connect_redis(server.settings())
        lease = RedisLease(make_leases(redis), "test:v1:refresh:lease", 10)
        server.stop()
        with pytest.raises(DependencyUnavailableError):
            await lease.acquire()
        await redis.aclose()
