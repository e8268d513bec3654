"""The agent: answers questions about stocks from current data and names its sources."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from shared.chat.answer import ChatTurn, answered_by, done_event, meta_event, whole_answer
from shared.chat.chat_events import (
    ChatEvent,
    ChunkEvent,
    DoneEvent,
    FigureEvent,
    SourcesEvent,
    ToolEvent,
)
from shared.chat.chat_frames import ChatAnswer, ToolStatus
from shared.chat.client_history import with_client_history
from shared.chat.earlier_facts import numbered_after
from shared.chat.memory import ConversationMemory, InterruptedAnswers, LockedConversation, StoredAnswer
from shared.chat.query import ChatQuery
from shared.chat.symbol_finder import SymbolFinder, SymbolIndex
from shared.chat.tools import DEFINITIONS, MAX_ROUNDS, PlannedCall, ToolBox, ToolResult, ToolStores
from shared.config.settings import Settings
from shared.domain.facts import Fact
from shared.errors.service_errors import ModelError, ModelInterruptedError, ServiceError
from shared.figures.checker import open_checker, run_politely
from shared.figures.verdicts.verdicts import Mark
from shared.grounding.collector import gather_facts
from shared.grounding.market_facts import source_of
from shared.grounding.prompting import system_prompt
from shared.grounding.token_limit import within_limit
from shared.llm.base_model_client import (
    GenerationRequest,
    Message,
    RoutedStream,
    TextDelta,
    ToolCall,
)
from shared.observability.telemetry import annotate
from shared.runtime.clock import Clock
from shared.symbols.catalogue import symbol_catalogue

if TYPE_CHECKING:
    from shared.data.repositories.conversations_repository import ConversationRepository
    from shared.llm.model_factory import ModelClientFactory
    from shared.market.data_manager import DataManager

_ROUNDS_EXHAUSTED: Final = (
    f"The model still asked for tools after {MAX_ROUNDS} rounds and gave no answer (tool rounds exhausted)."
)
_DATA_GRACE: Final = 1.25
"""Factor by which market data may exceed its own deadline before it counts as missing."""

_log = logging.getLogger(__name__)


class ChatStores(ToolStores, Protocol):
    """The repositories that the chat uses."""

    @property
    def conversations(self) -> "ConversationRepository":
        """The stored conversations."""

    @property
    def symbols(self) -> SymbolIndex:
        """Searches the stored symbols."""


class StockAgent:
    """Answers questions about stocks.

    Args:
        market_data: The market data service.
        models: The language models.
        stores: The repositories.
        settings: The settings.
        clock: The present time.
        interrupted: Stores the answers of workers that were killed; None without streams.
    """

    def __init__(
        self,
        market_data: "DataManager",
        models: "ModelClientFactory",
        stores: ChatStores,
        settings: Settings,
        clock: Clock,
        interrupted: InterruptedAnswers | None = None,
    ) -> None:
        self._market_data = market_data
        self._models = models
        self._stores = stores
        self._settings = settings
        self._clock = clock
        self._data_seconds = settings.market_data.deadline * _DATA_GRACE
        self._finder = SymbolFinder(symbol_catalogue, stores.symbols, market_data)
        self._memory = ConversationMemory(stores.conversations, settings.conversation, interrupted)

    async def aclose(self) -> None:
        """Ends what is in progress in the background."""
        await self._memory.aclose()

    async def process_query(self, query: ChatQuery) -> ChatAnswer:
        """Returns a whole answer.

        Raises:
            RequestError: The provider or conversation asked for cannot be used.
            ServiceError: No model answers, or it broke off.
        """
        try:
            async with aclosing(self.process_query_streaming(query)) as events:
                return await whole_answer(events)
        except ModelInterruptedError as error:
            raise ModelError(error.detail) from error.__cause__

    async def process_query_streaming(self, query: ChatQuery) -> AsyncGenerator[ChatEvent]:
        """Yields the events of an answer, from ``MetaEvent`` to ``DoneEvent``.

        Closing the generator ends the model's call; the text so far is stored as interrupted.

        Raises:
            RequestError: The provider or conversation asked for cannot be used. Before the first event.
            ServiceError: No model answers; ``ModelInterruptedError`` after the first event.
        """
        async with self._memory.lock_conversation(query) as held:
            turn = await self._prepare(query, held)
            try:
                async with aclosing(self._events(turn)) as events:
                    async for event in events:
                        yield event
            finally:
                if not turn.complete and turn.parts:
                    await self._remember(turn, self._clock(), interrupted=True)

    async def _prepare(self, query: ChatQuery, held: LockedConversation) -> ChatTurn:
        turns = self._settings.conversation.max_turns * 2
        known = await with_client_history(held, query.earlier, self._finder, turns, self._clock())
        recognition = await self._finder.find(
            query.message, query.symbols, known.symbol_history, given_are_all=not query.earlier
        )
        symbols = recognition.symbols
        grounding = await gather_facts(self._market_data, symbols, self._data_seconds)
        earlier = numbered_after(grounding.facts, known.facts)
        facts, omitted = within_limit((*grounding.facts, *earlier), self._settings.model.fact_tokens)
        missing = (*recognition.remarks, *grounding.missing, *_omitted(omitted))
        prompt = system_prompt(facts, missing, known.summary, self._clock(), known.statements)
        annotate(
            symbol=",".join(symbols) or None,
            prompt=prompt.version,
            facts=len(facts),
            omitted_facts=len(omitted) or None,
        )
        return ChatTurn(
            query,
            held,
            symbols,
            list(facts),
            missing,
            [Message("system", prompt.text), *known.messages, Message("user", query.message)],
            ends=asyncio.get_running_loop().time() + self._settings.model.deadline,
            checker=await open_checker(facts, query.message),
        )

    async def _events(self, turn: ChatTurn) -> AsyncGenerator[ChatEvent]:
        tools = ToolBox(
            self._market_data,
            self._stores,
            turn.query.owner,
            self._clock,
            self._data_seconds,
            turn.facts,
        )
        for rounds_left in range(MAX_ROUNDS, -1, -1):
            async with aclosing(self._round(turn, with_tools=rounds_left > 0)) as events:
                async for event in events:
                    yield event
            calls = turn.finished.tool_calls if turn.finished else ()
            if not calls or rounds_left == 0:
                break
            async with aclosing(self._use(turn, tools, calls)) as events:
                async for event in events:
                    yield event
        if not turn.messages[-1].content.strip():
            raise ModelInterruptedError(_ROUNDS_EXHAUSTED)
        for figure in await _figure_events(turn.checker.last_steps()):
            yield figure
        turn.complete = True
        now = self._clock()
        remembered = await self._remember(turn, now, interrupted=False)
        yield self._done(turn, now, remembered=remembered)

    async def _round(self, turn: ChatTurn, *, with_tools: bool) -> AsyncGenerator[ChatEvent]:
        """Yields the text of one model call."""
        first, said = turn.routed is None, len(turn.parts)
        stream = await self._open(turn, with_tools=with_tools)
        async with aclosing(stream.events) as events:
            turn.answered_by(stream.routed)
            if first:
                yield meta_event(turn, stream.routed)
                yield _sources_event(turn.facts)
            async for event in events:
                if isinstance(event, TextDelta):
                    begins_anew = len(turn.parts) == said > 0
                    text = f"\n\n{event.text}" if begins_anew else event.text
                    turn.parts.append(text)
                    yield ChunkEvent(text)
                    for figure in await _figure_events(turn.checker.steps(text)):
                        yield figure
                else:
                    turn.finished = event
                    turn.usage += event.usage
        calls = turn.finished.tool_calls if turn.finished else ()
        turn.messages.append(Message("assistant", "".join(turn.parts[said:]), tool_calls=calls))

    async def _open(self, turn: ChatTurn, *, with_tools: bool) -> RoutedStream:
        request = GenerationRequest(
            messages=tuple(turn.messages),
            temperature=self._settings.model.temperature,
            max_tokens=self._settings.model.max_tokens,
            facts=tuple(turn.facts),
            missing=turn.missing,
            tools=DEFINITIONS if with_tools else (),
        )
        if self._settings.is_local and self._settings.model.debug_prompt:
            _log.info("prompt: %s", [(message.role, message.content) for message in request.messages])
        query, before = turn.query, turn.routed
        if before is None:
            return await self._models.open_stream(
                request, provider=query.provider, model=query.model, ends=turn.ends
            )
        try:
            return await self._models.open_stream(
                request,
                # The provider that began continues. A model's name is known to its own provider only.
                provider=before.provider,
                model=None if before.fallback else query.model,
                ends=turn.ends,
                may_fall_back=not turn.parts,
            )
        except ServiceError as error:
            raise ModelInterruptedError(error.detail) from error

    async def _use(
        self, turn: ChatTurn, tools: ToolBox, calls: Sequence[ToolCall]
    ) -> AsyncGenerator[ChatEvent]:
        """Runs the tool calls that end a round and appends their results to the messages."""
        planned = tools.plan(calls)
        for one in planned:
            yield _tool_event(one, "started")
        results = await tools.run(planned)
        for result in results:
            call_id = result.planned.call.id
            turn.messages.append(Message("tool", result.text, tool_call_id=call_id))
            status: ToolStatus = "failed" if result.failed else "finished"
            yield _tool_event(result.planned, status, result.duration_ms)
        if new := _new_facts(results):
            # It reads the question once more, which may take as long as at first.
            await asyncio.to_thread(turn.checker.add_facts, new)
            turn.found += new
            yield _sources_event(new)

    def _done(self, turn: ChatTurn, now: datetime, *, remembered: bool) -> DoneEvent:
        figures = turn.checker.result
        annotate(
            figures_stated=figures.stated,
            figures_unsupported=len(figures.unsupported),
            figures_misattributed=len(figures.misattributed),
            figures_failures=turn.checker.failures or None,
        )
        return done_event(turn, figures, now, remembered=remembered)

    async def _remember(self, turn: ChatTurn, now: datetime, *, interrupted: bool) -> bool:
        answer = StoredAnswer(
            turn.text,
            now,
            interrupted=interrupted,
            symbols=turn.symbols,
            figures=turn.checker.result.as_dict(),
            sources=tuple(source_of(fact) for fact in turn.facts),
            answered_by=answered_by(turn),
            found=tuple(turn.found),
        )
        return await self._memory.remember(turn.held, turn.query, answer)


def _omitted(facts: Sequence[str]) -> tuple[str, ...]:
    """Returns the remark on facts that did not fit; tools can still fetch them."""
    return (f"left out of the prompt for its length, tools have them: {', '.join(facts)}",) if facts else ()


async def _figure_events(steps: Iterator[list[Mark]]) -> list[FigureEvent]:
    return [FigureEvent(mark) for mark in await run_politely(steps)]


def _new_facts(results: Sequence[ToolResult]) -> list[Fact]:
    return [result.fact for result in results if result.fact is not None]


def _sources_event(facts: Sequence[Fact]) -> SourcesEvent:
    return SourcesEvent([source_of(fact) for fact in facts])


def _tool_event(planned: PlannedCall, status: ToolStatus, duration_ms: int | None = None) -> ToolEvent:
    return ToolEvent(planned.name, status, planned.shown, duration_ms)
