"""Finds reasoning at the start of an answer whose opening mark is not in the text.

The prompt template of some models contains the opening ``<think>``. Some servers remove GPT-OSS's marks but
not the names between them: ``analysisLet me see.assistantfinalYes``. Both are written with their marks again,
so that the rest of the reader knows one form only.
"""

import re
from typing import Final, Literal

from shared.llm.chat_completions.text_marks import THOUGHT, closes_thought

Unmarked = Literal["tag", "channel"]

_ANALYSIS: Final = re.compile(r"\s*analysis(?=[A-Z\"“])")
_NEXT_CHANNEL: Final = re.compile(
    r"assistant(?P<channel>final|commentary to=[\w.:-]+?)(?P<format>(?<=final)|\s*(?:json|code)?\s*(?=\{))"
)
_OPENED: Final = "<|channel|>analysis<|message|>"


def with_marks(text: str, kind: Unmarked, *, ended: bool = False) -> str | None:
    """Returns the text with the marks that it lacks; None while it is undecided whether it lacks any.

    Args:
        text: The answer so far.
        kind: What may be missing: the tag that opens the reasoning, or the marks of channels.
        ended: Whether the answer has ended, so that it must be decided.
    """
    return _with_tag(text, ended=ended) if kind == "tag" else _with_channels(text, ended=ended)


def _with_tag(text: str, *, ended: bool) -> str | None:
    tag = THOUGHT.search(text) if any(end in text for end in ">]▷") else None
    if tag is None:
        return text if ended else None
    return f"<think>{text}" if closes_thought(tag) else text


def _with_channels(text: str, *, ended: bool) -> str | None:
    begun = _ANALYSIS.match(text)
    if begun is None:
        undecided = "analysis".startswith(text.strip()) and not ended
        return None if undecided else text
    following = _NEXT_CHANNEL.search(text)
    if following is None:
        return f"{_OPENED}{text[begun.end() :]}" if ended else None
    return (
        f"{_OPENED}{text[begun.end() : following.start()]}<|end|>"
        f"<|start|>assistant<|channel|>{following['channel']}<|message|>{text[following.end() :]}"
    )
