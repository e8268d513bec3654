"""Which of comma and point separates decimals in a sentence, where one of its numbers tells."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.reading.numerals import Numeral

_DECIMALS: Final = re.compile(r"\d(?P<mark>[.,])(?:\d{1,2}|\d{4,})(?!\d)")
_AMBIGUOUS: Final = 2
"""Readings of ``3,035``."""


def with_known_separators(numerals: Sequence[Numeral]) -> Sequence[Numeral]:
    """Returns the numbers of a sentence, those with three digits behind a comma or point read in one way.

    In "a profit of $3,035, or 30.4%", the comma separates no decimals.
    """
    ambiguous = [one for one in numerals if len(one.readings) == _AMBIGUOUS]
    if not ambiguous:
        return numerals
    marks = {match["mark"] for one in numerals if (match := _DECIMALS.search(one.text)) is not None}
    if len(marks) != 1:
        return numerals
    other = "," if "." in marks else "."
    return [
        one._replace(readings=(max(one.readings, key=lambda reading: reading.value),))
        if len(one.readings) == _AMBIGUOUS and other in one.text and not marks.intersection(one.text)
        else one
        for one in numerals
    ]
