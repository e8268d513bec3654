"""Requests that arrive together are sent together."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from shared.runtime.batching import Batched, chunked


class Reader:
    """Delays each read until ``go`` is set; every name except ``absent`` has a reply."""

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


async def test_reads_during_a_read_are_one_batch_with_each_name_once() -> None:
    reader = Reader()
    reads = Batched(reader, max_batch_size=100)
    first = asyncio.create_task(reads.get(["a"]))
    await asyncio.sleep(0.001)
    others = [asyncio.create_task(reads.get([name])) for name in "bcbcb"]
    await asyncio.sleep(0)
    reader.go.set()
    assert await first == {"a": "A"}
    assert await asyncio.gather(*others) == [{name: name.upper()} for name in "bcbcb"]
    assert reader.batches == [["a"], ["b", "c"]]


async def test_request_without_a_reply_is_absent() -> None:
    reader = Reader()
    reader.go.set()
    assert await Batched(reader, max_batch_size=100).get(["a", "absent"]) == {"a": "A"}


async def test_submitted_request_is_sent_without_waiting() -> None:
    reader = Reader()
    reads = Batched(reader, max_batch_size=100)
    submitted = reads.submit(["a"])
    await asyncio.sleep(0.001)
    joined = reads.submit(["b"]), reads.submit(["c"])
    reader.go.set()
    assert await submitted == {"a": "A"}
    assert [await one for one in joined] == [{"b": "B", "c": "C"}] * 2


async def test_batches_are_bounded() -> None:
    reader = Reader()
    reader.go.set()
    reads = Batched(reader, max_batch_size=10)
    await asyncio.gather(*(reads.get([str(number)]) for number in range(95)))
    assert max(len(batch) for batch in reader.batches) == 10
    assert sum(len(batch) for batch in reader.batches) == 95


async def test_batches_are_bounded_by_cost() -> None:
    reader = Reader()
    reader.go.set()
    reads = Batched(reader, max_batch_size=10, cost=len)
    names = ["a" * 4, "b" * 4, "c" * 4, "d" * 40, "e"]
    await asyncio.gather(*(reads.get([name]) for name in names))
    assert [sorted(map(len, batch)) for batch in reader.batches] == [[4, 4], [4], [40], [1]]


def test_chunks_are_bounded_by_cost_and_hold_at_least_one_request() -> None:
    assert chunked(["aaaa", "bbbb", "cc", "d" * 40, "e"], len, 10) == [
        ["aaaa", "bbbb", "cc"],
        ["d" * 40],
        ["e"],
    ]
    assert chunked([], len, 10) == []


async def test_cancelled_caller_does_not_affect_others() -> None:
    reader = Reader()
    reads = Batched(reader, max_batch_size=100)
    first, second = (asyncio.create_task(reads.get(["a"])) for _ in range(2))
    await asyncio.sleep(0.001)
    first.cancel()
    await asyncio.wait({first})
    reader.go.set()
    assert await second == {"a": "A"}


async def test_failure_is_raised_to_callers_and_the_next_read_is_sent() -> None:
    reader = Reader(ValueError("broken"))
    reader.go.set()
    reads = Batched(reader, max_batch_size=100)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            await reads.get(["a"])
    assert len(reader.batches) == 2


async def test_closing_cancels_running_and_waiting_requests() -> None:
    reads = Batched(Reader(), max_batch_size=100)
    first = asyncio.create_task(reads.get(["a"]))
    await asyncio.sleep(0.001)
    second = asyncio.create_task(reads.get(["b"]))
    await asyncio.sleep(0.001)
    await reads.aclose()
    for caller in (first, second):
        with pytest.raises(asyncio.CancelledError):
            await caller
