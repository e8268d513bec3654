"""Symbols in paths, dates and currencies in queries."""

from datetime import date

import pytest

from shared.errors.request_errors import InvalidRequestError, InvalidSymbolError
from shared.http.market_parameters import CurrencyParameter, IsoDate, read_symbol
from shared.http.parameters import Parameters, read_query
from tests.support.http import make_request


class Query(Parameters):
    """A query with a date and a currency."""

    day: IsoDate | None = None
    currency: CurrencyParameter = "USD"


@pytest.mark.parametrize(("path", "symbol"), [("aapl", "AAPL"), ("%5EGSPC", "^GSPC"), ("brk-b", "BRK-B")])
def test_symbol_is_decoded_and_in_upper_case(path: str, symbol: str) -> None:
    assert read_symbol(make_request(path_params={"symbol": path})) == symbol


@pytest.mark.parametrize("path", ["A%2FB", "A%20B", "%3Cscript%3E", "", "A" * 100])
def test_text_that_cannot_be_a_symbol_is_refused(path: str) -> None:
    with pytest.raises(InvalidSymbolError):
        read_symbol(make_request(path_params={"symbol": path}))


def test_date_and_currency_are_read() -> None:
    query = read_query(make_request(query={"day": "2026-11-20", "currency": " eur"}), Query)
    assert (query.day, query.currency) == (date(2026, 11, 20), "EUR")


@pytest.mark.parametrize("code", ["GBp", "GBX", "ZAc", "ILA"])
def test_part_of_a_currency_is_not_taken_for_the_currency(code: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"{code} is a part of"):
        read_query(make_request(query={"currency": code}), Query)
    assert read_query(make_request(query={"currency": "gbp"}), Query).currency == "GBP"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("day", "1700000000"),
        ("day", "2026-11-31"),
        ("day", "20.11.2026"),
        ("day", "2026-11-20T00:00:00Z"),
        ("currency", "EU"),
        ("currency", "EURO"),
        ("currency", "12€"),
        ("currency", "\u017fek"),
    ],
)
def test_wrong_value_names_its_parameter(name: str, value: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        read_query(make_request(query={name: value}), Query)
    assert [error.field for error in refused.value.errors] == [name]
