"""Reports over HTTP: every form, what is stored, and an unavailable store."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

FORMS = {
    "json": "application/json",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


CALLER = {"X-Functions-Key": "the tests of the reports"}
"""Limits are counted by caller: these tests are one of their own."""


@pytest.fixture
def client(client: httpx.Client) -> httpx.Client:
    client.headers.update(CALLER)
    return client


@pytest.fixture(scope="module")
def report(host: str) -> dict[str, Any]:
    with httpx.Client(base_url=f"{host}/api", timeout=60, headers=CALLER) as client:
        answer = client.post("/reports", json={"symbol": "SAP.DE"})
        assert answer.status_code in {200, 201}
        body: dict[str, Any] = answer.json()
        return body


@pytest.mark.parametrize("form", FORMS)
def test_form_by_parameter_and_by_accept_is_the_same(
    client: httpx.Client, report: dict[str, Any], form: str
) -> None:
    path = f"/reports/{report['report_id']}"
    chosen = client.get(path, params={"format": form})
    accepted = client.get(path, headers={"Accept": FORMS[form].partition(";")[0]})
    assert chosen.status_code == accepted.status_code == 200
    assert chosen.headers["content-type"] == accepted.headers["content-type"] == FORMS[form]
    assert chosen.content == accepted.content
    assert chosen.headers["vary"] == "Accept"
    assert chosen.headers["cache-control"] == "private, no-cache"
    again = client.get(path, params={"format": form}, headers={"If-None-Match": chosen.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_browser_gets_a_page_under_a_strict_policy(client: httpx.Client, report: dict[str, Any]) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    page = client.get(f"/reports/{report['report_id']}", headers={"Accept": accept})
    assert page.headers["content-type"] == FORMS["html"]
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.text.count("<svg") == 4


def test_each_language_is_a_report_of_its_own(client: httpx.Client) -> None:
    client.headers["X-Functions-Key"] = "the tests of the languages"
    wanted = {"symbol": "SAP.DE", "report_type": "quick_overview"}
    german, japanese = (
        client.post("/reports", json={**wanted, "language": language}).json() for language in ("de", "ja")
    )
    assert german["report_id"] != japanese["report_id"]
    assert (german["language"], japanese["language"]) == ("de", "ja")
    assert german["analysis_sections"][0]["title"] == "Kurs"
    assert german["analysis_sections"][0]["name"] == japanese["analysis_sections"][0]["name"] == "price"
    again = client.post("/reports", json={**wanted, "language": "ja"})
    assert (again.status_code, again.json()["report_id"]) == (200, japanese["report_id"])
    page = client.get(f"/reports/{japanese['report_id']}", params={"format": "html"}).text
    assert '<html lang="ja">' in page
    refused = client.post("/reports", json={**wanted, "language": "tlh"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "language"


def test_pdf_is_one(client: httpx.Client, report: dict[str, Any]) -> None:
    answer = client.get(f"/reports/{report['report_id']}", params={"format": "pdf"})
    name = f"SAP.DE-{report['timestamp'][:10]}-{_kind(report)}.pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="{name}"'
    assert "SAP SE" in PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()


def _kind(report: dict[str, Any]) -> str:
    return str(report["report_type"]).removesuffix("_analysis").replace("_", "-")


def test_fields_and_charts_keep_the_response_small(client: httpx.Client, report: dict[str, Any]) -> None:
    path = f"/reports/{report['report_id']}"
    some = client.get(path, params={"fields": "summary,recommendation"})
    assert set(some.json()) == {"report_id", "disclaimer", "summary", "recommendation"}
    without = client.get(path, params={"charts": "false"})
    assert {**without.json(), "charts": report["charts"]} == {
        name: value for name, value in report.items() if name != "cached"
    }
    assert some.headers["etag"] != without.headers["etag"]
    unknown = client.get(path, params={"fields": "summary,price_target"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "fields")


def test_charts_are_there_as_data(report: dict[str, Any]) -> None:
    price = next(chart for chart in report["charts"] if chart["kind"] == "price")
    assert price["currency"] == "EUR"
    assert [series["name"] for series in price["series"]] == ["Close", "SMA 50", "SMA 200", "Volume"]
    assert {len(series["values"]) for series in price["series"]} == {len(price["dates"])}


def test_format_that_there_is_not(client: httpx.Client, report: dict[str, Any]) -> None:
    path = f"/reports/{report['report_id']}"
    assert client.get(path, params={"format": "docx"}).json()["code"] == "invalid_request"
    assert client.get(path, headers={"Accept": "image/png"}).json()["code"] == "not_acceptable"


def test_identical_requests_at_once_make_one_report(client: httpx.Client) -> None:
    wanted = {"symbol": "MC.PA", "report_type": "technical_analysis"}
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: client.post("/reports", json=wanted), range(4)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["report_id"] for answer in answers}) == 1
    listed = client.get("/reports", params={"symbol": "MC.PA"}).json()["reports"]
    assert len(listed) == 1


def test_deleted_report_is_gone_in_every_form_and_is_made_anew(client: httpx.Client) -> None:
    wanted = {"symbol": "KO", "report_type": "market_sentiment"}
    made = client.post("/reports", json=wanted).json()
    path = f"/reports/{made['report_id']}"
    for form in FORMS:
        assert client.get(path, params={"format": form}).status_code == 200
    assert client.delete(path).status_code == 204
    for form in FORMS:
        assert client.get(path, params={"format": form}).json()["code"] == "report_not_found"
    again = client.post("/reports", json=wanted)
    assert again.status_code == 201
    assert again.json()["report_id"] != made["report_id"]


def test_kept_report_comes_as_a_stream_too(client: httpx.Client, report: dict[str, Any]) -> None:
    answer = client.post("/reports", json={"symbol": "SAP.DE"}, headers={"Accept": "text/event-stream"})
    frame, end = (line for line in answer.text.splitlines() if line.startswith("data: "))
    kept = json.loads(frame.removeprefix("data: "))["report"]
    assert (kept["report_id"], kept["cached"], end) == (report["report_id"], True, "data: [DONE]")
