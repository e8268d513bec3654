"""Values of another year or quarter than the results beside them: ``Net income was …, or $9.68 a share``."""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.prior_periods import PRIOR_CUES, is_east_asian_start
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.lookup.agreement import MIN_RELATED_DIGITS
from shared.figures.periods.estimated_periods import QUARTER, YEAR, end_of, month_of, states
from shared.figures.periods.stale_values import OTHER_TIME
from shared.figures.periods.twelve_months import FLOWS
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import StatedPeriod, agrees
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_START: Final = re.compile(
    r"\b(?:(?:from|after|against|versus|vs\.?|than|before(?! that)|compared (?:with|to)|gegen\w*|nach|als"
    r"|après|contre|depuis|tras|desde|frente al?|rispetto ag?li?|dopo|contro|após)\b[^.;,\d]{0,16}"
    r"|(?:que|da|dal|dai)\s[^\w\s]{0,3})$"
    r"|(?:から|より|从|從|比|에서|보다)[^、。，；;）)\d]{0,8}$|同$",
    re.IGNORECASE,
)
"""Before a number that another one is compared with."""
_FROM: Final = re.compile(r"(?<![^\W\d_])(?:von|de|du|des|do|di)\s[\s*_]*$", re.IGNORECASE)
_TO: Final = re.compile(
    r"[^.;\d]{0,24}?(?<![^\W\d_])(?:auf|à|a|ai|al|para)\s[\s*_]*[^\W\d_]{0,3}[$€£¥\s]*\d", re.IGNORECASE
)
"""Around what something has changed from, where its word may mean "of" as well: ``von 5,59 auf 7,76``."""
_BESIDE: Final = 12
"""Characters between two numbers of one period."""
_TWELVE_MONTHS: Final = (0, 0)
"""The time of a value of the last twelve months."""


class _PeriodResult(NamedTuple):
    """A number that states a value of a reporting period.

    Attributes:
        cited: The number.
        figure: Its figure.
        times: The lengths and last months of the periods of which its metric has this value.
        is_start: Whether another number is compared with it.
    """

    cited: CitedFigure
    figure: KnownFigure
    times: frozenset[tuple[int, int]]
    is_start: bool

    @property
    def is_main(self) -> bool:
        """Returns whether it is of the period that its sentence tells of."""
        claim = self.cited.claim
        return not (self.is_start or claim.is_prior or claim.is_conditional)

    @property
    def is_named(self) -> bool:
        """Returns whether words name its period."""
        return self.cited.claim.period is not None

    @property
    def is_of_months(self) -> bool:
        """Returns whether it is a value of the last twelve months only."""
        return self.times == {_TWELVE_MONTHS}


def mixed_periods(
    sentence: Sentence,
    figures: Sequence[CitedFigure],
    before: Sequence[CitedFigure],
    told: Collection[StatedPeriod],
    index: FactIndex,
) -> Iterator[Claim]:
    """Yields the values of another period than the results beside them, where the facts have the right one.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts, in order.
        before: Those of the sentence before.
        told: The periods that the question and the text name so far.
        index: The figures of the facts.
    """
    values = list(_values_of(sentence, figures, index))
    if not values or OTHER_TIME.search(sentence.text):
        # "The holiday quarter had been stronger in revenue."
        return
    earlier: list[_PeriodResult] = []
    if not sentence.periods and not sentence.cues_of("latest", *PRIOR_CUES):
        earlier = list(_values_of(None, before, index))
    is_trailing = bool(sentence.durations or sentence.cues_of("trailing"))
    for value in values:
        claim = value.cited.claim
        if value.is_named or claim.is_conditional or claim.is_prior or _is_joined(values, value):
            continue
        own = [one for one in values if one is not value and one.figure.symbol == value.figure.symbol]
        if value.is_start:
            is_told = any(agrees(period, value.figure.period) for period in told)
            is_wrong = not is_told and _starts_elsewhere(sentence, value, own, index)
        else:
            is_wrong = not (is_trailing and value.is_of_months) and _stands_apart(value, own, earlier, index)
        if is_wrong:
            yield claim


def _stands_apart(
    value: _PeriodResult, own: Sequence[_PeriodResult], earlier: Sequence[_PeriodResult], index: FactIndex
) -> bool:
    """Returns whether a value is of another period than the results of its sentence, or of the one before."""
    if any(one.figure.metric == value.figure.metric and one.is_main and not one.is_named for one in own):
        # "Net income followed: $5.77 billion, $6.05 billion and $6.56 billion"
        return False
    beside = list(_references(value, own))
    references = beside or list(_references(value, earlier))
    wanted = frozenset(time for one in references for time in one.times)
    known = _times(index, value.figure)
    if not value.times.isdisjoint(wanted) or known.isdisjoint(wanted):
        return False
    if value.is_of_months:
        return any(_is_before(one, value) for one in beside)
    # Of two results of different periods, that of the newest one is right.
    return not _is_latest(value, index)


def _starts_elsewhere(
    sentence: Sentence, value: _PeriodResult, own: Sequence[_PeriodResult], index: FactIndex
) -> bool:
    """``In 2025 net income rose to $8.47 billion from $7.37 billion``: of 2023, and not of 2024."""
    year = value.figure.period.year if value.figure.period is not None else None
    if sentence.durations or len(sentence.periods) > 1 or str(year) in sentence.text:
        return False
    same = [one for one in own if one.figure.metric == value.figure.metric]
    if len(same) != 1 or same[0].is_start or same[0].cited.claim.equals(abs(value.figure.value)):
        return False
    # Without a time, revenue may have risen over two years.
    claim = same[0].cited.claim
    if claim.period is None and claim.topic_period is None and not any(one.is_named for one in own):
        return False
    wanted = {(length, month - back) for length, month in same[0].times for back in (YEAR, length)}
    return value.times.isdisjoint(wanted) and not _times(index, value.figure).isdisjoint(wanted)


def _is_joined(values: Sequence[_PeriodResult], value: _PeriodResult) -> bool:
    """``31% a year ago ($870 million of $3.01 billion)``: a number right behind one of the period before."""
    start = value.cited.claim.numeral.start
    return any(
        one.cited.claim.is_prior and 0 <= start - one.cited.claim.numeral.end <= _BESIDE for one in values
    )


def _is_before(one: _PeriodResult, other: _PeriodResult) -> bool:
    return one.cited.claim.numeral.start < other.cited.claim.numeral.start


def _is_latest(value: _PeriodResult, index: FactIndex) -> bool:
    known = _times(index, value.figure)
    return any(time == max(one for one in known if one[0] == time[0]) for time in value.times if time[0])


def _references(value: _PeriodResult, own: Sequence[_PeriodResult]) -> Iterator[_PeriodResult]:
    """Yields the results of other metrics that tell of what period a number is."""
    for one in own:
        if one.figure.metric == value.figure.metric or not one.is_main or _TWELVE_MONTHS in one.times:
            continue
        # "free cash flow of $52.4 billion, up 9.6% on 2024's $47.8 billion"
        is_compared = one.is_named and any(
            other.figure.metric == one.figure.metric and other.is_main and not other.is_named for other in own
        )
        if not is_compared:
            yield one


def _values_of(
    sentence: Sentence | None, figures: Sequence[CitedFigure], index: FactIndex
) -> Iterator[_PeriodResult]:
    """Yields the numbers that state values of reporting periods; without their sentence, none is a start."""
    for one in figures:
        value = _value_of(sentence, one, index)
        if value is not None:
            yield value


def _value_of(sentence: Sentence | None, one: CitedFigure, index: FactIndex) -> _PeriodResult | None:
    figure, claim = one.figure, one.claim
    if figure is None or one.verdict is not Verdict.SUPPORTED or figure.kind not in (Kind.MONEY, Kind.PRICE):
        return None
    # "It now expects $12 billion to $13 billion": round numbers may be near any result.
    if claim.numeral.digits < MIN_RELATED_DIGITS or _time(figure) is None or not states(claim, figure):
        return None
    times = frozenset(
        time
        for other in index.of(figure.symbol, (figure.metric,))
        if states(claim, other) and (time := _time(other)) is not None
    )
    numeral = claim.numeral
    return _PeriodResult(one, figure, times, sentence is not None and _is_start(sentence.text, numeral))


def _is_start(text: str, numeral: Numeral) -> bool:
    if ends_with(_START, text, numeral.start) is not None or is_east_asian_start(text, numeral):
        return True
    return ends_with(_FROM, text, numeral.start) is not None and _TO.match(text, numeral.end) is not None


def _time(figure: KnownFigure) -> tuple[int, int] | None:
    end, period = end_of(figure), figure.period
    if period is None or figure.words or figure.metric.endswith("_estimate"):
        return None
    if period.is_snapshot and figure.metric in FLOWS:
        return _TWELVE_MONTHS
    if end is None:
        return None
    is_year = period.year is not None and period.quarter is None
    return (YEAR if is_year else QUARTER, month_of(end))


def _times(index: FactIndex, figure: KnownFigure) -> set[tuple[int, int]]:
    known = index.of(figure.symbol, (figure.metric,))
    return {time for one in known if (time := _time(one)) is not None}
