"""The values that something may be derived from: numbers of the text, and figures of the facts."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.facts.formulas import computed
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import CHANGES
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_MAX_FIGURES: Final = 12
_FROM_TO: Final = re.compile(
    r"\b(?:from|von|desde|dal)\b[^.;]{0,40}$|\b(?:de|da|di)\b[^.;,\d]{0,24}$", re.IGNORECASE
)
_FROM: Final = re.compile(r"\s?(?:から|에서|부터)(?!は)")
"""Behind what something has changed from: ``9600億円から``."""


class Operand(NamedTuple):
    """A value that something is derived from, and the figure of the facts behind it."""

    value: float
    figure: KnownFigure | None


class Stated(NamedTuple):
    """A number of the text that the facts support, as an operand for others.

    Attributes:
        claim: The number, and what it claims to be.
        value: Its value, with its sign.
        figure: The figure of the facts behind it; None for one that follows from others.
        sentence: Its sentence.
    """

    claim: Claim
    value: float
    figure: KnownFigure | None
    sentence: Sentence

    @property
    def is_start(self) -> bool:
        """Returns whether it is what something has changed from."""
        text, numeral = self.sentence.text, self.claim.numeral
        before = ends_with(_FROM_TO, text, numeral.start)
        return before is not None or _FROM.match(text, numeral.end) is not None

    @classmethod
    def of(cls, claim: Claim, figure: KnownFigure | None, sentence: Sentence) -> "Stated":
        """Returns a number that is supported, read in the way that is nearest to its figure."""
        readings = claim.numeral.readings
        value = readings[0].value
        if figure is not None and len(readings) > 1:
            # "5,800 jobs": prose is read both ways, and counts no thousandths.
            is_whole = figure.words and claim.numeral.unit is Unit.NONE
            size = abs(figure.value)
            nearest = readings[-1] if is_whole else min(readings, key=lambda one: abs(one.value - size))
            value = nearest.value
        is_fall = figure is not None and figure.value < 0 and figure.metric in CHANGES
        return cls(claim, -value if claim.numeral.sign < 0 or is_fall else value, figure, sentence)


def comparable(one: Numeral, other: Numeral) -> bool:
    """Tells whether two numbers have one unit, or may have."""
    level = (Unit.MONEY, Unit.NONE)
    return one.unit is other.unit or (one.unit in level and other.unit in level)


def values_of(index: FactIndex, company: str, mention: MetricMention) -> list[Operand]:
    """Returns the values of a company with a name."""
    return of_metrics(index, company, mention.metrics)


def of_metrics(index: FactIndex, company: str, metrics: Sequence[str]) -> list[Operand]:
    """Returns the values of a company's metrics, computed where the facts lack them."""
    figures = list(index.of(company, metrics))
    # "Dividends and buybacks": the facts have either, and what is meant is their sum.
    lacking = metrics if not figures else [name for name in metrics[:1] if name not in _names(figures)]
    figures = [*(one for name in lacking for one in computed(index, company, name)), *figures]
    seen: dict[tuple[str, float], Operand] = {}
    for figure in figures[:_MAX_FIGURES]:
        seen.setdefault((figure.metric, figure.value), Operand(figure.value, figure))
    return list(seen.values())


def _names(figures: Sequence[KnownFigure]) -> frozenset[str]:
    return frozenset(name for one in figures for name in (one.metric, *one.also))
