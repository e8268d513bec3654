"""Keeps the end of an answer's reasoning, in which some models write their calls of tools."""

from typing import Final

MAX_CHARACTERS: Final = 8_000


class ReasoningTail:
    """The last characters of the reasoning, for as long as the answer is read."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0

    def add(self, text: str) -> None:
        """Adds some more reasoning."""
        self._pieces.append(text)
        self._size += len(text)
        if self._size > 2 * MAX_CHARACTERS:
            self._pieces = [self.text]
            self._size = len(self._pieces[0])

    @property
    def text(self) -> str:
        """The last characters."""
        return "".join(self._pieces)[-MAX_CHARACTERS:]
