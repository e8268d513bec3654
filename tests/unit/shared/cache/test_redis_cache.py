"""The response cache over an embedded Redis, with a frozen clock."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from fakeredis import FakeServer
from redis.asyncio import Redis

from shared.cache.cache_entry import CacheEntry, CacheKey, EntryDeletedError, Fetched, Lookup
from shared.cache.redis_cache import RedisCache
from shared.errors.request_errors import RateLimitedError, SymbolNotFoundError
from shared.errors.service_errors import (
    DependencyUnavailableError,
    ServiceError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from shared.observability.telemetry import request_scope
from tests.support import redis_parts
from tests.support.cache import QUOTE, FrozenClock, Upstream, cache_settings, quote_key

NAME = "test:v1:quote:AAPL:"
DOWN = UpstreamUnavailableError("No data source is up.", retry_after=30)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded Redis runs on the test's own loop: a busy machine must not look like an outage."""
    monkeypatch.setattr("shared.redis.guard._DEADLINE", 60.0)
    monkeypatch.setattr("shared.redis.guard._QUEUE_TIMEOUT", 60.0)


@pytest.fixture
async def cache(redis: Redis, clock: FrozenClock) -> AsyncIterator[RedisCache]:
    cache = make_cache(redis, clock)
    yield cache
    await cache.aclose()


def make_cache(redis: Redis, clock: FrozenClock, *, local_ttl: float = 0.0) -> RedisCache:
    settings = cache_settings(local_ttl=local_ttl)
    return redis_parts.make_cache(redis, settings, clock, monotonic=clock.monotonic)


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


async def test_first_lookup_is_a_miss_then_hits_until_the_ttl(cache: RedisCache, clock: FrozenClock) -> None:
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


async def test_age_counts_from_the_fetch(cache: RedisCache, clock: FrozenClock) -> None:
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


async def test_cancelled_caller_does_not_affect_others(cache: RedisCache) -> None:
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


async def test_wait_for_a_killed_worker_is_bounded(redis: Redis, clock: FrozenClock) -> None:
    await redis.set(f"{NAME}:lease", "a killed worker")
    cache = redis_parts.make_cache(redis, cache_settings(lease_seconds=0.1), clock)
    assert (await cache.get_or_fetch(QUOTE, Upstream([b"one"]))).body == b"one"


class TestUpstreamFails:
    async def test_without_an_entry_the_error_is_raised(self, cache: RedisCache) -> None:
        with pytest.raises(UpstreamUnavailableError, match="No data source is up") as raised:
            await cache.get_or_fetch(QUOTE, Upstream([DOWN]))
        assert raised.value.retry_after == 30

    async def test_stale_entry_is_served(self, cache: RedisCache, clock: FrozenClock) -> None:
        await cache.put(QUOTE, Fetched(b"old"))
        clock.advance(500)
        entry = await cache.get_or_fetch(QUOTE, Upstream([DOWN]))
        assert (entry.body, entry.outcome, entry.max_age(clock())) == (b"old", "stale", 0)
        assert entry.age(clock()) == 500

    async def test_failure_with_a_stale_entry_is_remembered_for_five_seconds(
        self, cache: RedisCache, redis: Redis, clock: FrozenClock
    ) -> None:
        await cache.put(QUOTE, Fetched(b"old"))
        clock.advance(61)
        upstream = Upstream([DOWN, b"new"])
        assert [(await cache.get_or_fetch(QUOTE, upstream)).body for _ in range(50)] == [b"old"] * 50
        assert upstream.calls == 1
        await redis.delete(f"{NAME}:lease")  # as its own time does
        clock.advance(5)
        assert (await cache.get_or_fetch(QUOTE, upstream)).body == b"new"

    async def test_failure_without_an_entry_is_remembered_for_a_second(
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

    async def test_failure_is_known_to_other_workers(self, redis: Redis, clock: FrozenClock) -> None:
        first, second = make_cache(redis, clock), make_cache(redis, clock)
        upstream = Upstream([DOWN])
        for cache in (first, second):
            with pytest.raises(UpstreamUnavailableError, match="No data source is up") as raised:
                await cache.get_or_fetch(QUOTE, upstream)
            assert raised.value.retry_after == 30
        assert upstream.calls == 1

    async def test_defect_in_the_fetch_is_raised_and_leaves_no_lease(
        self, cache: RedisCache, redis: Redis
    ) -> None:
        upstream = Upstream([ValueError("a defect"), b"one"])
        with pytest.raises(ValueError, match="a defect"):
            await cache.get_or_fetch(QUOTE, upstream)
        assert await redis.keys() == []
        assert (await cache.get_or_fetch(QUOTE, upstream)).body == b"one"


class TestUnknownSymbol:
    async def test_is_stored_for_the_negative_ttl(self, cache: RedisCache, clock: FrozenClock) -> None:
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
    async def test_fetches_although_a_fresh_entry_is_stored(
        self, cache: RedisCache, clock: FrozenClock
    ) -> None:
        await cache.put(QUOTE, Fetched(b"one"))
        clock.advance(1)
        entry = await cache.get_or_fetch(QUOTE, Upstream([b"two"]), refresh=True)
        assert (entry.body, entry.outcome) == (b"two", "miss")
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"two"

    async def test_fetches_although_the_entry_was_stored_in_this_moment(self, cache: RedisCache) -> None:
        await cache.put(QUOTE, Fetched(b"one"))
        entry = await cache.get_or_fetch(QUOTE, Upstream([b"two"]), refresh=True)
        assert (entry.body, entry.outcome) == (b"two", "miss")

    async def test_ignores_the_recent_failure_of_another_fetch(
        self, redis: Redis, clock: FrozenClock
    ) -> None:
        first, second = make_cache(redis, clock), make_cache(redis, clock)
        with pytest.raises(UpstreamUnavailableError):
            await first.get_or_fetch(QUOTE, Upstream([DOWN]))
        for cache in (first, second):
            entry = await cache.get_or_fetch(QUOTE, Upstream([b"refreshed"]), refresh=True)
            assert (entry.body, entry.outcome) == (b"refreshed", "miss")
            clock.advance(1)

    async def test_fresh_entry_stays_if_upstream_fails(self, cache: RedisCache, clock: FrozenClock) -> None:
        await cache.put(QUOTE, Fetched(b"one"))
        clock.advance(1)
        entry = await cache.get_or_fetch(QUOTE, Upstream([DOWN]), refresh=True)
        assert (entry.body, entry.outcome) == (b"one", "stale")
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).outcome == "hit"


class TestMany:
    async def test_missing_keys_are_fetched_together(self, cache: RedisCache) -> None:
        await cache.put(quote_key("A"), Fetched(b"a"))
        batch = Batch({"B": b"b", "C": b"c"})
        keys = [quote_key(symbol) for symbol in "CABA"]
        found = await cache.get_or_fetch_many(keys, batch)
        assert batch.asked == [["C", "B"]]
        assert [(key.symbol, entry.body) for key, entry in entries(found).items()] == [
            ("C", b"c"),
            ("A", b"a"),
            ("B", b"b"),
        ]

    async def test_unknown_symbol_is_absent_and_not_fetched_again(self, cache: RedisCache) -> None:
        batch = Batch({"A": b"a"})
        keys = [quote_key("A"), quote_key("NOSUCH")]
        for _ in range(2):
            assert list(await cache.get_or_fetch_many(keys, batch)) == [quote_key("A")]
        assert batch.asked == [["A", "NOSUCH"]]

    async def test_if_upstream_fails_fresh_and_stale_entries_are_served_and_other_keys_have_the_error(
        self, cache: RedisCache, clock: FrozenClock
    ) -> None:
        await cache.put(quote_key("STALE"), Fetched(b"old"))
        clock.advance(70)
        await cache.put(quote_key("FRESH"), Fetched(b"new"))
        keys = [quote_key(symbol) for symbol in ("FRESH", "STALE", "COLD")]
        found = await cache.get_or_fetch_many(keys, Batch({}, error=DOWN))
        outcomes = {
            key.symbol: result.outcome if isinstance(result, CacheEntry) else result.code
            for key, result in found.items()
        }
        assert outcomes == {"FRESH": "hit", "STALE": "stale", "COLD": "upstream_unavailable"}

    async def test_failed_key_is_not_unknown(self, cache: RedisCache) -> None:
        batch = Batch({"A": b"a", "B": UpstreamTimeoutError("Too slow.")})
        found = await cache.get_or_fetch_many([quote_key("A"), quote_key("B")], batch)
        assert isinstance(found[quote_key("B")], UpstreamTimeoutError)
        assert isinstance(found[quote_key("A")], CacheEntry)

    async def test_refresh_fetches_all(self, cache: RedisCache, clock: FrozenClock) -> None:
        await cache.put(quote_key("A"), Fetched(b"a"))
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

    async def test_no_keys_give_no_results(self, cache: RedisCache) -> None:
        assert await cache.get_or_fetch_many([], Batch({})) == {}

    async def test_single_and_many_share_a_flight(self, cache: RedisCache) -> None:
        upstream = Upstream([b"one"], before=lambda: asyncio.sleep(0.01))
        batch = Batch({"AAPL": b"two", "MSFT": b"msft"})
        single, many = await asyncio.gather(
            cache.get_or_fetch(QUOTE, upstream), cache.get_or_fetch_many([QUOTE, quote_key("MSFT")], batch)
        )
        assert single.body == entries(many)[QUOTE].body == b"one"
        assert batch.asked == [["MSFT"]]


def entries(found: Mapping[CacheKey, Lookup]) -> dict[CacheKey, CacheEntry]:
    assert all(isinstance(entry, CacheEntry) for entry in found.values())
    return {key: entry for key, entry in found.items() if isinstance(entry, CacheEntry)}


class TestLocalCache:
    async def test_serves_a_hot_key_for_a_second_without_redis(
        self, redis: Redis, clock: FrozenClock
    ) -> None:
        cache = make_cache(redis, clock, local_ttl=1.0)
        await cache.put(QUOTE, Fetched(b"one"))
        await make_cache(redis, clock).put(QUOTE, Fetched(b"two"))
        clock.advance(0.9)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"one"
        local = cache.get_local(QUOTE)
        assert local is not None
        assert local.body == b"one"
        clock.advance(0.2)
        assert cache.get_local(QUOTE) is None
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"two"

    async def test_entry_in_use_is_renewed_in_the_second_half_of_its_local_ttl(
        self, redis: Redis, clock: FrozenClock
    ) -> None:
        cache = make_cache(redis, clock, local_ttl=1.0)
        await cache.put(QUOTE, Fetched(b"one"))
        await make_cache(redis, clock).put(QUOTE, Fetched(b"two"))
        clock.advance(0.6)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"one"
        # This read is sent after the renewal.
        await cache.get(quote_key("MSFT"))
        clock.advance(0.9)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"two"
        await make_cache(redis, clock).put(QUOTE, Fetched(b"three"))
        clock.advance(0.2)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"three"

    async def test_never_serves_beyond_the_ttl(self, redis: Redis, clock: FrozenClock) -> None:
        cache = make_cache(redis, clock, local_ttl=1.0)
        await cache.put(QUOTE, Fetched(b"one"))
        clock.advance(59.5)
        await cache.get_or_fetch(QUOTE, Upstream([b"never"]))
        clock.advance(0.6)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"two"]))).body == b"two"


class TestCorruptEntries:
    @pytest.mark.parametrize("value", [b"", b"garbage", b'{"price": 1}', b"\x00" * 64])
    async def test_undecodable_value_is_a_miss_and_deleted(
        self, cache: RedisCache, redis: Redis, value: bytes
    ) -> None:
        await redis.set(NAME, value)
        assert await cache.get(QUOTE) is None
        assert await redis.get(NAME) is None

    async def test_value_of_another_key_is_not_served(self, cache: RedisCache, redis: Redis) -> None:
        await cache.put(quote_key("MSFT"), Fetched(b"microsoft"))
        await redis.copy("test:v1:quote:MSFT:", NAME)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"apple"]))).body == b"apple"

    async def test_key_of_another_type_is_replaced(self, cache: RedisCache, redis: Redis) -> None:
        await redis.rpush(NAME, "a", "list")
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"one"]))).body == b"one"
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"one"

    async def test_one_corrupt_entry_does_not_affect_others(self, cache: RedisCache, redis: Redis) -> None:
        await cache.put(quote_key("A"), Fetched(b"a"))
        await redis.set("test:v1:quote:B:", b"garbage")
        batch = Batch({"B": b"b"})
        found = await cache.get_or_fetch_many([quote_key("A"), quote_key("B")], batch)
        assert {key.symbol: entry.body for key, entry in entries(found).items()} == {"A": b"a", "B": b"b"}
        assert batch.asked == [["B"]]


class TestRedisUnavailable:
    async def test_responses_are_fetched_and_served_from_the_local_cache(
        self, cache: RedisCache, server: FakeServer
    ) -> None:
        server.connected = False
        upstream = Upstream([b"one", b"two"])
        assert (await cache.get_or_fetch(QUOTE, upstream)).body == b"one"
        assert (await cache.get_or_fetch(QUOTE, upstream)).outcome == "hit"
        assert upstream.calls == 1

    async def test_local_copy_is_served_if_upstream_is_down_too(
        self, cache: RedisCache, server: FakeServer, clock: FrozenClock
    ) -> None:
        await cache.put(QUOTE, Fetched(b"old"))
        server.connected = False
        clock.advance(300)
        entry = await cache.get_or_fetch(QUOTE, Upstream([DOWN]))
        assert (entry.body, entry.outcome) == (b"old", "stale")

    async def test_response_fetched_during_an_outage_outlives_it(
        self, cache: RedisCache, server: FakeServer, clock: FrozenClock
    ) -> None:
        await cache.put(QUOTE, Fetched(b"before"))
        server.connected = False
        clock.advance(10)
        await cache.put(QUOTE, Fetched(b"meanwhile"))
        server.connected = True
        clock.advance(6)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"meanwhile"

    async def test_no_command_is_sent_during_the_cooldown(
        self, cache: RedisCache, redis: Redis, server: FakeServer, clock: FrozenClock
    ) -> None:
        server.connected = False
        await cache.get_or_fetch(QUOTE, Upstream([b"one"]))
        server.connected = True
        clock.advance(4)
        await cache.put(QUOTE, Fetched(b"two"))
        assert await redis.get(NAME) is None
        clock.advance(2)
        await cache.put(QUOTE, Fetched(b"three"))
        assert await redis.get(NAME) is not None

    async def test_many_are_served_from_the_local_cache(self, cache: RedisCache, server: FakeServer) -> None:
        server.connected = False
        batch = Batch({"A": b"a", "B": b"b"})
        keys = [quote_key("A"), quote_key("B")]
        for _ in range(2):
            assert len(entries(await cache.get_or_fetch_many(keys, batch))) == 2
        assert batch.asked == [["A", "B"]]

    async def test_ping_fails(self, cache: RedisCache, server: FakeServer) -> None:
        await cache.ping()
        server.connected = False
        with pytest.raises(DependencyUnavailableError):
            await cache.ping()


async def test_delete_removes_the_entry(cache: RedisCache) -> None:
    await cache.put(QUOTE, Fetched(b"one"))
    await cache.delete(QUOTE)
    assert await cache.get(QUOTE) is None


async def test_delete_by_another_worker_is_noticed(
    cache: RedisCache, redis: Redis, clock: FrozenClock
) -> None:
    await cache.put(QUOTE, Fetched(b"one"))
    await make_cache(redis, clock).delete(QUOTE)
    assert await cache.get(QUOTE) is None


async def test_get_returns_fresh_entries_only(cache: RedisCache, clock: FrozenClock) -> None:
    await cache.put(QUOTE, Fetched(b"one"))
    assert (await cache.get(QUOTE)) is not None
    clock.advance(60)
    assert await cache.get(QUOTE) is None


async def test_entries_are_stored_for_ten_ttls(cache: RedisCache, redis: Redis) -> None:
    await cache.put(QUOTE, Fetched(b"one"))
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


class TestDeletedEverywhere:
    """A report that was deleted is served by no worker."""

    KEY = CacheKey("reports", "report", "report-1")

    async def test_read_reports_it_and_does_not_fetch(self, cache: RedisCache) -> None:
        await cache.put(self.KEY, Fetched(b"report"))
        await cache.delete_everywhere(self.KEY)
        with pytest.raises(EntryDeletedError):
            await cache.get_or_fetch(self.KEY, Upstream([b"never"]))
        assert await cache.get(self.KEY) is None

    async def test_fetch_that_began_before_does_not_store_it_again(
        self, cache: RedisCache, redis: Redis, clock: FrozenClock
    ) -> None:
        other = make_cache(redis, clock)
        upstream = Upstream([b"report"], before=lambda: other.delete_everywhere(self.KEY))
        with pytest.raises(EntryDeletedError):
            await cache.get_or_fetch(self.KEY, upstream)
        for worker in (cache, other):
            assert await worker.get(self.KEY) is None

    async def test_unconfirmed_deletion_is_an_error(self, cache: RedisCache, server: FakeServer) -> None:
        await cache.put(self.KEY, Fetched(b"report"))
        server.connected = False
        with pytest.raises(DependencyUnavailableError):
            await cache.delete_everywhere(self.KEY)

    async def test_local_copy_is_not_served_while_redis_is_unavailable(
        self, cache: RedisCache, server: FakeServer
    ) -> None:
        await cache.put(self.KEY, Fetched(b"report"))
        server.connected = False
        assert await cache.get(self.KEY) is None
        upstream = Upstream([b"from the database"])
        for _ in range(2):
            assert (await cache.get_or_fetch(self.KEY, upstream)).body == b"from the database"
        assert upstream.calls == 2


class TestMissedWrites:
    """A write that Redis missed is repeated when Redis is back."""

    async def test_next_read_stores_it_for_the_other_workers(
        self, cache: RedisCache, redis: Redis, server: FakeServer, clock: FrozenClock
    ) -> None:
        server.connected = False
        await cache.get_or_fetch(QUOTE, Upstream([b"meanwhile"]))
        server.connected = True
        clock.advance(6)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"meanwhile"
        await settled(cache)
        other = make_cache(redis, clock)
        assert (await other.get_or_fetch(QUOTE, Upstream([b"twin"]))).body == b"meanwhile"

    async def test_older_entry_in_redis_is_replaced_and_a_newer_one_preferred(
        self, cache: RedisCache, redis: Redis, server: FakeServer, clock: FrozenClock
    ) -> None:
        other = make_cache(redis, clock)
        await other.put(QUOTE, Fetched(b"older"))
        server.connected = False
        clock.advance(1)
        await cache.put(QUOTE, Fetched(b"missed"))
        server.connected = True
        clock.advance(6)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"missed"
        await settled(cache)
        assert (await other.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"missed"
        server.connected = False
        await cache.put(QUOTE, Fetched(b"missed again"))
        server.connected = True
        clock.advance(6)
        await other.put(QUOTE, Fetched(b"newer"))
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"newer"
        await settled(cache)
        assert (await other.get_or_fetch(QUOTE, Upstream([b"never"]))).body == b"newer"

    async def test_entry_of_a_worker_whose_clock_is_ahead_is_replaced(
        self, cache: RedisCache, redis: Redis, server: FakeServer, clock: FrozenClock
    ) -> None:
        ahead = FrozenClock(datetime.now(UTC) + timedelta(days=30))
        await make_cache(redis, ahead).put(QUOTE, Fetched(b"from the future"))
        server.connected = False
        await cache.put(QUOTE, Fetched(b"missed"))
        server.connected = True
        clock.advance(6)
        assert (await cache.get_or_fetch(QUOTE, Upstream([b"fetched"]))).body == b"fetched"


async def settled(cache: RedisCache) -> None:
    """Waits for what the cache does after it has answered: the next read is sent after it."""
    for _ in range(3):
        await cache.get(quote_key("OTHER"))
        await asyncio.sleep(0.01)


async def test_entry_from_the_future_is_not_fresh(
    cache: RedisCache, redis: Redis, clock: FrozenClock
) -> None:
    ahead = FrozenClock(clock.now + timedelta(seconds=30))
    await make_cache(redis, ahead).put(QUOTE, Fetched(b"from the future"))
    assert await cache.get(QUOTE) is None
    assert (await cache.get_or_fetch(QUOTE, Upstream([b"now"]))).body == b"now"


async def test_bytes_of_one_read_are_bounded(cache: RedisCache, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [CacheKey("historical_data", "history", f"S{number}", "10y:1d") for number in range(20)]
    await cache.put_many({key: Fetched(b"x" * 390_000) for key in keys})
    reads: list[int] = []
    mget = Redis.mget

    async def counted(self: Redis, names: list[str]) -> object:
        reads.append(len(names))
        return await mget(self, names)

    monkeypatch.setattr(Redis, "mget", counted)
    assert len(await cache.get_or_fetch_many(keys, Batch({}))) == 20
    assert sum(reads) == 20
    assert max(reads) * 390_000 < 2 * (1 << 20)


class TestMissLimit:
    """The misses of a caller are limited; hits are free."""

    class Limit:
        def __init__(self, allowed: int) -> None:
            self.allowed = allowed
            self.unknown = 0

        async def admit(self, kinds: Sequence[str]) -> RateLimitedError | None:
            self.allowed -= len(kinds)
            return None if self.allowed >= 0 else RateLimitedError("too many misses", retry_after=30)

        async def count_unknown(self, kinds: Sequence[str]) -> None:
            self.unknown += len(kinds)

    def limited(self, redis: Redis, clock: FrozenClock, allowed: int) -> tuple[RedisCache, "Limit"]:
        limit = self.Limit(allowed)
        return redis_parts.make_cache(redis, cache_settings(), clock, miss_limit=limit), limit

    async def test_hits_are_free(self, redis: Redis, clock: FrozenClock) -> None:
        cache, _ = self.limited(redis, clock, 1)
        for _ in range(3):
            assert (await cache.get_or_fetch(QUOTE, Upstream([b"one"]))).body == b"one"

    async def test_miss_above_the_limit_is_refused_without_a_fetch(
        self, redis: Redis, clock: FrozenClock
    ) -> None:
        cache, _ = self.limited(redis, clock, 0)
        upstream = Upstream([b"one"])
        with pytest.raises(RateLimitedError):
            await cache.get_or_fetch(QUOTE, upstream)
        assert upstream.calls == 0

    async def test_stale_entry_is_served_in_place_of_a_refused_miss(
        self, redis: Redis, clock: FrozenClock
    ) -> None:
        cache, _ = self.limited(redis, clock, 0)
        await cache.put(QUOTE, Fetched(b"old"))
        clock.advance(61)
        entry = await cache.get_or_fetch(QUOTE, Upstream([b"never"]))
        assert (entry.body, entry.outcome, entry.stale_reason) == (b"old", "stale", "too many misses")

    async def test_refused_misses_of_a_batch_do_not_affect_its_hits(
        self, redis: Redis, clock: FrozenClock
    ) -> None:
        cache, _ = self.limited(redis, clock, 1)
        await cache.put(quote_key("A"), Fetched(b"a"))
        found = await cache.get_or_fetch_many([quote_key(symbol) for symbol in "ABC"], Batch({"B": b"b"}))
        assert [type(result).__name__ for result in found.values()] == [
            "CacheEntry",
            "RateLimitedError",
            "RateLimitedError",
        ]

    async def test_unknown_symbols_are_counted_again(self, redis: Redis, clock: FrozenClock) -> None:
        cache, limit = self.limited(redis, clock, 10)
        await cache.get_or_fetch_many([quote_key(symbol) for symbol in "ABC"], Batch({"B": b"b"}))
        assert limit.unknown == 2

    async def test_caller_that_joined_the_flight_of_a_refused_one_fetches_itself(
        self, redis: Redis, clock: FrozenClock
    ) -> None:
        cache, _ = self.limited(redis, clock, 10)
        refused = Upstream([RateLimitedError("share used up")], before=lambda: asyncio.sleep(0.01))
        first = asyncio.create_task(cache.get_or_fetch(QUOTE, refused))
        await asyncio.sleep(0)
        second = asyncio.create_task(cache.get_or_fetch(QUOTE, Upstream([b"one"])))
        with pytest.raises(RateLimitedError):
            await first
        assert (await second).body == b"one"
