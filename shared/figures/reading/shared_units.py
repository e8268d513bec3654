"""Units and scales that a number shares with the next one: ``3.2 to 3.5 billion``."""

import re
from collections.abc import Sequence
from itertools import product
from typing import Final

from shared.figures.reading.numeral_values import (
    NO_SCALE,
    WRITTEN_SCALES,
    Reading,
    factors_of_word,
    tolerance_of,
)
from shared.figures.reading.numerals import HUNDRED, Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.units import (
    HUNDREDTHS,
    LETTERS,
    SCALES,
    Unit,
    one_of,
)

_PAIR: Final = 2
_HALF: Final = 0.5
_TENFOLD: Final = 10.0
_FILLERS: Final = re.compile(r"(?:\s|\(\s*\))+")
"""Also the brackets of a year, which is taken out: ``von 33,10 (2023) über 35,81 auf 38,75 Milliarden``."""
_MAX_GAP: Final = 30
"""Characters between two numbers of one unit, with those of a year that is taken out."""
_MAX_BETWEEN: Final = 17
_RANGE: Final = re.compile(
    r"\s?(?:[-–—~～〜/]|to|auf|hasta|até|para|and|or|bis|und|oder|beziehungsweise|bzw\.|à|et|ou|a|y|o|e|から|至|到|和|与"
    r"|에서|부터|über|via|of|out of|von|de|di|sur"
    r"|and about|vs\.?|versus|against|(?:compared|relative) (?:with|to)"
    r"|gegen|gegenüber|contre|frente a|contra"
    r"|contro)\s?(?:about\s)?"
)
_AND: Final = re.compile(r"\s(?:and|or|und|oder|et|ou|y|o|e)\s", re.IGNORECASE)
_BETWEEN: Final = re.compile(
    r"\b(?:between|zwischen|entre|tra|fra)\s(?:(?:el|los|il|les|l['’]|o|os)\s)?$", re.IGNORECASE
)
_NEAR: Final = 14
"""Characters before the lower end of a range."""
_VERSUS: Final = re.compile(r"\s(?:vs\.?|versus|against|gegen|contre|contra|contro)\s", re.IGNORECASE)
ENDS: Final = re.compile(r"\s?(?:[-–—~～〜]|to|bis|à|al|ao|a|até|hasta|から|至|到|에서|부터)\s?(?:about\s)?")
"""Between the ends of a range."""
_ANNOUNCED: Final = re.compile(
    r"\(\s?(?:in|en|alle Angaben in|figures in)?\s?(?:US)?[$€£¥]?\s?(?:[A-Z]{3}\s)?"
    r"(?P<scale>bn|billions?|m|mn|millions?|Mrd\.?|Milliarden|Mio\.?|Millionen|milliards?|millones)"
    r"(?:\s(?:of\s|de\s|d')?[\w$€]+)?\s?\)",
    re.IGNORECASE,
)
_CENTS: Final = re.compile(rf"[^\W_][\s-]?(?:{one_of(HUNDREDTHS)})$", re.IGNORECASE)
_HUNDREDTH: Final = 0.01
_COMPARED: Final = RarePattern(
    r"\s(?:against|versus|vs\.?|(?:compared|relative) (?:with|to)"
    r"|after|from|up from|down from|to|gegen|gegenüber|nach"
    r"|statt|contre|après|frente a|contra|tras|após|contro|dopo)"
    r"\s(?:an? |the )?(?:expected |estimate of |forecast )?",
    re.IGNORECASE,
)
"""Between two numbers of one unit."""
_COMPARED_FREELY: Final = RarePattern(
    r"(?: (?:a|per) share)?[^\d.;:()]{0,44}"
    r" (?:against|versus|vs|than|above|below|after|from|instead of|looking for|hoping for|expect(?:s|ed|ing)?"
    r"|predicted|forecast|estimated|pays?|paid|then|now|now it['’]s|now at)"
    r"(?: (?:the|an?|only|just|about|some|roughly|last year['’]s)){0,2} ",
    re.IGNORECASE,
)
"""The same in free words: ``53 cents a share when analysts were looking for 46``."""
_PAID_NEXT: Final = re.compile(r" (?:in|on) {4,}(?:,| and|, and) ")
"""Between payments of several days, which are taken out: ``30 cents in August 2025, 5 in November``."""
_WITHOUT_NOUN: Final = re.compile(
    r"\s?(?:[.,;:!?)\[–—]|$)|\s(?:expected|forecast|predicted|estimated|now|before|a (?:share|year|quarter)"
    r"|in|for|at|and|when|analysts|that|they|the|last|this|consensus|on)\b"
)
"""Behind a number that counts nothing."""
_MAX_CENTS: Final = 100
_NO_SCALE_ENDS: Final = frozenset("0123456789%")
"""The last characters of numbers without a scale, or cents, behind their digits."""
_SCALE_WORD: Final = re.compile(
    rf"\d[ \u00a0\u202f-]?({one_of(WRITTEN_SCALES)}|[KkMmBbTt](?![A-Za-z]))", re.IGNORECASE
)


def with_announced_scale(found: list[Numeral], text: str) -> list[Numeral]:
    """Returns the numbers, those behind an announcement of a scale with it: ``revenue (in $bn): 17.35``."""
    announced = _ANNOUNCED.search(text)
    if announced is None:
        return found
    word = announced["scale"].lower().rstrip(".")
    factors = SCALES.get(word) or SCALES.get(f"{word}.") or LETTERS.get(word, NO_SCALE)
    return [
        one
        if one.start < announced.end() or one.unit not in (Unit.NONE, Unit.MONEY) or scale_factors(one)
        else one._replace(
            readings=tuple(
                Reading(way.value * by, way.tolerance * by) for way in one.readings for by in factors
            ),
            unit=Unit.MONEY,
            plain=False,
        )
        for one in found
    ]


def share_units(found: list[Numeral], text: str, names: Sequence[int] = ()) -> list[Numeral]:
    """Returns the numbers, the first of a range with the unit of the second: ``3.2 to 3.5 billion``.

    Args:
        found: The numbers.
        text: The sentence, without its dates and names.
        names: Where names of metrics begin; two numbers with one between them are no range.
    """
    if len(found) < _PAIR:
        return found
    shared = list(found)
    scale: tuple[float, ...] = ()
    for index in range(len(shared) - _PAIR, -1, -1):
        first, second = shared[index], shared[index + 1]
        if second.start - first.end > _MAX_GAP or any(first.end <= start < second.start for start in names):
            scale = ()
            continue
        may_share = first.unit in (Unit.NONE, Unit.MONEY)
        between = _FILLERS.sub(" ", text[first.end : second.start]) if may_share else ""
        may_share = may_share and not _is_apart(first, second, between)
        if may_share and len(between) <= _MAX_BETWEEN and _RANGE.fullmatch(between):
            # "from 43.5 via 47.0 to 50.8 billion": one scale for all.
            scale = scale_factors(second) or _hundredth_of(second) or scale
            is_compared = second.unit is Unit.MULTIPLE and _VERSUS.fullmatch(between) is not None
            is_range = is_compared or ENDS.fullmatch(between) is not None
            is_range = is_range or _are_alike(first, second, between) or _is_between(first, between, text)
            shared[index] = _with_unit_of(first, second, scale, is_range=is_range)
        elif scale and may_share and between == ", ":
            # "at 51.2, 54.5 or 57.7 billion"
            shared[index] = _with_unit_of(first, second, scale, is_range=False)
        else:
            scale = ()
    return shared


def without_shared_unit(numeral: Numeral) -> Numeral:
    """Returns a number of digits alone without what it may share with another: ``$86.6 billion and 72.4``."""
    if numeral.unit is not Unit.MONEY or not numeral.text[:1].isdigit():
        return numeral
    return numeral._replace(readings=numeral.readings[:1], unit=Unit.NONE, currency=None)


def _is_apart(first: Numeral, second: Numeral, between: str) -> bool:
    """``34.1 and $169.21``, ``33.7 und 187,90 $``: a multiple and a price."""
    has_sign = not second.text[0].isdigit() and second.unit is Unit.MONEY
    return has_sign and first.unit is Unit.NONE and _AND.fullmatch(between) is not None


def _are_alike(first: Numeral, second: Numeral, between: str) -> bool:
    """``46.7 and 64.9 times``: two multiples with as many decimals."""
    decimals = [one.readings[0].tolerance for one in (first, second)]
    is_list = second.unit is Unit.MULTIPLE and _AND.fullmatch(between) is not None
    return is_list and decimals[0] == decimals[1] < _HALF


def _is_between(first: Numeral, between: str, text: str) -> bool:
    """``zwischen 3 und 5 %``: the ends of a range."""
    if _AND.fullmatch(between) is None:
        return False
    return _BETWEEN.search(text, max(0, first.start - _NEAR), first.start) is not None


def share_cents(found: list[Numeral], text: str) -> list[Numeral]:
    """Returns the numbers, those compared with cents in cents: ``54 cents against 45``."""
    shared, has_cents = list(found), False
    for index in range(len(shared) - 1):
        first, second = shared[index], shared[index + 1]
        has_cents = has_cents or (
            first.text[-1] not in _NO_SCALE_ENDS and _CENTS.search(first.text) is not None
        )
        if not (has_cents and second.plain):
            continue
        if _COMPARED.fullmatch(text, first.end, second.start):
            shared[index] = _in_cents(first) if first.plain else first
            shared[index + 1] = _in_cents(second)
        elif (
            first.unit is Unit.MONEY
            and _is_of_cents(second, text)
            and any(
                words.fullmatch(text, first.end, second.start) for words in (_COMPARED_FREELY, _PAID_NEXT)
            )
        ):
            shared[index + 1] = _in_cents(second)
    return shared


def _is_of_cents(numeral: Numeral, text: str) -> bool:
    """Returns whether a number without unit may be one of cents: it is small, and counts nothing."""
    is_small = numeral.readings[0].value < _MAX_CENTS
    return is_small and _WITHOUT_NOUN.match(text, numeral.end) is not None


def _in_cents(numeral: Numeral) -> Numeral:
    hundredths = tuple(
        Reading(one.value * _HUNDREDTH, one.tolerance * _HUNDREDTH) for one in numeral.readings
    )
    return numeral._replace(readings=hundredths, unit=Unit.MONEY, plain=False)


def _hundredth_of(numeral: Numeral) -> tuple[float, ...]:
    """Returns the factor of cents: ``between 31 and 52 cents``."""
    is_hundredth = numeral.unit is Unit.MONEY and _CENTS.search(numeral.text)
    return (_HUNDREDTH,) if is_hundredth else ()


def _with_unit_of(first: Numeral, second: Numeral, scaled: tuple[float, ...], *, is_range: bool) -> Numeral:
    if first.unit is Unit.NONE and second.unit in (Unit.PERCENT, Unit.POINTS, Unit.MULTIPLE):
        # "1.89 and 54.7%" may be two things, and 「5,598.83から3.5%下落」 is a level and its change.
        is_range = is_range and first.readings[-1].value <= max(HUNDRED, _TENFOLD * second.readings[-1].value)
        return first._replace(unit=second.unit, plain=False) if is_range else first
    currency = first.currency or second.currency
    unit = Unit.MONEY if currency or scaled == (_HUNDREDTH,) else first.unit
    if scaled and not scale_factors(first):
        readings = tuple(
            Reading(reading.value * factor, scaled_tolerance(reading, factor))
            for reading, factor in product(first.readings, scaled)
        )
        return first._replace(readings=first.readings + readings, currency=currency, unit=unit, plain=False)
    return first._replace(currency=currency, unit=unit, plain=first.plain and not currency)


def scaled_tolerance(reading: Reading, factor: float) -> float:
    """Returns the tolerance of a number with a scale; zeros at its end tell then that it is rounded."""
    is_whole = reading.value == int(reading.value) and reading.tolerance >= _HALF
    return tolerance_of(str(int(reading.value)), 0, factor) if is_whole else reading.tolerance * factor


def scale_factors(numeral: Numeral) -> tuple[float, ...]:
    """Returns the factors that the scale of a number may mean; none where it has no scale."""
    if numeral.text[-1] in _NO_SCALE_ENDS and numeral.text.isascii():
        return ()
    match = _SCALE_WORD.search(numeral.text)
    return factors_of_word(match[1]) if match else ()
