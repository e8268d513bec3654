"""Finds the companies that a question takes back: "apple, no, microsoft", "google, not apple"."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_NO: Final = r"no|nope|nein|non|n[aã]o|いや|아니"
"""Words that take back with punctuation behind them ("apple no, microsoft"), or beside another mark."""

_MARKS: Final = (
    # English
    r"i mean|i meant|scratch that|sorry|my bad|oops|whoops"
    # German
    r"|ich meine|ich meinte|entschuldigung|verzeihung"
    # French
    r"|pardon|désolée?|je veux dire|je voulais dire"
    # Spanish and Portuguese
    r"|perd[oó]n|digo|quiero decir|quise decir|desculp[ea]|quero dizer|quis dizer"
    # Italian
    r"|scusa|scusate|volevo dire|intendevo"
    # Japanese, Chinese, Korean
    r"|じゃなくて|ではなくて?|じゃなく|不对|我是说|我的意思是|말고|아니라|아니고"
    # "no wait", but not "no wait for"
    r"|no,? (?:wait(?! for\b)|actually|rather|make that|i was thinking of)|nein,? (?:quatsch|vielmehr)"
)
"""Words that take back wherever they stand between two companies."""

_TURNS: Final = (
    "or rather|rather|make that|i was thinking of|besser gesagt|vielmehr|quatsch"
    "|ou plutôt|plutôt|mejor dicho|anzi|cioè"
)
"""Words that take back only behind punctuation: "what did apple make that microsoft did not" has none."""

_ACTUALLY: Final = "actually|eigentlich|en fait|en realidad|na verdade|in realtà"
_STOPS: Final = f"{_ACTUALLY}|wait|warte|attends|espera|espere|aspetta|ou melhor"
"""Words that take back only between punctuation: "should i buy apple, wait for nvidia" takes nothing back."""

_CORRECTIONS: Final = "correction|korrektur|corrección|correção|correzione"
"""Words that take back like stops, but not behind a dash: "tesla - correction, nvidia - rally"."""

_WEAK_MARKS: Final = rf"{_NO}|{_TURNS}|{_STOPS}|{_CORRECTIONS}"
"""Words that take back beside another mark."""

_FILLERS: Final = "oh|ah|uh|um|er|eh|hm+|ach|ähm?|euh"
_NOUNS: Final = "price|stock|shares?|chart|value|kurs|aktie|cours|action|precio"
_BEFORE: Final = rf"(?:(?:{_NOUNS})\b\s*)?"
_AFTER: Final = r"(?:\s*(?:the )?(?:(?:price|stock|shares?|chart|value) )?(?:of|for|about))?"
_GAP: Final = r"[\s,.;:!…–—-]"
_POINTS: Final = r"\s*[,.;!…–—-]+\s*"
_STOP: Final = r"\s*[,.;!…]+\s*"
# The hyphen of "Tesla-Korrektur" is no punctuation.
_BREAK: Final = rf"(?:{_STOP}|\s*[–—]+\s*|\s+-+\s+)"
_END: Final = r"\s*(?:[,.;:!…–—]|\s-)"
_TAKEN_BACK: Final = re.compile(
    rf"{_GAP}*{_BEFORE}(?:{_GAP}*(?:{_WEAK_MARKS}|{_FILLERS}))*{_GAP}*(?:{_MARKS})"
    rf"(?:{_GAP}+(?:{_MARKS}|{_WEAK_MARKS}))*{_AFTER}{_GAP}*"
    rf"|{_GAP}*{_BEFORE}(?:{_GAP}+(?:{_FILLERS})\b)?{_GAP}+(?:{_NO}){_POINTS}"
    rf"(?:\s*(?:{_WEAK_MARKS})\b)?{_GAP}*{_AFTER}{_GAP}*"
    rf"|{_GAP}*{_BEFORE}{_BREAK}(?:(?:{_FILLERS}|{_STOPS})\b{_GAP}+)*(?:{_TURNS})\b{_GAP}*{_AFTER}{_GAP}+"
    rf"|{_GAP}*{_BEFORE}(?:{_BREAK}(?:(?:{_FILLERS})\b{_GAP}+)*(?:{_STOPS})|{_STOP}(?:{_CORRECTIONS})){_END}"
    rf"(?:{_GAP}*(?:{_NO})\b)?{_GAP}*{_AFTER}{_GAP}*"
    rf"|{_GAP}*{_BEFORE}{_BREAK}(?:{_STOPS})\s+(?:{_NO})\b{_GAP}+"
    rf"|{_GAP}*{_BEFORE}\s*wait,? no\b{_GAP}+",
    re.IGNORECASE,
)
"""Everything between a company and the one that replaces it."""

_REPLACED: Final = re.compile(rf"{_GAP}*{_BEFORE}{_BREAK}(?:{_ACTUALLY}){_AFTER}\s+", re.IGNORECASE)
"""Everything between two companies of which the second replaces the first if the clause ends behind it."""

_CLAUSE_END: Final = re.compile(
    rf"(?:['’]s)?\s*(?:(?:{_NOUNS}|instead|please|bitte)\b\s*)*(?:[,.;:!?…]|$)", re.IGNORECASE
)

_EXCLUDED: Final = re.compile(r"[\s,–—-]*\b(?:and |und |et |y |e )?(?:not|nicht|pas|não)\s+", re.IGNORECASE)
"""What is between a company and one that is not meant."""

_LONGEST: Final = 60
"""Characters between a company and the one that replaces it."""

_LONGEST_NOT: Final = 8
_NOT: Final = re.compile(r"(?:\b(?:not|nicht|pas|não)\s+|不是)$", re.IGNORECASE)
_BUT: Final = re.compile(r"\s*,?\s*(?:but|sondern|mais|sino|mas|ma|，?(?:而)?是)\s*", re.IGNORECASE)


_DISMISSAL: Final = re.compile(
    r"(?:^|[.!?,;:–—]\s*|\b(?:ok|okay|so|please|and|und|et|y|e|bitte|lets?|let['’]s|we can|you can)\s+)"
    r"(?:forget|ignore|never ?mind|enough (?:about|of|with)|no more|done with|drop|skip"
    r"|vergiss|vergessen wir|lass(?:en wir)? mal|genug von|oublie[zr]?|oublions|laisse(?:z|r)? tomber"
    r"|assez de"
    r"|olvid[ae](?:te de)?|olvidemos|basta de|esque[cç]a?e?|deixa|chega de|dimentica(?:ti)?"
    r"|lascia(?:mo)? (?:stare|perdere)"
    r"|basta con)\s+(?:about\s+|the\s+|die\s+|den\s+|l[ae]s?\s+|l['’]|d[ae]\s+|a\s+|o\s+)?$"
    r"|(?:^|[。，！？])(?:先)?(?:忘了|忘掉|不谈|不说|別管|别管)$",
    re.IGNORECASE,
)
"""What stands before a company that is not asked about any more: "forget nvidia, how is amd doing"."""

_DISMISSED_TOO: Final = re.compile(
    r"\s*(?:,|and|or|&|/|und|oder|et|ou|y|o|e|和|跟|、)\s*(?:the\s+|about\s+)?", re.IGNORECASE
)
_LONGEST_DISMISSAL: Final = 40


def _dismissed(text: str, spans: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Returns the companies that a question puts aside before it names another one."""
    for place, span in enumerate(spans[:-1]):
        if not _DISMISSAL.search(text[max(0, span[0] - _LONGEST_DISMISSAL) : span[0]]):
            continue
        last = place + 1
        while last < len(spans) and _joins_dismissed(text[spans[last - 1][1] : spans[last][0]]):
            last += 1
        return set(spans[place:last]) if last < len(spans) else set()
    return set()


def _joins_dismissed(gap: str) -> bool:
    return gap.strip() != "," and _DISMISSED_TOO.fullmatch(gap) is not None


def is_correction(text: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Returns whether the text between two companies takes the first one back.

    Args:
        text: The question.
        first: Start and end of the first company.
        second: Start and end of the second company.
    """
    between = text[first[1] : second[0]]
    if len(between) > _LONGEST:
        return False
    if _REPLACED.fullmatch(between):
        return _CLAUSE_END.match(text, second[1]) is not None
    return _TAKEN_BACK.fullmatch(between) is not None


def taken_back(text: str, spans: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Returns the spans of a question's companies that are not meant.

    Args:
        text: The question.
        spans: Start and end of each company, in the order of the text.
    """
    dropped = _dismissed(text, spans)
    for first, second in pairwise(spans):
        between = text[first[1] : second[0]]
        if len(between) > _LONGEST:
            continue
        negated = _NOT.search(text[max(0, first[0] - _LONGEST_NOT) : first[0]]) is not None
        if is_correction(text, first, second) or (negated and _BUT.fullmatch(between)):
            dropped.add(first)
        elif _EXCLUDED.fullmatch(between):
            dropped.add(second)
    return dropped
