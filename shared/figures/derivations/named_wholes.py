"""Shares of what the sentence names before them, and margins of two amounts that it states."""

from collections.abc import Sequence
from itertools import product
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.share_binding import named_whole_before
from shared.figures.derivations.operands import Stated, of_metrics
from shared.figures.derivations.period_pairs import same_period
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_MAX_PARTS: Final = 4
_DIVIDENDS: Final = frozenset({"dividend_per_share", "amount"})
_MARGINS: Final = frozenset({"margin", "profit_margin", "operating_margin", "gross_margin", "ebitda_margin"})


def of_named_whole(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns a figure of those that a percentage is the share or margin of; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: The supported numbers before it.
        index: The figures of the facts.
    """
    return (
        _share_of_named(claim, sentence, stated, index)
        or _margin_of_stated(claim, sentence, stated)
        or _yield_of_stated(claim, sentence, stated, index)
    )


def _share_of_named(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``研發費用增加到1,463億元,占營收24.7%``: the last amount, of a figure that the facts have."""
    whole = named_whole_before(sentence, claim.numeral)
    parts = [one for one in stated if one.claim.numeral.unit in (Unit.MONEY, Unit.NONE) and one.figure]
    for company, part in product(claim.companies if whole is not None else (), parts[-_MAX_PARTS:]):
        for total in of_metrics(index, company, whole.metrics if whole is not None else ()):
            if part.figure is None or total.figure is None or not total.value:
                continue
            are_of_one = same_period(part.figure, total.figure)
            if are_of_one and claim.equals(abs(part.value / total.value) * 100, SLACK):
                return part.figure
    return None


def _margin_of_stated(claim: Claim, sentence: Sentence, stated: Sequence[Stated]) -> KnownFigure | None:
    """``Ebitda of €624 million on revenue of €5.06 billion, a margin of 12.3%``: of these amounts."""
    is_margin = claim.mention is not None and claim.mention.name in _MARGINS
    if not is_margin or claim.numeral.unit is not Unit.PERCENT:
        return None
    own = [
        one
        for one in stated
        if one.sentence is sentence
        and one.claim.numeral.end <= claim.numeral.start
        and one.claim.numeral.unit in (Unit.MONEY, Unit.NONE)
        and one.figure
        and one.value
    ]
    own.sort(key=lambda one: one.claim.numeral.start)
    if len(own) < 2:
        return None
    part, whole = sorted(own[-2:], key=lambda one: abs(one.value))
    return part.figure if claim.equals(abs(part.value / whole.value) * 100, SLACK) else None


def _yield_of_stated(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``Repsol will pay €1.05 a share, a yield of 6.7%``: a stated dividend, of the price."""
    if "dividend_yield" not in claim.metrics or claim.numeral.unit is not Unit.PERCENT:
        return None
    for one in stated:
        figure = one.figure
        is_told = figure is not None and (bool(figure.words) or figure.metric in _DIVIDENDS)
        if one.sentence is not sentence or one.claim.numeral.unit is not Unit.MONEY or not is_told:
            continue
        for price in (each for company in claim.companies for each in index.of(company, ("price",))):
            is_price = not price.words and (price.period is None or price.period.is_snapshot)
            if is_price and price.value and claim.equals(abs(one.value / price.value) * 100, SLACK):
                return figure
    return None
