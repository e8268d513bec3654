"""Levels that were never quoted: behind an assumed move, and of a pair of currencies the other way round."""

import re
from collections.abc import Collection, Iterator
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import of_metrics
from shared.figures.facts.company_names import kind_of
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_ROUNDED: Final = 0.005
"""Of a value that is only said to be near, how much may be rounded away."""
_LEVELS: Final = ("price", "week_52_high", "week_52_low", "highest", "lowest")
_EARNED: Final = ("eps", "eps_estimate")
_PAIR: Final = "currency"
_PAIR_OF_MOVES: Final = 2
_RECOVERS: Final = RarePattern(
    r"\b(?:recover\w*|break(?:ing)?[ -]?even|get(?:ting)? back|recoup\w*|make (?:it|that|this) (?:back|up)"
    r"|offset|undo|aufzuholen|aufholen|auszugleichen|ausgleichen|wettzumachen|wettmachen|récupérer|compenser|effacer"
    r"|revenir|recuperar\w*|compensar|recuperare|compensare|tornare in pari)\b"
    r"|取り戻|元に戻|回復|回本|收复|收復|回到|만회|회복|복구",
    re.IGNORECASE,
)
"""What it takes to get back to where something was."""
_MIN_DIGITS: Final = 3


def level_after_move(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``A 10% pullback would take it to $198``: returns the level that an assumed move is applied to."""
    moves = {
        reading.value / 100
        for one in sentence.numbers
        if one.numeral.unit is Unit.PERCENT
        for reading in one.numeral.readings[:1]
    }
    return level_after(claim, moves, index)


def level_after(claim: Claim, moves: Collection[float], index: FactIndex) -> KnownFigure | None:
    """Returns the level from which a number follows by one of some moves that are only supposed.

    Args:
        claim: The number.
        moves: The moves, as parts of one.
        index: The figures of the facts.
    """
    if not claim.is_conditional or claim.numeral.unit not in (Unit.MONEY, Unit.NONE):
        return None
    for company in claim.companies if moves else ():
        if "market_cap" in (*claim.metrics, *claim.others):
            # "In market value, that would be $55 billion."
            for whole in of_metrics(index, company, ("market_cap",)):
                if any(_equals(claim, whole.value * move) for move in moves):
                    return whole.figure
        for level in of_metrics(index, company, _LEVELS):
            if any(_equals(claim, level.value * (1 + way * move)) for move in moves for way in (1, -1)):
                return level.figure
    return None


def at_multiple(claim: Claim, multiples: Collection[float], index: FactIndex) -> KnownFigure | None:
    """Returns the earnings of a share that give a number, times a multiple that the question supposes.

    Args:
        claim: The number.
        multiples: The multiples.
        index: The figures of the facts.
    """
    if claim.numeral.unit is not Unit.MONEY or not multiples:
        return None
    for company in claim.companies:
        for earned in index.of(company, _EARNED):
            is_of_year = earned.period is not None and earned.period.quarter is None and not earned.words
            if is_of_year and any(_equals(claim, earned.value * one) for one in multiples):
                return earned
    return None


def way_to_level(claim: Claim, levels: Collection[float], index: FactIndex) -> KnownFigure | None:
    """Returns the price from which a number is the way to a level that the question names.

    ``Will it fall below 600?`` – ``It would take a fall of 8.4%``.

    Args:
        claim: The number.
        levels: The levels.
        index: The figures of the facts.
    """
    is_share = claim.numeral.unit is Unit.PERCENT
    if claim.is_tight or not (is_share or claim.numeral.unit in (Unit.MONEY, Unit.POINTS)):
        return None
    for company in claim.companies if levels else ():
        for price in of_metrics(index, company, ("price",)):
            for level in levels:
                way = level - price.value
                ways = ((way / price.value, way), (-way / level, -way)) if price.value else ()
                if any(
                    by * claim.direction >= 0 and claim.equals(abs(part * 100 if is_share else by), SLACK)
                    for part, by in ways
                ):
                    return price.figure
    return None


def way_back(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``After a fall of 5% it takes 5.3% to recover``: returns the price that a fall and the way back are of.

    Args:
        claim: The number.
        sentence: Its sentence.
        index: The figures of the facts.
    """
    if not is_way_back(claim, sentence):
        return None
    return next(
        (price.figure for one in claim.companies for price in of_metrics(index, one, ("price",))), None
    )


def is_way_back(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a percentage is what it takes to make up for another one of its sentence."""
    return _is_percentage(claim) and any(claim.equals(way, SLACK) for way in _ways_back(claim, sentence))


def needs_way_back(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a percentage is a move of no company whose recovery the sentence states."""
    if not _is_percentage(claim) or sentence.companies or len(sentence.numbers) < _PAIR_OF_MOVES:
        return False
    start = claim.numeral.start
    if sentence.numbers[0].numeral.start < start or any(one.start < start for one in sentence.cues_of("it")):
        return False
    return _RECOVERS.search(sentence.text) is not None


def _is_percentage(claim: Claim) -> bool:
    """Returns whether a number is a percentage, and no margin or yield: a loss is one of money, too."""
    named = METRICS.get(claim.mention.name) if claim.mention is not None and claim.is_tight else None
    return claim.numeral.unit is Unit.PERCENT and (named is None or named.kind is not Kind.PERCENT)


def _ways_back(claim: Claim, sentence: Sentence) -> Iterator[float]:
    before = [
        one.numeral.readings[0].value / 100
        for one in sentence.numbers
        if one.numeral.unit is Unit.PERCENT and one.numeral.start < claim.numeral.start
    ]
    for moved in before if before and _RECOVERS.search(sentence.text) else ():
        if 0 < moved < 1:
            yield moved / (1 - moved) * 100
            yield moved / (1 + moved) * 100


def inverse_rate(claim: Claim, index: FactIndex) -> KnownFigure | None:
    """``a dollar is worth €0.964``: returns the rate of the pair the other way round."""
    if claim.numeral.unit not in (Unit.MONEY, Unit.NONE) or claim.numeral.digits < _MIN_DIGITS:
        return None
    for company in claim.companies:
        for rate in of_metrics(index, company, ("price",)) if kind_of(company) == _PAIR else ():
            is_other = rate.figure is None or claim.numeral.currency not in (None, rate.figure.currency)
            if is_other and rate.value and _equals(claim, 1 / rate.value):
                return rate.figure
    return None


def _equals(claim: Claim, value: float) -> bool:
    return claim.equals(value, SLACK, _ROUNDED if claim.is_approximate else 0.0)
