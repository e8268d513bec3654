"""Tools that write: research reports and answers to questions."""

import asyncio
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, StringConstraints

from shared.chat.query import MAX_QUESTION, ChatQuery
from shared.domain.caller import Owner
from shared.domain.item_ids import ConversationId
from shared.domain.visible_text import visible_text
from shared.errors import ProblemError
from shared.http.caller_preferences import caller_preferences
from shared.http.owner import request_owner
from shared.http.parameters import AtMost, SymbolParameter, Symbols
from shared.http.quota import check_rate
from shared.mcp.tools.tool import (
    OBJECT,
    OBJECTS,
    TEXT,
    DetailArguments,
    Tool,
    ToolAnswer,
    ToolArguments,
    ToolContext,
)
from shared.observability.telemetry import annotate
from shared.reports.background import BackgroundReport
from shared.reports.request import ReportRequest, ReportType, TimeHorizon


class ReportArguments(ToolArguments):
    """Arguments of a report; omitted fields come from the user's preferences."""

    symbol: SymbolParameter
    report_type: ReportType | None = None
    time_horizon: TimeHorizon | None = None


class AskArguments(DetailArguments):
    """Arguments of a question."""

    question: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION),
        AfterValidator(visible_text),
    ]
    symbols: Annotated[Symbols, AtMost(10)] = ()
    conversation_id: Annotated[ConversationId | None, Field(description="Continues a conversation")] = None


async def _report(call: ToolContext, arguments: ReportArguments) -> ToolAnswer:
    await check_rate(call.req, call.app, "reports")
    owner = await request_owner(call.req, call.app)
    request = await _request(call, arguments, owner)
    report = await call.app.background_reports.start(owner, request)
    annotate(report_id=report.report_id)
    report_id, status = report.report_id, report.status
    if call.report_progress is not None and report.task is not None:
        try:
            report_id, status = await _wait(call, report), "ready"
        except ProblemError:
            await call.app.background_reports.tell_failure(owner, request)
            raise
    summary = f"Report {report_id} on {arguments.symbol} is {status}."
    if status == "running":
        summary += " Read the resource in about a minute, or call again with the same arguments."
    uri = f"report://{report_id}"
    data = {"report_id": report_id, "status": status, "symbol": arguments.symbol, "uri": uri}
    return ToolAnswer(summary, data, report_id=report_id)


async def _request(call: ToolContext, arguments: ReportArguments, owner: Owner) -> ReportRequest:
    preferences = await caller_preferences(call.req, call.app, owner)
    return ReportRequest(
        arguments.symbol,
        arguments.report_type or preferences.report.report_type or "comprehensive_analysis",
        arguments.time_horizon or preferences.report.time_horizon or "medium_term",
        preferences.default_provider,
    )


async def _wait(call: ToolContext, report: BackgroundReport) -> str:
    """Sends the progress of a report until it is stored; returns its id."""
    assert report.job is not None  # noqa: S101 - the caller has checked the task, which comes with it
    assert report.task is not None  # noqa: S101
    assert call.report_progress is not None  # noqa: S101
    async for step in report.job.progress():
        await call.report_progress(step)
    # The report continues when its client disconnects.
    return (await asyncio.shield(report.task)).report_id


async def _ask(call: ToolContext, arguments: AskArguments) -> ToolAnswer:
    await check_rate(call.req, call.app, "chat")
    owner = await request_owner(call.req, call.app)
    preferences = await caller_preferences(call.req, call.app, owner)
    answer = await call.app.agent.process_query(
        ChatQuery(
            message=arguments.question,
            owner=owner,
            provider=preferences.default_provider,
            conversation_id=arguments.conversation_id,
            symbols=tuple(dict.fromkeys(arguments.symbols)),
        )
    )
    figures = answer["figures"]
    unsupported = [item["text"] for item in figures["unsupported"]]
    data: dict[str, Any] = {
        "response": answer["response"],
        "symbols": answer["symbols"],
        "figures": {
            "stated": figures["stated"],
            "supported": figures["supported"],
            "unsupported": unsupported,
        },
        "sources": answer["sources"],
        "conversation_id": answer["conversation_id"],
        "provider": answer["provider"],
        "model": answer["model"],
        "fallback_reason": answer["fallback_reason"],
        "disclaimer": answer["disclaimer"],
    }
    summary = f"{figures['supported']} of {figures['stated']} figures are supported by the sources."
    return ToolAnswer(
        summary, data, ("sources",), how_to_get="Ask about fewer companies, or with detail=true."
    )


REPORT: Final = Tool(
    "create_report",
    "Research report",
    "Starts a research report and returns its id immediately; the report is the resource report://{id}. The "
    "same call again returns the same report.",
    ReportArguments,
    {"report_id": TEXT, "status": TEXT, "symbol": TEXT, "uri": TEXT},
    _report,
    read_only=False,
)
ASK: Final = Tool(
    "ask",
    "Ask",
    "Answers a question on companies or markets from current data, with sources and a check of every figure.",
    AskArguments,
    {"response": TEXT, "figures": OBJECT, "sources": OBJECTS, "conversation_id": TEXT, "disclaimer": TEXT},
    _ask,
    read_only=False,
    idempotent=False,
)
