"""The model client for local runs without keys: it composes its answers from the facts."""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from typing import Final

from shared.errors.provider_errors import ProviderRequestError
from shared.llm.base_model_client import (
    BaseModelClient,
    Capabilities,
    Finished,
    GenerationRequest,
    Message,
    ModelEvent,
    TextDelta,
    Usage,
)
from shared.llm.composed_answer import compose_answer
from shared.llm.plain_tool_calls import plain_tool_calls
from shared.llm.question_topics import asked_kinds

_WORD: Final = re.compile(r"\s*\S+")


class OfflineModelClient(BaseModelClient):
    """Composes answers from the facts of the request, and states that no language model wrote them."""

    provider = "offline"
    model = "composed"
    capabilities = Capabilities(structured_output=False, temperature=False)

    async def generate_stream(self, request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        """Calls the tools that the question plainly asks for, then streams the composed answer word by word.

        It uses no tokens.

        Args:
            request: The request.

        Yields:
            The words, if there are no tools to call, then a ``Finished``.

        Raises:
            ProviderRequestError: The request has a response schema.
        """
        if request.response_schema is not None:
            raise ProviderRequestError(self.provider, "does not support structured output")
        # The patterns of the topics take tens of milliseconds on a long question.
        calls = await asyncio.to_thread(plain_tool_calls, request)
        if calls:
            yield Finished("tool_calls", Usage(), self.model, calls)
            return
        for word in await asyncio.to_thread(_words, request):
            yield TextDelta(word)
            # Other requests run between the words.
            await asyncio.sleep(0)
        yield Finished("stop", Usage(), self.model)


def _words(request: GenerationRequest) -> list[str]:
    missing = (*request.missing, *_remarks(request.messages))
    answer = compose_answer(request.facts, missing, asked_kinds(_question(request.messages)))
    return _WORD.findall(answer)


def _question(messages: Sequence[Message]) -> str:
    return next((message.content for message in reversed(messages) if message.role == "user"), "")


def _remarks(messages: Sequence[Message]) -> list[str]:
    """Returns what tools told that is no fact, such as that the watchlist is empty."""
    texts = [message.content for message in messages if message.role == "tool"]
    return [text.removeprefix("Unavailable: ").rstrip(".") for text in texts if not text.startswith("[")]
