"""What people see on a terminal, and programs in a pipe."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from shared.chat.chat_events import ChunkEvent, SourcesEvent
from shared.cli.output import JsonOutput, TerminalOutput, _quote_cells, open_output
from shared.reports.report_events import ProgressEvent
from tests.support.chat_parts import DONE, SOURCE

QUOTE: dict[str, Any] = {
    "symbol": "AAPL",
    "name": "Apple Inc.",
    "price": 1234.5,
    "price_decimals": 2,
    "currency": "USD",
    "change": -1.25,
    "change_percent": -0.1,
    "volume": 1_000_000,
    "as_of": "2026-11-27T21:00:00Z",
    "stale": False,
    "source": "sample",
}


class Terminal(StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.setenv("NO_COLOR", "1")
    return Terminal()


def test_terminals_get_tables_and_pipes_json(out: Terminal) -> None:
    assert isinstance(open_output(out, StringIO()), TerminalOutput)
    assert type(open_output(StringIO(), StringIO())) is JsonOutput


def test_quotes_are_a_table_with_separators_and_signs(out: Terminal) -> None:
    errors = Terminal()
    TerminalOutput(out, errors).quotes(
        [QUOTE, {**QUOTE, "symbol": "VOD.L", "change": None, "volume": None, "stale": True}],
        [{"symbol": "NONE", "code": "symbol_not_found", "detail": "No data for NONE."}],
    )
    shown = out.getvalue()
    for text in ("1,234.50 USD", "-1.25", "-0.10", "1,000,000", "VOD.L", "(stale)"):
        assert text in shown
    assert "symbol_not_found: No data for NONE." in errors.getvalue()


@pytest.mark.parametrize("columns", [44, 60, 80, 120])
def test_narrow_terminals_have_fewer_columns_and_whole_prices(
    monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = Terminal()
    TerminalOutput(out, StringIO()).quotes([{**QUOTE, "stale": True}], [])
    shown = out.getvalue()
    for text in ("AAPL", "1,234.50 USD", "sample (stale)"):
        assert text in shown
    assert ("-0.10" in shown) == (columns >= 60)
    assert ("2026-11-27" in shown) == (columns >= 80)
    assert ("Apple Inc." in shown) == (columns >= 120)


def test_text_from_outside_is_no_markup(out: Terminal) -> None:
    TerminalOutput(out, StringIO()).chat_event(ChunkEvent("[bold]AAPL[/bold] :smile:"))
    assert "[bold]AAPL[/bold] :smile:" in out.getvalue()


def test_answer_ends_with_its_sources_and_the_check(out: Terminal) -> None:
    shown = TerminalOutput(out, StringIO())
    for event in (SourcesEvent([SOURCE]), ChunkEvent("AAPL is fine [1]."), DONE):
        shown.chat_event(event)
    text = out.getvalue()
    assert text.index("AAPL is fine [1].") < text.index("Kind") < text.index("No advice.")
    assert "0 of 0 figures supported by the sources" in text


def test_report_is_formatted_and_its_id_is_apart(out: Terminal) -> None:
    messages = Terminal()
    shown = TerminalOutput(out, messages)
    shown.report("0" * 32, "# AAPL\n\nFine.")
    shown.report("0" * 32, {"symbol": "MSFT"})
    shown.written("0" * 32, "pdf", Path("AAPL.pdf"))
    assert "# AAPL" not in out.getvalue()
    assert "MSFT" in out.getvalue()
    assert "AAPL.pdf (pdf, report" in out.getvalue()
    assert messages.getvalue().count("report 000") == 2


def test_progress_takes_the_steps(out: Terminal) -> None:
    with TerminalOutput(out, StringIO()).progress("Report on AAPL") as advance:
        advance(ProgressEvent("data", 1, 3))
    with JsonOutput(out, StringIO()).progress("Report on AAPL") as advance:
        advance(ProgressEvent("data", 1, 3))
    assert out.getvalue() == ""


def test_pipe_gets_one_line_of_json_each() -> None:
    out, err = StringIO(), StringIO()
    piped = JsonOutput(out, err)
    piped.quotes([QUOTE], [])
    piped.chat_event(ChunkEvent("Größe"))
    piped.report("0" * 32, "# AAPL")
    piped.report("0" * 32, {"symbol": "MSFT"})
    piped.written("0" * 32, "pdf", Path("AAPL.pdf"))
    piped.fail("upstream_error", "Nothing.")
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"quotes": [QUOTE], "errors": []},
        {"chunk": "Größe"},
        {"report_id": "0" * 32, "markdown": "# AAPL"},
        {"symbol": "MSFT"},
        {"report_id": "0" * 32, "format": "pdf", "file": "AAPL.pdf"},
    ]
    assert "Größe" in out.getvalue()
    assert json.loads(err.getvalue()) == {"code": "upstream_error", "error": "Nothing."}


def cells(**changes: object) -> tuple[str, ...]:
    return _quote_cells({**QUOTE, **changes})[2:6]


def test_change_that_rounds_to_zero_has_no_minus_sign() -> None:
    small = cells(price=250.0, change=-0.001, change_percent=-0.0004, volume=1_000)
    assert small == ("250.00 USD", "+0.00", "+0.00", "1,000")


@pytest.mark.parametrize(
    ("fields", "price", "change"),
    [
        ({"price": 5.6e-7, "change": 1.28e-7, "price_decimals": None}, "0.0000005600 USD", "+0.0000001280"),
        ({"price": 2850.0, "change": -12.0, "currency": "JPY", "price_decimals": None}, "2,850 JPY", "-12"),
        ({"price": 155.3, "change": 0.2, "currency": "JPY", "price_decimals": 2}, "155.30 JPY", "+0.20"),
        ({"price": 1.15984, "change": None, "price_decimals": 4}, "1.1598 USD", ""),
    ],
)
def test_prices_have_the_decimals_of_the_instrument(
    fields: dict[str, object], price: str, change: str
) -> None:
    assert cells(**fields)[:2] == (price, change)
