"""Percentages of levels: distances to one in brackets, yields at one, moves in a day and with the market."""

import math
import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import SLACK, Claim
from shared.figures.derivations.operands import Stated, of_metrics
from shared.figures.facts.known_figures import FactIndex, KnownFigure
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_BRACKET: Final = re.compile(r"\s(?:(?:below|above|under|over|darunter|darüber)\s)?[(（]")
_LEVELS: Final = (
    *("week_52_high", "week_52_low", "target_mean_price", "target_high_price", "target_low_price"),
    *("sma_20", "sma_50", "sma_200", "bollinger_upper", "bollinger_lower", "highest", "lowest"),
)
_YIELDS: Final = frozenset({"dividend_yield", "dividend_per_share", "return_or_yield"})
_VOLATILITY: Final = "volatility"
_PARTS_OF_YEAR: Final = (12, 52, 252)
"""Months, weeks and sessions."""
_MARKET: Final = RarePattern(
    r"\b(?:market|index|Markt|marché|mercado|mercato)\b|市場|市场|시장", re.IGNORECASE
)
_DAY: Final = RarePattern(
    r"\b(?:an? (?:average|typical|normal) day|daily|a day|am Tag|täglich|par jour|al día|al giorno)\b",
    re.IGNORECASE,
)


def level_form(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """Returns the figure of a level that a percentage follows from; None without one.

    Args:
        claim: The number.
        sentence: Its sentence.
        stated: Numbers of this and the last sentence that are supported.
        index: The figures of the facts.
    """
    if claim.numeral.unit is not Unit.PERCENT:
        return None
    return (
        _distance_to_bracket(claim, sentence, index)
        or _yield_at_level(claim, sentence, stated, index)
        or _with_market(claim, sentence, stated, index)
        or _of_a_day(claim, sentence, index)
        or _of_shorter_time(claim, sentence, stated, index)
        or _growth_of_peg(claim, sentence, index)
    )


def _distance_to_bracket(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``Vinci: 9.6% ($131.40)``: how far the price is from the level that the brackets tell."""
    bracket = _BRACKET.match(sentence.text, claim.numeral.end)
    level = next((one.numeral for one in sentence.numbers if one.numeral.start >= claim.numeral.end), None)
    if bracket is None or level is None or level.start != bracket.end():
        return None
    values = [reading.value for reading in level.readings]
    for company in claim.companies:
        for price in of_metrics(index, company, ("price",))[:1]:
            for one in of_metrics(index, company, _LEVELS):
                is_level = any(abs(one.value - value) <= level.readings[0].tolerance for value in values)
                way = (price.value / one.value - 1) * 100 if one.value and is_level else 0.0
                if way and way * claim.direction >= 0 and claim.equals(abs(way), SLACK):
                    return one.figure
    return None


def _yield_at_level(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``At the 52-week high of $129.87 the same dividend was 3.5%``."""
    names = {metric for mention in sentence.metrics for metric in (mention.name, *mention.metrics)}
    if names.isdisjoint(_YIELDS):
        return None
    prices = [one for one in stated if one.sentence is sentence and one.claim.numeral.unit is Unit.MONEY]
    for company in claim.companies:
        for paid in of_metrics(index, company, ("dividend_per_share",)):
            if any(one.value and claim.equals(abs(paid.value / one.value) * 100, SLACK) for one in prices):
                return paid.figure
    return None


def _with_market(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``Its beta is 1.48: when the market falls 10%, it tends to lose about 15%``."""
    if not _MARKET.search(sentence.text) or not any(
        one.figure is not None and one.figure.metric == "beta" for one in stated
    ):
        return None
    moves = [
        reading.value
        for one in sentence.numbers
        if one.numeral.unit is Unit.PERCENT and one.numeral is not claim.numeral
        for reading in one.numeral.readings
    ]
    for company in claim.companies:
        for beta in of_metrics(index, company, ("beta",)):
            if any(claim.equals(abs(beta.value * move), SLACK, 0.03) for move in moves):
                return beta.figure
    return None


def _of_a_day(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``The ATR is 9 cents, so copper moves about 1.7% on an average day``."""
    if not any(one.name == "atr_14" for one in sentence.metrics) or not _DAY.search(sentence.text):
        return None
    for company in claim.companies:
        for price in of_metrics(index, company, ("price",))[:1]:
            for atr in of_metrics(index, company, ("atr_14",)):
                if price.value and claim.equals(atr.value / price.value * 100, SLACK):
                    return atr.figure
    return None


def _of_shorter_time(
    claim: Claim, sentence: Sentence, stated: Sequence[Stated], index: FactIndex
) -> KnownFigure | None:
    """``With annual volatility of 19.7%, one standard deviation is about 5.7% in a month``."""
    named = {metric for one in sentence.metrics for metric in one.metrics}
    named |= {one.figure.metric for one in stated if one.figure is not None}
    if _VOLATILITY not in named:
        return None
    for company in claim.companies:
        for yearly in of_metrics(index, company, (_VOLATILITY,)):
            if any(claim.equals(yearly.value / math.sqrt(parts), SLACK) for parts in _PARTS_OF_YEAR):
                return yearly.figure
    return None


def _growth_of_peg(claim: Claim, sentence: Sentence, index: FactIndex) -> KnownFigure | None:
    """``At a PEG of 1.58 and a forward P/E of 23.6, the market expects growth of about 15% a year``."""
    named = {one.name for one in sentence.metrics}
    if "peg_ratio" not in named:
        return None
    for company in claim.companies:
        for peg in of_metrics(index, company, ("peg_ratio",)):
            for multiple in of_metrics(index, company, ("forward_pe", "trailing_pe")):
                if peg.value and claim.equals(multiple.value / peg.value, SLACK):
                    return peg.figure
    return None
