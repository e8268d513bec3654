"""Numbers in words, in English, German, French and Spanish: ``three hundred dollars``, ``a third``.

Small numbers in words are figures only before a unit or a scale: "two companies" and "one of them" are not.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from shared.figures.reading.cardinals import (
    CENTS,
    COMPOSING,
    HUNDREDTH,
    JOINS,
    PER_WORDS,
    SCALE_WORDS,
    UNIT_WORDS,
    cardinal,
    is_german_compound,
)
from shared.figures.reading.lexicon import Token, tokens, word_set
from shared.figures.reading.numeral_values import EACH_UNIT, Reading
from shared.figures.reading.numerals import Numeral, currency_of_word
from shared.figures.reading.parts_in_words import PARTS, WordNumber, numeral_of, part_in_words
from shared.figures.reading.scale_fractions import GERMAN_HALVES, HALF_WORDS, fraction_of_scale
from shared.figures.reading.units import Unit

_MILLION: Final = 1e6
_BEFORE_MILLION: Final = word_set("a one per ein eine einer einen un une uno um uma")
_SMALLEST_COUNT: Final = 13
_COUNTED: Final = word_set(
    """
    analysts analysten analystes analistas analisti employees mitarbeiter salariés empleados dipendenti
    funcionários people stores warehouses countries ländern länder pays países paesi institutions
    """
)
"""What is counted in the facts: "more than forty analysts"."""
_BEHIND_CENTS: Final = word_set(
    """
    a ahead above below per more less better worse short of higher lower from each every for on in and than to
    is was at comes
    """
)
_BEFORE_CENTS: Final = word_set(
    """
    about almost another around at by earned earns expected from just lost made makes nearly of only or paid
    pays roughly than the to was with
    """
)
_ONE: Final = frozenset({"a", "one", "single", "ein", "einen", "einem", "un"})
"""Words before "cent" that make it one of a currency."""
_PERCENT: Final = frozenset({"percent", "prozent", "pct"})
_ROUNDED: Final = 0.0625
"""How much of an amount in words may be rounded away at most."""
_POINTS_OF: Final = {"percentage": 1.0, "basis": 0.01}
"""Words before "points", and how many points of percent one of them is."""
_MULTIPLES: Final = frozenset({"times", "fold", "mal", "fois", "veces"})
_POINTS: Final = frozenset({"points", "point", "prozentpunkte", "puntos"})
_TURNING: Final = frozenset({("un", "bas"), ("un", "haut"), ("un", "mort"), ("un", "fort"), ("un", "faible")})
"""Around "point" in French, where it is none of percent: ``un point bas à 331,40 €``."""
_AND_A_HALF: Final[Mapping[tuple[str, ...], float]] = {
    **dict.fromkeys(
        (("and", "a", "half"), ("et", "demi"), ("et", "demie"), ("y", "medio"), ("y", "media")), 0.5
    ),
    ("and", "a", "quarter"): 0.25,
    ("and", "three", "quarters"): 0.75,
}
"""What is added to a count of multiples: ``two and a half times``, ``deux fois et demie``."""
_GERMAN_HALVES: Final[Mapping[str, float]] = {
    f"{stem}{end}": value
    for stem, value in GERMAN_HALVES.items()
    for end in ("mal", "fach", "fache", "fachen", "faches")
}
_CHANGED: Final[Mapping[str, float]] = {
    word: value
    for value, words in {
        2.0: (
            "doubled doubling doubles twice verdoppelt verdoppelte verdoppelten verdoppelung verdopplung "
            "doppelt doppelte doublé doublée "
            "doublés doublées doublement double duplicado duplicó duplica duplicaron duplicarse duplicó "
            "twofold"
        ),
        3.0: (
            "tripled tripling triples trebled threefold thrice verdreifacht verdreifachte dreifach triplé "
            "triplée triplés triple "
            "triplicado triplicó triplicaron"
        ),
        4.0: (
            "quadrupled quadrupling fourfold vervierfacht vervierfachte quadruplé quadruplée cuadruplicado "
            "cuadruplicó"
        ),
        5.0: "fivefold quintupled verfünffacht verfünffachte quintuplé quintuplicado quintuplicó",
        10.0: "tenfold verzehnfacht verzehnfachte decuplicado",
        0.5: "halved halving halves halbiert halbierte halbierten halbierung",
    }.items()
    for word in words.split()
}
_COMPOUND: Final = re.compile(r"-[^\W\d_]|\s(?:digits?|check)\b")
"""Behind a word that tells no multiple: ``double-digit growth``."""
_TOLERANCE_OF_CHANGE: Final = 0.1
_TOLERANCE_OF_HALF: Final = 0.25
_ANY: Final = frozenset(
    {*UNIT_WORDS, *SCALE_WORDS, *_CHANGED, *PARTS, *_GERMAN_HALVES, *HALF_WORDS, *GERMAN_HALVES}
)
_ANY_KEYS: Final = frozenset(token.key for word in _ANY for token in tokens(word)[:1])


def may_have_number_words(
    text: str, words: Sequence[Token], places: Mapping[str, Sequence[int]], digits: Sequence[Numeral] = ()
) -> bool:
    """Tells whether a text may have numbers in words; most have none.

    Args:
        text: One sentence.
        words: Its tokens.
        places: The places of each folded form among them.
        digits: Its numbers in digits, whose words (``3.7 trillion``) are no numbers of their own.
    """
    known = _ANY_KEYS.intersection(places)
    small = text.lower()
    if any(map(small.__contains__, COMPOSING)):
        return True
    return bool(known) and any(
        not any(one.start <= words[place].start < one.end for one in digits)
        for key in known
        for place in places[key]
    )


def number_words(text: str, words: Sequence[Token]) -> Iterator[WordNumber]:
    """Yields the numbers in words of a text, in order.

    Args:
        text: One sentence.
        words: Its tokens.
    """
    lower = [text[start:end].lower() for _, start, end in words]
    if _ANY.isdisjoint(lower) and not any(map(is_german_compound, lower)):
        return
    index = 0
    while index < len(words):
        word = lower[index]
        if word not in _ANY and not is_german_compound(word):
            index += 1
            continue
        found, used = _at(text, words, lower, index)
        index += max(used, 1)
        if found is not None:
            yield found
            while index < len(words) and words[index].start < found.numeral.end:
                index += 1


def _at(text: str, words: Sequence[Token], lower: Sequence[str], index: int) -> tuple[WordNumber | None, int]:
    word = lower[index]
    if word in _CHANGED:
        if _COMPOUND.match(text, words[index].end):
            return None, 1
        factor = _CHANGED[word]
        reading = Reading(factor, factor * _TOLERANCE_OF_CHANGE)
        return WordNumber(
            numeral_of(text, words[index].start, words[index].end, reading, Unit.MULTIPLE), True
        ), 1
    if word in _GERMAN_HALVES:
        reading = Reading(_GERMAN_HALVES[word], _TOLERANCE_OF_HALF)
        return WordNumber(numeral_of(text, words[index].start, words[index].end, reading, Unit.MULTIPLE)), 1
    part = fraction_of_scale(text, words, lower, index) or part_in_words(text, words, lower, index)
    if part is not None:
        return part
    one = index - 1 if word in CENTS else index
    if 0 <= one < len(lower) - 1 and lower[one] in _ONE and lower[one + 1] in CENTS:
        # "A cent more than expected" is no hundred.
        start, end = words[one].start, words[one + 1].end
        return WordNumber(numeral_of(text, start, end, Reading(0.01, 0.005), Unit.MONEY)), one + 2 - index
    value, used = cardinal(lower, index)
    if word == "cents" and used == 1:
        # "A couple of cents": the French number has others before it.
        return None, 1
    if used == 0 or (used == 1 and SCALE_WORDS.get(word, 0.0) >= _MILLION and not _has_article(lower, index)):
        return None, 1
    is_of_cents = used == 2 and lower[index + 1] == "cents"
    if is_of_cents and ((word == "six" and _is_english(lower, index)) or EACH_UNIT.search(text)):
        # "six cents", "cinq cents de chaque dollar": no hundreds.
        value, used = value / 100, 1
    multiple = _multiple_and_a_half(text, words, lower, index, value, used)
    if multiple is not None:
        return multiple
    found = _with_unit(text, words, lower, index, value, used)
    return found, used


def _has_article(lower: Sequence[str], index: int) -> bool:
    """Returns whether a scale is a number of its own: ``a million``, and not ``$ millions``."""
    return index > 0 and lower[index - 1] in _BEFORE_MILLION


def _multiple_and_a_half(
    text: str, words: Sequence[Token], lower: Sequence[str], index: int, value: float, used: int
) -> tuple[WordNumber, int] | None:
    """``two and a half times``, ``deux fois et demie``: a multiple, and how many words it has."""
    place = index + used
    for addition, part in _AND_A_HALF.items():
        size = len(addition)
        if tuple(lower[place : place + size]) == addition:
            end = place + size
        elif tuple(lower[place + 1 : place + 1 + size]) == addition:
            end = place
        else:
            continue
        if end < len(lower) and lower[end] in _MULTIPLES:
            reading = Reading(value + part, _TOLERANCE_OF_HALF)
            last = max(end, place + size)
            numeral = numeral_of(text, words[index].start, words[last].end, reading, Unit.MULTIPLE)
            return WordNumber(numeral), last + 1 - index
    return None


def _is_english(lower: Sequence[str], index: int) -> bool:
    """Returns whether an English word stands before or behind "six cents", which is 600 in French."""
    behind = index + 2
    return (behind < len(lower) and lower[behind] in _BEHIND_CENTS) or (
        index > 0 and lower[index - 1] in _BEFORE_CENTS
    )


def _with_unit(
    text: str, words: Sequence[Token], lower: Sequence[str], index: int, value: float, used: int
) -> WordNumber | None:
    """Returns the number with what follows it; None for a small number that nothing makes a figure."""
    place = index + used
    following = lower[place] if place < len(lower) else ""
    after = lower[place + 1] if place + 1 < len(lower) else ""
    unit, end = Unit.NONE, words[place - 1].end
    if following in CENTS:
        # "six cents of every dollar of revenue"
        is_share = EACH_UNIT.search(text) is not None
        reading = Reading(value, 0.5) if is_share else Reading(value / 100, 0.005)
        unit = Unit.PERCENT if is_share else Unit.MONEY
        return WordNumber(numeral_of(text, words[index].start, words[place].end, reading, unit))
    cents = _cents_behind(lower, place) if currency_of_word(following) else None
    if cents is not None:
        reading = Reading(value + cents[0] / 100, 0.005)
        end = words[cents[1] - 1].end
        numeral = numeral_of(text, words[index].start, end, reading, Unit.MONEY, currency_of_word(following))
        return WordNumber(numeral._replace(digits=len(f"{reading.value:.2f}") - 1))
    currency = currency_of_word(following) or (currency_of_word(after) if following in ("us", "de") else None)
    if following in _PERCENT or (following in PER_WORDS and after in HUNDREDTH):
        unit, end = Unit.PERCENT, words[place + (following in PER_WORDS)].end
    elif (following in _POINTS and (lower[index], after) not in _TURNING) or (
        following in _POINTS_OF and after in _POINTS
    ):
        unit, end = Unit.POINTS, words[place + (following in _POINTS_OF)].end
        value *= _POINTS_OF.get(following, 1.0)
    elif following in _MULTIPLES:
        unit, end = Unit.MULTIPLE, words[place].end
    elif currency is not None:
        unit, end = Unit.MONEY, words[place if currency_of_word(following) else place + 1].end
    elif (
        not any(lower[offset] in SCALE_WORDS for offset in range(index, place))
        and value < 1000
        and not (value >= _SMALLEST_COUNT and following in _COUNTED)
    ):
        return None
    tolerance = _tolerance(value) if following not in _POINTS_OF else 0.5 * _POINTS_OF[following]
    numeral = numeral_of(text, words[index].start, end, Reading(value, tolerance), unit, currency)
    return WordNumber(numeral)


def _cents_behind(lower: Sequence[str], place: int) -> tuple[float, int] | None:
    """``… dollars and forty-five cents``: how many cents, and the place behind them; None without."""
    begin = place + 1 + (place + 1 < len(lower) and lower[place + 1] in JOINS)
    cents, used = cardinal(lower, begin) if begin < len(lower) else (0.0, 0)
    end = begin + used
    if not used or cents >= 100 or end >= len(lower) or lower[end] not in CENTS:
        return None
    return cents, end + 1


def _tolerance(value: float) -> float:
    zeros = len(f"{value:.0f}") - len(f"{value:.0f}".rstrip("0"))
    if value >= _MILLION:
        # "eight million shares", like "8 million"
        return min(0.5 * 10.0**zeros, _ROUNDED * value)
    return max(0.5, min(0.5 * 10.0**zeros, 0.01 * value)) if zeros >= 2 else 0.5
