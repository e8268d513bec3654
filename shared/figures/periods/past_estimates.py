"""Estimates of quarters that were reported, stated as what is expected of the time to come."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.list_binding import is_range
from shared.figures.facts.known_figures import FactIndex
from shared.figures.periods.estimated_periods import end_of, states
from shared.figures.reading.known_metrics import ACTUALS
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_EXPECT: Final = RarePattern(
    r"\b(?:(?:analysts|the street|wall street|they)\s(?:\w+\s)?"
    r"(?:expect|see|look for|forecast|estimate|project|pencil in)"
    r"|(?:is|are) expected to|consensus (?:is|stands|calls|expects)|Analysten\s(?:\w+\s)?(?:erwarten|rechnen)"
    r"|analystes\s(?:\w+\s)?(?:attendent|prévoient|tablent)"
    r"|analistas\s(?:\w+\s)?(?:esperan|prevén|esperam|preveem|projetam)"
    r"|analisti\s(?:\w+\s)?(?:si aspettano|prevedono|stimano))\b",
    re.IGNORECASE,
)
"""What tells of the time to come: in the past, analysts expected."""
_OTHER_TIMES: Final = ("prior", "prior_quarter", "beat", "miss", "latest")


def past_estimates(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields the estimates of reported quarters that are ends of a range, or among what is expected now.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        index: The figures of the facts.
    """
    past = [one for one in figures if _is_of_past(one, index)]
    if not past:
        return
    is_now = _is_of_now(sentence, figures)
    for one in past:
        if is_now or _is_in_range(sentence, one, figures):
            yield one.claim


def _is_of_past(one: CitedFigure, index: FactIndex) -> bool:
    """Returns whether a number is an estimate of a quarter that was reported, and none of another period."""
    figure = one.figure
    actual = ACTUALS.get(figure.metric) if figure is not None else None
    if figure is None or actual is None or one.verdict is not Verdict.SUPPORTED:
        return False
    reported = {end_of(known) for known in index.of(figure.symbol, (actual,))}
    others = [known for known in index.of(figure.symbol, (figure.metric,)) if end_of(known) not in reported]
    is_past = not figure.words and end_of(figure) in reported and states(one.claim, figure)
    return is_past and bool(others) and not any(states(one.claim, known) for known in others)


def _is_of_now(sentence: Sentence, figures: Sequence[CitedFigure]) -> bool:
    """Returns whether a sentence tells what is expected, and nothing that was."""
    if sentence.cues_of(*_OTHER_TIMES) or any(
        one.figure is not None and one.figure.metric in ACTUALS.values() for one in figures
    ):
        return False
    return bool(sentence.cues_of("next", "this_year")) or _EXPECT.search(sentence.text) is not None


def _is_in_range(sentence: Sentence, one: CitedFigure, figures: Sequence[CitedFigure]) -> bool:
    return any(
        one in (first, second) and is_range(sentence, first.claim.numeral, second.claim.numeral)
        for first, second in pairwise(figures)
    )
