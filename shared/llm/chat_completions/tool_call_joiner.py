"""Joins tool calls from the pieces in which servers stream them.

OpenAI sends id and name once, then the arguments in pieces with the call's ``index``. Other servers send all
calls at index 0, no index, no id, a new id with every piece, names in pieces, arguments as an object, the
whole text so far with every piece, or the complete call once more at its end.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from typing import Final

from shared.llm.base_model_client import ToolCall
from shared.llm.chat_completions.call_arguments import (
    different_objects,
    normalise_arguments,
    parsed_arguments,
    same_arguments,
)
from shared.llm.chat_completions.content_parts import mend_surrogates
from shared.llm.chat_completions.tool_names import offered_tool
from shared.llm.chat_completions.written_calls import WrittenCall, written_calls

MAX_TOOL_CALLS: Final = 32
MAX_ARGUMENT_CHARACTERS: Final = 100_000

_FORMS: Final = ("function", "custom")
_ARGUMENTS: Final = ("arguments", "parameters", "input")


class ToolCallJoiner:
    """Collects the tool calls of one answer.

    Args:
        tool_names: Names of the tools that were offered.

    Attributes:
        overflowed: Whether there are more calls, or longer arguments, than any real answer has.
    """

    def __init__(self, tool_names: Collection[str] = ()) -> None:
        self.overflowed = False
        self._tool_names = frozenset(tool_names)
        self._calls: list[_OpenCall] = []

    def __bool__(self) -> bool:
        return bool(self._calls)

    @property
    def size(self) -> int:
        """Characters of all names and arguments, without calls that were written as text."""
        return sum(len(call.name) + len(call.arguments) for call in self._calls if not call.written)

    def add(self, pieces: object) -> None:
        """Adds the ``tool_calls`` of one delta; what is not an object in it is skipped."""
        if isinstance(pieces, Mapping) and pieces and all(str(key).isdecimal() for key in pieces):
            pieces = list(pieces.values())
        several = isinstance(pieces, list) and len(pieces) > 1
        for place, piece in enumerate(pieces if isinstance(pieces, list) else [pieces]):
            if not isinstance(piece, Mapping):
                continue
            # Without index and id, only their place distinguishes several calls of one delta.
            self._add(_Piece.read(piece, place if several else None))
            if len(self._calls) > MAX_TOOL_CALLS or self._calls[-1].too_long:
                self.overflowed = True
                return

    def add_written(self, calls: Iterable[WrittenCall]) -> bool:
        """Adds calls that the model wrote as text; one that the server has also sent as a call counts once.

        Args:
            calls: The calls. Only those of offered tools with readable arguments are added.

        Returns:
            Whether all of them could be added.
        """
        complete = True
        for written in calls:
            name = offered_tool(written.name, self._tool_names)
            if name is None or written.arguments is None or len(self._calls) >= MAX_TOOL_CALLS:
                complete = False
            elif not any(call.equals(name, written.arguments, self._tool_names) for call in self._calls):
                call = _OpenCall("", None)
                call.name, call.arguments, call.written = name, written.arguments, True
                self._calls.append(call)
        return complete

    def finished(self) -> tuple[ToolCall, ...]:
        """Returns the calls in the order in which they began, each with an id of its own."""
        calls: list[ToolCall] = []
        ids: set[str] = set()
        for number, call in enumerate(self._separate_calls()):
            call_id = call.id if call.id and call.id not in ids else _new_id(number, ids)
            ids.add(call_id)
            arguments = normalise_arguments(call.arguments)
            name = offered_tool(call.name, self._tool_names) or call.name.removeprefix("functions.")
            calls.append(ToolCall(call_id, name, arguments, call.extra))
        return tuple(calls)

    def _separate_calls(self) -> Iterator["_OpenCall"]:
        """Yields the calls; what came as one may be several, and its name within the arguments."""
        for call in self._calls:
            if call.name:
                yield from call.separated()
            elif call.arguments:
                named = written_calls(call.arguments)
                yield from [call.renamed(one.name, one.arguments) for one in named if one.arguments] or [call]

    def _add(self, piece: "_Piece") -> None:
        call = self._continued(piece)
        if call is None:
            call = _OpenCall(piece.id, piece.index)
            self._calls.append(call)
        call.add(piece, self._tool_names)

    def _continued(self, piece: "_Piece") -> "_OpenCall | None":
        """Returns the open call that a piece belongs to; None when it begins a new one."""
        same_id = next((call for call in reversed(self._calls) if piece.id and call.id == piece.id), None)
        if same_id is not None and not same_id.differs_by_index(piece):
            return same_id
        call = self._at(piece.index)
        if call is None:
            return None
        if piece.name and piece.id and call.id:
            return None
        return None if call.followed_by(piece, self._tool_names) else call

    def _at(self, index: int | None) -> "_OpenCall | None":
        """Returns the latest call at an index; without an index, the latest of all."""
        if index is None:
            return self._calls[-1] if self._calls else None
        return next((call for call in reversed(self._calls) if call.index in (index, None)), None)


class _Piece:
    """One piece of a call, with wrong types replaced by nothing."""

    def __init__(self, call_id: str, index: int | None, name: str, arguments: str, extra: str) -> None:
        self.id = call_id
        self.index = index
        self.name = name
        self.arguments = arguments
        self.extra = extra

    @classmethod
    def read(cls, piece: Mapping[str, object], place: int | None) -> "_Piece":
        # "custom" is the form of tools that take any text; "parameters" is the name in Llama's templates.
        function = next((inner for key in _FORMS if isinstance(inner := piece.get(key), Mapping)), piece)
        name, call_id = function.get("name"), piece.get("id")
        given = (function[key] for key in _ARGUMENTS if function.get(key) is not None)
        arguments = next(given, None)
        if arguments is None:
            written = ""
        else:
            written = arguments if isinstance(arguments, str) else json.dumps(arguments)
        index = _index(piece.get("index"))
        return cls(
            mend_surrogates(str(call_id))
            if isinstance(call_id, str | int) and not isinstance(call_id, bool)
            else "",
            place if index is None else index,
            name if isinstance(name, str) else "",
            written,
            _extra(piece.get("extra_content")),
        )


class _OpenCall:
    """One call as far as it has come."""

    def __init__(self, call_id: str, index: int | None) -> None:
        self.id = call_id
        self.index = index
        self.name = ""
        self.arguments = ""
        self.extra = ""
        self.written = False
        self._complete: bool | None = False

    @property
    def too_long(self) -> bool:
        """Returns whether it is longer than any real call."""
        return len(self.arguments) + len(self.name) > MAX_ARGUMENT_CHARACTERS

    def differs_by_index(self, piece: _Piece) -> bool:
        """Returns whether a piece with the same id begins another call: it has a name at another index."""
        return bool(piece.name) and None not in (self.index, piece.index) and self.index != piece.index

    def followed_by(self, piece: _Piece, tool_names: Collection[str]) -> bool:
        """Returns whether a piece without an id of its own begins another call."""
        if not piece.name or not self.name:
            return False
        if self._is_complete():
            # The same call once more closes it; with other arguments it is a further call of the same tool.
            again = not piece.arguments or same_arguments(piece.arguments, self.arguments)
            return piece.name != self.name or not again
        joined = self.name + piece.name
        if piece.name.startswith(self.name) or joined in tool_names:
            return False
        return self._means_tool(self.name, tool_names) or (
            bool(self.arguments) and self._means_tool(piece.name, tool_names)
        )

    def add(self, piece: _Piece, tool_names: Collection[str]) -> None:
        """Appends a piece that belongs to this call."""
        self.id = self.id or piece.id
        self.extra = self.extra or piece.extra
        if piece.name.startswith(self.name):
            self.name = piece.name
        elif not self._means_tool(self.name, tool_names) or self.name + piece.name in tool_names:
            self.name += piece.name
        if not piece.arguments or (self._is_complete() and same_arguments(piece.arguments, self.arguments)):
            return
        # Arguments begin only once: a piece that begins with all that came before replaces it.
        cumulative = bool(self.arguments) and piece.arguments.startswith(self.arguments)
        self.arguments = piece.arguments if cumulative else self.arguments + piece.arguments
        self._complete = None

    def renamed(self, name: str, arguments: str) -> "_OpenCall":
        """Returns the call with another name and other arguments."""
        call = _OpenCall(self.id, self.index)
        call.name, call.arguments, call.extra = name, arguments, self.extra
        return call

    def separated(self) -> "list[_OpenCall]":
        """Returns one call for each different object of the arguments (proxies of Gemini and Anthropic)."""
        objects = different_objects(self.arguments)
        if len(objects) < 2:
            return [self]
        return [self.renamed(self.name, arguments) for arguments in objects[:MAX_TOOL_CALLS]]

    def equals(self, name: str, arguments: str, tool_names: Collection[str]) -> bool:
        """Returns whether it is a call of an offered tool with the same arguments."""
        return offered_tool(self.name, tool_names) == name and same_arguments(self.arguments, arguments)

    @staticmethod
    def _means_tool(name: str, tool_names: Collection[str]) -> bool:
        return offered_tool(name, tool_names) is not None

    def _is_complete(self) -> bool:
        if self._complete is None:
            # Most pieces end within an object: parsing each time what has come would be quadratic.
            cut = self.arguments.startswith("{") and not self.arguments.endswith("}")
            self._complete = not cut and parsed_arguments(self.arguments) is not None
        return self._complete


def _new_id(number: int, taken: Collection[str]) -> str:
    """Returns an id that no other call has, in the form that Mistral demands: nine letters and digits."""
    return next(name for step in count(number, MAX_TOOL_CALLS) if (name := f"call{step:05d}") not in taken)


def _extra(value: object) -> str:
    """Returns Gemini's signature of a call as JSON; anything that is unlike one is dropped."""
    if not value or not isinstance(value, Mapping):
        return ""
    try:
        written = mend_surrogates(json.dumps(value, ensure_ascii=False, allow_nan=False))
    except (ValueError, TypeError, RecursionError):
        return ""
    return written if len(written) <= MAX_ARGUMENT_CHARACTERS else ""


def _index(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.isdecimal() and len(value) < 6:
        return int(value)
    return None
