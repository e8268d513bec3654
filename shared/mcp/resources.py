"""Reports as resources: Markdown, with charts as images."""

import base64
import json
import re
from typing import Final

import mcp_types as types
from mcp.shared.exceptions import MCPError

from shared.errors import ProblemError, ReportNotFoundError
from shared.http.owner import request_owner
from shared.mcp.tool_errors import error_text
from shared.mcp.tools.tool import ToolContext
from shared.observability.telemetry import annotate

MARKDOWN: Final = "text/markdown"
_SVG: Final = "image/svg+xml"
_LISTED: Final = 20
_URI: Final = re.compile(r"report://([0-9a-f]{32})")

TEMPLATES: Final = types.ListResourceTemplatesResult(
    resource_templates=[
        types.ResourceTemplate(
            name="report",
            title="Research report",
            uri_template="report://{id}",
            description="A research report as Markdown, followed by its charts.",
            mime_type=MARKDOWN,
        )
    ]
)


def report_link(report_id: str, title: str) -> types.ResourceLink:
    """Returns a link to a report."""
    return types.ResourceLink(
        name=f"report-{report_id}", title=title, uri=f"report://{report_id}", mime_type=MARKDOWN
    )


async def list_reports(call: ToolContext) -> types.ListResourcesResult:
    """Returns the newest reports of the caller.

    Raises:
        MCPError: The database does not answer.
    """
    try:
        owner = await request_owner(call.req, call.app)
        page = await call.app.owned_reports.list(owner, None, None, _LISTED, None)
    except ProblemError as error:
        raise MCPError(types.INTERNAL_ERROR, error_text(error)) from None
    resources = [
        types.Resource(
            name=f"report-{report['report_id']}",
            title=f"{report['symbol']}: {report['report_type'].replace('_', ' ')}",
            uri=f"report://{report['report_id']}",
            mime_type=MARKDOWN,
        )
        for report in map(_plain, page.reports)
    ]
    return types.ListResourcesResult(resources=resources)


async def read_report(call: ToolContext, uri: str) -> types.ReadResourceResult:
    """Returns the contents of a report.

    Raises:
        MCPError: The caller has no such report, or it is still being generated.
    """
    try:
        found = _URI.fullmatch(uri)
        if found is None:
            raise ReportNotFoundError("Resources are named report://{id}, with the 32 characters of an id.")
        return await _contents(call, found[1])
    except ProblemError as error:
        code = types.INVALID_PARAMS if error.status < 500 else types.INTERNAL_ERROR
        raise MCPError(code, error_text(error), {"uri": uri[:200]}) from None


async def _contents(call: ToolContext, asked_id: str) -> types.ReadResourceResult:
    owner = await request_owner(call.req, call.app)
    report_id, _ = await call.app.background_reports.read(owner, asked_id)
    annotate(report_id=report_id)
    reports = call.app.owned_reports
    markdown = (await reports.render(owner, report_id, "markdown")).body.decode()
    drawings = await reports.drawings(owner, report_id)
    uri = f"report://{asked_id}"
    contents: list[types.TextResourceContents | types.BlobResourceContents] = [
        types.TextResourceContents(uri=uri, mime_type=MARKDOWN, text=markdown)
    ]
    contents += [
        types.BlobResourceContents(
            uri=f"{uri}/charts/{kind}", mime_type=_SVG, blob=base64.b64encode(svg.encode()).decode()
        )
        for kind, svg in drawings.items()
    ]
    return types.ReadResourceResult(contents=contents)


def _plain(summary: object) -> dict[str, str]:
    plain: dict[str, str] = json.loads(json.dumps(summary, default=str))
    return plain
