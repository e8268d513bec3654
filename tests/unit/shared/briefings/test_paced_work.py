"""Work at a pace: a burst, then as many requests as the minute has."""

import asyncio

import pytest

from shared.briefings.paced_work import for_each
from shared.market import background_calls as module
from shared.market.background_calls import background_calls, current_background


class CountedLimiter:
    """A limiter that counts what is acquired."""

    acquired = 0

    def __init__(self, _rate: float, _period: float) -> None:
        type(self).acquired = 0

    async def acquire(self) -> None:
        type(self).acquired += 1


@pytest.fixture
def limiter(monkeypatch: pytest.MonkeyPatch) -> type[CountedLimiter]:
    monkeypatch.setattr(module, "AsyncLimiter", CountedLimiter)
    return CountedLimiter


async def request_twice(_item: int) -> None:
    calls = current_background()
    assert calls is not None
    async with calls.slots:
        await asyncio.sleep(0)
        calls.count += 2


async def test_each_request_takes_its_turn(limiter: type[CountedLimiter]) -> None:
    with background_calls(3, 60) as calls:
        await for_each(range(20), request_twice)
    assert (calls.count, limiter.acquired) == (40, 40)


async def test_cached_answers_wait_for_nothing(limiter: type[CountedLimiter]) -> None:
    seen: list[int] = []

    async def cached(item: int) -> None:
        seen.append(item)

    with background_calls(3, 1):
        await for_each(range(20), cached)
    await for_each(range(3), cached)
    assert (sorted(seen), limiter.acquired) == (sorted([*range(20), *range(3)]), 0)


async def test_without_pace_nothing_waits(limiter: type[CountedLimiter]) -> None:
    with background_calls(3) as calls:
        await for_each(range(5), request_twice)
    assert (calls.count, limiter.acquired) == (10, 0)


async def test_unexpected_errors_cost_their_items_and_each_kind_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[int] = []

    async def work(item: int) -> None:
        if item % 2:
            raise (ZeroDivisionError if item < 10 else KeyError)
        done.append(item)

    await for_each(range(20), work)
    assert sorted(done) == list(range(0, 20, 2))
    first, second, last = caplog.records
    assert [type(record.exc_info[1]) for record in (first, second) if record.exc_info] == [
        ZeroDivisionError,
        KeyError,
    ]
    assert last.message == "briefings: unexpected errors cost 10 items"
