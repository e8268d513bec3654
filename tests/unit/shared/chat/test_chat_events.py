"""Events of an answer as JSON of the contract."""

from shared.chat.chat_events import ChunkEvent, FigureEvent, MetaEvent, SourcesEvent, ToolEvent
from shared.figures.verdicts.verdicts import Mark, Verdict
from tests.support.chat_parts import SOURCE


def test_meta_names_the_stream_that_can_be_resumed() -> None:
    meta = MetaEvent("openai", "m", "c1", "r1", ("AAPL", "MSFT"))
    assert meta.payload() == {
        "event": "meta",
        "provider": "openai",
        "model": "m",
        "conversation_id": "c1",
        "request_id": "r1",
        "symbols": ["AAPL", "MSFT"],
        "stream_id": "",
        "resumable": False,
    }
    streamed = MetaEvent("openai", "m", "c1", "r1", (), stream_id="s1", resumable=True).payload()
    assert (streamed["stream_id"], streamed["resumable"]) == ("s1", True)


def test_text_sources_and_tools() -> None:
    assert ChunkEvent("a").payload() == {"chunk": "a"}
    assert SourcesEvent((SOURCE,)).payload() == {"event": "sources", "sources": [SOURCE]}
    assert ToolEvent("get_quote", "finished", {"symbol": "AAPL"}, 12).payload() == {
        "event": "tool",
        "name": "get_quote",
        "status": "finished",
        "arguments": {"symbol": "AAPL"},
        "duration_ms": 12,
    }


def test_verdict_on_a_figure_has_its_place() -> None:
    payload = FigureEvent(Mark("12 %", Verdict.UNSUPPORTED, "It rose 12 %.", None, 8, 12)).payload()
    assert (payload["event"], payload["text"], payload["start"], payload["end"]) == ("figure", "12 %", 8, 12)
