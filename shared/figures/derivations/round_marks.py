"""Round levels that a price or the RSI is measured from: ``another 4.1% to get back to $100,000``."""

import re
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit
from shared.figures.reading.zone_words import OVERBOUGHT, OVERSOLD

_MAX_DIGITS: Final = 2
_LEAST: Final = 10.0
_LARGE: Final = 1e6
"""From here on, a level is no price: sales are expected "to reach $740 million"."""
_RSI: Final = "rsi_14"
_LINES: Final = frozenset({20.0, 30.0, 50.0, 70.0, 80.0})
"""Levels of the RSI that it is measured from."""
_ZONES: Final = (
    (RarePattern(OVERBOUGHT, re.IGNORECASE), 70.0),
    (RarePattern(OVERSOLD, re.IGNORECASE), 30.0),
)
"""Words for the zones of the RSI, and where they begin."""
_POINTS: Final = re.compile(
    r"\s?(?:points?\b|Punkte?n?\b|puntos?\b|pontos?\b|punti?\b|ポイント|个?点|個?點|포인트)", re.IGNORECASE
)
_TO: Final = RarePattern(
    r"\b(?:back to|to reach|distance (?:of \w+ )?(?:to|from)|away from|way to|(?:needed|left|missing) to"
    r"|bis(?: zur Marke von)?|Abstand zu|entfernt von|jusqu['’]à|pour atteindre"
    r"|hasta|para (?:alcanzar|llegar a|atingir)|até|fino a|per raggiungere)"
    r"\s(?:the\s(?:round\s)?(?:mark|level)\sof\s)?[\s*_]*$",
    re.IGNORECASE,
)
"""Before a level to which a distance is given."""


def is_round_mark(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a number is a round level that the price is measured from, and no figure."""
    is_round = numeral.digits <= _MAX_DIGITS and numeral.unit in (Unit.MONEY, Unit.NONE)
    if not is_round or ends_with(_TO, sentence.text, numeral.start) is None:
        return False
    if _level(numeral) >= _LARGE:
        return any(
            one.numeral.unit is Unit.PERCENT and one.numeral.end <= numeral.start for one in sentence.numbers
        )
    return _level(numeral) >= _LEAST


def distance_to_mark(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """Returns the price from which a number is the distance to a round level of its sentence."""
    if claim.numeral.unit not in (Unit.PERCENT, Unit.MONEY):
        return None
    marks = [one.numeral for one in sentence.numbers if is_round_mark(sentence, one.numeral)]
    for company in claim.companies if marks else ():
        for price in index.of(company, ("price",)):
            if price.words or not price.value or price.period is None or not price.period.is_snapshot:
                continue
            for mark in marks:
                distance = _level(mark) - price.value
                share = distance / price.value * 100
                if claim.equals(abs(share if claim.numeral.unit is Unit.PERCENT else distance), SLACK):
                    return price
    return None


def distance_to_line(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``The RSI is at 31.8, just 1.8 points above the line of 30``: the RSI, measured from a line."""
    is_distance = claim.numeral.unit is Unit.POINTS or _POINTS.match(sentence.text, claim.numeral.end)
    if _RSI not in claim.metrics or not is_distance:
        return None
    lines = [value for one in sentence.numbers if (value := _level(one.numeral)) in _LINES]
    lines += [line for words, line in _ZONES if words.search(sentence.text)]
    for company in claim.companies:
        for figure in index.of(company, (_RSI,)):
            if any(claim.equals(abs(figure.value - line), SLACK) for line in lines):
                return figure
    return None


def _level(numeral: Numeral) -> float:
    """Returns a level; "3,000" and "3.000" are thousands here."""
    return max(numeral.readings).value
