"""Reports are made once over all workers, and stored before they are answered."""

import asyncio
import json

import pytest
from fakeredis import FakeServer

from shared.errors.service_errors import (
    DependencyUnavailableError,
    ModelTimeoutError,
    UpstreamUnavailableError,
)
from shared.reports.request import ReportRequest
from tests.support.cache import FrozenClock
from tests.support.report_store import FakeReports, Worker, make_report

REQUEST = ReportRequest("AAPL")


async def begun(worker: Worker) -> None:
    """Returns when the worker is at it."""
    async with asyncio.timeout(60):
        await worker.maker.begun.wait()


async def test_identical_requests_at_once_make_one_report(worker: Worker) -> None:
    jobs = [worker.service.start(REQUEST) for _ in range(5)]
    worker.maker.go_on.set()
    made = await asyncio.gather(*(job.result() for job in jobs))
    assert worker.maker.made == 1
    assert {report.report_id for report in made} == {make_report(1).report_id}


@pytest.mark.parametrize("refresh", [False, True])
async def test_identical_requests_at_two_workers_make_one_report(
    worker: Worker, other: Worker, refresh: bool
) -> None:
    request = ReportRequest("AAPL", refresh=refresh)
    first = worker.service.start(request)
    await begun(worker)
    second = other.service.start(request)
    await asyncio.sleep(0.05)
    worker.maker.go_on.set()
    one, same = await asyncio.gather(first.result(), second.result())
    assert one.report_id == same.report_id
    assert (worker.maker.made, other.maker.made) == (1, 0)
    assert [step.step async for step in second.progress()] == ["stored"]


async def test_report_that_another_model_wrote_answers_whoever_asked_for_the_same(
    worker: Worker, other: Worker
) -> None:
    request = ReportRequest("AAPL", provider="grok")
    first = worker.service.start(request)
    await begun(worker)
    second = other.service.start(request)
    await asyncio.sleep(0.05)
    worker.maker.go_on.set()
    made = await first.result()
    assert json.loads(made.body)["metadata"]["provider"] == "openai"
    assert (await second.result()).report_id == made.report_id


async def test_other_worker_makes_it_when_the_first_fails(worker: Worker, other: Worker) -> None:
    worker.maker.error = UpstreamUnavailableError("down")
    first = worker.service.start(REQUEST)
    await begun(worker)
    second = other.service.start(REQUEST)
    other.maker.go_on.set()
    worker.maker.go_on.set()
    with pytest.raises(UpstreamUnavailableError):
        await first.result()
    assert (await second.result()).report_id == make_report(100).report_id


async def test_different_requests_do_not_wait_for_each_other(worker: Worker, other: Worker) -> None:
    worker.service.start(REQUEST)
    await begun(worker)
    other.maker.go_on.set()
    assert await other.service.start(ReportRequest("MSFT")).result()


async def test_report_made_between_looking_and_beginning_is_taken(worker: Worker, other: Worker) -> None:
    assert await other.archive.find_fresh(REQUEST) is None
    worker.maker.go_on.set()
    made = await worker.service.start(REQUEST).result()
    found = await other.service.start(REQUEST).result()
    assert (found.report_id, other.maker.made) == (made.report_id, 0)


async def test_refresh_makes_a_new_one(worker: Worker, clock: FrozenClock) -> None:
    worker.maker.go_on.set()
    await worker.service.start(REQUEST).result()
    clock.advance(1)
    again = await worker.service.start(ReportRequest("AAPL", refresh=True)).result()
    assert (again.report_id, worker.maker.made) == (make_report(2).report_id, 2)
    found = await worker.archive.find_fresh(REQUEST)
    assert found is not None
    assert found.report_id == again.report_id


async def test_without_redis_each_worker_makes_its_own(worker: Worker, server: FakeServer) -> None:
    server.connected = False
    worker.maker.go_on.set()
    assert await worker.service.start(REQUEST).result()


async def test_report_that_cannot_be_stored_is_not_answered_and_nothing_is_left(
    worker: Worker, reports: FakeReports
) -> None:
    job = worker.service.start(REQUEST)
    await begun(worker)
    reports.down = True
    worker.maker.go_on.set()
    with pytest.raises(DependencyUnavailableError):
        await job.result()
    reports.down = False
    assert await worker.archive.find_fresh(REQUEST) is None
    assert not reports.kept


async def test_waiter_that_leaves_does_not_end_the_job(worker: Worker, reports: FakeReports) -> None:
    job = worker.service.start(REQUEST)
    waiter = asyncio.ensure_future(job.result())
    await asyncio.sleep(0)
    waiter.cancel()
    worker.maker.go_on.set()
    await job.result()
    assert len(reports.kept) == 1


async def test_everybody_sees_all_the_progress(worker: Worker) -> None:
    async def steps() -> list[tuple[str, int, int]]:
        progress = worker.service.start(REQUEST).progress()
        return [(step.step, step.done, step.total) async for step in progress]

    first = asyncio.ensure_future(steps())
    await asyncio.sleep(0)
    late = asyncio.ensure_future(steps())
    worker.maker.go_on.set()
    expected = [("data", 1, 3), ("narrative", 2, 3), ("stored", 3, 3)]
    assert [await first, await late] == [expected, expected]


async def test_progress_ends_when_the_work_fails(worker: Worker) -> None:
    worker.maker.error = UpstreamUnavailableError("down")
    worker.maker.go_on.set()
    job = worker.service.start(REQUEST)
    assert [step.step async for step in job.progress()] == ["data"]
    with pytest.raises(UpstreamUnavailableError):
        await job.result()


async def test_report_that_takes_too_long_is_given_up(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker.service, "_seconds", 0.01)
    with pytest.raises(ModelTimeoutError):
        await worker.service.start(REQUEST).result()
