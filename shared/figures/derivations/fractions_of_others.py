"""Fractions in words of what another company has: ``at less than half of AMD's forward multiple``."""

from collections.abc import Iterator
from itertools import permutations
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import CHANGES
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_AROUND: Final = 0.12
"""Share by which a fraction that no word bounds may differ from its value: 14.8 of 27.9 is about half."""
_DEBT_TO_EQUITY: Final = "debt_to_equity"
_DEBT: Final = "total_debt"
_MOST_COMPANIES: Final = 4


def fraction_of_other(
    claim: Claim, sentence: Sentence, companies: tuple[str, ...], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure of the company whose value is that fraction of another one's; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        companies: The companies that the sentence names or is about, its subject first.
        index: The figures of the facts.
    """
    numeral = claim.numeral
    if numeral.unit is not Unit.PERCENT or len(companies) < 2 or any(map(str.isdigit, numeral.text)):
        return None
    fraction = numeral.readings[0].value
    named = dict.fromkeys(one.value for one in sentence.companies)
    for one, share in _shares(claim, companies[:_MOST_COMPANIES], index):
        if len(named) > 1 and one.symbol != companies[0]:
            # "Qualcomm trades at less than half of AMD's multiple": of the first.
            continue
        is_kept = (share - fraction) * claim.threshold > 0 if claim.threshold else False
        if is_kept or abs(share - fraction) <= _AROUND * fraction:
            return one
    return None


def _shares(
    claim: Claim, companies: tuple[str, ...], index: FactIndex
) -> Iterator[tuple[KnownFigure, float]]:
    """Yields the values of companies with their shares in another one's, in percent."""
    metrics = dict.fromkeys((*claim.metrics, *claim.others, *claim.nearby))
    if _DEBT_TO_EQUITY in metrics:
        # "Its debt is two thirds of Deere's" has a word for the ratio, too.
        metrics[_DEBT] = None
    for metric in (name for name in metrics if name not in CHANGES):
        values = [one for company in companies if (one := _of_now(index, company, metric)) is not None]
        for one, other in permutations(values, 2):
            if one.currency == other.currency and one.value * other.value > 0:
                yield one, 100 * one.value / other.value


def _of_now(index: FactIndex, company: str, metric: str) -> KnownFigure | None:
    figures = (one for one in index.of(company, (metric,)) if not one.words)
    return next((one for one in figures if one.period is None or one.period.is_snapshot), None)
