"""Separates the text of an answer from the reasoning that some servers put into it."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from shared.llm.chat_completions.template_marks import TemplateMarks

_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
"""Characters without width: a text of these alone is empty."""
_TAG: Final = re.compile(
    r"<(?P<end>/?)\s{0,8}(?:think|thinking|thought|reasoning|seed:think|tool_call)\s{0,8}>"
    # Magistral. A server without a parser leaves thoughts, and calls of tools, in the text.
    r"|\[(?P<closed>/?)(?-i:THINK)\]",
    re.IGNORECASE,
)
_PARTIAL_TAG: Final = re.compile(
    r"<(?:/?\s{0,8}[a-z:_]{0,10}\s{0,8})?$|\[/?(?-i:T|TH|THI|THIN|THINK)?$", re.IGNORECASE
)
"""The end of a text that may be the beginning of a tag, with few blanks: a model may write any number."""

_TEXT_PARTS: Final = frozenset({"text", "output_text"})
_REASONING_FIELDS: Final = (
    "reasoning_content",
    "reasoning",
    "reasoning_text",
    "reasoning_details",
    "thinking",
)


def mend_surrogates(text: str) -> str:
    """Returns the text with halves of a character joined, and replaced where the other half is missing."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def reasoning_length(delta: Mapping[str, object]) -> int:
    """Returns how many characters of reasoning a delta carries in fields of its own."""
    return sum(_length(delta[name]) for name in _REASONING_FIELDS if delta.get(name))


def is_thought(delta: Mapping[str, object]) -> bool:
    """Returns whether Gemini marks the content of a delta as a thought."""
    extra = delta.get("extra_content")
    google = extra.get("google") if isinstance(extra, Mapping) else None
    return isinstance(google, Mapping) and google.get("thought") is True


class VisibleText:
    """Collects what a client may see of an answer's ``content``.

    Reasoning in ``<think>`` blocks, in typed content parts and in GPT-OSS's channels is dropped.
    White space before the first word is withheld until that word comes, so that an answer without words
    stays empty.

    Args:
        opens_in_prompt: Whether the model's prompt template opens the ``<think>`` block: the answer then
            begins with reasoning, and only the closing tag is in it.

    Attributes:
        empty: Whether nothing visible has come yet.
    """

    def __init__(self, *, opens_in_prompt: bool = False) -> None:
        self.empty = True
        self._dropped = 0
        self._marks = TemplateMarks()
        self._half = ""
        self._undecided = opens_in_prompt
        self._inside = False
        self._tail = ""
        self._blank = ""

    @property
    def hidden(self) -> int:
        """Characters of reasoning that were dropped."""
        return self._dropped + self._marks.hidden

    def add(self, content: object) -> str:
        """Returns the text that becomes visible with one more ``content``: a string or a list of parts."""
        if isinstance(content, str):
            # The usual case, for every token of an answer.
            if (
                "<" not in content
                and content.isascii()
                and not (self.empty or self._inside or self._half or self._tail or self._marks.open)
            ):
                return content
            return self._begun(self._without_reasoning(self._marks.remove(self._whole(content))))
        return "".join([self.add(text) for text in self._texts(content)])

    def reasons_elsewhere(self) -> None:
        """Records that the server sends reasoning in a separate field, so that the content has none."""
        self._undecided = False

    def close(self, *, truncated: bool = False) -> str:
        """Returns what is still withheld at the end of the answer.

        Args:
            truncated: Whether the token limit ended the answer.
        """
        half, self._half = mend_surrogates(self._half), ""
        visible = self._without_reasoning(self._marks.remove(half) + self._marks.close())
        rest, self._tail = visible + self._tail, ""
        if self._inside or (self._undecided and truncated):
            self._dropped += len(rest)
            return ""
        return self._begun(rest)

    def _texts(self, content: object) -> Iterator[str]:
        """Yields the texts of typed parts; everything else in them is reasoning, a reference or an image."""
        for part in content if isinstance(content, list) else [content]:
            if isinstance(part, str):
                yield part
            elif isinstance(part, int | float) and not isinstance(part, bool):
                yield str(part)
            elif isinstance(part, Mapping):
                text = part.get("text")
                text = text.get("value") if isinstance(text, Mapping) else text
                if part.get("type", "text") in _TEXT_PARTS and isinstance(text, str):
                    yield text
                else:
                    self._dropped += _length(part)

    def _whole(self, text: str) -> str:
        """Returns whole characters; the first half of one waits for the second."""
        text, self._half = self._half + text, ""
        if text.isascii():
            return text
        if "\ud800" <= text[-1:] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return mend_surrogates(text)

    def _without_reasoning(self, text: str) -> str:
        text, self._tail = self._tail + text, ""
        if self._undecided:
            text = self._decided(text)
        pieces: list[str] = []
        start = 0
        for tag in _TAG.finditer(text):
            self._take(text[start : tag.start()], pieces)
            start = tag.end()
            self._inside = not _closes(tag)
        rest = text[start:]
        if partial := _PARTIAL_TAG.search(rest):
            rest, self._tail = rest[: partial.start()], partial[0]
        self._take(rest, pieces)
        return "".join(pieces)

    def _decided(self, text: str) -> str:
        """Returns what follows the first closing tag; everything is withheld until it comes."""
        tag = _TAG.search(text) if ">" in text or "]" in text else None
        if tag is None:
            self._tail = text
            return ""
        self._undecided = False
        if not _closes(tag):
            return text
        self._dropped += tag.start()
        return text[tag.end() :]

    def _take(self, text: str, pieces: list[str]) -> None:
        if self._inside:
            self._dropped += len(text)
        else:
            pieces.append(text)

    def _begun(self, text: str) -> str:
        if not self.empty:
            return text
        text, self._blank = self._blank + text, ""
        if not text.translate(_INVISIBLE).strip():
            self._blank = text
            return ""
        self.empty = False
        # The template puts blank lines between a reasoning block and the answer.
        return text.lstrip() if self.hidden else text


def _closes(tag: re.Match[str]) -> bool:
    return bool(tag["end"] or tag["closed"])


def _length(value: object) -> int:
    """Returns the characters of all texts in a value."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_length(item) for name, item in value.items() if name != "type")
    if isinstance(value, list):
        return sum(map(_length, value))
    return 0
