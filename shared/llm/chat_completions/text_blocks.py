"""Parts of an answer's text that no reader sees, and the headers in front of parts."""

import re
from dataclasses import dataclass, field
from typing import Final

from shared.llm.chat_completions.text_marks import BARS, THOUGHTS, TURN, closes_thought, one_of, token_name
from shared.llm.chat_completions.written_calls import written_calls

_RECIPIENT: Final = re.compile(r"\bto=([^\s<]+)")

_BEHIND_WORDS: Final = " \t.,;:!?)\"'”’»…–—-"
"""What follows a tag that a sentence speaks of."""


@dataclass
class HiddenBlock:
    """A part of the text that no reader sees.

    Attributes:
        end: The mark that ends it; its group ``own`` belongs to the block.
        call: The text so far of a block of calls; None for reasoning and invented turns.
        mention: The tag that begins the block, if it stands among words and may be only spoken of.
        words: The text so far behind a tag that may be only spoken of, where it is no call.
    """

    end: re.Pattern[str]
    call: list[str] | None = None
    mention: str = ""
    words: list[str] = field(default_factory=list)

    def take(self, text: str) -> None:
        """Adds some more text of the block."""
        if self.call is not None:
            self.call.append(text)
        elif self.mention:
            self.words.append(text)

    def spoken_of(self, *, closed: bool) -> str | None:
        """Returns the text of the block if its tag was only spoken of; None if it is hidden.

        Args:
            closed: Whether the block has its end: reasoning with an end is reasoning.
        """
        text = "".join(self.words if self.call is None else self.call)
        if not self.mention or not text or text[0] not in _BEHIND_WORDS or (closed and self.call is None):
            return None
        begins_call = text.lstrip().startswith(("{", "[", "<")) or (self.call and written_calls(text))
        return None if begins_call else text


_OVER: Final = (
    rf"<{BARS}(?i:im_end|eot_id|eom_id|end|endoftext|end_of_text|end▁of▁sentence|return|call|end_of_turn_token)"
    rf"{BARS}>|</s>|<end_of_turn>"
)
"""Marks that end the text of a turn, whatever is open."""


def _until(end: str) -> re.Pattern[str]:
    """Returns the pattern of the end of a block; what is in the group ``own`` belongs to the block."""
    return re.compile(rf"(?P<own>{end})|{_OVER}" if end else rf"(?P<own>(?!))|{_OVER}")


def _token(name: str) -> str:
    return f"<{BARS}{name.replace('_', '[_▁]')}{BARS}>"


_CALL_TOKENS: Final = {
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

_REASONING_TOKENS: Final = {
    "begin_of_thought": _until(_token("end_of_thought")),
    "start_thinking": _until(_token("(?i:end_thinking)")),
}
"""Marks that begin the reasoning of older open models and of Cohere's."""

_LISTS: Final = {"TOOL_CALLS": _until(""), "TOOL_REQUEST": _until(r"\[END_TOOL_REQUEST\]")}
"""Calls of Mistral, which have no end of their own, and of LM Studio."""
_FENCE_END: Final = _until("```")
_PAIR_ENDS: Final = {
    "tool_call": _until(r"<tool_call\|>"),
    "tool_response": _until(r"<tool_response\|>"),
    "channel": _until(r"<channel\|>"),
}
_ELEMENT_END: Final = _until("</(?:｜DSML｜)?(?:function|invoke|tool_call)>")
_THOUGHT_END: Final = re.compile(
    rf"(?P<own></\s{{0,8}}(?i:{one_of(THOUGHTS)})\s{{0,8}}>|\[/THINK\]|◁/think▷)"
)
_CHANNEL_END: Final = re.compile(rf"(?P<own>(?!))|<{BARS}(?:start|channel|end|call|return){BARS}>")
_TURN_START: Final = re.compile(
    rf"(?P<own>(?!))|<{BARS}(?i:start|im_start|start_header_id|start_of_role|assistant|chatbot_token){BARS}>"
    rf"|<{TURN}>"
)


def _call_end(tag: str) -> re.Pattern[str]:
    """Returns the end of calls that a tag begins: its closing tag, or the next opening one."""
    name = re.escape(tag)
    return re.compile(rf"(?P<own></\s{{0,8}}(?i:{name})\s{{0,8}}>)|<(?i:{name})>|{_OVER}")


HEADERS: Final = frozenset({"start", "channel", "constrain", "im_start", "start_header_id", "start_of_role"})
"""Marks in front of the role, or the channel, of the text that follows."""
HEADER_ENDS: Final = frozenset({"message", "end_header_id", "end_of_role"})
_HEADER_LINES: Final = frozenset({"im_start", "turn", TURN})
"""Headers that end with their line."""
_OTHER_ROLES: Final = frozenset(
    {"user", "system", "developer", "tool", "ipython", "observation", "user_token", "system_token"}
)
"""Roles of turns that a model invents when it does not stop at the end of its own."""


def block_begun(mark: re.Match[str], *, among_words: bool = False) -> HiddenBlock | None:
    """Returns the block that a mark begins, if any.

    Args:
        mark: The mark.
        among_words: Whether visible words stand before it on its line.
    """
    block = _block_of(mark)
    if block is not None and among_words and mark.lastgroup in ("thought", "call"):
        block.mention = mark[0]
    return block


def _block_of(mark: re.Match[str]) -> HiddenBlock | None:
    match mark.lastgroup:
        case "token":
            return _block_of_token(token_name(mark["token"]))
        case "thought" | "bracket" | "triangle" if not closes_thought(mark):
            return HiddenBlock(_THOUGHT_END)
        case "call" if not mark["call_end"]:
            return HiddenBlock(_call_end(mark["call"]), [])
        case "element":
            return HiddenBlock(_ELEMENT_END, [mark[0]])
        case "list":
            return HiddenBlock(_LISTS[mark["list"]], [])
        case "fence":
            return HiddenBlock(_FENCE_END, [])
        case "opened" if mark["opened"] in _PAIR_ENDS:
            name = mark["opened"]
            return HiddenBlock(_PAIR_ENDS[name], [] if name == "tool_call" else None)
    return None


def _block_of_token(name: str) -> HiddenBlock | None:
    if name in _CALL_TOKENS:
        return HiddenBlock(_CALL_TOKENS[name], [])
    if name in _REASONING_TOKENS:
        return HiddenBlock(_REASONING_TOKENS[name])
    return HiddenBlock(_TURN_START) if name in _OTHER_ROLES else None


def header_begun(mark: re.Match[str]) -> bool | None:
    """Returns whether the header that a mark begins ends with its line; None when it begins none."""
    name = token_name(mark["token"] or mark["opened"] or mark["turn"] or "")
    if name in _HEADER_LINES:
        return True
    return False if name in HEADERS and mark["token"] else None


def block_behind(header: str) -> HiddenBlock | None:
    """Returns the block that follows a header: a role, with GPT-OSS a channel and a recipient, too."""
    words = header.split()
    recipient = _RECIPIENT.search(header)
    if words and words[0].lower() in _OTHER_ROLES:
        return HiddenBlock(_TURN_START)
    if recipient and recipient[1] not in ("assistant", "user", "all"):
        return HiddenBlock(_CHANNEL_END, [f"{recipient[1]}\n"])
    # A commentary without a recipient is meant for the reader.
    return HiddenBlock(_CHANNEL_END) if "analysis" in header or recipient else None
