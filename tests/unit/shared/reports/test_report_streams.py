"""Streams of reports over two workers: generated once, read and resumed from any worker."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import date
from typing import Any

import pytest
from fakeredis import FakeServer

from shared.domain.caller import Owner
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import (
    DependencyUnavailableError,
    ProducerLostError,
    UpstreamUnavailableError,
)
from shared.reports.request import ReportRequest
from shared.streams.event_id import EventId
from tests.support.report_store import FakeReports, Worker

REQUEST = ReportRequest("AAPL")
ALICE, BOB = Owner("alice"), Owner("bob")


def opened(worker: Worker, owner: Owner = ALICE) -> AsyncGenerator[bytes]:
    """Requests the report and returns its frames."""
    return worker.streams.read(owner, REQUEST, worker.service.start(REQUEST), worker.clock())


async def resumed(worker: Worker, last_id: str, request: ReportRequest = REQUEST) -> bytes | None:
    """Resumes a stream and returns its frames to the end; None if nothing follows."""
    place = EventId.parse(last_id)
    assert place is not None
    frames = await worker.streams.resume(ALICE, request, place, worker.clock())
    return None if frames is None else await everything(frames)


async def everything(frames: AsyncGenerator[bytes]) -> bytes:
    async with asyncio.timeout(60):
        return b"".join([part async for part in frames])


async def first(frames: AsyncGenerator[bytes]) -> bytes:
    async with asyncio.timeout(60):
        return await anext(frames)


def ids_of(frames: bytes) -> list[str]:
    return [line[4:] for line in frames.decode().split("\n") if line.startswith("id: ")]


def events_of(frames: bytes) -> list[dict[str, Any]]:
    lines = frames.decode().split("\n")
    return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]


def names_of(frames: bytes) -> list[str]:
    return [event.get("step") or event["event"] for event in events_of(frames)]


async def finished(worker: Worker) -> bytes:
    """A whole stream."""
    worker.maker.go_on.set()
    return await everything(opened(worker))


async def test_each_frame_has_an_id_and_the_report_has_the_id_of_its_owner(
    worker: Worker, reports: FakeReports
) -> None:
    whole = await finished(worker)
    stream_id = ids_of(whole)[0].split(".")[0]
    places = ["1.0", "2.0", "3.0", "4.1", "end"]
    assert ids_of(whole) == [f"{stream_id}.{place}" for place in places]
    assert names_of(whole) == ["data", "narrative", "stored", "report"]
    assert whole.endswith(b"data: [DONE]\n\n")
    report_id = events_of(whole)[-1]["report"]["report_id"]
    assert reports.references[report_id].owner == ALICE


async def test_report_continues_without_readers_and_the_next_request_joins(worker: Worker) -> None:
    left = opened(worker)
    begun = await first(left)
    await left.aclose()
    joined = opened(worker)
    assert await first(joined) == begun
    worker.maker.go_on.set()
    whole = begun + await everything(joined)
    assert names_of(whole) == ["data", "narrative", "stored", "report"]
    assert worker.maker.made == 1


async def test_reader_who_leaves_finds_the_report_among_those_of_its_owner(
    worker: Worker, other: Worker, reports: FakeReports
) -> None:
    here, there = opened(worker), opened(other, BOB)
    await first(here)
    await first(there)
    await here.aclose()
    await there.aclose()
    worker.maker.go_on.set()
    async with asyncio.timeout(60):
        while len(reports.references) < 2:  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.01)
    assert {reference.owner for reference in reports.references.values()} == {ALICE, BOB}
    assert (worker.maker.made, other.maker.made) == (1, 0)


async def test_reader_who_stays_has_one_reference(worker: Worker, reports: FakeReports) -> None:
    await finished(worker)
    assert len(reports.references) == 1


async def test_request_at_another_worker_sees_the_progress_so_far_and_then_live(
    worker: Worker, other: Worker
) -> None:
    here = opened(worker)
    begun = await first(here)
    there = opened(other)
    assert await first(there) == begun
    worker.maker.go_on.set()
    rest, same = await asyncio.gather(everything(here), everything(there))
    assert rest == same
    assert (worker.maker.made, other.maker.made) == (1, 0)


async def test_owners_share_the_frames_and_have_ids_of_their_own(worker: Worker, other: Worker) -> None:
    here, there = opened(worker), opened(other, BOB)
    begun = await first(here)
    worker.maker.go_on.set()
    alice, bob = await asyncio.gather(everything(here), everything(there))
    assert ids_of(begun + alice) == ids_of(bob)
    assert events_of(alice)[-1]["report"]["report_id"] != events_of(bob)[-1]["report"]["report_id"]


async def test_stream_is_resumed_at_any_worker(worker: Worker, other: Worker) -> None:
    whole = await finished(worker)
    ids, parts = ids_of(whole), whole.split(b"\n\n")[:-1]
    for reader in (worker, other):
        for number, last_id in enumerate(ids[:-1], start=1):
            assert await resumed(reader, last_id) == b"\n\n".join([*parts[number:], b""])
        assert await resumed(reader, ids[-1]) is None
        for unknown in ("0" * 32 + ".1.0", ids[0].replace(".1.0", ".9.0")):
            with pytest.raises(NotFoundError):
                await resumed(reader, unknown)
        with pytest.raises(NotFoundError):
            await resumed(reader, ids[0], ReportRequest("MSFT"))
    assert (worker.maker.made, other.maker.made) == (1, 0)


async def test_running_stream_is_resumed_in_its_worker(worker: Worker) -> None:
    left = opened(worker)
    begun = await first(left)
    await left.aclose()
    place = EventId.parse(ids_of(begun)[-1])
    assert place is not None
    frames = await worker.streams.resume(ALICE, REQUEST, place, worker.clock())
    assert frames is not None
    worker.maker.go_on.set()
    assert names_of(await everything(frames)) == ["narrative", "stored", "report"]
    with pytest.raises(NotFoundError):
        await resumed(worker, ids_of(begun)[-1], ReportRequest("AAPL", "quick_overview"))


async def test_stream_that_redis_forgot_continues_with_the_stored_report(
    worker: Worker, other: Worker
) -> None:
    whole = await finished(worker)
    *_, progress, report, end = ids_of(whole)
    await worker.leases.guard.redis.delete(f"test:v1:stream:{end.split('.')[0]}")
    rest = await resumed(other, progress)
    assert rest is not None
    assert events_of(rest)[0]["report"]["report_id"] == events_of(whole)[-1]["report"]["report_id"]
    assert ids_of(rest) == [report, end]
    assert await resumed(other, report) == whole.split(b"\n\n")[-2] + b"\n\n"
    assert await resumed(other, end) is None
    with pytest.raises(NotFoundError):
        await resumed(other, progress, ReportRequest("MSFT"))


async def test_stored_report_has_ids_too(worker: Worker) -> None:
    report_id = events_of(await finished(worker))[-1]["report"]["report_id"]
    stored = await worker.owned.find_fresh(ALICE, REQUEST)
    assert stored is not None
    frames = await everything(worker.streams.stored(stored))
    assert ids_of(frames) == [f"{report_id}.1.1", f"{report_id}.end"]
    assert events_of(frames)[0]["report"]["cached"] is True
    assert await resumed(worker, f"{report_id}.1.1") == frames.split(b"\n\n")[-2] + b"\n\n"
    assert await resumed(worker, f"{report_id}.end") is None
    past = ReportRequest("AAPL", known_on=date(2026, 1, 5))
    for other in (ReportRequest("MSFT"), ReportRequest("AAPL", language="de"), past):
        with pytest.raises(NotFoundError):
            await resumed(worker, f"{report_id}.0.0", other)


async def test_without_redis_the_worker_reads_its_own_and_others_are_unavailable(
    worker: Worker, other: Worker, server: FakeServer
) -> None:
    server.connected = False
    frames = opened(worker)
    begun = await first(frames)
    joined = opened(worker)
    assert await first(joined) == begun
    with pytest.raises(DependencyUnavailableError):
        await resumed(other, ids_of(begun)[-1])
    worker.maker.go_on.set()
    assert names_of(await everything(frames)) == names_of(await everything(joined))
    assert worker.maker.made == 1


async def test_failure_before_the_first_frame_is_the_error_itself(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise UpstreamUnavailableError("down")

    monkeypatch.setattr(worker.maker, "build", fail)
    with pytest.raises(UpstreamUnavailableError):
        await everything(opened(worker))


async def test_later_failure_is_a_frame_with_an_id_for_every_reader(worker: Worker, other: Worker) -> None:
    worker.maker.error = UpstreamUnavailableError("down")
    other.maker.error = worker.maker.error
    here = opened(worker)
    begun = await first(here)
    there = opened(other)
    assert await first(there) == begun
    worker.maker.go_on.set()
    other.maker.go_on.set()
    rest, same = await asyncio.gather(everything(here), everything(there))
    assert rest == same
    assert (events_of(rest)[0]["code"], events_of(rest)[0]["retryable"]) == ("upstream_unavailable", True)
    assert len(ids_of(rest)) == 2


async def test_readers_elsewhere_learn_that_the_producer_died(worker: Worker, other: Worker) -> None:
    here = opened(worker)
    begun = await first(here)
    there = opened(other)
    assert await first(there) == begun
    await killed(worker, ids_of(begun)[0])
    rest = await everything(there)
    assert events_of(rest)[0]["code"] == "producer_lost"
    assert rest.endswith(b"data: [DONE]\n\n")


async def test_stream_that_vanishes_after_its_first_frame_is_an_error(worker: Worker, other: Worker) -> None:
    begun = await first(opened(worker))
    there = opened(other)
    assert await first(there) == begun
    await worker.transport.aclose()
    await worker.leases.guard.redis.flushall()
    with pytest.raises(ProducerLostError):
        await everything(there)


async def killed(worker: Worker, event_id: str) -> None:
    """Ends the heartbeat of a stream, as if its worker had been killed."""
    await worker.transport.aclose()
    await worker.leases.guard.redis.delete(f"test:v1:stream:{event_id.split('.')[0]}:alive")
