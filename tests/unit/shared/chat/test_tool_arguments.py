"""Arguments that models write: checked, with superfluous and null ones ignored."""

from datetime import date

import pytest
from pydantic import ValidationError

from shared.chat.tool_arguments import (
    ActionsArguments,
    CalculationArguments,
    FilingsArguments,
    HistoryArguments,
    NewsArguments,
    PriceOnArguments,
    SearchArguments,
    StatementsArguments,
    SymbolArguments,
)


@pytest.mark.parametrize(
    ("written", "symbol"), [("aapl", "AAPL"), (" brk.b ", "BRK-B"), ("^gspc", "^GSPC"), ("$MSFT", "MSFT")]
)
def test_symbol_is_normalised(written: str, symbol: str) -> None:
    assert SymbolArguments(symbol=written).symbol == symbol


@pytest.mark.parametrize("symbol", ["", "A A", "../x", "A" * 40])
def test_symbol_that_is_none_is_named_to_the_model(symbol: str) -> None:
    with pytest.raises(ValidationError) as raised:
        SymbolArguments(symbol=symbol)
    assert raised.value.errors()[0]["loc"] == ("symbol",)


def test_name_in_place_of_a_ticker_leads_to_the_search() -> None:
    with pytest.raises(ValidationError, match=r"error, must be .*; search_symbols finds the ticker"):
        SymbolArguments(symbol="Apple Inc.")


def test_empty_text_means_the_default() -> None:
    arguments = HistoryArguments.model_validate({"symbol": "AAPL", "period": "", "start": "", "end": ""})
    assert (arguments.period, arguments.start, arguments.end) == (None, None, None)


def test_list_within_a_text_is_read() -> None:
    operands = '[{"fact": "[1]", "figure": "price"}, {"fact": "2", "figure": "price"}]'
    arguments = CalculationArguments.model_validate({"operation": "sum", "operands": operands})
    assert [operand.fact for operand in arguments.operands] == [1, 2]
    with pytest.raises(ValidationError):
        CalculationArguments.model_validate({"operation": "sum", "operands": "[1"})


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("10k", "10-K"),
        ("Form 10-Q", "10-Q"),
        ("20F/A", "20-F/A"),
        ("DEF 14A", "DEF 14A"),
        ("8-K", "8-K"),
        ("4", "4"),
    ],
)
def test_form_is_written_as_at_the_sec(written: str, form: str) -> None:
    assert FilingsArguments.model_validate({"symbol": "AAPL", "form": written}).form == form


def test_dates_of_actions_are_in_order() -> None:
    with pytest.raises(ValidationError, match="end must not be before start"):
        ActionsArguments.model_validate({"symbol": "AAPL", "start": "2026-01-01", "end": "2024-01-01"})


def test_null_and_unknown_arguments_mean_the_default() -> None:
    given = {"symbol": "AAPL", "statement": None, "period": None, "limit": None, "currency": "USD"}
    arguments = StatementsArguments.model_validate(given)
    assert (arguments.statement, arguments.period, arguments.limit) == ("income", "annual", 4)


def test_null_of_a_required_argument_is_missing() -> None:
    with pytest.raises(ValidationError):
        PriceOnArguments.model_validate({"symbol": "AAPL", "day": None})
    with pytest.raises(ValidationError):
        PriceOnArguments.model_validate("AAPL")


def test_dates_are_read() -> None:
    arguments = HistoryArguments.model_validate({"symbol": "AAPL", "start": "2026-01-02"})
    assert (arguments.start, arguments.end, arguments.interval) == (date(2026, 1, 2), None, "1d")


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        (NewsArguments, {"symbol": "AAPL", "limit": 21}),
        (FilingsArguments, {"symbol": "AAPL", "limit": 0}),
        (FilingsArguments, {"symbol": "AAPL", "form": "10-K; DROP"}),
        (SearchArguments, {"query": ""}),
        (SearchArguments, {"query": "x" * 101}),
    ],
)
def test_bounds_are_checked(tool: type[SymbolArguments], given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        tool.model_validate(given)


@pytest.mark.parametrize(
    ("statement", "period", "kind", "frequency"),
    [
        ("balance_sheet", "quarter", "balance", "quarterly"),
        ("Income Statement", "yearly", "income", "annual"),
        ("cash-flow statement", "TTM", "cash_flow", "ttm"),
        ("cashflow", "annual", "cash_flow", "annual"),
    ],
)
def test_statements_in_full(statement: str, period: str, kind: str, frequency: str) -> None:
    given = StatementsArguments.model_validate({"symbol": "SAP", "statement": statement, "period": period})
    assert (given.statement, given.period) == (kind, frequency)


def test_unknown_statement_is_refused() -> None:
    with pytest.raises(ValidationError, match="statement"):
        StatementsArguments.model_validate({"symbol": "SAP", "statement": "equity"})
