"""The verdict on what stands at a place of a sentence."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.figures.citations import CitedFigure
from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.verdicts import Verdict


class Judgement(NamedTuple):
    """The verdict on what stands at a place of a sentence, and the figure of the facts behind it."""

    start: int
    end: int
    verdict: Verdict
    figure: KnownFigure | None = None


def without_second_use(one: Judgement, cited: Sequence[CitedFigure], named: Sequence[Claim]) -> Judgement:
    """Marks a number under one name that repeats the figure of another in its sentence.

    ``Institutions own 0.06% and insiders 0.06%``: one figure of the facts is one thing.
    """
    if one.verdict is not Verdict.SUPPORTED or len(cited) < 2:
        return one
    claim = next(each.claim for each in cited if each.claim.numeral.start == one.start)
    if claim.mention is None or claim in named:
        return one
    figures = {id(each.claim): each.figure for each in cited}
    for other in named:
        if (
            other.mention is not None
            and other.mention.name != claim.mention.name
            and other.numeral.readings == claim.numeral.readings
            and figures[id(other)] is one.figure
        ):
            return one._replace(verdict=Verdict.MISATTRIBUTED)
    return one
