"""An answer without a model: composed from the facts, and saying so. For running locally without keys."""

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
    """Composes an answer from the facts of the request. It is not a language model, and says so."""

    provider = "offline"
    model = "composed"
    capabilities = Capabilities(tools=False, structured_output=False, temperature=False)

    async def generate_stream(self, request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        """Streams the composed answer word by word; it spends no tokens.

        Raises:
            ProviderRequestError: An answer by a schema is asked for: the caller composes that itself.
        """
        if request.response_schema is not None:
            raise ProviderRequestError(self.provider, "is not a language model and fills in no forms")
        for word in _WORD.findall(compose_answer(request.facts, request.missing)):
            yield TextDelta(word)
            # Other requests get their turn between words.
            await asyncio.sleep(0)
        yield Finished("stop", Usage(), self.model)
