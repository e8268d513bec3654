"""The output of the command line: tables and progress for a terminal, JSON for a pipe."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TextIO

from shared.chat.chat_events import ChatEvent, ChunkEvent, DoneEvent, SourcesEvent
from shared.domain.facts import SourceJson
from shared.domain.formatting import decimals_of, money, number
from shared.market.answers import SymbolErrorJson
from shared.reports.report_events import ProgressEvent

Fields = dict[str, Any]
ShowProgress = Callable[[ProgressEvent], None]


_QUOTE_COLUMNS: Final[tuple[tuple[str, Literal["left", "right"], int], ...]] = (
    ("Symbol", "left", 0),
    ("Name", "left", 120),
    ("Price", "right", 0),
    ("Change", "right", 100),
    ("%", "right", 50),
    ("Volume", "right", 120),
    ("As of", "left", 80),
    ("Source", "left", 0),
)
"""Heading and side of each column, and the width of a terminal from which it is shown."""


class Output(Protocol):
    """Shows the results of commands."""

    @property
    def is_terminal(self) -> bool:
        """Returns whether a person reads it."""

    def quotes(self, quotes: Sequence[Fields], errors: Sequence[SymbolErrorJson]) -> None:
        """Shows quotes, and the symbols that have none."""

    def chat_event(self, event: ChatEvent) -> None:
        """Shows a part of an answer."""

    def report(self, report_id: str, report: object) -> None:
        """Shows a report: its Markdown, or its data."""

    def written(self, report_id: str, form: str, path: Path) -> None:
        """Prints the path of a written report."""

    def progress(self, title: str) -> Any:  # noqa: ANN401 - a context manager, whose type is private
        """Shows the progress of the block; returns the function that gets the steps."""

    def json(self, value: object) -> None:
        """Writes JSON."""

    def fail(self, code: str, detail: str) -> None:
        """Prints why a command failed."""


def open_output(out: TextIO, err: TextIO) -> Output:
    """Returns the output for a stream: tables where it is a terminal, else JSON."""
    return TerminalOutput(out, err) if out.isatty() else JsonOutput(out, err)


class JsonOutput:
    """JSON on one stream, errors as JSON on the other.

    Args:
        out: Receives results.
        err: Receives errors.
    """

    is_terminal = False

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out = out
        self._err = err

    def quotes(self, quotes: Sequence[Fields], errors: Sequence[SymbolErrorJson]) -> None:
        """Writes ``{"quotes", "errors"}``, as GET /quotes answers."""
        self.json({"quotes": list(quotes), "errors": list(errors)})

    def chat_event(self, event: ChatEvent) -> None:
        """Writes an event as one line."""
        self.json(event.payload())

    def report(self, report_id: str, report: object) -> None:
        """Writes the report, or its text beside its id."""
        self.json(report if isinstance(report, dict) else {"report_id": report_id, "markdown": report})

    def written(self, report_id: str, form: str, path: Path) -> None:
        """Writes id, format and file."""
        self.json({"report_id": report_id, "format": form, "file": str(path)})

    @contextmanager
    def progress(self, title: str) -> Iterator[ShowProgress]:  # noqa: ARG002 - nothing is shown in a pipe
        """Shows nothing."""
        yield lambda _: None

    def json(self, value: object) -> None:
        """Writes a value as one line of JSON."""
        self._out.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")

    def fail(self, code: str, detail: str) -> None:
        """Writes the error as JSON."""
        self._err.write(json.dumps({"code": code, "error": detail}, ensure_ascii=False) + "\n")


class TerminalOutput(JsonOutput):
    """Tables and progress with rich.

    Args:
        out: The terminal.
        err: Receives progress and errors.
    """

    is_terminal = True

    def __init__(self, out: TextIO, err: TextIO) -> None:
        from rich.console import Console

        super().__init__(out, err)
        # Text comes from outside: it is neither markup nor emoji codes.
        self._console: Console = Console(file=out, markup=False, emoji=False, highlight=False)
        self._messages: Console = Console(file=err, markup=False, emoji=False, highlight=False)
        self._sources: list[SourceJson] = []

    def quotes(self, quotes: Sequence[Fields], errors: Sequence[SymbolErrorJson]) -> None:
        """Shows a table."""
        from rich.table import Table

        shown = [width <= self._console.width for _, _, width in _QUOTE_COLUMNS]
        table = Table(header_style="bold")
        for heading, justify, _ in compress(_QUOTE_COLUMNS, shown):
            table.add_column(heading, justify=justify, no_wrap=heading != "Name")
        for quote in quotes:
            table.add_row(*compress(_quote_cells(quote), shown))
        self._console.print(table)
        for error in errors:
            self.fail(error["code"], error["detail"])

    def chat_event(self, event: ChatEvent) -> None:
        """Shows text as it comes, and the sources at the end."""
        if isinstance(event, ChunkEvent):
            self._console.print(event.text, end="", soft_wrap=True)
        elif isinstance(event, SourcesEvent):
            self._sources += event.sources
        elif isinstance(event, DoneEvent):
            self._console.print()
            self._show_sources()
            figures = event.figures.as_dict()
            checked = f"{figures['supported']} of {figures['stated']} figures supported by the sources"
            self._console.print(f"{checked}. {event.disclaimer}", style="dim")

    def report(self, report_id: str, report: object) -> None:
        """Shows Markdown formatted, data as JSON."""
        from rich.markdown import Markdown

        if isinstance(report, str):
            self._console.print(Markdown(report))
        else:
            self._console.print_json(data=report)
        self._messages.print(f"report {report_id}", style="dim")

    def written(self, report_id: str, form: str, path: Path) -> None:
        """Names the file."""
        self._console.print(f"{path} ({form}, report {report_id})")

    @contextmanager
    def progress(self, title: str) -> Iterator[ShowProgress]:
        """Shows a bar."""
        from rich.progress import Progress

        with Progress(console=self._messages, transient=True) as bar:
            task = bar.add_task(title, total=None)
            yield lambda step: bar.update(task, total=step.total, completed=step.done)

    def fail(self, code: str, detail: str) -> None:
        """Shows the error."""
        self._messages.print(f"{code}: {detail}", style="red")

    def _show_sources(self) -> None:
        from rich.table import Table

        table = Table("#", "Kind", "Symbol", "Source", "As of", header_style="bold")
        for source in self._sources:
            cells = (source.get(name) for name in ("id", "kind", "symbol", "source", "as_of"))
            table.add_row(*("" if cell is None else str(cell) for cell in cells))
        self._console.print(table)


def _quote_cells(quote: Fields) -> tuple[str, ...]:
    decimals = decimals_of(quote["symbol"], quote["price"], quote["currency"], quote.get("price_decimals"))

    def figure(name: str, decimals: int, *, signed: bool) -> str:
        return "" if quote[name] is None else number(quote[name], decimals, signed=signed)

    return (
        quote["symbol"],
        quote["name"] or "",
        money(quote["price"], quote["currency"], decimals=decimals),
        figure("change", decimals, signed=True),
        figure("change_percent", 2, signed=True),
        figure("volume", 0, signed=False),
        quote["as_of"] or "",
        f"{quote['source']}{' (stale)' if quote['stale'] else ''}",
    )
