"""Periods that the other numbers of a sentence tell: a year before, an estimate of the same quarter."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import HARD_STOP, ends_with
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.periods.estimated_periods import (
    COMPARED,
    NEXT,
    OF_YEAR,
    QUARTER,
    YEAR,
    end_of,
    is_past_in_forecast,
    is_result_as_forecast,
    month_of,
    stated_quarter,
    stated_year,
    states,
)
from shared.figures.reading.known_metrics import ACTUALS
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import SOME_QUARTER, agrees
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_SAME: Final = 2e-3
_SAME_QUARTER: Final = re.compile(
    r"\b(?:(?:same|corresponding|comparable) quarter|(?:gleichen?|selben) Quartal|même trimestre"
    r"|mismo trimestre|mesmo trimestre|stesso trimestre)\b|同期|동기",
    re.IGNORECASE,
)
_START: Final = re.compile(
    r"\b(?:from|against|versus|vs\.?|than|von|gegenüber|als|de|desde|contre|frente a|contro|da)\s"
    r"(?:about\s)?$",
    re.IGNORECASE,
)
"""Before a number that another one is compared with."""
_VERSUS: Final = re.compile(
    r"\s(?:vs\.?|versus|against|gegenüber|statt|contre|frente a|contro|contra)\s", re.IGNORECASE
)
"""Between a result and what was expected of it."""
_CLOSED: Final = re.compile(r"^[^(（]*[)）]")
_RANGE: Final = re.compile(r"\s?(?:to|and|bis|und|à|et|a|y|e|ed|–|-)\s?")
_SEVERAL: Final = 2


def of_other_period(
    sentence: Sentence, figures: Sequence[CitedFigure], before: Sequence[CitedFigure], index: FactIndex
) -> Iterator[Claim]:
    """Yields the numbers of another period than their sentence says, where the facts know the right one.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        before: Those of the sentence before.
        index: The figures of the facts.
    """
    for place, one in enumerate(figures):
        figure = one.figure
        if figure is None or figure.period is None or one.verdict is not Verdict.SUPPORTED:
            continue
        if "forward" in sentence.kinds and is_result_as_forecast(sentence, one, figures[:place], index):
            yield one.claim
            continue
        end = end_of(figure)
        if end is None:
            is_wrong = is_past_in_forecast(sentence, one, figures[:place], index)
            if is_wrong and states(one.claim, figure):
                yield one.claim
            continue
        if not states(one.claim, figure):
            continue
        if place and _is_year_after(sentence, figures[place - 1], one, index):
            # "R&D was $550 million, compared with $620 million a year earlier": of the quarter between.
            yield figures[place - 1].claim
            continue
        expected = _expected(sentence, one, [*before, *figures[:place]], figures[:place], index)
        if (
            expected
            and month_of(end) not in expected
            and any(_is_known(index, figure, month) for month in expected)
            and not _is_stated_for(index, one.claim, figure, expected)
            and (
                _of_actual_beside(sentence, one, figures[:place], index)
                or not _is_of_named(sentence, index, one.claim, figure)
            )
        ):
            pair = figures[place - 1] if place and figure.metric in ACTUALS else one
            is_old = not _names_year(sentence) and _is_of_old_quarter(pair, figure, index)
            yield pair.claim if is_old else _wrong_of_pair(one, figures[:place])


def _names_year(sentence: Sentence) -> bool:
    return any(one.period is not None and one.period.year is not None for one in sentence.periods)


def _is_of_old_quarter(pair: CitedFigure, estimate: KnownFigure, index: FactIndex) -> bool:
    """``EPS of $2.57 was two cents shy of the $2.71 consensus``: the estimate is of the newest quarter."""
    result = pair.figure
    if result is None or pair.claim.is_prior or result.metric != ACTUALS.get(estimate.metric):
        return False
    reported = [
        end
        for one in index.of(estimate.symbol, (result.metric,))
        if (end := end_of(one)) is not None and one.period is not None and one.period.year is None
    ]
    newest = max(reported, default=None)
    return newest is not None and end_of(estimate) == newest != end_of(result)


def _wrong_of_pair(one: CitedFigure, own: Sequence[CitedFigure]) -> Claim:
    """Returns an estimate, or the result before it, where the estimate is of the quarter spoken of."""
    topic, figure, last = one.claim.topic_period, one.figure, own[-1] if own else None
    if topic is None or topic.quarter is None or figure is None or last is None or last.figure is None:
        return one.claim
    is_pair = last.figure.metric == ACTUALS.get(figure.metric) and last.claim.period is None
    is_other = agrees(topic, figure.period) and not agrees(topic, last.figure.period)
    return last.claim if is_pair and is_other else one.claim


def _expected(
    sentence: Sentence,
    one: CitedFigure,
    earlier: Sequence[CitedFigure],
    own: Sequence[CitedFigure],
    index: FactIndex,
) -> set[int]:
    """Returns the months in which the period of a number may end; empty where nothing tells it."""
    figure, claim = one.figure, one.claim
    if figure is None:
        return set()
    if figure.metric in ACTUALS:
        return _of_estimate(sentence, one, own, index)
    known = _spoken_of(sentence, figure, earlier, own)
    if claim.is_prior and known:
        return _of_prior(sentence, claim, known, own, index)
    if (
        claim.period is not None
        and claim.period.quarter == SOME_QUARTER
        and _SAME_QUARTER.search(sentence.text)
    ):
        # "In the quarter to September, $3.00 … in the same quarter of 2025, $2.59"
        same = [other.figure for other in earlier if _is_like(figure, other, or_estimate=True)]
        year = (claim.period.year or 0) * YEAR
        return (
            {year + month % YEAR for month in _ends(index, same[-1])} if year and same and same[-1] else set()
        )
    month = _of_statement(sentence, claim, figure, own, index)
    return set() if month is None else {month}


def _of_estimate(
    sentence: Sentence, one: CitedFigure, own: Sequence[CitedFigure], index: FactIndex
) -> set[int]:
    """Returns the months in which the period of an estimate may end; empty where nothing tells it."""
    figure, claim = one.figure, one.claim
    if figure is None:
        return set()
    behind = [mention.period for mention in sentence.periods if mention.start >= claim.numeral.end]
    if claim.period is not None and claim.period in behind:
        # "€2.29 in the current quarter, on revenue of €1.86 billion, and €10.92 in 2027"
        return set()
    if len({mention.period for mention in sentence.periods}) > 1:
        # "It beat in Q3 ($1.92 vs $1.91) but missed in Q2 ($1.81 vs $1.83)."
        return _of_actual_beside(sentence, one, own, index)
    quarter = stated_quarter(sentence, claim, figure, index)
    if quarter is None:
        quarter = stated_year(sentence, claim, figure, index)
    # "In the quarter before, earnings of $4.72 were above expectations of $3.58": of the same quarter.
    is_over = figure.period is not None and figure.period.told is not None
    before = [other for other in own if not other.claim.is_prior and not _is_gap(other)]
    before = before or ([other for other in own if not _is_gap(other)] if is_over else [])
    pair = before[-1] if before else None
    if quarter is not None or pair is None or pair.figure is None or (claim.is_prior and not is_over):
        return set() if quarter is None else {quarter}
    if pair.verdict is not Verdict.SUPPORTED:
        # Of a result that is wrong itself, nothing follows.
        return set()
    if any(states(claim, other) for other in index.of(figure.symbol, (ACTUALS[figure.metric],))):
        # It may be a result.
        return set()
    is_pair = pair.figure.metric == ACTUALS[figure.metric] and states(pair.claim, pair.figure)
    # "between €0.19 and €0.25", where €0.19 was earned once as well
    is_pair = is_pair and not _RANGE.fullmatch(sentence.text, pair.claim.numeral.end, claim.numeral.start)
    # "earnings of $7.01 per share for the December quarter, on revenue of $6.40 billion"
    is_beside = is_pair or (
        # Of one metric, two estimates are of two periods.
        pair.figure.metric != figure.metric and _is_estimate_beside(sentence, pair, claim)
    )
    return _ends(index, pair.figure) if is_beside else set()


def _spoken_of(
    sentence: Sentence, figure: KnownFigure, earlier: Sequence[CitedFigure], own: Sequence[CitedFigure]
) -> list[KnownFigure | None]:
    """Returns the values of a metric that stand before, else what is expected of it.

    "They look for $1.09; in the same quarter last year it was $0.87": a year before the expected quarter.
    """
    told = [other for other in earlier if not other.claim.is_prior]
    known = [other.figure for other in told if _is_like(figure, other)]
    expected = _expected_of(figure, own)
    is_own = any(_is_like(figure, other) for other in own if not other.claim.is_prior)
    if known and (is_own or not expected):
        return known
    return expected or (_expected_of(figure, told) if _SAME_QUARTER.search(sentence.text) else [])


def _expected_of(figure: KnownFigure, told: Sequence[CitedFigure]) -> list[KnownFigure | None]:
    """Returns the estimates of a metric, and its values, among numbers that state them."""
    return [
        other.figure
        for other in told
        if _is_like(figure, other, or_estimate=True) and other.figure and states(other.claim, other.figure)
    ]


def _of_actual_beside(
    sentence: Sentence, one: CitedFigure, own: Sequence[CitedFigure], index: FactIndex
) -> set[int]:
    """``(¥469.94 against ¥466.82)``: the months of the result that an estimate stands right behind."""
    last = own[-1] if own else None
    if last is None or last.figure is None or one.figure is None or last.verdict is not Verdict.SUPPORTED:
        return set()
    is_pair = last.figure.metric == ACTUALS.get(one.figure.metric) and states(last.claim, last.figure)
    is_beside = _VERSUS.fullmatch(sentence.text, last.claim.numeral.end, one.claim.numeral.start)
    return _ends(index, last.figure) if is_pair and is_beside else set()


def _of_prior(
    sentence: Sentence,
    claim: Claim,
    known: Sequence[KnownFigure | None],
    own: Sequence[CitedFigure],
    index: FactIndex,
) -> set[int]:
    """Returns the months in which the period ends that is so long before those of other numbers."""
    last = known[-1]
    if last is None or (last not in [other.figure for other in own] and len(set(known)) > 1):
        # The sentence before tells several periods, and the year-ago quarter may be of one before it.
        return set()
    back = _months_back(sentence, claim, last)
    bases = known if back == QUARTER else known[-1:]
    ends = {month for base in bases if base is not None for month in _ends(index, base)}
    return {month - back for month in ends} if back else set()


def _is_year_after(sentence: Sentence, one: CitedFigure, prior: CitedFigure, index: FactIndex) -> bool:
    """Returns whether a number should be of the quarter a year after the next one, and is of another."""
    figure, base, gap = one.figure, prior.figure, (one.claim.numeral.end, prior.claim.numeral.start)
    if figure is None or base is None or not prior.claim.is_prior or one.claim.is_prior:
        return False
    if not _is_like(base, one) or not states(one.claim, figure) or sentence.cues_of("prior_quarter"):
        return False
    end, start = end_of(figure), end_of(base)
    if end is None or start is None or base.period is None or base.period.quarter is None:
        return False
    is_pair = COMPARED.search(sentence.text, *gap) and not HARD_STOP.search(sentence.text, *gap)
    if not is_pair or month_of(end) - month_of(start) == YEAR or one.claim.period is not None:
        return False
    return _is_known(index, figure, month_of(start) + YEAR) and not _is_known(
        index, base, month_of(end) - YEAR
    )


def _is_estimate_beside(sentence: Sentence, pair: CitedFigure, claim: Claim) -> bool:
    """Returns whether the number before is another estimate, and nothing names a time between the two."""
    figure, start, end = pair.figure, pair.claim.numeral.end, claim.numeral.start
    if figure is None or figure.metric not in ACTUALS or not states(pair.claim, figure):
        return False
    if (
        claim.mention is None
        or claim.mention is pair.claim.mention
        or HARD_STOP.search(sentence.text, start, end)
    ):
        return False
    return not (NEXT.search(sentence.text, start) or OF_YEAR.search(sentence.text, start))


def _is_gap(one: CitedFigure) -> bool:
    """Returns whether a number is what results were better or worse by: "two cents below the $1.53"."""
    is_amount = one.claim.numeral.readings[0].value < 1
    return is_amount and (one.figure is None or not states(one.claim, one.figure))


def _ends(index: FactIndex, figure: KnownFigure) -> set[int]:
    """Returns the months in which the periods end that a metric has the same shown value for."""
    same = (
        end_of(other)
        for other in index.of(figure.symbol, (figure.metric,))
        if abs(other.value - figure.value) <= _SAME * abs(figure.value)
    )
    return {month_of(end) for end in same if end is not None}


def _of_statement(
    sentence: Sentence, claim: Claim, figure: KnownFigure, own: Sequence[CitedFigure], index: FactIndex
) -> int | None:
    """``Total assets were $160bn at the end of 2025, equity $125bn``: of the one year that is named."""
    if claim.period or claim.topic_period or claim.not_period or claim.is_prior or not own:
        return None
    last = own[-1]
    is_same = (
        last.figure is not None and last.figure.symbol == figure.symbol and last.claim.period is not None
    )
    if not is_same or len({one.period for one in sentence.periods}) != 1 or figure.period is None:
        return None
    if len(own) > 1 and COMPARED.search(sentence.text, own[-2].claim.numeral.end, last.claim.numeral.start):
        # "Income was $1.95 billion, compared with $2.42 billion in 2024, and net income $1.02 billion."
        return None
    if ends_with(_START, sentence.text, last.claim.numeral.start):
        # "Net cash grew from $52.60 billion at the end of 2024 to $57.15 billion a year later."
        return None
    gap = sentence.text[last.claim.numeral.end : claim.numeral.start]
    if _CLOSED.search(gap):
        # "Revenue was 27.28 billion (2024: 24.62), and net income 5.19 billion": the year is in brackets.
        return None
    end = end_of(last.figure)
    if last.verdict is Verdict.SUPPORTED and last.figure is not None and not states(last.claim, last.figure):
        # "FCF of $52.4 billion, up 9.6% on 2024's $47.8 billion"
        return None
    if last.verdict is not Verdict.SUPPORTED and last.claim.period is not None:
        # The figure behind a number that is wrong may be of another year.
        same = index.of(figure.symbol, (figure.metric,))
        end = next((end_of(one) for one in same if agrees(last.claim.period, one.period)), None)
    if end is None or figure.period.year is None or COMPARED.search(gap) or claim.direction:
        return None
    return month_of(end)


def _is_like(figure: KnownFigure, other: CitedFigure, *, or_estimate: bool = False) -> bool:
    return (
        other.verdict is Verdict.SUPPORTED
        and other.figure is not None
        and other.figure.symbol == figure.symbol
        and figure.metric in (other.figure.metric, ACTUALS.get(other.figure.metric) if or_estimate else None)
        # "less than a third of last year's profit of $3.31 billion": the share follows from the amount.
        and (other.figure is not figure or states(other.claim, figure))
        and end_of(other.figure) is not None
    )


def _months_back(sentence: Sentence, claim: Claim, known: KnownFigure) -> int:
    """Returns how far before another period that of a number is: a year or a quarter; 0 where unknown."""
    quarters, years = sentence.cues_of("prior_quarter"), sentence.cues_of("prior")
    if quarters and years:
        # "$2.28, against $2.14 a year ago and $2.17 the quarter before"
        quarters, years = _beside(sentence, claim, quarters), _beside(sentence, claim, years)
        if bool(quarters) == bool(years):
            return 0
    if not quarters:
        return YEAR
    is_year = known.period is not None and known.period.year is not None and known.period.quarter is None
    return 0 if is_year or claim.period is not None else QUARTER


def _beside(sentence: Sentence, claim: Claim, cues: Sequence[Mention]) -> Sequence[Mention]:
    """Returns the words that stand with a number: behind it where one stands behind the last number."""
    starts = [one.numeral.start for one in sentence.numbers]
    ends = [one.numeral.end for one in sentence.numbers]
    if any(cue.start >= ends[-1] for cue in sentence.cues_of("prior", "prior_quarter")):
        begin = claim.numeral.end
        stop = min((one for one in starts if one >= begin), default=len(sentence.text))
    else:
        stop = claim.numeral.start
        begin = max((one for one in ends if one <= stop), default=0)
    return [one for one in cues if begin <= one.start < stop]


def _is_stated_for(index: FactIndex, claim: Claim, figure: KnownFigure, expected: set[int]) -> bool:
    """Returns whether a number is also what was reported or expected for the right period."""
    metrics = {figure.metric, ACTUALS.get(figure.metric, figure.metric)}
    metrics |= {estimate for estimate, actual in ACTUALS.items() if actual in metrics}
    return any(
        (end := end_of(other)) is not None and month_of(end) in expected and states(claim, other)
        for other in index.of(figure.symbol, metrics)
    )


def _is_of_named(sentence: Sentence, index: FactIndex, claim: Claim, figure: KnownFigure) -> bool:
    """Returns whether a number is of one of several periods that the sentence names."""
    named = {one.period for one in sentence.periods if one.period is not None}
    is_of_same_quarter = claim.period is not None and claim.period.quarter == SOME_QUARTER
    if len(named) < _SEVERAL or claim.is_prior or is_of_same_quarter:
        return False
    return any(
        states(claim, other) and any(agrees(period, other.period) for period in named)
        for other in index.of(figure.symbol, (figure.metric,))
        if end_of(other) is not None
    )


def _is_known(index: FactIndex, figure: KnownFigure, expected: int) -> bool:
    """Returns whether the facts have another value of a metric for the period that ends in a month."""
    ends = [
        (end, other.value)
        for other in index.of(figure.symbol, (figure.metric,))
        if (end := end_of(other)) is not None
        and other.period is not None
        and figure.period is not None
        and (other.period.quarter is None) == (figure.period.quarter is None)
    ]
    return any(month_of(end) == expected and value != figure.value for end, value in ends)
