"""Prose of a report that a model writes, over HTTP: streamed as it is written, plain in every form."""

import io
from collections.abc import Iterator

import httpx
import pytest
from pypdf import PdfReader

from shared.reports.text import without_markdown
from tests.support.host import running_host
from tests.support.sse_client import Received, receive

WORDS = 60
"""Of each section."""
FORMS = ("json", "markdown", "html")


@pytest.fixture(scope="module")
def client(model: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = {
        "OPENAI_API_KEY": "sk-of-the-tests",
        "OPENAI_BASE_URL": model,
        "OPENAI_MODEL": f"prose={WORDS}",
    }
    with (
        running_host(tmp_path_factory.mktemp("report_prose"), settings) as base_url,
        httpx.Client(base_url=f"{base_url}/api", timeout=60) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def written(client: httpx.Client) -> Received:
    return receive(
        client,
        "/reports",
        method="POST",
        headers={"Accept": "text/event-stream"},
        json={"symbol": "AAPL", "report_type": "quick_overview"},
    )


def test_prose_arrives_in_pieces_before_the_report(written: Received) -> None:
    events = [frame["event"] for frame in written.frames if "event" in frame]
    assert events.count("prose") > 3
    assert events[-1] == "report"
    pieces = [frame for frame in written.frames if frame.get("event") == "prose"]
    assert {piece["attempt"] for piece in pieces} == {1}
    report = written.frames[-1]["report"]
    assert report["metadata"]["provider"] == "openai"
    for section in report["analysis_sections"]:
        text = "".join(piece["text"] for piece in pieces if piece["section"] == section["name"])
        assert without_markdown(text) == section["content"]


@pytest.mark.parametrize("form", FORMS)
def test_written_prose_is_plain_in_every_form(client: httpx.Client, written: Received, form: str) -> None:
    report_id = written.frames[-1]["report"]["report_id"]
    text = client.get(f"/reports/{report_id}", params={"format": form}).raise_for_status().text
    assert "Point: word word" in text
    assert "**Point" not in text


def test_written_prose_is_in_the_pdf(client: httpx.Client, written: Received) -> None:
    report_id = written.frames[-1]["report"]["report_id"]
    pdf = client.get(f"/reports/{report_id}", params={"format": "pdf"}).raise_for_status().content
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert text.count("Point: word word") >= 1
    assert "**" not in text
