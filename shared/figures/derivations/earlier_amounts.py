"""What follows from amounts stated before: their share of a whole, what a counted stake is worth."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.share_binding import whole_of
from shared.figures.derivations.operands import Operand, Stated, of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.stated_periods import agrees
from shared.figures.reading.units import Unit

_ROUNDED: Final = 0.01
"""Of an amount that is only said to be near, how much may be rounded away."""
_MAX_PARTS: Final = 3
_MIN_WORTH: Final = 1e6
_AMOUNTS: Final = frozenset({Kind.MONEY, Kind.PRICE, Kind.COUNT})
_PER_SHARE: Final = frozenset({"dividend_per_share", "eps"})
"""What is named of one share."""
_OF_IT: Final = RarePattern(
    r"\s(?:of (?:it|that|this|them|the (?:sum|amount|money|proceeds|total|cash|order|budget))"
    r"|davon|(?:der|des) (?:Summe|Betrags|Erlöses|Geldes)|de (?:cela|ce montant|cette somme|la somme)"
    r"|de (?:esa|esta|la) (?:suma|cantidad)|de ese importe|del importe"
    r"|d(?:isso|esse valor|esse montante|a soma)|di (?:questa somma|questo importo|essa|essi)|della somma)\b",
    re.IGNORECASE,
)
"""Behind a fraction of an amount that was stated before."""
_AFTER: Final = re.compile(
    r"\b(?:after|once|following|nach|après|une fois|tras|después|dopo|após|depois)\b|後|之后|후",
    re.IGNORECASE,
)
_EACH: Final = re.compile(
    r"\b(?:each|every one|apiece|jede[rs]?|je|chac\w+|cada uno|cada una|cada um|ciascun[oa]?|l'un)\b"
    r"|\b(?:per|a|average|pro|je|par|por|per ogni)\s(?:client|customer|user|subscriber|patient|job|store|jet"
    r"|barrel|Kunde|Kunden|Nutzer|abonné|cliente|usuario|utente)\b"
    r"|1つ|1機|1台|每|하나당|1대|1人当たり|1인당|人均",
    re.IGNORECASE,
)
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
    if claim.numeral.unit is not Unit.MONEY and not _is_large_amount(claim.numeral):
        return None
    return (
        _worth_of_count(claim, sentence, earlier, index)
        or _fraction(claim, sentence, earlier)
        or _rest_after(claim, sentence, earlier)
        or _of_each(claim, sentence, earlier)
    )


def fractions_of_earlier(sentence: Sentence, claims: Sequence[Claim]) -> list[Claim]:
    """Returns the fractions of an amount before that another amount tells: ``half of it, $2.45 billion``.

    Args:
        sentence: The sentence.
        claims: Its numbers.
    """
    last = max((one.numeral.start for one in claims if _is_large_amount(one.numeral)), default=0)
    # "$1.5 billion, or half of the proceeds" tells what a part the amount before it is.
    return [one for one in claims if one.numeral.end <= last and _is_fraction(sentence, one.numeral)]


def _is_fraction(sentence: Sentence, numeral: Numeral) -> bool:
    is_in_words = numeral.unit is Unit.PERCENT and not any(map(str.isdigit, numeral.text))
    return is_in_words and _OF_IT.match(sentence.text, numeral.end) is not None


def _is_large_amount(numeral: Numeral) -> bool:
    return numeral.unit in (Unit.MONEY, Unit.NONE) and numeral.readings[0].value >= _MIN_WORTH


def _amounts_before(sentence: Sentence, earlier: Sequence[Stated]) -> list[Stated]:
    """Returns the last amounts that sentences before state."""
    amounts = [one for one in earlier if one.sentence is not sentence]
    return [one for one in amounts if abs(one.value) >= _MIN_WORTH and _may_be_amount(one)][-_MAX_PARTS:]


def _may_be_amount(one: Stated) -> bool:
    is_count = one.figure is not None and one.figure.kind is Kind.COUNT
    return one.claim.numeral.unit in (Unit.MONEY, Unit.NONE) and not is_count


def _fraction(claim: Claim, sentence: Sentence, earlier: Sequence[Stated]) -> KnownFigure | None:
    """``The order is worth $4.9 billion. … Half of it, $2.45 billion, …``: a fraction of an amount before."""
    parts = [one.numeral.readings[0].value for one in sentence.numbers if _is_fraction(sentence, one.numeral)]
    for part, one in product(parts, _amounts_before(sentence, earlier) if parts else ()):
        if claim.equals(abs(one.value) * part / 100, SLACK, _ROUNDED if claim.is_approximate else 0.0):
            return one.figure
    return None


def _rest_after(claim: Claim, sentence: Sentence, earlier: Sequence[Stated]) -> KnownFigure | None:
    """``Net cash is $5.94 billion. Once the $5 billion buyback is paid for, it falls to $0.94 billion``."""
    if not _is_large_amount(claim.numeral) or not _AFTER.search(sentence.text[: claim.numeral.start]):
        return None
    own = [
        one for one in earlier if one.sentence is sentence and one.claim.numeral.end <= claim.numeral.start
    ]
    for spent, one in product(own[-1:], _amounts_before(sentence, earlier)):
        if abs(spent.value) >= _MIN_WORTH and _may_be_amount(spent):
            first, second = abs(one.value), abs(spent.value)
            if claim.equals(abs(first - second), SLACK) or claim.equals(first + second, SLACK):
                return one.figure or spent.figure
    return None


def _of_each(claim: Claim, sentence: Sentence, earlier: Sequence[Stated]) -> KnownFigure | None:
    """``$4.9 billion for 1,970 interceptors. Each costs $2.5 million``: of two numbers of one fact."""
    if not _EACH.search(sentence.text):
        return None
    before = [one for one in earlier if one.sentence is not sentence and one.figure is not None]
    counts = [one for one in before if one.claim.numeral.unit is Unit.NONE and one.value > 1]
    for whole, count in product(_amounts_before(sentence, earlier), counts[-_MAX_PARTS:]):
        are_of_one = whole.figure and count.figure and whole.figure.fact_id == count.figure.fact_id
        if are_of_one and claim.equals(
            abs(whole.value / count.value), SLACK, _ROUNDED if claim.is_approximate else 0.0
        ):
            return whole.figure
    return None


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
        if of.value and claim.equals(abs(part.value / of.value) * 100, SLACK):
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
            if is_latest and of.value and claim.equals(abs(each.value * count.value / of.value) * 100, SLACK):
                return of.figure
    return None


def _is_latest(operand: Operand) -> bool:
    period = operand.figure.period if operand.figure is not None else None
    return period is None or period.is_snapshot


def _worth_of_count(
    claim: Claim, sentence: Sentence, earlier: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``36.1 million coins are staked. … That stake is worth $196 billion``: at the price of now."""
    if not _is_large_amount(claim.numeral) or not _WORTH.search(sentence.text):
        return None
    counts = [
        one
        for one in earlier
        if one.claim.numeral.unit is Unit.NONE and one.figure is not None and one.figure.words
    ]
    for company in claim.companies:
        prices = [one for one in of_metrics(index, company, ("price",)) if _is_latest(one)]
        for count, price in product(counts[-_MAX_PARTS:], prices):
            if claim.equals(abs(count.value * price.value), SLACK):
                return price.figure
    return None
