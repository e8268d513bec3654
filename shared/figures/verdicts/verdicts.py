"""The result of the check: a mark for each figure, and the counts of the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from shared.figures.facts.known_figures import KnownFigure, issuer_of
from shared.figures.facts.table_figures import LABEL
from shared.figures.reading.known_metrics import Kind
from shared.figures.verdicts.figures_json import (
    FactFigureJson,
    FiguresJson,
    MarkJson,
    MisattributedJson,
    UnsupportedJson,
)

MAX_SENTENCE: Final = 500
"""Characters of a sentence that a mark quotes."""


class Verdict(StrEnum):
    """What the facts say of a figure."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    MISATTRIBUTED = "misattributed"


class Mark(NamedTuple):
    """The verdict on one figure.

    Attributes:
        text: The figure as it is written; a citation or a date where that is what is wrong.
        verdict: What the facts say.
        sentence: Its sentence.
        figure: The figure of the facts that supports it, or that it really is.
        start: Its place in UTF-16 code units, as browsers count.
        end: The place after it.
        section: Index of the section of a report; None for the summary, and in a chat.
    """

    text: str
    verdict: Verdict
    sentence: str
    figure: KnownFigure | None
    start: int
    end: int
    section: int | None = None

    def as_dict(self, *, with_section: bool = False) -> MarkJson:
        """Returns the mark as the contract has it; marks of a report have a section."""
        figure = self.figure if self.verdict is not Verdict.UNSUPPORTED else None
        mark = MarkJson(
            text=self.text,
            verdict=self.verdict.value,
            fact_id=figure.fact_id if figure else None,
            fact=_fact(figure) if figure else None,
            start=self.start,
            end=self.end,
        )
        if with_section:
            mark["section"] = self.section
        return mark

    def as_unsupported(self) -> UnsupportedJson:
        """Returns the mark as an entry of ``unsupported``."""
        return {"text": self.text, "sentence": self.sentence, "start": self.start, "end": self.end}

    def as_misattributed(self) -> MisattributedJson:
        """Returns the mark as an entry of ``misattributed``."""
        figure = self.figure
        assert figure is not None  # noqa: S101 - a misattributed figure is one of the facts
        return {
            **self.as_unsupported(),
            "belongs_to": {
                "fact_id": figure.fact_id,
                "symbol": issuer_of(figure.symbol) or None,
                "metric": _metric(figure),
                "period": _period(figure),
            },
        }


@dataclass(frozen=True, slots=True)
class FiguresCheck:
    """All marks of a text, in its order."""

    marks: tuple[Mark, ...] = ()

    @property
    def stated(self) -> int:
        """Number of figures that the text states."""
        return len(self.marks)

    @property
    def supported(self) -> int:
        """Number of figures that the facts support."""
        return sum(mark.verdict is Verdict.SUPPORTED for mark in self.marks)

    @property
    def unsupported(self) -> tuple[Mark, ...]:
        """Returns the figures that the facts do not have."""
        return tuple(mark for mark in self.marks if mark.verdict is Verdict.UNSUPPORTED)

    @property
    def misattributed(self) -> tuple[Mark, ...]:
        """Returns the figures that the facts have for another company, metric, period or direction."""
        return tuple(mark for mark in self.marks if mark.verdict is Verdict.MISATTRIBUTED)

    def as_dict(self, *, with_sections: bool = False) -> FiguresJson:
        """Returns the result as the contract has it; the marks of a report have sections."""
        return {
            "stated": self.stated,
            "supported": self.supported,
            "unsupported": [mark.as_unsupported() for mark in self.unsupported],
            "misattributed": [mark.as_misattributed() for mark in self.misattributed],
            "marks": [mark.as_dict(with_section=with_sections) for mark in self.marks],
        }


def in_section(check: FiguresCheck, section: int) -> FiguresCheck:
    """Returns a check whose marks are in a section of a report."""
    return FiguresCheck(tuple(mark._replace(section=section) for mark in check.marks))


def joined(checks: Sequence[FiguresCheck]) -> FiguresCheck:
    """Returns the checks of several texts as one."""
    return FiguresCheck(tuple(mark for check in checks for mark in check.marks))


def _fact(figure: KnownFigure) -> FactFigureJson:
    unit = "%" if figure.kind is Kind.PERCENT else figure.currency or None
    return {
        "label": figure.label,
        "value": figure.value,
        "unit": unit,
        "symbol": issuer_of(figure.symbol) or None,
        "period": _period(figure),
        "as_of": figure.as_of,
    }


def _period(figure: KnownFigure) -> str | None:
    if figure.period is None or figure.period.is_snapshot:
        return None
    return str(figure.period) or None


def _metric(figure: KnownFigure) -> str:
    return figure.metric.removeprefix(LABEL) if figure.metric != "text" else figure.label
