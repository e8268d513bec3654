"""Joins tool calls from the pieces in which servers stream them.

OpenAI sends id and name once, then the arguments in pieces with the call's ``index``. Other servers send all
calls at index 0, no index, no id, a new id with every piece, names in pieces, arguments as an object, the
whole text so far with every piece, or the complete call once more at its end.
"""

import ast
import json
import re
from collections.abc import Collection, Mapping
from itertools import count
from typing import Final

from pydantic_core import from_json

from shared.llm.base_model_client import ToolCall
from shared.llm.chat_completions.visible_text import mend_surrogates

MAX_TOOL_CALLS: Final = 32
MAX_ARGUMENT_CHARACTERS: Final = 100_000

_FENCE: Final = re.compile(r"```\w*")
_WHITE_SPACE: Final = re.compile(r"\s*")
_NAME_PARTS: Final = re.compile(r"[A-Za-z0-9_-]+")
_MAX_ENCODINGS: Final = 3


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
        """Characters of all names and arguments."""
        return sum(len(call.name) + len(call.arguments) for call in self._calls)

    def add(self, pieces: object) -> None:
        """Adds the ``tool_calls`` of one delta; what is not an object in it is skipped."""
        several = isinstance(pieces, list) and len(pieces) > 1
        for place, piece in enumerate(pieces if isinstance(pieces, list) else [pieces]):
            if not isinstance(piece, Mapping):
                continue
            # Without index and id, only their place distinguishes several calls of one delta.
            self._add(_Piece.read(piece, place if several else None))
            if len(self._calls) > MAX_TOOL_CALLS or self._calls[-1].too_long:
                self.overflowed = True
                return

    def finished(self) -> tuple[ToolCall, ...]:
        """Returns the calls in the order in which they began, each with an id of its own."""
        calls: list[ToolCall] = []
        ids: set[str] = set()
        for number, call in enumerate(self._calls):
            if not call.name and not call.arguments:
                continue
            call_id = call.id if call.id and call.id not in ids else _new_id(number, ids)
            ids.add(call_id)
            arguments = normalise_arguments(call.arguments)
            calls.append(ToolCall(call_id, self._tool_name(call.name), arguments, call.extra))
        return tuple(calls)

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

    def _tool_name(self, written: str) -> str:
        """Returns the offered tool that a name means, such as ``functions.get_quote:0``."""
        if written in self._tool_names:
            return written
        parts = _NAME_PARTS.findall(written)
        return next((part for part in parts if part in self._tool_names), written.removeprefix("functions."))


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
        function = piece.get("function")
        function = function if isinstance(function, Mapping) else piece
        name, call_id = function.get("name"), piece.get("id")
        # "parameters" is the name in the prompt templates of Llama.
        arguments = function.get("arguments")
        if arguments is None:
            arguments = function.get("parameters")
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
            again = not piece.arguments or _same(piece.arguments, self.arguments)
            return piece.name != self.name or not again
        joined = self.name + piece.name
        if piece.name.startswith(self.name) or joined in tool_names:
            return False
        return self.name in tool_names or (bool(self.arguments) and piece.name in tool_names)

    def add(self, piece: _Piece, tool_names: Collection[str]) -> None:
        """Appends a piece that belongs to this call."""
        self.id = self.id or piece.id
        self.extra = self.extra or piece.extra
        if piece.name.startswith(self.name):
            self.name = piece.name
        elif self.name not in tool_names or self.name + piece.name in tool_names:
            self.name += piece.name
        if not piece.arguments or (self._is_complete() and _same(piece.arguments, self.arguments)):
            return
        # Arguments begin only once: a piece that begins with all that came before replaces it.
        cumulative = bool(self.arguments) and piece.arguments.startswith(self.arguments)
        self.arguments = piece.arguments if cumulative else self.arguments + piece.arguments
        self._complete = None

    def _is_complete(self) -> bool:
        if self._complete is None:
            # Most pieces end within an object: parsing each time what has come would be quadratic.
            cut = self.arguments.startswith("{") and not self.arguments.endswith("}")
            self._complete = not cut and _parsed(self.arguments) is not None
        return self._complete


def normalise_arguments(written: str) -> str:
    """Returns the arguments of a call as a JSON object.

    Code fences are removed, JSON within a JSON string is unwrapped, and of several objects the last that is
    not empty counts: servers send ``{}`` before the arguments, or the same object twice.

    Args:
        written: The arguments as the server sent them.

    Returns:
        The object as JSON; ``written`` as it is when it holds no object, for the error message of the tool.
    """
    written = mend_surrogates(written)
    text = _without_fence(written.strip())
    if text in ("", "null", "None", '""'):
        return "{}"
    value = _parsed(text)
    value = _python_literal(text) if value is None else value
    value = _surrounded(text) if value is None else value
    if value is None:
        return written
    try:
        if isinstance(from_json(text, allow_inf_nan=False), dict):
            return text
    except ValueError:
        pass
    try:
        return mend_surrogates(json.dumps(value, ensure_ascii=False, allow_nan=False))
    except (ValueError, TypeError, RecursionError):
        return written


def _without_fence(text: str) -> str:
    fence = _FENCE.match(text)
    return text[fence.end() :].rstrip().rstrip("`").strip() if fence else text


def _parsed(text: str) -> Mapping[str, object] | None:
    """Returns the object that a text holds, or None."""
    value: object = text
    for _ in range(_MAX_ENCODINGS):
        if isinstance(value, str):
            value = _last_value(_without_fence(value.strip()))
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
    return value if isinstance(value, dict) else None


def _python_literal(text: str) -> Mapping[str, object] | None:
    """Returns the object that small models write as Python does: single quotes, ``None``, a last comma."""
    if not text.startswith("{"):
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _surrounded(text: str) -> Mapping[str, object] | None:
    """Returns the object between words or marks of a template, such as ``{…}<|call|>``."""
    start, end = text.find("{"), text.rfind("}") + 1
    return _parsed(text[start:end]) if 0 <= start < end else None


def _last_value(text: str) -> object:
    """Returns the last value of a text that is not empty; None when anything in it is not JSON."""
    decoder = json.JSONDecoder(strict=False, parse_constant=lambda _name: None)
    found: object = None
    start = 0
    try:
        while start < len(text):
            value, end = decoder.raw_decode(text, start)
            found = value or found or value
            space = _WHITE_SPACE.match(text, end)
            start = space.end() if space else end
    except (ValueError, RecursionError):
        return None
    return found


def _same(one: str, other: str) -> bool:
    return one == other or ((value := _parsed(one)) is not None and value == _parsed(other))


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
