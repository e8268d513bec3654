"""Scales that are written once for several numbers: ``4,2 Mrd. (2024: 3,9)``."""

import re
from collections.abc import Sequence
from itertools import pairwise, product
from typing import Final

from shared.figures.reading.numeral_values import Reading
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.shared_units import scale_factors, scaled_tolerance
from shared.figures.reading.units import Unit

_OPENED: Final = re.compile(r"[^\d(（]{0,16}[(（](?=[^()（）]*$)")
_CLOSED: Final = re.compile(r"[^()（）]{0,24}[)）]")
_NEXT_YEAR: Final = RarePattern(
    r"\s?[$€£¥]?(?:\s?(?:euros?|dollars?|Euro|Dollar|dólares|dollari|reais))?[,;]?\s?(?:(?:and|und|et|y|e|then|dann|puis|luego|poi|depois)\s)?"
    r"(?:(?:in|im|en|em|nel|für|for|pour|para|per)\s)?",
    re.IGNORECASE,
)
_FOR_OTHERS: Final = re.compile(
    r"\s(?:bei|für|for|at|pour|chez|para|en|per|di|de|da|von|na|no)\s[^\d,;.()]{2,30}\s(?:and|und|et|y|e)\s",
    re.IGNORECASE,
)
_THEN: Final = re.compile(
    r"\s(?:(?:then|dann|puis|luego|poi|depois|auf|of|di|de|à|a|at|bei|es|it was)\s)*[$€£¥]?", re.IGNORECASE
)
"""Around the period of the next number of a series."""
_BRACKETED_START: Final = re.compile(
    r"\s?[*_]*[(（]\s?(?:(?:(?:up|down)\s)?from|after|against|versus|vs\.?|compared (?:with|to)"
    r"|von|nach|gegenüber|zuvor|vorher|de|desde|tras|frente a|contra|contre|après|avant|da|dai"
    r"|dagli|contro|rispetto a|dopo|ante|após"
    r"|前年度?は?|前期は?|同|从|從|去年|上年|전년)\s?(?:the\s|los\s|las\s)?[$€£¥]?",
    re.IGNORECASE,
)
_AND_ALSO: Final = re.compile(
    r"(?:\s(?:of|de|di|von|d')?\s?[^\W\d_]+){0,4}\s(?:and|und|et|y|e)\s(?:[^\W\d_]+\s){0,3}", re.IGNORECASE
)
_PARTS: Final = RarePattern(r"[^\d:;.]{0,40}:\s[$€£¥]?")
"""Between an amount and the first one of its parts."""
_OPERATOR: Final = RarePattern(
    r"(?:\s(?:of|in|de|an|en|em|di)\s[^\W\d_]+)?\s?(?:[−–+-]|minus|less|plus|moins|menos|meno|más|più|mais|abzüglich|weniger)\s?[$€£¥]?",
    re.IGNORECASE,
)
"""Between the terms of a difference or a sum."""
_OUT_OF: Final = RarePattern(r"\s(?:on|of|out of|over|su|di|von|auf|sur|de|sobre|em)\s[$€£¥]?", re.IGNORECASE)
_WHOLE: Final = 0.5
_ROUNDED: Final = 1e-6
_MAX_PARTS: Final = 4
_SAME_SIZE: Final = 4.0
"""How many times as much as the other a number of another year may be."""
_AFTER: Final = re.compile(
    r"(?:,\s(?:[^\W\d_]+\s){0,3}|\s)"
    r"(?:nach|after|après|tras|dopo|após|contre"
    r"|contra|contro|gegenüber|against|vs\.?|frente a|compared (?:with|to)"
    r"|rispetto a"
    r"|verglichen mit"
    r"|par rapport à|face a|que|than|als|from|desde|da)"
    r"(?:(?<=[ao])(?:i|gli|lle|l)|\s(?:the|den|die|los|las|les|os|as|i|gli))?\s"
)
_ENDS: Final = re.compile(
    r"[.,;)](?!\d)|\s(?:and|und|et|y|e|im|in|en|em|nel|a|ein|un|um|bei|pour|chez|para|per|for|at|de|del|des|du|do|di|von|na|no|ai|agli|alle|aux|an|to)\b|$"
)
"""What stands behind a number that no noun follows."""


def is_bracketed_start(text: str, start: int, end: int) -> bool:
    """Returns whether nothing but a bracket and ``from`` or the like stands between two numbers."""
    return _BRACKETED_START.fullmatch(text, start, end) is not None


def with_scale_before_bracket(
    found: list[Numeral], text: str, spans: Sequence[tuple[int, int]], unscaled: Sequence[int] = ()
) -> list[Numeral]:
    """Returns the numbers, those of another year in brackets with the scale before: ``4,2 Mrd. (2024: 3,9)``.

    Args:
        found: The numbers.
        text: The sentence.
        spans: The places of periods and of words such as "a year earlier".
        unscaled: Where names of what has no scale begin: ``a value of $3.70 trillion and a beta of 1.11``.
    """
    shared = list(found)
    scale: tuple[float, ...] = ()
    for index, (first, second) in enumerate(pairwise(found)):
        scale = scale_factors(first) or (scale if shared[index] is not first else ())
        if not scale or second.unit not in (Unit.NONE, Unit.MONEY) or scale_factors(second):
            continue
        if any(first.end <= start < second.start for start in unscaled):
            continue
        is_scaled = shared[index] is not first
        if _is_term(text, first, second, is_scaled=is_scaled) or (
            _is_of_other_time(text, first, second, spans, is_scaled=is_scaled)
            and _are_of_one_size(first, second, scale)
        ):
            shared[index + 1] = _scaled(second, first, scale)
    return _with_scale_of_whole(shared)


def _with_scale_of_whole(found: list[Numeral]) -> list[Numeral]:
    """Gives numbers that add up to the amount before them its scale: ``54.97 billion: 49.88 and 5.09``."""
    for index, whole in enumerate(found):
        scale = scale_factors(whole)
        parts = found[index + 1 : index + 1 + _MAX_PARTS] if scale else []
        for size in range(2, len(parts) + 1):
            some = parts[:size]
            if any(one.unit not in (Unit.NONE, Unit.MONEY) or scale_factors(one) for one in some):
                break
            sums = sum(one.readings[0].value for one in some)
            slack = sum(one.readings[0].tolerance for one in some)
            is_whole = abs(sums * scale[0] - whole.readings[0].value) <= (slack + _ROUNDED) * scale[0]
            if is_whole and slack < size * _WHOLE:
                found[index + 1 : index + 1 + size] = [_scaled(one, whole, scale) for one in some]
                break
    return found


def _is_of_other_time(
    text: str, first: Numeral, second: Numeral, spans: Sequence[tuple[int, int]], *, is_scaled: bool
) -> bool:
    """Returns whether a number is what another one was at another time or elsewhere, or is a part of it."""
    start, end = first.end, second.start
    if _is_compared_or_part(text, first, second):
        # "Umsatz 9,48 Mrd. € nach 9,10", "6.170 millones: 4.090 en recompras y 2.080 en dividendos"
        return True
    if _FOR_OTHERS.fullmatch(text, start, end) and is_scaled:
        # "37,1 Mrd. € gegenüber 55,3 bei Mercedes und 93,3 bei Ferrari"
        return True
    if _AND_ALSO.fullmatch(text, start, end) and _ENDS.match(text, second.end):
        # "10,5 miliardi e ne girerà 9,5 ai soci"
        return not is_scaled and second.readings[0].tolerance < _WHOLE
    if _is_of_next_year(text, start, end, spans):
        # "2023 waren es 2,48 Mrd., 2024 dann 2,65 und 2025 2,83"
        return True
    opened, closed = _OPENED.search(text, start, end), _CLOSED.match(text, second.end)
    if opened is None or closed is None:
        return False
    # "ricavi cresciuti a 16,91 miliardi (da 15,82)"
    return is_bracketed_start(text, start, end) or any(
        opened.end() <= first_of and last <= closed.end() for first_of, last in spans
    )


def _is_term(text: str, first: Numeral, second: Numeral, *, is_scaled: bool) -> bool:
    """``20.55 billion (24.60 minus 4.05)``: the terms that a result with a scale is computed of."""
    if is_scaled:
        return _OPERATOR.fullmatch(text, first.end, second.start) is not None
    if _OUT_OF.fullmatch(text, first.end, second.start) and text[second.end : second.end + 1] in (")", "）"):
        # "50.3% (13.72 billion of 27.28)"
        return True
    is_opened = text[first.end : second.start].rstrip("$€£¥ ").endswith(("(", "（"))
    return is_opened and _OPERATOR.match(text, second.end) is not None


def _is_compared_or_part(text: str, first: Numeral, second: Numeral) -> bool:
    between = (pattern.fullmatch(text, first.end, second.start) for pattern in (_AFTER, _PARTS))
    return any(between) and _ENDS.match(text, second.end) is not None


def _are_of_one_size(first: Numeral, second: Numeral, scale: tuple[float, ...]) -> bool:
    """Returns whether two numbers, read in one of their ways, have about the same size before their scale."""
    own = first.readings[0].value / (scale[0] if scale_factors(first) else 1.0)
    sizes = [(own, reading.value) for reading in second.readings]
    return any(min(pair) > 0 and max(pair) <= _SAME_SIZE * min(pair) for pair in sizes)


def _scaled(numeral: Numeral, like: Numeral, scale: tuple[float, ...]) -> Numeral:
    """Returns a number with the scale, and where it has none with the currency, of another one."""
    readings = tuple(
        Reading(reading.value * factor, scaled_tolerance(reading, factor))
        for reading, factor in product(numeral.readings, scale)
    )
    currency = numeral.currency or like.currency
    unit = Unit.MONEY if currency else numeral.unit
    return numeral._replace(readings=numeral.readings + readings, currency=currency, unit=unit, plain=False)


def _is_of_next_year(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Returns whether little but a period stands between two numbers."""
    between = [(first, last) for first, last in spans if start <= first and last <= end]
    if len(between) != 1:
        return False
    first, last = between[0]
    return (
        _NEXT_YEAR.fullmatch(text, start, first) is not None and _THEN.fullmatch(text, last, end) is not None
    )
