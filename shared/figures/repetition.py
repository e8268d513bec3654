"""A sentence of an answer that repeats one of the facts' word for word: its digits must be the same."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.facts.known_figures import KnownFigure, Quotation
from shared.figures.reading.numerals import Numeral

_DIGITS: Final = re.compile(r"\d(?:[\d.,]*\d)?")
_CITATION: Final = re.compile(r"[\[【][\d\s,;–-]+[\]】]")


class RepeatedSentence:
    """A sentence that repeats one of the facts' word for word: its digits must be the same."""

    def __init__(self, written: str, digits: Sequence[str], known: Sequence[Quotation]) -> None:
        bare = _CITATION.sub(lambda match: " " * len(match[0]), written)
        spans = [match.span() for match in _DIGITS.finditer(bare)]
        best = max(known, key=lambda one: sum(a == b for a, b in zip(one.digits, digits, strict=True)))
        self._same = [
            span for span, one, other in zip(spans, digits, best.digits, strict=True) if one == other
        ]
        self.differing = [
            span for span, one, other in zip(spans, digits, best.digits, strict=True) if one != other
        ]
        self._quotation = best

    def supports(self, numeral: Numeral) -> bool:
        """Whether the number is in the fact's sentence at the same place."""
        inside = [span for span in self._same if numeral.start <= span[0] and span[1] <= numeral.end]
        in_words = not any(character.isdigit() for character in numeral.text)
        return not self.changes(numeral) and (bool(inside) or in_words)

    def changes(self, numeral: Numeral) -> bool:
        """Whether the fact's sentence has another number at the same place."""
        return any(numeral.start < end and start < numeral.end for start, end in self.differing)

    def figure(self, numeral: Numeral) -> KnownFigure | None:
        """The figure of the fact's sentence with the number's value."""
        return self._quotation.figure(numeral)
