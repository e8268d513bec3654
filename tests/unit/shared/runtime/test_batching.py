"""Reads that come together go out together."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from shared.runtime.batching import Batched


class Reader:
    """Holds each read until told; everything but ``absent`` is there."""

    def __init__(self, error: Exception | None = None) -> None:
        self.batches: list[list[str]] = []
        self.go = asyncio.Event()
        self._error = error

    async def __call__(self, names: Sequence[str]) -> Mapping[str, str]:
        self.batches.append(list(names))
        await self.go.wait()
        if self._error:
            raise self._error
        return {name: name.upper() for name in names if name != "absent"}


async def test_reads_during_a_read_are_one_batch_in_which_each_name_is_once() -> None:
    reader = Reader()
    reads = Batched(reader, most=100)
    first = asyncio.create_task(reads.get(["a"]))
    await asyncio.sleep(0.001)
    others = [asyncio.create_task(reads.get([name])) for name in "bcbcb"]
    await asyncio.sleep(0)
    reader.go.set()
    assert await first == {"a": "A"}
    assert await asyncio.gather(*others) == [{name: name.upper()} for name in "bcbcb"]
    assert reader.batches == [["a"], ["b", "c"]]


async def test_what_is_not_there_is_absent() -> None:
    reader = Reader()
    reader.go.set()
    assert await Batched(reader, most=100).get(["a", "absent"]) == {"a": "A"}


async def test_who_does_not_wait_has_it_read_all_the_same() -> None:
    reader = Reader()
    reads = Batched(reader, most=100)
    asked = reads.ask(["a"])
    await asyncio.sleep(0.001)
    joined = reads.ask(["b"]), reads.ask(["c"])
    reader.go.set()
    assert await asked == {"a": "A"}
    assert [await one for one in joined] == [{"b": "B", "c": "C"}] * 2


async def test_batches_are_bounded() -> None:
    reader = Reader()
    reader.go.set()
    reads = Batched(reader, most=10)
    await asyncio.gather(*(reads.get([str(number)]) for number in range(95)))
    assert max(len(batch) for batch in reader.batches) == 10
    assert sum(len(batch) for batch in reader.batches) == 95


async def test_caller_that_leaves_hurts_nobody() -> None:
    reader = Reader()
    reads = Batched(reader, most=100)
    first, second = (asyncio.create_task(reads.get(["a"])) for _ in range(2))
    await asyncio.sleep(0.001)
    first.cancel()
    await asyncio.wait({first})
    reader.go.set()
    assert await second == {"a": "A"}


async def test_failure_reaches_those_who_asked_and_the_next_read_goes_out() -> None:
    reader = Reader(ValueError("broken"))
    reader.go.set()
    reads = Batched(reader, most=100)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            await reads.get(["a"])
    assert len(reader.batches) == 2


async def test_closing_ends_what_is_under_way_and_what_waits() -> None:
    reads = Batched(Reader(), most=100)
    first = asyncio.create_task(reads.get(["a"]))
    await asyncio.sleep(0.001)
    second = asyncio.create_task(reads.get(["b"]))
    await asyncio.sleep(0.001)
    await reads.aclose()
    for caller in (first, second):
        with pytest.raises(asyncio.CancelledError):
            await caller
