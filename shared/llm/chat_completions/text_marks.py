"""Recognises the marks of prompt templates that servers leave in the text of an answer.

A server with a parser for its model turns them into fields of the answer. Without one, or when the model
deviates from its template, they arrive as text: ends of turns, headers, reasoning, and calls of tools.
"""

import re
from collections.abc import Iterable
from typing import Final

BARS: Final = "[|｜]"
"""DeepSeek writes its marks with wide bars and low blocks."""
THOUGHTS: Final = ("think", "thinking", "thought", "reasoning", "seed:think", "tool_response")
"""Tags around reasoning, and around results of tools that a model invents."""
_CALLS: Final = (
    "tool_call",
    "tool_calls",
    "toolcall",
    "tool-use",
    "tool_use",
    "function_call",
    "function_calls",
    "tool_code",
    "tools",
    "functioncall",
    "seed:tool_call",
    "minimax:tool_call",
    "｜DSML｜function_calls",
    "｜DSML｜tool_calls",
)
_ELEMENTS: Final = ("function=", "function name=", "tool_call name=", "invoke name=", "｜DSML｜invoke name=")
_SENTENCES: Final = ("s", "eos", "bos", "end_of_turn", "end_of_utterance", "answer")
_PAIRS: Final = ("tool_call", "channel", "turn", "tool_response", "think")
"""Gemma's marks: the bar is inside of the opening and of the closing bracket."""
_LISTS: Final = ("TOOL_CALLS", "TOOL_REQUEST")
TURN: Final = "start_of_turn"


def one_of(words: Iterable[str]) -> str:
    """Returns a pattern of several words."""
    return "|".join(map(re.escape, words))


MARK: Final = re.compile(
    rf"<{BARS}(?P<token>/?[A-Za-z0-9_▁]{{2,40}}){BARS}>"
    rf"|<(?P<thought_end>/?)\s{{0,8}}(?P<thought>(?i:{one_of(THOUGHTS)}))\s{{0,8}}>"
    # Magistral, and Kimi.
    r"|\[(?P<bracket_end>/?)(?P<bracket>THINK)\]|◁(?P<triangle_end>/?)(?P<triangle>think)▷"
    rf"|<(?P<call_end>/?)\s{{0,8}}(?P<call>(?i:{one_of(_CALLS)}))\s{{0,8}}>"
    rf"|<(?P<element>{one_of(_ELEMENTS)})"
    rf"|\[(?P<list>{one_of(_LISTS)})\]|(?P<fence>```tool_code\n)"
    rf"|<\|(?P<opened>{one_of(_PAIRS)})>|<(?P<closed>{one_of(_PAIRS)})\|>"
    rf"|(?P<sentence></?(?:{one_of(_SENTENCES)})>)"
    rf"|<(?P<turn>{TURN})>"
)
"""One mark. The name of its group says of which kind it is."""

THOUGHT: Final = re.compile(
    rf"<(?P<thought_end>/?)\s{{0,8}}(?i:{one_of(THOUGHTS)})\s{{0,8}}>|\[(?P<bracket_end>/?)THINK\]"
    r"|◁(?P<triangle_end>/?)think▷"
)
"""A tag around reasoning."""


def closes_thought(tag: re.Match[str]) -> bool:
    """Returns whether a tag ends reasoning."""
    return bool(tag["thought_end"] or tag["bracket_end"] or tag["triangle_end"])


def _beginning(word: str) -> str:
    """Returns a pattern of all beginnings of a word, the empty one and the word included."""
    pattern = ""
    for letter in reversed(word):
        pattern = f"(?:{re.escape(letter)}{pattern})?"
    return pattern


def _beginnings(words: Iterable[str]) -> str:
    return "|".join(map(_beginning, words))


_EXACT: Final = (
    *_ELEMENTS,
    *_SENTENCES,
    TURN,
    *(f"{name}|" for name in _PAIRS),
    *("function>", "｜DSML｜invoke>", "invoke>"),
)
_PARTIAL: Final = re.compile(
    rf"<(?:{BARS}/?[A-Za-z0-9_▁]{{0,40}}{BARS}?|/?(?:{_beginnings(_EXACT)})"
    rf"|/?\s{{0,8}}(?i:{_beginnings((*THOUGHTS, *_CALLS))})\s{{0,8}})\Z"
    rf"|\[/?(?:{_beginnings(('THINK', *_LISTS, 'END_TOOL_REQUEST'))})\Z|◁/?{_beginning('think')}\Z"
    rf"|{_beginning('```tool_code')}\Z"
)
_LONGEST: Final = 64


def is_ordinary(text: str) -> bool:
    """Returns whether neither a mark nor a line, or a recipient, begins within a text."""
    return not ("<" in text or "[" in text or "`" in text or "◁" in text or "\n" in text or ">" in text)


def may_hold_mark(text: str) -> bool:
    """Returns whether a text has a character with which marks begin; most pieces of answers have none."""
    return "<" in text or "[" in text or "`" in text or "◁" in text


def unfinished_mark(text: str) -> int:
    """Returns where a mark begins that the end of a text may have cut; its length if none may."""
    if not may_hold_mark(text[-_LONGEST:]):
        return len(text)
    partial = _PARTIAL.search(text, max(0, len(text) - _LONGEST))
    return partial.start() if partial else len(text)


def token_name(written: str) -> str:
    """Returns the name of a mark between bars: ``tool▁calls▁begin`` is ``tool_calls_begin``."""
    return written.replace("▁", "_").lower()
