"""Takes calls of tools out of the visible text of an answer, where no mark explains them."""

import json
import re
from typing import Final

from shared.llm.chat_completions.call_forms import call_at
from shared.llm.chat_completions.call_readings import OfferedTools
from shared.llm.chat_completions.code_spans import CodeSpans

_LINE: Final = re.compile(r"\n")
_STOP: Final = re.compile(r"\n|>(?:>(?:>|\Z)|\Z)")
"""Places at which a call may begin: a line, or Functionary's ``>>>``, perhaps cut."""


class UnmarkedCalls:
    """Splits visible text into what a reader sees and calls.

    A call is on lines of its own, outside Markdown's code blocks, or is the whole of a code block.

    Args:
        tools: The tools that were offered.

    Attributes:
        hidden: Characters that are not shown.
        withheld: The text of which it is not known yet what it is.
    """

    def __init__(self, tools: OfferedTools) -> None:
        self.hidden = 0
        self.withheld = ""
        self._tools = tools
        self._calls: list[str] = []
        self._code = CodeSpans()
        self._at_line = self._first = True
        self._over = self._fenced = self._shown = False
        self._blank = ""

    @property
    def idle(self) -> bool:
        """Returns whether an ordinary text (``is_ordinary``) is shown as it is."""
        busy = self.withheld or self._at_line or self._over or self._code.open or not self._shown
        return not self._tools or not busy

    @property
    def found(self) -> bool:
        """Returns whether there are calls that have not been taken."""
        return bool(self._calls)

    def take_calls(self) -> list[str]:
        """Returns the calls since the last time, as JSON."""
        calls, self._calls = self._calls, []
        return calls

    def add(self, text: str, *, ended: bool = False) -> str:
        """Returns the part of some more text that a reader sees.

        Args:
            text: The text.
            ended: Whether the answer ends with it.
        """
        if not self._tools:
            return text
        text, self.withheld = self.withheld + text, ""
        pieces: list[str] = []
        while text:
            if self._over:
                self.hidden += len(text)
                break
            if self._at_line and not self._fenced and text[0] != "\n":
                outcome = call_at(text, self._tools, first=self._first, ended=ended)
                if outcome == "open":
                    self.withheld = text
                    break
                self._first = False
                if not isinstance(outcome, str):
                    self.hidden += outcome.end
                    self._over = outcome.over
                    self._calls += [_block(name, arguments) for name, arguments in outcome.calls]
                    text = text[outcome.end :]
                    continue
                text = self._show_line(text, pieces, start=1)
            else:
                text = self._show_line(text, pieces, start=0)
        return self._with_words("".join(pieces), ended=ended)

    def _with_words(self, text: str, *, ended: bool) -> str:
        """Returns the text; white space before the first word waits for it: a call may follow."""
        if self._shown:
            return text
        text, self._blank = self._blank + text, ""
        self._shown = bool(text.strip())
        if self._shown or ended:
            return text if self._shown else ""
        self._blank = text
        return ""

    def _show_line(self, text: str, pieces: list[str], *, start: int) -> str:
        """Shows the text up to the next place at which a call may begin, and returns the rest."""
        stop = (_LINE if self._fenced else _STOP).search(text, start)
        self._at_line = stop is not None
        end = len(text) if stop is None else stop.end() if stop[0] == "\n" else stop.start()
        self._code.read(text[:end])
        if text[:end].endswith("\n"):
            # Only here: within a line, a run of backticks may still grow.
            self._fenced = self._code.fenced
        pieces.append(text[:end])
        return text[end:]


def _block(name: str, arguments: str | None) -> str:
    return json.dumps({"name": name, "arguments": json.loads(arguments or "{}")}, ensure_ascii=False)
