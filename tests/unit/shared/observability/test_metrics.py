"""What an operator can ask of the metrics: what the cache had, who was called, what failed, what it cost."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
from fakeredis import FakeServer
from opentelemetry.metrics import get_meter_provider
from pymongo import MongoClient

from infra.local.embedded_redis import EmbeddedRedis
from shared.data.mongo import Mongo
from shared.domain.market_data import Quote
from shared.errors.provider_errors import ProviderTimeoutError, ProviderUnavailableError
from shared.errors.service_errors import DependencyUnavailableError, UpstreamUnavailableError
from shared.market.data_manager import DataManager
from shared.observability import metrics
from shared.observability.telemetry import RequestScope, current_scope, request_scope
from shared.redis.guard import RedisGuard
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.metering import Meter, attributes, metering
from tests.support.redis_parts import make_cache


@pytest.fixture
def meter() -> Iterator[Meter]:
    with metering() as meter:
        yield meter


@pytest.fixture
def yahoo() -> FakeSource:
    return FakeSource("yahoo", {"AAPL": 250.0, "MSFT": 500.0})


@pytest.fixture
def alpha_vantage() -> FakeSource:
    return FakeSource("alpha_vantage", {"AAPL": 251.0})


@pytest.fixture
async def manager(
    yahoo: FakeSource, alpha_vantage: FakeSource, clock: FrozenClock
) -> AsyncIterator[DataManager]:
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    yield DataManager([yahoo, alpha_vantage], cache, market_settings("yahoo", "alpha_vantage"), clock)
    await cache.aclose()


async def test_hit_ratio_of_the_cache(meter: Meter, manager: DataManager) -> None:
    for _ in range(4):
        await manager.quote("AAPL")
    await manager.quotes(["AAPL", "MSFT", "ZZZZ"])
    await manager.quotes(["ZZZZ"])
    assert meter.read("app.cache.lookups") == {
        attributes(kind="quote", outcome="hit"): 4,
        attributes(kind="quote", outcome="miss"): 2,
        attributes(kind="quote", outcome="negative"): 2,
    }


async def test_stale_answer_is_told_from_a_hit(
    meter: Meter,
    manager: DataManager,
    yahoo: FakeSource,
    alpha_vantage: FakeSource,
    clock: FrozenClock,
) -> None:
    await manager.quote("AAPL")
    clock.advance(61)
    yahoo.fails = alpha_vantage.fails = ProviderUnavailableError("yahoo", "answered 503")
    assert (await manager.quote("AAPL")).value.stale
    with pytest.raises(UpstreamUnavailableError):
        await manager.quote("MSFT")
    assert meter.read("app.cache.lookups") == {
        attributes(kind="quote", outcome="miss"): 1,
        attributes(kind="quote", outcome="stale"): 1,
        attributes(kind="quote", outcome="error"): 1,
    }


async def test_calls_failures_and_fallbacks_of_each_source(
    meter: Meter, manager: DataManager, yahoo: FakeSource
) -> None:
    yahoo.fails = ProviderUnavailableError("yahoo", "answered 503")
    with request_scope("r", "quote") as scope:
        await manager.quote("AAPL")
    assert meter.read("app.upstream.duration") == {
        attributes(source="yahoo", kind="quote", outcome="ProviderUnavailableError"): 1,
        attributes(source="alpha_vantage", kind="quote", outcome="ok"): 1,
    }
    assert meter.read("app.fallbacks") == {
        attributes(component="market_data", preferred="yahoo", used="alpha_vantage"): 1
    }
    assert scope.totals["upstream_calls"] == 2


async def test_source_that_is_too_slow_counts_as_timed_out(
    meter: Meter,
    yahoo: FakeSource,
    alpha_vantage: FakeSource,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def hang(_symbols: Sequence[str]) -> dict[str, Quote]:
        await asyncio.Event().wait()
        return {}

    monkeypatch.setattr(yahoo, "quotes", hang)
    settings = market_settings("yahoo", "alpha_vantage", deadline=2.0)
    manager = DataManager(
        [yahoo, alpha_vantage], make_cache(EmbeddedRedis(), cache_settings(), clock), settings, clock
    )
    await manager.quote("AAPL")
    slow = attributes(source="yahoo", kind="quote", outcome="ProviderTimeoutError")
    assert meter.read("app.upstream.duration")[slow] == 1


def test_requests_and_streams_are_measured_to_their_end(meter: Meter) -> None:
    with request_scope("a", "quote") as scope:
        scope.log_request(404)
    stream = RequestScope("b", "chat_stream", streaming=True, stream_bytes=2_048)
    stream.log_request(200, "disconnected")
    with request_scope("c", "cache_refresh") as scope:
        scope.annotate(outcome="partial")
        scope.log_request(200)
    assert meter.read("app.request.duration") == {
        attributes(function="quote", status=404, outcome="error", stream=False): 1,
        attributes(function="chat_stream", status=200, outcome="disconnected", stream=True): 1,
        attributes(function="cache_refresh", status=200, outcome="partial", stream=False): 1,
    }
    assert meter.read("app.stream.size") == {attributes(function="chat_stream", outcome="disconnected"): 1}


def test_runs_of_the_refresh_are_told_also_when_there_was_none(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_totals", metrics._Totals())
    with request_scope("a", "quote") as scope:
        scope.log_request(200)
    # A worker that serves HTTP alone: the alert on less than one run hears a number, not silence.
    assert meter.read("app.refresh.runs") == {attributes(): 0}
    for outcome in ("ok", "partial", "failed", "locked"):
        metrics.refresh_ended(outcome, 1.0, refreshed=0, failed=0)
    assert meter.read("app.refresh.runs") == {attributes(): 2}


async def test_stores_that_do_not_answer_are_counted_also_while_they_are_left_alone(meter: Meter) -> None:
    server = FakeServer()
    guard = RedisGuard(EmbeddedRedis(server))
    await guard.run(lambda redis: redis.ping())
    server.connected = False
    for _ in range(3):
        with pytest.raises(DependencyUnavailableError):
            await guard.run(lambda redis: redis.ping())
    assert meter.read("app.redis.failures") == {attributes(): 3}

    mongo = Mongo(MongoClient("mongodb://127.0.0.1:1", serverSelectionTimeoutMS=50), "none")
    for _ in range(3):
        with pytest.raises(DependencyUnavailableError):
            await mongo.ping()
    await mongo.aclose()
    assert meter.read("app.mongodb.failures") == {attributes(): 3}


def test_outcome_of_a_call() -> None:
    outcomes: list[str] = []

    def call(error: BaseException | None) -> None:
        with metrics.measured("yahoo quote", lambda outcome, _seconds: outcomes.append(outcome)):
            if error is not None:
                raise error

    call(None)
    for error in (ProviderTimeoutError("x", "slow"), TimeoutError(), asyncio.CancelledError()):
        with pytest.raises(type(error)):
            call(error)
    assert outcomes == ["ok", "ProviderTimeoutError", "ProviderTimeoutError", "cancelled"]


async def test_number_of_series_does_not_grow_with_symbols_or_callers(
    meter: Meter, yahoo: FakeSource
) -> None:
    clock = FrozenClock()
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    manager = DataManager([yahoo], cache, market_settings("yahoo"), clock)

    async def serve(number: int) -> None:
        yahoo.prices[f"S{number}"] = 1.0
        with request_scope(f"request-{number}", "quote") as scope:
            await manager.quote(f"S{number}")
            current_scope().annotate(symbol=f"S{number}")
            scope.log_request(200)

    await serve(0)
    before = meter.series()
    for number in range(1, 50):
        await serve(number)
    assert meter.series() == before
    await cache.aclose()


def test_without_a_provider_nothing_is_counted_and_nothing_fails() -> None:
    meter = get_meter_provider()
    assert type(meter).__name__ == "_ProxyMeterProvider", "a test has set a provider for the whole process"
    metrics.cache_looked_up("quote", "hit")
    metrics.refresh_ended("ok", 1.0, refreshed=1, failed=0)
