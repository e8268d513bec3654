"""Variants of one metric that the facts have side by side: diluted and basic earnings per share."""

import re
from typing import Final

from shared.figures.agreement import is_near
from shared.figures.claims.claim import Claim
from shared.figures.facts.known_figures import KnownFigure
from shared.figures.matching import Matcher
from shared.figures.reading.sentence import Sentence

_BASIC: Final = re.compile(
    r"\b(?:basic|undiluted|non[- ]diluted|unverwässert\w*|nicht verwässert\w*|non[- ]dilué\w*"
    r"|(?:bénéfice|résultat)s? (?:net )?de base|básic[oa]s?"
    r"|sin diluir|não diluíd[oa]s?|(?:di|utile) base|non diluit[oi])\b"
    r"|希薄化前|未(?:稀释|稀釋|摊薄|攤薄)|基本的?1株|基本每股|基本的な|기본주당",
    re.IGNORECASE,
)
_DILUTED: Final = re.compile(
    r"(?<!non[ -])(?<!não )(?<!sin )(?<!nicht )"
    r"\b(?:diluted|verwässert\w*|dilué\w*|diluid[oa]s?|diluíd[oa]s?|diluit[oi])\b"
    r"|希薄化後|潜在株式調整後|(?<!未)(?:摊薄|攤薄|稀释|稀釋)|희석",
    re.IGNORECASE,
)
_WORDS: Final = ((_BASIC, "basic"), (_DILUTED, "diluted"))
_BEHIND: Final = 24


def is_of_other_variant(claim: Claim, sentence: Sentence, figure: KnownFigure, matcher: Matcher) -> bool:
    """Returns whether a number is said to be diluted and the facts have it as basic, or the other way round.

    Args:
        claim: The number.
        sentence: Its sentence.
        figure: The figure that it equals.
        matcher: The figures of the facts.
    """
    own = figure.label.rpartition(" ")[2]
    if figure.metric != "eps" or figure.words or own not in ("basic", "diluted"):
        return False
    stated = _stated(claim, sentence)
    if stated is None or stated == own:
        return False
    others = [
        one
        for one in matcher.known(figure.symbol, ("eps",))
        if one.period == figure.period and one.label.endswith(f" {stated}")
    ]
    return bool(others) and not any(is_near(claim, one) for one in others)


def _stated(claim: Claim, sentence: Sentence) -> str | None:
    """Returns the variant that is named between a number and the one before it, behind it, or by its name."""
    text, numeral, mention = sentence.text, claim.numeral, claim.mention
    numbers = [one.numeral for one in sentence.numbers]
    start = max((one.end for one in numbers if one.end <= numeral.start), default=0)
    end = min((one.start for one in numbers if one.start > numeral.start), default=len(text))
    before = _told(text, start, numeral.start)
    behind = _told(text, numeral.end, min(end, numeral.end + _BEHIND))
    if before or behind:
        return max(before)[1] if before else min(behind)[1]
    # "diluted EPS went from $19.21 to $20.84": of the second one, too.
    named = _told(text, max(0, mention.start - _BEHIND), mention.end) if mention is not None else []
    return max(named)[1] if named else None


def _told(text: str, start: int, end: int) -> list[tuple[int, str]]:
    """Returns the variants that a part of a text tells, with the places of their words."""
    return [
        (found.start(), variant) for words, variant in _WORDS for found in words.finditer(text, start, end)
    ]
