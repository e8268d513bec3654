"""Reports belong to owners; identical ones are generated once and shared."""

import json

import pytest
from fakeredis import FakeServer

from shared.domain.caller import Owner
from shared.errors.request_errors import ConflictError, ReportNotFoundError
from shared.errors.service_errors import DependencyUnavailableError
from shared.reports.jobs import StoredReport
from shared.reports.request import ReportRequest
from tests.support.cache import FrozenClock
from tests.support.report_store import FRESH_SECONDS, FakeReports, Worker

REQUEST = ReportRequest("AAPL")
ANN, BOB = Owner("ann"), Owner("bob")


@pytest.fixture
def worker(worker: Worker) -> Worker:
    """A worker whose reports are finished immediately."""
    worker.maker.go_on.set()
    return worker


@pytest.fixture
def other(other: Worker) -> Worker:
    """Another such worker."""
    other.maker.go_on.set()
    return other


async def generate(worker: Worker, owner: Owner, request: ReportRequest = REQUEST) -> StoredReport:
    return await worker.owned.result(owner, request, worker.service.start(request), worker.clock())


async def test_identical_report_is_generated_once_and_each_owner_has_an_id(
    worker: Worker, other: Worker, reports: FakeReports
) -> None:
    first = await generate(worker, ANN)
    second = await other.owned.find_fresh(BOB, REQUEST)
    assert second is not None
    assert (worker.maker.made, other.maker.made) == (1, 0)
    ids = {first.report_id, second.report_id, *reports.kept}
    assert len(ids) == 3
    for report in (first, second):
        assert json.loads(report.body)["report_id"] == report.report_id


async def test_owner_gets_the_same_id_again_without_the_database(
    worker: Worker, reports: FakeReports
) -> None:
    report = await generate(worker, ANN)
    reports.down = True
    assert await worker.owned.find_fresh(ANN, REQUEST) == report
    assert (await worker.owned.read(ANN, report.report_id)).body == report.body


async def test_report_of_another_owner_does_not_exist(worker: Worker, reports: FakeReports) -> None:
    report = await generate(worker, ANN)
    content_id = reports.references[report.report_id].content_id
    for report_id in (report.report_id, content_id):
        for attempt in (
            worker.owned.read(BOB, report_id),
            worker.owned.render(BOB, report_id, "html"),
            worker.owned.delete(BOB, report_id),
        ):
            with pytest.raises(ReportNotFoundError):
                await attempt
    assert (await worker.owned.read(ANN, report.report_id)).body == report.body


async def test_deleted_report_is_gone_at_every_worker_but_not_for_others(
    worker: Worker, other: Worker, reports: FakeReports
) -> None:
    anns = await generate(worker, ANN)
    bobs = await generate(other, BOB)
    await other.owned.read(ANN, anns.report_id)
    await worker.owned.delete(ANN, anns.report_id)
    for place in (worker, other):
        with pytest.raises(ReportNotFoundError):
            await place.owned.read(ANN, anns.report_id)
        with pytest.raises(ReportNotFoundError):
            await place.owned.delete(ANN, anns.report_id)
        assert (await place.owned.read(BOB, bobs.report_id)).body == bobs.body
    assert len(reports.kept) == 1


async def test_last_reference_takes_the_content(worker: Worker, other: Worker, reports: FakeReports) -> None:
    for owner in (ANN, BOB):
        report = await generate(worker, owner)
        await worker.owned.render(owner, report.report_id, "pdf")
        assert reports.kept
        if owner == ANN:
            anns = report
    await worker.owned.delete(ANN, anns.report_id)
    await worker.owned.delete(BOB, report.report_id)
    assert not reports.kept
    for place in (worker, other):
        assert await place.owned.find_fresh(BOB, REQUEST) is None


async def test_after_a_deletion_the_owner_gets_a_new_id(worker: Worker) -> None:
    anns = await generate(worker, ANN)
    await generate(worker, BOB)
    await worker.owned.delete(ANN, anns.report_id)
    again = await worker.owned.find_fresh(ANN, REQUEST)
    assert again is not None
    assert again.report_id != anns.report_id
    assert worker.maker.made == 1


async def test_content_that_is_gone_is_generated_again(worker: Worker, reports: FakeReports) -> None:
    await generate(worker, ANN)
    # Another worker read the content before it was deleted, and stored it in the cache afterwards.
    reports.kept.clear()
    reports.references.clear()
    assert await worker.owned.find_fresh(BOB, REQUEST) is None
    assert await generate(worker, BOB)
    assert worker.maker.made == 2


async def test_report_that_all_others_deleted_meanwhile_is_requested_again(
    worker: Worker, reports: FakeReports
) -> None:
    job = worker.service.start(REQUEST)
    await job.result()
    reports.kept.clear()
    with pytest.raises(ConflictError):
        await worker.owned.result(BOB, REQUEST, job, worker.clock())


async def test_deletion_that_redis_does_not_confirm_changes_nothing(
    worker: Worker, server: FakeServer, reports: FakeReports
) -> None:
    report = await generate(worker, ANN)
    server.connected = False
    with pytest.raises(DependencyUnavailableError):
        await worker.owned.delete(ANN, report.report_id)
    assert reports.references


async def test_deletion_that_the_database_refuses_leaves_the_report(
    worker: Worker, reports: FakeReports, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = await generate(worker, ANN)

    async def fail(*_: object) -> bool:
        raise DependencyUnavailableError("MongoDB is down.")

    with monkeypatch.context() as patch:
        patch.setattr(reports, "release", fail)
        with pytest.raises(DependencyUnavailableError):
            await worker.owned.delete(ANN, report.report_id)
    assert (await worker.owned.read(ANN, report.report_id)).body == report.body


async def test_own_report_is_not_fresh_for_ever(worker: Worker, clock: FrozenClock) -> None:
    report = await generate(worker, ANN)
    clock.advance(FRESH_SECONDS + 1)
    assert await worker.owned.find_fresh(ANN, REQUEST) is None
    assert (await worker.owned.read(ANN, report.report_id)).body


async def test_refresh_finds_nothing(worker: Worker) -> None:
    await generate(worker, ANN)
    assert await worker.owned.find_fresh(ANN, ReportRequest("AAPL", refresh=True)) is None


async def test_report_that_is_generated_during_an_erasure_is_not_kept(
    worker: Worker, reports: FakeReports, clock: FrozenClock
) -> None:
    began = clock()
    job = worker.service.start(REQUEST)
    worker.erasures.erased[ANN] = clock()
    with pytest.raises(ConflictError):
        await worker.owned.result(ANN, REQUEST, job, began)
    assert reports.references == {}
