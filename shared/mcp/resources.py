"""Reports as resources: Markdown, with charts as images."""

import json
import re
from typing import Final

import mcp_types as types
from mcp.shared.exceptions import MCPError

from shared.domain.caller import Owner
from shared.errors import ProblemError
from shared.errors.request_errors import NotFoundError
from shared.http.owner import request_owner
from shared.mcp.tool_errors import error_text
from shared.mcp.tools.tool import ToolContext
from shared.observability.telemetry import annotate

MARKDOWN: Final = "text/markdown"
_PNG: Final = "image/png"
"""Clients of agents show no SVG."""
_LISTED: Final = 20
_URI: Final = re.compile(r"report://([0-9a-f]{32})(?:/charts/(\w{1,40}))?")

Contents = types.TextResourceContents | types.BlobResourceContents
"""A part of a resource."""

TEMPLATES: Final = types.ListResourceTemplatesResult(
    resource_templates=[
        types.ResourceTemplate(
            name="report",
            title="Research report",
            uri_template="report://{id}",
            description="A research report as Markdown, followed by its charts.",
            mime_type=MARKDOWN,
        ),
        types.ResourceTemplate(
            name="report_chart",
            title="Chart of a research report",
            uri_template="report://{id}/charts/{kind}",
            description="One chart of a research report: price, rsi, macd or multiples.",
            mime_type=_PNG,
        ),
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
    """Returns the contents of a report, or one of its charts.

    Raises:
        MCPError: The caller has no such report or chart, or it is still being generated.
    """
    try:
        found = _URI.fullmatch(uri)
        if found is None:
            raise NotFoundError("Resources are named report://{id}, with the 32 characters of an id.")
        contents = (
            await _contents(call, found[1]) if found[2] is None else await _chart(call, *found.groups())
        )
    except ProblemError as error:
        code = types.INVALID_PARAMS if error.status < 500 else types.INTERNAL_ERROR
        raise MCPError(code, error_text(error), {"uri": uri[:200]}) from None
    return types.ReadResourceResult(contents=contents)


async def _contents(call: ToolContext, asked_id: str) -> list[Contents]:
    """Returns the text of a report, then its charts."""
    owner, report_id = await _stored(call, asked_id)
    reports = call.app.owned_reports
    markdown = (await reports.render(owner, report_id, "markdown")).body.decode()
    images = await reports.images(owner, report_id)
    text = types.TextResourceContents(uri=f"report://{asked_id}", mime_type=MARKDOWN, text=markdown)
    return [text, *(_image(asked_id, kind, image) for kind, image in images.items())]


async def _chart(call: ToolContext, asked_id: str, kind: str) -> list[Contents]:
    owner, report_id = await _stored(call, asked_id)
    images = await call.app.owned_reports.images(owner, report_id)
    if kind not in images:
        raise NotFoundError(f"The report has no such chart; it has {', '.join(images) or 'none'}.")
    return [_image(asked_id, kind, images[kind])]


async def _stored(call: ToolContext, asked_id: str) -> tuple[Owner, str]:
    owner = await request_owner(call.req, call.app)
    report_id, _ = await call.app.background_reports.read(owner, asked_id)
    annotate(report_id=report_id)
    return owner, report_id


def _image(asked_id: str, kind: str, image: str) -> Contents:
    return types.BlobResourceContents(uri=f"report://{asked_id}/charts/{kind}", mime_type=_PNG, blob=image)


def _plain(summary: object) -> dict[str, str]:
    plain: dict[str, str] = json.loads(json.dumps(summary, default=str))
    return plain
