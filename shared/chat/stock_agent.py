"""The agent: answers a question about stocks from today's data, with its sources named."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Final, Protocol

from shared.chat.answer import (
    ChatAnswer,
    Frame,
    Progress,
    done_frame,
    meta_frame,
    sources_frame,
    whole_answer,
)
from shared.chat.memory import HeldConversation, Memory
from shared.chat.query import ChatQuery
from shared.chat.symbol_finder import KnownSymbols, SymbolFinder
from shared.chat.tools import DEFINITIONS, MAX_ROUNDS, PlannedCall, Reports, ToolBox, ToolResult
from shared.config.settings import Settings
from shared.domain.facts import Fact
from shared.errors import ModelError, ModelInterruptedError, ServiceError
from shared.figures.figures import check_figures
from shared.grounding.collector import gather_facts
from shared.grounding.prompting import system_prompt
from shared.llm.base_model_client import (
    GenerationRequest,
    Message,
    RoutedStream,
    TextDelta,
    ToolCall,
)
from shared.observability.telemetry import annotate
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.data.repositories.conversations import ConversationRepository
    from shared.llm.model_factory import ModelClientFactory
    from shared.market.data_manager import DataManager

_DATA_GRACE: Final = 1.25
"""By how much market data may overrun its own deadline before it is done without."""

_log = logging.getLogger(__name__)


class ChatStores(Protocol):
    """The repositories a chat needs."""

    @property
    def conversations(self) -> "ConversationRepository":
        """Remembers what was said."""

    @property
    def symbols(self) -> KnownSymbols:
        """Knows symbols and names."""

    @property
    def reports(self) -> Reports:
        """Keeps research reports."""


class StockAgent:
    """Answers questions about stocks.

    Args:
        market_data: The data that answers stand on.
        models: The language models.
        stores: The repositories.
        settings: The settings.
        clock: The time.
    """

    def __init__(
        self,
        market_data: "DataManager",
        models: "ModelClientFactory",
        stores: ChatStores,
        settings: Settings,
        clock: Clock,
    ) -> None:
        self._market_data = market_data
        self._models = models
        self._stores = stores
        self._settings = settings
        self._clock = clock
        self._data_seconds = settings.market_data.deadline * _DATA_GRACE
        self._finder = SymbolFinder(stores.symbols, market_data)
        self._memory = Memory(
            stores.conversations, settings.conversation, clock, answer_seconds=settings.model.deadline
        )

    async def process_query(self, query: ChatQuery) -> ChatAnswer:
        """A whole answer.

        Raises:
            RequestError: The provider or conversation asked for cannot be used.
            ServiceError: No model answers, or it broke off.
        """
        frames: dict[str, Frame] = {}
        sources = []
        chunks: list[str] = []
        try:
            async with aclosing(self.process_query_streaming(query)) as stream:
                async for frame in stream:
                    if "chunk" in frame:
                        chunks.append(frame["chunk"])
                    elif frame["event"] == "sources":
                        sources += frame["sources"]
                    else:
                        frames[frame["event"]] = frame
        except ModelInterruptedError as error:
            raise ModelError(error.detail) from error.__cause__
        return whole_answer(frames["meta"], sources, "".join(chunks), frames["done"])

    async def process_query_streaming(self, query: ChatQuery) -> AsyncGenerator[Frame]:
        """An answer as the frames of the contract, from ``meta`` to ``done``.

        Closing the generator ends the model's call; what was said so far is kept as interrupted.

        Raises:
            RequestError: The provider or conversation asked for cannot be used. Before the first frame.
            ServiceError: No model answers; ``ModelInterruptedError`` after the first frame.
        """
        async with self._memory.hold(query) as held:
            answer = await self._prepare(query, held)
            try:
                async with aclosing(self._frames(answer)) as frames:
                    async for frame in frames:
                        yield frame
            finally:
                if not answer.complete and answer.parts:
                    await self._remember(answer, interrupted=True)

    async def _prepare(self, query: ChatQuery, held: HeldConversation) -> Progress:
        symbols = await self._finder.find(query.message, query.symbols, held.symbols)
        grounding = await gather_facts(self._market_data, symbols, self._data_seconds)
        prompt = system_prompt(grounding.facts, grounding.missing, held.summary, self._clock())
        annotate(symbol=",".join(symbols) or None, prompt=prompt.version, facts=len(grounding.facts))
        return Progress(
            query,
            held,
            symbols,
            list(grounding.facts),
            grounding.missing,
            [Message("system", prompt.text), *held.messages, Message("user", query.message)],
            ends=asyncio.get_running_loop().time() + self._settings.model.deadline,
        )

    async def _frames(self, answer: Progress) -> AsyncGenerator[Frame]:
        tools = ToolBox(
            self._market_data, self._stores.reports, self._clock, self._data_seconds, answer.facts
        )
        for rounds_left in range(MAX_ROUNDS, -1, -1):
            async with aclosing(self._round(answer, with_tools=rounds_left > 0)) as frames:
                async for frame in frames:
                    yield frame
            calls = answer.finished.tool_calls if answer.finished else ()
            if not calls or rounds_left == 0:
                break
            async with aclosing(self._use(answer, tools, calls)) as frames:
                async for frame in frames:
                    yield frame
        answer.complete = True
        remembered = await self._remember(answer, interrupted=False)
        yield self._done(answer, remembered=remembered)

    async def _round(self, answer: Progress, *, with_tools: bool) -> AsyncGenerator[Frame]:
        """One call of the model: its text as it comes."""
        first, said = answer.routed is None, len(answer.parts)
        stream = await self._open(answer, with_tools=with_tools)
        async with aclosing(stream.events) as events:
            answer.answered_by(stream.routed)
            if first:
                yield meta_frame(answer, stream.routed)
                yield sources_frame(answer.facts)
            async for event in events:
                if isinstance(event, TextDelta):
                    begins_anew = len(answer.parts) == said > 0
                    text = f"\n\n{event.text}" if begins_anew else event.text
                    answer.parts.append(text)
                    yield {"chunk": text}
                else:
                    answer.finished = event
                    answer.usage += event.usage
        calls = answer.finished.tool_calls if answer.finished else ()
        answer.messages.append(Message("assistant", "".join(answer.parts[said:]), tool_calls=calls))

    async def _open(self, answer: Progress, *, with_tools: bool) -> RoutedStream:
        request = GenerationRequest(
            messages=tuple(answer.messages),
            temperature=self._settings.model.temperature,
            max_tokens=self._settings.model.max_tokens,
            facts=tuple(answer.facts),
            missing=answer.missing,
            tools=DEFINITIONS if with_tools else (),
        )
        if self._settings.is_local and self._settings.model.debug_prompt:
            _log.info("prompt: %s", [(message.role, message.content) for message in request.messages])
        query, before = answer.query, answer.routed
        if before is None:
            return await self._models.open_stream(
                request, provider=query.provider, model=query.model, ends=answer.ends
            )
        try:
            return await self._models.open_stream(
                request,
                # Whoever began goes on. A model's name means something to the provider it was asked of only.
                provider=before.provider,
                model=None if before.fallback else query.model,
                ends=answer.ends,
                may_fall_back=not answer.parts,
            )
        except ServiceError as error:
            raise ModelInterruptedError(error.detail) from error

    async def _use(
        self, answer: Progress, tools: ToolBox, calls: Sequence[ToolCall]
    ) -> AsyncGenerator[Frame]:
        """Carries out the calls that end a round, and tells the model what came of them."""
        planned = tools.plan(calls)
        for one in planned:
            yield _tool_frame(one, "started", None)
        results = await tools.run(planned)
        for result in results:
            call_id = result.planned.call.id
            answer.messages.append(Message("tool", result.text, tool_call_id=call_id))
            yield _tool_frame(result.planned, "failed" if result.failed else "finished", result.duration_ms)
        if new := _new_facts(results):
            yield sources_frame(new)

    def _done(self, answer: Progress, *, remembered: bool) -> Frame:
        figures = check_figures(answer.text, answer.facts)
        annotate(figures_stated=figures.stated, figures_unsupported=len(figures.unsupported))
        return done_frame(answer, figures, self._clock(), remembered=remembered)

    async def _remember(self, answer: Progress, *, interrupted: bool) -> bool:
        return await self._memory.remember(
            answer.held, answer.query, answer.text, interrupted=interrupted, symbols=answer.symbols
        )


def _new_facts(results: Sequence[ToolResult]) -> list[Fact]:
    return [result.fact for result in results if result.fact is not None]


def _tool_frame(planned: PlannedCall, status: str, duration_ms: int | None) -> Frame:
    return {
        "event": "tool",
        "name": planned.name,
        "status": status,
        "arguments": planned.shown,
        "duration_ms": duration_ms,
    }
