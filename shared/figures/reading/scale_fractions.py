"""Large amounts in words that a fraction tells: ``half a billion``, ``two and a half million``."""

from collections.abc import Mapping, Sequence
from typing import Final

from shared.figures.reading.cardinals import SCALE_WORDS, cardinal
from shared.figures.reading.lexicon import Token, word_set
from shared.figures.reading.numeral_values import Reading
from shared.figures.reading.numerals import currency_of_word
from shared.figures.reading.parts_in_words import WordNumber, numeral_of
from shared.figures.reading.units import Unit

_MILLION: Final = 1e6
_HALF: Final = 0.5
HALF_WORDS: Final = word_set("half halbe halben demi medio mezzo meio")
_A: Final = (("a",), ("an",), ())
_OF_A: Final = (("of", "a"), ("of", "one"))
_BEHIND: Final[Mapping[tuple[str, ...], float]] = {
    ("and", "a", "half"): _HALF, ("and", "a", "quarter"): 0.25, ("et", "demi"): _HALF,
    ("y", "medio"): _HALF, ("e", "mezzo"): _HALF, ("e", "meio"): _HALF,
}  # fmt: skip
"""What is added to a count before a scale, or to a scale before it."""
GERMAN_HALVES: Final[Mapping[str, float]] = {
    "anderthalb": 1.5, "eineinhalb": 1.5, "zweieinhalb": 2.5, "dreieinhalb": 3.5, "viereinhalb": 4.5,
    "fünfeinhalb": 5.5, "sechseinhalb": 6.5, "siebeneinhalb": 7.5, "achteinhalb": 8.5, "neuneinhalb": 9.5,
    "zehneinhalb": 10.5,
}  # fmt: skip
_ROUNDED: Final = 0.0625
"""Of an amount in words, how much may be rounded away."""


def fraction_of_scale(
    text: str, words: Sequence[Token], lower: Sequence[str], index: int
) -> tuple[WordNumber, int] | None:
    """Returns an amount that a fraction tells, and how many words it has; None for other words.

    Args:
        text: One sentence.
        words: Its tokens.
        lower: Their text in small letters.
        index: The place of the first word.
    """
    found = (
        _half_of(lower, index)
        or _quarters_of(lower, index)
        or _german(lower, index)
        or _counted(lower, index)
    )
    if found is None:
        return None
    value, end = found
    following = lower[end] if end < len(lower) else ""
    behind = lower[end + 1] if following in ("de", "of") and end + 1 < len(lower) else ""
    currency = currency_of_word(following) or currency_of_word(behind)
    last = end if currency_of_word(following) else end + 1 if currency else end - 1
    unit = Unit.NONE if currency is None else Unit.MONEY
    reading = Reading(value, _ROUNDED * value)
    return (
        WordNumber(numeral_of(text, words[index].start, words[last].end, reading, unit, currency)),
        last + 1 - index,
    )


def _half_of(lower: Sequence[str], index: int) -> tuple[float, int] | None:
    """``half a billion``, ``eine halbe Milliarde``: the amount, and the place behind it."""
    return _of_scale(lower, index + 1, _A, _HALF) if lower[index] in HALF_WORDS else None


def _quarters_of(lower: Sequence[str], index: int) -> tuple[float, int] | None:
    """``a quarter of a billion``, ``three quarters of a million``."""
    if lower[index] == "quarter":
        return _of_scale(lower, index + 1, _OF_A, 0.25)
    is_of_three = lower[index] == "three" and lower[index + 1 : index + 2] == ["quarters"]
    return _of_scale(lower, index + 2, _OF_A, 0.75) if is_of_three else None


def _of_scale(
    lower: Sequence[str], place: int, joins: Sequence[tuple[str, ...]], part: float
) -> tuple[float, int] | None:
    for between in joins:
        end = place + len(between)
        if tuple(lower[place:end]) == between and end < len(lower):
            scale = SCALE_WORDS.get(lower[end], 0.0)
            if scale >= _MILLION:
                return part * scale, end + 1
    return None


def _german(lower: Sequence[str], index: int) -> tuple[float, int] | None:
    """``anderthalb Milliarden``."""
    count = GERMAN_HALVES.get(lower[index])
    scale = SCALE_WORDS.get(lower[index + 1], 0.0) if count and index + 1 < len(lower) else 0.0
    return (count * scale, index + 2) if count and scale >= _MILLION else None


def _counted(lower: Sequence[str], index: int) -> tuple[float, int] | None:
    """``two and a half billion``, ``un milliard et demi``."""
    value, used = cardinal(lower, index)
    place = index + used
    for addition, part in _BEHIND.items() if used else ():
        end = place + len(addition)
        if tuple(lower[place:end]) != addition:
            continue
        before = SCALE_WORDS.get(lower[place - 1], 0.0)
        if before >= _MILLION:
            return value + part * before, end
        behind = SCALE_WORDS.get(lower[end], 0.0) if end < len(lower) else 0.0
        if behind >= _MILLION:
            return (value + part) * behind, end + 1
    return None
