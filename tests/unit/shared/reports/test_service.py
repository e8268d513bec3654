"""Reports are made once, stored before they are answered, and found again while fresh."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from shared.errors import DependencyUnavailableError, ReportNotFoundError, UpstreamUnavailableError
from shared.reports.jobs import Advance, Progress
from shared.reports.models import Recommendation, Report, ReportMetadata
from shared.reports.request import ReportRequest
from shared.reports.service import ReportService
from tests.support.stock_data import NOW

REQUEST = ReportRequest("AAPL")


def make_report(number: int) -> Report:
    return Report(
        report_id=f"{number:032x}",
        symbol="AAPL",
        name="Apple Inc.",
        currency="USD",
        timestamp=NOW,
        report_type="quick_overview",
        time_horizon="medium_term",
        summary="Fine.",
        recommendation=Recommendation(
            action="hold", target_price=None, confidence=0, time_frame_months=12, rationale="None."
        ),
        analysis_sections=(),
        sources=(),
        figures={"stated": 0, "supported": 0, "unsupported": []},
        metadata=ReportMetadata(
            provider="openai",
            model="gpt-test",
            fallback=False,
            fallback_reason=None,
            prompt_tokens=1,
            completion_tokens=1,
            data_sources=("yahoo",),
            data_as_of=NOW,
            duration_ms=1,
        ),
    )


class FakeMaker:
    """Makes a report when it is told to go on."""

    steps = 2

    def __init__(self) -> None:
        self.made = 0
        self.go_on = asyncio.Event()
        self.error: Exception | None = None

    async def build(self, _request: ReportRequest, advance: Advance) -> Report:
        self.made += 1
        advance(Progress("data", 1, 2))
        await self.go_on.wait()
        if self.error is not None:
            raise self.error
        advance(Progress("narrative", 2, 2))
        return make_report(self.made)


class FakeStore:
    """Keeps reports in a dict."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.down = False
        self.since: datetime | None = None

    async def insert(self, report: Mapping[str, Any]) -> None:
        if self.down:
            raise DependencyUnavailableError("MongoDB is down")
        self.kept[report["report_id"]] = dict(report)

    async def get(self, report_id: str) -> dict[str, Any] | None:
        return self.kept.get(report_id)

    async def find_fresh(
        self, symbol: str, report_type: str, time_horizon: str, since: datetime, provider: str | None
    ) -> dict[str, Any] | None:
        del symbol, report_type, time_horizon, provider
        self.since = since
        return next(iter(self.kept.values()), None)

    async def delete(self, report_id: str) -> bool:
        return self.kept.pop(report_id, None) is not None


@pytest.fixture
def maker() -> FakeMaker:
    return FakeMaker()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def service(maker: FakeMaker, store: FakeStore) -> ReportService:
    return ReportService(maker, cast(Any, store), fresh_seconds=60, clock=lambda: NOW)


async def test_identical_requests_at_once_make_one_report(service: ReportService, maker: FakeMaker) -> None:
    jobs = [service.start(REQUEST) for _ in range(5)]
    maker.go_on.set()
    reports = await asyncio.gather(*(job.result() for job in jobs))
    assert maker.made == 1
    assert {report.report_id for report in reports} == {make_report(1).report_id}
    await service.start(REQUEST).result()
    assert maker.made == 2, "a request after the first is done makes its own"


async def test_report_is_stored_before_it_is_answered(
    service: ReportService, maker: FakeMaker, store: FakeStore
) -> None:
    maker.go_on.set()
    report = await service.start(REQUEST).result()
    assert (await service.get(report.report_id))["summary"] == "Fine."
    store.down = True
    with pytest.raises(DependencyUnavailableError):
        await service.start(REQUEST).result()


async def test_waiter_that_leaves_does_not_end_the_job(
    service: ReportService, maker: FakeMaker, store: FakeStore
) -> None:
    job = service.start(REQUEST)
    waiter = asyncio.ensure_future(job.result())
    await asyncio.sleep(0)
    waiter.cancel()
    maker.go_on.set()
    await job.result()
    assert len(store.kept) == 1


async def test_everybody_sees_all_the_progress(service: ReportService, maker: FakeMaker) -> None:
    async def steps() -> list[tuple[str, int, int]]:
        return [(step.step, step.done, step.total) async for step in service.start(REQUEST).progress()]

    first = asyncio.ensure_future(steps())
    await asyncio.sleep(0)
    late = asyncio.ensure_future(steps())
    maker.go_on.set()
    expected = [("data", 1, 3), ("narrative", 2, 3), ("stored", 3, 3)]
    assert [await first, await late] == [expected, expected]


async def test_progress_ends_when_the_work_fails(service: ReportService, maker: FakeMaker) -> None:
    maker.error = UpstreamUnavailableError("down")
    maker.go_on.set()
    job = service.start(REQUEST)
    assert [step.step async for step in job.progress()] == ["data"]
    with pytest.raises(UpstreamUnavailableError):
        await job.result()


async def test_fresh_report_is_found_unless_a_new_one_is_wanted(
    service: ReportService, maker: FakeMaker, store: FakeStore
) -> None:
    assert await service.find_fresh(REQUEST) is None
    maker.go_on.set()
    report = await service.start(REQUEST).result()
    found = await service.find_fresh(REQUEST)
    assert found is not None
    assert found["report_id"] == report.report_id
    assert store.since == NOW - timedelta(seconds=60)
    assert await service.find_fresh(ReportRequest("AAPL", refresh=True)) is None


async def test_unknown_report_is_not_found(service: ReportService) -> None:
    with pytest.raises(ReportNotFoundError):
        await service.get("0" * 32)
    with pytest.raises(ReportNotFoundError):
        await service.delete("0" * 32)
