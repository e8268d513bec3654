"""Parts of what is named behind them: ``half Vodafone's multiple``, ``about half of the proceeds``."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.share_binding import whole_of
from shared.figures.derivations.operands import Stated, of_metrics
from shared.figures.derivations.period_pairs import same_period
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_NEXT: Final = 40
"""Characters between a part and the name of what it is a part of."""
_MAX_AMOUNTS: Final = 6
_MAX_TOLD: Final = 2
"""Amounts of the news that a percentage may be a part of something by."""
_AROUND: Final = 1.5
"""How much wider the tolerance of a part is that is only said to be near."""
_MAX_BEYOND: Final = 1.25
"""How far a part may be below the one that it is said to be less than."""
_DIGIT: Final = re.compile(r"\d")
_OF: Final = re.compile(
    r"[\s*_]*(?:of|von|de|du|di|do|da|des|der|del)?\s?(?:(?:that|the|its|this)\s(?:same\s)?)?", re.IGNORECASE
)
_BREAK: Final = re.compile(r"[.,;:(\d]")
_OF_AMOUNT: Final = re.compile(
    r"\s(?:of|des|der|vom|du|de la|de|del|della|do|da|dos)\s(?:(?:the|that|this|la|le|el|il)\s)?"
    r"(?:proceeds|total|sum|amount|price|deal|sale|money|package|programme|program|cost|bill|Erlöses|Summe"
    r"|Betrags|Preises|Kaufpreises|produit|montant|prix|suma|importe|precio|recursos|valor|preço|ricavato|totale"
    r"|importo|prezzo)\b",
    re.IGNORECASE,
)
"""Behind a part of an amount that was stated before."""


def part_of_other(
    claim: Claim, sentence: Sentence, index: FactIndex, companies: Sequence[str]
) -> KnownFigure | None:
    """``at less than half Vodafone's earnings multiple``: returns the figure of the company before the part.

    Args:
        claim: The number: a part in words.
        sentence: Its sentence.
        index: The figures of the facts.
        companies: The companies that the sentence names or is about, its subject first.
    """
    of = _named_behind(claim, sentence)
    if of is None:
        return None
    other = _other(claim, sentence, of)
    about = list(dict.fromkeys((*claim.companies, *companies)))
    wholes = [one for one in about if one not in claim.companies] if other is None else [other]
    parts = claim.companies if other is None else [one for one in about if one != other][:1]
    for company, compared in product(parts, wholes):
        values = product(of_metrics(index, company, of.metrics), of_metrics(index, compared, of.metrics))
        for part, whole in values:
            if part.figure is None or whole.figure is None or part.figure.metric != whole.figure.metric:
                continue
            are_of_one = same_period(part.figure, whole.figure)
            if whole.value and are_of_one and _is_part(claim, part.value / whole.value):
                return part.figure
    return None


def is_part_of_other(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a part in words is one of a metric of another company that is named behind it."""
    of = _named_behind(claim, sentence)
    return of is not None and _other(claim, sentence, of) is not None


def _other(claim: Claim, sentence: Sentence, of: MetricMention) -> str | None:
    """Returns the company between a part and the metric that it is of."""
    end = claim.numeral.end
    return next((one.value for one in sentence.companies if end <= one.start < of.start), None)


def _named_behind(claim: Claim, sentence: Sentence) -> MetricMention | None:
    """Returns the metric behind a part, with at most its company between the two."""
    if claim.numeral.unit is not Unit.PERCENT or _DIGIT.search(claim.numeral.text):
        return None
    end = claim.numeral.end
    of = next((one for one in sentence.metrics if 0 <= one.start - end <= _NEXT), None)
    if of is None or _BREAK.search(sentence.text, end, of.start):
        return None
    start = _OF.match(sentence.text, end)
    is_next = start is not None and 0 <= of.start - start.end() <= 1
    return of if is_next or _other(claim, sentence, of) else None


def part_of_amount(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``sold for €3.1 billion. … €1.5 billion, or about half of the proceeds``: a part of an amount before.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: The supported numbers of the sentences before and of this one, the last one last.
    """
    if claim.numeral.unit is not Unit.PERCENT or not _OF_AMOUNT.match(sentence.text, claim.numeral.end):
        return None
    amounts = [one for one in stated if one.claim.numeral.unit is Unit.MONEY and one.value][-_MAX_AMOUNTS:]
    own = [one for one in amounts if one.sentence is sentence]
    for one, other in product(own, amounts):
        part, whole = sorted((one, other), key=lambda amount: abs(amount.value))
        if part is not whole and _is_part(claim, abs(part.value / whole.value)):
            return part.figure or whole.figure
    return None


def part_of_metric(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``The deal costs $2.85 billion. … The price equals 1.5% of the market value``: of what the facts have.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: The supported numbers of the sentences before and of this one, the last one last.
        index: The figures of the facts.
    """
    whole = whole_of(sentence, claim.numeral.end) if claim.numeral.unit is Unit.PERCENT else None
    told = [one for one in stated if one.figure is not None and one.figure.words and one.value]
    amounts = [one for one in told if one.claim.numeral.unit is Unit.MONEY][-_MAX_TOLD:]
    for company, one in product(claim.companies if whole is not None else (), amounts):
        for total in of_metrics(index, company, whole.metrics if whole is not None else ()):
            is_of_now = total.figure is not None and (
                total.figure.period is None or total.figure.period.is_snapshot
            )
            if is_of_now and total.value and _is_part(claim, abs(one.value / total.value)):
                return one.figure
    return None


def _is_part(claim: Claim, ratio: float) -> bool:
    part = ratio * 100
    if claim.threshold < 0:
        return any(one.value / _MAX_BEYOND <= part <= one.value for one in claim.numeral.readings)
    return claim.equals(part, _AROUND if claim.is_approximate else SLACK)
