"""Parts in words: ``a third of``, ``zwei Drittel der``, ``la moitié``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.figures.reading.cardinals import (
    cardinal,
)
from shared.figures.reading.lexicon import Token, word_set
from shared.figures.reading.numeral_values import Reading
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.units import Unit

_ARTICLES: Final = frozenset(
    {"a", "die", "la", "le", "der", "un", "una", "ein", "einem", "einen", "the", "el", "dem"}
)
PARTS: Final[Mapping[str, float]] = {
    word: value
    for value, words in {
        1 / 2: "half hälfte moitié mitad",
        1 / 3: "third thirds drittel tiers tercio tercios tercera",
        1 / 4: "quarter quarters viertel quart quarts cuarto cuartos cuarta",
        1 / 5: "fifth fifths fünftel cinquième cinquièmes quinto quintos quinta",
        1 / 6: "sixth sechstel sixième sexto",
        1 / 8: "eighth achtel huitième octavo",
        1 / 10: "tenth tenths zehntel dixième dixièmes décimo décimos décima",
    }.items()
    for word in words.split()
}
_CURRENCIES: Final = frozenset({"dollars", "euros", "pounds", "yen", "cents"})
_INDEFINITE: Final = frozenset({"a", "un", "una", "ein", "einem", "einen"})
_OF: Final = re.compile(
    r"\s+(?:of|der|des|von|vom|seiner|ihrer|seines|ihres|du|de|d['’]|del|sus?)\b", re.IGNORECASE
)
_HALVES: Final = word_set(
    """
    first second and und et y ersten zweiten erste zweite upper lower top bottom back other better latter
    obere oberen untere unteren andere anderen
    """
)
"""Words before a half that is a part of a year, of a range or of a number."""
_BY: Final = frozenset(
    {"by", "about", "roughly", "nearly", "almost", "um", "knapp", "rund", "fast", "en", "près"}
)
"""Words before a part by which something has changed: "grew by about a third"."""
_PART_ALONE: Final = frozenset({"half", "hälfte", "moitié", "mitad", "halbe", "halb"})
_OF_PERCENT: Final = re.compile(
    r"\s+(?:of\s+)?(?:an?|one)\s+per(?:cent|\scent)(?![^\W\d_])"
    r"|(?P<points>[\s-](?:(?:of\s)?an?\s|one\s)?(?:percentage[\s-])?point(?![^\W\d_])"
    r"|\s(?:de|di|d'un|de un|di un|de um)\s(?:point|punto|ponto)(?![^\W\d_])"
    r"|\s?[Pp]rozentpunkt(?![^\W\d_]))",
    re.IGNORECASE,
)
"""Behind a part of one percent: ``a quarter of a percentage point``, ``a quarter point``."""
_OF_TIME: Final = re.compile(
    r"-(?:year|time|yearly)|\s(?:year|Jahr|année|año|ano|anno)\b|\sas\s\w+\sagain\b"
    r"|(?<=half)\san?\s(?!per\s?cent|percentage|point|[mbt]r?illion)|\san?\s(?:day|hour|year|decade)\b"
    r"|\sof\san?\s(?:century|decade|year|lifetime|mile|hour)\b"
    r"|\sin\s(?:\w+\s){1,2}and\shalf\b",
    re.IGNORECASE,
)
"""Behind a part that is no share: "every half-year", "half in cash and half in shares", "half a bitcoin"."""
_TOLERANCE_OF_PERCENT: Final = 0.1
_TOLERANCE_OF_PART: Final = 2.0
"""In points of percent: "a third" may be said of 31.5 to 35.3 percent."""


@dataclass(frozen=True, slots=True)
class WordNumber:
    """A number in words.

    Attributes:
        numeral: The number.
        change: Whether it tells a change (``doubled``) and not a level.
    """

    numeral: Numeral
    change: bool = False


def part_in_words(
    text: str, words: Sequence[Token], lower: Sequence[str], index: int
) -> tuple[WordNumber, int] | None:
    """``a third of``, ``two thirds of``, ``die Hälfte``, ``un tiers``."""
    count, place = 1.0, index
    if lower[index] not in PARTS:
        count, used = cardinal(lower, index)
        place = index + used
        if not used or count >= 10 or place >= len(words) or lower[place] not in PARTS:
            return None
    elif (lower[index] not in _PART_ALONE and (not index or lower[index - 1] not in _ARTICLES)) or (
        index and lower[index - 1] in _HALVES
    ):
        return None
    is_of_whole = index > 1 and lower[index - 2] == "and" and lower[index - 1] == "a"
    if is_of_whole and not _CURRENCIES.isdisjoint(lower[index + 1 : index + 2]):
        # "seven and a half dollars"
        return None
    word = lower[place]
    if _OF_TIME.match(text, words[place].end):
        return None
    of_percent = _OF_PERCENT.match(text, words[place].end)
    if of_percent is not None:
        reading = Reading(count * PARTS[word], _TOLERANCE_OF_PERCENT)
        unit = Unit.POINTS if of_percent["points"] else Unit.PERCENT
        numeral = numeral_of(text, words[index].start, of_percent.end(), reading, unit)
        return WordNumber(numeral), place - index + 1
    follows = _OF.match(text, words[place].end)
    # "Im dritten und im vierten", "en el cuarto" are quarters.
    is_change = place > 1 and lower[place - 1] in _INDEFINITE and lower[place - 2] in _BY
    # "by three quarters" is no time; "in three quarters" is.
    is_part = word != "quarters" or (index and lower[index - 1] in _BY)
    if follows is None and not (
        is_change or word in _PART_ALONE or (count > 1 and word.endswith("s") and is_part)
    ):
        return None
    value = count * PARTS[word] * 100
    if value > 100:
        return None
    reading = Reading(value, _TOLERANCE_OF_PART)
    begins = index - 1 if index and lower[index - 1] in _ARTICLES else index
    return WordNumber(
        numeral_of(text, words[begins].start, words[place].end, reading, Unit.PERCENT)
    ), place - index + 1


def numeral_of(
    text: str, start: int, end: int, reading: Reading, unit: Unit, currency: str | None = None
) -> Numeral:
    """Returns the number at a place of a text that is read in one way."""
    digits = len(f"{reading.value:.0f}".rstrip("0")) or 1
    return Numeral(text[start:end], start, end, (reading,), unit, currency, digits=digits)
