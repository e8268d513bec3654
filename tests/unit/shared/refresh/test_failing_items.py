"""Which items of the refresh are set aside: what fails alone, never what fails in an outage."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from fakeredis import FakeServer

from infra.local.embedded_redis import EmbeddedRedis
from shared.redis.guard import RedisGuard
from shared.refresh.failing_items import MAX_INTERVAL, FailingItem, FailingItems, after_run
from shared.refresh.plan import RefreshItem
from shared.refresh.refresh_redis import RefreshRedis
from tests.support.redis_parts import KEYS

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
GONE: RefreshItem = ("news", "GONE")
OTHERS: list[RefreshItem] = [("news", f"S{number}") for number in range(9)]


def failing(failures: int, *, minutes_ago: int = 5) -> FailingItem:
    return FailingItem(
        failures, NOW - timedelta(hours=3), NOW - timedelta(minutes=minutes_ago), "upstream_error"
    )


def codes(*items: RefreshItem) -> Mapping[RefreshItem, str]:
    return dict.fromkeys(items, "upstream_error")


@pytest.mark.parametrize(
    ("failures", "minutes"), [(1, 0), (2, 0), (3, 15), (4, 30), (5, 60), (7, 240), (8, 360), (5_000, 360)]
)
def test_interval_grows_with_the_failures_up_to_six_hours(failures: int, minutes: int) -> None:
    assert failing(failures, minutes_ago=minutes).is_due(NOW)
    if minutes:
        assert not failing(failures, minutes_ago=minutes - 1).is_due(NOW)
    assert timedelta(hours=6) == MAX_INTERVAL


def test_failure_that_a_wrong_clock_recorded_sets_nothing_aside() -> None:
    assert failing(9, minutes_ago=-60).is_due(NOW)


def test_item_that_fails_while_others_succeed_is_counted() -> None:
    after = after_run({}, codes(GONE), OTHERS, NOW)
    assert after == {GONE: FailingItem(1, NOW, NOW, "upstream_error")}
    # In the next runs it is the only one of its kind that is due.
    again = after_run(after, {GONE: "upstream_timeout"}, [], NOW + timedelta(minutes=5))
    assert again == {GONE: FailingItem(2, NOW, NOW + timedelta(minutes=5), "upstream_timeout")}
    assert after_run(again, {}, [GONE], NOW) == {}


def test_outage_sets_nothing_aside() -> None:
    assert after_run({}, codes(GONE, *OTHERS), [("quotes", "S1")], NOW) == {}
    # An item that failed before keeps its count, and gets no further one from the outage.
    known = {GONE: failing(2)}
    assert after_run(known, codes(GONE, *OTHERS), [], NOW) == known


async def test_items_are_stored_between_runs(server: FakeServer) -> None:
    redis = EmbeddedRedis(server)
    items = FailingItems(RefreshRedis(RedisGuard(redis), KEYS))
    stored = {GONE: failing(4), ("quotes", "BRK-B"): failing(1)}
    await items.replace(stored)
    assert await items.load(["GONE", "BRK-B"]) == stored
    assert await items.load(["BRK-B"]) == {("quotes", "BRK-B"): failing(1)}
    await redis.hset(
        KEYS.key("refresh", "failing"), mapping={"news X": "[1]", "other Y": "[1,2,3,4]", "Z": "{"}
    )
    assert await items.load(["GONE", "X", "Y", "Z"]) == {GONE: failing(4)}
    await items.replace({})
    assert await items.load(["GONE"]) == {}
