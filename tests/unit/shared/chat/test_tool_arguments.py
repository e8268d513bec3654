"""Arguments that models write: checked, with superfluous and null ones ignored."""

from datetime import date

import pytest
from pydantic import ValidationError

from shared.chat.tool_arguments import (
    FilingsArguments,
    HistoryArguments,
    NewsArguments,
    PriceOnArguments,
    SearchArguments,
    StatementsArguments,
    SymbolArguments,
)


@pytest.mark.parametrize(("written", "symbol"), [("aapl", "AAPL"), (" brk.b ", "BRK-B"), ("^gspc", "^GSPC")])
def test_symbol_is_normalised(written: str, symbol: str) -> None:
    assert SymbolArguments(symbol=written).symbol == symbol


@pytest.mark.parametrize("symbol", ["", "A A", "../x", "A" * 40])
def test_symbol_that_is_none_is_named_to_the_model(symbol: str) -> None:
    with pytest.raises(ValidationError) as raised:
        SymbolArguments(symbol=symbol)
    assert raised.value.errors()[0]["loc"] == ("symbol",)


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
