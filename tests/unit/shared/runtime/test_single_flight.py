"""Single-flight: one execution, and a caller that leaves does not affect the others."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from shared.runtime.single_flight import SingleFlight


class Maker:
    """Counts executions, and finishes when ``go`` is set."""

    def __init__(self, error: Exception | None = None) -> None:
        self.made: list[tuple[str, ...]] = []
        self.go = asyncio.Event()
        self._error = error

    async def __call__(self, keys: Sequence[str]) -> Mapping[str, int]:
        self.made.append(tuple(keys))
        await self.go.wait()
        if self._error:
            raise self._error
        return {key: len(self.made) for key in keys}


async def test_thousand_callers_are_one_call() -> None:
    flights, maker = SingleFlight[str, int](), Maker()
    callers = [asyncio.create_task(flights.run(["a"], maker)) for _ in range(1000)]
    await asyncio.sleep(0)
    maker.go.set()
    assert await asyncio.gather(*callers) == [{"a": 1}] * 1000
    assert maker.made == [("a",)]


async def test_only_keys_without_a_flight_are_executed() -> None:
    flights, maker = SingleFlight[str, int](), Maker()
    first = asyncio.create_task(flights.run(["a", "b"], maker))
    await asyncio.sleep(0)
    second = asyncio.create_task(flights.run(["b", "c"], maker))
    await asyncio.sleep(0)
    maker.go.set()
    assert (await first).keys() == {"a", "b"}
    assert (await second).keys() == {"b", "c"}
    assert maker.made == [("a", "b"), ("c",)]


async def test_first_caller_leaving_does_not_fail_the_others() -> None:
    flights, maker = SingleFlight[str, int](), Maker()
    first = asyncio.create_task(flights.run(["a"], maker))
    await asyncio.sleep(0)
    second = asyncio.create_task(flights.run(["a"], maker))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    maker.go.set()
    assert await second == {"a": 1}
    assert maker.made == [("a",)]


async def test_failure_reaches_every_caller_and_the_next_call_tries_again() -> None:
    flights, maker = SingleFlight[str, int](), Maker(ValueError("broken"))
    maker.go.set()
    outcomes = await asyncio.gather(*(flights.run(["a"], maker) for _ in range(3)), return_exceptions=True)
    assert [str(outcome) for outcome in outcomes] == ["broken"] * 3
    with pytest.raises(ValueError, match="broken"):
        await flights.run(["a"], maker)
    assert len(maker.made) == 2


async def test_failure_that_nobody_waits_for_any_more_is_quiet() -> None:
    reports: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reports.append(context))
    flights, maker = SingleFlight[str, int](), Maker(ValueError("broken"))
    caller = asyncio.create_task(flights.run(["a"], maker))
    await asyncio.sleep(0)
    caller.cancel()
    await asyncio.wait({caller})
    maker.go.set()
    for _ in range(3):
        await asyncio.sleep(0)
    assert reports == []


async def test_closing_ends_what_is_under_way() -> None:
    flights, maker = SingleFlight[str, int](), Maker()
    caller = asyncio.create_task(flights.run(["a"], maker))
    await asyncio.sleep(0)
    await flights.aclose()
    with pytest.raises(asyncio.CancelledError):
        await caller
