"""Parts of chat answers: a source, and the end of an answer without figures."""

from shared.chat.chat_events import DoneEvent
from shared.domain.facts import SourceJson
from shared.figures.verdicts.verdicts import FiguresCheck

SOURCE: SourceJson = {
    "id": 1,
    "kind": "quote",
    "symbol": "AAPL",
    "source": "sample",
    "as_of": None,
    "stale": False,
    "url": None,
    "title": None,
}
DONE = DoneEvent(
    provider="offline",
    model="offline",
    fallback=False,
    fallback_reason=None,
    finish_reason="stop",
    usage={"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    figures=FiguresCheck(),
    timestamp="2026-11-28T10:00:00Z",
    disclaimer="No advice.",
    remembered=True,
)
