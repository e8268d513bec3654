"""Figures that are not in the facts but follow from them, where the sentence says how.

Differences, changes in percent, ratios, shares, sums and averages: of two metrics of one company, of one
metric of two companies or two periods, or of numbers that the sentence itself states.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.facts.formulas import computed
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.metrics import METRICS, Kind, meanings
from shared.figures.reading.numerals import Numeral, Reading
from shared.figures.reading.periods import FactPeriod, agrees
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_MAX_FIGURES: Final = 12
_SLACK: Final = 1.25
"""The writer may have computed with figures as they are shown, which are rounded themselves."""
_MAX_OVER: Final = 1.25
"""How far something may be beyond a bound that it is said to be beyond: "more than five times"."""
_VAGUE: Final = 0.02
"""The tolerance of a number over its value: from here on, it can be a bound: "more than 20%"."""
_MIN_OPERAND: Final = 1e-4
"""The smaller operand of a difference over the larger one: below it, the difference is the larger one."""
_CLOSE: Final = 60
_PAST_PRICES: Final = frozenset({"previous_close", "first_close", "open"})
"""Prices that others are compared with, and never the other way round."""
_SHARE: Final = re.compile(r"[\s*_]*(?:of|des|vom|der|du|de|del|des|della|dei|da|do|の|的)\s", re.IGNORECASE)
_PART_OF_YEAR: Final = re.compile(
    r"\s(?:per|a|each|every|im|pro|je|par|por|al|ao|a cada)\s(?:(?P<month>month|Monat|mois|mes|mese|mês)"
    r"|quarter|Quartal|trimestre)\b",
    re.IGNORECASE,
)
_PER: Final = re.compile(
    r"\s(?:(?:of|in|de|an|di)\s(?:[^\W\d_]+\s){1,3})?(?:per|a|je|pro|par|por|für jeden|for each|for every)\s",
    re.IGNORECASE,
)
_AIM: Final = re.compile(r"\b(?:to|bis|auf|hasta|jusqu|até|fino)\b|まで|至|까지", re.IGNORECASE)
"""Between a change and a level that has not been reached: "fall by 12.2% to touch its 200-day line"."""
_SEMICOLON: Final = re.compile("[;；]")
_FROM_TO: Final = re.compile(r"\b(?:from|von|de|desde|da|dal|di)\b[^.;]{0,40}$", re.IGNORECASE)


class Operand(NamedTuple):
    """A value that something is derived from, and the figure of the facts behind it."""

    value: float
    figure: KnownFigure | None


@dataclass(frozen=True, slots=True)
class Stated:
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
        """Whether it is what something has changed from."""
        return ends_with(_FROM_TO, self.sentence.text, self.claim.numeral.start) is not None

    @classmethod
    def of(cls, claim: Claim, figure: KnownFigure | None, sentence: Sentence) -> "Stated":
        """Returns a number that is supported, read in the way that is nearest to its figure."""
        readings = [reading.value for reading in claim.numeral.readings]
        value = readings[0] if figure is None else min(readings, key=lambda one: abs(one - abs(figure.value)))
        return cls(claim, -value if claim.numeral.sign < 0 else value, figure, sentence)


def derive(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> KnownFigure | None:
    """Returns a figure from which the number follows in the way that the sentence says; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
        companies: The companies that the sentence names or is about.
    """
    if not says_derivation(claim, sentence):
        return None
    for first, second, is_ordered in _pairs(claim, sentence, stated, index, companies):
        if _follows(claim, sentence, first, second, is_ordered):
            return first.figure or second.figure
    return _of_several(claim, sentence, stated, index, companies)


def says_derivation(claim: Claim, sentence: Sentence) -> bool:
    """Tells whether words near a number say that it is computed."""
    numeral = claim.numeral
    if claim.direction or claim.threshold or numeral.unit in (Unit.POINTS, Unit.MULTIPLE):
        return True
    cues = sentence.cues_of(
        "difference", "sum", "mean", "ratio", "share_of", "above", "below", "up", "down", "object", "net"
    )
    if any(abs(cue.start - numeral.start) <= _CLOSE for cue in cues):
        return True
    if numeral.unit in (Unit.MONEY, Unit.NONE) and _PER.match(sentence.text, numeral.end):
        return True
    if numeral.unit is not Unit.PERCENT:
        return False
    # A percentage of what is no percentage is a change or a share of it.
    metric = METRICS.get(claim.mention.name) if claim.mention is not None else None
    is_of_level = metric is not None and metric.kind in (Kind.MONEY, Kind.PRICE, Kind.COUNT)
    return is_of_level or _SHARE.match(sentence.text, numeral.end) is not None


def _follows(claim: Claim, sentence: Sentence, first: Operand, second: Operand, is_ordered: bool) -> bool:
    ways = list(_results(claim, sentence, first.value, second.value))
    if not is_ordered:
        ways += list(_results(claim, sentence, second.value, first.value))
    for reading in claim.numeral.readings:
        for value, has_direction in ways:
            if _is_stated(claim, reading, abs(value)) and (
                not has_direction or not claim.direction or (value >= 0) == (claim.direction > 0)
            ):
                return True
    return False


def _is_stated(claim: Claim, reading: Reading, value: float) -> bool:
    """Whether a result is what a number says, or keeps the bound that it is: "more than five times"."""
    if abs(value - reading.value) <= reading.tolerance * _SLACK:
        return True
    if reading.tolerance < _VAGUE * reading.value and claim.numeral.unit is not Unit.MULTIPLE:
        return False
    if claim.threshold > 0:
        return reading.value <= value <= reading.value * _MAX_OVER
    return claim.threshold < 0 and reading.value / _MAX_OVER <= value <= reading.value


def _results(claim: Claim, sentence: Sentence, one: float, other: float) -> Iterator[tuple[float, bool]]:
    """What two values give in the unit of a number, and whether the result has a direction."""
    unit = claim.numeral.unit
    if unit is Unit.POINTS:
        yield one - other, True
    elif unit is Unit.MULTIPLE:
        if other:
            yield one / other, False
    elif unit is Unit.PERCENT:
        yield from _percentages(claim, sentence, one, other)
    else:
        yield from _amounts(claim, sentence, one, other)


def _percentages(claim: Claim, sentence: Sentence, one: float, other: float) -> Iterator[tuple[float, bool]]:
    if not other:
        return
    # Of two outflows, the larger one is a rise.
    yield (one / other - 1) * 100 * (1 if other > 0 or one < 0 else -1), True
    if _SHARE.match(sentence.text, claim.numeral.end) or sentence.cues_of("share_of", "ratio"):
        yield one / other * 100, False
        if one:
            yield other / one * 100, False


def _amounts(claim: Claim, sentence: Sentence, one: float, other: float) -> Iterator[tuple[float, bool]]:
    if min(abs(one), abs(other)) > _MIN_OPERAND * max(abs(one), abs(other)):
        yield one - other, True
    if other and (sentence.cues_of("ratio") or _PER.match(sentence.text, claim.numeral.end)):
        yield one / other, False
    if sentence.cues_of("sum"):
        yield one + other, False
    if sentence.cues_of("mean"):
        yield (one + other) / 2, False


def _pairs(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> Iterator[tuple[Operand, Operand, bool]]:
    yield from _of_text(claim, stated)
    parts = _PART_OF_YEAR.match(sentence.text, claim.numeral.end)
    if parts is not None:
        yield from _of_year(claim, stated, index, 12.0 if parts["month"] else 4.0)
    for company in claim.companies:
        yield from _of_text_and_mentions(claim, sentence, stated, index, company)
        yield from _of_next_number(claim, sentence, index, company)
        yield from _of_mentions(claim, sentence, index, company)
        yield from _of_periods(claim, index, company)
    if len(companies) > 1:
        yield from _of_companies(claim, sentence, index, companies)


def _of_text(claim: Claim, stated: Sequence[Stated]) -> Iterator[tuple[Operand, Operand, bool]]:
    """Numbers that the text states: ``from 248 to 250.5``, ``$416bn against $391bn``."""
    level = claim.numeral.unit in (Unit.PERCENT, Unit.MULTIPLE, Unit.POINTS)
    for one, other in combinations(stated[-6:], 2):
        if (
            one.claim is claim
            or other.claim is claim
            or not _comparable(one.claim.numeral, other.claim.numeral)
        ):
            continue
        if not level and one.claim.numeral.unit is Unit.PERCENT and claim.numeral.unit is Unit.MONEY:
            continue
        first, second = Operand(one.value, one.figure), Operand(other.value, other.figure)
        rises = one.is_start or one.claim.is_prior or _earlier(one, other)
        yield (
            (second, first, True)
            if rises
            else (first, second, not level or other.claim.is_prior or _earlier(other, one))
        )


def _of_year(
    claim: Claim, stated: Sequence[Stated], index: FactIndex, parts: float
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``$1.04 a year, or $0.26 a quarter``: a part of what is paid or earned in a year."""
    share = Operand(parts, None)
    yield from (
        (Operand(one.value, one.figure), share, True) for one in stated[-2:] if one.claim is not claim
    )
    for company in claim.companies:
        yield from ((whole, share, True) for whole in _of_metrics(index, company, claim.metrics))


def _of_text_and_mentions(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``a target of $270, 7.8% more than the price``: a number of the text and a metric named behind."""
    is_share = bool(sentence.cues_of("share_of", "ratio"))
    behind = [
        mention
        for mention in _near_mentions(claim, sentence)
        if is_share or mention.start >= claim.numeral.end
    ]
    levels = [
        one for one in stated if one.claim is not claim and one.claim.numeral.unit in (Unit.MONEY, Unit.NONE)
    ][-2:]
    if sentence.cues_of("conditional") or (claim.numeral.unit is Unit.PERCENT and claim.direction):
        # "If it reached $270, you would make $19.50", "bought at $205.35, up 22%": compared with the price.
        prices = _of_metrics(index, company, ("price",))
        yield from (
            (Operand(one.value, one.figure), price, False)
            for one, price in product(levels, prices)
            if one.figure is not None and one.figure.kind is Kind.PRICE
        )
    for one, mention in product(levels, behind):
        for value in _values(index, company, mention):
            if (
                value.figure
                and one.figure
                and value.figure.kind is one.figure.kind
                and value.figure != one.figure
            ):
                yield Operand(one.value, one.figure), value, True


def _of_next_number(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """``3.4% below its $184.48``: the price and a level that the facts have."""
    numeral = claim.numeral
    following = next((one.numeral for one in sentence.numbers if one.numeral.start >= numeral.end), None)
    if following is None or following.unit not in (Unit.MONEY, Unit.NONE):
        return
    gap = sentence.text[numeral.end : following.start]
    if len(gap) > _CLOSE or not any(
        numeral.end <= cue.start < following.start
        for cue in sentence.cues_of("above", "below", "object", "between")
    ):
        return
    for reading, price in product(following.readings, _of_metrics(index, company, ("price",))):
        for figure in index.near(reading.value, reading.tolerance):
            if figure.symbol == company and figure.kind is Kind.PRICE:
                yield price, Operand(figure.value, figure), True


def _earlier(one: Stated, other: Stated) -> bool:
    first, second = one.claim.period, other.claim.period
    return bool(first and second and first.year and second.year and first.year < second.year)


def _comparable(one: Numeral, other: Numeral) -> bool:
    level = (Unit.MONEY, Unit.NONE)
    return one.unit is other.unit or (one.unit in level and other.unit in level)


def _of_mentions(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Metrics that the sentence names."""
    near = _near_mentions(claim, sentence)
    if sentence.cues_of("difference"):
        yield from _of_ends(index, company, near)
    for one, other in combinations(near, 2):
        for first, second in product(_values(index, company, one), _values(index, company, other)):
            if first.figure and second.figure and _same_period(first.figure, second.figure):
                # Of two names before a number, either may be what is spoken of.
                yield first, second, other.start >= claim.numeral.end
    yield from _of_price(claim, sentence, index, company, near)


def _of_ends(
    index: FactIndex, company: str, near: Sequence[MetricMention]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """The ends of what one name stands for: "the bands are $20.40 apart"."""
    for mention in near:
        ends = _values(index, company, mention) if len(mention.metrics) > 1 else []
        yield from ((first, second, False) for first, second in combinations(ends, 2))


def _of_price(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str, near: Sequence[MetricMention]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """The price and the one that the sentence names beside it."""
    priced = [mention for mention in near if _is_price(mention) and mention.name != "price"]
    if any(mention.name == "price" for mention in near) and len(near) > 1:
        return
    prices = list(_of_metrics(index, company, ("price",)))
    if claim.direction and any(mention.name == "price" for mention in near):
        # "2.50 dollars more than the last close": the close before is meant.
        for price, close in product(prices, _of_metrics(index, company, ("previous_close",))):
            yield price, close, True
    for mention in priced:
        behind = mention.start >= claim.numeral.end
        for price, value in product(prices, _values(index, company, mention)):
            yield price, value, True
            is_aim = behind and _AIM.search(sentence.text, claim.numeral.end, mention.start)
            if (is_aim or not behind) and mention.name not in _PAST_PRICES:
                yield value, price, True


def _near_mentions(claim: Claim, sentence: Sentence) -> list[MetricMention]:
    """The metrics of the clause around a number, at most two before it and two behind it."""
    numeral, text = claim.numeral, sentence.text
    before = [mention for mention in sentence.metrics if mention.end <= numeral.start][-2:]
    behind = [
        m
        for m in sentence.metrics
        if m.start >= numeral.end and not _SEMICOLON.search(text, numeral.end, m.start)
    ][:2]
    numbers = [number.numeral for number in sentence.numbers]
    behind = [m for m in behind if not any(numeral.end <= one.start < m.start for one in numbers)]
    return before + behind


def _is_price(mention: MetricMention) -> bool:
    metric = METRICS.get(mention.name) or METRICS.get(mention.metrics[0])
    return metric is not None and metric.kind is Kind.PRICE


def _values(index: FactIndex, company: str, mention: MetricMention) -> list[Operand]:
    return _of_metrics(index, company, mention.metrics)


def _of_metrics(index: FactIndex, company: str, metrics: Sequence[str]) -> list[Operand]:
    names = [meaning for metric in metrics for meaning in meanings(metric)]
    figures = list(index.of(company, names)) or [
        figure for name in names for figure in computed(index, company, name)
    ]
    seen: dict[tuple[str, float], Operand] = {}
    for figure in figures[:_MAX_FIGURES]:
        seen.setdefault((figure.metric, figure.value), Operand(figure.value, figure))
    return list(seen.values())


def _same_period(one: KnownFigure, other: KnownFigure) -> bool:
    first, second = one.period, other.period
    if first is None or second is None or first.is_snapshot or second.is_snapshot:
        return True
    return (first.year, first.quarter) == (second.year, second.quarter)


def _of_periods(claim: Claim, index: FactIndex, company: str) -> Iterator[tuple[Operand, Operand, bool]]:
    """One metric in two periods, the later one first."""
    metrics = tuple(claim.mention.metrics) if claim.mention else (*claim.metrics, *claim.others)
    bases = tuple(METRICS[metric].base for metric in metrics if metric in METRICS and METRICS[metric].base)
    known = list(index.of(company, (*metrics, *bases)))
    for one, other in combinations([figure for figure in known if figure.words], 2):
        if one.metric == other.metric and one.words == other.words:
            # "Gross margin widened to 31.4% from 30.1%."
            yield Operand(one.value, one), Operand(other.value, other), False
    figures = [
        figure
        for figure in known
        if figure.period is not None and not figure.period.is_snapshot and figure.period.year is not None
    ]
    figures.sort(
        key=lambda figure: (figure.period.year or 0, figure.period.quarter or 0) if figure.period else (0, 0)
    )
    for earlier, later in combinations(figures, 2):
        if (
            earlier.metric != later.metric
            or earlier.period == later.period
            or not _adjacent(claim, earlier, later)
        ):
            continue
        yield Operand(later.value, later), Operand(earlier.value, earlier), True


def _adjacent(claim: Claim, earlier: KnownFigure, later: KnownFigure) -> bool:
    """Whether two periods are the ones that a change without further words is about, or the ones it names."""
    one, other = earlier.period, later.period
    if one is None or other is None or one.year is None or other.year is None:
        return False
    if claim.period is not None and not agrees(claim.period, other):
        return False
    if (one.quarter is None) != (other.quarter is None):
        return False
    if one.quarter is None:
        return other.year - one.year >= 1
    return (other.year - one.year, one.quarter) == (1, other.quarter) or _ordinal(other) - _ordinal(one) == 1


def _ordinal(period: FactPeriod) -> int:
    return (period.year or 0) * 4 + (period.quarter or 0)


def _of_companies(
    claim: Claim, sentence: Sentence, index: FactIndex, companies: Sequence[str]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """One metric of two companies, in the order in which the sentence names them."""
    metrics = tuple(claim.mention.metrics) if claim.mention else claim.metrics
    if not metrics:
        return
    order = [*claim.companies, *(mention.value for mention in sentence.companies)] or list(companies)
    for one, other in combinations(dict.fromkeys([*order, *companies]), 2):
        for first, second in product(_of_metrics(index, one, metrics), _of_metrics(index, other, metrics)):
            one_figure, other_figure = first.figure, second.figure
            if one_figure is None or other_figure is None or one_figure.metric != other_figure.metric:
                continue
            if _same_period(one_figure, other_figure):
                yield first, second, len(order) > 1 and bool(claim.direction)


# Sums and averages of more than two


def _of_several(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> KnownFigure | None:
    is_sum, is_mean = bool(sentence.cues_of("sum")), bool(sentence.cues_of("mean"))
    if not (is_sum or is_mean):
        return None
    groups = [
        [
            Operand(one.value, one.figure)
            for one in stated
            if one.claim is not claim and _comparable(one.claim.numeral, claim.numeral)
        ]
    ]
    if claim.mention is not None and len(companies) > 1:
        groups.append(
            [values[0] for company in companies if (values := _values(index, company, claim.mention))]
        )
    for group in groups:
        for size in range(2, len(group) + 1):
            total = sum(operand.value for operand in group[-size:])
            for value in ([total] if is_sum else []) + ([total / size] if is_mean else []):
                if any(abs(value - reading.value) <= reading.tolerance for reading in claim.numeral.readings):
                    return next((operand.figure for operand in group if operand.figure), None)
    return None
