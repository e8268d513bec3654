"""Reports are at hand in the cache, and true to what the database has."""

from datetime import date

import pytest
from fakeredis import FakeServer

from shared.data.documents import StoredRecommendation
from shared.errors.request_errors import ReportNotFoundError
from shared.errors.service_errors import DependencyUnavailableError
from shared.reports.jobs import StoredReport
from shared.reports.report import Report
from shared.reports.request import ReportRequest
from tests.support.cache import FrozenClock
from tests.support.report_store import FRESH_SECONDS, FakeReports, Worker, make_report, working

REQUEST = ReportRequest("AAPL")


@pytest.fixture
async def kept(worker: Worker, clock: FrozenClock) -> Report:
    report = make_report(1, clock())
    await worker.archive.keep(REQUEST, report)
    return report


async def test_kept_report_is_answered_without_the_database(
    worker: Worker, kept: Report, reports: FakeReports
) -> None:
    found = await worker.archive.find_fresh(REQUEST)
    entry = await worker.archive.read(kept.report_id)
    assert found == StoredReport(kept.report_id, entry.body)
    assert entry.body == kept.model_dump_json().encode()
    assert reports.reads == 0


async def test_what_the_cache_lost_is_read_from_the_database(
    worker: Worker, kept: Report, server: FakeServer, reports: FakeReports, clock: FrozenClock
) -> None:
    async with working(FakeServer(), reports, clock) as fresh:
        stored = StoredReport(kept.report_id, kept.model_dump_json().encode())
        assert await fresh.archive.find_fresh(REQUEST) == stored
        assert (await fresh.archive.read(kept.report_id)).body == kept.model_dump_json().encode()
    server.connected = False
    assert (await worker.archive.read(kept.report_id)).body == kept.model_dump_json().encode()


async def test_report_is_not_fresh_for_ever(
    worker: Worker, kept: Report, reports: FakeReports, clock: FrozenClock
) -> None:
    async with working(FakeServer(), reports, clock) as another:
        clock.advance(FRESH_SECONDS + 1)
        assert await another.archive.find_fresh(REQUEST) is None
    assert (await worker.archive.read(kept.report_id)).body


@pytest.mark.parametrize(
    "request_",
    [
        ReportRequest("MSFT"),
        ReportRequest("AAPL", "quick_overview"),
        ReportRequest("AAPL", time_horizon="long_term"),
        ReportRequest("AAPL", provider="grok"),
    ],
)
async def test_other_request_is_not_answered_with_it(
    worker: Worker, kept: Report, request_: ReportRequest
) -> None:
    assert kept
    assert await worker.archive.find_fresh(request_) is None


async def test_each_form_is_rendered_once_and_the_charts_are_drawn_once_for_all(
    worker: Worker, kept: Report
) -> None:
    for _ in range(2):
        for form in ("markdown", "html", "pdf"):
            entry = await worker.archive.render(kept.report_id, form)
            assert entry.body.startswith(form.encode())
    assert worker.renderer.asked == ["markdown", "drawings", "html", "chart width", "pdf"]
    assert b'80 {"price": "<svg/>"}' in (await worker.archive.render(kept.report_id, "pdf")).body


async def test_images_are_rendered_once_from_the_drawings(worker: Worker, kept: Report) -> None:
    await worker.archive.render(kept.report_id, "html")
    for _ in range(2):
        assert await worker.archive.images(kept.report_id) == b'{"price": "<svg/>"}'
    assert worker.renderer.asked == ["drawings", "html", "images"]


async def test_other_version_of_the_templates_renders_anew(
    worker: Worker, kept: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    await worker.archive.render(kept.report_id, "html")
    monkeypatch.setattr("shared.reports.archive.rendering_version", lambda: "next")
    await worker.archive.render(kept.report_id, "html")
    assert worker.renderer.asked.count("html") == 2


async def test_without_the_database_what_is_at_hand_is_served(
    worker: Worker, kept: Report, reports: FakeReports
) -> None:
    reports.down = True
    assert (await worker.archive.render(kept.report_id, "html")).body
    with pytest.raises(DependencyUnavailableError):
        await worker.archive.read("0" * 32)
    assert (await worker.archive.read(kept.report_id)).body


async def test_report_that_was_not_stored_is_not_at_hand(
    worker: Worker, reports: FakeReports, clock: FrozenClock
) -> None:
    reports.down = True
    report = make_report(1, clock())
    with pytest.raises(DependencyUnavailableError):
        await worker.archive.keep(REQUEST, report)
    reports.down = False
    with pytest.raises(ReportNotFoundError):
        await worker.archive.read(report.report_id)


async def test_recommendation_is_copied_without_owner_and_text(worker: Worker, kept: Report) -> None:
    (copy,) = worker.recommendations.kept
    assert copy == StoredRecommendation(
        report_id=kept.report_id,
        symbol="AAPL",
        report_type="comprehensive_analysis",
        time_horizon="medium_term",
        action="hold",
        timestamp=kept.timestamp,
        due_at=kept.timestamp,
    )


async def test_report_on_a_past_day_is_no_forecast(worker: Worker, clock: FrozenClock) -> None:
    await worker.archive.keep(ReportRequest("AAPL", known_on=date(2026, 1, 2)), make_report(2, clock()))
    assert worker.recommendations.kept == []
