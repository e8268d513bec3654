"""The state of an answer while it grows, and the whole answer that clients get as JSON."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from shared.chat.chat_events import ChatEvent, ChunkEvent, DoneEvent, MetaEvent, SourcesEvent
from shared.chat.chat_frames import AnsweredBy, ChatAnswer, UsageJson
from shared.chat.memory import LockedConversation
from shared.chat.query import ChatQuery
from shared.domain.disclaimer import DISCLAIMER
from shared.domain.facts import Fact, SourceJson
from shared.domain.moments import rfc3339
from shared.figures.checker import FiguresChecker
from shared.figures.verdicts.verdicts import FiguresCheck
from shared.llm.base_model_client import Finished, Message, Routed, Usage
from shared.observability.telemetry import current_scope


@dataclass
class ChatTurn:
    """One question and its answer while it grows.

    Attributes:
        query: The question.
        held: The conversation.
        symbols: Symbols that the question is about.
        facts: Facts that the model has been given so far.
        missing: Data that is not available, each with the reason.
        messages: Messages of the next request to the model.
        ends: Deadline, in seconds of the event loop's clock.
        checker: Check of the figures in the text so far.
        parts: The text so far.
        routed: Provider and model that answer; None before the first round.
        finished: The end of the latest round; None during the first.
        usage: Tokens of all rounds.
        complete: Whether the text is complete.
        found: Facts that tools found.
    """

    query: ChatQuery
    held: LockedConversation
    symbols: tuple[str, ...]
    facts: list[Fact]
    missing: tuple[str, ...]
    messages: list[Message]
    ends: float
    checker: FiguresChecker
    parts: list[str] = field(default_factory=list)
    routed: Routed | None = None
    finished: Finished | None = None
    usage: Usage = field(default_factory=Usage)
    complete: bool = False
    found: list[Fact] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Returns the text so far."""
        return "".join(self.parts)

    def answered_by(self, routed: Routed) -> None:
        """Records the provider of a round; a fallback of an earlier round is kept."""
        before = self.routed
        if before is not None and before.fallback:
            reasons = (before.fallback_reason, routed.fallback_reason)
            reason = "; ".join(reason for reason in reasons if reason) or None
            routed = Routed(routed.provider, routed.model, fallback=True, fallback_reason=reason)
        self.routed = routed


def meta_event(turn: ChatTurn, routed: Routed) -> MetaEvent:
    """Returns the event that opens a stream."""
    return MetaEvent(
        routed.provider,
        routed.model,
        turn.held.conversation_id,
        current_scope().request_id,
        turn.symbols,
    )


def answered_by(turn: ChatTurn) -> AnsweredBy:
    """Returns who answered, as the last frame has it; also for an answer that was interrupted."""
    routed, finished = turn.routed, turn.finished
    return {
        "provider": routed.provider if routed else "",
        "model": finished.model if finished else routed.model if routed else "",
        "fallback": routed.fallback if routed else False,
        "fallback_reason": routed.fallback_reason if routed else None,
        "finish_reason": finished.finish_reason if finished else "stop",
        "usage": usage_of(turn),
    }


def usage_of(turn: ChatTurn) -> UsageJson:
    """Returns the tokens of all rounds by kind."""
    usage = UsageJson(
        prompt_tokens=turn.usage.prompt_tokens,
        completion_tokens=turn.usage.completion_tokens,
        total_tokens=turn.usage.total_tokens,
    )
    if turn.usage.estimated:
        usage["estimated"] = True
    return usage


def done_event(turn: ChatTurn, figures: FiguresCheck, now: datetime, *, remembered: bool) -> DoneEvent:
    """Returns the event that closes a stream."""
    routed, finished = turn.routed, turn.finished
    assert routed is not None  # noqa: S101 - a round has been answered
    assert finished is not None  # noqa: S101
    return DoneEvent(
        provider=routed.provider,
        model=finished.model,
        fallback=routed.fallback,
        fallback_reason=routed.fallback_reason,
        finish_reason=finished.finish_reason,
        usage=usage_of(turn),
        figures=figures,
        timestamp=rfc3339(now),
        disclaimer=DISCLAIMER,
        remembered=remembered,
    )


async def whole_answer(events: AsyncIterator[ChatEvent]) -> ChatAnswer:
    """Collects the events of a stream into one answer."""
    sources: list[SourceJson] = []
    text: list[str] = []
    meta: MetaEvent | None = None
    done: DoneEvent | None = None
    async for event in events:
        match event:
            case ChunkEvent():
                text.append(event.text)
            case SourcesEvent():
                sources += event.sources
            case MetaEvent():
                meta = event
            case DoneEvent():
                done = event
    assert meta is not None  # noqa: S101 - the first event of every stream
    assert done is not None  # noqa: S101 - the last one
    end = done.payload()
    answer = ChatAnswer(
        response="".join(text),
        provider=end["provider"],
        model=end["model"],
        fallback=end["fallback"],
        fallback_reason=end["fallback_reason"],
        finish_reason=end["finish_reason"],
        symbols=list(meta.symbols),
        sources=sources,
        figures=end["figures"],
        usage=end["usage"],
        conversation_id=meta.conversation_id,
        timestamp=end["timestamp"],
        disclaimer=end["disclaimer"],
    )
    if "memory" in end:
        answer["memory"] = end["memory"]
    return answer
