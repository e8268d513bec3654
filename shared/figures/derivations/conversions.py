"""Amounts in another currency: ``500 pounds are $566.90``."""

from collections.abc import Iterator, Sequence
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.currency_binding import conversions, currency_pairs, is_in
from shared.figures.derivations.operands import Stated
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_MIN_DIGITS: Final = 3
_MIN_DIGITS_OF_STATED: Final = 2
"""Significant digits of what an amount of the text is in another currency."""


def converted(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns the figure that a number is in another currency, or the price that gives it; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: The supported numbers of its sentence and of the one before.
        index: The figures of the facts.
    """
    if claim.numeral.unit is not Unit.MONEY:
        return None
    for one, other, pair, is_of_base in conversions(sentence, index.symbols):
        if other is not claim.numeral:
            continue
        for figure in index.of(pair.symbol, ("price",)):
            price = figure.value if is_of_base else 1 / figure.value if figure.value else 0.0
            if any(claim.equals(reading.value * price, SLACK) for reading in one.readings):
                return figure
    amounts = (_amount_at(claim, stated, index, currency, rate) for currency, rate in _rates(claim, index))
    return next((amount for amount in amounts if amount is not None), None)


def _rates(claim: Claim, index: FactIndex) -> Iterator[tuple[str, float]]:
    """Yields the currencies that the facts have a price of in that of a number, with what one unit costs."""
    for pair in currency_pairs(index.symbols) if claim.numeral.digits >= _MIN_DIGITS_OF_STATED else ():
        if pair.base == pair.quote:
            continue
        for one in index.of(pair.symbol, ("price",)):
            if one.words or not one.value:
                continue
            if is_in(claim.numeral, pair.quote):
                yield pair.base, one.value
            elif is_in(claim.numeral, pair.base):
                yield pair.quote, 1 / one.value


def _amount_at(
    claim: Claim, stated: Sequence[Stated], index: FactIndex, currency: str, rate: float
) -> KnownFigure | None:
    """Returns the amount in another currency that a number is at some rate.

    It is stated before ("the market value is ¥11.89 trillion; that is about $82 billion"), or what the number
    claims to be ("Bitcoin costs roughly €91,600", where the facts have its price in dollars).
    """
    for one in stated:
        if is_in(one.claim.numeral, currency) and claim.equals(abs(one.value) * rate, SLACK):
            return one.figure
    if claim.numeral.digits < _MIN_DIGITS:
        return None
    metrics = dict.fromkeys(("price", *claim.metrics, *claim.others))
    return next(
        (
            figure
            for company in claim.companies
            for figure in index.of(company, tuple(metrics))
            if figure.currency == currency
            and not figure.words
            and claim.equals(abs(figure.value) * rate, SLACK)
        ),
        None,
    )


def amounts_to_convert(sentence: Sentence, claims: Sequence[Claim], index: FactIndex) -> list[Claim]:
    """Returns the amounts that a sentence only gives to tell what they are in another currency.

    Args:
        sentence: The sentence.
        claims: Its numbers that are not what their names say.
        index: The figures of the facts.
    """
    if not any(claim.numeral.unit is Unit.MONEY for claim in claims):
        return []
    given = [one for one, *_ in conversions(sentence, index.symbols) if one.readings[0].value % 1 == 0]
    return [claim for claim in claims if any(claim.numeral is one for one in given)]
