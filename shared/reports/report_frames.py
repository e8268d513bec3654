"""JSON of the frames of a report stream.

``shared.reports.report_events`` does not import this module while it runs: the report's models are heavy.
"""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from shared.domain.stream_events import ErrorFrame
from shared.reports.report import Report


class CachedReport(Report):
    """A stored report."""

    cached: Literal[True]


class ProgressFrame(TypedDict):
    """Reports a finished step."""

    event: Literal["progress"]
    step: str
    done: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=1)]


class ProseFrame(TypedDict):
    """Carries more of the prose while it is written: a draft, whose figures are checked at the end.

    Attributes:
        attempt: Prose of a higher attempt replaces that of all attempts before.
        section: Name of the section; None for the summary.
        text: To be appended to the text of the section.
    """

    event: Literal["prose"]
    attempt: Annotated[int, Field(ge=1)]
    section: str | None
    text: Annotated[str, Field(min_length=1)]


class ReportDoneFrame(TypedDict):
    """Carries the report."""

    event: Literal["report"]
    report: Report | CachedReport


ReportFrame = ProgressFrame | ProseFrame | ReportDoneFrame | ErrorFrame
"""One frame of a report stream."""
