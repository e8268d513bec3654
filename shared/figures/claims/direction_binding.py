"""Binds numbers to the words of direction and comparison around them."""

import re
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import CLOSE, COMMA, HARD_STOP, has_break
from shared.figures.reading.known_metrics import meanings
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_COMMA_OR_BRACKET: Final = re.compile("[,()]")
_OF_SOMETHING: Final = re.compile(
    r"\s(?:its|the|their|that|sein|seine[mnr]?|dem|der|den|la|le|sa|son|su|il|lo)\s(?!past|last|previous|next|letzten|vergangenen)",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(r"[,，、)]|\b(?:and|und|et|y|e)\b")
_BEFORE_BOUND: Final = re.compile(
    r"[\s*_]*(?:(?:the|a|that|of|its|den|die|der|dem|la|le|el|los|les|von|de|overbought"
    r"|oversold|level|threshold|mark|Marke|neutral|key)\s*){0,4}[\s*_(]*"
)
_MOVED: Final = re.compile(r"(高|安)(?![いくさ値])")
"""Of Japanese prices: ``14円安``."""
_OVER: Final = frozenset({"over", "under", "past", "über", "unter", "sobre", "sopra", "sotto"})
"""Words that also begin a span of time: "7.9% over the past year"."""
_OR_MORE: Final = re.compile(
    r"\s(?:or|and|oder|und|ou|et|o|y|e)\s(?:(?P<more>more|higher|above|mehr|höher|plus|más|mais|più)|less|lower|below|fewer"
    r"|weniger|niedriger|moins|menos|meno)\b",
    re.IGNORECASE,
)


def bind_words(sentence: Sentence, claim: Claim, index: int) -> None:
    """Sets direction, bound and the like of the number at a place among the numbers of a sentence."""
    numeral = claim.numeral
    start = sentence.numbers[index - 1].numeral.end if index else 0
    end = (
        sentence.numbers[index + 1].numeral.start if index + 1 < len(sentence.numbers) else len(sentence.text)
    )
    claim.direction = _direction(sentence, numeral, start, end)
    claim.threshold = _threshold(sentence, numeral)
    claim.is_approximate = _is_next_to(sentence, numeral, "approximate")
    claim.is_conditional = bool(sentence.cues_of("conditional"))
    if claim.is_conditional and claim.threshold and {"price"} & {*claim.metrics, *claim.others}:
        # "a close below $240 would be a warning": a level of any kind.
        claim.others = (*claim.others, *meanings("support"))
    claim.is_negative = any(
        abs(cue.start - numeral.start) <= CLOSE
        for cue in sentence.cues_of("negative")
        if start <= cue.start < end and not _JOINED.search(sentence.text, numeral.end, cue.start)
    )


def _direction(sentence: Sentence, numeral: Numeral, start: int, end: int) -> int:
    """The direction that words give a number: the nearest of its clause, before it rather than behind."""
    if numeral.sign:
        return numeral.sign
    moved = _MOVED.match(sentence.text, numeral.end)
    if moved is not None:
        return 1 if moved[1] == "高" else -1
    beside = _beside(sentence, numeral)
    if beside:
        return beside
    best, direction = 60.0, 0
    for cue in sentence.cues_of("up", "down"):
        if not start <= cue.start < end:
            continue
        before = cue.end <= numeral.start
        gap = sentence.text[cue.end : numeral.start] if before else sentence.text[numeral.end : cue.start]
        if HARD_STOP.search(gap) or has_break(gap):
            continue
        if not before and _JOINED.search(gap):
            continue
        cost = len(gap) + 10.0 * len(COMMA.findall(gap)) + (0.0 if before else 5.0)
        if cost < best:
            kinds = cue.value.split()
            best, direction = cost, (1 if "up" in kinds else -1)
    return direction


def _beside(sentence: Sentence, numeral: Numeral) -> int:
    """``13.9% above`` or ``below``, where the word follows immediately."""
    if numeral.unit not in (Unit.PERCENT, Unit.POINTS, Unit.MULTIPLE, Unit.MONEY):
        return 0
    for cue in sentence.cues_of("above", "below"):
        written = sentence.text[cue.start : cue.end].lower()
        if cue.start - numeral.end > 3 or (
            written in _OVER and not _OF_SOMETHING.match(sentence.text, cue.end)
        ):
            continue
        if cue.start >= numeral.end and not _COMMA_OR_BRACKET.search(sentence.text[numeral.end : cue.start]):
            return 1 if "above" in cue.value.split() else -1
    return 0


def _threshold(sentence: Sentence, numeral: Numeral) -> int:
    behind = _OR_MORE.match(sentence.text, numeral.end)
    if behind is not None:
        return 1 if behind["more"] else -1
    for cue in sentence.cues_of("above", "below"):
        kinds = cue.value.split()
        value = 1 if "above" in kinds else -1
        if cue.end <= numeral.start:
            gap = sentence.text[cue.end : numeral.start]
            if _BEFORE_BOUND.fullmatch(gap):
                return value
        elif cue.start >= numeral.end and sentence.text[cue.start] >= "\u3000":
            gap = sentence.text[numeral.end : cue.start]
            if len(gap) <= 1:
                return value
    return 0


def _is_next_to(sentence: Sentence, numeral: Numeral, kind: str) -> bool:
    for cue in sentence.cues_of(kind):
        if 0 <= numeral.start - cue.end <= 3 or (
            sentence.text[cue.start] >= "\u3000" and 0 <= cue.start - numeral.end <= 1
        ):
            return True
    return False
