"""The events of a streamed report, one class per event. ``shared.http.sse`` turns them into frames."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.reports.report_frames import ProgressFrame, ProseFrame


@dataclass(frozen=True)
class ProgressEvent:
    """Reports a finished step.

    Attributes:
        step: The finished step (``data``, ``narrative``, ``stored``).
        done: Number of finished steps.
        total: Number of all steps.
    """

    step: str
    done: int
    total: int

    def payload(self) -> "ProgressFrame":
        """Returns the event as JSON data of the contract."""
        return {"event": "progress", "step": self.step, "done": self.done, "total": self.total}


@dataclass(frozen=True)
class ProseEvent:
    """Carries more of the prose while it is written.

    It is a draft: the figures in it are checked when all of it is written, and the report has the result.

    Attributes:
        attempt: From 1; prose of a higher attempt replaces that of all attempts before.
        section: Name of the section; None for the summary.
        text: To be appended to the text of the section.
    """

    attempt: int
    section: str | None
    text: str

    def payload(self) -> "ProseFrame":
        """Returns the event as JSON data of the contract."""
        return {"event": "prose", "attempt": self.attempt, "section": self.section, "text": self.text}


@dataclass(frozen=True)
class ReportEvent:
    """Carries the report.

    Attributes:
        report: The report as JSON.
    """

    report: bytes

    def payload(self) -> bytes:
        """Returns the event as finished JSON of the contract."""
        return b'{"event":"report","report":' + self.report + b"}"


@dataclass(frozen=True)
class ContentEvent:
    """Names the content of a report. Readers receive a ``ReportEvent`` in its place.

    Attributes:
        content_id: Id of the content, which owners may share.
    """

    content_id: str

    def payload(self) -> dict[str, str]:
        """Returns the event as JSON data, which no client receives."""
        return {"event": "report", "content_id": self.content_id}
