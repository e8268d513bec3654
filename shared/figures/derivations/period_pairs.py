"""The values of one metric in two periods, or of the price on two days."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product, starmap
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.derivations.operands import Operand, Stated
from shared.figures.facts.formulas import MARGINS, computed
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import CHANGES, METRICS, Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import FactPeriod, StatedPeriod, agrees
from shared.figures.reading.units import Unit

_ESTIMATE: Final = "_estimate"
_EXPECTED: Final = frozenset({"eps", "revenue"})
"""What analysts expect."""
_EXPECTATIONS: Final = frozenset({"eps_estimate", "revenue_estimate", "consensus"})
_GROWN: Final = {"earnings_growth": ("eps",), "revenue_growth": ("revenue",), "growth": ("eps", "revenue")}
"""By growth: what analysts expect to grow."""
_SHORT_STOP: Final = re.compile(r"[、，,(（]?\s?(?:同比|前年比|前期比|전년\s?대비)?\s?")
_AMOUNTS_OF_PARTS: Final = frozenset({"total_debt", "free_cash_flow", "gross_profit"})
"""Amounts that follow from others of the same period."""
_QUARTER_DAYS: Final = range(84, 99)
_YEAR_DAYS: Final = range(358, 373)
ENDS_OF_RANGE: Final = ("eps low", "eps high", "revenue low", "revenue high")
"""Labels of the lowest and the highest estimate: growth is that of the mean."""
_THAN: Final = RarePattern(
    r"\s?(?:(?:up|down|higher|lower|more|less|above|below|mehr|weniger|höher|niedriger|de plus|de moins"
    r"|más|menos|in più|in meno|a mais|acima|über|unter)\s)?"
    r"(?:than|on|from|versus|vs\.?|against|over|compared (?:with|to)|als|gegenüber|verglichen mit|dem|que|qu"
    r"|sur|par rapport à|frente a|respecto a|sobre|de|do que|rispetto al?|em relação a)[\s'’]"
    r"(?:(?:in|en|em|nel|the|of)\s)?(?:FY\s?)?",
    re.IGNORECASE,
)
"""What stands between a change and the year from which something has changed."""
_BASE: Final = re.compile(
    r"\b(?:compared (?:with|to)|versus|against|relative to|gegenüber|verglichen mit|im Vergleich zu[mr]?"
    r"|par rapport (?:à|au)|frente a|respecto a|em relação a|rispetto a)l?\s(?:(?:the|dem|el|il|le|o)\s)?$",
    re.IGNORECASE,
)
"""Before the period that something is compared with."""
_OPENED: Final = re.compile(r"[\s*_]*[(（]?\s?")
_SAME_QUARTER: Final = re.compile(
    r"\b(?:same (?:quarter|period)|corresponding quarter|year-earlier quarter|Vorjahresquartal"
    r"|vor einem Jahr|même trimestre|mismo trimestre|mesmo trimestre|stesso trimestre"
    r"|year[- ]over[- ]year|year on year|YoY|y/y|interanual|im Jahresvergleich|sur un an|su base annua)"
    r"|前年同期|去年同期|上年同期|同比|前年比|전년 동기|전년 대비",
    re.IGNORECASE,
)

_THAN_ORDINAL: Final = RarePattern(
    r"\s(?:less|more|lower|higher|weniger|mehr|de moins|de plus|menos|más|mais|in meno|in più)\s"
    r"(?:than|als|que|qu['’]|di|do que|rispetto)\s?(?:(?:in|im|en|au|no|nel|al)\s)?(?:(?:the|el|le|o|il)\s)?"
    r"(?:first|second|third|ersten|zweiten|dritten|premier|deuxième|troisième|primero|primer|segundo|tercero"
    r"|primo|secondo|terzo|primeiro|terceiro)\b(?!\s(?:half|Halb|semestr))",
    re.IGNORECASE,
)
"""Behind a change from one quarter to the next: ``3.8% less than in the second``."""
_SINCE: Final = re.compile(
    r"\b(?:since|from|clos\w+|end of|seit|ab|Ende|Schluss\w*|Jahres\w*|depuis|clôture|fin"
    r"|desde|cierre|finales|fechamento|fim|dal|dalla"
    r"|chiusura|fine)\b|から|終値|末|以来|收盘|收盤|年底|이후|종가|말",
    re.IGNORECASE,
)
_SINCE_THEN: Final = RarePattern(
    r"\b(?:they|it|this|that|which)\s(?:have|has)\s(?:since\s)?[^\W\d_]+(?:n|ed|en)\b"
    r"|\b(?:since then|has since|have since|seitdem|seither|depuis lors"
    r"|desde entonces|desde então|da allora)\b",
    re.IGNORECASE,
)
"""Between a value of an earlier year and its change: "repurchases were $78 billion; they have grown 22%"."""
_DECEMBER: Final = 12
_EARNINGS_GROWTH: Final = "earnings_growth"
_MIN_DIGITS: Final = 3
"""Significant digits from which on a change of earnings is known by its number alone."""


def of_periods(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Yields one metric in two periods, the later one first."""
    if _is_margin_in_words(claim):
        return
    metrics = tuple(claim.mention.metrics) if claim.mention else (*claim.metrics, *claim.others)
    if _may_be_expected(claim, sentence):
        yield from _of_expected(claim, index, company)
    if claim.mention is None and claim.numeral.digits < _MIN_DIGITS:
        # "Energy drinks grew 16%": of earnings that nothing names, some change is 16%.
        metrics = tuple(metric for metric in metrics if metric != _EARNINGS_GROWTH)
    bases = tuple(METRICS[metric].base for metric in metrics if metric in METRICS and METRICS[metric].base)
    if _EARNINGS_GROWTH in metrics:
        # "Q3 earnings rose 9.8%": also those of a share.
        bases = (*bases, "eps")
    if _is_share(claim):
        # "An operating margin of 11.9%" is no growth of the operating income.
        bases = ()
    known = [*index.of(company, (*metrics, *bases)), *_computed_margins(claim, index, company, metrics)]
    for one, other in combinations([figure for figure in known if figure.words], 2):
        if one.metric == other.metric and one.words == other.words:
            # "Gross margin widened to 31.4% from 30.1%."
            yield Operand(one.value, one), Operand(other.value, other), False
    figures = _of_reports(known) or _of_reports(
        # "In total, debt declined by $1.1 billion": of the short-term and the long-term debt of each year.
        [one for metric in metrics if metric in _AMOUNTS_OF_PARTS for one in computed(index, company, metric)]
    )
    figures.sort(key=_place_in_time)
    changes = [
        (earlier, later)
        for earlier, later in combinations(figures, 2)
        if earlier.metric == later.metric
        and earlier.period != later.period
        and _adjacent(claim, earlier, later)
    ]
    for earlier, later in _over_stated_time(claim, sentence, changes):
        yield Operand(later.value, later), Operand(earlier.value, earlier), True


def _over_stated_time(
    claim: Claim, sentence: Sentence, changes: list[tuple[KnownFigure, KnownFigure]]
) -> list[tuple[KnownFigure, KnownFigure]]:
    """Returns the changes that are over the time that is named: of a year, where one is named."""
    if claim.not_period is not None and any(starmap(_is_year_apart, changes)):
        # "Compared with Q3 2025": of the quarter a year later, where it is known.
        changes = [(earlier, later) for earlier, later in changes if _is_year_apart(earlier, later)]
    if _is_from_year_before(claim, sentence):
        changes = [one for one in changes if not _is_apart(*one, _QUARTER_DAYS, 1)]
    return changes


def _is_from_year_before(claim: Claim, sentence: Sentence) -> bool:
    """``about 3% more than a year earlier``: no change from the quarter before."""
    text, end = sentence.text, claim.numeral.end
    return any(
        cue.start >= end and _THAN.fullmatch(text, end, cue.start) for cue in sentence.cues_of("prior")
    )


def _of_reports(known: Iterable[KnownFigure]) -> list[KnownFigure]:
    """Returns the values of reported or expected periods."""
    return [
        figure
        for figure in known
        if figure.period is not None
        and not figure.period.is_snapshot
        and not figure.period.is_day
        # What was expected of quarters that are over is compared with nothing but their results.
        and not (figure.metric.endswith("_estimate") and figure.period.told is not None)
        and not figure.label.endswith(ENDS_OF_RANGE)
    ]


def _computed_margins(
    claim: Claim, index: FactIndex, company: str, metrics: Sequence[str]
) -> Iterator[KnownFigure]:
    """``The gross margin widened by 45 basis points``: yields the margins of periods, which are computed."""
    for metric in MARGINS.intersection(metrics) if claim.numeral.unit is Unit.POINTS else ():
        yield from computed(index, company, metric)


def _is_margin_in_words(claim: Claim) -> bool:
    """``keeps 14 cents of every dollar as net profit``: a share of the revenue, and no growth."""
    name = claim.metrics[0] if claim.metrics else ""
    if claim.mention is None or claim.direction or name in claim.mention.metrics or name in CHANGES:
        return False
    metric = METRICS.get(name)
    return metric is not None and metric.kind is Kind.PERCENT


def _may_be_expected(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a percentage may be a growth that analysts expect."""
    if claim.numeral.unit is not Unit.PERCENT or (claim.not_period and not claim.not_period.is_year):
        return False
    named = claim.mention.name if claim.mention is not None else ""
    if named in _GROWN or (named in _EXPECTED and claim.is_expected):
        return claim.is_expected or bool(sentence.cues_of("forward", "next"))
    if named not in _EXPECTED or not claim.direction:
        return named in _EXPECTATIONS
    speaks_of_analysts = any(one.name == "analyst_count" for one in sentence.metrics)
    return claim.period is not None or speaks_of_analysts or bool(sentence.cues_of("forward"))


def _of_expected(claim: Claim, index: FactIndex, company: str) -> Iterator[tuple[Operand, Operand, bool]]:
    """``Revenue is forecast to grow 5.4%``: from what was achieved so far, and the year after."""
    named = (*claim.metrics, *claim.others, *(one for name in claim.metrics for one in _GROWN.get(name, ())))
    for metric in sorted(_EXPECTED.intersection(named)):
        expected = [
            one
            for one in index.of(company, (f"{metric}{_ESTIMATE}",))
            if one.period is not None and not one.label.endswith(ENDS_OF_RANGE)
        ]
        for first, later in combinations(sorted(expected, key=_place_in_time), 2):
            # The sources tell the estimates of two years and of two quarters, with their ends alone.
            if not _is_apart(first, later, _YEAR_DAYS, 4):
                continue
            pairs = [(later, first), *((first, one) for one in _achieved(index, company, metric, first))]
            for one, other in pairs:
                if claim.not_period is not None and not agrees(claim.not_period, other.period):
                    continue
                if claim.period is None or agrees(claim.period, one.period):
                    yield Operand(one.value, one), Operand(other.value, other), True


def _achieved(index: FactIndex, company: str, metric: str, expected: KnownFigure) -> list[KnownFigure]:
    """Returns the last values of a metric, and those of the year before an estimate."""
    return [
        one
        for one in index.of(company, (metric,))
        if one.period and (one.period.is_snapshot or _is_apart(one, expected, _YEAR_DAYS, 4))
    ]


def of_days(sentence: Sentence, index: FactIndex, company: str) -> Iterator[tuple[Operand, Operand, bool]]:
    """Yields the prices of the two days or months that a sentence names, between which it has changed."""
    days = [
        one.period
        for one in sentence.periods
        if one.period is not None and (one.period.is_day or (one.period.month and one.period.year))
    ]
    if len(days) != 2:
        return
    prices = [figure for figure in index.of(company, ("price",)) if figure.period is not None]
    ends = [[figure for figure in prices if agrees(day, figure.period)] for day in days]
    for first, last in product(*ends):
        if _is_day(first) and _is_day(last):
            yield Operand(last.value, last), Operand(first.value, first), True


def of_dated_close(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Yields the price and the last close of a year or month: ``up 41% since the close of 2025``."""
    if claim.numeral.unit is Unit.MULTIPLE or not sentence.periods or _SINCE.search(sentence.text) is None:
        return
    prices = [one for one in index.of(company, ("price",)) if one.period is not None]
    current = max((one for one in prices if one.period and one.period.is_snapshot), key=_as_of, default=None)
    for mention in sentence.periods if current is not None else ():
        close = _close_at(mention.period, prices) if mention.period is not None else None
        if close is not None and current is not None:
            yield Operand(current.value, current), Operand(close.value, close), True


def _close_at(period: StatedPeriod, prices: Sequence[KnownFigure]) -> KnownFigure | None:
    """Returns the close of a day, or the last one of a month or year; None without one."""
    if period.quarter or period.half or (period.year is None and not period.is_day):
        return None
    days = [one for one in prices if one.period is not None and one.period.is_day and one.period.end]
    if period.is_day:
        found = [one for one in days if agrees(period, one.period)]
    else:
        wanted = (period.year, period.month or _DECEMBER)
        found = [
            one
            for one in days
            if one.period and one.period.end and (one.period.end.year, one.period.end.month) == wanted
        ] or [one for one in days if period.is_year and agrees(period, one.period)]
        if len({one.value for one in found}) > 1 and period.is_year and not _is_in(found, wanted):
            # "since 2021": of the only close of that year, where the facts have one.
            return None
    return max(found, key=lambda one: str(one.period and one.period.end), default=None)


def _is_in(found: Sequence[KnownFigure], wanted: tuple[int | None, int]) -> bool:
    """Returns whether all closes are of a month."""
    ends = [one.period.end for one in found if one.period is not None and one.period.end is not None]
    return all((end.year, end.month) == wanted for end in ends)


def _as_of(figure: KnownFigure) -> str:
    return figure.as_of or ""


def same_period(one: KnownFigure, other: KnownFigure) -> bool:
    """Returns whether two figures are of one period, or may be."""
    first, second = one.period, other.period
    if first is None or second is None or first.is_snapshot or second.is_snapshot:
        return True
    if first.year is None and second.year is None:
        # Of quarters only the ends may be known.
        return first.end == second.end
    return (first.year, first.quarter) == (second.year, second.quarter)


def _is_day(figure: KnownFigure) -> bool:
    return figure.period is not None and figure.period.is_day


def of_earlier_value(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Yields a number of the text and its value in an earlier period: ``5.1% more than a year ago``."""
    is_year = bool(sentence.cues_of("prior")) or _SAME_QUARTER.search(sentence.text) is not None
    is_quarter = bool(sentence.cues_of("prior_quarter")) or _THAN_ORDINAL.match(
        sentence.text, claim.numeral.end
    )
    named = _compared_year(claim, sentence)
    is_growth = claim.mention is not None and claim.mention.name == "growth"
    # "Compared with the fourth quarter of 2024 ($1.99), EPS rose 4.5%."
    is_told = is_year or is_quarter or named is not None or claim.direction or is_growth
    grown = _grown(claim, sentence, stated)
    for one in stated if is_told else ():
        figure = one.figure
        is_near = one.sentence is sentence or is_growth
        if not is_near or figure is None or figure.words or figure.period is None:
            continue
        figure = _on_its_day(figure, index) if one.claim.period is None else figure
        # "EPS of $69.40 is expected for 2026, up 5.1%": from what was earned.
        metrics = (
            figure.metric,
            *([figure.metric.removesuffix(_ESTIMATE)] if claim.direction or is_year else []),
        )
        for other in index.of(figure.symbol, tuple(dict.fromkeys(metrics))):
            if other.label.endswith(ENDS_OF_RANGE):
                continue
            # Payments are negative in the facts, and not in words.
            value = math.copysign(other.value, one.value * figure.value * other.value)
            is_year = is_year or (one is grown and figure.kind is Kind.MONEY)
            is_moved = bool(claim.direction) and figure.metric.endswith(("_estimate", "dividend_per_share"))
            if (
                (
                    (is_year or is_moved or (is_growth and figure.symbol in claim.companies))
                    and _is_apart(other, figure, _YEAR_DAYS, 4)
                )
                or (is_quarter and _is_apart(other, figure, _QUARTER_DAYS, 1))
                or (named is not None and other != figure and _is_of_year(other, named))
            ):
                yield Operand(one.value, figure), Operand(value, other), True
            elif (
                (is_year and one.claim.is_prior)
                or (_SINCE_THEN.search(sentence.text, one.claim.numeral.end, claim.numeral.start) is not None)
                or _is_of_base(sentence, one.claim)
            ) and _is_apart(figure, other, _YEAR_DAYS, 4):
                # "Compared with the $0.72 of a year ago, it rose 9.7%."
                yield Operand(value, other), Operand(one.value, figure), True


def _grown(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> Stated | None:
    """Returns the amount right before a growth that is of nothing else: ``营业利润4262亿日元，增长6.1%``."""
    if claim.mention is None or claim.mention.name != "growth" or not claim.direction:
        return None
    before = [
        one for one in stated if one.sentence is sentence and one.claim.numeral.end <= claim.mention.start
    ]
    last = max(before, key=lambda one: one.claim.numeral.end, default=None)
    return (
        last
        if last is not None
        and _SHORT_STOP.fullmatch(sentence.text, last.claim.numeral.end, claim.mention.start)
        else None
    )


def _on_its_day(figure: KnownFigure, index: FactIndex) -> KnownFigure:
    """Returns the last dividend of a value with its day: several may be, or the facts have one without."""
    if figure.metric != "dividend_per_share" or figure.period is None:
        return figure
    paid = [
        one
        for one in index.of(figure.symbol, (figure.metric,))
        if one.value == figure.value and one.period is not None and one.period.is_day
    ]
    return max(paid, key=lambda one: str(one.period and one.period.end), default=figure)


def of_expected_growth(
    sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``Year-ago quarter: EPS of $1.25 → expected growth of 8.0%``: the estimate a year later, and that."""
    if not sentence.cues_of("forward"):
        return
    for one in stated:
        figure = one.figure
        if figure is None or figure.words or one.sentence is not sentence:
            continue
        for other in index.of(figure.symbol, (f"{figure.metric}_estimate",)):
            if not other.label.endswith(ENDS_OF_RANGE) and _is_apart(figure, other, _YEAR_DAYS, 4):
                yield Operand(other.value, other), Operand(one.value, figure), True


_SEQUENTIAL: Final = RarePattern(
    r"\b(?:sequential(?:ly)?|quarter[- ](?:over|on)[- ]quarter|QoQ|q/q)\b|環比|环比|前四半期比|전분기 대비",
    re.IGNORECASE,
)


def of_quarter_before(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``Revenue of $11.15 billion is expected, 8.7% more than in Q3``: the estimate, and the last result.

    The estimate may be one of the sentence before.
    """
    told = [one for one in stated if one.sentence is sentence and one.figure is not None] or stated
    expected = [one.figure for one in told if one.figure and one.figure.metric.endswith(_ESTIMATE)]
    if claim.numeral.unit is not Unit.PERCENT or not expected:
        return
    is_named = sentence.cues_of("prior_quarter") or any(
        one.period is not None and one.period.quarter and one.start >= claim.numeral.end
        for one in sentence.periods
    )
    if not is_named and _SEQUENTIAL.search(sentence.text) is None:
        return
    for figure in expected:
        for other in index.of(figure.symbol, (figure.metric.removesuffix(_ESTIMATE),)):
            if not figure.label.endswith(ENDS_OF_RANGE) and _is_quarter_before(other, figure):
                yield Operand(figure.value, figure), Operand(other.value, other), True


def _is_quarter_before(result: KnownFigure, estimate: KnownFigure) -> bool:
    """Returns whether a result is of the quarter before that of an estimate; the ends are always known."""
    one, other = result.period, estimate.period
    if one is None or other is None or one.is_snapshot or one.end is None or other.end is None:
        return False
    is_of_year = one.year is not None and one.quarter is None
    return not is_of_year and (other.end - one.end).days in _QUARTER_DAYS


def _is_of_base(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether a number is of a period that the sentence compares with, right behind its name."""
    return any(
        _BASE.search(sentence.text, 0, one.start)
        and _OPENED.fullmatch(sentence.text, one.end, claim.numeral.start)
        for one in sentence.periods
    )


def _compared_year(claim: Claim, sentence: Sentence) -> StatedPeriod | None:
    """Returns the year that a change is said to be from: ``3.7% on 2024``, ``5% more than in 2024``."""
    for mention in sentence.periods:
        period = mention.period
        if period is None or period.year is None or period.month or mention.start < claim.numeral.end:
            continue
        if _THAN.fullmatch(sentence.text, claim.numeral.end, mention.start):
            return period
    return None


def is_than_period(claim: Claim, sentence: Sentence) -> bool:
    """``6.5% more than in 2024, on revenue of …``: from another period, and no distance from a level."""
    end = claim.numeral.end
    starts = [one.start for one in sentence.periods]
    starts += [one.start for one in sentence.cues_of("prior", "prior_quarter")]
    return any(one >= end and _THAN.fullmatch(sentence.text, end, one) for one in starts)


def _is_of_year(figure: KnownFigure, year: StatedPeriod) -> bool:
    period = figure.period
    return period is not None and not period.is_snapshot and not period.is_day and agrees(year, period)


def _is_apart(earlier: KnownFigure, later: KnownFigure, days: range, quarters: int) -> bool:
    """Returns whether one figure is of the period that is some quarters before that of another."""
    one, other = earlier.period, later.period
    if one is None or other is None or one.is_snapshot or other.is_snapshot:
        return False
    if one.year is None or other.year is None:
        return one.end is not None and other.end is not None and (other.end - one.end).days in days
    if (one.quarter is None) != (other.quarter is None):
        return False
    return _ordinal(other) - _ordinal(one) == quarters


def _place_in_time(figure: KnownFigure) -> tuple[int, int]:
    period = figure.period
    if period is None:
        return 0, 0
    if period.year is None and period.end is not None:
        return period.end.year, period.end.month
    return period.year or 0, period.quarter or 0


def _is_share(claim: Claim) -> bool:
    if claim.mention is None or not claim.is_tight or claim.mention.name in CHANGES:
        return False
    metric = METRICS.get(claim.mention.name)
    return metric is not None and metric.kind is Kind.PERCENT


def _adjacent(claim: Claim, earlier: KnownFigure, later: KnownFigure) -> bool:
    """Returns whether two periods are those of a change: adjacent ones, or the ones that it names."""
    one, other = earlier.period, later.period
    if one is None or other is None:
        return False
    if claim.period is not None and not agrees(claim.period, other):
        return False
    if claim.not_period is not None and not agrees(claim.not_period, one):
        return False
    if one.year is None or other.year is None:
        # Of quarters only the ends may be known.
        days = (other.end - one.end).days if one.end is not None and other.end is not None else 0
        return days in _QUARTER_DAYS or days in _YEAR_DAYS
    if (one.quarter is None) != (other.quarter is None):
        return False
    if one.quarter is None:
        return other.year - one.year >= 1
    return _is_year_apart(earlier, later) or _ordinal(other) - _ordinal(one) == 1


def _is_year_apart(earlier: KnownFigure, later: KnownFigure) -> bool:
    one, other = earlier.period, later.period
    if one is None or other is None or one.year is None or other.year is None:
        return False
    return (other.year - one.year, one.quarter) == (1, other.quarter)


def _ordinal(period: FactPeriod) -> int:
    return (period.year or 0) * 4 + (period.quarter or 0)
