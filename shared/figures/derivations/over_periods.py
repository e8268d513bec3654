"""Sums, averages and compound growth of one metric over several periods, and sums of the largest holders."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.windows import is_of
from shared.figures.derivations.counted_dividends import A_YEAR
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import FactIndex, KnownFigure, as_shown, issuer_of
from shared.figures.lookup.agreement import is_unreported
from shared.figures.reading.count_words import COUNT_WORDS, count_of
from shared.figures.reading.durations import Duration
from shared.figures.reading.lexicon import fold, word_set
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit, one_of

_YEAR: Final = 300.0
"""Days of one unit of a duration from which on it counts years."""
_QUARTER: Final = range(80, 100)
_COUNT: Final = rf"(?:[2-9]|10|{one_of(COUNT_WORDS)})"
_SUPERLATIVE: Final = (
    r"(?:largest|biggest|top|größten|plus grands|plus gros|mayores|maiores|maggiori|principaux|principales"
    r"|principais|principali)"
)
_EACH_YEAR: Final = re.compile(
    r"(?:每年|年均|平均(?:每年)?|年間|[1一]年(?:あたり|当たり)|年平均で?|연간|매년|연평균)\s?(?:約|约|약|近)?\s?$"
)
"""Before what an amount makes each year."""
_LARGEST_KEYS: Final = frozenset(
    map(
        fold,
        word_set(
            """
            largest biggest top größten grands gros mayores maiores maggiori principaux principales principais
            principali
            """
        ),
    )
)
_LARGEST: Final = RarePattern(
    rf"\b(?:(?P<before>{_COUNT})[\s-]{_SUPERLATIVE}|{_SUPERLATIVE}[\s-](?P<behind>{_COUNT})\b)", re.IGNORECASE
)
"""Words for a group of holders, whose stakes are added up."""
_ALL: Final = RarePattern(
    rf"\b(?:all|the|these|those|alle|die|diese|tous les|les|ces|todos los|los|todos os|os|tutti e|i|le)\s"
    rf"(?P<all>{one_of(COUNT_WORDS)})\b",
    re.IGNORECASE,
)
"""A group that has been named: ``all five together hold 20.8%``."""
_HELD: Final = frozenset({"largest_holder", "stake", "institutional_ownership"})
_DECIMALS: Final = 6
_QUARTERS: Final = 4
_PAIR: Final = 2
_DAYS_OF_QUARTER: Final = 91.3
_PARTS_OF_YEAR: Final = frozenset({2, 3})
"""Quarters of six and of nine months."""
_YEAR_NOUN: Final = RarePattern(
    r"\b(?:for|over|across|in|über|für|auf|sur|pour|en|por|para|no|su|per|nell)['’\s](?:the|das|l['’]|el|o|all\s)?\s?"
    r"(?:full\s|whole\s|ganze\s)?(?:year|Jahr|année|an|año|ano|anno)\b",
    re.IGNORECASE,
)
"""Behind what the quarters come to: "That's $2.24 for the year"."""
_YEAR_NUMBER: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MAX_PERIODS: Final = 12
_MAX_HOLDERS: Final = 10


def over_periods(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """Returns a figure from whose values in several periods a number follows; None without one."""
    part = _half_year(claim, index) or _of_months(claim, sentence, index)
    if part is not None:
        return part
    is_sum, is_mean = bool(sentence.cues_of("sum")), bool(sentence.cues_of("mean"))
    # "Over the past four years, it has bought back $88 billion of its own stock."
    is_sum = is_sum or (claim.numeral.unit is Unit.MONEY and _is_over_years(sentence))
    is_compound = claim.numeral.unit is Unit.PERCENT and bool(sentence.cues_of("compound"))
    is_of_year = is_sum or _YEAR_NOUN.search(sentence.text, claim.numeral.end) is not None
    if (whole := _of_quarters(claim, index, is_sum=is_of_year)) is not None:
        return whole
    if not (is_sum or is_mean or is_compound):
        return _largest_holders(claim, sentence, index, _sizes(claim, sentence, is_sum=False))
    for company in claim.companies:
        for duration in sentence.durations:
            for values in _series(claim, index, company, duration):
                if any(
                    claim.equals(abs(result))
                    for result in _results(
                        values, int(duration.number), is_sum=is_sum, is_mean=is_mean, is_compound=is_compound
                    )
                ):
                    return values[0]
    for values in _between_years(claim, sentence, index):
        results = _results(values, len(values), is_sum=is_sum, is_mean=is_mean, is_compound=is_compound)
        if any(claim.equals(abs(result)) for result in results):
            return values[0]
    return _largest_holders(claim, sentence, index, _sizes(claim, sentence, is_sum=is_sum))


def _between_years(claim: Claim, sentence: Sentence, index: FactIndex) -> Iterator[list[KnownFigure]]:
    """Yields the values of all years between two that a sentence names: ``on average from 2023 to 2025``."""
    texts = (sentence.text[one.start : one.end] for one in sentence.periods)
    years = sorted({int(year) for text in texts for year in _YEAR_NUMBER.findall(text)})
    if len(years) != _PAIR:
        return
    for company in claim.companies:
        for metric in dict.fromkeys((*claim.metrics, *claim.others)):
            values = {
                _end(figure)[0]: figure
                for figure in index.of(company, (metric,))
                if figure.metric == metric and not figure.words and _is_of_length(figure, of_years=True)
            }
            wanted = range(years[1], years[0] - 1, -1)
            if all(year in values for year in wanted):
                yield [values[year] for year in wanted]


def _is_over_years(sentence: Sentence) -> bool:
    """Returns whether a sentence speaks of several years or quarters that have passed."""
    return any(one.number > 1 and is_of(sentence, one, "past") for one in sentence.durations)


def _of_months(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``For nine months that's $5.28``: the sum of the quarters of a year so far."""
    if claim.numeral.unit not in (Unit.MONEY, Unit.NONE) or not sentence.durations:
        return None
    counts = {round(one.days / _DAYS_OF_QUARTER) for one in sentence.durations} & _PARTS_OF_YEAR
    names = dict.fromkeys((*claim.metrics, *claim.others))
    for company, metric in product(claim.companies if counts else (), names):
        figures = [one for one in index.of(company, (metric,)) if one.metric == metric]
        for count in counts:
            values = last_quarters(figures, count)
            if values and claim.equals(abs(sum(one.value for one in values))):
                return values[0]
    return None


def _half_year(claim: Claim, index: FactIndex) -> KnownFigure | None:
    """``H1 revenue came to $469.72 billion``: the sum of two quarters."""
    period = claim.period
    if period is None or period.half is None or period.year is None:
        return None
    quarters = {2 * period.half - 1, 2 * period.half}
    for company in claim.companies:
        for metric in claim.metrics:
            found = {
                one.period.quarter: one
                for one in index.of(company, (metric,))
                if one.period is not None
                and one.period.year == period.year
                and one.period.quarter in quarters
            }
            if len(found) == len(quarters) and claim.equals(abs(sum(one.value for one in found.values()))):
                return next(iter(found.values()))
    return None


def _of_quarters(claim: Claim, index: FactIndex, *, is_sum: bool) -> KnownFigure | None:
    """``Across 2024 as a whole EPS sums to $0.16``: the sum of the quarters of a year.

    A year of which the facts have the quarters alone needs no word for a sum: ``It earned $0.16 last year``.
    """
    year = claim.period.year if claim.period is not None and claim.period.is_year else None
    if year is None and not (claim.is_prior or (is_sum and claim.period is None)):
        return None
    for company in claim.companies:
        for metric in dict.fromkeys((*claim.metrics, *claim.others)):
            figures = [
                figure
                for figure in index.of(company, (metric,))
                if figure.metric == metric and not figure.words
            ]
            if not is_sum and any(_is_of_length(figure, of_years=True) for figure in figures):
                continue
            for quarters in (_quarters(figures, year), last_quarters(figures) if year is None else []):
                results = _results(quarters, _QUARTERS, is_sum=True, is_mean=False, is_compound=False)
                if any(claim.equals(abs(result)) for result in results):
                    return quarters[0]
    return None


def last_quarters(figures: Sequence[KnownFigure], count: int = _QUARTERS) -> list[KnownFigure]:
    """Returns the last quarters that have ended: ``€1.51 over four quarters, €1.49 expected``."""
    ended = {
        _end(one): one
        for one in figures
        if _is_of_length(one, of_years=False)
        and one.period is not None
        and one.period.end is not None
        and not is_unreported(one)
        and one.period.end.isoformat() <= (one.as_of or "")[:10]
    }
    return [ended[end] for end in sorted(ended)[-count:]] if len(ended) >= count else []


def _quarters(figures: Sequence[KnownFigure], year: int | None) -> list[KnownFigure]:
    """Returns the four quarters of a year, or of the last complete one; none if one is missing."""
    by_year: dict[int, list[KnownFigure]] = {}
    for figure in figures:
        if _is_of_length(figure, of_years=False):
            by_year.setdefault(_end(figure)[0], []).append(figure)
    complete = {one: quarters for one, quarters in by_year.items() if len(quarters) == _QUARTERS}
    return complete.get(year if year is not None else max(complete, default=0), [])


def spread_over_years(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``380 billion over three years … that is about 127 billion a year``, ``… spread over three years``."""
    text, numeral = sentence.text, claim.numeral
    if numeral.unit not in (Unit.MONEY, Unit.NONE) or not (
        A_YEAR.match(text, numeral.end) or ends_with(_EACH_YEAR, text, numeral.start)
    ):
        return None
    for one in stated:
        for duration in (*one.sentence.durations, *sentence.durations) if one.figure is not None else ():
            is_of_years = duration.number > 1 and duration.days / duration.number > _YEAR
            if is_of_years and claim.equals(abs(one.value) / duration.number, SLACK):
                return one.figure
    return None


def _series(claim: Claim, index: FactIndex, company: str, duration: Duration) -> Iterator[list[KnownFigure]]:
    """Yields the values of each metric of a number by period, the newest first."""
    of_years = duration.days / max(duration.number, 1.0) > _YEAR
    if not of_years and int(duration.days / max(duration.number, 1.0)) not in _QUARTER:
        return
    for metric in dict.fromkeys((*claim.metrics, *claim.others)):
        figures = [
            figure
            for figure in index.of(company, (metric,))
            if figure.metric == metric and not figure.words and _is_of_length(figure, of_years=of_years)
        ]
        if claim.period is not None:
            ends = [figure for figure in figures if agrees(claim.period, figure.period)]
            last = max(map(_end, ends), default=None)
            figures = [figure for figure in figures if last is not None and _end(figure) <= last]
        # Basic and diluted earnings are a series each.
        for label in dict.fromkeys(figure.label for figure in figures):
            series = [figure for figure in figures if figure.label == label]
            if len(series) > 1:
                yield sorted(series, key=_end, reverse=True)[: _MAX_PERIODS + 1]


def _is_of_length(figure: KnownFigure, *, of_years: bool) -> bool:
    period = figure.period
    if period is None or period.is_snapshot or period.is_day:
        return False
    return (period.quarter is None and period.year is not None) == of_years


def _end(figure: KnownFigure) -> tuple[int, int, int]:
    period = figure.period
    if period is None:
        return 0, 0, 0
    if period.end is not None:
        return period.end.year, period.end.month, period.end.day
    return period.year or 0, 3 * (period.quarter or 4), 0


def _results(
    figures: Sequence[KnownFigure], count: int, *, is_sum: bool, is_mean: bool, is_compound: bool
) -> Iterator[float]:
    values = [figure.value for figure in figures]
    if 1 < count <= len(values):
        total = sum(values[:count])
        if is_sum:
            yield total
            # A reader adds up what the facts show.
            yield round(sum(map(as_shown, figures[:count])), _DECIMALS)
        if is_mean:
            yield total / count
    if is_compound:
        # "Over two years" may be from the first to the third, or between two of them.
        for steps in {count, count - 1}:
            if 0 < steps < len(values) and values[0] > 0 and values[steps] > 0:
                yield ((values[0] / values[steps]) ** (1 / steps) - 1) * 100


def _sizes(claim: Claim, sentence: Sentence, *, is_sum: bool) -> Sequence[int]:
    """Returns how many of the largest holders a number may be the sum of: as many as the sentence says."""
    may_name_largest = not sentence.keys.isdisjoint(_LARGEST_KEYS)
    matches = [
        *(_LARGEST.finditer(sentence.text) if may_name_largest else ()),
        *(_ALL.finditer(sentence.text) if is_sum else ()),
    ]
    # A number that says how many there are is the sum of none of them: "the 10 largest holdings".
    others = (one for one in matches if one.start() != claim.numeral.start)
    found = sorted((one.start(), count_of(one[one.lastgroup or 0])) for one in others)
    if not found:
        return range(2, _MAX_HOLDERS + 1) if is_sum else ()
    shares = [one.numeral.start for one in sentence.numbers if one.numeral.unit is Unit.PERCENT]
    before = [count for start, count in found if start < claim.numeral.start]
    behind = [count for start, count in found if start > claim.numeral.start]
    # "17.8% belong to the three largest, 20.8% to all five"
    is_before = found[0][0] < min(shares, default=claim.numeral.start)
    return (before[-1],) if before and (is_before or not behind) else (behind[0],)


def _largest_holders(
    claim: Claim, sentence: Sentence, index: FactIndex, sizes: Sequence[int]
) -> KnownFigure | None:
    """``The three largest holders own 21.7% together``."""
    is_of_group = bool(sizes) and claim.mention is not None and _is_of_group(sentence, claim.mention)
    if not sizes or (_HELD.isdisjoint((*claim.metrics, *claim.others)) and not is_of_group):
        return None
    issuers = set(claim.companies)
    stakes = [
        figure for figure in index.figures if figure.metric == "stake" and issuer_of(figure.symbol) in issuers
    ]
    stakes.sort(key=lambda figure: figure.value, reverse=True)
    for size in sizes:
        if size <= len(stakes) and claim.equals(abs(sum(figure.value for figure in stakes[:size]))):
            return stakes[0]
    return None


def _is_of_group(sentence: Sentence, mention: MetricMention) -> bool:
    """``The top two control 14.7%``: whether a word is no metric, but part of the words for a group."""
    return any(one.start() <= mention.start < one.end() for one in _LARGEST.finditer(sentence.text))
