"""What follows from amounts stated before: their share of a whole, what a counted stake is worth."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.share_binding import whole_of
from shared.figures.derivations.operands import Operand, Stated, of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit

_SLACK: Final = 1.25
"""The writer may have computed with figures as they are shown, which are rounded themselves."""
_MAX_PARTS: Final = 3
_MIN_WORTH: Final = 1e6
_AMOUNTS: Final = frozenset({Kind.MONEY, Kind.PRICE, Kind.COUNT})
_PER_SHARE: Final = frozenset({"dividend_per_share", "eps"})
"""What is named of one share."""
_OF: Final = re.compile(r"[\s*_]*(?:[(（][^()（）]*[)）])?(?:の|的|의)\s?(?:約|约|약\s?|大约)?[\s*_]*")
_WORTH: Final = re.compile(
    r"\b(?:worth|value|valued|wert|Wert|vaut|valent|valeur|vale|valen|valor|valgono|valore)\b|価値|相当|价值|價值|가치"
)


def of_earlier_amounts(
    claim: Claim, sentence: Sentence, earlier: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure of those that a number follows from together with what was stated before; None if not.

    Args:
        claim: The number.
        sentence: Its sentence.
        earlier: The supported numbers of the sentences before and of this one, the last one last.
        index: The figures of the facts.
    """
    if claim.numeral.unit is Unit.PERCENT:
        whole = whole_of(sentence, claim.numeral.end) or _whole_before(sentence, claim.numeral.start)
        if whole is None:
            return None
        return _share_of_whole(claim, sentence, whole, earlier, index) or _share_of_all_shares(
            claim, sentence, whole, index
        )
    return _worth_of_count(claim, sentence, earlier, index)


def _whole_before(sentence: Sentence, start: int) -> MetricMention | None:
    """``売上高の19%``: what a share is of, in Japanese, Chinese and Korean."""
    if sentence.text.isascii():
        return None
    return next((one for one in sentence.metrics if _OF.fullmatch(sentence.text, one.end, start)), None)


def _share_of_whole(
    claim: Claim, sentence: Sentence, whole: MetricMention, earlier: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``The budget rises to $4.6 billion. … It equals 19% of last year's revenue of $24.48 billion``."""
    named = (one for one in sentence.metrics if one.end <= claim.numeral.start and one is not whole)
    if any(map(_is_amount, named)):
        return None
    parts = [one for one in earlier if one.claim.numeral.unit is Unit.MONEY and one.sentence is not sentence]
    wholes = list(_wholes(claim, sentence, whole, earlier, index))
    for part, of in product(parts[-_MAX_PARTS:], wholes):
        if of.value and claim.equals(abs(part.value / of.value) * 100, _SLACK):
            return part.figure or of.figure
    return None


def _is_amount(mention: MetricMention) -> bool:
    metric = METRICS.get(mention.name) or METRICS.get(mention.metrics[0])
    return metric is not None and metric.kind in _AMOUNTS and mention.name != "trading"


def _wholes(
    claim: Claim, sentence: Sentence, whole: MetricMention, earlier: Sequence[Stated], index: FactIndex
) -> Iterator[Operand]:
    """Yields what a share can be of: the amount that its sentence states, else the newest of the facts."""
    own = [
        Operand(one.value, one.figure)
        for one in earlier
        if one.sentence is sentence and one.figure is not None and one.figure.metric in whole.metrics
    ]
    if own:
        yield from own
        return
    for company in claim.companies:
        for one in of_metrics(index, company, whole.metrics):
            period = one.figure.period if one.figure is not None else None
            if period is None or period.is_snapshot or (claim.period and agrees(claim.period, period)):
                yield one


def _share_of_all_shares(
    claim: Claim, sentence: Sentence, whole: MetricMention, index: FactIndex
) -> KnownFigure | None:
    """``The dividend of $2.76 takes 75% of the free cash flow``: of all shares together."""
    before = [one for one in sentence.metrics if one.end <= claim.numeral.start and _is_amount(one)]
    named = [metric for one in before[-2:] if one is not whole for metric in one.metrics]
    paid_metrics = [metric for metric in named if metric in _PER_SHARE]
    if not paid_metrics or whole.name in _PER_SHARE:
        return None
    for company in claim.companies:
        shares = of_metrics(index, company, ("shares_outstanding",))
        paid = of_metrics(index, company, paid_metrics)
        for each, count, of in product(paid, shares, of_metrics(index, company, whole.metrics)):
            is_latest = _is_latest(each) and _is_latest(of)
            if (
                is_latest
                and of.value
                and claim.equals(abs(each.value * count.value / of.value) * 100, _SLACK)
            ):
                return of.figure
    return None


def _is_latest(operand: Operand) -> bool:
    period = operand.figure.period if operand.figure is not None else None
    return period is None or period.is_snapshot


def _worth_of_count(
    claim: Claim, sentence: Sentence, earlier: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``36.1 million coins are staked. … That stake is worth $196 billion``: at the price of now."""
    is_amount = claim.numeral.unit is Unit.MONEY and claim.numeral.readings[0].value >= _MIN_WORTH
    if not is_amount or not _WORTH.search(sentence.text):
        return None
    counts = [
        one
        for one in earlier
        if one.claim.numeral.unit is Unit.NONE and one.figure is not None and one.figure.words
    ]
    for company in claim.companies:
        prices = [one for one in of_metrics(index, company, ("price",)) if _is_latest(one)]
        for count, price in product(counts[-_MAX_PARTS:], prices):
            if claim.equals(abs(count.value * price.value), _SLACK):
                return price.figure
    return None
