"""Follows Markdown's code in a text that arrives in pieces: marks within code are shown as they are."""

import re
from typing import Final

_STOP: Final = re.compile(r"`+|\n")
_FENCE: Final = 3
_MAX_SPAN: Final = 1_000
"""A longer line behind a single backtick is no code."""


class CodeSpans:
    """Tells whether the end of a text is within a code block or an inline code span.

    A span ends with its line: a single backtick is often an apostrophe.
    """

    def __init__(self) -> None:
        self._open = 0
        self._run = 0

    @property
    def open(self) -> bool:
        """Returns whether the meaning of further text depends on backticks so far."""
        return bool(self._open or self._run)

    @property
    def fenced(self) -> bool:
        """Returns whether the text so far ends within a code block."""
        self._settle()
        return self._open >= _FENCE

    def read(self, text: str) -> None:
        """Reads some more text."""
        if not self.open and "`" not in text:
            return
        position = 0
        for stop in _STOP.finditer(text):
            if stop.start() > position or stop[0] == "\n":
                self._settle()
            if stop[0] == "\n":
                self._open = self._open if self._open >= _FENCE else 0
            else:
                self._run += len(stop[0])
            position = stop.end()
        if position < len(text):
            self._settle()

    def covers(self, rest: str) -> bool | None:
        """Returns whether a mark at the end of the text is within code; None while this is undecided.

        Args:
            rest: The text behind the mark, as far as it has come.
        """
        if self.fenced:
            return True
        if not self._open:
            return False
        stop = _STOP.search(rest)
        if stop is None:
            return None if len(rest) < _MAX_SPAN else False
        return stop[0] != "\n"

    def _settle(self) -> None:
        """Lets a finished run of backticks open or close code."""
        run, self._run = self._run, 0
        if not run:
            return
        if self._open >= _FENCE:
            self._open = 0 if run >= self._open else self._open
        elif run == self._open:
            self._open = 0
        elif not self._open or run >= _FENCE:
            self._open = run
