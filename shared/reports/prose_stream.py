"""Sends the prose of a report while it is written, from JSON that a model has not finished."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic_core import from_json

from shared.reports.report_events import ProseEvent

SendProse = Callable[[ProseEvent], None]

_SHORTEST: Final = 80
"""Characters of output between two events: a model's pieces have about four."""
_LONGEST: Final = 60_000
"""Characters of output that are read in one attempt; the limit of tokens ends most at a third of it."""
_CODE_FENCE: Final = "```json \n"
"""Characters before the JSON of models without structured output."""


class ProseStream:
    """Sends prose, section by section.

    The prose of a higher attempt replaces that of all attempts before. A new one
    begins when another model takes over, when output is invalid, and when prose is composed instead.

    Args:
        titles: Titles of the sections that a model writes, each with the name of its section.
        send: Receives the events.
    """

    def __init__(self, titles: Mapping[str, str], send: SendProse) -> None:
        self._titles = titles
        self._send = send
        self._attempt = 0
        self._sent: dict[str | None, int] = {}
        self._output = ""
        self._read = 0

    def begin(self, complete: Mapping[str | None, str]) -> None:
        """Begins an attempt with the prose that is complete already, by name of its section."""
        self._attempt += 1
        self._sent = {}
        self._output, self._read = "", 0
        for section, text in complete.items():
            self._send_rest(section, text)

    def feed(self, piece: str) -> None:
        """Takes the next piece of a model's output. Text that is not the expected JSON is not sent."""
        self._output += piece
        if self._read + _SHORTEST <= len(self._output) <= _LONGEST:
            self._send_new()

    def finish(self) -> None:
        """Sends the last text of an output that has ended."""
        if self._read < len(self._output) <= _LONGEST:
            self._send_new()

    def _send_new(self) -> None:
        self._read = len(self._output)
        try:
            known = from_json(self._output.lstrip(_CODE_FENCE), allow_partial="trailing-strings")
        except ValueError:
            # Not JSON: the check of the complete output names the error.
            return
        if not isinstance(known, dict):
            return
        self._send_rest(None, known.get("summary"))
        sections = known.get("sections")
        for section in sections if isinstance(sections, list) else ():
            name = self._titles.get(str(section.get("title"))) if isinstance(section, dict) else None
            if name is not None:
                self._send_rest(name, section.get("content"))

    def _send_rest(self, section: str | None, text: Any) -> None:  # noqa: ANN401 - unchecked output of a model
        if not isinstance(text, str):
            return
        rest = text[self._sent.get(section, 0) :]
        if rest:
            self._sent[section] = len(text)
            self._send(ProseEvent(self._attempt, section, rest))
