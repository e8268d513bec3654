"""What may stand between a number and the words that it belongs to."""

import re
from functools import lru_cache
from typing import Final

from shared.figures.reading.lexicon import tokens, word_set
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence

# The character is looked for first, and then what is around it.
HARD_STOP: Final = re.compile(r"[;；|–—](?:(?<=[;；|])|(?<=\s.)\s)")
WORD: Final = re.compile(r"[^\W\d_]+")
_BREAKS: Final = word_set(
    """
    while whereas whilst but although though meanwhile während wohingegen aber jedoch doch tandis alors mais
    mientras pero enquanto mas mentre ma 一方 而 但 반면 하지만
    """
)
"""Words that begin a clause about something else."""
_BREAK_KEYS: Final = frozenset(token.key for word in (*_BREAKS, "yet") for token in tokens(word)[:1])

IN_OTHER_WORDS: Final = re.compile(
    r"[\s*_]*(?:[,(（]|[,]?\s?(?:or|or about|that is|i\.e\.|equivalent to|oder|das sind|also|soit|ou|o sea"
    r"|es decir|o|ovvero|cioè|即|つまり|すなわち|즉))[,\s*_]*(?:or|that is|about|rund|etwa|environ)?[\s*_]*",
    re.IGNORECASE,
)
_CHANGED: Final = re.compile(
    r"\b(?:from|to|after|against|versus|vs\.?|than|compared (?:with|to)|von|auf|nach|gegenüber|de|à|contre"
    r"|après|desde|frente a|tras|contra|após|da|dopo|contro)\s(?:about\s|rund\s|environ\s)?$",
    re.IGNORECASE,
)
"""Before what something has changed from or to, or is compared with."""
_REASON: Final = RarePattern(
    r"\b(?:because|weil|denn|parce qu|puisqu|porque|perché|poiché|thanks to|due to|driven by|owing to)"
    r"|,\s(?:largely\s|mainly\s|partly\s|mostly\s)?as\s(?!well\b|much\b|many\b|expected\b|of\b|low\b|high\b)",
    re.IGNORECASE,
)
_CJK_BREAK: Final = re.compile("一方|而|但|반면|하지만")
_CLAUSE_END: Final = re.compile(
    rf"{HARD_STOP.pattern}|, yet\b|\b(?:{'|'.join(sorted(_BREAKS))})\b|{_CJK_BREAK.pattern}"
)
_SHORTEST_BREAK: Final = 2
TO: Final = re.compile(
    r"(?:(?<![^\W\d_])(?<!rispetto )(?<!respecto )(?<!frente )(?<!rapport )(?<!relação )(?<!compared )"
    r"(?<!face )(?:to|at|auf|bei|à|a|até|para|hasta(?: los)?|em)\s|至|到|に|으로)[\s*_]*$",
    re.IGNORECASE,
)
BASE: Final = RarePattern(
    r"(?:(?:(?<![^\W\d_])(?:from|than|versus|vs\.?|against|von|nach|als|gegenüber"
    r"|contre|depuis|desde|frente a|contro|da|de|que)"
    r"\s(?:the\s|den\s|its\s|los\s|les\s)?)|[(（]\s?|[从由從较較]\s?)$",
    re.IGNORECASE,
)
"""Before a number that another one is compared with."""
SPAN: Final = RarePattern(
    r"(?:over|under|past|über|unter|sobre|sopra|sotto)\s(?:(?:the|past|last|letzten?|vergangene[nrs]?|das|die|den|l['’]|el|il|o)\s){0,2}(?:(?:\d{1,2}|two|three|four|five|six|nine|twelve)\s)?"
    r"(?:years?|months?|weeks?|quarters?|sessions?|days?|Jahre?s?|Monate?|Wochen?|Quartale?|Tage?|periods?|time|Zeitraums?|período|periodo|année|año|anno|ano|mes|mese)\b",
    re.IGNORECASE,
)
"""A span of time and no comparison: "over the year the range is"."""
_MAX_BEFORE: Final = 60
_BRACKET: Final = re.compile(r"\s?[(（][^()（）]{1,40}[)）]")
NOW: Final = RarePattern(
    r"\s(?:now|today|currently|heute|jetzt|aktuell|aujourd['’]hui|maintenant|hoy|ahora|hoje|agora|oggi|ora)\b",
    re.IGNORECASE,
)
"""Words for the present time, with the blank before them."""
COMMA_OR_STOP: Final = re.compile(r",(?!\d)|[，;]")
CLOSE: Final = 40
_CACHED: Final = 16


def ends_with(words: re.Pattern[str] | RarePattern, text: str, end: int) -> re.Match[str] | None:
    """Returns the match of a pattern that ends in ``$`` right before a place, with at most 60 characters."""
    return words.search(text, end - _MAX_BEFORE if end > _MAX_BEFORE else 0, end)


def end_with_bracket(text: str, end: int) -> int:
    """Returns where a number ends with the brackets behind it: ``$84.77 (13.5%) above``."""
    bracket = _BRACKET.match(text, end) if text[end : end + 2].lstrip()[:1] in ("(", "（") else None
    return bracket.end() if bracket is not None else end


def clause_start(text: str, place: int) -> int:
    """Returns where the clause around a place begins."""
    return max((end for _, end in _clause_ends(text) if end <= place), default=0)


def ends_clause(text: str, start: int, end: int) -> bool:
    """Tells whether a clause ends between two places, with words before its end.

    ``**ASML** – P/E 32.6``: the head of an item is no clause.
    """
    return any(
        start <= first and last <= end and WORD.search(text, start, first)
        for first, last in _clause_ends(text)
    )


@lru_cache(maxsize=_CACHED)
def _clause_ends(text: str) -> list[tuple[int, int]]:
    """Returns the places of the ends of clauses; each number of a sentence needs them."""
    return [match.span() for match in _CLAUSE_END.finditer(text)]


def gives_reason(gap: str) -> bool:
    """Tells whether a part of a sentence begins a reason: ``only 0.27, because sales hardly vary``."""
    return _REASON.search(gap) is not None


def has_changed(sentence: Sentence, before: Numeral, numeral: Numeral) -> bool:
    """Returns whether words tell that a number is what the one before has changed from or to."""
    return _CHANGED.search(sentence.text, before.end, numeral.start) is not None


def has_break(sentence: Sentence, gap: str) -> bool:
    """Tells whether a clause about something else begins in a part of a sentence."""
    if len(gap) < _SHORTEST_BREAK or sentence.keys.isdisjoint(_BREAK_KEYS):
        return False
    if ", yet " in gap:
        return True
    return not _BREAKS.isdisjoint(gap.lower().split()) or (
        not gap.isascii() and _CJK_BREAK.search(gap) is not None
    )
