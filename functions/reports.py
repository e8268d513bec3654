"""Research reports: create, list, read in several formats, delete."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Annotated, Literal

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import Field, StrictBool, field_validator

from shared.app.context import AppContext
from shared.domain.caller import Owner
from shared.domain.item_ids import is_hex_id
from shared.errors.request_errors import ReportNotFoundError
from shared.http.blueprint import HttpBlueprint
from shared.http.caching import cached_response
from shared.http.caller_preferences import caller_preferences
from shared.http.event_ids import event_id_of
from shared.http.handler import http_handler
from shared.http.json import json_response
from shared.http.market_parameters import KnownOn
from shared.http.negotiation import negotiate
from shared.http.owner import request_owner
from shared.http.parameters import IN_DIGITS, Parameters, SymbolParameter, read_body, read_query
from shared.http.quota import check_rate
from shared.http.sse import EVENT_STREAM, EventFeed, event_stream
from shared.market.answers import with_body
from shared.observability.telemetry import annotate
from shared.reports.language.language_catalogue import Language
from shared.reports.request import ReportRequest, ReportType, TimeHorizon
from shared.reports.selection import field_names, file_name, select
from shared.streams.event_id import EventId

if TYPE_CHECKING:
    from shared.data.documents import Preferences

blueprint = HttpBlueprint()

ReportFormat = Literal["json", "markdown", "html", "pdf", "xlsx"]

_FORMATS: dict[ReportFormat, str] = {
    "json": "application/json",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_EXTENSIONS: dict[ReportFormat, str] = {"markdown": "md", "html": "html", "pdf": "pdf", "xlsx": "xlsx"}
_MEDIA_TYPES = {media_type.partition(";")[0]: wanted for wanted, media_type in _FORMATS.items()}
_NEGOTIABLE = tuple(_MEDIA_TYPES)


class NewReport(Parameters):
    """The body of POST /reports."""

    symbol: SymbolParameter
    report_type: ReportType = "comprehensive_analysis"
    time_horizon: TimeHorizon = "medium_term"
    provider: Annotated[str | None, Field(max_length=50)] = None
    refresh: StrictBool = False
    known_on: KnownOn | None = None
    language: Language = "en"

    def request(self, preferences: "Preferences") -> ReportRequest:
        """Returns the request for the service; preferences apply to fields that the body leaves out."""
        stated, report = self.model_fields_set, preferences.report
        return ReportRequest(
            self.symbol,
            self.report_type if "report_type" in stated else report.report_type or self.report_type,
            self.time_horizon if "time_horizon" in stated else report.time_horizon or self.time_horizon,
            self.provider or preferences.default_provider,
            self.refresh,
            self.known_on,
            self.language,
        )


class ReportList(Parameters):
    """The query of GET /reports."""

    symbol: SymbolParameter | None = None
    report_type: ReportType | None = None
    limit: Annotated[int, Field(ge=1, le=100), IN_DIGITS] = 20
    cursor: Annotated[str | None, Field(max_length=200)] = None


class TrackRecordQuery(Parameters):
    """The query of GET /reports/track-record."""

    symbol: SymbolParameter | None = None
    report_type: ReportType | None = None


class ReportQuery(Parameters):
    """The query of GET /reports/{report_id}.

    Attributes:
        fields: Names of top-level fields, separated by commas; only for JSON, as is ``charts``.
    """

    format: ReportFormat | None = None
    fields: Annotated[str | None, Field(max_length=500)] = None
    charts: bool = True

    @field_validator("fields")
    @classmethod
    def _check_fields(cls, fields: str | None) -> str | None:
        known = field_names()
        unknown = [name for name in _names(fields) if name not in known]
        if unknown:
            raise ValueError(f"must not contain {unknown[0]!r}; a report has {', '.join(sorted(known))}")
        return fields


def _names(fields: str | None) -> list[str]:
    return [name for part in fields.split(",") if (name := part.strip())] if fields else []


@blueprint.route("reports", methods=["POST"])
@http_handler
async def create_report(req: Request, app: AppContext) -> Response:
    """Generates a report or returns the stored, fresh one; streams progress and prose if accepted."""
    from shared.market.analysis.periods import require_known_day

    media_type = negotiate(req.headers.get("accept"), ("application/json", EVENT_STREAM))
    # Checked in any case; only a stream continues after a place.
    place = event_id_of(req)
    if media_type != EVENT_STREAM:
        place = None
    if place is None:
        await check_rate(req, app, "reports")
    body = await read_body(req, NewReport, limit=app.settings.limits.body_bytes)
    began = app.clock()
    owner = await request_owner(req, app)
    require_known_day(body.symbol, body.known_on, began)
    request = body.request(await caller_preferences(req, app, owner))
    if place is not None:
        return await _resumed(req, app, owner, request, place)
    found = await app.owned_reports.find_fresh(owner, request)
    if media_type == EVENT_STREAM:
        frames = (
            app.report_streams.read(owner, request, app.reports.start(request), began)
            if found is None
            else app.report_streams.stored(found)
        )
        return await _sent(req, app, frames)
    if found is not None:
        return json_response(found.cached)
    report = await app.owned_reports.result(owner, request, app.reports.start(request), began)
    annotate(report_id=report.report_id)
    location = f"{req.url.path.rstrip('/')}/{report.report_id}"
    return json_response(report.body, status=201, headers={"Location": location})


async def _resumed(
    req: Request, app: AppContext, owner: Owner, request: ReportRequest, place: EventId
) -> Response:
    frames = await app.report_streams.resume(owner, request, place, app.clock())
    return Response(status_code=204) if frames is None else await _sent(req, app, frames)


async def _sent(req: Request, app: AppContext, frames: AsyncGenerator[bytes]) -> Response:
    feed = EventFeed(frames, frame=bytes)
    return await event_stream(req, feed, origins=app.settings.app.cors_allowed_origins)


@blueprint.route("reports", methods=["GET"])
@http_handler
async def list_reports(req: Request, app: AppContext) -> Response:
    """Lists summaries of the caller's reports, newest first."""
    query = read_query(req, ReportList)
    annotate(symbol=query.symbol, report_type=query.report_type)
    owner = await request_owner(req, app)
    page = await app.owned_reports.list(owner, query.symbol, query.report_type, query.limit, query.cursor)
    return json_response({"reports": page.reports, "next_cursor": page.next_cursor})


@blueprint.route("reports/track-record", methods=["GET"])
@http_handler
async def aggregate_track_record(req: Request, app: AppContext) -> Response:
    """Returns how past recommendations turned out, aggregated over all owners.

    Routes are tried in the order of function names: this one comes before that of ``/reports/{report_id}``.
    """
    query = read_query(req, TrackRecordQuery)
    annotate(symbol=query.symbol, report_type=query.report_type)
    rows = await app.track_record.rows(query.symbol, query.report_type)
    return json_response({"rows": [row.model_dump(mode="json") for row in rows]})


@blueprint.route("reports/{report_id}", methods=["GET"])
@http_handler
async def get_report(req: Request, app: AppContext) -> Response:
    """Returns a stored report as JSON, Markdown, HTML, PDF or XLSX, by ``format`` or ``Accept``.

    The user's preferred format comes first where ``Accept`` leaves the choice.
    """
    query = read_query(req, ReportQuery)
    report_id = _report_id(req)
    owner = await request_owner(req, app)
    wanted = query.format
    if wanted is None:
        preferred = (await caller_preferences(req, app, owner)).report.format
        wanted = _MEDIA_TYPES[negotiate(req.headers.get("accept"), _offered(query, preferred))]
    annotate(format=wanted)
    stored = await app.owned_reports.read(owner, report_id)
    if wanted == "json":
        entry, fields = stored, _names(query.fields)
        if fields or not query.charts:
            entry = with_body(stored, select(stored.body, fields, charts=query.charts))
    else:
        entry = await app.owned_reports.render(owner, report_id, wanted)
    headers = _headers_of(wanted, stored.body)
    # A report never changes, but it may be deleted: clients revalidate it.
    return cached_response(
        req, entry, app.clock(), media_type=_FORMATS[wanted], headers=headers, revalidate=True
    )


def _offered(query: ReportQuery, preferred: ReportFormat | None) -> tuple[str, ...]:
    """Returns the media types of a report, preferred first; ``fields`` and ``charts`` are for JSON."""
    if preferred is None or query.fields or not query.charts:
        return _NEGOTIABLE
    first = _FORMATS[preferred].partition(";")[0]
    return (first, *(media_type for media_type in _NEGOTIABLE if media_type != first))


def _headers_of(wanted: ReportFormat, stored: bytes) -> dict[str, str]:
    headers = {"Vary": "Accept"}
    if wanted in _EXTENSIONS:
        name = file_name(stored, _EXTENSIONS[wanted])
        headers["Content-Disposition"] = f'inline; filename="{name}"'
    if wanted == "html":
        from shared.reports.rendering.html import content_security_policy

        headers["Content-Security-Policy"] = content_security_policy()
    return headers


@blueprint.route("reports/{report_id}", methods=["DELETE"])
@http_handler
async def delete_report(req: Request, app: AppContext) -> Response:
    """Deletes a report."""
    report_id = _report_id(req)
    await check_rate(req, app, "writes")
    await app.owned_reports.delete(await request_owner(req, app), report_id)
    return Response(status_code=204)


def _report_id(req: Request) -> str:
    report_id: str = req.path_params["report_id"]
    if not is_hex_id(report_id):
        raise ReportNotFoundError("There is no report with this id.")
    annotate(report_id=report_id)
    return report_id
