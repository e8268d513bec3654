"""Takes the marks of Markdown that stand around words and numbers out of a sentence: bold, italics, code."""

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Final

_LETTERS: Final = r"A-Za-z\d\u00c0-\u024f"
_MARKS: Final = re.compile(
    # A power ("1.5**3", "(1.5)**(1/3)") and a product ("2 * 3") are none.
    r"(?<![\d)])\*{2,3}(?=\S)|(?<=\S)\*{2,3}(?![\d(])|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)"
    # Japanese, Chinese and Korean have no spaces around what is emphasised.
    rf"|(?<![{_LETTERS}*])[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?![{_LETTERS}*])|`+|\\(?=[$%*_~#.()\[\]-])"
)
_CHARACTERS: Final = ("*", "_", "`", "\\")


class PlainText:
    """A text without the marks of emphasis, and where its characters are in what was written.

    Attributes:
        text: The text without them.
    """

    def __init__(self, written: str) -> None:
        self.text = self._written = written
        self._places: list[int] = []
        self._removed: list[int] = []
        if not any(map(written.__contains__, _CHARACTERS)):
            return
        marks = [match.span() for match in _MARKS.finditer(written)]
        if not marks:
            return
        ends = [0, *(end for _, end in marks)]
        starts = [*(start for start, _ in marks), len(written)]
        self.text = "".join(written[end:start] for end, start in zip(ends, starts, strict=True))
        self._removed = list(accumulate(end - start for start, end in marks))
        lengths = [0, *self._removed[:-1]]
        self._places = [start - length for (start, _), length in zip(marks, lengths, strict=True)]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Returns where a part of the text is in what was written."""
        return self._place(start), self._place(end - 1) + 1 if end > start else self._place(start)

    def written(self, start: int, end: int) -> str:
        """Returns a part of the text as it was written."""
        begin, stop = self.span(start, end)
        return self._written[begin:stop]

    def _place(self, place: int) -> int:
        before = bisect_right(self._places, place)
        return place + self._removed[before - 1] if before else place
