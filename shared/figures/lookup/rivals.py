"""Metrics that are taken for each other: what a number is said to be, it is, and not what is alike."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.list_binding import is_range
from shared.figures.lookup.matching import Match, Matcher
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_RIVALS: Final = (
    frozenset({"trailing_pe", "forward_pe", "price_to_book", "price_to_sales", "ev_to_ebitda", "peg_ratio"}),
    frozenset({"gross_margin", "operating_margin", "profit_margin", "ebitda_margin"}),
    frozenset({"revenue", "gross_profit", "operating_income", "net_income"}),
    frozenset({"operating_cash_flow", "free_cash_flow"}),
    frozenset({"market_cap", "enterprise_value"}),
    frozenset({"target_mean_price", "target_high_price", "target_low_price"}),
    frozenset({"return_on_equity", "return_on_assets"}),
    frozenset({"current_ratio", "quick_ratio", "debt_to_equity"}),
    frozenset({"sma_20", "sma_50", "sma_200"}),
)
_CUES: Final = {
    "forward_pe": ("forward", "next"),
    "operating_margin": ("operating",),
    "operating_income": ("operating",),
    "profit_margin": ("net",),
    "net_income": ("net",),
    "gross_margin": ("gross",),
    "gross_profit": ("gross",),
    "target_mean_price": ("mean",),
}
"""Words that tell a metric without its name."""
_ALWAYS_OTHER: Final = frozenset({"market_cap", "price"})
"""What amounts without a name may be of wherever they stand."""
_OF_DAY: Final = frozenset({"open", "day_high", "day_low"})
_ON: Final = RarePattern(r"\s(?:on|auf|sur|sobre|su)\s$|\s(?:on|auf|sur|sobre|su)\s(?=\S{0,4}\d)")
"""Before or behind an amount that another one is a share of."""
_LEFT: Final = RarePattern(
    r"\b(?:left|leav|remain|bleib|verbleib|blieb|rest|queda|quedó|sobra|sobrou|ficam|ficou|rima[ns])|残|剩|남",
    re.IGNORECASE,
)
"""In a sentence that tells the remainder of an amount."""
_REACHED: Final = RarePattern(
    r"(?:\b(?:touch|reach|hit\b|erreicht|berühr|touché|atteint|toca|tocó|alcanz|ating|tocc|raggiun)|高値|安値)"
    r"[^\d.;]{0,20}$",
    re.IGNORECASE,
)
"""Before an extreme of the day."""


def without_rivals(
    matches: Sequence[Match], claim: Claim, sentence: Sentence, matcher: Matcher
) -> list[Match]:
    """Returns the matches but those of a metric that is taken for the one that a number is said to be.

    Args:
        matches: The figures with the number's value.
        claim: The number.
        sentence: Its sentence.
        matcher: The figures of the facts.
    """
    return [one for one in matches if not _is_of_rival(one, claim, sentence, matcher)]


def _is_of_rival(match: Match, claim: Claim, sentence: Sentence, matcher: Matcher) -> bool:
    figure, metric = match.figure, match.figure.metric
    if figure.words or metric in claim.metrics:
        return False
    if metric in _OF_DAY:
        return _is_price(claim, metric) and (metric == "open" or not _is_extreme(claim, sentence))
    own = claim.metrics[0] if claim.metrics else _only_other(claim)
    if (
        own == metric
        or not {own, metric} <= METRICS.keys()
        or not any(matcher.index.of(figure.symbol, (own,)))
    ):
        return False
    if not match.metric and claim.numeral.unit is Unit.PERCENT and figure.kind is Kind.PERCENT:
        # "grew by 40.5%", which is the margin
        return METRICS[own].kind is Kind.PERCENT and METRICS[metric].kind is Kind.PERCENT
    if any(sentence.cues_of(cue) for cue in _CUES.get(metric, ())):
        # "On next year's numbers the order is the same: 28.1, 32.2 and 44.6."
        return False
    is_rival = any({own, metric} <= group for group in _RIVALS) and _is_told(claim, sentence, own, metric)
    return is_rival and not _is_in_pair(claim, sentence)


def _is_price(claim: Claim, metric: str) -> bool:
    """``trades at $198.77``, which is the low of the day."""
    if metric in claim.others:
        return False
    return metric == "open" or "price" in (claim.metrics or claim.others)


def _is_extreme(claim: Claim, sentence: Sentence) -> bool:
    """``It has touched $20.45 intraday``, ``la forchetta del giorno va da 512,19 a 520,09 €``."""
    return ends_with(_REACHED, sentence.text, claim.numeral.start) is not None or _is_end(claim, sentence)


def _is_end(claim: Claim, sentence: Sentence) -> bool:
    """Returns whether a number is an end of a range."""
    numerals = [one.numeral for one in sentence.numbers]
    return any(
        claim.numeral in (one, other) and is_range(sentence, one, other) for one, other in pairwise(numerals)
    )


def _only_other(claim: Claim) -> str:
    """Returns the only metric that a number without a name may be of: ``By gross margin: 1. NXP: 55.46%``."""
    others = [one for one in claim.others if one not in _ALWAYS_OTHER]
    return others[0] if len(others) == 1 else ""


def _is_told(claim: Claim, sentence: Sentence, own: str, metric: str) -> bool:
    """Returns whether the name before a number, or right behind it, tells what it is."""
    mention, numeral = claim.mention, claim.numeral
    if not claim.metrics:
        # "took in 27.4 billion and earned 6.6 billion"
        behind = [one for one in sentence.metrics if one.start >= numeral.end]
        return not (sentence.moves or any(own in one.metrics for one in behind))
    named = METRICS.get(mention.name) if mention is not None else None
    if mention is None or (mention.name != own and (named is None or named.base != own)):
        return False
    if mention.start >= numeral.end:
        # "27.9 times earnings"
        return claim.is_tight and METRICS[own].kind is Kind.RATIO
    return metric not in claim.others


def _is_in_pair(claim: Claim, sentence: Sentence) -> bool:
    """``45.2% ($3.21 billion on $7.10 billion)``, ``from $190 to $325``, ``of 82.9 billion 19.8 remain``."""
    text, numeral = sentence.text, claim.numeral
    is_share = _ON.match(text, numeral.end) is not None or ends_with(_ON, text, numeral.start) is not None
    return is_share or _is_end(claim, sentence) or _LEFT.search(text) is not None
