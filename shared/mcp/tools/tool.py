"""The parts of a tool: arguments, answer, and its schemas."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from fastapi import Request
from pydantic import ConfigDict

from shared.http.parameters import SYMBOL_INPUT_PATTERN, Parameters
from shared.reports.report_events import ProgressEvent

if TYPE_CHECKING:
    from shared.app.context import AppContext

JsonObject = dict[str, Any]

TEXT: Final[JsonObject] = {"type": "string"}
NUMBER: Final[JsonObject] = {"type": "number"}
BOOLEAN: Final[JsonObject] = {"type": "boolean"}
OBJECT: Final[JsonObject] = {"type": "object"}
OBJECTS: Final[JsonObject] = {"type": "array"}
PROVENANCE: Final[Mapping[str, JsonObject]] = {
    "source": TEXT,
    "as_of": TEXT,
    "fetched_at": TEXT,
    "stale": BOOLEAN,
    "fallback_reason": TEXT,
    "quality": {"type": "array"},
}


class ToolArguments(Parameters):
    """Base of the arguments of tools; an unknown argument is an error that names it."""

    model_config = ConfigDict(defer_build=True, extra="forbid")


class DetailArguments(ToolArguments):
    """Arguments of a tool whose answer can be longer.

    Attributes:
        detail: Whether the answer may have four times the usual length.
    """

    detail: bool = False


ReportProgress = Callable[[ProgressEvent], Awaitable[None]]
"""Sends the progress of a tool to the client."""


@dataclass(frozen=True)
class ToolContext:
    """What a tool works with.

    Attributes:
        req: The HTTP request, for its caller and owner.
        app: The services.
        report_progress: Sends progress; None where the client did not ask for it.
    """

    req: Request
    app: "AppContext"
    report_progress: ReportProgress | None = None


@dataclass(frozen=True)
class ToolAnswer:
    """The answer of a tool.

    Attributes:
        summary: One or two sentences for the reader.
        data: The structured content.
        shrinks: Lists in ``data`` that are cut until the answer is short enough, least important first.
        keeps_last: Whether the end of these lists is kept, as in a history; otherwise the beginning.
        report_id: Id of a report that the answer links to; None without one.
        how_to_get: How a client gets the omitted entries; empty if ``detail`` is the way.
    """

    summary: str
    data: JsonObject
    shrinks: tuple[str, ...] = ()
    keeps_last: bool = False
    report_id: str | None = None
    how_to_get: str = ""


A = TypeVar("A", bound=ToolArguments)
Run = Callable[[ToolContext, A], Awaitable[ToolAnswer]]


@dataclass(frozen=True)
class Tool(Generic[A]):
    """A tool of the server.

    Attributes:
        name: Its name.
        title: Its name for people.
        description: What it returns, for the model that chooses tools.
        arguments: Model of its arguments.
        output: JSON schemas of the fields of its structured content.
        run: Calls the services.
        read_only: Whether it changes nothing.
        idempotent: Whether a repeated call has no further effect.
        required: Fields that every answer has.
    """

    name: str
    title: str
    description: str
    arguments: type[A]
    output: Mapping[str, JsonObject]
    run: Run[A]
    read_only: bool = True
    idempotent: bool = True
    required: tuple[str, ...] = field(default=())

    def input_schema(self) -> JsonObject:
        """Returns the flat JSON schema of the arguments: without references, alternatives and nulls."""
        schema = self.arguments.model_json_schema()
        properties = {name: _flat(prop) for name, prop in schema.get("properties", {}).items()}
        # Unknown arguments are refused by name; stating it in every schema would cost tokens.
        result: JsonObject = {"type": "object", "properties": properties}
        if required := schema.get("required"):
            result["required"] = required
        return result

    def output_schema(self) -> JsonObject:
        """Returns the JSON schema of the structured content."""
        result: JsonObject = {"type": "object", "properties": dict(self.output)}
        if self.required:
            result["required"] = list(self.required)
        return result


class HasBody(Protocol):
    """An answer of market data."""

    @property
    def body(self) -> bytes:
        """The JSON in UTF-8."""


def _flat(schema: JsonObject) -> JsonObject:
    """Returns a schema without titles, the alternative null, and defaults that are null, false or empty.

    All bounds stay: a client need not learn them from errors.
    """
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    flat = {**schema, **(options[0] if options else {})}
    if isinstance(flat.get("items"), dict):
        flat["items"] = _flat(flat["items"])
    dropped = {"anyOf", "title"}
    # In eleven tools: a tenth of the tokens of all descriptions. The error of a text that is none states it.
    if flat.get("pattern") == SYMBOL_INPUT_PATTERN:
        dropped.add("pattern")
    if flat.get("default", ...) in (None, False, []):
        dropped.add("default")
    return {key: value for key, value in flat.items() if key not in dropped}


def without_nulls(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Returns JSON data without the fields that are null: they would cost tokens and say nothing."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value
