"""What the forms of calls without marks have in common: what they tell, and which calls are accepted."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal, NamedTuple

from shared.llm.chat_completions.call_arguments import arguments_fit
from shared.llm.chat_completions.tool_names import offered_tool
from shared.llm.chat_completions.written_calls import WrittenCall

OfferedTools = Mapping[str, Mapping[str, Any]]
"""JSON schemas of the arguments by the names of the tools."""

RECIPIENT: Final = ">>>"
"""Functionary's mark before the recipient of what follows."""


class FoundCalls(NamedTuple):
    """A form that is complete.

    Attributes:
        end: Where it ends in the text.
        calls: The calls, of offered tools only.
        over: Whether all further text is invented: ReAct's models write the result of a call, too.
    """

    end: int
    calls: list[WrittenCall]
    over: bool = False


CallReading = FoundCalls | Literal["open", "none"]
CallForm = Callable[..., CallReading]


def begins(text: str, word: str) -> bool:
    """Returns whether a text begins with a word, or is the beginning of it."""
    return text.startswith(word) or word.startswith(text)


def shifted(outcome: CallReading, by: int) -> CallReading:
    """Returns a reading of a text's end as one of the text.

    Args:
        outcome: The reading.
        by: Characters before the end.
    """
    return outcome if isinstance(outcome, str) else outcome._replace(end=outcome.end + by)


def accepted_calls(calls: Iterable[WrittenCall], tools: OfferedTools) -> list[WrittenCall]:
    """Returns calls with the names of their tools; none if one of them cannot be carried out.

    Args:
        calls: The calls as they were written.
        tools: The tools that were offered.
    """
    accepted: list[WrittenCall] = []
    for call in calls:
        name = offered_tool(call.name, tools)
        if name is None or call.arguments is None or not arguments_fit(call.arguments, tools[name]):
            return []
        accepted.append(WrittenCall(name, call.arguments))
    return accepted
