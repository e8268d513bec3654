"""The scheduled refresh: everything due once, within its bounds, whatever fails."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from fakeredis import FakeServer

from infra.local.embedded_redis import EmbeddedRedis
from shared.cache.cache_entry import CacheKey
from shared.cache.redis_cache import RedisCache
from shared.config.settings import RefreshSettings
from shared.data.documents import HistorySpan, JobRun
from shared.domain.market_data import Fundamentals
from shared.errors.provider_errors import ProviderUnavailableError
from shared.errors.service_errors import DependencyUnavailableError
from shared.market.data_manager import DataManager
from shared.observability.telemetry import request_scope
from shared.redis.guard import RedisGuard
from shared.refresh.refresh_run import CacheRefresh
from shared.refresh.watchlist import WatchlistRemarks
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.redis_parts import KEYS, make_cache, make_leases

if TYPE_CHECKING:
    from shared.data.repositories import Repositories

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Store:
    """The repositories that the refresh uses, in one; ``away`` makes all of them fail."""

    tracked_symbols: list[str] = field(default_factory=lambda: ["AAPL", "MSFT"])
    watched: list[str] = field(default_factory=list)
    away: bool = False
    candles: dict[str, int] = field(default_factory=dict)
    spans: dict[str, HistorySpan] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    runs: list[JobRun] = field(default_factory=list)
    calls: int = 0

    def as_repositories(self) -> "Repositories":
        return cast(
            "Repositories",
            SimpleNamespace(
                symbols=SimpleNamespace(tracked=self.tracked),
                preferences=SimpleNamespace(watchlist_symbols=self.watchlist_symbols),
                market_data=SimpleNamespace(
                    add=self.add_candles, delete_other_generations=self.delete_others
                ),
                spans=SimpleNamespace(put=self.put_span),
                fundamentals=SimpleNamespace(put=self.put),
                news=SimpleNamespace(add=self.add_news),
                job_runs=SimpleNamespace(record=self.record, latest=self.latest),
            ),
        )

    def check(self) -> None:
        self.calls += 1
        if self.away:
            raise DependencyUnavailableError("The database does not answer.")

    async def tracked(self) -> list[str]:
        self.check()
        return self.tracked_symbols

    async def watchlist_symbols(self) -> list[str]:
        self.check()
        return self.watched

    async def add_candles(self, symbol: str, interval: str, candles: Sequence[object], **_told: Any) -> int:
        self.check()
        self.candles[f"{symbol} {interval}"] = len(candles)
        return len(candles)

    async def put_span(self, span: HistorySpan) -> None:
        self.check()
        self.spans[span.symbol] = span

    async def delete_others(self, _symbol: str, _interval: str, generation: str) -> None:
        self.check()
        assert generation in {span.generation for span in self.spans.values()}

    async def put(self, fundamentals: Fundamentals, _day: date) -> None:
        self.check()
        self.kept.append(f"{fundamentals.symbol} fundamentals")

    async def add_news(self, symbol: str, articles: Sequence[object], source: str) -> int:
        self.check()
        self.kept.append(f"{symbol} {len(articles)} articles from {source}")
        return len(articles)

    async def record(self, run: JobRun) -> None:
        self.check()
        self.runs.append(run)

    async def latest(self, job: str) -> JobRun | None:
        self.check()
        return next((run for run in reversed(self.runs) if run.job == job), None)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def yahoo() -> FakeSource:
    return FakeSource(
        "yahoo", {"AAPL": 250.0, "MSFT": 500.0, "VOD.L": 1.0, "BTC-USD": 90_000.0, "SPY": 600.0}
    )


@pytest.fixture
async def cache(server: FakeServer, clock: FrozenClock) -> AsyncIterator[RedisCache]:
    cache = make_cache(EmbeddedRedis(server), cache_settings(), clock)
    yield cache
    await cache.aclose()


def make_refresh(
    cache: RedisCache,
    server: FakeServer,
    yahoo: FakeSource,
    store: Store,
    clock: FrozenClock,
    **settings: Any,
) -> CacheRefresh:
    market = DataManager([yahoo], cache, market_settings("yahoo"), clock)
    told = {
        "symbols": ("SPY",),
        "deadline": 30.0,
        "concurrency": 4,
        "requests_per_minute": 10_000,
        "batch_size": 50,
        "overdue_after": 1800,
        **settings,
    }
    redis = EmbeddedRedis(server)
    return CacheRefresh(
        market, store.as_repositories(), make_leases(redis), RefreshSettings(**told), cache_settings(), clock
    )


@pytest.fixture
def refresh(
    cache: RedisCache, server: FakeServer, yahoo: FakeSource, store: Store, clock: FrozenClock
) -> CacheRefresh:
    return make_refresh(cache, server, yahoo, store, clock)


def counts(source: FakeSource) -> dict[str, int]:
    methods = [method for method, _ in source.asked]
    return {method: methods.count(method) for method in dict.fromkeys(methods)}


async def test_first_run_fetches_everything_with_one_request_for_all_quotes(
    refresh: CacheRefresh, yahoo: FakeSource, cache: RedisCache
) -> None:
    summary = await refresh.run()
    assert (summary.outcome, summary.symbols) == ("ok", 2)
    assert (summary.attempted, summary.refreshed, summary.failed, summary.skipped) == (10, 10, {}, {})
    assert counts(yahoo) == {"quotes": 1, "history": 2, "fundamentals": 2, "news": 2}
    assert summary.upstream_requests == 7
    for key in (
        CacheKey("price_data", "quote", "AAPL"),
        CacheKey("historical_data", "stored_history", "AAPL", "1d:recent"),
        CacheKey("historical_data", "history", "AAPL", "1mo:1d"),
        CacheKey("technical_data", "technicals", "AAPL", "1y"),
        CacheKey("fundamental_data", "fundamentals", "AAPL"),
        CacheKey("news_data", "news", "AAPL"),
    ):
        assert await cache.get(key) is not None, key


async def test_kinds_that_no_source_has_are_not_missed(
    cache: RedisCache, server: FakeServer, store: Store, clock: FrozenClock
) -> None:
    source = FakeSource("yahoo", {"AAPL": 250.0, "MSFT": 500.0}, kinds=["quote", "history"])
    summary = await make_refresh(cache, server, source, store, clock).run()
    assert (summary.outcome, summary.attempted, summary.failed) == ("ok", 6, {})


async def test_what_was_got_is_written_through(refresh: CacheRefresh, store: Store) -> None:
    await refresh.run()
    assert store.candles == {"AAPL 1d": 40, "MSFT 1d": 40}
    assert sorted(store.kept) == [
        "AAPL 20 articles from yahoo",
        "AAPL fundamentals",
        "MSFT 20 articles from yahoo",
        "MSFT fundamentals",
    ]


async def test_later_runs_do_what_is_due(
    refresh: CacheRefresh, yahoo: FakeSource, clock: FrozenClock
) -> None:
    await refresh.run()
    expected: list[tuple[float, dict[str, int]]] = [
        (300, {"quotes": 1}),
        (600, {"quotes": 1}),  # technical figures too, from the history that is kept
        (2700, {"quotes": 1, "history": 2}),
    ]
    for seconds, asked in expected:
        yahoo.asked.clear()
        clock.advance(seconds)
        summary = await refresh.run()
        assert (counts(yahoo), summary.outcome) == (asked, "ok")


async def test_watchlists_are_refreshed_too_and_everything_once(
    refresh: CacheRefresh, yahoo: FakeSource, store: Store
) -> None:
    store.watched = ["MSFT", "VOD.L"]
    assert (await refresh.run()).symbols == 3
    assert ("quotes", ("AAPL", "MSFT", "VOD.L")) in yahoo.asked


async def test_without_tracked_symbols_the_configured_ones_are_refreshed(
    refresh: CacheRefresh, yahoo: FakeSource, store: Store
) -> None:
    store.tracked_symbols = []
    await refresh.run()
    assert yahoo.asked[0] == ("quotes", ("SPY",))


# Closed markets


async def test_closed_market_rests_but_for_what_was_never_got(
    refresh: CacheRefresh, yahoo: FakeSource, store: Store, clock: FrozenClock
) -> None:
    store.tracked_symbols = ["AAPL", "BTC-USD"]
    clock.now = SATURDAY
    await refresh.run()
    yahoo.asked.clear()
    clock.advance(3600)
    summary = await refresh.run()
    assert ("quotes", ("BTC-USD",)) in yahoo.asked
    assert ("history", ("BTC-USD",)) in yahoo.asked
    assert not [symbols for _, symbols in yahoo.asked if "AAPL" in symbols]
    assert summary.skipped["market closed"] == 3


async def test_closing_prices_are_fetched_once_after_the_close(
    refresh: CacheRefresh, yahoo: FakeSource, clock: FrozenClock
) -> None:
    clock.now = datetime(2026, 11, 20, 20, 58, tzinfo=UTC)
    await refresh.run()
    asked = []
    for _ in range(7):
        yahoo.asked.clear()
        clock.advance(300)
        await refresh.run()
        asked.append(counts(yahoo).get("quotes", 0))
    # 21:03 to 21:18 prices may still settle; from 21:20 on the last ones are final.
    assert asked == [1, 1, 1, 1, 1, 0, 0]


# Failures


async def test_one_symbols_failure_touches_no_other(
    refresh: CacheRefresh, yahoo: FakeSource, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async def answering(method: str, *symbols: str) -> None:
        yahoo.asked.append((method, symbols))
        if method == "history" and symbols == ("AAPL",):
            raise ProviderUnavailableError("yahoo", "down")
        if method == "news" and symbols == ("AAPL",):
            raise ZeroDivisionError

    yahoo.answering = answering  # type: ignore[method-assign]
    summary = await refresh.run()
    assert summary.outcome == "partial"
    assert summary.failed == {"upstream_unavailable": 3}
    assert (summary.attempted, summary.refreshed) == (10, 7)
    assert "MSFT 1d" in store.candles
    assert "ZeroDivisionError" in caplog.text


async def test_unknown_symbol_is_counted_and_asked_for_again_when_due(
    refresh: CacheRefresh, yahoo: FakeSource, store: Store, clock: FrozenClock
) -> None:
    store.watched = ["NOPE"]
    summary = await refresh.run()
    assert (summary.outcome, summary.failed) == ("ok", {"symbol_not_found": 5})
    yahoo.asked.clear()
    clock.advance(300)
    await refresh.run()
    assert counts(yahoo) == {"quotes": 1}


def fail_for(yahoo: FakeSource, **symbols: Sequence[str]) -> None:
    """Lets the source fail for some symbols by method, and answer everything else."""

    async def answering(method: str, *asked: str) -> None:
        yahoo.asked.append((method, asked))
        if set(asked) & set(symbols.get(method, ())):
            raise ProviderUnavailableError("yahoo", "down")

    yahoo.answering = answering  # type: ignore[method-assign]


def every_five_minutes(clock: FrozenClock, runs: int) -> Iterator[int]:
    for number in range(runs):
        yield number
        clock.advance(300)


async def test_item_that_always_fails_is_set_aside_and_the_runs_are_successes(
    refresh: CacheRefresh, yahoo: FakeSource, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    fail_for(yahoo, news=("AAPL",))
    runs = [await refresh.run() for _ in every_five_minutes(clock, 24)]
    assert [run.outcome for run in runs] == ["partial", "partial", *["ok"] * 22]
    assert runs[-1].last_success_at == runs[-1].finished_at
    assert runs[-1].set_aside == {"upstream_unavailable": 1}
    assert runs[-1].set_aside_items == ("news of AAPL",)
    # Every five minutes, then after 15, 30 and 60 minutes.
    tried = [number * 5 for number, run in enumerate(runs) if run.failed]
    assert tried == [0, 5, 10, 25, 55, 115]
    assert runs[3].skipped["set aside"] == 1
    lines = [record.getMessage() for record in caplog.records if "set aside" in record.getMessage()]
    assert lines == ["cache refresh: 1 items set aside after repeated failures: news of AAPL"]
    fail_for(yahoo)
    clock.advance(3 * 3600)
    assert (await refresh.run()).set_aside == {}


async def test_item_that_fails_alone_does_not_hide_an_outage(
    refresh: CacheRefresh, yahoo: FakeSource, clock: FrozenClock
) -> None:
    fail_for(yahoo, news=("AAPL",))
    well = [await refresh.run() for _ in every_five_minutes(clock, 4)][-1]
    everything = ("AAPL", "MSFT")
    fail_for(yahoo, quotes=everything, history=everything, fundamentals=everything, news=everything)
    down = [await refresh.run() for _ in every_five_minutes(clock, 8)]
    # Technicals are computed from stored histories.
    assert {run.outcome for run in down} == {"failed", "partial"}
    assert down[-1].last_success_at == well.finished_at
    # Nothing else was set aside: all is tried as soon as the outage ends.
    assert down[-1].set_aside_items == ("news of AAPL",)


async def test_many_items_set_aside_are_no_success(
    cache: RedisCache, server: FakeServer, yahoo: FakeSource, store: Store, clock: FrozenClock
) -> None:
    store.tracked_symbols = [f"S{number}" for number in range(10)]
    yahoo.prices.update(dict.fromkeys(store.tracked_symbols, 10.0))
    refresh = make_refresh(cache, server, yahoo, store, clock)
    # Without histories there are no technicals: 7 of 50 items.
    fail_for(yahoo, news=("S0", "S1", "S2"), history=("S0", "S1"))
    last = [await refresh.run() for _ in every_five_minutes(clock, 4)][-1]
    assert (last.outcome, sum(last.set_aside.values()), last.last_success_at) == ("partial", 7, None)


async def test_run_that_refreshed_nine_tenths_is_a_success(
    cache: RedisCache, server: FakeServer, yahoo: FakeSource, store: Store, clock: FrozenClock
) -> None:
    store.tracked_symbols = [f"S{number}" for number in range(10)]
    yahoo.prices.update(dict.fromkeys(store.tracked_symbols, 10.0))
    fail_for(yahoo, news=("S0",))
    summary = await make_refresh(cache, server, yahoo, store, clock).run()
    assert (summary.outcome, summary.last_success_at) == ("partial", summary.finished_at)
    assert (summary.attempted, summary.refreshed) == (50, 49)


async def test_upstream_down_ends_as_failed_and_keeps_when_it_last_went_well(
    refresh: CacheRefresh, yahoo: FakeSource, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await refresh.run()).last_success_at == clock()
    well = clock()
    yahoo.fails = ProviderUnavailableError("yahoo", "down")
    clock.advance(300)
    summary = await refresh.run()
    assert (summary.outcome, summary.last_success_at) == ("failed", well)
    assert summary.failed == {"upstream_failed": 2}  # stale quotes are there
    kept = await refresh.last_run()
    assert kept is not None
    assert (kept.outcome, kept.last_success_at) == ("failed", well)
    await refresh.run()
    degraded = [record for record in caplog.records if record.name == "shared.refresh.refresh_run"]
    assert [(record.levelname, record.getMessage()) for record in degraded] == [
        ("WARNING", "degraded: cache refresh: nothing was refreshed (upstream_failed:2)")
    ]


async def test_database_away_is_said_once_and_not_waited_for_again(
    refresh: CacheRefresh, yahoo: FakeSource, store: Store, cache: RedisCache
) -> None:
    store.away = True
    summary = await refresh.run()
    assert yahoo.asked[0] == ("quotes", ("SPY",))
    assert summary.outcome == "partial"
    assert summary.notes == ("the database is unavailable: nothing was written to it",)
    assert (summary.refreshed, summary.failed) == (5, {})
    assert store.calls == 1  # what is tracked
    assert await cache.get(CacheKey("news_data", "news", "SPY")) is not None


async def test_redis_away_is_an_error_of_the_run(
    refresh: CacheRefresh, server: FakeServer, yahoo: FakeSource
) -> None:
    server.connected = False
    with pytest.raises(DependencyUnavailableError):
        await refresh.run()
    assert yahoo.asked == []


async def test_progress_that_is_no_time_is_ignored(
    refresh: CacheRefresh, server: FakeServer, yahoo: FakeSource
) -> None:
    redis = EmbeddedRedis(server)
    await redis.hset("test:v1:refresh:quotes", mapping={"AAPL": "yesterday", "MSFT": "nan"})
    await refresh.run()
    assert ("quotes", ("AAPL", "MSFT")) in yahoo.asked


async def test_summary_of_another_version_is_ignored(refresh: CacheRefresh, store: Store) -> None:
    store.runs.append(JobRun("cache_refresh", SATURDAY, SATURDAY, {"outcome": "splendid"}))
    assert await refresh.last_run() is None
    assert (await refresh.run()).outcome == "ok"


async def test_database_that_goes_away_before_the_end_costs_the_run_nothing_but_its_trace(
    refresh: CacheRefresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_run: JobRun) -> None:
        raise DependencyUnavailableError("The database does not answer.")

    monkeypatch.setattr(refresh._repositories.job_runs, "record", away)
    summary = await refresh.run()
    assert (summary.outcome, summary.refreshed) == ("partial", 10)
    assert summary.notes == ("the database is unavailable: nothing was written to it",)
    assert (await refresh.run()).outcome == "partial"


# Overlap, deadline, progress


async def test_second_run_at_the_same_time_does_nothing(refresh: CacheRefresh, yahoo: FakeSource) -> None:
    one, other = await asyncio.gather(refresh.run(), refresh.run())
    assert {one.outcome, other.outcome} == {"ok", "locked"}
    assert counts(yahoo)["quotes"] == 1
    kept = await refresh.last_run()
    assert kept is not None
    assert kept.outcome == "ok"


async def test_lock_is_free_after_a_run_that_failed(
    refresh: CacheRefresh, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def defect() -> list[str]:
        raise ZeroDivisionError

    monkeypatch.setattr(store, "tracked", defect)
    broken = store.as_repositories()
    monkeypatch.setattr(refresh, "_repositories", broken)
    with pytest.raises(ZeroDivisionError):
        await refresh.run()
    monkeypatch.undo()
    assert (await refresh.run()).outcome == "ok"


async def test_run_that_ends_at_its_deadline_is_continued_with_what_is_oldest(
    cache: RedisCache, server: FakeServer, yahoo: FakeSource, store: Store, clock: FrozenClock
) -> None:
    refresh = make_refresh(cache, server, yahoo, store, clock, deadline=5.0, concurrency=1)
    released = asyncio.Event()

    async def answering(method: str, *symbols: str) -> None:
        yahoo.asked.append((method, symbols))
        if len(yahoo.asked) > 3:
            await released.wait()

    yahoo.answering = answering  # type: ignore[method-assign]
    summary = await refresh.run()
    assert summary.outcome == "partial"
    assert (summary.refreshed, summary.skipped["deadline"]) == (6, 4)
    assert summary.attempted + summary.skipped["deadline"] == 10

    released.set()
    yahoo.asked.clear()
    clock.advance(60)
    rest = await refresh.run()
    assert (rest.outcome, rest.refreshed) == ("ok", 6)
    assert counts(yahoo).keys() == {"quotes", "fundamentals", "news"}


async def test_never_more_requests_at_once_than_allowed(
    cache: RedisCache, server: FakeServer, yahoo: FakeSource, store: Store, clock: FrozenClock
) -> None:
    store.tracked_symbols = [f"S{number}" for number in range(30)]
    yahoo.prices = dict.fromkeys(store.tracked_symbols, 1.0)
    at_once, most = 0, 0
    all_batches = asyncio.Barrier(3)

    async def answering(method: str, *symbols: str) -> None:
        nonlocal at_once, most
        yahoo.asked.append((method, symbols))
        at_once += 1
        most = max(most, at_once)
        if method == "quotes":
            await all_batches.wait()
        at_once -= 1

    yahoo.answering = answering  # type: ignore[method-assign]
    refresh = make_refresh(cache, server, yahoo, store, clock, concurrency=3, batch_size=10)
    summary = await refresh.run()
    assert (summary.outcome, summary.upstream_requests) == ("ok", 3 + 90)
    assert most == 3


async def test_no_more_is_asked_in_a_minute_than_allowed_and_the_rest_by_later_runs(
    cache: RedisCache, server: FakeServer, yahoo: FakeSource, store: Store, clock: FrozenClock
) -> None:
    refresh = make_refresh(cache, server, yahoo, store, clock, deadline=0.5, requests_per_minute=3)
    runs = [await refresh.run()]
    # A busy machine may finish fewer jobs before the deadline of half a second.
    while runs[-1].outcome != "ok" and len(runs) < 20:
        runs.append(await refresh.run())
    assert max(run.upstream_requests for run in runs) == 3
    assert {run.outcome for run in runs[:-1]} == {"partial"}
    assert (len(runs) >= 4, runs[-1].outcome) == (True, "ok")


async def test_symbols_no_longer_tracked_are_forgotten(
    refresh: CacheRefresh, server: FakeServer, store: Store
) -> None:
    await refresh.run()
    store.tracked_symbols = ["MSFT"]
    await refresh.run()
    redis = EmbeddedRedis(server)
    assert await redis.hkeys("test:v1:refresh:quotes") == [b"MSFT"]


# The summary


async def test_summary_is_stored_and_on_the_one_line_of_the_run(
    refresh: CacheRefresh, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"), request_scope("abc-1", "cache_refresh") as scope:
        summary = await refresh.run()
        scope.log_request(200)
    (line,) = [record.getMessage() for record in caplog.records]
    assert "attempted=10 refreshed=10" in line
    assert "outcome=ok" in line
    assert await refresh.last_run() == summary
    assert [(run.job, run.summary["refreshed"]) for run in store.runs] == [("cache_refresh", 10)]


async def test_symbol_without_data_is_remarked_after_days_and_stays_in_the_refresh(
    cache: RedisCache, server: FakeServer, yahoo: FakeSource, store: Store, clock: FrozenClock
) -> None:
    store.watched = ["AAPL", "MSFT"]
    refresh = make_refresh(cache, server, yahoo, store, clock)
    remarks = WatchlistRemarks(RedisGuard(EmbeddedRedis(server)), KEYS, clock)
    price = yahoo.prices.pop("AAPL")
    begins = clock()
    await refresh.run()
    clock.advance(2 * 86_400)
    await refresh.run()
    assert await remarks.of(store.watched) == ()
    clock.advance(2 * 86_400)
    await refresh.run()
    (remark,) = await remarks.of(store.watched)
    assert (remark.symbol, remark.code, remark.since) == ("AAPL", "no_data", begins)
    yahoo.prices["AAPL"] = price
    clock.advance(600)
    await refresh.run()
    assert await remarks.of(store.watched) == ()
