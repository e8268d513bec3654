"""What a share would cost at another dividend yield, or pay at another ratio: ``at a 6% yield … $73.33``."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_ROUNDED: Final = 0.005
"""Of a price that is only said to be near, how much may be rounded away."""
_MAX_PRICE: Final = 1e6
_PAYOUT: Final = "payout_ratio"
_RATES: Final = frozenset({"dividend_yield", "return_or_yield", _PAYOUT})
_AT: Final = re.compile(
    r"[\s*_-]*(?:At an?|Bei (?:einer Rendite von|einer|rund)|Avec un rendement de|Con un rendimiento del?"
    r"|Com um rendimento de|Con un rendimento del)\s(?:yield of\s|dividend yield of\s)?",
    re.IGNORECASE,
)
"""Before a yield that opens a sentence on what a share would cost."""
_SUPPOSED: Final = RarePattern(
    r"\b(?:would|could|if|supports?|justif\w+|implies|assum\w+|würde|wäre|wenn|bei einer|serait|vaudrait"
    r"|si|à un|sería|valdría|seria|valeria|se|sarebbe|varrebbe)\b|^[\s*_-]*At an?\s"
    r"|なら|とすると|如果|按|라면",
    re.IGNORECASE,
)


def assumed_yields(sentence: Sentence, claims: Sequence[Claim], index: FactIndex) -> list[Claim]:
    """Returns the yields that a sentence only supposes, to tell what a share would cost.

    Args:
        sentence: The sentence.
        claims: Its numbers that are not what their names say.
        index: The figures of the facts.
    """
    if not _may_suppose(sentence):
        return []
    prices = [one for one in claims if _may_be_price(one)]
    rates = [one for one in claims if one.numeral.unit is Unit.PERCENT]
    return [
        rate
        for rate in rates
        # "At a 6% yield"
        if _AT.fullmatch(sentence.text, 0, rate.numeral.start)
        or any(_is_price_at(price, rate.numeral.readings[0].value, sentence, index) for price in prices)
    ]


def price_at_yield(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """Returns the dividend that gives a number, over a yield that the sentence supposes; None if none."""
    if not _may_be_price(claim) or not _may_suppose(sentence):
        return None
    rates = [one.numeral.readings[0].value for one in sentence.numbers if one.numeral.unit is Unit.PERCENT]
    return next((paid for rate in rates if (paid := _is_price_at(claim, rate, sentence, index))), None)


def _may_suppose(sentence: Sentence) -> bool:
    return not _names(sentence).isdisjoint(_RATES) and _SUPPOSED.search(sentence.text) is not None


def _names(sentence: Sentence) -> set[str]:
    return {metric for mention in sentence.metrics for metric in (mention.name, *mention.metrics)}


def _may_be_price(claim: Claim) -> bool:
    return claim.numeral.unit is Unit.MONEY and claim.numeral.readings[0].value < _MAX_PRICE


def _is_price_at(claim: Claim, rate: float, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """Returns the dividend of a company that makes a rate at a price, also one that the sentence states."""
    rounded = _ROUNDED if claim.is_approximate else 0.0
    for company in claim.companies if rate else ():
        paid = [one for one in of_metrics(index, company, ("dividend_per_share",)) if one.figure is not None]
        values = [*(one.value for one in paid), *_amounts(claim, sentence)] if paid else []
        if any(claim.equals(value * 100 / rate, SLACK, rounded) for value in values):
            return paid[0].figure
        earned = of_metrics(index, company, ("eps",)) if _PAYOUT in _names(sentence) else []
        for one in earned:
            # "If it paid out 30% of earnings, the dividend would be about $3.63."
            if one.value > 0 and claim.equals(one.value * rate / 100, SLACK, rounded):
                return one.figure
    return None


def _amounts(claim: Claim, sentence: Sentence) -> Iterator[float]:
    for one in sentence.numbers:
        if one.numeral.unit is Unit.MONEY and one.numeral is not claim.numeral:
            yield one.numeral.readings[0].value
