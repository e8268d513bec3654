"""The model client for local runs without keys: it composes its answers from the facts."""

import asyncio
import re
from collections.abc import AsyncGenerator
from typing import Final

from shared.errors import ProviderRequestError
from shared.llm.base_model_client import (
    BaseModelClient,
    Capabilities,
    Finished,
    GenerationRequest,
    ModelEvent,
    TextDelta,
    Usage,
)
from shared.llm.composed_answer import compose_answer

_WORD: Final = re.compile(r"\s*\S+")


class OfflineModelClient(BaseModelClient):
    """Composes answers from the facts of the request, and states that no language model wrote them."""

    provider = "offline"
    model = "composed"
    capabilities = Capabilities(tools=False, structured_output=False, temperature=False)

    async def generate_stream(self, request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        """Streams the composed answer word by word; it uses no tokens.

        Args:
            request: The request.

        Yields:
            The words, then a ``Finished``.

        Raises:
            ProviderRequestError: The request has a response schema.
        """
        if request.response_schema is not None:
            raise ProviderRequestError(self.provider, "does not support structured output")
        for word in _WORD.findall(compose_answer(request.facts, request.missing)):
            yield TextDelta(word)
            # Other requests run between the words.
            await asyncio.sleep(0)
        yield Finished("stop", Usage(), self.model)
