"""The events of a streamed report, one class per event. ``shared.http.sse`` turns them into frames."""

from dataclasses import asdict, dataclass
from typing import Any


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

    def payload(self) -> dict[str, Any]:
        """Returns the event as JSON data of the contract."""
        return {"event": "progress", **asdict(self)}


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
