"""Reports as resources: text and charts for their owner, errors that say what to do for others."""

from types import SimpleNamespace
from typing import Any

import mcp_types as types
import pytest
from mcp.shared.exceptions import MCPError

from shared.domain.caller import Owner
from shared.errors.request_errors import ReportNotFoundError
from shared.errors.service_errors import DependencyUnavailableError
from shared.mcp.resources import list_reports, read_report, report_link
from shared.mcp.tools.tool import ToolContext
from tests.support.http import make_request
from tests.support.mongo import local_settings

REPORT = "5" * 32
SUMMARY = {"report_id": REPORT, "symbol": "AAPL", "report_type": "quick_overview"}


class Reports:
    """The stored reports of one owner."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    async def read(self, _owner: Owner, asked_id: str) -> tuple[str, bytes]:
        if self._error is not None:
            raise self._error
        if asked_id != REPORT:
            raise ReportNotFoundError("There is no such report.")
        return asked_id, b"{}"

    async def render(self, _owner: Owner, _report_id: str, form: str) -> SimpleNamespace:
        assert form == "markdown"
        return SimpleNamespace(body=b"# Apple")

    async def images(self, _owner: Owner, _report_id: str) -> dict[str, str]:
        return {"price": "cG5n", "rsi": "cnNp"}

    async def list(self, *_arguments: object) -> SimpleNamespace:
        if self._error is not None:
            raise self._error
        return SimpleNamespace(reports=[SUMMARY])


def call(error: Exception | None = None) -> ToolContext:
    async def adopt(identity: Any) -> Owner:
        owner: Owner = identity.owner
        return owner

    reports = Reports(error)
    app: Any = SimpleNamespace(
        settings=local_settings(app={"caller_hash_key": "secret"}),
        adoption=SimpleNamespace(adopt=adopt),
        owned_reports=reports,
        background_reports=reports,
    )
    return ToolContext(make_request(headers={"x-user-id": "ann"}), app)


async def test_report_is_its_markdown_followed_by_its_charts() -> None:
    result = await read_report(call(), f"report://{REPORT}")
    text, *charts = result.contents
    assert isinstance(text, types.TextResourceContents)
    assert (text.text, text.mime_type) == ("# Apple", "text/markdown")
    assert [str(chart.uri) for chart in charts] == [
        f"report://{REPORT}/charts/price",
        f"report://{REPORT}/charts/rsi",
    ]
    assert {chart.mime_type for chart in charts} == {"image/png"}


async def test_single_chart_is_read_by_its_kind() -> None:
    result = await read_report(call(), f"report://{REPORT}/charts/rsi")
    (chart,) = result.contents
    assert isinstance(chart, types.BlobResourceContents)
    assert chart.blob == "cnNp"


@pytest.mark.parametrize(
    ("uri", "text"),
    [
        (f"report://{'4' * 32}", "Request a report with create_report"),
        (f"report://{REPORT}/charts/macd", "it has price, rsi"),
        ("report://1", "with the 32 characters of an id"),
        ("file:///etc/passwd", "Resources are named report://"),
    ],
)
async def test_resource_that_does_not_exist_is_an_error_of_the_caller(uri: str, text: str) -> None:
    with pytest.raises(MCPError, match=text) as refused:
        await read_report(call(), uri)
    assert refused.value.error.code == types.INVALID_PARAMS
    assert refused.value.error.data == {"uri": uri}


async def test_database_that_does_not_answer_is_an_error_of_the_server() -> None:
    down = DependencyUnavailableError("The database is not available.", retry_after=5)
    for work in (read_report(call(down), f"report://{REPORT}"), list_reports(call(down))):
        with pytest.raises(MCPError, match="Retry in 5 seconds") as refused:
            await work
        assert refused.value.error.code == types.INTERNAL_ERROR


async def test_newest_reports_are_listed_with_a_title() -> None:
    (resource,) = (await list_reports(call())).resources
    assert (resource.title, str(resource.uri)) == ("AAPL: quick overview", f"report://{REPORT}")


def test_link_names_the_report() -> None:
    link = report_link(REPORT, "Report on AAPL")
    assert (str(link.uri), link.title, link.mime_type) == (
        f"report://{REPORT}",
        "Report on AAPL",
        "text/markdown",
    )
