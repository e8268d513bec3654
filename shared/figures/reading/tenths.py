"""Parts in Japanese, Chinese and Korean, which are percents: ``約7割``, ``三成五``, ``4分の1``."""

import re
from collections.abc import Iterator
from typing import Final

from shared.figures.reading.numeral_values import Reading
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.units import Unit

HAN_DIGITS: Final = {
    **{word: value for value, word in enumerate("一二三四五六七八九", start=1)},
    **dict.fromkeys("两兩", 2),
}
_TENTHS: Final = re.compile(
    rf"(?<![\d.,])(?P<count>[1-9](?:\.\d)?|[{''.join(HAN_DIGITS)}])\s?"
    # "割高", "成长": words that begin alike.
    r"(?:割(?![りれ引高安合込当])|成(?![长長本立交分為为熟功果員员就績绩型品色效了都]))"
    rf"(?P<more>半|[1-9{''.join(HAN_DIGITS)}](?![\d.,年月日万億亿千百十]))?"
)
_PARTS: Final = re.compile(
    rf"(?<![\d.,百])(?P<whole>[2-9]|1\d|10|[{''.join(HAN_DIGITS)}]|十)\s?(?:分の|分之|분의)\s?"
    rf"(?P<count>[1-9](?![\d.,])|[{''.join(HAN_DIGITS)}])"
)
_TENTH: Final = 10.0
_HALF: Final = 5.0
_HUNDRED: Final = 100.0
_TOLERANCE_OF_PART: Final = 2.0
"""In points of percent, as of parts in words."""
_MARKS: Final = ("割", "成", "分の", "分之", "분의")


def tenths(text: str) -> Iterator[Numeral]:
    """Yields the tenths and other parts of a text as numbers of percent, as exact as they are written."""
    if not any(map(text.__contains__, _MARKS)):
        return
    for match in _TENTHS.finditer(text):
        more = match["more"]
        value = _value(match["count"]) * _TENTH + (_HALF if more == "半" else _value(more) if more else 0.0)
        reading = Reading(value, 0.5 if more or "." in match["count"] else _HALF)
        yield Numeral(match[0], match.start(), match.end(), (reading,), Unit.PERCENT, digits=1 + bool(more))
    for match in _PARTS.finditer(text):
        value = _HUNDRED * _value(match["count"]) / _value(match["whole"])
        if value <= _HUNDRED:
            reading = Reading(value, _TOLERANCE_OF_PART)
            yield Numeral(match[0], match.start(), match.end(), (reading,), Unit.PERCENT)


def _value(written: str) -> float:
    return _TENTH if written == "十" else float(HAN_DIGITS.get(written) or written)
