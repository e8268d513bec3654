"""Takes the marks of Markdown that stand around words and numbers out of a sentence: bold, italics, code."""

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Final

_LETTERS: Final = r"A-Za-z\d\u00c0-\u024f"
_MARKS: Final = re.compile(
    # The first character is looked for first, and then what is around it.
    r"[*_`\\](?:"
    # A power ("1.5**3", "(1.5)**(1/3)") and a product ("2 * 3") are none.
    r"(?<![\d)]\*)(?<=\*)\*{1,2}(?=\S)|(?<=\S\*)\*{1,2}(?![\d(])|(?<!\w_)(?<=_)_(?=\S)|(?<=\S_)_(?!\w)"
    # Japanese, Chinese and Korean have no spaces around what is emphasised.
    rf"|(?<![{_LETTERS}*][*_])(?<=[*_])(?=[^\s*_])|(?<=[^\s*_][*_])(?![{_LETTERS}*])|(?<=`)`*"
    r"|(?<=\\)(?=[$%*_~#.()\[\]-]))"
)
_CHARACTERS: Final = ("*", "_", "`", "\\")


class PlainText:
    """A text without the marks of emphasis, and where its characters are in what was written.

    Attributes:
        text: The text without them.
        whole: The text as it was written.
    """

    def __init__(self, written: str) -> None:
        self.text = self.whole = written
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
        if not self._places:
            return start, end
        return self._place(start), self._place(end - 1) + 1 if end > start else self._place(start)

    def written(self, start: int, end: int) -> str:
        """Returns a part of the text as it was written."""
        begin, stop = self.span(start, end)
        return self.whole[begin:stop]

    def _place(self, place: int) -> int:
        before = bisect_right(self._places, place)
        return place + self._removed[before - 1] if before else place
