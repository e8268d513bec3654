"""JSON of the responses that are no models of their own: for mypy and for ``docs/openapi.yaml``.

Functions do not import this module while they run: the models that it names are heavy.
"""

from typing import Annotated, Any, NotRequired

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from shared.config.names import ModelProviderName
from shared.data.documents import MAX_WATCHLIST, ReportPreferences, TurnRole
from shared.domain.facts import SourceJson
from shared.domain.item_ids import ConversationId
from shared.domain.market_data import History, Quote, SymbolInfo
from shared.domain.moments import MomentText
from shared.domain.subscriptions import MAX_ALERTS, MAX_WEBHOOKS, Alert, BriefingSchedule
from shared.domain.terms import Symbol
from shared.domain.track_record import TrackRecordRow
from shared.errors import ErrorCode
from shared.figures.verdicts.figures_json import FiguresJson
from shared.market.answers import SymbolErrorJson
from shared.refresh.watchlist import WatchlistRemark
from shared.reports.report import Recommendation, Report, ReportId, ReportMetadata
from shared.reports.request import ReportType, TimeHorizon


class FieldErrorJson(TypedDict):
    """One invalid field of a request and the reason."""

    field: str
    message: str


class ProblemJson(TypedDict):
    """Problem details (RFC 9457) with extensions.

    Attributes:
        title: Name of the kind of problem.
        detail: Cause of this occurrence, safe to show.
        instance: Path of the request.
        error: The same as ``detail``; older clients read this key.
        errors: The invalid fields.
    """

    type: Annotated[str, WithJsonSchema({"type": "string", "format": "uri"})]
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    instance: str
    code: ErrorCode
    error: str
    request_id: str
    errors: NotRequired[list[FieldErrorJson]]


class QuoteList(TypedDict):
    """Quotes in the requested order, and the symbols without one."""

    quotes: Annotated[list[Quote], Field(max_length=100)]
    errors: Annotated[list[SymbolErrorJson], Field(max_length=100)]


class HistoryList(TypedDict):
    """Histories in the requested order, and the symbols without one."""

    histories: Annotated[list[History], Field(max_length=20)]
    errors: Annotated[list[SymbolErrorJson], Field(max_length=20)]


class SymbolList(TypedDict):
    """Symbols that match a search."""

    symbols: Annotated[list[SymbolInfo], Field(max_length=50)]


class ConversationEntryJson(TypedDict):
    """A conversation in a list.

    Attributes:
        title: From the first question until it is changed.
    """

    conversation_id: ConversationId
    title: str
    created_at: MomentText
    updated_at: MomentText


class ConversationPageJson(TypedDict):
    """A page of the caller's conversations, newest first.

    Attributes:
        next_cursor: Leads to the next page; None on the last one.
    """

    conversations: list[ConversationEntryJson]
    next_cursor: str | None


class ConversationMessage(TypedDict):
    """A question or an answer of a conversation.

    Attributes:
        figures: None for a question.
        interrupted: Whether the answer ended in the middle.
    """

    role: TurnRole
    content: str
    timestamp: MomentText
    sources: list[SourceJson]
    figures: FiguresJson | None
    interrupted: bool


class ConversationJson(TypedDict):
    """A conversation with its messages, oldest first."""

    conversation_id: ConversationId
    title: str
    created_at: MomentText
    updated_at: MomentText
    messages: list[ConversationMessage]


class DeletedConversations(TypedDict):
    """Number of conversations that were deleted."""

    deleted: Annotated[int, Field(ge=0)]


class ReportSummary(TypedDict):
    """A report in a list: without sections, charts and sources."""

    report_id: ReportId
    symbol: Symbol
    timestamp: MomentText
    report_type: ReportType
    time_horizon: TimeHorizon
    summary: str
    recommendation: Recommendation
    metadata: ReportMetadata


class ReportPageJson(TypedDict):
    """A page of the caller's reports, newest first.

    Attributes:
        next_cursor: None on the last page.
    """

    reports: Annotated[list[ReportSummary], Field(max_length=100)]
    next_cursor: str | None


class TrackRecordRows(TypedDict):
    """How past recommendations turned out."""

    rows: Annotated[list[TrackRecordRow], Field(max_length=1000)]


class WebhookJson(TypedDict):
    """A webhook of a user.

    Attributes:
        id: The user's own name of it.
        url: Address that briefings and alerts are sent to.
        disabled: Whether the target answered 410; nothing is sent until the webhook is set again.
        secret: The key of the signatures, in the response of the PUT that generated it and in no other
            response.
    """

    id: str
    url: str
    disabled: bool
    secret: NotRequired[str]


class PreferencesJson(TypedDict):
    """The preferences of a user.

    Attributes:
        briefing: When the briefing is sent; null for no briefing.
        version: Number of changes.
    """

    user_id: str
    watchlist: Annotated[list[Symbol], Field(max_length=MAX_WATCHLIST)]
    default_provider: ModelProviderName | None
    report: ReportPreferences
    webhooks: Annotated[list[WebhookJson], Field(max_length=MAX_WEBHOOKS)]
    briefing: BriefingSchedule | None
    alerts: Annotated[list[Alert], Field(max_length=MAX_ALERTS)]
    version: Annotated[int, Field(ge=0)]
    updated_at: MomentText | None
    watchlist_remarks: Annotated[list[WatchlistRemark], Field(max_length=MAX_WATCHLIST)]


class UserDataJson(TypedDict):
    """Everything that is kept about a user.

    Attributes:
        preferences: Empty if none are stored.
        deliveries: Briefings and alerts that were sent to webhooks.
    """

    user_id: str
    exported_at: MomentText
    preferences: Annotated[list[dict[str, Any]], Field(max_length=1)]
    conversations: Annotated[list[dict[str, Any]], Field(max_length=10_000)]
    reports: Annotated[list[Report], Field(max_length=10_000)]
    deliveries: Annotated[list[dict[str, Any]], Field(max_length=10_000)]
