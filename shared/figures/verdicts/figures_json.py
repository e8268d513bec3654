"""JSON of the figures check, as the contract has it."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

VerdictName = Literal["supported", "unsupported", "misattributed"]


class FactFigureJson(TypedDict):
    """The figure of a fact that a number in the prose is, or really belongs to."""

    label: str
    value: float
    unit: str | None
    symbol: str | None
    period: str | None
    as_of: str | None


class JudgedFigureJson(TypedDict):
    """A number of a text with its verdict and place.

    Attributes:
        fact_id: ``id`` of the source that the figure is from.
        fact: The figure of the fact; None if the figure is unsupported.
    """

    text: str
    verdict: VerdictName
    fact_id: int | None
    fact: FactFigureJson | None
    start: int
    end: int


class MarkJson(JudgedFigureJson):
    """The verdict on one figure.

    Attributes:
        section: In reports: index of the section, None for the summary.
    """

    section: NotRequired[int | None]


class UnsupportedJson(TypedDict):
    """A number in the prose that no fact contains, with its sentence."""

    text: str
    sentence: str
    start: int
    end: int


class OwnerJson(TypedDict):
    """What a number in the prose really belongs to."""

    fact_id: int | None
    symbol: str | None
    metric: str
    period: str | None


class MisattributedJson(UnsupportedJson):
    """A number in the prose that the facts have for something else."""

    belongs_to: OwnerJson


class FiguresJson(TypedDict):
    """The check of a text: numbers stated, those that the facts support, and the others."""

    stated: int
    supported: int
    unsupported: list[UnsupportedJson]
    misattributed: list[MisattributedJson]
    marks: list[MarkJson]
