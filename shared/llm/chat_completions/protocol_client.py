"""The client of the chat completions protocol: OpenAI, Grok, Azure OpenAI and compatible servers."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, Self

from pydantic_core import to_json

from shared.config.model_settings import ModelSettings
from shared.errors import ProviderError
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderInterruptedError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderUnavailableError,
)
from shared.llm.base_model_client import BaseModelClient, GenerationRequest, ModelEvent, TextDelta
from shared.llm.capabilities import ModelFamily, family_of
from shared.llm.chat_completions.http_connection import ApiKey, OpenAIConnection
from shared.llm.chat_completions.refusals.failure_mapping import error_body, provider_error
from shared.llm.chat_completions.refusals.rejected_parameters import (
    OPTIONAL_PARAMETERS,
    REASONING_PLACEHOLDER,
)
from shared.llm.chat_completions.request_body import RequestOptions, offers_tools, reasons, request_body
from shared.llm.chat_completions.streamed_answer import StreamedAnswer

if TYPE_CHECKING:
    from httpx2 import Response

_MAX_PAUSE: Final = 2.0
"""A server that asks for a longer pause is not called again within this request."""
_TRAILER_SECONDS: Final = 1.0
"""Limit for the usage that follows a finished answer."""
_CLOSING_SECONDS: Final = 0.1
"""Limit for the end of the response: only a response that was read to its end frees its connection."""
_MAX_MODELS: Final = 100

_log = logging.getLogger(__name__)


class OpenAIProtocolClient(BaseModelClient):
    """A model behind the chat completions protocol.

    The openai library is imported, and its client built, on first use in a thread.

    Args:
        model: Name of the model, or of its deployment.
        api_key: Credentials.
        base_url: Address of the API, with its version.
        options: Settings of every request.
        max_retries: How often a request is repeated when the server is unavailable for a moment.
        behind: The model behind a deployment of another name: it decides on the capabilities.
        silence: Seconds without a byte after which the server is given up.
    """

    def __init__(
        self,
        model: str,
        *,
        api_key: ApiKey,
        base_url: str,
        options: RequestOptions | None = None,
        max_retries: int = 1,
        behind: str | None = None,
        silence: float = 120.0,
    ) -> None:
        self.model = model
        self.options = options or RequestOptions()
        self.max_retries = max_retries
        self._family = family_of(behind or model)
        tools = offers_tools(self._family, self.options.tool_use)
        self.capabilities = self._family.capabilities.with_tools(tools)
        self._connection = OpenAIConnection(api_key, base_url, silence)
        # Joined once: this is a fifth of the library's time for a request.
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._rejected: dict[str, frozenset[str]] = {}

    @classmethod
    def _configured(
        cls,
        settings: ModelSettings,
        own_model: str,
        api_key: ApiKey,
        base_url: str,
        *,
        behind: str | None = None,
    ) -> Self:
        model = settings.model_of(cls.provider) or own_model
        return cls(
            model,
            api_key=api_key,
            base_url=base_url,
            options=RequestOptions(settings.reasoning_effort, settings.reasoning_tokens, settings.tools),
            max_retries=settings.max_retries,
            behind=behind if model == own_model else None,
            silence=max(settings.first_event_timeout, settings.reasoning_timeout),
        )

    def family(self, model: str | None) -> ModelFamily:
        """Returns the family of a model; None is the client's own."""
        return self._family if model in (None, self.model) else family_of(model)

    def reasons(self, request: GenerationRequest) -> bool:
        """See :meth:`BaseModelClient.reasons`."""
        rejected = self.rejected(request.model or self.model)
        return reasons(request, self.family(request.model), self.options, rejected)

    async def generate_stream(self, request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        """See :meth:`BaseModelClient.generate_stream`."""
        call = _Call(self, request)
        while True:
            answer = call.begin()
            cause: Exception | None = None
            try:
                async with (
                    aclosing(await self._send(call.body)) as response,
                    aclosing(response.aiter_bytes()) as blocks,
                ):
                    while (block := await _next_block(blocks, answer)) is not None:
                        if (event := call.read(block)) is not None:
                            yield event
                        if answer.failure:
                            break
            except Exception as error:  # noqa: BLE001 - a defect is raised again
                cause = call.failed(error)
            for event in call.end():
                yield event
            if answer.complete:
                return
            await call.recover(cause)

    async def prepare(self) -> None:
        """Imports the library and builds its client."""
        await self._connection.client()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._connection.aclose()

    def rejected(self, model: str) -> frozenset[str]:
        """Returns the parameters that a model has rejected before, or the placeholder that it demanded."""
        return self._rejected.get(model, frozenset())

    def remember_rejected(self, model: str, rejected: frozenset[str]) -> None:
        """Omits parameters from all further requests to a model."""
        # Clients choose names of models, so their number has a bound.
        if model not in self._rejected and len(self._rejected) >= _MAX_MODELS:
            self._rejected.pop(next(iter(self._rejected)))
        self._rejected[model] = rejected
        _log.warning(
            "model requests adapted from now on: %s %s: %s",
            self.provider,
            model,
            sorted(rejected),
        )

    async def _send(self, body: bytes) -> "Response":
        from openai import AsyncStream

        client = await self._connection.client()
        # The library's entry for requests that it has no method for. It takes the body as it is; the method
        # for chat completions would convert each message into types of its own.
        stream = await client.post(
            self._url, cast_to=object, content=body, stream=True, stream_cls=AsyncStream[object]
        )
        response: Response = stream.response
        return response


class _Call:
    """One call of a model, with its repetitions.

    Attributes:
        body: The latest request.
    """

    def __init__(self, client: OpenAIProtocolClient, request: GenerationRequest) -> None:
        self.body = b""
        self._client = client
        self._request = request
        self._model = request.model or client.model
        self._family = client.family(request.model)
        self._rejected = client.rejected(self._model)
        self._retries = 0
        self._visible = False

    def begin(self) -> StreamedAnswer:
        """Writes the next request and returns the reader of its answer."""
        body = request_body(self._request, self._model, self._family, self._client.options, self._rejected)
        self.body = to_json(body)
        self._sent = body.keys()
        self._answer = StreamedAnswer(
            self._client.provider,
            self._model,
            sent=self._sent,
            tools={tool.name: tool.parameters for tool in self._request.tools} if "tools" in body else {},
            opens_reasoning_in_prompt=self._family.opens_reasoning_in_prompt,
            drops_channel_marks=self._family.has_channels,
            bare_tools=_tools_known(self._request),
        )
        return self._answer

    def read(self, block: bytes) -> ModelEvent | None:
        """Returns what some more bytes of the answer bring."""
        if text := self._answer.feed(block):
            self._visible = True
            return TextDelta(text)
        return self._answer.hidden_output()

    def failed(self, error: Exception) -> Exception:
        """Records an exception of the connection and returns it.

        Raises:
            Exception: The exception itself, when it is a defect of this project.
        """
        failure = provider_error(self._client.provider, error, self._sent)
        if failure is None:
            raise error
        self._answer.break_off(failure, error_body(error))
        return error

    def end(self) -> Iterator[ModelEvent]:
        """Yields the last events of the answer. A failure after a complete answer is ignored."""
        if text := self._answer.close():
            self._visible = True
            yield TextDelta(text)
        if self._answer.complete:
            if self._rejected - self._client.rejected(self._model):
                self._client.remember_rejected(self._model, self._rejected)
            yield self._answer.finished(self._request)

    async def recover(self, cause: Exception | None) -> None:
        """Prepares a repetition: without the parameter that was rejected, or after a pause.

        Args:
            cause: The exception behind the failure, if any.

        Raises:
            ProviderError: A repetition would not help, or a part of the answer has been seen.
        """
        provider = self._client.provider
        failure = self._answer.failure or ProviderBadPayloadError(provider, "ended without an answer")
        if self._visible:
            reason = f"stopped in the middle of its answer: {failure.reason}"
            raise ProviderInterruptedError(provider, reason) from cause
        if self._omit(failure) or await self._pause(failure):
            return
        if failure is cause:
            raise failure
        raise failure from cause

    def _omit(self, failure: ProviderError) -> bool:
        parameter = failure.parameter if isinstance(failure, ProviderRequestError) else None
        if parameter not in OPTIONAL_PARAMETERS | {REASONING_PLACEHOLDER} or parameter in self._rejected:
            return False
        if parameter == "tools" and self._client.options.tool_use == "on":
            return False
        self._rejected |= {parameter}
        return True

    async def _pause(self, failure: ProviderError) -> bool:
        if not isinstance(failure, ProviderUnavailableError | ProviderRateLimitedError):
            return False
        self._retries += 1
        pause = _pause_before(self._retries, failure.retry_after)
        if self._retries > self._client.max_retries or pause > _MAX_PAUSE:
            return False
        _log.info("model call repeated in %.1f s: %s: %s", pause, self._client.provider, failure.reason)
        await asyncio.sleep(pause)
        return True


def _tools_known(request: GenerationRequest) -> set[str]:
    """Returns the tools that a model may call in place of an answer; none if JSON was requested."""
    if request.response_schema is not None:
        return set()
    called = {call.name for message in request.messages for call in message.tool_calls}
    return called | {tool.name for tool in request.tools}


def _pause_before(retry: int, retry_after: float | None) -> float:
    if retry_after is not None:
        return retry_after
    return float(0.25 * 2**retry * random.uniform(0.75, 1.25))  # noqa: S311 - no secret depends on it


async def _next_block(blocks: AsyncGenerator[bytes], answer: StreamedAnswer) -> bytes | None:
    """Returns the next bytes, or None at the end; after a complete answer it waits only briefly."""
    if not answer.complete:
        return await anext(blocks, None)
    try:
        async with asyncio.timeout(_CLOSING_SECONDS if answer.done else _TRAILER_SECONDS):
            return await anext(blocks, None)
    except TimeoutError:
        return None
