"""Reports in the background: the id immediately, one generation, and a status that other workers know."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fakeredis import FakeServer

from shared.cache.cache_entry import CacheEntry, CacheKey, Fetched
from shared.domain.caller import Owner
from shared.errors.request_errors import ReportNotFoundError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.reports.background import BackgroundReports, ReportRunningError
from shared.reports.request import ReportRequest
from tests.support.cache import FrozenClock
from tests.support.report_store import FakeReports, Worker, working

REQUEST = ReportRequest("AAPL")
ANN, BOB = Owner("ann"), Owner("bob")


@pytest.fixture
async def worker(server: FakeServer, clock: FrozenClock) -> AsyncIterator[Worker]:
    async with working(server, FakeReports(), clock) as worker:
        yield worker


@pytest.fixture
async def background(worker: Worker) -> AsyncIterator[BackgroundReports]:
    reports = background_of(worker)
    yield reports
    await reports.aclose()


def background_of(worker: Worker) -> BackgroundReports:
    return BackgroundReports(worker.service, worker.owned, worker.cache, worker.clock)


async def test_id_is_known_before_the_report_is_generated(
    worker: Worker, background: BackgroundReports
) -> None:
    report = await background.start(ANN, REQUEST)
    assert report.status == "running"
    with pytest.raises(ReportRunningError):
        await background.read(ANN, report.report_id)
    worker.maker.go_on.set()
    assert report.task is not None
    assert (await report.task).report_id == report.report_id
    report_id, entry = await background.read(ANN, report.report_id)
    assert report_id == report.report_id
    assert report_id.encode() in entry.body


async def test_repeated_call_joins_the_running_report_and_then_finds_it(
    worker: Worker, background: BackgroundReports
) -> None:
    first = await background.start(ANN, REQUEST)
    second = await background.start(ANN, REQUEST)
    assert second.report_id == first.report_id
    worker.maker.go_on.set()
    assert first.task is not None
    await first.task
    third = await background.start(ANN, REQUEST)
    assert (third.report_id, third.status) == (first.report_id, "ready")
    assert worker.maker.made == 1


async def test_another_worker_knows_that_it_is_running(
    background: BackgroundReports, server: FakeServer, clock: FrozenClock
) -> None:
    first = await background.start(ANN, REQUEST)
    async with working(server, FakeReports(), clock, first=100) as other:
        elsewhere = background_of(other)
        second = await elsewhere.start(ANN, REQUEST)
        assert (second.report_id, second.status) == (first.report_id, "running")
        with pytest.raises(ReportRunningError):
            await elsewhere.read(ANN, first.report_id)
        assert other.maker.made == 0


async def test_a_report_of_a_killed_worker_is_not_running_for_ever(
    background: BackgroundReports, server: FakeServer, clock: FrozenClock
) -> None:
    first = await background.start(ANN, REQUEST)
    async with working(server, FakeReports(), clock, first=100) as other:
        clock.advance(300)
        other.maker.go_on.set()
        elsewhere = background_of(other)
        with pytest.raises(ReportNotFoundError, match="worker ended"):
            await elsewhere.read(ANN, first.report_id)


async def test_other_owners_do_not_see_it(background: BackgroundReports) -> None:
    report = await background.start(ANN, REQUEST)
    with pytest.raises(ReportNotFoundError) as caught:
        await background.read(BOB, report.report_id)
    assert not isinstance(caught.value, ReportRunningError)


async def test_failure_is_told_under_the_id(worker: Worker, background: BackgroundReports) -> None:
    worker.maker.error = UpstreamUnavailableError("No data source is available.")
    worker.maker.go_on.set()
    report = await background.start(ANN, REQUEST)
    assert report.task is not None
    with pytest.raises(UpstreamUnavailableError):
        await report.task
    with pytest.raises(ReportNotFoundError, match="No data source is available"):
        await background.read(ANN, report.report_id)


async def test_repeated_call_is_told_of_the_failure_once(
    worker: Worker, background: BackgroundReports, server: FakeServer, clock: FrozenClock
) -> None:
    worker.maker.error = UpstreamUnavailableError("No data source is available.")
    worker.maker.go_on.set()
    failed = await background.start(ANN, REQUEST)
    assert failed.task is not None
    with pytest.raises(UpstreamUnavailableError):
        await failed.task
    # Also by another worker.
    async with working(server, FakeReports(), clock, first=100) as other:
        with pytest.raises(ReportNotFoundError, match="not generated: No data source is available"):
            await background_of(other).start(ANN, REQUEST)
    worker.maker.error = None
    again = await background.start(ANN, REQUEST)
    assert again.report_id != failed.report_id
    assert again.task is not None
    assert (await again.task).report_id == again.report_id


async def test_failure_of_long_ago_is_not_told(
    worker: Worker, background: BackgroundReports, clock: FrozenClock
) -> None:
    worker.maker.error = UpstreamUnavailableError("No data source is available.")
    worker.maker.go_on.set()
    failed = await background.start(ANN, REQUEST)
    assert failed.task is not None
    with pytest.raises(UpstreamUnavailableError):
        await failed.task
    clock.advance(300)
    assert (await background.start(ANN, REQUEST)).status == "running"


async def test_report_that_fails_at_once_is_not_recorded_as_running_afterwards(
    worker: Worker, background: BackgroundReports, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = worker.cache.put

    async def put_late(key: CacheKey, fetched: Fetched) -> CacheEntry:
        if b"failure" not in fetched.body:
            await asyncio.sleep(0.1)
        return await put(key, fetched)

    monkeypatch.setattr(worker.cache, "put", put_late)
    worker.maker.error = UpstreamUnavailableError("No data source is available.")
    worker.maker.go_on.set()
    report = await background.start(ANN, REQUEST)
    assert report.task is not None
    with pytest.raises(UpstreamUnavailableError):
        await report.task
    with pytest.raises(ReportNotFoundError, match="No data source is available"):
        await background.read(ANN, report.report_id)
