"""Writes a request of the chat completions protocol."""

from collections.abc import Collection
from typing import Any, Final

from shared.llm.base_model_client import GenerationRequest, Message, ToolDefinition
from shared.llm.capabilities import ModelFamily, TokenParameter, family_of

OPTIONAL: Final = frozenset(
    {
        "temperature",
        "max_tokens",
        "max_completion_tokens",
        "reasoning_effort",
        "response_format",
        "stream_options",
        "tools",
    }
)
"""Parameters that a request can do without."""

_TOKEN_PARAMETERS: Final[tuple[TokenParameter, ...]] = ("max_completion_tokens", "max_tokens")


def request_body(
    request: GenerationRequest, model: str, refused: Collection[str], reasoning_effort: str | None
) -> dict[str, Any]:
    """The body of a request for a stream.

    Args:
        request: What is asked.
        model: Of which model.
        refused: Parameters that this model has refused before.
        reasoning_effort: For models that take one.
    """
    family = family_of(model)
    able = family.capabilities
    options: dict[str, Any] = {"stream_options": {"include_usage": True}}
    preferred = sorted(_TOKEN_PARAMETERS, key=lambda name: name != family.token_parameter)
    for name in [name for name in preferred if name not in refused][:1]:
        options[name] = request.max_tokens
    if able.temperature:
        options["temperature"] = request.temperature
    offers_tools = bool(able.tools and request.tools and "tools" not in refused)
    effort = _effort(family, reasoning_effort, offers_tools=offers_tools)
    if effort is not None:
        options["reasoning_effort"] = effort
    if offers_tools:
        options["tools"] = [_tool(tool) for tool in request.tools]
    if able.structured_output and request.response_schema is not None:
        schema = {"name": "answer", "schema": dict(request.response_schema)}
        options["response_format"] = {"type": "json_schema", "json_schema": schema}
    body = {"model": model, "messages": [_message(message) for message in request.messages], "stream": True}
    return body | {name: value for name, value in options.items() if name not in refused}


def _effort(family: ModelFamily, configured: str | None, *, offers_tools: bool) -> str | None:
    if not family.capabilities.reasoning_effort:
        return None
    if not offers_tools or family.effort_with_tools == "any":
        return configured
    return "none" if family.effort_with_tools == "none" else None


def _message(message: Message) -> dict[str, Any]:
    written: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        written["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        written["tool_call_id"] = message.tool_call_id
    return written


def _tool(tool: ToolDefinition) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}
