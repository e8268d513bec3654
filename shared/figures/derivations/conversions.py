"""Amounts in another currency: ``500 pounds are $566.90``."""

from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.currency_binding import conversions, currency_pairs, is_in
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_MIN_DIGITS: Final = 3


def converted(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """Returns the price of the pair with which an amount before a number gives it; None without one."""
    if claim.numeral.unit is not Unit.MONEY:
        return None
    for one, other, pair, is_of_base in conversions(sentence, index.symbols):
        if other is not claim.numeral:
            continue
        for figure in index.of(pair.symbol, ("price",)):
            price = figure.value if is_of_base else 1 / figure.value if figure.value else 0.0
            if any(claim.equals(reading.value * price, SLACK) for reading in one.readings):
                return figure
    return _price_in_other_currency(claim, index)


def _price_in_other_currency(claim: Claim, index: FactIndex) -> KnownFigure | None:
    """``Bitcoin costs roughly €91,600``, where the facts have its price in dollars and that of the euro."""
    pairs = currency_pairs(index.symbols) if claim.numeral.digits >= _MIN_DIGITS else ()
    for pair in pairs:
        codes = (pair.base, pair.quote)
        if not any(is_in(claim.numeral, code) for code in codes):
            continue
        rates = [one.value for one in index.of(pair.symbol, ("price",)) if one.value and not one.words]
        for company in claim.companies:
            for price in index.of(company, ("price",)):
                if price.currency not in codes or price.words or is_in(claim.numeral, price.currency):
                    continue
                for rate in rates:
                    value = price.value / rate if price.currency == pair.quote else price.value * rate
                    if claim.equals(value, SLACK):
                        return price
    return None


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
