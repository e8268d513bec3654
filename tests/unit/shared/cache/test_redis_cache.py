"""The cache over an embedded Redis, with the time held still."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import pytest
from fakeredis import FakeAsyncRedis, FakeServer
from redis.asyncio import Redis

from shared.cache.base import CacheEntry, CacheKey, Fetched
from shared.cache.redis_cache import RedisCache
from shared.errors import (
    DependencyUnavailableError,
    ServiceError,
    SymbolNotFoundError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from shared.observability.telemetry import request_scope
from shared.runtime.breaker import Breaker
from tests.support.cache import QUOTE, FrozenClock, Upstream, cache_settings, quote_key

NAME = "test:v1:quote:AAPL:"
DOWN = UpstreamUnavailableError("No data source is up.", retry_after=30)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded Redis works on the test's own loop: a busy machine must not look like one that is away."""
    monkeypatch.setattr("shared.redis.guard._DEADLINE", 60.0)
    monkeypatch.setattr("shared.redis.guard._TURN", 60.0)


@pytest.fixture
async def redis(server: FakeServer) -> AsyncIterator[Redis]:
    async with FakeAsyncRedis(server=server) as client:
        yield client


@pytest.fixture
async def cache(redis: Redis, clock: FrozenClock) -> AsyncIterator[RedisCache]:
    cache = make_cache(redis, clock)
    yield cache
    await cache.aclose()


def make_cache(redis: Redis, clock: FrozenClock, *, local_ttl: float = 0.0) -> RedisCache:
    breaker = Breaker("redis", clock.monotonic, pause=5.0, max_pause=5.0)
    return RedisCache(redis, cache_settings(local_ttl=local_ttl), clock, breaker=breaker)


class Batch:
    """Fetches many: bodies by symbol, errors in place of some, nothing for the unknown."""

    def __init__(self, answers: Mapping[str, bytes | ServiceError], error: Exception | None = None) -> None:
        self.answers = answers
        self.error = error
        self.asked: list[list[str]] = []

    async def __call__(self, keys: Sequence[CacheKey]) -> Mapping[CacheKey, Fetched | ServiceError]:
        self.asked.append([key.symbol for key in keys])
        if self.error:
            raise self.error
        answers = {key: self.answers[key.symbol] for key in keys if key.symbol in self.answers}
        return {key: Fetched(one) if isinstance(one, bytes) else one for key, one in answers.items()}


async def test_first_is_a_miss_then_hits_with_the_same_bytes_until_the_ttl(
    cache: RedisCache, clock: FrozenClock
) -> None:
    upstream = Upstream([b"one", b"two"])
    made = await cache.get_or_fetch(QUOTE, upstream)
    clock.advance(59)
    hit = await cache.get_or_fetch(QUOTE, upstream)
    clock.advance(1)
    renewed = await cache.get_or_fetch(QUOTE, upstream)
    assert [(entry.body, entry.outcome) for entry in (made, hit, renewed)] == [
        (b"one", "miss"),
        (b"one", "hit"),
        (b"two", "miss"),
    ]
    assert hit.etag == made.etag
    assert renewed.age(clock()) == 0
    assert upstream.calls == 2


async def test_age_counts_from_when_it_was_made(cache: RedisCache, clock: FrozenClock) -> None:
    await cache.get_or_fetch(QUOTE, Upstream([b"one"]))
    clock.advance(20)
    entry = await cache.get_or_fetch(QUOTE, Upstream([b"never"]))
    assert (entry.age(clock()), entry.max_age(clock())) == (20, 40)


async def test_other_worker_gets_the_same_bytes(cache: RedisCache, redis: Redis, clock: FrozenClock) -> None:
    await cache.get_or_fetch(QUOTE, Upstream([b"one"]))
    other = make_cache(redis, clock)
    assert (await other.get_or_fetch(QUOTE, Upstream([b"two"]))).body == b"one"


async def test_thousand_concurrent_misses_are_one_fetch(cache: RedisCache) -> None:
    upstream = Upstream([b"one"], before=lambda: asyncio.sleep(0.01))
    entries = await asyncio.gather(*(cache.get_or_fetch(QUOTE, upstream) for _ in range(1000)))
    assert upstream.calls == 1
    assert {entry.body for entry in entries} == {b"one"}


async def test_concurrent_misses_of_two_workers_are_one_fetch(redis: Redis, clock: FrozenClock) -> None:
    first, second = make_cache(redis, clock), make_cache(redis, clock)
    upstream = Upstream([b"one"], before=lambda: asyncio.sleep(0.05))
    entries = await asyncio.gather(*(cache.get_or_fetch(QUOTE, upstream) for cache in (first, second) * 50))
    assert upstream.calls == 1
    assert {entry.body for entry in entries} == {b"one"}


async def test_caller_that_leaves_does_not_fail_the_others(cache: RedisCache) -> None:
    fetching, go = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        fetching.set()
        await go.wait()

    upstream = Upstream([b"one"], before=hold)
    first = asyncio.create_task(cache.get_or_fetch(QUOTE, upstream))
    await fetching.wait()
    second = asyncio.create_task(cache.get_or_fetch(QUOTE, upstream))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait({first})
    go.set()
    assert (await second).body == b"one"
    assert upstream.calls == 1


async def test_waits_for_a_worker_that_died_only_as_long_as_set(redis: Redis, clock: FrozenClock) -> None:
    await redis.set(f"{NAME}:lease", "somebody who died")
    cache = RedisCache(redis, cache_settings(lease_seconds=0.1), clock)
    assert (await cache.get_or_fetch(QUOTE, Upstream([b"one"]))).body == b"one"


class TestUpstreamFails:
    async def test_with_nothing_kept_the_error_comes_through(self, cache: RedisCache) -> None:
        with pytest.raises(UpstreamUnavailableError, match="No data source is up") as raised:
            await cache.get_or_fetch(QUOTE, Upstream([DOWN]))
        assert raised.value.retry_after == 30

    async def test_stale_answer_is_served_as_such(self, cache: RedisCache, clock: FrozenClock) -> None:
        await cache.put(QUOTE, b"old")
        clock.advance(500)
        entry = await cache.get_or_fetch(QUOTE, Upstream([DOWN]))
        assert (entry.body, entry.outcome, entry.max_age(clock())) == (b"old", "stale", 0)
        assert entry.age(clock()) == 500

    async def test_it_is_not_asked_again_for_a_moment(
        self, cache: RedisCache, redis: Redis, clock: FrozenClock
    ) -> None:
        await cache.put(QUOTE, b"old")
        clock.advance(61)
        upstream = Upstream([DOWN, b"new"])
        assert [(await cache.get_or_fetch(QUOTE, upstream)).body for _ in range(50)] == [b"old"] * 50
        assert upstream.calls == 1
        await redis.delete(f"{NAME}:lease")  # as its own time does
        clock.advance(5)
        assert (await cache.get_or_fetch(QUOTE, upstream)).body == b"new"

    async def test_with_nothing_kept_it_is_left_alone_for_a_second(
        self, redis: Redis, cache: RedisCache, clock: FrozenClock
    ) -> None:
        upstream = Upstream([UpstreamTimeoutError("Too slow."), b"new"])
        for _ in range(20):
            with pytest.raises(UpstreamTimeoutError, match="Too slow"):
                await cache.get_or_fetch(QUOTE, upstream)
        assert upstream.calls == 1
        await redis.delete(f"{NAME}:lease")  # as its own time does
        clock.advance(1)
        assert (await cache.get_or_fetch(QUOTE, upstream)).body == b"new"

    async def test_other_workers_leave_it_alone_too(self, redis: Redis, clock: FrozenClock) -> None:
        first, second = make_cache(redis, clock), make_cache(redis, clock)
        upstream = Upstream([DOWN])
        for cache in (first, second):
            with pytest.raises(UpstreamUnavailableError, match="No data source is up") as raised:
                await cache.get_or_fetch(QUOTE, upstream)
            assert raised.value.retry_after == 30
        assert upstream.calls == 1

    async def test_defect_in_the_fetch_comes_through_and_leaves_no_lease(
        self, cache: RedisCache, redis: Redis
    ) -> None:
        upstream = Upstream([ValueError("a defect"), b"one"])
        with pytest.raises(ValueError, match="a defect"):
            await cache.get_or_fetch(QUOTE, upstream)
        assert await redis.keys() == []
        assert (await cache.get_or_fetch(QUOTE, upstream)).body == b"one"


class TestUnknownSymbol:
    async def test_is_remembered_for_a_minute(self, cache: RedisCache, clock: FrozenClock) -> None:
        upstream = Upstream([SymbolNotFoundError("AAPL is not known."), b"listed now"])
        for seconds in (0, 30, 29):
            clock.advance(seconds)
            with pytest.raises(SymbolNotFoundError, match="AAPL is not known"):
                await cache.get_or_fetch(QUOTE, upstream)
        assert upstream.calls == 1
        clock.advance(1)
        assert (await cache.get_or_fetch(QUOTE, upstream)).body == b"listed now"

    async def test_is_not_an_entry(self, cache: RedisCache) -> None:
        with pytest.raises(SymbolNotFoundError):
            await cache.get_or_fetch(QUOTE, Upstream([SymbolNotFoundError("gone")]))
        assert await cache.get(QUOTE) is None


class TestRefresh:
    async def test_asks_upstream_though_a_fresh_answer_is_kept(
        self, cache: RedisCache, clock: FrozenClock
    ) -> None:
        await cache.put(QUOTE, b"one")
        clock.advance(1)
        entry = await cache.get_or_fetch(QUOTE, Upstream([b"two"]), refresh=True)
        assert (entry.body, entry.outcome) == (b"two", "miss")
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"two"

    async def test_keeps_what_is_fresh_when_upstream_fails(
        self, cache: RedisCache, clock: FrozenClock
    ) -> None:
        await cache.put(QUOTE, b"one")
        clock.advance(1)
        entry = await cache.get_or_fetch(QUOTE, Upstream([DOWN]), refresh=True)
        assert (entry.body, entry.outcome) == (b"one", "stale")
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).outcome == "hit"


class TestMany:
    async def test_only_what_is_missing_is_fetched_together(self, cache: RedisCache) -> None:
        await cache.put(quote_key("A"), b"a")
        batch = Batch({"B": b"b", "C": b"c"})
        keys = [quote_key(symbol) for symbol in "CABA"]
        found = await cache.get_or_fetch_many(keys, batch)
        assert batch.asked == [["C", "B"]]
        assert [(key.symbol, entry.body) for key, entry in entries(found).items()] == [
            ("C", b"c"),
            ("A", b"a"),
            ("B", b"b"),
        ]

    async def test_unknown_is_absent_and_not_asked_again(self, cache: RedisCache) -> None:
        batch = Batch({"A": b"a"})
        keys = [quote_key("A"), quote_key("NOSUCH")]
        for _ in range(2):
            assert list(await cache.get_or_fetch_many(keys, batch)) == [quote_key("A")]
        assert batch.asked == [["A", "NOSUCH"]]

    async def test_when_upstream_fails_fresh_and_stale_are_served_and_the_rest_has_the_error(
        self, cache: RedisCache, clock: FrozenClock
    ) -> None:
        await cache.put(quote_key("STALE"), b"old")
        clock.advance(70)
        await cache.put(quote_key("FRESH"), b"new")
        keys = [quote_key(symbol) for symbol in ("FRESH", "STALE", "COLD")]
        found = await cache.get_or_fetch_many(keys, Batch({}, error=DOWN))
        outcomes = {
            key.symbol: result.outcome if isinstance(result, CacheEntry) else result.code
            for key, result in found.items()
        }
        assert outcomes == {"FRESH": "hit", "STALE": "stale", "COLD": "upstream_unavailable"}

    async def test_one_that_could_not_be_had_is_not_unknown(self, cache: RedisCache) -> None:
        batch = Batch({"A": b"a", "B": UpstreamTimeoutError("Too slow.")})
        found = await cache.get_or_fetch_many([quote_key("A"), quote_key("B")], batch)
        assert isinstance(found[quote_key("B")], UpstreamTimeoutError)
        assert isinstance(found[quote_key("A")], CacheEntry)

    async def test_refresh_asks_for_all(self, cache: RedisCache, clock: FrozenClock) -> None:
        await cache.put(quote_key("A"), b"a")
        clock.advance(1)
        batch = Batch({"A": b"newer"})
        found = await cache.get_or_fetch_many([quote_key("A")], batch, refresh=True)
        assert entries(found)[quote_key("A")].body == b"newer"

    async def test_thousands_of_keys_are_one_fetch(self, cache: RedisCache) -> None:
        symbols = [f"S{number}" for number in range(5000)]
        batch = Batch({symbol: symbol.encode() for symbol in symbols})
        keys = [quote_key(symbol) for symbol in symbols]
        for _ in range(2):
            found = entries(await cache.get_or_fetch_many(keys, batch))
            assert [entry.body.decode() for entry in found.values()] == symbols
        assert len(batch.asked) == 1

    async def test_nothing_asked_is_nothing_found(self, cache: RedisCache) -> None:
        assert await cache.get_or_fetch_many([], Batch({})) == {}

    async def test_single_and_many_share_a_flight(self, cache: RedisCache) -> None:
        upstream = Upstream([b"one"], before=lambda: asyncio.sleep(0.01))
        batch = Batch({"AAPL": b"two", "MSFT": b"msft"})
        single, many = await asyncio.gather(
            cache.get_or_fetch(QUOTE, upstream), cache.get_or_fetch_many([QUOTE, quote_key("MSFT")], batch)
        )
        assert single.body == entries(many)[QUOTE].body == b"one"
        assert batch.asked == [["MSFT"]]


def entries(found: Mapping[CacheKey, CacheEntry | ServiceError]) -> dict[CacheKey, CacheEntry]:
    assert all(isinstance(entry, CacheEntry) for entry in found.values())
    return {key: entry for key, entry in found.items() if isinstance(entry, CacheEntry)}


class TestNearCache:
    async def test_serves_a_hot_key_for_a_second_without_redis(
        self, redis: Redis, clock: FrozenClock
    ) -> None:
        cache = make_cache(redis, clock, local_ttl=1.0)
        await cache.put(QUOTE, b"one")
        await make_cache(redis, clock).put(QUOTE, b"two")
        clock.advance(0.9)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"one"
        near = cache.near(QUOTE)
        assert near is not None
        assert near.body == b"one"
        clock.advance(0.2)
        assert cache.near(QUOTE) is None
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"two"

    async def test_is_renewed_behind_the_back_of_who_asks_in_its_second_half(
        self, redis: Redis, clock: FrozenClock
    ) -> None:
        cache = make_cache(redis, clock, local_ttl=1.0)
        await cache.put(QUOTE, b"one")
        await make_cache(redis, clock).put(QUOTE, b"two")
        clock.advance(0.6)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"one"
        # A read that waits goes out after the one that nobody waits for.
        await cache.get(quote_key("MSFT"))
        clock.advance(0.9)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"two"
        await make_cache(redis, clock).put(QUOTE, b"three")
        clock.advance(0.2)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"three"

    async def test_never_serves_beyond_the_ttl(self, redis: Redis, clock: FrozenClock) -> None:
        cache = make_cache(redis, clock, local_ttl=1.0)
        await cache.put(QUOTE, b"one")
        clock.advance(59.5)
        await cache.get_or_fetch(QUOTE, Upstream([b"never"]))
        clock.advance(0.6)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"two"]))).body == b"two"


class TestGarbage:
    @pytest.mark.parametrize("value", [b"", b"garbage", b'{"price": 1}', b"\x00" * 64])
    async def test_undecodable_value_is_a_miss_and_removed(
        self, cache: RedisCache, redis: Redis, value: bytes
    ) -> None:
        await redis.set(NAME, value)
        assert await cache.get(QUOTE) is None
        assert await redis.get(NAME) is None

    async def test_value_of_another_key_is_not_served(self, cache: RedisCache, redis: Redis) -> None:
        await cache.put(quote_key("MSFT"), b"microsoft")
        await redis.copy("test:v1:quote:MSFT:", NAME)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"apple"]))).body == b"apple"

    async def test_key_of_another_type_is_removed_and_written_anew(
        self, cache: RedisCache, redis: Redis
    ) -> None:
        await redis.rpush(NAME, "a", "list")
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"one"]))).body == b"one"
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"one"

    async def test_garbage_among_many_costs_that_one_alone(self, cache: RedisCache, redis: Redis) -> None:
        await cache.put(quote_key("A"), b"a")
        await redis.set("test:v1:quote:B:", b"garbage")
        batch = Batch({"B": b"b"})
        found = await cache.get_or_fetch_many([quote_key("A"), quote_key("B")], batch)
        assert {key.symbol: entry.body for key, entry in entries(found).items()} == {"A": b"a", "B": b"b"}
        assert batch.asked == [["B"]]


class TestRedisAway:
    async def test_answers_are_fetched_kept_here_and_served(
        self, cache: RedisCache, server: FakeServer
    ) -> None:
        server.connected = False
        upstream = Upstream([b"one", b"two"])
        assert (await cache.get_or_fetch(QUOTE, upstream)).body == b"one"
        assert (await cache.get_or_fetch(QUOTE, upstream)).outcome == "hit"
        assert upstream.calls == 1

    async def test_what_was_read_before_still_serves_when_upstream_is_down_too(
        self, cache: RedisCache, server: FakeServer, clock: FrozenClock
    ) -> None:
        await cache.put(QUOTE, b"old")
        server.connected = False
        clock.advance(300)
        entry = await cache.get_or_fetch(QUOTE, Upstream([DOWN]))
        assert (entry.body, entry.outcome) == (b"old", "stale")

    async def test_what_was_made_meanwhile_outlives_the_outage(
        self, cache: RedisCache, server: FakeServer, clock: FrozenClock
    ) -> None:
        await cache.put(QUOTE, b"before")
        server.connected = False
        clock.advance(10)
        await cache.put(QUOTE, b"meanwhile")
        server.connected = True
        clock.advance(6)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"meanwhile"

    async def test_it_is_left_alone_for_five_seconds(
        self, cache: RedisCache, redis: Redis, server: FakeServer, clock: FrozenClock
    ) -> None:
        server.connected = False
        await cache.get_or_fetch(QUOTE, Upstream([b"one"]))
        server.connected = True
        clock.advance(4)
        await cache.put(QUOTE, b"two")
        assert await redis.get(NAME) is None
        clock.advance(2)
        await cache.put(QUOTE, b"three")
        assert await redis.get(NAME) is not None

    async def test_many_are_served_from_here(self, cache: RedisCache, server: FakeServer) -> None:
        server.connected = False
        batch = Batch({"A": b"a", "B": b"b"})
        keys = [quote_key("A"), quote_key("B")]
        for _ in range(2):
            assert len(entries(await cache.get_or_fetch_many(keys, batch))) == 2
        assert batch.asked == [["A", "B"]]

    async def test_ping_says_so(self, cache: RedisCache, server: FakeServer) -> None:
        await cache.ping()
        server.connected = False
        with pytest.raises(DependencyUnavailableError):
            await cache.ping()


async def test_delete_forgets(cache: RedisCache) -> None:
    await cache.put(QUOTE, b"one")
    await cache.delete(QUOTE)
    assert await cache.get(QUOTE) is None


async def test_delete_by_another_worker_is_noticed(
    cache: RedisCache, redis: Redis, clock: FrozenClock
) -> None:
    await cache.put(QUOTE, b"one")
    await make_cache(redis, clock).delete(QUOTE)
    assert await cache.get(QUOTE) is None


async def test_get_gives_fresh_answers_alone(cache: RedisCache, clock: FrozenClock) -> None:
    await cache.put(QUOTE, b"one")
    assert (await cache.get(QUOTE)) is not None
    clock.advance(60)
    assert await cache.get(QUOTE) is None


async def test_answers_are_kept_for_ten_ttls(cache: RedisCache, redis: Redis) -> None:
    await cache.put(QUOTE, b"one")
    assert 590 < await redis.ttl(NAME) <= 600


async def test_outcomes_are_in_the_log_line(cache: RedisCache) -> None:
    with request_scope("id", "quotes") as scope:
        await cache.get_or_fetch(QUOTE, Upstream([b"one"]))
        assert scope.cache == {"miss": 1}
        await cache.get_or_fetch(QUOTE, Upstream([b"one"]))
        assert scope.cache == {"miss": 1, "hit": 1}
        await cache.get_or_fetch_many([QUOTE, quote_key("MSFT"), quote_key("X")], Batch({"MSFT": b"m"}))
        assert scope.cache == {"miss": 2, "hit": 2, "negative": 1}


async def test_fetch_may_choose_a_shorter_ttl(cache: RedisCache, clock: FrozenClock) -> None:
    key = CacheKey("fundamental_data", "fundamentals", "AAPL")

    async def placeholder() -> Fetched:
        return Fetched(b"sample", "price_data")

    await cache.get_or_fetch(key, placeholder)
    clock.advance(59)
    assert (await cache.get_or_fetch(key, Upstream([b"never"]))).body == b"sample"
    clock.advance(1)
    assert (await cache.get_or_fetch(key, Upstream([b"real"]))).body == b"real"


async def test_derived_response_has_the_age_of_its_source_and_ends_with_it(
    cache: RedisCache, clock: FrozenClock
) -> None:
    parent = await cache.get_or_fetch(CacheKey("historical_data", "history", "AAPL"), Upstream([b"candles"]))
    clock.advance(3000)

    async def derive() -> Fetched:
        return Fetched(b"derived", derived_from=parent)

    derived = await cache.get_or_fetch(CacheKey("technical_data", "technicals", "AAPL"), derive)
    assert (derived.age(clock()), derived.max_age(clock())) == (3000, 600)


async def test_derived_response_is_fresh_no_longer_than_its_own_class(
    cache: RedisCache, clock: FrozenClock
) -> None:
    parent = await cache.get_or_fetch(CacheKey("historical_data", "history", "AAPL"), Upstream([b"candles"]))
    clock.advance(100)

    async def derive() -> Fetched:
        return Fetched(b"derived", derived_from=parent)

    derived = await cache.get_or_fetch(CacheKey("technical_data", "technicals", "AAPL"), derive)
    assert (derived.age(clock()), derived.max_age(clock())) == (100, 900)
