"""What the clients of OpenAI, Grok and Azure OpenAI share: all three speak the chat completions protocol."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, Self

from pydantic_core import to_json

from shared.config.settings import ModelSettings
from shared.errors import (
    ProviderBadPayloadError,
    ProviderError,
    ProviderInterruptedError,
    ProviderRateLimitedError,
    ProviderRequestError,
    ProviderUnavailableError,
)
from shared.llm.base_model_client import BaseModelClient, GenerationRequest, ModelEvent, TextDelta
from shared.llm.capabilities import family_of
from shared.llm.openai_connection import ApiKey, OpenAIConnection
from shared.llm.openai_errors import provider_error
from shared.llm.openai_request import OPTIONAL, request_body
from shared.llm.openai_stream import StreamedAnswer

if TYPE_CHECKING:
    from httpx2 import Response
    from openai import AsyncOpenAI

_LONGEST_PAUSE: Final = 2.0
"""A server that wants to be left alone for longer is not asked again in this request."""
_TRAILER_SECONDS: Final = 1.0
"""What follows a finished answer (its usage) is not waited for longer."""
_CLOSING_SECONDS: Final = 0.1
"""The connection can be used again when the response is read to its end."""
_MAX_REFUSALS: Final = 2
_MAX_LEARNT: Final = 100

_log = logging.getLogger(__name__)


class OpenAIProtocolClient(BaseModelClient):
    """A model behind the chat completions protocol.

    The openai library is imported, and its client built, on first use, in a thread.

    Args:
        model: Name of the model.
        api_key: Signs in.
        base_url: Address of the API, with its version.
        reasoning_effort: How hard a reasoning model thinks; None for its own measure.
        max_retries: How often a request is sent again when the server is down for a moment.
    """

    def __init__(
        self,
        model: str,
        *,
        api_key: ApiKey,
        base_url: str,
        reasoning_effort: str | None = None,
        max_retries: int = 1,
    ) -> None:
        self.model = model
        self.capabilities = family_of(model).capabilities
        self._connection = OpenAIConnection(api_key, base_url)
        # Whole: joining addresses is a fifth of what it takes the library to build a request.
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._reasoning_effort = reasoning_effort
        self._max_retries = max_retries
        self._refused: dict[str, frozenset[str]] = {}

    @classmethod
    def _configured(cls, settings: ModelSettings, own_model: str, api_key: ApiKey, base_url: str) -> Self:
        return cls(
            settings.model_of(cls.provider) or own_model,
            api_key=api_key,
            base_url=base_url,
            reasoning_effort=settings.reasoning_effort,
            max_retries=settings.max_retries,
        )

    async def generate_stream(self, request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        """See :meth:`BaseModelClient.generate_stream`."""
        model = request.model or self.model
        answer = StreamedAnswer(self.provider, model)
        begun = False
        try:
            async with (
                aclosing(await self._send(request, model)) as response,
                aclosing(response.aiter_bytes()) as blocks,
            ):
                while (block := await _next_block(blocks, answer)) is not None:
                    if text := answer.feed(block):
                        begun = True
                        yield TextDelta(text)
                    if answer.failure:
                        break
        except ProviderError:
            raise
        except Exception as error:
            failure = provider_error(self.provider, error)
            if failure is None:
                raise
            # Once the model has finished, a connection that breaks takes nothing away.
            if not answer.complete:
                raise self._broken(failure, begun) from error
        if not answer.complete:
            # A connection that ends cleanly in the middle of an answer raises nothing.
            failure = answer.failure or ProviderBadPayloadError(self.provider, "ended without an answer")
            raise self._broken(failure, begun)
        yield answer.finished()

    async def prepare(self) -> None:
        """Imports the library and builds its client."""
        await self._connection.client()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._connection.aclose()

    def _broken(self, failure: ProviderError, begun: bool) -> ProviderError:
        if begun:
            return ProviderInterruptedError(self.provider, "stopped in the middle of its answer")
        return failure

    async def _send(self, request: GenerationRequest, model: str) -> "Response":
        """Sends the request until it is answered, or worth no further attempt."""
        client = await self._connection.client()
        retries = refusals = 0
        while True:
            refused = self._refused.get(model, frozenset())
            try:
                body = request_body(request, model, refused, self._reasoning_effort)
                return await self._send_once(client, to_json(body))
            except ProviderRequestError as error:
                refusals += 1
                if refusals > _MAX_REFUSALS or not self._learn(model, error.parameter):
                    raise
            except (ProviderUnavailableError, ProviderRateLimitedError) as error:
                retries += 1
                pause = _pause_before(retries, error.retry_after)
                if retries > self._max_retries or pause > _LONGEST_PAUSE:
                    raise
                _log.info("%s: %s; asked again in %.1f s", self.provider, error.reason, pause)
                await asyncio.sleep(pause)

    async def _send_once(self, client: "AsyncOpenAI", body: bytes) -> "Response":
        from openai import AsyncStream

        try:
            # The library's way to what it has no method for: it takes the body as it is, where its method
            # would turn each message into types of its own.
            stream = await client.post(
                self._url, cast_to=object, content=body, stream=True, stream_cls=AsyncStream[object]
            )
        except Exception as error:
            failure = provider_error(self.provider, error)
            if failure is None or failure is error:
                raise
            raise failure from error
        response: Response = stream.response
        return response

    def _learn(self, model: str, parameter: str | None) -> bool:
        """Leaves a parameter out from now on; False when that is no way out."""
        refused = self._refused.get(model, frozenset())
        if parameter not in OPTIONAL or parameter in refused:
            return False
        # Clients choose models' names: what is learnt about them has a bound.
        if model not in self._refused and len(self._refused) >= _MAX_LEARNT:
            self._refused.pop(next(iter(self._refused)))
        self._refused[model] = refused | {parameter}
        _log.info("%s: %s does not take %s", self.provider, model, parameter)
        return True


def _pause_before(retry: int, retry_after: float | None) -> float:
    if retry_after is not None:
        return retry_after
    return float(0.25 * 2**retry * random.uniform(0.75, 1.25))  # noqa: S311 - no secret depends on it


async def _next_block(blocks: AsyncGenerator[bytes], answer: StreamedAnswer) -> bytes | None:
    """The next bytes, or None at the end; after the model has finished, only what comes soon."""
    if not answer.complete:
        return await anext(blocks, None)
    try:
        async with asyncio.timeout(_CLOSING_SECONDS if answer.done else _TRAILER_SECONDS):
            return await anext(blocks, None)
    except TimeoutError:
        return None
