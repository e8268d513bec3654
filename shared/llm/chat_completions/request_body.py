"""Writes requests of the chat completions protocol."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic_core import from_json

from shared.llm.base_model_client import GenerationRequest, Message, ToolCall, ToolDefinition
from shared.llm.capabilities import ModelFamily, TokenParameter
from shared.llm.chat_completions.refusals.rejected_parameters import REASONING_PLACEHOLDER

ToolUse = Literal["auto", "on", "off"]

_TOKEN_PARAMETERS: Final[tuple[TokenParameter, ...]] = ("max_completion_tokens", "max_tokens")
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_-]+")
_MAX_NAME: Final = 64


@dataclass(frozen=True)
class RequestOptions:
    """Settings that apply to every request of a client.

    Attributes:
        reasoning_effort: Effort of reasoning models; None leaves it to the model.
        reasoning_tokens: Tokens for reasoning, in addition to those of the answer.
        tool_use: Whether tools are offered: ``auto`` if the model supports them, ``on``, ``off``.
    """

    reasoning_effort: str | None = None
    reasoning_tokens: int = 0
    tool_use: ToolUse = "auto"


def request_body(
    request: GenerationRequest,
    model: str,
    family: ModelFamily,
    options: RequestOptions,
    rejected: Collection[str] = (),
) -> dict[str, Any]:
    """Returns the body of a request for a stream.

    Args:
        request: The request.
        model: Name of the model, as the server knows it.
        family: Family of the model.
        options: Settings of the client.
        rejected: Parameters that the model has rejected before.
    """
    parameters: dict[str, Any] = {"stream": True}
    if "stream" not in rejected:
        parameters["stream_options"] = {"include_usage": True}
    tools = _tools(request, family, options, rejected)
    effort = _effort(family, options.reasoning_effort, with_tools=bool(tools))
    preferred = sorted(_TOKEN_PARAMETERS, key=lambda name: name != family.token_parameter)
    for name in [name for name in preferred if name not in rejected][:1]:
        # A bound and no demand: a model that does not reason this time does not use them.
        parameters[name] = request.max_tokens + (options.reasoning_tokens if family.reasoning else 0)
    if family.capabilities.temperature:
        parameters["temperature"] = request.temperature
    if effort is not None:
        parameters["reasoning_effort"] = effort
    if tools:
        parameters["tools"] = tools
    if family.capabilities.structured_output and request.response_schema is not None:
        schema = {"name": "answer", "schema": dict(request.response_schema)}
        parameters["response_format"] = {"type": "json_schema", "json_schema": schema}
    messages = [_message(message, family) for message in request.messages]
    if REASONING_PLACEHOLDER in rejected:
        for message in messages:
            if message["role"] == "assistant":
                message[REASONING_PLACEHOLDER] = " "
    body = {"model": model, "messages": messages}
    return body | {name: value for name, value in parameters.items() if name not in rejected}


def offers_tools(family: ModelFamily, tool_use: ToolUse) -> bool:
    """Returns whether tools are offered to the models of a family."""
    return tool_use == "on" or (tool_use == "auto" and family.capabilities.tools)


def reasons(
    request: GenerationRequest, family: ModelFamily, options: RequestOptions, rejected: Collection[str] = ()
) -> bool:
    """Returns whether a model reasons before it answers a request; the arguments are ``request_body``'s."""
    if not family.reasoning:
        return False
    if not _tools(request, family, options, rejected) or family.effort_with_tools == "any":
        return True
    return family.effort_with_tools == "none" and "reasoning_effort" in rejected


def _tools(
    request: GenerationRequest, family: ModelFamily, options: RequestOptions, rejected: Collection[str]
) -> list[dict[str, Any]]:
    if "tools" in rejected or not offers_tools(family, options.tool_use):
        return []
    return [_tool(tool) for tool in request.tools]


def _effort(family: ModelFamily, configured: str | None, *, with_tools: bool) -> str | None:
    if not family.capabilities.reasoning_effort:
        return None
    if not with_tools or family.effort_with_tools == "any":
        return configured
    return "none" if family.effort_with_tools == "none" else None


def _message(message: Message, family: ModelFamily) -> dict[str, Any]:
    written: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_calls:
        if not message.content.strip():
            # Several servers reject an empty text beside tool calls.
            written["content"] = None
        written["tool_calls"] = [_tool_call(call, family) for call in message.tool_calls]
    if message.tool_call_id is not None:
        written["tool_call_id"] = message.tool_call_id
    return written


def _tool_call(call: ToolCall, family: ModelFamily) -> dict[str, Any]:
    function = {"name": _sendable_name(call.name), "arguments": _json_object(call.arguments)}
    written: dict[str, Any] = {"id": call.id, "type": "function", "function": function}
    if call.extra and family.signs_tool_calls:
        written["extra_content"] = from_json(call.extra)
    return written


def _sendable_name(name: str) -> str:
    """Returns a name that servers accept; a model may have called a tool that does not exist."""
    return _NO_NAME.sub("_", name)[:_MAX_NAME] or "unknown"


def _json_object(arguments: str) -> str:
    """Returns the arguments if they are a JSON object, else an empty one: servers parse them again."""
    try:
        value = from_json(arguments, allow_inf_nan=False)
    except ValueError:
        return "{}"
    return arguments if isinstance(value, dict) else "{}"


def _tool(tool: ToolDefinition) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}
