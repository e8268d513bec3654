"""Reads the headers in front of parts of an answer: the role, or GPT-OSS's channel, of what follows."""

from typing import Final, NamedTuple

from shared.llm.chat_completions.text_blocks import HEADER_ENDS, HEADERS, HiddenBlock, block_behind
from shared.llm.chat_completions.text_marks import MARK, token_name, unfinished_mark

_MAX_HEADER: Final = 200
"""Longer headers do not exist: what follows the mark is the text itself."""


class HeaderStep(NamedTuple):
    """What some more text brings of a header.

    Attributes:
        header: The header so far; None when it has ended.
        rest: The text behind it, which remains to be read.
        block: The hidden block that follows an ended header.
        shown: Text that is no header after all.
        tail: The end of the text, where a mark may be cut.
    """

    header: str | None
    rest: str
    block: HiddenBlock | None = None
    shown: str = ""
    tail: str = ""


def read_header(text: str, header: str, *, ends_with_line: bool) -> HeaderStep:
    """Reads some more text of a header.

    Args:
        text: The text.
        header: The header so far.
        ends_with_line: Whether the header ends with its line.
    """
    mark = MARK.search(text)
    end = mark.start() if mark else unfinished_mark(text)
    line = text.find("\n", 0, end) if ends_with_line else -1
    if line >= 0:
        return HeaderStep(None, text[line + 1 :], block_behind(header + text[:line]))
    header += text[:end]
    if len(header) > _MAX_HEADER:
        return HeaderStep(None, text[end:], shown=header)
    if mark is None:
        return HeaderStep(header, "", tail=text[end:])
    name = token_name(mark["token"] or "")
    if name in HEADERS:
        return HeaderStep(f"{header} ", text[mark.end() :])
    if name in HEADER_ENDS:
        return HeaderStep(None, text[mark.end() :], block_behind(header))
    return HeaderStep(None, text[mark.start() :])
