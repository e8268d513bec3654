"""The agent: answers a question about stocks from today's data, with its sources named."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from shared.agent.figures import check_figures
from shared.agent.grounding import Grounding, gather_facts, source_of
from shared.agent.memory import HeldConversation, Memory
from shared.agent.prompting import system_prompt
from shared.agent.query import ChatQuery
from shared.agent.symbol_finder import KnownSymbols, SymbolFinder
from shared.agent.tools import DEFINITIONS, MAX_CALLS, MAX_ROUNDS, ToolBox
from shared.clock import Clock, rfc3339
from shared.config.settings import Settings
from shared.llm.base_model_client import (
    Fact,
    Finished,
    GenerationRequest,
    Message,
    Routed,
    TextDelta,
    ToolCall,
    Usage,
)
from shared.telemetry import annotate, current_scope

if TYPE_CHECKING:
    from shared.data.repositories.conversations import ConversationRepository
    from shared.llm.model_factory import ModelClientFactory
    from shared.market.data_manager import DataManager

Frame = dict[str, Any]

DISCLAIMER: Final = (
    "For information only, not investment advice. "
    "Figures come from the sources named and may be late or wrong."
)


class ChatStores(Protocol):
    """The repositories a chat needs."""

    @property
    def conversations(self) -> "ConversationRepository":
        """Remembers what was said."""

    @property
    def symbols(self) -> KnownSymbols:
        """Knows symbols and names."""


@dataclass
class _Progress:
    """One answer as it grows."""

    query: ChatQuery
    held: HeldConversation
    symbols: tuple[str, ...]
    facts: list[Fact]
    messages: list[Message]
    parts: list[str] = field(default_factory=list)
    routed: Routed | None = None
    finished: Finished | None = None
    usage: Usage = field(default_factory=Usage)
    complete: bool = False

    @property
    def text(self) -> str:
        return "".join(self.parts)


class StockAgent:
    """Answers questions about stocks."""

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
        self._settings = settings
        self._clock = clock
        self._finder = SymbolFinder(stores.symbols)
        self._memory = Memory(
            stores.conversations, settings.conversation, clock, answer_seconds=settings.model.deadline
        )

    async def process_query(self, query: ChatQuery) -> Frame:
        """A whole answer, as the contract has it.

        Raises:
            ProblemError: As ``process_query_streaming``; an interrupted answer is an error here.
        """
        answer: Frame = {"response": "", "sources": []}
        chunks: list[str] = []
        async with aclosing(self.process_query_streaming(query)) as frames:
            async for frame in frames:
                if "chunk" in frame:
                    chunks.append(frame["chunk"])
                elif frame["event"] == "sources":
                    answer["sources"] += frame["sources"]
                elif frame["event"] in ("meta", "done"):
                    answer |= {name: value for name, value in frame.items() if name != "event"}
        answer.pop("request_id", None)
        return answer | {"response": "".join(chunks)}

    async def process_query_streaming(self, query: ChatQuery) -> AsyncGenerator[Frame]:
        """An answer as the frames of the contract, from ``meta`` to ``done``.

        Closing the generator ends the model's call; what was said so far is kept as interrupted.

        Raises:
            RequestError: The provider or conversation asked for cannot be used. Before the first frame.
            ServiceError: No model answers; ``ModelInterruptedError`` after the first frame.
        """
        async with self._memory.hold(query) as held:
            symbols = await self._finder.find(query.message, query.symbols)
            annotate(symbols=",".join(symbols))
            grounding = await gather_facts(self._market_data, symbols)
            answer = _Progress(
                query, held, symbols, list(grounding.facts), self._conversation(query, held, grounding)
            )
            try:
                async with aclosing(self._frames(answer)) as frames:
                    async for frame in frames:
                        yield frame
            finally:
                if not answer.complete and answer.parts:
                    await self._remember(answer, interrupted=True)

    async def _frames(self, answer: _Progress) -> AsyncGenerator[Frame]:
        tools = ToolBox(self._market_data, len(answer.facts) + 1)
        for remaining in range(MAX_ROUNDS, -1, -1):
            async with aclosing(self._round(answer, with_tools=remaining > 0)) as frames:
                async for frame in frames:
                    yield frame
            calls = answer.finished.tool_calls if answer.finished else ()
            if not calls:
                break
            answer.messages.append(Message("assistant", "", tool_calls=calls))
            for call in calls:
                async for frame in self._use(answer, tools, call, carried_out=call in calls[:MAX_CALLS]):
                    yield frame
        answer.complete = True
        remembered = await self._remember(answer, interrupted=False)
        yield self._done(answer, remembered)

    async def _round(self, answer: _Progress, *, with_tools: bool) -> AsyncGenerator[Frame]:
        first = answer.routed is None
        request = self._request(answer, with_tools=with_tools)
        provider = answer.query.provider if answer.routed is None else answer.routed.provider
        stream = await self._models.open_stream(request, provider=provider, model=answer.query.model)
        if first:
            answer.routed = stream.routed
            annotate(provider=stream.routed.provider, model=stream.routed.model)
            yield self._meta(answer, stream.routed)
            yield {"event": "sources", "sources": [source_of(fact) for fact in answer.facts]}
        async with aclosing(stream.events) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    answer.parts.append(event.text)
                    yield {"chunk": event.text}
                else:
                    answer.finished = event
                    answer.usage += event.usage

    async def _use(
        self, answer: _Progress, tools: ToolBox, call: ToolCall, *, carried_out: bool
    ) -> AsyncIterator[Frame]:
        started = self._clock()
        yield {"event": "tool", "name": call.name, "status": "started"}
        if not carried_out:
            answer.messages.append(Message("tool", "Too many calls at once.", tool_call_id=call.id))
            yield {"event": "tool", "name": call.name, "status": "failed"}
            return
        result = await tools.call(call)
        answer.messages.append(Message("tool", result.text, tool_call_id=call.id))
        yield {
            "event": "tool",
            "name": call.name,
            "status": "failed" if result.failed else "finished",
            "arguments": result.arguments or {},
            "duration_ms": round((self._clock() - started).total_seconds() * 1000),
        }
        if result.fact is not None:
            answer.facts.append(result.fact)
            yield {"event": "sources", "sources": [source_of(result.fact)]}

    def _conversation(self, query: ChatQuery, held: HeldConversation, grounding: Grounding) -> list[Message]:
        prompt = system_prompt(grounding.facts, grounding.missing, held.summary, self._clock())
        return [Message("system", prompt), *held.messages, Message("user", query.message)]

    def _request(self, answer: _Progress, *, with_tools: bool) -> GenerationRequest:
        return GenerationRequest(
            messages=tuple(answer.messages),
            temperature=self._settings.model.temperature,
            max_tokens=self._settings.model.max_tokens,
            facts=tuple(answer.facts),
            tools=DEFINITIONS if with_tools else (),
        )

    def _meta(self, answer: _Progress, routed: Routed) -> Frame:
        return {
            "event": "meta",
            "provider": routed.provider,
            "model": routed.model,
            "conversation_id": answer.held.conversation_id,
            "request_id": current_scope().request_id,
            "symbols": list(answer.symbols),
        }

    def _done(self, answer: _Progress, remembered: bool) -> Frame:
        routed, finished = answer.routed, answer.finished
        assert routed is not None  # noqa: S101 - a round has been answered
        assert finished is not None  # noqa: S101
        figures = check_figures(answer.text, answer.facts)
        annotate(
            prompt_tokens=answer.usage.prompt_tokens,
            completion_tokens=answer.usage.completion_tokens,
            figures_unsupported=len(figures.unsupported),
        )
        return {
            "event": "done",
            "provider": routed.provider,
            "model": finished.model,
            "fallback": routed.fallback,
            "fallback_reason": routed.fallback_reason,
            "finish_reason": finished.finish_reason,
            "usage": {
                "prompt_tokens": answer.usage.prompt_tokens,
                "completion_tokens": answer.usage.completion_tokens,
                "total_tokens": answer.usage.total_tokens,
            },
            "figures": figures.as_dict(),
            "memory": "kept" if remembered else "unavailable",
            "timestamp": rfc3339(self._clock()),
            "disclaimer": DISCLAIMER,
        }

    async def _remember(self, answer: _Progress, *, interrupted: bool) -> bool:
        return await self._memory.remember(
            answer.held, answer.query, answer.text, interrupted=interrupted, symbols=answer.symbols
        )
