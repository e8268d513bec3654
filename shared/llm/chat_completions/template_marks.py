"""Removes the marks of prompt templates that servers leave in a text.

A server without a parser for GPT-OSS sends its channels as they are, and only the final one is the answer:
``<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…``.
Other servers leave a single mark such as ``<|im_end|>`` at the end.
"""

import re
from typing import Final

_MARK: Final = re.compile(r"<[|｜](/?[a-z_▁]{2,24})[|｜]>")
"""DeepSeek writes its marks with wide bars and low blocks."""
_PARTIAL_MARK: Final = re.compile(r"<(?:[|｜]/?[a-z_▁]{0,24}[|｜]?)?$")
_HEADER_MARKS: Final = frozenset({"start", "channel", "constrain"})
_BLOCKS: Final = {
    "tool_calls_section_begin": "tool_calls_section_end",
    "tool_calls_begin": "tool_calls_end",
    "begin_of_thought": "end_of_thought",
}
"""Marks around the tool calls of Kimi and DeepSeek, and around the reasoning of older open models."""
_MAX_HEADER: Final = 200
"""Longer headers do not exist: what follows the mark is the text itself."""


class TemplateMarks:
    """Separates the text of an answer from marks, headers and hidden channels.

    Attributes:
        hidden: Characters of hidden channels that were dropped.
    """

    def __init__(self) -> None:
        self.hidden = 0
        self._tail = ""
        self._header: str | None = None
        self._concealed = False
        self._block_end = ""

    @property
    def open(self) -> bool:
        """Returns whether the next text depends on the text so far."""
        return bool(self._tail) or self._concealed or self._header is not None

    def remove(self, text: str) -> str:
        """Returns the part of some more text that belongs to the answer."""
        if not self.open and "<" not in text:
            return text
        text, self._tail = self._tail + text, ""
        pieces: list[str] = []
        start = 0
        for mark in _MARK.finditer(text):
            self._take(text[start : mark.start()], pieces)
            self._turn(mark[1].replace("▁", "_"))
            start = mark.end()
        rest = text[start:]
        if partial := _PARTIAL_MARK.search(rest):
            rest, self._tail = rest[: partial.start()], partial[0]
        self._take(rest, pieces)
        return "".join(pieces)

    def close(self) -> str:
        """Returns what is still withheld at the end of the answer."""
        pieces: list[str] = []
        self._take(self._tail, pieces)
        self._tail = ""
        return "".join(pieces)

    def _turn(self, mark: str) -> None:
        if self._block_end and mark != self._block_end:
            return
        self._block_end = _BLOCKS.get(mark, "")
        if mark in _HEADER_MARKS:
            self._header = f"{self._header or ''} "
        elif mark == "message":
            header = self._header or ""
            # A commentary with a recipient is the call of a tool; without one it is meant for the reader.
            self._concealed = "analysis" in header or "to=" in header
            self._header = None
        else:
            self._header = None
            self._concealed = bool(self._block_end)

    def _take(self, text: str, pieces: list[str]) -> None:
        if self._header is not None:
            self._header += text
            if len(self._header) > _MAX_HEADER:
                pieces.append(self._header)
                self._header = None
        elif self._concealed:
            self.hidden += len(text)
        else:
            pieces.append(text)
