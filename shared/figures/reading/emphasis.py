"""Takes what only sets a text out of a sentence: marks of Markdown, tags of HTML, and signs of formulas."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from html import unescape
from itertools import accumulate
from typing import Final

_LETTERS: Final = r"A-Za-z\d\u00c0-\u024f"
_HIDDEN: Final = "\u00ad\u200b-\u200f\u2060\ufeff"
_UP: Final = "▲⬆↑🔺🔼📈"
_DOWN: Final = "▼⬇↓🔻🔽📉"
_MARKS: Final = re.compile(
    # The first character is looked for first, and then what is around it.
    rf"[*_`\\<&}}{_HIDDEN}{_UP}{_DOWN}](?:"
    # A power ("1.5**3", "(1.5)**(1/3)") and a product ("2 * 3") are none.
    r"(?<![\d)]\*)(?<=\*)\*{1,2}(?=\S)|(?<=\S\*)\*{1,2}(?![\d(])|(?<!\w_)(?<=_)_(?=\S)|(?<=\S_)_(?!\w)"
    # Japanese, Chinese and Korean have no spaces around what is emphasised.
    rf"|(?<![{_LETTERS}*][*_])(?<=[*_])(?=[^\s*_])|(?<=[^\s*_][*_])(?![{_LETTERS}*])|(?<=`)`*"
    # Formulas: "\( \approx 12\% \)".
    r"|(?<=\\)(?:\(\s?|\)|(?:approx|times|div)(?![a-z])|d?frac\{|(?:text|math)[a-z]*\{|(?=[$%*_~#.\[\]-]))|(?<=\})\{?"
    r"|(?<=<)(?:/?(?:b|strong|i|em|u|mark|small|span|font|p|div)(?:\s[^<>]*)?|br\s?/?)>"
    r"|(?<=&)(?:nbsp|thinsp|amp|euro|pound|yen|ndash|mdash|minus|quot|apos|lt|gt|asymp|times"
    r"|#\d{2,4}|#x[\da-f]{2,4});"
    rf"|(?<=[{_HIDDEN}])|(?<=[{_UP}{_DOWN}])\ufe0f?\s?(?=\d[\d.,]*\s?%))",
    re.IGNORECASE,
)
_CHARACTERS: Final = ("*", "_", "`", "\\", "<", "&", "}")
_UNUSUAL: Final = re.compile(f"[{_HIDDEN}{_UP}{_DOWN}]")
_NARROW_SPACES: Final = {ord(space): "\u202f" for space in "\u2006\u2007\u2008\u2009\u200a"}
"""Spaces within a number or before its unit, which are read like the narrow one that most texts have."""
_FORMULA: Final = re.compile(
    # The signs around "$\approx 12\%$"; "$5 of 12\% and $8" has none.
    r"(?<![\\A-Za-z\d$])\$(?=[^\s\d]|\d[\d.,]*\\%)"
    r"(?:[^$\\\n]|\\.){0,120}?\\(?:%|[a-z]{3,})"
    r"(?:[^$\\\n]|\\.){0,120}?(?<=\S)\$(?!\d)"
)
_SIGNS: Final = {"\\approx": "≈", "\\times": "×", "\\div": "÷", "}{": "/"}
_WAYS: Final = dict.fromkeys(_UP, "+") | dict.fromkeys(_DOWN, "−")
"""Arrows before a percentage, which tell its sign; triangles mean other things in Japanese and Korean."""
_EAST_ASIAN: Final = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_NEW_LINE: Final = re.compile(r"<br", re.IGNORECASE)


class PlainText:
    """A text without what only sets it, and where its characters are in what was written.

    Attributes:
        text: The text without it.
        whole: The text as it was written.
    """

    def __init__(self, written: str) -> None:
        self.whole = written
        self.text = written if written.isascii() else written.translate(_NARROW_SPACES)
        self._places: list[int] = []
        self._removed: list[int] = []
        if not any(map(written.__contains__, _CHARACTERS)) and (
            written.isascii() or _UNUSUAL.search(written) is None
        ):
            return
        marks = list(_marks(self.text))
        if not marks:
            return
        pieces, place = [], 0
        for start, end, sign in marks:
            pieces += [self.text[place:start], sign]
            place = end
        self.text = "".join([*pieces, self.text[place:]])
        # A sign takes the place of the first character that it replaces.
        spans = [(start + len(sign), end) for start, end, sign in marks]
        self._removed = list(accumulate(end - start for start, end in spans))
        lengths = [0, *self._removed[:-1]]
        self._places = [start - length for (start, _), length in zip(spans, lengths, strict=True)]

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


def _marks(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields the places of what is taken out, each with what it is replaced by."""
    around = [
        place
        for formula in (_FORMULA.finditer(text) if "\\" in text and "$" in text else ())
        for place in (formula.start(), formula.end() - 1)
    ]
    end = 0
    is_east_asian = _EAST_ASIAN.search(text) is not None
    for mark in _MARKS.finditer(text):
        if mark[0][0] in "▲▼" and is_east_asian:
            continue
        while around and around[0] < mark.start():
            yield around[0], around.pop(0) + 1, ""
        start = mark.start()
        if mark[0] == "\\)" and text[end:start].endswith(" "):
            # "12\\% \\)"
            start -= 1
        end = mark.end()
        yield start, end, _sign_of(mark[0])
    yield from ((place, place + 1, "") for place in around)


def _sign_of(mark: str) -> str:
    """Returns what replaces a mark: a space for a new line in a cell, the sign of an entity or none."""
    if mark.startswith("&"):
        return unescape(mark)
    if mark[0] in _WAYS:
        return _WAYS[mark[0]]
    return " " if _NEW_LINE.match(mark) else _SIGNS.get(mark, "")
