"""Marks of what is customary, which are no figures of a company: ``a PEG below 1 is considered cheap``."""

import re
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import clause_start
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence

_MAX_DIGITS: Final = 2
_HUNDRED: Final = 100.0
_AROUND: Final = 60
_BEHIND: Final = 50
_NORM: Final = RarePattern(
    r"\b(?:(?:is|are|as|be) (?:(?:generally|usually|often|commonly|typically|normally|widely|sometimes)\s)?"
    r"(?:considered|seen|regarded|viewed|deemed|thought|taken)"
    r"|(?:generally|usually|often|commonly|typically|normally) (?:signals?|indicates?|means?|suggests?)"
    r"|counts? as|rule of thumb"
    r"|(?:most|many|some) (?:investors|analysts) (?:want|prefer|like|look|consider|regard|see)"
    r"|gilt|gelten|als Faustregel|viele Anleger|(?:est|sont) (?:\w+ment )?(?:considéré|jugé|perçu)e?s?"
    r"|passent? pour|se (?:suele )?consider[ae]n?|suelen? (?:considerarse|verse|interpretarse)|se ve como"
    r"|(?:è|sono|viene|vengono) (?:\w+mente )?(?:considerat|ritenut|vist)[oaie]|si considera(?:no)?"
    r"|(?:é|são) (?:\w+mente )?(?:considerad|vist)[oa]s?|costumam? ser)(?![^\W\d_])"
    r"|とされ|とみなされ|と見なされ|と言われ|といわれ|目安|被认为|被視為|被视为|通常|一般认为|一般認為|算(?:是)?[便贵貴高低合]"
    r"|(?:으로|로) (?:보는|본다|봅니다|여겨|간주|평가되)",
    re.IGNORECASE,
)
"""Words that tell how a level is commonly judged."""
_ANYTHING: Final = RarePattern(
    r"\b(?:anything|everything|values?|alles|Werte|tout ce qui est|todo lo que|cualquier valor|qualquer valor"
    r"|tutto ciò che|valori)\s(?:\w+\s){0,2}?$",
    re.IGNORECASE,
)
"""Before a bound of any value: ``anything above 100%``."""
_THAT_IS: Final = RarePattern(r"\s(?:level\s)?(?:that|which|die|der|das|qui|que|che)\s")
"""Between a mark and what is customary of it: ``the 60% to 70% that is usually considered comfortable``."""


def is_norm(sentence: Sentence, claim: Claim) -> bool:
    """Tells whether a number is a mark that holds for any company, and no statement about one.

    Args:
        sentence: The sentence.
        claim: The number.
    """
    numeral, text = claim.numeral, sentence.text
    value = numeral.readings[0].value
    if numeral.sign or (numeral.digits > _MAX_DIGITS and value != _HUNDRED):
        return False
    is_described = _THAT_IS.match(text, numeral.end) is not None
    if not claim.threshold:
        return is_described and _NORM.search(text, numeral.end, numeral.end + _BEHIND) is not None
    if is_described:
        # "The RSI has climbed above the 70 that counts as overbought": a statement all the same.
        return False
    start = clause_start(text, numeral.start)
    if any(start <= one.start < numeral.end for one in (*sentence.companies, *sentence.cues_of("it"))):
        # "Its P/E of over 50 is considered expensive": of the company.
        return False
    if _ANYTHING.search(text, start, _bound_before(sentence, numeral.start)):
        return True
    return _NORM.search(text, max(0, numeral.start - _AROUND), numeral.end + _AROUND) is not None


def _bound_before(sentence: Sentence, place: int) -> int:
    """Returns where the word of comparison before a number begins."""
    return max((cue.start for cue in sentence.bounds if cue.end <= place), default=place)
