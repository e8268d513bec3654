"""Values of an earlier year or quarter that are stated as if they were the current ones."""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.prior_periods import PRIOR_CUES
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.lookup.agreement import is_near, is_of_last_year
from shared.figures.reading.known_metrics import Kind
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.period_patterns import MONTHS, NAMED_MONTH
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import FactPeriod, StatedPeriod, agrees
from shared.figures.verdicts.citations import CitedFigure
from shared.figures.verdicts.verdicts import Verdict

_COMPARED: Final = RarePattern(
    r"\b(?:(?:from|after|against|versus|vs|than|before|followed by|compared (?:with|to)|gegen\w*"
    r"|als|vor|après|contre|depuis|tras|desde|frente|dopo"
    r"|contro|após|earlier|previously|formerly|then|zuvor|auparavant|antes|prima)\b[^.;,]{0,24}|(?:nach|que)\s)$"
    r"|(?:から|より|从|比|에서|보다)[^、。，；;）)\d]{0,16}$",
    re.IGNORECASE,
)
"""Before a number that another one is compared with."""
_FROM: Final = re.compile(r"(?<![^\W\d_])(?:von|de|du|des|da|dal|dai|do)\s[\s*_]*$", re.IGNORECASE)
_TO: Final = re.compile(
    r"[^.;\d]{0,24}?(?<![^\W\d_])(?:auf|à|a|para)\s[\s*_]*[^\W\d_]{0,3}[$€£¥\s]*\d", re.IGNORECASE
)
"""Behind what something has changed from, whose other end may be wrong: ``von 5,59 Bio. auf 7,76 Bio.``."""
_LAST_QUARTER: Final = re.compile(
    r"\b(?:last|latest|most recent) (?:reported )?quarter\b|\b(?:letzten|jüngsten|vergangenen) Quartal\b"
    r"|\bdernier trimestre\b|\búltimo trimestre\b|\bultimo trimestre\b"
    r"|直近の?四半期|最近一个?季度|上季度|上一季度|지난 분기|최근 분기",
    re.IGNORECASE,
)
_LAST_YEAR: Final = re.compile(
    r"\blast year\b(?!['’])|\b(?:letztes|vergangenes|letzten|vergangenen) Jahr\b"
    r"|\bl'an dernier\b|\bl'année dernière\b"
    r"|\bel año pasado\b|\bano passado\b|\bl'anno scorso\b|昨年|去年|지난해|작년",
    re.IGNORECASE,
)
_IN: Final = re.compile(r"\s[(]?(?:(?:in|im|en|em|nel|for|during)\s)?(?:(?:the|l['’])\s?)?[^\W\d_]{0,14}\s?")
"""Between a number and its year."""
_WHEN: Final = re.compile(
    r"[,)\s]*(?:when|where|a year|als|damals|wo|quand|lorsqu|où|cuando|quando|con|with|avec|mit|and then)\b",
    re.IGNORECASE,
)
"""Behind a year of which the rest of the sentence is."""
_CHANGED_FROM: Final = re.compile(
    r"[%％)）][^.;,\d]{0,14}\s(?:from|over|on|than|versus|vs\.?|compared (?:with|to)|gegenüber|als"
    r"|par rapport à|que|frente al?|respecto al?|rispetto all?['’]?|em relação ao?)\s?"
    r"(?:(?:the|dem|el|il|l['’])\s?)?$"
    r"|[较較比]$",
    re.IGNORECASE,
)
_COMPARED_WITH: Final = re.compile(
    r"\s?(?:同[期月]|동기|동월|度)?\s?(?:の同期)?(?:比|対比|に比べ|と比べ|より|대비|보다|에 비해"
    r"|(?:下降|增长|增加|减少|上升)\d)"
)
"""Around the words for a period before that only a change is measured from."""
OTHER_TIME: Final = RarePattern(
    r"\b(?:spring|summer|autumn|winter|holiday|the (?:one|quarter|period|report|three months) before"
    r"|Frühjahr|Frühling|Sommer|Herbst|Weihnachts\w*|printemps|(?:l['’]|d['’]|cet )été|automne|hiver"
    r"|primavera|verano|otoño|invierno|verão|outono|inverno|(?:l['’]|d['’]|in )estate|autunno)\b"
    r"|春|夏|秋|冬|봄|여름|가을|겨울",
    re.IGNORECASE,
)
"""Words for a quarter that has no number: "after the summer, when it made 58 cents"."""
_SAME: Final = 2e-3
_EXTREME: Final = RarePattern(
    r"\b(?:largest|biggest|highest|strongest|best|widest|smallest|lowest|weakest|worst|slowest|fastest|record"
    r"|peak|größte|höchste|stärkste|beste|kleinste|niedrigste|schwächste|schlechteste|plus (?:forte?|grande?"
    r"|élevée?|haut|bas|faible)|meilleure?|pire|mayor|menor|mejor|peor|más (?:alt|baj|fuert|grand)\w*|maior"
    r"|melhor|pior|maggior|miglior|peggior|minor|più (?:alt|bass|fort|grand)\w*)\w{0,2}\b[^;:]{0,40}$"
    r"|最[大小高低多少好差]|가장|최[대소고저]",
    re.IGNORECASE,
)
"""Before the value of the period in which it was at its highest or lowest."""


def stale_values(
    sentence: Sentence,
    figures: Sequence[CitedFigure],
    before: Sequence[CitedFigure],
    told: Collection[StatedPeriod],
    index: FactIndex,
) -> Iterator[Claim]:
    """Yields the numbers of an earlier period that nothing in the text names, where a newer value is known.

    Args:
        sentence: The sentence.
        figures: Its numbers with their verdicts.
        before: Those of the sentence before.
        told: The periods that the question and the text name so far.
        index: The figures of the facts.
    """
    if sentence.durations or "next" in sentence.kinds:
        return
    if sentence.periods and not _are_of_compared(sentence):
        return
    stated = [
        (one, one.claim, one.figure)
        for one in figures
        if one.figure is not None and one.verdict is Verdict.SUPPORTED and _is_stated(one.claim, one.figure)
    ]
    # Most numbers are of now: the words are only looked at with others.
    wording = _Wording.of(sentence) if stated else None
    if wording is None or wording.is_of_other_time or OTHER_TIME.search(sentence.text):
        return
    months = {MONTHS.get(one[0].rstrip(".").lower()) for one in NAMED_MONTH.finditer(sentence.text)}
    for one, claim, figure in stated:
        if figure.metric.endswith("_estimate"):
            continue
        if _is_told(figure, told, index) and not _is_beside_latest(figure, figures, index):
            continue
        is_compared = wording.is_prior and any(_is_alike(one, other) for other in before)
        is_compared = is_compared or (claim.is_prior and not wording.is_prior)
        if is_compared or _is_compared(sentence, one, figures) or not wording.speaks_of(figure, index.as_of):
            continue
        # "The one miss came in March: $1.92 versus $1.95."
        is_of_month = not months.isdisjoint(_months_of(figure))
        is_current = is_of_month or _is_latest(figure, index) or _may_be_current(claim, figure, index)
        if not is_current and not _is_extreme(sentence, claim, figure, index):
            yield claim


def _are_of_compared(sentence: Sentence) -> bool:
    """``$2.6 billion, compared with $2.4 billion in 2025``: whether only such numbers have years."""
    text = sentence.text
    for mention in sentence.periods:
        before = [one.numeral for one in sentence.numbers if one.numeral.end <= mention.start]
        if not before or not _IN.fullmatch(text, before[-1].end, mention.start):
            return False
        if ends_with(_COMPARED, text, before[-1].start) is None or _WHEN.match(text, mention.end):
            return False
    return True


class _Wording(NamedTuple):
    """What a sentence without a period says of the time of its numbers.

    Attributes:
        is_prior: Whether it names the period before.
        is_forward: Whether it speaks of the future.
        is_last_quarter: Whether it names the last quarter.
        is_last_year: Whether it names the last year.
    """

    is_prior: bool
    is_forward: bool
    is_last_quarter: bool
    is_last_year: bool

    @classmethod
    def of(cls, sentence: Sentence) -> "_Wording":
        """Returns the wording of a sentence."""
        is_prior = any(not _is_base_of_change(sentence, cue) for cue in sentence.cues_of(*PRIOR_CUES))
        return cls(
            is_prior,
            bool(sentence.cues_of("forward")),
            _LAST_QUARTER.search(sentence.text) is not None,
            is_prior and _LAST_YEAR.search(sentence.text) is not None,
        )

    @property
    def is_of_other_time(self) -> bool:
        """Returns whether its numbers need not be the newest ones."""
        is_other = self.is_prior and not (self.is_last_quarter or self.is_last_year)
        return is_other or (self.is_forward and not self.is_last_quarter)

    def speaks_of(self, figure: KnownFigure, as_of: date | None) -> bool:
        """Returns whether a figure is of the kind of period that is named on a day."""
        if self.is_last_quarter:
            return _is_quarterly(figure)
        return not self.is_last_year or not (_is_quarterly(figure) or is_of_last_year(figure, as_of))


def _is_stated(claim: Claim, figure: KnownFigure) -> bool:
    """Returns whether a number names a value of a reporting period, and no period of its own."""
    if not _is_of_period(figure):
        return False
    has_period = claim.period or claim.topic_period or claim.not_period
    named = claim.others if figure.kind is Kind.PRICE else ()
    is_named = figure.metric in named or (claim.mention is not None and figure.metric in claim.metrics)
    return is_named and not (has_period or claim.is_conditional) and is_near(claim, figure)


def _is_base_of_change(sentence: Sentence, cue: Mention) -> bool:
    """``Operating income was $294 million (up 28.9% from the year before)``: only of the change."""
    return (
        ends_with(_CHANGED_FROM, sentence.text, cue.start) is not None
        or _COMPARED_WITH.match(sentence.text, cue.end) is not None
    )


def _months_of(figure: KnownFigure) -> set[int]:
    """Returns the months in which the period of a figure ended and in which it was reported."""
    period = figure.period
    return (
        {day.month for day in (period.end, period.told) if day is not None} if period is not None else set()
    )


def _is_quarterly(figure: KnownFigure) -> bool:
    """Returns whether a figure is of a quarter that was reported."""
    period = figure.period
    return period is not None and (
        period.quarter is not None or (period.year is None and period.told is not None)
    )


def _is_of_period(figure: KnownFigure) -> bool:
    period = figure.period
    return (
        period is not None and not (figure.words or period.is_snapshot or period.is_day) and bool(period.end)
    )


def _is_compared(sentence: Sentence, one: CitedFigure, figures: Sequence[CitedFigure]) -> bool:
    """Returns whether a number is one of several values of a metric, or one that something changed from."""
    same = sum(_is_alike(one, other) and _is_itself(other) for other in figures)
    text, numeral = sentence.text, one.claim.numeral
    is_start = ends_with(_FROM, text, numeral.start) and _TO.match(text, numeral.end)
    return same > 1 or ends_with(_COMPARED, text, numeral.start) is not None or bool(is_start)


def _is_told(figure: KnownFigure, told: Collection[StatedPeriod], index: FactIndex) -> bool:
    """Returns whether the text names the period of a figure so far, and not the newest one as well."""
    if not any(agrees(period, figure.period) for period in told):
        return False
    known = [one for one in index.of(figure.symbol, (figure.metric,)) if _is_like(one, figure)]
    newest = max(known, key=lambda one: _end(one.period), default=figure)
    return not any(agrees(period, newest.period) and not agrees(period, figure.period) for period in told)


def _is_itself(one: CitedFigure) -> bool:
    """Returns whether a number is its figure, and nothing that is derived from it."""
    return one.figure is not None and is_near(one.claim, one.figure)


def _is_beside_latest(figure: KnownFigure, others: Sequence[CitedFigure], index: FactIndex) -> bool:
    """``Dividends came to $2.75 billion, and buybacks to $7.70 billion``: of the year before that."""
    periods = {one.period for one in index.of(figure.symbol, (figure.metric,)) if _is_like(one, figure)}
    own = _end(figure.period)
    return any(
        _end(period) > own and period in periods
        for other in others
        if other.figure is not None
        and other.verdict is Verdict.SUPPORTED
        and other.figure.metric != figure.metric
        and other.figure.symbol == figure.symbol
        for period in _latest_periods(other, index)
    )


def _latest_periods(one: CitedFigure, index: FactIndex) -> Iterator[FactPeriod | None]:
    """Yields the newest period of a number's metric, if it states the value of that."""
    figure, claim = one.figure, one.claim
    if figure is None or figure.kind is not Kind.MONEY or claim.period or claim.is_prior:
        return
    for other in index.of(figure.symbol, (figure.metric,)):
        if _is_of_period(other) and is_near(claim, other) and _is_latest(other, index):
            yield other.period


def _is_alike(one: CitedFigure, other: CitedFigure) -> bool:
    if one.figure is None or other.figure is None:
        return False
    return (one.figure.symbol, one.figure.metric) == (other.figure.symbol, other.figure.metric)


def _is_latest(figure: KnownFigure, index: FactIndex) -> bool:
    own = _end(figure.period)
    return all(
        _end(other.period) <= own
        for other in index.of(figure.symbol, (figure.metric,))
        if _is_like(other, figure) and abs(other.value - figure.value) > _SAME * abs(figure.value)
    )


def _is_extreme(sentence: Sentence, claim: Claim, figure: KnownFigure, index: FactIndex) -> bool:
    """``the biggest beat of the four (3.1%)``: a value that is called the highest or lowest, and is."""
    if not _EXTREME.search(sentence.text, 0, claim.numeral.start):
        return False
    values = [other.value for other in index.of(figure.symbol, (figure.metric,)) if _is_like(other, figure)]
    return figure.value in (min(values), max(values))


def _is_like(other: KnownFigure, figure: KnownFigure) -> bool:
    """Returns whether two figures are of periods of one length."""
    one, two = other.period, figure.period
    return (
        _is_of_period(other)
        and one is not None
        and two is not None
        and (one.quarter is None) == (two.quarter is None)
    )


def _may_be_current(claim: Claim, figure: KnownFigure, index: FactIndex) -> bool:
    """Returns whether a number is also a newest value of what it may be."""
    return any(
        is_near(claim, other)
        and (other.period is None or other.period.is_snapshot or _is_latest(other, index))
        for other in index.of(figure.symbol, dict.fromkeys((*claim.metrics, *claim.others, figure.metric)))
    )


def _end(period: FactPeriod | None) -> str:
    return str(period.end) if period is not None and period.end is not None else ""
