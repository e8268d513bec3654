"""Words that tell that a number is of the period before: ``a year earlier``."""

import re
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import COMMA_OR_STOP, HARD_STOP, NOW, WORD, ends_with, has_break
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_ONTO: Final = re.compile(r"\b(?:to|auf|à|a|para)\s$", re.IGNORECASE)
_AT: Final = re.compile(r"\s(?:at|bei)\s")
_THAN: Final = re.compile(r"\b(?:than|from|als)\s(?:an?\s|in\s)?$")
_DURING: Final = re.compile(r"\s(?:in|over|during|im|in den|en|au cours de|nel|no)\b", re.IGNORECASE)
START: Final = re.compile(
    r"(?<![^\W\d_])(?:from|von|de|del|do|du|desde|da|dal|after|nach|après|tras)\s(?:about\s|rund\s)?[\s*_]*$"
)
"""Before what something has changed from, in a sentence on the period after: "to $281.7bn from $245.1bn"."""
_FROM: Final = re.compile(START.pattern, re.IGNORECASE)
_EAST_ASIAN_BEFORE: Final = re.compile(r"[由從从自](?:(?:19|20)\d\d年)?[^\W\d]{0,3}$")
_EAST_ASIAN_TO: Final = re.compile(
    r"[^\W\d]{0,4}[升降增减減跌漲涨提上下扩擴缩縮扭改变變轉转]"
    r"[^\W\d]{0,3}(?:\d[\d.]*\s?[%％][，,]?)?[至到为為成]"
)
_EAST_ASIAN_BEHIND: Final = re.compile(
    r"\s?から[^。、\d]{0,8}\d[\d,.]*[^。、\d]{0,8}?(?:\d[\d,.]*[^。、\d]{0,8}?)?(?:へ|に)"
    r"|\s?(?:에서|부터)\s?[^.,\d]{0,6}\d[\d,.]*[^.\d]{0,8}?(?:\d[\d,.]*[^.\d]{0,8}?)?로(?![^\W\d_])"
    r"|\s?(?:から|에서)\s?(?:約|약\s?)?\d[\d.]*\s?[%％]\s?(?:増|減|上昇|下落|低下|증가|감소|상승|하락|늘|줄|오른|내린)"
)
"""Around what something has changed from: ``由1,064億元降至1,056億元``, ``9600億円から7900億円へ``."""
ONWARDS: Final = re.compile(r"\s(?:to|auf|à|a|ai|al|até|hasta|para|em)\s")
COMPARED: Final = re.compile(
    r"\b(?:against|versus|vs|compare[sd]?|after|from|nach|von|gegenüber|verglichen|contre|après|frente a|tras"
    r"|desde|contro|rispetto|dopo|ante|contra|após)\b|から|比|对比"
)
_BEFORE_PRIOR: Final = re.compile(
    r"(?:\s(?:beat|miss|surprise|loss|jump|gain|rise|increase|drop|decline|fall|growth|surge|advance|slump|Plus"
    r"|Minus|Anstieg|Wachstum|Rückgang|hausse|baisse|progression|croissance|aumento|subida|caída|alza|alta|queda"
    r"|crescita|calo)(?![^\W\d_]))?"
    r"[\s,(*_]*(?:(?:in|the|im|en|em|from|of|for|au|al|nel|no|l'|le|el|du|del|des|de|do|di|d['’]|von)\s?){0,3}"
)
_MORE_THAN: Final = re.compile(
    r"[\s*_]*(?:more|less|fewer|higher|lower|mehr|weniger|höher|niedriger|de plus|de moins|más|menos"
    r"|a mais|a menos|in più|in meno)\s(?:than|als|qu['’e]|que|do que|di|rispetto a)",
    re.IGNORECASE,
)
"""Behind a change that is measured from the period before: ``12% more than a year earlier``."""
PRIOR_CUES: Final = ("prior", "prior_quarter")
_OPENING: Final = re.compile(r"[\s*_-]*(?:(?:and|but|in|the|a|im|in|en|l'|le|el)\s){0,3}", re.IGNORECASE)
"""Before the words for a time that begin a sentence."""
CLOSED: Final = re.compile("[)）]")
_MAX_PRIOR_WORDS: Final = 5
_MAX_OPENING_WORDS: Final = 8
"""Words between a number and the time that begins its clause."""
_PAIR: Final = 2
_BESIDE: Final = 2
_LISTED: Final = re.compile(r",\s|,?\s(?:and|und|et|y|e)\s", re.IGNORECASE)


def is_east_asian_start(text: str, numeral: Numeral) -> bool:
    """Returns whether something has changed from a number to the next one, in Japanese, Chinese or Korean."""
    if text.isascii():
        return False
    if _EAST_ASIAN_BEHIND.match(text, numeral.end):
        return True
    is_from = ends_with(_EAST_ASIAN_BEFORE, text, numeral.start) is not None
    return is_from and _EAST_ASIAN_TO.match(text, numeral.end) is not None


def prior_word(sentence: Sentence, claim: Claim) -> Mention | None:
    """Returns the word that tells that a number is of the period before; None without one."""
    numeral, mention = claim.numeral, claim.mention
    # "It bought $1.0587 a year ago and buys $1.1642 now."
    is_of_now = NOW.match(sentence.text, numeral.end) is not None
    for cue in sentence.cues_of(*PRIOR_CUES) if not is_of_now else ():
        if numeral.unit is Unit.MULTIPLE and mention is not None and numeral.end <= cue.start < mention.end:
            # "54.3 times last year's earnings"
            continue
        if cue.start >= numeral.end:
            gap = sentence.text[numeral.end : cue.start]
            if numeral.unit is Unit.PERCENT and _MORE_THAN.match(gap):
                continue
            if _is_span_of_rise(sentence, numeral):
                continue
            is_beside = _BEFORE_PRIOR.fullmatch(gap) and not _has_own_number(sentence, cue, gap)
            if is_beside or _is_of_several(sentence, numeral, cue):
                return cue
        elif cue.end <= numeral.start:
            gap = sentence.text[cue.end : numeral.start]
            if (
                len(WORD.findall(gap))
                <= (_MAX_OPENING_WORDS if _opens_clause(sentence, cue) else _MAX_PRIOR_WORDS)
                # "rose 7.7% from a year earlier to $9.40 billion": the level after the change.
                and not ONWARDS.match(gap)
                # "2.7% higher than a year earlier at $13.28 billion"
                and not (_AT.match(gap) and ends_with(_THAN, sentence.text, cue.start))
                and not COMMA_OR_STOP.search(gap)
                and not CLOSED.match(gap)
                and not any(cue.end <= one.numeral.start < numeral.start for one in sentence.numbers)
                and not _is_of_start(sentence, cue)
            ):
                return cue
            if _opens_sentence(sentence, cue, claim, gap):
                return cue
    return None


def _is_of_start(sentence: Sentence, cue: Mention) -> bool:
    """``Von 509,77 $ vor einem Jahr ging es auf 424,60 $``: the time of what something has moved from."""
    return any(
        0 <= cue.start - one.numeral.end <= _BESIDE and ends_with(_FROM, sentence.text, one.numeral.start)
        for one in sentence.numbers
    )


def _is_of_several(sentence: Sentence, numeral: Numeral, cue: Mention) -> bool:
    """``after beats of 2.8% and 1.6% in the two quarters before``: as many numbers as periods."""
    span = next((one for one in sentence.durations if one.start < cue.end and cue.start < one.end), None)
    if span is None or span.number < _PAIR or numeral.unit is not Unit.PERCENT:
        return False
    listed = [one.numeral for one in sentence.numbers if numeral.start <= one.numeral.start < span.start]
    is_list = len(listed) == span.number and all(
        one.unit is numeral.unit and _LISTED.fullmatch(sentence.text, one.end, other.start)
        for one, other in pairwise(listed)
    )
    return is_list and _BEFORE_PRIOR.fullmatch(sentence.text, listed[-1].end, span.start) is not None


def _is_span_of_rise(sentence: Sentence, numeral: Numeral) -> bool:
    """``rose from $16.98 billion to $18.44 billion in the last year``: the words tell how long it took."""
    text = sentence.text
    is_end = ends_with(_ONTO, text, numeral.start) is not None
    is_over = is_end and _DURING.match(text, numeral.end) is not None
    return is_over and any(ends_with(START, text, one.numeral.start) for one in sentence.numbers)


def _opens_clause(sentence: Sentence, cue: Mention) -> bool:
    """``…; un año antes la posición neta de caja era de 416 millones``: the words stand behind a stop."""
    before = sentence.text[: cue.start].rstrip()
    return before.endswith(";")


def _opens_sentence(sentence: Sentence, cue: Mention, claim: Claim, gap: str) -> bool:
    """``The year before, it was $5.22 billion ($1.20)``: the words at the beginning tell of all levels."""
    is_level = claim.numeral.unit in (Unit.MONEY, Unit.NONE) or "surprise_percent" in claim.metrics
    if not is_level or not _OPENING.fullmatch(sentence.text, 0, cue.start):
        return False
    is_other = HARD_STOP.search(gap) or has_break(sentence, gap) or COMPARED.search(gap) or ONWARDS.match(gap)
    return gap.startswith(",") and not is_other and not sentence.periods and not sentence.cues_of("latest")


def _has_own_number(sentence: Sentence, cue: Mention, gap: str) -> bool:
    """Returns whether "last year" belongs to the number behind it: ``218.9, last year 194.4``."""
    if not COMMA_OR_STOP.search(gap) and "(" not in gap:
        return False
    following = next((one for one in sentence.numbers if one.numeral.start >= cue.end), None)
    if following is None:
        return False
    between = sentence.text[cue.end : following.numeral.start]
    return len(WORD.findall(between)) <= 2 and not COMMA_OR_STOP.search(between)
