"""An answer as it grows, and the shapes in which clients get it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NotRequired, TypedDict

from shared.chat.memory import HeldConversation
from shared.chat.query import ChatQuery
from shared.domain.facts import Fact
from shared.domain.moments import rfc3339
from shared.figures.figures import FiguresCheck
from shared.grounding.market_facts import source_of
from shared.llm.base_model_client import Finished, Message, Routed, Usage
from shared.observability.telemetry import current_scope

Frame = dict[str, Any]
"""One frame of a stream, as the contract has it."""

DISCLAIMER: Final = (
    "For information only, not investment advice. "
    "Figures come from the sources named and may be late or wrong."
)


class ChatAnswer(TypedDict):
    """A whole answer, as the contract has it.

    ``memory`` is there only when the conversation could not be kept, and says ``unavailable``.
    """

    response: str
    provider: str
    model: str
    fallback: bool
    fallback_reason: str | None
    finish_reason: str
    symbols: list[str]
    sources: list[dict[str, Any]]
    figures: dict[str, Any]
    usage: dict[str, int]
    conversation_id: str
    timestamp: str
    disclaimer: str
    memory: NotRequired[str]


@dataclass
class Progress:
    """One answer as it grows.

    Attributes:
        query: The question.
        held: The conversation.
        symbols: What the question is about.
        facts: What the model has been given so far.
        missing: What could not be had for it, each with the reason.
        messages: What the model is asked with.
        ends: When it has to be finished, by the event loop's clock.
        parts: The text so far.
        routed: Who answers; None until somebody does.
        finished: The end of the latest round.
        usage: Tokens of all rounds.
        complete: Whether nothing is missing from the text.
    """

    query: ChatQuery
    held: HeldConversation
    symbols: tuple[str, ...]
    facts: list[Fact]
    missing: tuple[str, ...]
    messages: list[Message]
    ends: float
    parts: list[str] = field(default_factory=list)
    routed: Routed | None = None
    finished: Finished | None = None
    usage: Usage = field(default_factory=Usage)
    complete: bool = False

    @property
    def text(self) -> str:
        """What has been said so far."""
        return "".join(self.parts)

    def answered_by(self, routed: Routed) -> None:
        """Takes note of who answers a round; a fallback in an earlier round is not forgotten."""
        before = self.routed
        if before is not None and before.fallback:
            reasons = (before.fallback_reason, routed.fallback_reason)
            reason = "; ".join(reason for reason in reasons if reason) or None
            routed = Routed(routed.provider, routed.model, fallback=True, fallback_reason=reason)
        self.routed = routed


def meta_frame(answer: Progress, routed: Routed) -> Frame:
    """The frame that opens a stream."""
    return {
        "event": "meta",
        "provider": routed.provider,
        "model": routed.model,
        "conversation_id": answer.held.conversation_id,
        "request_id": current_scope().request_id,
        "symbols": list(answer.symbols),
    }


def sources_frame(facts: list[Fact]) -> Frame:
    """The frame that names where facts are from."""
    return {"event": "sources", "sources": [source_of(fact) for fact in facts]}


def done_frame(answer: Progress, figures: FiguresCheck, now: datetime, *, remembered: bool) -> Frame:
    """The frame that closes an answer."""
    routed, finished = answer.routed, answer.finished
    assert routed is not None  # noqa: S101 - a round has been answered
    assert finished is not None  # noqa: S101
    frame: Frame = {
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
        "timestamp": rfc3339(now),
        "disclaimer": DISCLAIMER,
    }
    return frame if remembered else frame | {"memory": "unavailable"}


def whole_answer(meta: Frame, sources: list[dict[str, Any]], text: str, done: Frame) -> ChatAnswer:
    """The frames of a stream as one answer."""
    answer = ChatAnswer(
        response=text,
        provider=done["provider"],
        model=done["model"],
        fallback=done["fallback"],
        fallback_reason=done["fallback_reason"],
        finish_reason=done["finish_reason"],
        symbols=meta["symbols"],
        sources=sources,
        figures=done["figures"],
        usage=done["usage"],
        conversation_id=meta["conversation_id"],
        timestamp=done["timestamp"],
        disclaimer=done["disclaimer"],
    )
    if "memory" in done:
        answer["memory"] = done["memory"]
    return answer
