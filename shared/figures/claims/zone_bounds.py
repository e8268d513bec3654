"""Reads zones of the RSI that are not reached, and bounds for each or for none of several companies."""

import re
from typing import Final

from shared.figures.claims.gaps import clause_start, ends_with
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.zone_words import ZONE

_MAX_GAP: Final = 80
_OUTSIDE: Final = RarePattern(
    r"(?:\b(?:not|never|outside|out of|far|away|short of|close|near|nearing|approach\w*|nicht|keine[mnrs]?"
    r"|außerhalb|weit|fern|nahe|nähert|vor|pas|hors|loin|proche|approche|près|no|fuera|lejos|cerca|acerca\w*"
    r"|non|fuori|lontan[oa]|vicin[oa]|avvicina\w*|não|fora|longe|próxim[oa]|perto|aproxima\w*)|n['’]t)\b"
    rf"[^.,;:()\d]{{0,30}}\b(?:{ZONE})[^.,;:()\d]{{0,24}}$",
    re.IGNORECASE,
)
"""Before the bound of a zone: ``not yet in the overbought zone above 70``."""
_OUTSIDE_BEFORE: Final = RarePattern(r"(?:未|没有?|沒有?|离|離|远|遠|接近|逼近)[^，。；、\d]{0,6}$")
_OUTSIDE_BEHIND: Final = RarePattern(
    r"\s?(?:以上|以下|超|未満|이상|이하|미만)(?:の|的|의)?\s?(?:買われ|売られ|超[买卖買賣]|과매[수도])[^、，。,.\d]{0,14}"
    r"(?:ない|ません|なかった|なく|おらず|遠|近|手前|않|아니|아닙|못|멀|먼|밖|가깝|근접)"
)
"""Behind it: ``70以上の買われすぎ圏にはまだ入っていません``."""
_ZONE_BEHIND: Final = RarePattern(r"\s?(?:以上|以下|之上|之下)的?超[买卖買賣]")
_NONE_OF: Final = RarePattern(
    r"\b(?:none(?! of th(?:is|at)\b)|neither (?:of|is|has|one|stands|sits)|no one|not (?:a single )?one"
    r"|keine[rs]?|aucune?|ningun[oa]|nessun[oa]|nenhuma?)\b|没有一[只家个支]|沒有一[隻家個支]|どれも[^。]*ない|いずれも[^。]*(?:ない|ません)",
    re.IGNORECASE,
)
_EACH_OF: Final = RarePattern(
    r"\b(?:all|both|each|every|alle|beide|jede[rs]?|tous|toutes|chacune?|todos|todas|amb[oa]s|tutt[ie]|entramb[ie])\b"
    r"|\bles deux\b|\bcada (?:un|uma)|[均皆都]|とも|いずれも|すべて|全て|모두|전부",
    re.IGNORECASE,
)

_SAME_LEVEL: Final = RarePattern(
    r",\s(?:[^\W\d_]+\s){0,2}?(?:an?|eine?[mnrs]?|une?|uma|una)\s(?:[^\W\d_]+\s)?"
    r"(?:level|value|rate|ratio|figure|reading|multiple|Wert|Niveau|Stand|Quote|niveau|taux|valeur|nivel|valor|tasa"
    r"|nível|taxa|livello|valore|tasso)\b[^,;.:()\d]{0,40}"
)
"""Between a number and a bound of it: ``70.15%, a level below 60%``."""


def bounds_same_level(sentence: Sentence, before: Numeral, numeral: Numeral) -> bool:
    """Tells whether a bound is said of the number before it, which it calls a level or a value."""
    if before.unit is not numeral.unit or numeral.start - before.end > _MAX_GAP:
        return False
    return _SAME_LEVEL.fullmatch(sentence.text, before.end, numeral.start) is not None


def is_outside(sentence: Sentence, numeral: Numeral, bound: Mention) -> bool:
    """Tells whether a bound is that of a zone of the RSI that is said not to be reached."""
    text = sentence.text
    if bound.end <= numeral.start:
        return ends_with(_OUTSIDE, text, bound.start) is not None
    is_before = _ZONE_BEHIND.match(text, numeral.end) and ends_with(_OUTSIDE_BEFORE, text, numeral.start)
    return bool(is_before) or _OUTSIDE_BEHIND.match(text, numeral.end) is not None


def is_of_none(sentence: Sentence, numeral: Numeral) -> bool:
    """Tells whether a bound is said to be passed by none: ``none of the three has an RSI above 70``."""
    return _is_in_clause(_NONE_OF, sentence, numeral)


def is_of_each(sentence: Sentence, numeral: Numeral) -> bool:
    """Tells whether a bound is said of each of several companies: ``all three trade below 30``."""
    return _is_in_clause(_EACH_OF, sentence, numeral)


def _is_in_clause(words: RarePattern, sentence: Sentence, numeral: Numeral) -> bool:
    start = clause_start(sentence.text, numeral.start)
    return words.search(sentence.text, start, numeral.start) is not None
