"""The pairs of values that a sentence speaks of, from which a number may follow."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.derivations.operands import Operand, Stated, comparable, of_metrics, values_of
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.stated_periods import FactPeriod, agrees
from shared.figures.reading.units import Unit

_CLOSE: Final = 60
_PAST_PRICES: Final = frozenset({"previous_close", "first_close", "open"})
"""Prices that others are compared with, and never the other way round."""
_PART_OF_YEAR: Final = re.compile(
    r"\s(?:per|a|each|every|im|pro|je|par|por|al|ao|a cada)\s(?:(?P<month>month|Monat|mois|mes|mese|mês)"
    r"|quarter|Quartal|trimestre)\b",
    re.IGNORECASE,
)
_AIM: Final = re.compile(r"\b(?:to|bis|auf|hasta|jusqu|até|fino)\b|まで|至|까지", re.IGNORECASE)
"""Between a change and a level that has not been reached: "fall by 12.2% to touch its 200-day line"."""
_SEMICOLON: Final = re.compile("[;；]")


def pairs(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex, companies: Sequence[str]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Yields pairs of values, and whether their order is stated.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
        companies: The companies that the sentence names or is about.
    """
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
            or not comparable(one.claim.numeral, other.claim.numeral)
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
        wholes = of_metrics(index, company, (*claim.metrics, *claim.others))
        yield from ((whole, share, True) for whole in wholes)


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
        prices = of_metrics(index, company, ("price",))
        yield from (
            (Operand(one.value, one.figure), price, False)
            for one, price in product(levels, prices)
            if one.figure is not None and one.figure.kind is Kind.PRICE
        )
    for one, mention in product(levels, behind):
        for value in values_of(index, company, mention):
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
    for reading, price in product(following.readings, of_metrics(index, company, ("price",))):
        for figure in index.near(reading.value, reading.tolerance):
            if figure.symbol == company and figure.kind is Kind.PRICE:
                yield price, Operand(figure.value, figure), True


def _earlier(one: Stated, other: Stated) -> bool:
    first, second = one.claim.period, other.claim.period
    return bool(first and second and first.year and second.year and first.year < second.year)


def _of_mentions(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str
) -> Iterator[tuple[Operand, Operand, bool]]:
    """Metrics that the sentence names."""
    near = _near_mentions(claim, sentence)
    if sentence.cues_of("difference"):
        yield from _of_ends(index, company, near)
    for one, other in combinations(near, 2):
        for first, second in product(values_of(index, company, one), values_of(index, company, other)):
            if first.figure and second.figure and _same_period(first.figure, second.figure):
                # Of two names before a number, either may be what is spoken of.
                yield first, second, other.start >= claim.numeral.end
    yield from _of_price(claim, sentence, index, company, near)


def _of_ends(
    index: FactIndex, company: str, near: Sequence[MetricMention]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """The ends of the range with one name: "the bands are $20.40 apart"."""
    for mention in near:
        ends = values_of(index, company, mention) if len(mention.metrics) > 1 else []
        yield from ((first, second, False) for first, second in combinations(ends, 2))


def _of_price(
    claim: Claim, sentence: Sentence, index: FactIndex, company: str, near: Sequence[MetricMention]
) -> Iterator[tuple[Operand, Operand, bool]]:
    """The price and the one that the sentence names beside it."""
    priced = [mention for mention in near if _is_price(mention) and mention.name != "price"]
    if any(mention.name == "price" for mention in near) and len(near) > 1:
        return
    prices = list(of_metrics(index, company, ("price",)))
    if claim.direction and any(mention.name == "price" for mention in near):
        # "2.50 dollars more than the last close": the close before is meant.
        for price, close in product(prices, of_metrics(index, company, ("previous_close",))):
            yield price, close, True
    for mention in priced:
        behind = mention.start >= claim.numeral.end
        for price, value in product(prices, values_of(index, company, mention)):
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
        for first, second in product(of_metrics(index, one, metrics), of_metrics(index, other, metrics)):
            one_figure, other_figure = first.figure, second.figure
            if one_figure is None or other_figure is None or one_figure.metric != other_figure.metric:
                continue
            if _same_period(one_figure, other_figure):
                yield first, second, len(order) > 1 and bool(claim.direction)
