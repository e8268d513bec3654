"""The verdict on what stands at a place of a sentence."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict


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
    if claim.mention is None or claim in named or _is_count(claim, one.figure) or claim.is_conditional:
        # "At its 25.7 times earnings, a share would be worth $3.75 × 25.7": here it is used once more.
        return one
    figures = {id(each.claim): each.figure for each in cited}
    for other in named:
        if (
            other.mention is not None
            and other.mention.name != claim.mention.name
            and other.numeral.unit is claim.numeral.unit
            and other.numeral.readings == claim.numeral.readings
            and figures[id(other)] is one.figure
        ):
            return one._replace(verdict=Verdict.MISATTRIBUTED)
    return one


def _is_count(claim: Claim, figure: KnownFigure | None) -> bool:
    """Returns whether a figure counts what the name at a number does not: ``42 have a target``."""
    metric = METRICS.get(claim.mention.name) if claim.mention is not None else None
    is_count = figure is not None and figure.kind is Kind.COUNT
    return is_count and metric is not None and metric.kind is not Kind.COUNT
