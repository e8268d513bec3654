"""The summary of a run of the briefings, as it is stored, logged and shown by the readiness."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.data.documents import JobRun
from shared.domain.market_data import Moment

BriefingOutcome = Literal["ok", "partial", "failed"]

JOB_NAME = "briefings"


class BriefingSummary(BaseModel):
    """Summary of a run.

    Attributes:
        outcome: ``ok``; ``partial`` when some owners failed, or time or data were short; ``failed`` when all
            owners failed.
        owners: Owners that were looked at.
        briefings: Briefings that were put into the outbox.
        alerts: Alerts that fired.
        failed: Owners that failed, by reason.
        upstream_requests: Requests to sources.
        notes: Other problems.
        resume_after: Owner after which the next run begins; None begins with the first.
        last_success_at: When a run last ended otherwise than ``failed``; this one, if it did. One owner whose
            briefing always fails must not make the timer look stopped.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcome: BriefingOutcome
    started_at: Moment
    finished_at: Moment
    owners: int = 0
    briefings: int = 0
    alerts: int = 0
    failed: dict[str, int] = {}
    upstream_requests: int = 0
    notes: tuple[str, ...] = ()
    resume_after: str | None = None
    last_success_at: Moment | None = None

    def as_job_run(self) -> JobRun:
        """Returns the run as it is stored."""
        return JobRun(JOB_NAME, self.started_at, self.finished_at, self.model_dump(mode="json"))


@dataclass
class BriefingCounts:
    """Counters of a run while it goes on."""

    started_at: datetime
    owners: int = 0
    briefings: int = 0
    alerts: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    interrupted: bool = False
    lacks_data: bool = False
    resume_after: str | None = None

    @property
    def outcome(self) -> BriefingOutcome:
        """Returns the outcome."""
        failed = self.failed.total()
        if not failed and not self.interrupted and not self.lacks_data:
            return "ok"
        return "failed" if failed and failed >= self.owners else "partial"

    def summary(
        self, finished_at: datetime, before: BriefingSummary | None, upstream_requests: int
    ) -> BriefingSummary:
        """Returns the summary of the finished run.

        Args:
            finished_at: When it ended.
            before: Summary of the run before; None without one.
            upstream_requests: Requests to sources.
        """
        earlier = before.last_success_at if before else None
        notes = {
            "the deadline ended the run": self.interrupted,
            "market data did not come in time: some alerts were not looked at": self.lacks_data,
        }
        return BriefingSummary(
            outcome=self.outcome,
            started_at=self.started_at,
            finished_at=finished_at,
            owners=self.owners,
            briefings=self.briefings,
            alerts=self.alerts,
            failed=dict(self.failed),
            upstream_requests=upstream_requests,
            notes=tuple(note for note, applies in notes.items() if applies),
            resume_after=self.resume_after,
            last_success_at=earlier if self.outcome == "failed" else finished_at,
        )
