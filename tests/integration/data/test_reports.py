"""Reports: kept once, found while fresh, listed by cursor."""

import asyncio
from datetime import timedelta

import pytest

from shared.data.repositories import Repositories
from shared.data.repositories.reports_repository import ReportReference
from shared.domain.caller import Owner
from shared.domain.moments import rfc3339
from shared.errors.request_errors import InvalidRequestError
from shared.errors.service_errors import InternalError
from tests.integration.data.conftest import Place
from tests.support.mongo import NOW, report_document

ANN, BOB = Owner("ann"), Owner("bob")


async def fill(repositories: Repositories, count: int = 7) -> None:
    for number in range(count):
        fields = {"symbol": "MSFT", "report_type": "technical_analysis"} if number % 2 else {}
        # Two at a time are of the same moment.
        moment = NOW + timedelta(minutes=number // 2)
        await repositories.reports.insert(report_document(f"c{number}", moment, **fields))
        await repositories.reports.share(f"c{number}", ANN, f"r{number}")
        await repositories.reports.share(f"c{number}", BOB, f"b{number}")


async def test_report_comes_back_as_it_was(repositories: Repositories) -> None:
    report = report_document("r1", NOW, charts={"price": "x" * 300_000})
    await repositories.reports.insert(report)
    assert await repositories.reports.get("r1") == {**report, "timestamp": rfc3339(NOW)}


async def test_moment_may_be_text_and_lists_tuples(repositories: Repositories) -> None:
    report = report_document("r1", NOW, sources=({"id": 1},), data=[{"as_of": NOW}])
    await repositories.reports.insert({**report, "timestamp": rfc3339(NOW)})
    found = await repositories.reports.get("r1")
    assert found is not None
    assert (found["timestamp"], found["sources"]) == (rfc3339(NOW), [{"id": 1}])
    assert found["data"] == [{"as_of": rfc3339(NOW)}]


async def test_report_is_kept_once(place: Place) -> None:
    await place.repositories.reports.insert(report_document("r1", NOW))
    await place.repositories.reports.insert(report_document("r1", NOW, summary="Another."))
    found = await place.repositories.reports.get("r1")
    assert found is not None
    assert found["summary"] == "Solid."
    assert place.database["investment_reports"].count_documents({}) == 1


async def test_fresh_one_is_the_newest_of_the_same_request(repositories: Repositories) -> None:
    for number, provider in enumerate(["openai", "offline", "openai"]):
        moment = NOW + timedelta(minutes=number - 3)
        await repositories.reports.insert(
            report_document(f"r{number}", moment, metadata={"provider": provider})
        )
    find = repositories.reports.find_fresh
    asked = ("AAPL", "quick_overview", "long_term")
    since = NOW - timedelta(minutes=3)
    newest, offline = await find(*asked, since), await find(*asked, since, "offline")
    assert newest is not None
    assert offline is not None
    assert (newest["report_id"], offline["report_id"]) == ("r2", "r1")
    assert await find(*asked, NOW) is None
    assert await find("AAPL", "quick_overview", "short_term", since) is None
    assert await find("MSFT", "quick_overview", "long_term", since) is None


async def test_report_from_the_future_is_not_fresh(repositories: Repositories) -> None:
    await repositories.reports.insert(report_document("ahead", NOW + timedelta(days=1)))
    find = repositories.reports.find_fresh
    assert await find("AAPL", "quick_overview", "long_term", NOW - timedelta(hours=1)) is None


async def test_pages_follow_each_other_without_gap_or_repetition(repositories: Repositories) -> None:
    await fill(repositories)
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        page = await repositories.reports.list(ANN, None, None, 2, cursor)
        seen += [report["report_id"] for report in page.reports]
        cursor = page.next_cursor
    assert seen == ["r6", "r5", "r4", "r3", "r2", "r1", "r0"]
    assert cursor is None


async def test_list_by_symbol_and_type_has_summaries(repositories: Repositories) -> None:
    await fill(repositories)
    page = await repositories.reports.list(ANN, "MSFT", "technical_analysis", 50, None)
    assert [report["report_id"] for report in page.reports] == ["r5", "r3", "r1"]
    assert set(page.reports[0]) == {
        "report_id",
        "symbol",
        "timestamp",
        "report_type",
        "time_horizon",
        "summary",
        "recommendation",
        "metadata",
    }
    assert (await repositories.reports.list(ANN, "AAPL", "technical_analysis", 50, None)).reports == ()


async def test_cursor_that_is_not_of_this_list_is_refused(repositories: Repositories) -> None:
    await fill(repositories)
    cursor = (await repositories.reports.list(ANN, None, None, 2, None)).next_cursor
    assert cursor is not None
    changed = cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1]
    for wrong in (changed, "x", "", "é", "bnVsbA", cursor + "!"):
        with pytest.raises(InvalidRequestError, match="cursor"):
            await repositories.reports.list(ANN, None, None, 2, wrong)
    with pytest.raises(InvalidRequestError, match="cursor"):
        await repositories.reports.list(ANN, "AAPL", None, 2, cursor)


async def test_owner_has_one_reference_to_a_content(repositories: Repositories) -> None:
    reports = repositories.reports
    await reports.insert(report_document("c1", NOW))
    assert await reports.share("c1", ANN, "r1") == "r1"
    assert await reports.share("c1", ANN, "r2") == "r1"
    assert await reports.share("c1", BOB, "r3") == "r3"
    assert await reports.share("gone", ANN, "r4") is None
    assert await reports.find_reference("r3") == ReportReference("r3", BOB, "c1")
    assert await reports.find_reference("r2") is None
    assert "references" not in (await reports.get("c1") or {})


async def test_last_reference_takes_the_content(repositories: Repositories) -> None:
    reports = repositories.reports
    await reports.insert(report_document("c1", NOW))
    anns, bobs = ReportReference("r1", ANN, "c1"), ReportReference("r2", BOB, "c1")
    for reference in (anns, bobs):
        await reports.share("c1", Owner(reference.owner), reference.report_id)
    assert not await reports.release(anns)
    assert await reports.find_reference("r1") is None
    assert await reports.get("c1")
    assert await reports.release(bobs)
    assert await reports.get("c1") is None
    assert await reports.release(bobs)


async def test_concurrent_releases_and_shares_leave_no_reference_without_content(
    repositories: Repositories,
) -> None:
    reports = repositories.reports
    for round_ in range(10):
        content = f"c{round_}"
        await reports.insert(report_document(content, NOW))
        await reports.share(content, ANN, f"a{round_}")
        _, shared = await asyncio.gather(
            reports.release(ReportReference(f"a{round_}", ANN, content)),
            reports.share(content, BOB, f"b{round_}"),
        )
        assert (await reports.get(content) is not None) == (shared is not None)
        assert (await reports.find_reference(f"b{round_}") is not None) == (shared is not None)


async def test_reports_of_an_old_key_are_adopted(repositories: Repositories) -> None:
    await fill(repositories, 3)
    await repositories.reports.adopt(Owner("new"), (ANN, Owner("older")))
    page = await repositories.reports.list(Owner("new"), None, None, 10, None)
    assert [report["report_id"] for report in page.reports] == ["r2", "r1", "r0"]
    assert (await repositories.reports.list(ANN, None, None, 10, None)).reports == ()
    assert len((await repositories.reports.list(BOB, None, None, 10, None)).reports) == 3


async def test_report_that_does_not_fit_is_refused_by_field(
    repositories: Repositories, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InternalError, match="report_type"):
        await repositories.reports.insert(report_document("r1", NOW, report_type="guess"))
    assert "document invalid: 'r1' of investment_reports: report_type" in caplog.text
    assert await repositories.reports.get("r1") is None


async def test_report_over_16_megabytes_is_an_error_of_ours(repositories: Repositories) -> None:
    report = report_document("r1", NOW, charts={"price": "x" * (17 * 1024 * 1024)})
    with pytest.raises(InternalError, match="too large"):
        await repositories.reports.insert(report)
    await repositories.mongo.ping()
