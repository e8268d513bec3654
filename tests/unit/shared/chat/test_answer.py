"""An answer while it grows, and as JSON."""

from collections.abc import AsyncIterator

from shared.chat.answer import ChatTurn, answered_by, done_event, meta_event, usage_of, whole_answer
from shared.chat.chat_events import ChatEvent, ChunkEvent, DoneEvent, SourcesEvent, ToolEvent
from shared.chat.memory import LockedConversation
from shared.chat.query import ChatQuery
from shared.domain.caller import Owner
from shared.figures.checker import FiguresChecker
from shared.figures.verdicts.verdicts import FiguresCheck
from shared.llm.base_model_client import Finished, Routed, Usage
from tests.support.chat_parts import SOURCE
from tests.support.stock_data import NOW
from tests.support.stream_parts import CONVERSATION


def make_turn() -> ChatTurn:
    query = ChatQuery("How is Apple?", Owner("alice"))
    held = LockedConversation(CONVERSATION)
    return ChatTurn(query, held, ("AAPL",), [], (), [], 0.0, FiguresChecker([]))


async def events_of(*events: ChatEvent) -> AsyncIterator[ChatEvent]:
    for event in events:
        yield event


def test_fallback_of_an_earlier_round_is_kept_with_its_reasons() -> None:
    turn = make_turn()
    turn.answered_by(Routed("grok", "g-1", fallback=True, fallback_reason="openai: timeout"))
    turn.answered_by(Routed("grok", "g-1", fallback=True, fallback_reason="openai: open"))
    assert turn.routed == Routed("grok", "g-1", True, "openai: timeout; openai: open")
    turn.answered_by(Routed("openai", "m"))
    assert turn.routed.fallback


def test_interrupted_answer_names_who_was_answering() -> None:
    turn = make_turn()
    assert answered_by(turn)["provider"] == ""
    turn.answered_by(Routed("openai", "m"))
    assert (answered_by(turn)["provider"], answered_by(turn)["model"]) == ("openai", "m")


def test_estimated_usage_says_so() -> None:
    turn = make_turn()
    turn.usage = Usage(10, 5)
    assert usage_of(turn) == {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    turn.usage = Usage(10, 5, estimated=True)
    assert usage_of(turn)["estimated"] is True


async def test_events_of_a_stream_are_one_answer() -> None:
    turn = make_turn()
    routed = Routed("openai", "m")
    turn.answered_by(routed)
    turn.finished = Finished("stop", Usage(10, 5), "m-2026")
    for remembered in (True, False):
        done = done_event(turn, FiguresCheck(), NOW, remembered=remembered)
        assert isinstance(done, DoneEvent)
        answer = await whole_answer(
            events_of(
                meta_event(turn, routed),
                SourcesEvent([SOURCE]),
                ChunkEvent("Apple "),
                ToolEvent("get_quote", "started", {}),
                SourcesEvent([{**SOURCE, "id": 2}]),
                ChunkEvent("rose."),
                done,
            )
        )
        assert (answer["response"], answer["model"]) == ("Apple rose.", "m-2026")
        assert [source["id"] for source in answer["sources"]] == [1, 2]
        assert answer["conversation_id"] == CONVERSATION
        assert answer.get("memory") == (None if remembered else "unavailable")
