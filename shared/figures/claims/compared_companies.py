"""Which companies of a sentence are only compared with: ``than Apple``, ``only Pfizer is cheaper``."""

import re
from typing import Final

from shared.figures.claims.gaps import COMMA_OR_STOP, WORD, ends_with
from shared.figures.reading.lexicon import Mention, fold, word_set
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence

_OBJECT_BEHIND: Final = re.compile(r"(?:の|의|的)?\s?[\d.,]*\s?(?:倍|배|%|％|円|원)?(?:より|보다)")
"""Behind a company that something is compared with, in Japanese and Korean: ``サムスンの19.8倍より``."""
_ONLY: Final = re.compile(
    r"(?:^|[,;:–(]\s)(?:and |but |und |aber |et |y )?(?:only|nur|lediglich|seule?|sólo|solo|só)\s$",
    re.IGNORECASE,
)
"""Before a company that is an exception: "UnitedHealth is cheap at 19.1, only Pfizer is cheaper at 18.0"."""
_ONLY_KEYS: Final = frozenset(map(fold, word_set("only nur lediglich seul seule sólo solo só")))
_ALSO: Final = re.compile(
    r"(?:['’]s?)?(?:[\s*_]*\([^()]*\)|\s[$€£¥]?\d[\d.,]*(?:\s?%|x)?),?\s(?:or|and|oder|und|ou|et|o|y|e)\s(?:at\s|bei\s|chez\s|en\s)?[*_]*"
)
_AT: Final = re.compile(
    r"\b(?:at|on|with|using|applying|bei|zum|mit|au|avec|al?|con|ao|com|all')\s[\s*_]*$", re.IGNORECASE
)
_MULTIPLE: Final = re.compile(
    r"[*_]*(?:['’]s?)?\s(?:(?:[\w-]+\s){0,3}?(?:P/E|PE|multiples?|valuation|price-to-\w+|EV/EBITDA|KGV)\b"
    r"|\d+(?:\.\d+)?(?:x|\stimes)\b)",
    re.IGNORECASE,
)
"""Behind a company whose multiple is applied to another one."""
_THAN: Final = re.compile(r"\s(?:than|als|que|di|da|do|de|del|du|des|d['’]|al?|ao|à)$", re.IGNORECASE)


_THAT_OF: Final = re.compile(
    r"\b(?:times|fois|veces|vezes|volte)\s(?:[^\W\d_]+\s)?"
    r"\b(?:that of|those of|(?:celle|celui|ceux) (?:de l['’]|du|des|de)"
    r"|(?:quella|quello|quelle) (?:di|del|dell['’])"
    r"|(?:la|el|las|los) de|(?:a|o) d[aeo])\s?(?:[^\W\d_]+\s)?$",
    re.IGNORECASE,
)
"""Before what is compared with, behind the multiple: ``nine times that of the fund``."""


_NUMBERS_OF_OTHER: Final = RarePattern(
    r"\b(?:against|versus|vs\.?|compare[ds]? (?:with|to)|gegen|gegenüber|verglichen mit"
    r"|im Vergleich zu|contre|comparé à|frente a|contra|contro|ante|rispetto a|em comparação com|face a)"
    r"\s(?=[^;:\n]{0,9}\d)[^;:()\n]{1,70}"
    r"\s(?:for|at|bei|für|pour|chez|para|per|presso|von|by|de|da|do|di|del|du|en|em|na|no)\s"
    r"(?:the\s|l['’])?[*_]*$",
    re.IGNORECASE,
)
"""Before the company of several numbers that others are compared with: ``against 18.25% and 0.83 for``."""
_NEXT_OF_OTHERS: Final = re.compile(
    r"['’]?s?,?\s(?:(?:and|und|et|y|e)\s)?[*_$€£¥]*\d[^\s;:()]*(?:\s?%|\s[^\W\d_]+)?"
    r"\s(?:for|at|bei|für|pour|chez|para|per|presso|von|by|de|da|do|di|del|du|en|em|na|no)"
    r"\s(?:the\s|l['’])?[*_]*"
)
"""Between two such companies: ``against 39.5 for Walmart and 13.0 for Target``."""
_COMPARED_KEYS: Final = frozenset(
    map(
        fold,
        word_set(
            """
            against versus vs compare compared compares gegen gegenüber verglichen Vergleich contre comparé
            frente contra contro ante rispetto comparação face
            """
        ),
    )
)


_FOR_COMPARISON: Final = re.compile(
    r"[\s*_-]*(?:(?:for|by way of|in) comparison|zum Vergleich|à titre de comparaison|pour comparaison"
    r"|(?:a modo de|como|por|en) comparación|(?:a título|para efeitos?) de comparação"
    r"|(?:para|como|em) comparação|per (?:fare un )?confronto|a titolo di confronto|per confrontare)\b"
    r"(?:,|\s?:)?\s(?:[^\W\d_]+\s){0,3}[*_]*(?:l['’])?",
    re.IGNORECASE,
)
"""Before the company of a sentence that only gives what others are compared with."""
_COMPARISON_KEYS: Final = frozenset(
    map(fold, word_set("comparison Vergleich comparaison comparación comparação confronto confrontare"))
)


def is_object(sentence: Sentence, mention: Mention) -> bool:
    """Tells whether a company is only what something is compared with: ``than Apple``."""
    known = sentence.objects.get(mention.start)
    if known is None:
        known = sentence.objects[mention.start] = _is_compared_with(sentence, mention)
    return known


def _is_compared_with(sentence: Sentence, mention: Mention) -> bool:
    if not sentence.text.isascii() and _OBJECT_BEHIND.match(sentence.text, mention.end):
        return True
    before = next((one for one in reversed(sentence.companies) if one.end <= mention.start), None)
    if before is not None and _ALSO.fullmatch(sentence.text, before.end, mention.start):
        # "slower than at Costco (10.48%) or Home Depot (9.62%)"
        return is_object(sentence, before)
    if ends_with(_THAT_OF, sentence.text, mention.start):
        return True
    for cue in sentence.cues_of("object", "above", "below"):
        if cue.end <= mention.start and ("object" in cue.value or _THAN.search(sentence.text, 0, cue.end)):
            gap = sentence.text[cue.end : mention.start]
            if len(gap) <= 12 and len(WORD.findall(gap)) <= 1 and not COMMA_OR_STOP.search(gap):
                return True
    return False


def is_yardstick(sentence: Sentence, mention: Mention) -> bool:
    """``At Enel's P/E of 17.4 that would be €3.35``: whether only the multiple of a company is applied."""
    if _MULTIPLE.match(sentence.text, mention.end) is None:
        return False
    return ends_with(_AT, sentence.text, mention.start) is not None


def is_in_brackets(sentence: Sentence, mention: Mention) -> bool:
    """Returns whether a company is in brackets with a number: ``its beta is 1.37 (AMD: 1.07)``."""
    opened = sentence.text.rfind("(", 0, mention.start)
    closed = sentence.text.find(")", mention.end)
    if opened < 0 or closed < 0 or ")" in sentence.text[opened : mention.start]:
        return False
    return any(opened < one.numeral.start < closed for one in sentence.numbers)


def _has_numbers_of_other(sentence: Sentence, mention: Mention) -> bool:
    """``Its beta is 1.39, against 0.83 for Generali``: whether a company has only the other numbers."""
    if sentence.keys.isdisjoint(_COMPARED_KEYS):
        return False
    before = next((one for one in reversed(sentence.companies) if one.end <= mention.start), None)
    if before is not None and _NEXT_OF_OTHERS.fullmatch(sentence.text, before.end, mention.start):
        return _has_numbers_of_other(sentence, before)
    cue = _NUMBERS_OF_OTHER.search(sentence.text, 0, mention.start)
    # "contre 36,9 pour Ferrari et 34,6 pour Microsoft": both are compared with.
    return cue is not None and all(
        is_aside(sentence, one) for one in sentence.companies if cue.start() <= one.start < mention.start
    )


def is_aside(sentence: Sentence, mention: Mention) -> bool:
    """Tells whether a company is not what a sentence is about: compared with, in brackets, an exception."""
    known = sentence.asides.get(mention)
    if known is None:
        known = sentence.asides[mention] = (
            is_object(sentence, mention)
            or is_in_brackets(sentence, mention)
            or is_yardstick(sentence, mention)
            or _has_numbers_of_other(sentence, mention)
            or (
                not sentence.keys.isdisjoint(_COMPARISON_KEYS)
                and _FOR_COMPARISON.fullmatch(sentence.text, 0, mention.start) is not None
            )
            or (
                not sentence.keys.isdisjoint(_ONLY_KEYS)
                and ends_with(_ONLY, sentence.text, mention.start) is not None
            )
        )
    return known
