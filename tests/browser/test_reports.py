"""Reports in a browser: create, read, download, delete."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shared.domain.track_record import TrackRecordRow
from tests.support.console import Console, expect

if TYPE_CHECKING:
    from playwright.sync_api import Route


def create(console: Console, symbol: str = "AAPL", report_type: str = "quick_overview") -> None:
    console.open(f"#/reports?symbol={symbol}&type={report_type}")
    console.page.get_by_role("button", name="Create report").click()
    console.page.locator(".report-grid").wait_for()


def test_report_is_created_read_and_listed(console: Console) -> None:
    create(console, report_type="comprehensive_analysis")
    console.page.wait_for_url(re.compile(r"#/reports/[0-9a-f]{32}$"))
    expect(console.page.locator("h1")).to_have_text("Apple Inc.: comprehensive analysis")
    expect(console.page.locator(".recommendation p.action")).to_have_text(re.compile(r"\S"))
    console.page.locator("[role=button].figure.supported").nth(10).wait_for()
    console.page.locator(".report-chart .line").nth(3).wait_for(state="attached")
    expect(console.page.get_by_text("Sample data").first).to_be_visible()
    console.page.go_back()
    entry = console.page.locator(".report-list a").first
    expect(entry).to_contain_text(re.compile(r"AAPL\s+Comprehensive analysis"), use_inner_text=True)


@pytest.mark.parametrize(
    ("label", "beginning", "suffix"),
    [("PDF", b"%PDF-", ".pdf"), ("XLSX", b"PK\x03\x04", ".xlsx"), ("Markdown", b"# ", ".md")],
)
def test_report_is_downloaded(console: Console, label: str, beginning: bytes, suffix: str) -> None:
    create(console)
    with console.page.expect_download() as started:
        console.page.get_by_role("button", name=f"Download as {label}").click()
    assert started.value.suggested_filename.endswith(suffix)
    assert Path(started.value.path()).read_bytes().startswith(beginning)


def test_report_is_deleted_by_the_second_press(console: Console) -> None:
    create(console)
    address = console.page.url
    console.page.get_by_role("button", name="Delete", exact=True).click()
    console.page.get_by_role("button", name="Really delete?").click()
    console.page.get_by_role("heading", name="New report").wait_for()
    console.open("#" + address.partition("#")[2])
    console.page.get_by_text("report_not_found").wait_for()


def test_progress_is_shown_while_a_report_is_made(console: Console) -> None:
    frames = (
        'data: {"event":"progress","step":"text","done":2,"total":3}\n\n'
        'data: {"event":"error","error":"The model was lost.","code":"model_interrupted","retryable":true,'
        '"request_id":"r77"}\n\ndata: [DONE]\n\n'
    )
    console.page.route(
        re.compile(r"/api/reports$"),
        lambda route: route.fulfill(status=200, body=frames, content_type="text/event-stream"),
    )
    console.open("#/reports?symbol=AAPL")
    console.page.get_by_role("button", name="Create report").click()
    console.page.get_by_text("The model was lost.").wait_for()
    expect(console.page.get_by_text("r77")).to_be_visible()
    again = console.page.locator("#panel-new-report").get_by_role("button", name="Try again")
    expect(again).to_be_visible()


def prose(attempt: int, section: str | None, text: str) -> str:
    frame = {"event": "prose", "attempt": attempt, "section": section, "text": text}
    return f"data: {json.dumps(frame)}\n\n"


def test_text_is_shown_while_it_is_written(console: Console) -> None:
    frames = (
        'data: {"event":"progress","step":"data","done":1,"total":3}\n\n'
        + prose(1, "results", "A wrong beginning")
        + prose(2, "results", "Revenue grew by **12 %** [1]")
        + prose(1, "results", " of an older attempt")
        + prose(2, "results", ", more than <b>before</b>.")
        + prose(2, None, "Apple trades below its fair value.")
    )
    console.page.route(
        re.compile(r"/api/reports$"),
        lambda route: route.fulfill(status=200, body=frames, content_type="text/event-stream"),
    )
    console.open("#/reports?symbol=AAPL")
    console.page.get_by_role("button", name="Create report").click()
    # The stream ends without a report; the text so far stays.
    console.page.get_by_text("Connection lost").wait_for()
    console.wait_for_text(".draft", "Apple trades below its fair value.")
    draft = console.page.get_by_role("region", name="Draft of the report")
    expected = [
        "Draft, attempt 2: the text before was replaced.",
        "Apple trades below its fair value.",
        "Results",
        "Revenue grew by 12 % [1], more than <b>before</b>.",
    ]
    console.wait_until(
        lambda: [text.strip() for text in draft.inner_text().splitlines() if text.strip()],
        lambda lines: lines == expected,
    )
    expect(draft.locator("strong")).to_have_text(["12 %"])


@pytest.mark.parametrize(
    ("typed", "symbol", "said"),
    [
        ("microsoft", "MSFT", "“microsoft” was taken for Microsoft Corporation (MSFT)."),
        ("msft", "MSFT", None),
        ("no such company at all", "NO SUCH COMPANY AT ALL", None),
    ],
)
def test_typed_name_is_resolved_by_the_search(
    console: Console, typed: str, symbol: str, said: str | None
) -> None:
    asked: list[str] = []
    frames = (
        'data: {"event":"error","error":"That is all.","code":"model_interrupted","retryable":true,'
        '"request_id":"r1"}\n\ndata: [DONE]\n\n'
    )

    def answer(route: "Route") -> None:
        asked.append((route.request.post_data_json or {})["symbol"])
        route.fulfill(status=200, body=frames, content_type="text/event-stream")

    console.page.route(re.compile(r"/api/reports$"), answer)
    console.open("#/reports")
    # Typed and sent before the matches are shown.
    console.page.get_by_role("combobox", name="Symbol", exact=True).fill(typed)
    console.page.get_by_role("button", name="Create report").click()
    console.page.get_by_text("That is all.").wait_for()
    assert asked == [symbol]
    expect(console.page.get_by_text("was taken for")).to_have_text([said] if said else [])
    field = console.page.get_by_role("combobox", name="Symbol", exact=True)
    expect(field).to_have_value(re.compile(f"^{re.escape(symbol)}$", re.IGNORECASE))


def test_symbol_is_needed(console: Console) -> None:
    console.open("#/reports")
    console.page.get_by_role("button", name="Create report").click()
    expect(console.page.get_by_role("alert")).to_have_text("Enter a symbol.")


def test_track_record_and_empty_list_say_what_is_missing(console: Console) -> None:
    console.open("#/reports")
    console.page.get_by_text("No reports yet").wait_for()
    console.page.get_by_text("No recommendation is old enough").wait_for()


def test_track_record_states_rates_and_the_rows_that_have_too_few_cases(console: Console) -> None:
    rows = [
        TrackRecordRow(
            report_type="comprehensive_analysis",
            time_horizon="medium_term",
            months=3,
            cases=41,
            success_rate=0.5609756097560976,
            mean_excess_return_percent=-1.25,
        ),
        TrackRecordRow(
            report_type="quick_overview",
            time_horizon="short_term",
            months=1,
            cases=7,
            success_rate=None,
            mean_excess_return_percent=None,
        ),
    ]
    # The service counts from stored reports of months ago, which a host that has just started does not have.
    console.page.route(
        re.compile(r"/api/reports/track-record"),
        lambda route: route.fulfill(json={"rows": [row.model_dump(mode="json") for row in rows]}),
    )
    console.open("#/reports")
    record = console.page.get_by_role("region", name="Track record of recommendations")
    expected = [
        ["Comprehensive analysis, medium term", "3", "41", "56.1%", "-1.25%"],
        ["Quick overview, short term", "1", "7", "under 30 cases", "–"],
    ]
    console.wait_until(
        lambda: [cells.split("\t") for cells in record.locator("tbody tr").all_inner_texts()],
        lambda shown: shown == expected,
    )


def test_of_a_report_that_is_not_there_nothing_can_be_downloaded_or_deleted(console: Console) -> None:
    console.open(f"#/reports/{'0' * 32}")
    panel = console.page.locator("#panel-report")
    panel.get_by_text("report_not_found").wait_for()
    expect(panel.locator(".panel-actions button")).to_have_count(0)
    expect(panel.get_by_role("button", name="Try again")).to_have_count(0)
    expect(panel.get_by_text("The page Reports lists those that are stored")).to_be_visible()


def test_controls_of_a_report_come_with_it_and_go_when_it_was_deleted_elsewhere(console: Console) -> None:
    create(console)
    address = console.page.url
    other = console.page.context.new_page()
    other.goto(address)
    other.get_by_role("button", name="Delete", exact=True).click()
    other.get_by_role("button", name="Really delete?").click()
    other.get_by_role("heading", name="New report").wait_for()
    other.close()
    console.page.get_by_role("button", name="Download as PDF").click()
    console.page.get_by_text("report_not_found").wait_for()
    expect(console.page.locator("#panel-report .panel-actions button")).to_have_count(0)


def test_older_reports_are_added_and_a_failure_leaves_the_list(console: Console) -> None:
    create(console)
    console.page.go_back()
    console.page.locator(".report-list a").first.wait_for()
    failing = [True]

    def page(route: "Route") -> None:
        last = "cursor=" in route.request.url
        if last and failing:
            failing.clear()
            route.fulfill(status=503, json={"title": "Dependency unavailable", "detail": "No database."})
            return
        body = route.fetch(url=re.sub("&cursor=[^&]*", "", route.request.url)).json()
        route.fulfill(json={**body, "next_cursor": None if last else "next"})

    console.page.route(re.compile(r"/api/reports\?"), page)
    console.open("#/reports")
    rows = console.page.locator(".report-list a")
    rows.first.wait_for()
    before = rows.count()
    console.page.get_by_role("button", name="Older reports").click()
    console.page.get_by_text("No database.").wait_for()
    expect(rows).to_have_count(before)
    console.page.locator("#panel-reports").get_by_role("button", name="Try again").click()
    expect(rows).to_have_count(2 * before)
    expect(console.page.get_by_role("button", name="Older reports")).to_have_count(0)
