"""An answer without a model: composed from the facts, and saying so. For running locally without keys."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from typing import Final

from shared.errors import ProviderRequestError
from shared.llm.base_model_client import (
    BaseModelClient,
    Capabilities,
    Fact,
    Finished,
    GenerationRequest,
    ModelEvent,
    TextDelta,
    Usage,
)

NOTICE: Final = (
    "This is a summary composed from the data below; no language model is configured, so the question itself "
    "was not read."
)
_KINDS: Final = {
    "quote": "Price",
    "technicals": "Technical picture",
    "fundamentals": "Fundamentals",
    "news": "Headlines",
    "history": "History",
}


class OfflineModelClient(BaseModelClient):
    """Composes an answer from the facts of the request. It is not a language model, and says so."""

    provider = "offline"
    model = "composed"
    capabilities = Capabilities(tools=False, structured_output=False, temperature=False)

    async def generate_stream(self, request: GenerationRequest) -> AsyncGenerator[ModelEvent]:
        """Streams the composed answer word by word.

        Raises:
            ProviderRequestError: A schema is asked for: that takes a model.
        """
        if request.response_schema is not None:
            raise ProviderRequestError(self.provider, "no language model is configured")
        for paragraph in _paragraphs(request.facts):
            for word in paragraph.split(" "):
                yield TextDelta(f"{word} ")
                # Other requests get their turn between words.
                await asyncio.sleep(0)
            yield TextDelta("\n\n")
        yield Finished("stop", Usage(), self.model)


def _paragraphs(facts: tuple[Fact, ...]) -> Iterator[str]:
    yield NOTICE
    if not facts:
        yield "No market data was found for this question. Name a company or a ticker symbol, such as AAPL."
        return
    for symbol in dict.fromkeys(fact.symbol for fact in facts):
        yield f"{symbol}:"
        for fact in facts:
            if fact.symbol == symbol:
                yield f"{_KINDS.get(fact.kind, fact.kind)}: {fact.text} [{fact.id}]{_caveat(fact)}"


def _caveat(fact: Fact) -> str:
    caveats = []
    if fact.source == "sample":
        caveats.append("sample data, not a market price")
    if fact.stale:
        caveats.append("stale")
    return f" ({', '.join(caveats)})" if caveats else ""
