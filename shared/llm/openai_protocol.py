"""What the clients of OpenAI, Grok and Azure OpenAI share: all three speak the chat completions protocol."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Final

from shared.errors import ProviderInterruptedError, ProviderRequestError
from shared.llm.base_model_client import (
    BaseModelClient,
    Finished,
    FinishReason,
    GenerationRequest,
    Message,
    ModelEvent,
    TextDelta,
    ToolCall,
    Usage,
)
from shared.llm.capabilities import capabilities_of
from shared.llm.openai_errors import provider_error

if TYPE_CHECKING:
    from openai import AsyncOpenAI

CONNECT_SECONDS: Final = 5.0
SILENCE_SECONDS: Final = 60.0
"""A server that says nothing for so long is given up; the total deadline is the factory's."""

_FINISH: Final[Mapping[str, FinishReason]] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
}


class OpenAIProtocolClient(BaseModelClient):
    """A model behind the chat completions protocol; the library is imported on first use."""

    def __init__(self, provider: str, model: str) -> None:
        self.provider = provider
        self.model = model
        self.capabilities = capabilities_of(model)
        self._client: AsyncOpenAI | None = None
        self._building = asyncio.Lock()
        self._refused: dict[str, set[str]] = {}

    @abstractmethod
    def _build(self) -> "AsyncOpenAI":
        """Builds the library's client; runs in a thread, for the import takes a while."""

    async def generate_stream(self, request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        """See :meth:`BaseModelClient.generate_stream`.

        A parameter that the model refuses is left out, once, and from then on.
        """
        model = request.model or self.model
        refused = self._refused.setdefault(model, set())
        try:
            async with aclosing(self._attempt(request, model, refused)) as events:
                async for event in events:
                    yield event
                return
        except ProviderRequestError as error:
            if error.parameter is None or error.parameter in refused:
                raise
            refused.add(error.parameter)
        async with aclosing(self._attempt(request, model, refused)) as events:
            async for event in events:
                yield event

    async def _attempt(
        self, request: GenerationRequest, model: str, refused: set[str]
    ) -> AsyncGenerator[ModelEvent]:
        started = False
        try:
            client = await self._ready()
            arguments = _arguments(request, model)
            for name in refused:
                arguments.pop(name, None)
            async with await client.chat.completions.create(**arguments) as stream:
                async for event in self._events(stream, model):
                    started = True
                    yield event
        except Exception as error:
            known = provider_error(self.provider, error, started=started)
            if known is None:
                raise
            raise known from error

    async def _ready(self) -> "AsyncOpenAI":
        async with self._building:
            if self._client is None:
                self._client = await asyncio.to_thread(self._build)
            return self._client

    async def _events(self, stream: Any, model: str) -> AsyncGenerator[ModelEvent]:  # noqa: ANN401
        reason: str | None = None
        usage = Usage()
        calls: dict[int, dict[str, str]] = {}
        async for chunk in stream:
            if chunk.usage is not None:
                usage = Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
            model = chunk.model or model
            # The chunk that brings the usage has no choices.
            for choice in chunk.choices[:1]:
                reason = choice.finish_reason or reason
                _join_calls(calls, choice.delta.tool_calls or ())
                if choice.delta.content:
                    yield TextDelta(choice.delta.content)
        if reason is None:
            # A connection that ends cleanly in the middle raises nothing.
            raise ProviderInterruptedError(self.provider, "ended without a finish reason")
        yield Finished(_FINISH.get(reason, "stop"), usage, model, _calls(calls))

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            await self._client.close()


def _arguments(request: GenerationRequest, model: str) -> dict[str, Any]:
    capabilities = capabilities_of(model)
    arguments: dict[str, Any] = {
        "model": model,
        "messages": [_message(message) for message in request.messages],
        "max_completion_tokens": request.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if capabilities.temperature:
        arguments["temperature"] = request.temperature
    if request.tools and capabilities.tools:
        arguments["tools"] = [
            {
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": dict(tool.parameters),
                },
            }
            for tool in request.tools
        ]
    if request.response_schema is not None and capabilities.structured_output:
        arguments["response_format"] = {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": dict(request.response_schema)},
        }
    return arguments


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


def _join_calls(calls: dict[int, dict[str, str]], deltas: Any) -> None:  # noqa: ANN401
    """Tool calls come in pieces, told apart by index; id and name only in the first piece."""
    for delta in deltas:
        call = calls.setdefault(delta.index, {"id": "", "name": "", "arguments": ""})
        call["id"] = delta.id or call["id"]
        if delta.function is not None:
            call["name"] = delta.function.name or call["name"]
            call["arguments"] += delta.function.arguments or ""


def _calls(calls: Mapping[int, Mapping[str, str]]) -> tuple[ToolCall, ...]:
    return tuple(ToolCall(**call) for _, call in sorted(calls.items()))
