"""The run of briefings and alerts: once each, whatever ends or fails in between."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.app.context import AppContext
from shared.briefings.briefing_run import BriefingRun
from shared.config.settings import BriefingSettings
from shared.data.documents import Preferences, Subscriber
from shared.domain.caller import Caller
from shared.domain.delivery import Delivery
from shared.domain.market_data import Actions, Quote, Split
from shared.domain.subscriptions import Alert
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.errors.request_errors import RateLimitedError
from shared.errors.service_errors import DependencyUnavailableError
from shared.limits.upstream_budget import UpstreamBudget
from shared.market.data_manager import DataManager
from shared.observability.telemetry import request_scope
from shared.webhooks.outbox import Outbox
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import FakeSource, market_settings
from tests.support.mongo import local_settings
from tests.support.redis_parts import make_budgets, make_cache
from tests.support.subscribers import HOOK

TUESDAY = datetime(2026, 11, 24, 15, tzinfo=UTC)
"""Ten in the morning in New York."""


class Market(FakeSource):
    """A source whose prices, times and splits the test sets."""

    def __init__(self, clock: FrozenClock) -> None:
        super().__init__("yahoo", {"AAPL": 100.0, "MSFT": 400.0})
        self.clock = clock
        self.splits: tuple[Split, ...] = ()

    def quote(self, symbol: str) -> Quote:
        update = {"as_of": self.clock(), "fetched_at": self.clock()}
        return super().quote(symbol).model_copy(update=update)

    async def actions(self, symbol: str) -> Actions:
        found = await super().actions(symbol)
        return found.model_copy(update={"splits": self.splits, "fetched_at": self.clock()})


@dataclass
class RecordedOutbox:
    """An outbox that takes a delivery once per id; ``fails`` makes it unavailable."""

    deliveries: dict[str, Delivery] = field(default_factory=dict)
    fails: bool = False

    async def add(self, deliveries: Sequence[Delivery]) -> int:
        if self.fails:
            raise DependencyUnavailableError("The database does not answer.")
        new = {item.id: item for item in deliveries if item.id not in self.deliveries}
        self.deliveries.update(new)
        return len(new)

    def payloads(self, kind: str) -> list[Any]:
        return [item.payload for item in self.deliveries.values() if item.kind == kind]


@dataclass
class Stage:
    """One run with its surroundings."""

    context: AppContext
    clock: FrozenClock
    market: Market
    outbox: RecordedOutbox

    def worker(self, **settings: Any) -> BriefingRun:
        """Another worker: its own cache, the same database and outbox."""
        return self.worker_with(None, **settings)

    def worker_with(self, budget: UpstreamBudget | None, **settings: Any) -> BriefingRun:
        """Another worker with a budget of requests to the sources."""
        given = {
            "deadline": 60.0,
            "concurrency": 4,
            "requests_per_minute": 600,
            "overdue_after": 1800,
            **settings,
        }
        cache = make_cache(EmbeddedRedis(), cache_settings(), self.clock)
        return BriefingRun(
            DataManager([self.market], cache, market_settings("yahoo"), self.clock, budget=budget),
            self.context.repositories,
            cast(Outbox, self.outbox),
            BriefingSettings(**given),
            self.clock,
        )

    async def put(self, owner: str, **fields: Any) -> None:
        preferences = Preferences(webhooks=(HOOK,), **fields)
        await self.context.repositories.preferences.put(owner, preferences, None, caller="c", max_users=1_000)

    async def look(self, price: float, symbol: str = "AAPL", *, run: BriefingRun | None = None) -> int:
        """Moves the price, five minutes later; returns how many events are in the outbox then."""
        self.market.prices[symbol] = price
        self.clock.advance(300)
        await (run or self.worker()).run()
        return len(self.outbox.deliveries)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    clock = FrozenClock(TUESDAY)
    context = AppContext(local_settings(app={"data_dir": str(tmp_path)}), clock)
    yield Stage(context, clock, Market(clock), RecordedOutbox())
    await context.aclose()


def above(value: float, identifier: str = "high") -> Alert:
    return Alert(id=identifier, symbol="AAPL", kind="price_above", value=value, webhook_id="phone")


async def test_alert_is_sent_once_per_crossing(stage: Stage) -> None:
    await stage.put("ann", alerts=(above(150),))
    prices = [140, 151, 170, 140, 151, 151]
    assert [await stage.look(price) for price in prices] == [0, 1, 1, 1, 2, 2]
    first, second = stage.outbox.payloads("price_alert")
    assert (first["price"], first["value"], second["price"]) == (151, 150, 151)
    assert {item.webhook_id for item in stage.outbox.deliveries.values()} == {"phone"}


async def test_two_workers_send_once(stage: Stage) -> None:
    await stage.put("ann", alerts=(above(150),), briefing=briefing("09:00"), watchlist=("AAPL",))
    await stage.look(140)
    stage.market.prices["AAPL"] = 160
    stage.clock.advance(300)
    await asyncio.gather(*(stage.worker().run() for _ in range(3)))
    assert sorted(item.kind for item in stage.outbox.deliveries.values()) == ["briefing", "price_alert"]


async def test_event_survives_a_worker_that_ends_before_the_outbox_has_it(stage: Stage) -> None:
    await stage.put("ann", alerts=(above(150),))
    await stage.look(140)
    stage.outbox.fails = True
    assert await stage.look(160) == 0
    stage.outbox.fails = False
    # The price has come back meanwhile: the crossing was one, and is sent.
    assert await stage.look(140) == 1
    assert stage.outbox.payloads("price_alert")[0]["price"] == 160
    assert await stage.look(140) == 1
    assert await stage.look(160) == 2


async def test_stale_quotes_do_not_fire(stage: Stage) -> None:
    await stage.put("ann", alerts=(above(150),))
    worker = stage.worker()
    await stage.look(140, run=worker)
    stage.market.fails = ProviderBadPayloadError("yahoo", "is garbage")
    assert await stage.look(160, run=worker) == 0
    stage.market.fails = None
    assert await stage.look(160) == 1


async def test_split_does_not_fire(stage: Stage) -> None:
    low = Alert(id="low", symbol="AAPL", kind="price_below", value=80, webhook_id="phone")
    await stage.put("ann", alerts=(low, above(150)))
    worker = stage.worker()
    await stage.look(100, run=worker)
    stage.clock.advance(86_400)
    stage.market.splits = (Split(date=date(2026, 11, 25), numerator=4, denominator=1),)
    assert await stage.look(25.5, run=worker) == 0
    # 150 before the split is 37.5 after it, 80 is 20.
    assert await stage.look(38, run=worker) == 1
    assert await stage.look(19.5, run=worker) == 2
    assert [payload["adjusted_value"] for payload in stage.outbox.payloads("price_alert")] == [37.5, 20]


async def test_split_of_today_does_not_delay_an_alert(stage: Stage) -> None:
    await stage.put("ann", alerts=(above(520),))
    worker = stage.worker()
    assert await stage.look(500, run=worker) == 0
    # Less than a day later, the list of yesterday is still cached: 131 is 524 before the split.
    stage.clock.advance(86_400 - 600)
    stage.market.splits = (Split(date=date(2026, 11, 25), numerator=4, denominator=1),)
    assert await stage.look(131, run=worker) == 1
    # Asked for once a session.
    requests = [method for method, _ in stage.market.asked].count("actions")
    assert await stage.look(132, run=worker) == 1
    assert [method for method, _ in stage.market.asked].count("actions") == requests


async def test_price_change_over_night_waits_until_splits_are_known(stage: Stage) -> None:
    await stage.put("ann", alerts=(above(150),))
    worker = stage.worker()
    await stage.look(140, run=worker)
    stage.clock.advance(86_400)
    answering = stage.market.answering

    async def no_actions(method: str, *symbols: str) -> None:
        await answering(method, *symbols)
        if method == "actions":
            raise ProviderBadPayloadError("yahoo", "is garbage")

    stage.market.answering = no_actions  # type: ignore[method-assign]
    assert await stage.look(160, run=worker) == 0
    stage.market.answering = answering  # type: ignore[method-assign]
    stage.clock.advance(3600)
    assert await stage.look(160, run=worker) == 1


async def test_changed_alert_begins_anew(stage: Stage) -> None:
    await stage.put("ann", alerts=(above(150),))
    await stage.look(140)
    await stage.context.repositories.preferences.put(
        "ann",
        Preferences(webhooks=(HOOK,), alerts=(above(120),)),
        None,
        caller="c",
        max_users=10,
        restarted_alerts=["high"],
    )
    assert [await stage.look(price) for price in (141, 119, 121)] == [1, 1, 2]


def briefing(at: str) -> dict[str, str]:
    return {"time": at, "time_zone": "America/New_York", "calendar": "XNYS", "webhook_id": "phone"}


async def test_briefing_is_sent_once_a_day(stage: Stage) -> None:
    await stage.put("ann", briefing=briefing("10:03"), watchlist=("AAPL", "NONE"))
    assert await stage.look(101) == 1
    assert await stage.look(102) == 1
    stage.clock.advance(86_400)
    assert await stage.look(103) == 2
    days = [payload["day"] for payload in stage.outbox.payloads("briefing")]
    assert days == ["2026-11-24", "2026-11-25"]
    # The 26th is Thanksgiving.
    stage.clock.advance(86_400)
    assert await stage.look(104) == 2


async def test_briefing_that_could_not_be_stored_is_sent_by_the_next_run(stage: Stage) -> None:
    await stage.put("ann", briefing=briefing("10:03"), watchlist=("AAPL",))
    stage.outbox.fails = True
    assert await stage.look(101) == 0
    stage.outbox.fails = False
    assert await stage.look(101) == 1


async def test_erased_owner_gets_nothing(stage: Stage) -> None:
    await stage.put("ann", briefing=briefing("10:03"), watchlist=("AAPL",))
    stores = stage.context.repositories

    async def erase(method: str, *_symbols: str) -> None:
        if method == "quotes":
            await stores.erasures.put("ann")
            await stores.preferences.delete("ann")

    stage.market.answering = erase  # type: ignore[method-assign]
    assert await stage.look(101) == 0


async def test_owner_who_subscribes_again_right_after_an_erasure_gets_everything(stage: Stage) -> None:
    stage.market.prices["AAPL"] = 130
    stage.clock.advance(300)
    await stage.context.repositories.erasures.put("ann")
    await stage.put("ann", briefing=briefing("10:03"), watchlist=("AAPL",), alerts=(above(120),))
    stage.clock.advance(1)
    await stage.worker().run()
    assert [await stage.look(130) for _ in range(2)] == [2, 2]
    assert {item.kind for item in stage.outbox.deliveries.values()} == {"briefing", "price_alert"}


async def test_one_bad_owner_costs_one_owner(
    stage: Stage, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner in ("ann", "bob", "eve"):
        await stage.put(owner, alerts=(above(150),))
    await stage.look(140)
    store = stage.context.repositories.subscribers
    set_alert_state = store.set_alert_state

    async def fails_for_bob(subscriber: Subscriber, *given: Any) -> bool:
        if subscriber.owner == "bob":
            raise ZeroDivisionError
        return await set_alert_state(subscriber, *given)

    monkeypatch.setattr(store, "set_alert_state", fails_for_bob)
    stage.market.prices["AAPL"] = 160
    stage.clock.advance(300)
    summary = await stage.worker().run()
    assert (summary.outcome, summary.owners, summary.alerts) == ("partial", 3, 2)
    assert summary.failed == {"internal_error": 1}
    assert summary.last_success_at == stage.clock()
    assert "briefings: unexpected error" in caplog.text
    assert await stage.worker().last_run() == summary


async def test_run_that_reaches_its_deadline_is_continued(stage: Stage) -> None:
    for number in range(6):
        await stage.put(f"owner{number}", briefing=briefing("10:03"), watchlist=("AAPL",))
    answered = asyncio.Event()

    async def hang(method: str, *_symbols: str) -> None:
        if method == "quotes" and len(stage.outbox.deliveries) < 1:
            await answered.wait()

    stage.clock.advance(300)
    stage.market.answering = hang  # type: ignore[method-assign]
    first = await stage.worker(deadline=5.0, concurrency=2).run()
    assert (first.outcome, first.resume_after, first.briefings) == ("partial", "owner1", 0)
    assert first.notes == ("the deadline ended the run",)
    answered.set()
    second = await stage.worker(concurrency=2).run()
    assert (second.outcome, second.briefings, second.resume_after) == ("ok", 4, None)
    third = await stage.worker().run()
    assert (third.briefings, len(stage.outbox.deliveries)) == (2, 6)


async def test_all_owners_of_many_pages_are_looked_at(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.briefings.briefing_run.PAGE", 2)
    for number in range(7):
        await stage.put(f"owner{number}", alerts=(above(150),))
    await stage.look(140)
    assert await stage.look(160) == 7
    quotes = [symbols for method, symbols in stage.market.asked if method == "quotes"]
    assert set(quotes) == {("AAPL",)}


async def test_nothing_to_do_is_a_successful_run(stage: Stage) -> None:
    summary = await stage.worker().run()
    assert (summary.outcome, summary.owners, summary.upstream_requests) == ("ok", 0, 0)
    assert summary.last_success_at == stage.clock()


async def test_requests_are_taken_from_the_share_of_the_refresh(stage: Stage) -> None:
    await stage.put("ann", alerts=(above(150),), briefing=briefing("10:03"), watchlist=("AAPL",))
    limits = stage.context.settings.limits.model_copy(
        update={"upstream_requests_per_day": 20, "upstream_refresh_share": 0.5}
    )
    budget = UpstreamBudget(limits, make_budgets(EmbeddedRedis()))
    with request_scope("r1", "quote") as scope:
        scope.caller = lambda: Caller("greedy")
        for _ in range(9):
            await budget.take("yahoo")
        with pytest.raises(RateLimitedError):
            await budget.take("yahoo")
    summary = await stage.worker_with(budget).run()
    assert (summary.outcome, summary.briefings) == ("ok", 0)
    stage.clock.advance(300)
    summary = await stage.worker_with(budget).run()
    assert (summary.outcome, summary.briefings) == ("ok", 1)
    assert summary.upstream_requests > 0
    assert stage.outbox.payloads("briefing")[0]["moves"][0]["price"] == 100
    # What the callers have left is theirs still.
    with request_scope("r2", "quote") as scope:
        scope.caller = lambda: Caller("other")
        await budget.take("yahoo")


async def test_condition_that_holds_when_the_alert_is_set_fires_once(stage: Stage) -> None:
    await stage.put("ann", alerts=(above(150),))
    assert [await stage.look(price) for price in (160, 165, 140, 160)] == [1, 1, 1, 2]


async def test_disabled_webhook_gets_nothing_until_it_is_set_again(stage: Stage) -> None:
    subscribed = {"alerts": (above(150),), "briefing": briefing("10:03"), "watchlist": ("AAPL",)}
    await stage.put("ann", **subscribed)
    await stage.context.repositories.preferences.disable_webhook("ann", HOOK)
    assert await stage.look(160) == 0
    await stage.put("ann", **subscribed)
    assert await stage.look(160) == 2


async def test_briefing_waits_for_a_source_for_a_while(stage: Stage) -> None:
    await stage.put("ann", briefing=briefing("10:03"), watchlist=("AAPL",))
    stage.market.fails = ProviderBadPayloadError("yahoo", "is garbage")
    assert await stage.look(101) == 0
    summary = await stage.worker().run()
    assert (summary.outcome, summary.failed, summary.last_success_at) == (
        "failed",
        {"upstream_error": 1},
        None,
    )
    stage.market.fails = None
    assert await stage.look(101) == 1
    stage.market.fails = ProviderBadPayloadError("yahoo", "is garbage")
    stage.clock.advance(86_400 + 50 * 60)
    assert await stage.look(101) == 2
    missing = stage.outbox.payloads("briefing")[1]["missing"]
    assert [(entry["symbol"], entry["code"]) for entry in missing] == [("AAPL", "upstream_error")]


async def test_run_that_ends_before_its_first_owner_is_not_a_success(stage: Stage) -> None:
    await stage.put("ann", alerts=(above(150),))

    async def hang(method: str, *symbols: str) -> None:
        await asyncio.Event().wait()
        raise AssertionError(f"{method} {symbols} was not interrupted")

    stage.market.answering = hang  # type: ignore[method-assign]
    summary = await stage.worker(deadline=0.2).run()
    assert (summary.outcome, summary.owners, summary.resume_after) == ("partial", 0, None)
