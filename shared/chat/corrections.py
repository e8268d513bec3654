"""Finds the companies that a question takes back: "apple, no, microsoft", "google, not apple"."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_MARKS: Final = (
    # English
    r"i mean|i meant|i was thinking of|make that|scratch that|sorry|my bad|oops|whoops|correction"
    # German
    r"|ich meine|ich meinte|entschuldigung|verzeihung|quatsch|besser gesagt"
    # French
    r"|pardon|désolée?|je veux dire|je voulais dire"
    # Spanish and Portuguese
    r"|perd[oó]n|digo|quiero decir|quise decir|mejor dicho|desculpe?a?|quero dizer|quis dizer|ou melhor"
    # Italian
    r"|scusa|scusate|volevo dire|intendevo"
    # Japanese, Chinese, Korean
    r"|じゃなくて|ではなくて?|じゃなく|不对|我是说|我的意思是|말고|아니라|아니고"
)
_NO: Final = r"no|nope|nein|non|n[aã]o|いや|아니"
"""Words that take back with punctuation behind them ("apple no, microsoft"), or beside another mark."""

_WEAK_MARKS: Final = rf"{_NO}|wait|rather|or rather|actually|plutôt|vielmehr|anzi|cioè"
"""Words that take back with punctuation before or behind them, or beside another mark."""

_FILLERS: Final = "oh|ah|uh|um|er|eh|hm+|ach|ähm?|euh"
_BEFORE: Final = r"(?:(?:price|stock|shares?|chart|value|kurs|aktie|cours|action|precio)\b\s*)?"
_AFTER: Final = r"(?:\s*(?:the )?(?:(?:price|stock|shares?|chart|value) )?(?:of|for|about))?"
_GAP: Final = r"[\s,.;:!…–—-]"
_POINTS: Final = r"\s*[,.;!…–—-]+\s*"
_TAKEN_BACK: Final = re.compile(
    rf"{_GAP}*{_BEFORE}(?:{_GAP}*(?:{_WEAK_MARKS}|{_FILLERS}))*{_GAP}*(?:{_MARKS})"
    rf"(?:{_GAP}+(?:{_MARKS}|{_WEAK_MARKS}))*{_AFTER}{_GAP}*"
    rf"|{_GAP}*{_BEFORE}(?:{_GAP}+(?:{_FILLERS})\b)?{_GAP}+(?:{_WEAK_MARKS}){_POINTS}"
    rf"(?:\s*(?:{_WEAK_MARKS})\b)?{_AFTER}{_GAP}*"
    rf"|{_GAP}*{_BEFORE}{_POINTS}(?!(?:{_NO})\b)(?:{_WEAK_MARKS}){_AFTER}{_GAP}+",
    re.IGNORECASE,
)
"""What is between a company and the one that replaces it."""

_EXCLUDED: Final = re.compile(r"[\s,–—-]*\b(?:and |und |et |y |e )?(?:not|nicht|pas|não)\s+", re.IGNORECASE)
"""What is between a company and one that is not meant."""

_LONGEST: Final = 60
"""Characters between a company and the one that replaces it."""

_LONGEST_NOT: Final = 8
_NOT: Final = re.compile(r"(?:\b(?:not|nicht|pas|não)\s+|不是)$", re.IGNORECASE)
_BUT: Final = re.compile(r"\s*,?\s*(?:but|sondern|mais|sino|mas|ma|，?(?:而)?是)\s*", re.IGNORECASE)


def is_correction(between: str) -> bool:
    """Returns whether the text between two companies takes the first one back."""
    return len(between) <= _LONGEST and _TAKEN_BACK.fullmatch(between) is not None


def taken_back(text: str, spans: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Returns the spans of a question's companies that are not meant.

    Args:
        text: The question.
        spans: Start and end of each company, in the order of the text.
    """
    dropped: set[tuple[int, int]] = set()
    for first, second in pairwise(spans):
        between = text[first[1] : second[0]]
        if len(between) > _LONGEST:
            continue
        negated = _NOT.search(text[max(0, first[0] - _LONGEST_NOT) : first[0]]) is not None
        if is_correction(between) or (negated and _BUT.fullmatch(between)):
            dropped.add(first)
        elif _EXCLUDED.fullmatch(between):
            dropped.add(second)
    return dropped
