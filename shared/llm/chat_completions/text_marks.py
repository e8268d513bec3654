"""The marks of prompt templates that servers leave in the text of an answer.

A server with a parser for its model turns them into fields of the answer. Without one, or when the model
deviates from its template, they arrive as text: ends of turns, headers, reasoning, and calls of tools.
"""

import re
from collections.abc import Iterable
from typing import Final

_BARS: Final = "[|｜]"
"""DeepSeek writes its marks with wide bars and low blocks."""
_THOUGHTS: Final = ("think", "thinking", "thought", "reasoning", "seed:think")
_CALLS: Final = (
    "tool_call",
    "tool_calls",
    "toolcall",
    "function_call",
    "function_calls",
    "seed:tool_call",
    "minimax:tool_call",
    "｜DSML｜function_calls",
    "｜DSML｜tool_calls",
)
_ELEMENTS: Final = ("function=", "function name=", "invoke name=", "｜DSML｜invoke name=")
_SENTENCES: Final = ("s", "eos", "bos", "end_of_turn", "end_of_utterance")
_TURN: Final = "start_of_turn"


def _one_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, words))


MARK: Final = re.compile(
    rf"<{_BARS}(?P<token>/?[A-Za-z0-9_▁]{{2,40}}){_BARS}>"
    rf"|<(?P<thought_end>/?)\s{{0,8}}(?P<thought>(?i:{_one_of(_THOUGHTS)}))\s{{0,8}}>"
    # Magistral.
    r"|\[(?P<bracket_end>/?)(?P<bracket>THINK)\]"
    rf"|<(?P<call_end>/?)\s{{0,8}}(?P<call>(?i:{_one_of(_CALLS)}))\s{{0,8}}>"
    rf"|<(?P<element>{_one_of(_ELEMENTS)})"
    r"|(?P<list>\[TOOL_CALLS\])"
    rf"|(?P<sentence></?(?:{_one_of(_SENTENCES)})>)"
    rf"|<(?P<turn>{_TURN})>"
)
"""One mark. The name of its group says of which kind it is."""

THOUGHT: Final = re.compile(
    rf"<(?P<end>/?)\s{{0,8}}(?i:{_one_of(_THOUGHTS)})\s{{0,8}}>|\[(?P<bracket_end>/?)THINK\]"
)
"""A tag around reasoning."""


def _beginning(word: str) -> str:
    """Returns a pattern of all beginnings of a word, the empty one and the word included."""
    pattern = ""
    for letter in reversed(word):
        pattern = f"(?:{re.escape(letter)}{pattern})?"
    return pattern


def _beginnings(words: Iterable[str]) -> str:
    return "|".join(map(_beginning, words))


_EXACT: Final = (*_ELEMENTS, *_SENTENCES, _TURN, "function>", "｜DSML｜invoke>", "invoke>")
_PARTIAL: Final = re.compile(
    rf"<(?:{_BARS}/?[A-Za-z0-9_▁]{{0,40}}{_BARS}?|/?(?:{_beginnings(_EXACT)})"
    rf"|/?\s{{0,8}}(?i:{_beginnings((*_THOUGHTS, *_CALLS))})\s{{0,8}})$"
    rf"|\[/?(?:{_beginnings(('THINK', 'TOOL_CALLS'))})$"
)
_LONGEST: Final = 64


def unfinished_mark(text: str) -> int:
    """Returns where a mark begins that the end of a text may have cut; its length if none may."""
    partial = _PARTIAL.search(text, max(0, len(text) - _LONGEST))
    return partial.start() if partial else len(text)


def token_name(written: str) -> str:
    """Returns the name of a mark between bars: ``tool▁calls▁begin`` is ``tool_calls_begin``."""
    return written.replace("▁", "_").lower()


_OVER: Final = (
    rf"<{_BARS}(?i:im_end|eot_id|eom_id|end|endoftext|end_of_text|end▁of▁sentence|return|call|end_of_turn_token)"
    rf"{_BARS}>|</s>|<end_of_turn>"
)
"""Marks that end the text of a turn, whatever is open."""


def _until(end: str) -> re.Pattern[str]:
    """Returns the pattern of the end of a block; what is in the group ``own`` belongs to the block."""
    return re.compile(rf"(?P<own>{end})|{_OVER}" if end else rf"(?P<own>(?!))|{_OVER}")


def _token(name: str) -> str:
    return f"<{_BARS}{name.replace('_', '[_▁]')}{_BARS}>"


CALL_TOKENS: Final = {
    # Kimi, DeepSeek, LFM2, Phi and Granite, Cohere, InternLM, Apertus, and Llama.
    "tool_calls_section_begin": _until(_token("tool_calls_section_end")),
    "tool_calls_begin": _until(_token("tool_calls_end")),
    "tool_call_begin": _until(_token("tool_call_end")),
    "tool_call_start": _until(_token("tool_call_end")),
    "tool_call": _until(f"{_token('/tool_call')}|</tool_call>"),
    "start_action": _until(_token("(?i:end_action)")),
    "action_start": _until(_token("action_end")),
    "tools_prefix": _until(_token("tools_suffix")),
    "python_tag": _until(""),
}
"""Marks that begin calls of tools, and how these end."""

REASONING_TOKENS: Final = {
    "begin_of_thought": _until(_token("end_of_thought")),
    "start_thinking": _until(_token("(?i:end_thinking)")),
}
"""Marks that begin the reasoning of older open models and of Cohere's."""

REST: Final = _until("")
"""The end of calls without an end of their own (Mistral)."""
ELEMENT_END: Final = _until("</(?:｜DSML｜)?(?:function|invoke)>")
THOUGHT_END: Final = re.compile(rf"(?P<own></\s{{0,8}}(?i:{_one_of(_THOUGHTS)})\s{{0,8}}>|\[/THINK\])")
CHANNEL_END: Final = re.compile(rf"(?P<own>(?!))|<{_BARS}(?:start|channel|end|call|return){_BARS}>")
TURN_START: Final = re.compile(
    rf"(?P<own>(?!))|<{_BARS}(?i:start|im_start|start_header_id|start_of_role|assistant|chatbot_token){_BARS}>"
    rf"|<{_TURN}>"
)


def call_end(tag: str) -> re.Pattern[str]:
    """Returns the end of calls that a tag begins: its closing tag, or the next opening one."""
    name = re.escape(tag)
    return re.compile(rf"(?P<own></\s{{0,8}}(?i:{name})\s{{0,8}}>)|<(?i:{name})>|{_OVER}")


HEADERS: Final = frozenset({"start", "channel", "constrain", "im_start", "start_header_id", "start_of_role"})
"""Marks in front of the role, or the channel, of the text that follows."""
HEADER_ENDS: Final = frozenset({"message", "end_header_id", "end_of_role"})
HEADER_LINES: Final = frozenset({"im_start", _TURN})
"""Headers that end with their line."""
OTHER_ROLES: Final = frozenset(
    {"user", "system", "developer", "tool", "ipython", "observation", "user_token", "system_token"}
)
"""Roles of turns that a model invents when it does not stop at the end of its own."""
