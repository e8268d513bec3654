"""Text of an answer that repeats the facts' prose word for word: its digits must be the same."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.facts.known_figures import KnownFigure, Quotation
from shared.figures.reading.numerals import Numeral

_DIGITS: Final = re.compile(r"\d(?:[\d.,]*\d)?")
_CITATION: Final = re.compile(r"[\[【][\d\s,;–-]+[\]】]")


QUOTED: Final = re.compile(r"“([^”]+)”|„([^“]+)“|«([^»]+)»|「([^」]+)」|\"([^\"]+)\"")
"""Texts in the quotation marks of the languages of answers."""


class RepeatedSentence:
    """A sentence, or a text in quotation marks, that repeats one of the facts' word for word.

    Args:
        written: The text.
        digits: Its digits in order.
        known: The sentences of the facts with the same words.
        start: Where the text begins in the sentence of the answer.
    """

    def __init__(
        self, written: str, digits: Sequence[str], known: Sequence[Quotation], start: int = 0
    ) -> None:
        bare = _CITATION.sub(lambda match: " " * len(match[0]), written)
        spans = [(start + match.start(), start + match.end()) for match in _DIGITS.finditer(bare)]
        self._span = (start, start + len(written))
        best = max(known, key=lambda one: sum(a == b for a, b in zip(one.digits, digits, strict=True)))
        self._same = [
            span for span, one, other in zip(spans, digits, best.digits, strict=True) if one == other
        ]
        self.differing = [
            span for span, one, other in zip(spans, digits, best.digits, strict=True) if one != other
        ]
        self._quotation = best

    def supports(self, numeral: Numeral) -> bool:
        """Returns whether the number is in the fact's sentence at the same place."""
        inside = [span for span in self._same if numeral.start <= span[0] and span[1] <= numeral.end]
        in_words = not any(character.isdigit() for character in numeral.text) and self._holds(numeral)
        return not self.changes(numeral) and (bool(inside) or in_words)

    def changes(self, numeral: Numeral) -> bool:
        """Returns whether the fact's sentence has another number at the same place."""
        return any(numeral.start < end and start < numeral.end for start, end in self.differing)

    def figure(self, numeral: Numeral) -> KnownFigure | None:
        """Returns the figure of the fact's sentence with the number's value."""
        return self._quotation.figure(numeral)

    def _holds(self, numeral: Numeral) -> bool:
        return self._span[0] <= numeral.start and numeral.end <= self._span[1]
