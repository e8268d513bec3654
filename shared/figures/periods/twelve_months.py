"""Values of the last twelve months that stand among those of one quarter or year."""

from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import HARD_STOP
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.periods.estimated_periods import end_of, states
from shared.figures.reading.known_metrics import ACTUALS
from shared.figures.reading.sentence import Sentence
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

FLOWS: Final = frozenset(
    {
        *("revenue", "gross_profit", "operating_income", "net_income", "eps"),
        *("operating_cash_flow", "free_cash_flow"),
    }
)


def of_twelve_months(sentence: Sentence, figures: Sequence[CitedFigure], index: FactIndex) -> Iterator[Claim]:
    """Yields the results of the last twelve months where the sentence tells those of a year or a quarter.

    ``In 2025 revenue rose to $36.8 billion and net income to $7.1 billion``, where the income is that of the
    last twelve months, and the facts have that of 2025.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        index: The figures of the facts.
    """
    if sentence.durations or sentence.cues_of("trailing"):
        return
    for place, one in enumerate(figures):
        figure = one.figure
        if figure is None or end_of(figure) is not None or not _is_result(one):
            continue
        beside = [*figures[max(0, place - 1) : place], *figures[place + 1 : place + 2]]
        before = figures[:place]
        if _is_beside_estimate(figure, beside, index):
            yield one.claim
        elif before and HARD_STOP.search(
            sentence.text, before[-1].claim.numeral.end, one.claim.numeral.start
        ):
            # "£0.15 in 2025; the current figure is £0.1504"
            continue
        elif _is_alone(one, figure, before, index):
            yield one.claim


def _is_result(one: CitedFigure) -> bool:
    """Returns whether a number is a value of a year, a quarter or the last twelve months."""
    figure = one.figure
    is_stated = figure is not None and one.verdict is Verdict.SUPPORTED and states(one.claim, figure)
    if figure is None or not is_stated or figure.metric not in FLOWS:
        return False
    return end_of(figure) is not None or (figure.period is not None and figure.period.is_snapshot)


def _is_beside_estimate(figure: KnownFigure, beside: Sequence[CitedFigure], index: FactIndex) -> bool:
    """``EPS of $9.08 beat the estimate of $2.19``: whether the estimate is of a quarter that was reported."""
    reported = {end_of(known) for known in index.of(figure.symbol, (figure.metric,))}
    return any(
        (estimate := other.figure) is not None
        and estimate.symbol == figure.symbol
        and ACTUALS.get(estimate.metric) == figure.metric
        and (end := end_of(estimate)) is not None
        and end in reported
        and states(other.claim, estimate)
        for other in beside
    )


def _is_alone(one: CitedFigure, figure: KnownFigure, before: Sequence[CitedFigure], index: FactIndex) -> bool:
    """Returns whether all results before are of years or quarters that the facts have this one of as well."""
    results = [other.figure for other in before if _is_result(other) and other.figure is not None]
    own = [other for other in results if other.symbol == figure.symbol]
    if not own or any(end_of(other) is None for other in own):
        return False
    reported = [known for known in index.of(figure.symbol, (figure.metric,)) if end_of(known) is not None]
    # A year may have the value of the last twelve months.
    is_reported = any(states(one.claim, known) for known in reported)
    return not is_reported and not {known.period for known in reported}.isdisjoint(one.period for one in own)
