"""Documents of the database without a module of their own: conversations, preferences, runs of jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.config.names import ModelProviderName
from shared.domain.caller import Owner
from shared.domain.delivery import Webhook
from shared.domain.moments import rfc3339
from shared.domain.single_line import single_line
from shared.domain.subscriptions import (
    MAX_ALERTS,
    MAX_WEBHOOKS,
    Alert,
    BriefingSchedule,
    SubscriptionProgress,
)
from shared.domain.terms import Symbol

TurnRole = Literal["user", "assistant"]
MAX_WATCHLIST = 100
MAX_TURNS = 400
"""Turns of a conversation that are stored at most."""
_DERIVED_TITLE = 80


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation.

    Attributes:
        role: Author of the turn.
        content: Text of the turn.
        timestamp: Time of the turn, in UTC.
        interrupted: Whether the model stopped in the middle.
        symbols: Symbols that the turn is about.
        figures: The check of the figures in an answer, as the contract has it; None for a question.
        sources: The sources of an answer, as the contract has them.
        stream_id: Id of the stream that carried the answer; None for a question, or an answer as JSON.
        answered_by: Fields of the answer's last frame: provider, model, usage; None for a question.
    """

    role: TurnRole
    content: str
    timestamp: datetime
    interrupted: bool = False
    symbols: tuple[str, ...] = ()
    figures: Mapping[str, Any] | None = None
    sources: tuple[Mapping[str, Any], ...] = ()
    stream_id: str | None = None
    answered_by: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Conversation:
    """A conversation: the latest turns and a summary of the earlier ones.

    Attributes:
        conversation_id: UUID v4.
        owner: The caller it belongs to.
        turns: The latest turns, oldest first.
        summary: Summary of the dropped turns, or None.
        updated_at: When the last turn was added.
        title: Title from the first question or by the owner; None before the first answer.
        created_at: When the conversation began; None if it was stored by an earlier version.
        statements: What the owner said in the first person in turns that were dropped, oldest first.
        facts: Facts that tools found in earlier answers, as they are stored, oldest first.
    """

    conversation_id: str
    owner: str
    turns: tuple[Turn, ...]
    summary: str | None
    updated_at: datetime
    title: str | None = None
    created_at: datetime | None = None
    statements: tuple[str, ...] = ()
    facts: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Carried:
    """Data of a conversation besides its turns.

    Attributes:
        title: Title to set; None leaves the stored one.
        summary: Summary of the dropped turns; None leaves the stored one.
        statements: What the owner said in the first person in dropped turns; None leaves the stored ones.
        facts: Facts of tools to keep; None leaves the stored ones.
    """

    title: str | None = None
    summary: str | None = None
    statements: Sequence[str] | None = None
    facts: Sequence[Mapping[str, Any]] | None = None

    def changes(self) -> dict[str, Any]:
        """Returns the fields to set."""
        values = {
            "title": self.title,
            "summary": self.summary,
            "statements": None if self.statements is None else list(self.statements),
            "facts": None if self.facts is None else [dict(fact) for fact in self.facts],
        }
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class ConversationEntry:
    """A conversation in a list.

    Attributes:
        conversation_id: UUID v4.
        title: Its title.
        created_at: When it began.
        updated_at: When the last turn was added.
    """

    conversation_id: str
    title: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class ConversationPage:
    """A page of a list of conversations.

    Attributes:
        conversations: Newest first.
        next_cursor: Leads to the next page; None on the last one.
    """

    conversations: tuple[ConversationEntry, ...]
    next_cursor: str | None


def title_of(question: str) -> str:
    """Returns the title of a conversation that begins with a question: its first 80 characters."""
    words = single_line(question)
    if len(words) <= _DERIVED_TITLE:
        return words
    cut = words[:_DERIVED_TITLE].rpartition(" ")[0] or words[:_DERIVED_TITLE]
    return f"{cut.rstrip(' ,;:-')}…"


class ReportPreferences(BaseModel):
    """Defaults of a user's reports; a request overrides them."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    report_type: (
        Literal[
            "comprehensive_analysis",
            "technical_analysis",
            "fundamental_analysis",
            "quick_overview",
            "market_sentiment",
        ]
        | None
    ) = None
    time_horizon: Literal["short_term", "medium_term", "long_term"] | None = None
    format: Literal["json", "markdown", "html", "pdf", "xlsx"] | None = None


class Preferences(BaseModel):
    """The preferences of a user.

    Attributes:
        watchlist: Symbols that the scheduled refresh keeps warm.
        default_provider: The model provider that answers unless the request names one.
        report: Defaults of reports.
        webhooks: Addresses that the briefing and the alerts may be sent to.
        briefing: When the briefing is sent; None for no briefing.
        alerts: The alerts.
        version: Number of changes; 0 before the first one.
        updated_at: Time of the last change; None before the first one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    watchlist: Annotated[tuple[Symbol, ...], Field(max_length=MAX_WATCHLIST)] = ()
    default_provider: ModelProviderName | None = None
    report: ReportPreferences = ReportPreferences()
    webhooks: Annotated[tuple[Webhook, ...], Field(max_length=MAX_WEBHOOKS)] = ()
    briefing: BriefingSchedule | None = None
    alerts: Annotated[tuple[Alert, ...], Field(max_length=MAX_ALERTS)] = ()
    version: int = 0
    updated_at: datetime | None = None

    @property
    def subscribed(self) -> bool:
        """Returns whether something is sent to the user: such preferences do not expire."""
        return self.briefing is not None or bool(self.alerts)


@dataclass(frozen=True)
class Subscriber:
    """An owner with a briefing or alerts.

    Attributes:
        owner: The owner.
        preferences: Preferences of the owner.
        progress: What has been sent.
    """

    owner: Owner
    preferences: Preferences
    progress: SubscriptionProgress


@dataclass(frozen=True)
class HistorySpan:
    """Description of a stored history.

    Attributes:
        symbol: Ticker.
        interval: Length of one candle.
        generation: Generation of its candles.
        source: Name of the data source.
        start: First exchange date that it covers.
        fetched_at: When the source was last asked.
        head: The other fields of the history, as JSON.
    """

    symbol: str
    interval: str
    generation: str
    source: str
    start: date
    fetched_at: datetime
    head: str


@dataclass(frozen=True)
class StoredPeriod:
    """One version of one period of a financial statement.

    Attributes:
        end: Last day of the period.
        known_on: Day on which the version became known.
        fetched_at: When the source was last asked.
        source: Name of the data source.
        issuer: The company as JSON; None when the source does not tell.
        period: The period with its lines as JSON.
    """

    end: date
    known_on: date
    fetched_at: datetime
    source: str
    issuer: str | None
    period: str


@dataclass(frozen=True)
class RecommendationScore:
    """The score of a recommendation after some months.

    Attributes:
        months: Months after the report.
        return_percent: Total return of the instrument.
        excess_return_percent: Return of following the recommendation over that of the index of the market;
            None without an index.
        success: Whether the recommendation was right.
    """

    months: int
    return_percent: float
    excess_return_percent: float | None
    success: bool


@dataclass(frozen=True)
class StoredRecommendation:
    """The recommendation of a report, without its owner and text.

    Attributes:
        report_id: Id of the content of the report.
        symbol: Ticker.
        report_type: Type of the report.
        time_horizon: Its time horizon.
        action: The recommended action.
        timestamp: Time of the report.
        due_at: When it is scored next; None after the last time.
        scored: Months after which it was scored.
    """

    report_id: str
    symbol: str
    report_type: str
    time_horizon: str
    action: str
    timestamp: datetime
    due_at: datetime | None
    scored: tuple[int, ...] = ()


@dataclass(frozen=True)
class JobRun:
    """The last run of a job.

    Attributes:
        job: Its name (``cache_refresh``).
        started_at: When it started.
        finished_at: When it ended.
        summary: What the run did, as JSON values.
    """

    job: str
    started_at: datetime
    finished_at: datetime
    summary: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Returns the run as JSON values."""
        return {
            "job": self.job,
            "started_at": rfc3339(self.started_at),
            "finished_at": rfc3339(self.finished_at),
            "summary": dict(self.summary),
        }
