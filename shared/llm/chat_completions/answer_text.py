"""Splits the text of an answer into what a reader sees, reasoning, and calls that are written as text."""

import re
from collections.abc import Collection
from types import MappingProxyType
from typing import Final

from shared.llm.chat_completions.call_readings import OfferedTools
from shared.llm.chat_completions.code_spans import CodeSpans
from shared.llm.chat_completions.content_parts import content_parts, mend_surrogates
from shared.llm.chat_completions.reasoning_tail import ReasoningTail
from shared.llm.chat_completions.text_blocks import (
    HiddenBlock,
    block_begun,
    header_begun,
)
from shared.llm.chat_completions.text_marks import (
    MARK,
    is_ordinary,
    may_hold_mark,
    unfinished_mark,
)
from shared.llm.chat_completions.turn_headers import read_header
from shared.llm.chat_completions.unmarked_calls import UnmarkedCalls
from shared.llm.chat_completions.unmarked_reasoning import Unmarked, with_marks
from shared.llm.chat_completions.written_calls import is_bare_call, may_be_bare_call

_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
"""Characters without width: a text of these alone is empty."""
_MAX_PIECE: Final = 4_096
"""Longer texts are read in pieces: each mark copies what follows it."""


class AnswerText:
    """Splits an answer's ``content``, whatever its pieces.

    Marks within Markdown's code are text. White space before the first word is withheld until that word
    comes, so that an answer without words stays empty.

    Args:
        unmarked: Which opening mark of its reasoning the answer may lack: ``tag`` if the model's prompt
            template contains ``<think>``, ``channel`` for GPT-OSS.
        bare_tools: Names of the tools for which a whole answer of JSON or Python is a call; empty where
            JSON may be the answer itself.
        tools: The tools that were offered: their calls beside other text are recognised without any mark;
            empty where JSON may be the answer itself.

    Attributes:
        empty: Whether nothing but white space, marks and hidden blocks has come yet.
        reasoning: Characters of reasoning.
        call_size: Characters of calls that marks tell.
        thoughts: The end of the reasoning, which the server's own fields of reasoning are added to.
    """

    def __init__(
        self,
        *,
        unmarked: Unmarked | None = None,
        bare_tools: Collection[str] = (),
        tools: OfferedTools = MappingProxyType({}),
    ) -> None:
        self.empty = True
        self.reasoning = 0
        self.call_size = 0
        self.thoughts = ReasoningTail()
        self._unmarked = UnmarkedCalls(tools)
        self._calls: list[str] = []
        self._undecided = unmarked
        self._bare_tools = frozenset(bare_tools)
        self._code = CodeSpans()
        self._hidden: HiddenBlock | None = None
        self._header: str | None = None
        self._header_ends_with_line = False
        self._half = self._tail = self._blank = self._last = ""
        self._withheld: str | None = None
        self._struck = self._marked = self._plain = False

    @property
    def pending(self) -> bool:
        """Returns whether something is withheld, or a call has come."""
        unmarked = self._unmarked.withheld or self._unmarked.found
        return bool(self._blank or self._tail or self._hidden or self._calls or unmarked)

    @property
    def withheld(self) -> int:
        """Characters of which it is not known yet what they are: a call as a whole, or reasoning."""
        return len(self._blank.strip() + self._unmarked.withheld) + (
            len(self._tail) if self._undecided else 0
        )

    @property
    def hidden_size(self) -> int:
        """Characters of reasoning and of calls."""
        return self.reasoning + self.call_size + self._unmarked.hidden

    def add(self, content: object) -> str:
        """Returns the text that becomes visible with one more ``content``: a string or a list of parts."""
        if not isinstance(content, str):
            return "".join([self._add_part(text, hidden) for text, hidden in content_parts(content)])
        # The usual case, for every token of an answer.
        if self._plain and is_ordinary(content):
            self._last = content
            if content.isascii():
                return content
            content = self._whole(content)
            self._plain = not self._half
            return content
        if len(content) > _MAX_PIECE:
            starts = range(0, len(content), _MAX_PIECE)
            return "".join([self.add(content[start : start + _MAX_PIECE]) for start in starts])
        shown = self._unmarked.add(self._begun(self._split(self._whole(content))))
        self._plain = not (
            self.empty
            or self._undecided
            or self._hidden
            or self._header is not None
            or self._half
            or self._tail
            or self._withheld is not None
            or self._code.open
            or not self._unmarked.idle
        )
        return shown

    def take_calls(self) -> list[str]:
        """Returns the texts of the calls since the last time, to be read by ``written_calls``."""
        calls, self._calls = self._calls + self._unmarked.take_calls(), []
        return calls

    def reasons_elsewhere(self) -> None:
        """Records that the server sends reasoning in a separate field, so that the content has none."""
        self._undecided = None

    def close(self, *, truncated: bool = False) -> str:
        """Returns what is still withheld at the end of the answer.

        Args:
            truncated: Whether the token limit ended the answer.
        """
        half, self._half = mend_surrogates(self._half), ""
        if self._undecided and truncated:
            self.reasoning += len(self._tail + half)
            self._tail = ""
            return ""
        # A mark behind a single backtick that nothing has closed is a mark.
        self._code = CodeSpans()
        shown = self._split(half, ended=True)
        rest, self._tail = self._tail, ""
        pieces: list[str] = []
        if self._hidden is not None:
            self._conceal(rest)
            self._leave(pieces, truncated=truncated)
        else:
            self._take(rest, pieces)
        shown = self._begun(shown + "".join(pieces))
        return self._unmarked.add(self._undecided_call() if self._blank else shown, ended=True)

    def _undecided_call(self) -> str:
        """Returns the text that might have been a call as a whole, if it is none."""
        text, self._blank = self._blank, ""
        if self._bare_tools and is_bare_call(text, self._bare_tools):
            self._add_call(text)
            return ""
        self.empty = not text.translate(_INVISIBLE).strip()
        return "" if self.empty else text

    def _add_part(self, text: str, hidden: int) -> str:
        self.reasoning += hidden
        return self.add(text) if text else ""

    def _whole(self, text: str) -> str:
        """Returns whole characters; the first half of one waits for the second."""
        text, self._half = self._half + text, ""
        if text.isascii():
            return text
        if "\ud800" <= text[-1:] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return mend_surrogates(text)

    def _split(self, text: str, *, ended: bool = False) -> str:
        """Returns the part of some more text that a reader sees."""
        text, self._tail = self._tail + text, ""
        if self._undecided:
            decided = with_marks(text, self._undecided, ended=ended)
            if decided is None:
                self._tail = text
                return ""
            text, self._undecided = decided, None
        pieces: list[str] = []
        while text:
            if self._hidden is not None:
                text = self._hide(text, self._hidden, pieces)
            elif self._header is not None:
                text = self._read_header(text, self._header, pieces)
            else:
                text = self._show(text, pieces)
        return "".join(pieces)

    def _show(self, text: str, pieces: list[str]) -> str:
        """Takes the text up to the first mark, and returns what remains to be read."""
        mark = MARK.search(text) if may_hold_mark(text) else None
        if mark is None:
            end = unfinished_mark(text)
            self._take(text[:end], pieces)
            self._tail = text[end:]
            return ""
        self._take(text[: mark.start()], pieces)
        rest = text[mark.end() :]
        in_code = self._code.covers(rest)
        if in_code is None:
            self._tail = text[mark.start() :]
            return ""
        if in_code:
            self._take(mark[0], pieces)
        else:
            begun = not self.empty or bool("".join((self._blank, *pieces)).translate(_INVISIBLE).strip())
            self._marked = self._marked or not begun
            self._withheld = self._withheld or ""
            self._turn(mark, pieces, begun=begun)
        return rest

    def _turn(self, mark: re.Match[str], pieces: list[str], *, begun: bool) -> None:
        """Changes what the following text is."""
        if mark["sentence"] == "</s>" and self._struck:
            self._struck = False
            self._take(mark[0], pieces)
        elif mark["sentence"]:
            self._withheld = f"{self._withheld or ''}{mark[0]}" if begun else self._withheld
        elif (ends_with_line := header_begun(mark)) is not None:
            self._header, self._header_ends_with_line = "", ends_with_line
        else:
            among_words = begun and not self._last.endswith("\n")
            self._hidden = block_begun(mark, among_words=among_words)

    def _hide(self, text: str, block: HiddenBlock, pieces: list[str]) -> str:
        end = block.end.search(text)
        if end is None:
            cut = unfinished_mark(text)
            self._conceal(text[:cut])
            self._tail = text[cut:]
            return ""
        self._conceal(text[: end.start()])
        self._leave(pieces, end=end["own"] or "", closed=True)
        return text[end.start() if end["own"] is None else end.end() :]

    def _conceal(self, text: str) -> None:
        if self._hidden is None:
            return
        self._hidden.take(text)
        if self._hidden.call is None:
            self.reasoning += len(text)
            self.thoughts.add(text)
        else:
            self.call_size += len(text)

    def _leave(
        self, pieces: list[str], *, end: str = "", closed: bool = False, truncated: bool = False
    ) -> None:
        """Ends a hidden block; one that a sentence only spoke of is shown after all."""
        block, self._hidden = self._hidden, None
        if block is None:
            return
        spoken = None if truncated else block.spoken_of(closed=closed)
        if spoken is not None:
            if block.call is None:
                self.reasoning -= len(spoken)
            else:
                self.call_size -= len(spoken)
            self._take(f"{block.mention}{spoken}{end}", pieces)
        elif block.call is not None:
            self._add_call("".join(block.call))

    def _add_call(self, text: str) -> None:
        if text.strip():
            self._calls.append(text)

    def _read_header(self, text: str, header: str, pieces: list[str]) -> str:
        """Reads the role or the channel of the following text."""
        step = read_header(text, header, ends_with_line=self._header_ends_with_line)
        self._header, self._hidden, self._tail = step.header, step.block, step.tail
        self._take(step.shown, pieces)
        return step.rest

    def _take(self, text: str, pieces: list[str]) -> None:
        if not text:
            return
        if self._withheld is not None:
            # Marks and white space at the end of an answer are dropped, and only there: a mark may be HTML.
            if text.isspace():
                self._withheld += text
                return
            self._struck = self._struck or "<s>" in self._withheld
            text, self._withheld = self._withheld + text, None
        self._code.read(text)
        self._last = text
        pieces.append(text)

    def _begun(self, text: str) -> str:
        if not self.empty:
            return text
        text, self._blank = self._blank + text, ""
        if not text.translate(_INVISIBLE).strip() or may_be_bare_call(text, self._bare_tools):
            self._blank = text
            return ""
        self.empty = False
        # The template puts blank lines between a reasoning block, or a header, and the answer.
        return text.lstrip() if self._marked else text
