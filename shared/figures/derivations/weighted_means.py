"""Means of a portfolio that a sentence supposes: ``With 60% in A and 40% in B, the blended beta is``."""

import re
from collections.abc import Mapping
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_IN: Final = re.compile(
    r"\s(?:(?:in|into|of|an|auf|en|em|su|di|de)\s(?:la\s|a\s|o\s)?)?[*_]*|\s?(?:の)?", re.IGNORECASE
)
"""Between a weight and its company."""
_WHOLE: Final = 100.0
_STEP: Final = 5.0
"""Percent of which supposed weights are multiples."""


def is_weight(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a number is the weight of a company in a portfolio that the sentence supposes."""
    return any(one is numeral for one, _ in _weighted(sentence))


def weighted_mean(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """Returns a figure of those whose mean by the weights of the sentence a number is; None if none.

    Args:
        claim: The number.
        sentence: Its sentence.
        index: The figures of the facts.
    """
    weights = {company: numeral.readings[0].value / _WHOLE for numeral, company in _weighted(sentence)}
    for metric in dict.fromkeys((*claim.metrics, *claim.others)) if weights else ():
        values = _values(weights, metric, index)
        mean = sum(weights[company] * figure.value for company, figure in values.items())
        if len(values) == len(weights) and claim.equals(abs(mean), SLACK):
            return next(iter(values.values()))
    return None


def _values(weights: Mapping[str, float], metric: str, index: FactIndex) -> dict[str, KnownFigure]:
    return {
        company: figure
        for company in weights
        for figure in (one.figure for one in of_metrics(index, company, (metric,))[:1])
        if figure is not None
    }


def _weighted(sentence: Sentence) -> list[tuple[Numeral, str]]:
    """Returns the weights and their companies: round percentages that make a hundred, each before a name."""
    if len(sentence.companies) < 2:
        return []
    found = [
        (one.numeral, company.value)
        for one in sentence.numbers
        if one.numeral.unit is Unit.PERCENT and not one.numeral.sign
        for company in sentence.companies
        if _IN.fullmatch(sentence.text, one.numeral.end, company.start)
    ]
    values = [numeral.readings[0].value for numeral, _ in found]
    return found if sum(values) == _WHOLE and not any(value % _STEP for value in values) else []
