"""The commands, with services that are replaced: what they show, and how they end."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shared.cli import terminal
from shared.errors import ConfigurationError
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.reports.report_events import ProgressEvent

REPORT = {
    "report_id": "0" * 32,
    "symbol": "AAPL",
    "timestamp": "2026-11-28T10:00:00Z",
    "report_type": "quick_overview",
}


class FakeSession:
    """Runs the work of a command in the thread of the test."""

    def __init__(self, app: object) -> None:
        self._app = app
        self.closed = False

    def __enter__(self) -> "FakeSession":
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def run(self, work: Callable[[Any], Awaitable[Any]]) -> Any:
        async def done() -> Any:
            return await work(self._app)

        return asyncio.run(done())

    def iterate(self, events: Callable[[Any], AsyncGenerator[Any]]) -> Iterator[Any]:
        async def collected() -> list[Any]:
            return [event async for event in events(self._app)]

        yield from asyncio.run(collected())


class FakeJob:
    """A report that is written in one step."""

    def __init__(self, request: Any) -> None:
        self.request = request

    async def progress(self) -> AsyncGenerator[ProgressEvent]:
        yield ProgressEvent("data", 1, 1)

    async def result(self) -> Any:
        body = json.dumps({**REPORT, "symbol": self.request.symbol}).encode()
        return SimpleNamespace(report_id=REPORT["report_id"], body=body)


class FakeApp:
    """The services that the commands call."""

    def __init__(self) -> None:
        self.market_data = self
        self.reports = self
        self.started: list[Any] = []
        self.report_archive = self
        self.agent = self
        self.quotes_failure: Exception | None = None

    async def quotes(self, symbols: list[str]) -> Any:
        if self.quotes_failure is not None:
            raise self.quotes_failure
        known = [symbol for symbol in symbols if symbol != "NONE"]
        return SimpleNamespace(
            answers=[SimpleNamespace(body=json.dumps({"symbol": symbol}).encode()) for symbol in known],
            errors={
                symbol: SymbolNotFoundError(f"No data for {symbol}.")
                for symbol in symbols
                if symbol == "NONE"
            },
        )

    def start(self, request: Any) -> FakeJob:
        self.started.append(request)
        return FakeJob(request)

    def process_query_streaming(self, query: Any) -> None:
        self.started.append(query)
        raise UpstreamUnavailableError("No model is available.")

    async def render(self, report_id: str, form: str) -> Any:
        return SimpleNamespace(body=f"{form} of {report_id}".encode())


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeApp:
    app = FakeApp()
    monkeypatch.setattr(terminal, "load_settings", lambda: None)
    monkeypatch.setattr(terminal, "ServiceSession", lambda _: FakeSession(app))
    monkeypatch.setattr(logging, "disable", lambda _: None)
    monkeypatch.chdir(tmp_path)
    return app


@pytest.mark.usefixtures("app")
def test_quotes_are_written_with_the_symbols_that_have_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.main(["quote", "AAPL", "NONE"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "quotes": [{"symbol": "AAPL"}],
        "errors": [{"symbol": "NONE", "code": "symbol_not_found", "detail": "No data for NONE."}],
    }


@pytest.mark.usefixtures("app")
def test_only_unknown_symbols_are_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.main(["quote", "NONE"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert json.loads(shown.err) == {"code": "symbol_not_found", "error": "No data for NONE."}


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (UpstreamUnavailableError("No data source is available."), 1, "upstream_unavailable"),
        (ConfigurationError("mongodb: wrong"), 2, "configuration"),
        (OSError(28, "No space left on device"), 1, "output: No space left"),
        (FileNotFoundError(2, "No such file", "x.json"), 1, "x.json: No such file"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_failures_end_with_their_exit_code(
    app: FakeApp, capsys: pytest.CaptureFixture[str], failure: Exception, code: int, said: str
) -> None:
    app.quotes_failure = failure
    assert terminal.main(["quote", "AAPL"]) == code
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("app")
def test_symbols_may_be_separated_by_commas_and_a_malformed_one_is_one_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert terminal.main(["quote", "aapl,MSFT", "no symbol", "AAPL"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [quote["symbol"] for quote in shown["quotes"]] == ["AAPL", "MSFT"]
    assert [error["code"] for error in shown["errors"]] == ["invalid_symbol"]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("question", ["", "  \n", "x" * 4001])
def test_question_must_have_text(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.main(["ask", question]) == 1
    assert "must have 1 to 4000 characters" in capsys.readouterr().err


def test_question_needs_no_quotation_marks(app: FakeApp) -> None:
    assert terminal.main(["ask", "How", "is", "Apple?", "--symbol", "aapl"]) == 1
    (query,) = app.started
    assert (query.message, query.symbols) == ("How is Apple?", ("AAPL",))


@pytest.mark.parametrize("command", [[], ["ask"], ["quote"], ["report"]])
def test_help_fits_a_narrow_terminal(
    command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    with pytest.raises(SystemExit):
        terminal.main([*command, "--help"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 60


def test_reader_that_has_enough_is_no_failure(
    app: FakeApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app.quotes_failure = BrokenPipeError(32, "Broken pipe")
    with (tmp_path / "out").open("w") as out:
        monkeypatch.setattr("sys.stdout", out)
        assert terminal.main(["quote", "AAPL"]) == 0


def test_report_in_a_pipe_is_its_json_and_is_written_once(
    app: FakeApp, capsys: pytest.CaptureFixture[str]
) -> None:
    assert terminal.main(["report", "msft", "--refresh"]) == 0
    assert json.loads(capsys.readouterr().out)["symbol"] == "MSFT"
    assert [request.refresh for request in app.started] == [True]


@pytest.mark.usefixtures("app")
def test_markdown_in_a_pipe_stands_beside_the_id(capsys: pytest.CaptureFixture[str]) -> None:
    assert terminal.main(["report", "AAPL", "--format", "markdown"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "report_id": REPORT["report_id"],
        "markdown": f"markdown of {REPORT['report_id']}",
    }


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("form", "extension"), [("pdf", "pdf"), ("html", "html"), ("xlsx", "xlsx")])
def test_other_formats_are_written_to_a_file_named_by_symbol_and_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, extension: str
) -> None:
    assert terminal.main(["report", "AAPL", "--format", form]) == 0
    name = f"AAPL-2026-11-28-quick-overview.{extension}"
    assert json.loads(capsys.readouterr().out)["file"] == name
    assert (tmp_path / name).read_text() == f"{form} of {REPORT['report_id']}"


@pytest.mark.usefixtures("app")
def test_a_named_file_is_used_for_every_format(tmp_path: Path) -> None:
    assert terminal.main(["report", "AAPL", "--format", "json", "--output", "one.json"]) == 0
    assert json.loads((tmp_path / "one.json").read_text())["symbol"] == "AAPL"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "arguments", [[], ["sell"], ["quote"], ["ask"], ["report", "AAPL", "--format", "doc"]]
)
def test_wrong_commands_end_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        terminal.main(arguments)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err
