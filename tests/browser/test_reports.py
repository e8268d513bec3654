"""Reports in a browser: create, read, download, delete."""

import re
from pathlib import Path

import pytest

from tests.support.console import Console


def create(console: Console, symbol: str = "AAPL", report_type: str = "quick_overview") -> None:
    console.open(f"#/reports?symbol={symbol}&type={report_type}")
    console.page.get_by_role("button", name="Create report").click()
    console.page.locator(".report-grid").wait_for(timeout=60_000)


def test_report_is_created_read_and_listed(console: Console) -> None:
    create(console, report_type="comprehensive_analysis")
    assert re.search(r"#/reports/[0-9a-f]{32}$", console.page.url)
    assert console.page.locator("h1").inner_text() == "Apple Inc.: comprehensive analysis"
    assert console.page.locator(".recommendation p.action").inner_text()
    assert console.page.locator("[role=button].figure.supported").count() > 10
    assert console.page.locator(".report-chart .line").count() >= 4
    assert console.page.get_by_text("Sample data").first.is_visible()
    console.page.go_back()
    entry = console.page.locator(".report-list a").first
    entry.wait_for()
    assert re.search(r"AAPL\s+Comprehensive analysis", entry.inner_text())


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
    assert console.page.get_by_text("r77").is_visible()
    assert console.page.locator("#panel-new-report").get_by_role("button", name="Try again").is_visible()


def test_symbol_is_needed(console: Console) -> None:
    console.open("#/reports")
    console.page.get_by_role("button", name="Create report").click()
    assert console.page.get_by_role("alert").inner_text() == "Enter a symbol."


def test_track_record_and_empty_list_say_what_is_missing(console: Console) -> None:
    console.open("#/reports")
    console.page.get_by_text("No reports yet").wait_for()
    console.page.get_by_text("No recommendation is old enough").wait_for()
