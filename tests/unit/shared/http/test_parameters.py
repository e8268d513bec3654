"""What a body or query may look like, and the error otherwise."""

import json
from typing import Annotated, Self

import pytest
from pydantic import BaseModel, Field, model_validator

from shared.errors import FieldError, ProblemError
from shared.errors.request_errors import (
    InvalidJsonError,
    InvalidRequestError,
    InvalidSymbolError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
)
from shared.http.parameters import AtMost, Parameters, Symbols, read_body, read_query, validate
from tests.support.http import make_request

JSON = {"content-type": "application/json"}
LIMIT = 10_000


class Basket(Parameters):
    comma_separated = ("symbols",)

    symbols: Annotated[Symbols, AtMost(10)]


class BasketOrder(Basket):
    shares: int = Field(default=1, ge=1)


class Person(Parameters):
    name: str


class Order(BaseModel):
    symbol: str
    shares: int = Field(default=1, ge=1)


async def test_body_becomes_the_model_and_unknown_fields_are_ignored() -> None:
    req = make_request(
        body=b'{"symbol":"AAPL","shares":3,"extra":1}',
        headers={"content-type": "application/json; charset=utf-8"},
    )
    assert await read_body(req, Order, limit=LIMIT) == Order(symbol="AAPL", shares=3)


async def test_escaped_pair_is_one_character_and_a_byte_order_mark_no_harm() -> None:
    req = make_request(body=b'\xef\xbb\xbf{"symbol":"\\ud83d\\ude00"}', headers=JSON)
    assert (await read_body(req, Order, limit=LIMIT)).symbol == "\U0001f600"


@pytest.mark.parametrize("query", ["symbols=KO&shares=1&shares=2", "shares=1&symbols=KO&shares=1"])
def test_parameter_with_one_value_is_not_given_twice(query: str) -> None:
    req = make_request()
    req.scope["query_string"] = query.encode()
    with pytest.raises(InvalidRequestError) as caught:
        read_query(req, BasketOrder)
    assert caught.value.errors == (FieldError("shares", "must be given once"),)


def test_unknown_parameter_may_be_repeated() -> None:
    req = make_request()
    req.scope["query_string"] = b"symbols=KO&code=a&code=b"
    assert read_query(req, BasketOrder).symbols == ("KO",)


@pytest.mark.parametrize("name", [b"%FF", b"%C3", b"ok%ED%A0%80"])
def test_query_that_is_not_utf_8_is_refused(name: bytes) -> None:
    req = make_request()
    req.scope["query_string"] = b"name=" + name
    with pytest.raises(InvalidRequestError, match="UTF-8"):
        read_query(req, Person)
    req = make_request(query={"name": "\N{REPLACEMENT CHARACTER}\N{SNOWMAN}"})
    assert read_query(req, Person).name == "\N{REPLACEMENT CHARACTER}\N{SNOWMAN}"


async def test_body_may_arrive_in_pieces() -> None:
    req = make_request(body=[b'{"symbol":', b'"AAPL"}'], headers=JSON)
    assert (await read_body(req, Order, limit=LIMIT)).symbol == "AAPL"


@pytest.mark.parametrize(
    ("body", "headers", "error"),
    [
        (b"{", JSON, InvalidJsonError),
        (b"", JSON, InvalidJsonError),
        (b'{"symbol": "\xff"}', JSON, InvalidJsonError),
        (b"[" * 9000, JSON, InvalidJsonError),
        (b'{"shares": ' + b"9" * 9000, JSON, InvalidJsonError),
        (b'{"symbol":"AAPL","symbol":"MSFT"}', JSON, InvalidJsonError),
        (b'{"symbol":"AAPL","x":{"y":1,"y":1}}', JSON, InvalidJsonError),
        (b'{"symbol":"AAPL","x":NaN}', JSON, InvalidJsonError),
        (b'{"symbol":"AAPL","x":-Infinity}', JSON, InvalidJsonError),
        (b'{"symbol":"AAPL","x":1e999}', JSON, InvalidJsonError),
        (b'{"symbol":"AAPL","x":"\\ud800"}', JSON, InvalidJsonError),
        (b'{"symbol":"AAPL","\\udfff":1}', JSON, InvalidJsonError),
        ('{"symbol":"AAPL"}'.encode("utf-16"), JSON, InvalidJsonError),
        (b'["AAPL"]', JSON, InvalidRequestError),
        (json.dumps({f"k{number}": 1 for number in range(501)}).encode(), JSON, InvalidRequestError),
        (b'{"symbol":"AAPL"}', {"content-type": "text/plain"}, UnsupportedMediaTypeError),
        (b'{"symbol":"AAPL"}', {}, UnsupportedMediaTypeError),
        (b"x", {**JSON, "content-encoding": "gzip"}, UnsupportedMediaTypeError),
        (b" " * (LIMIT + 1), JSON, PayloadTooLargeError),
        (b"{}", {**JSON, "content-length": "99999"}, PayloadTooLargeError),
    ],
)
async def test_bad_body_is_refused(body: bytes, headers: dict[str, str], error: type[ProblemError]) -> None:
    with pytest.raises(error):
        await read_body(make_request(body=body, headers=headers), Order, limit=LIMIT)


async def test_reading_stops_at_the_limit() -> None:
    pieces = iter([b"x" * LIMIT, b"x", b"never read"])
    req = make_request(headers=JSON)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": next(pieces), "more_body": True}

    req._receive = receive
    with pytest.raises(PayloadTooLargeError):
        await read_body(req, Order, limit=LIMIT)
    assert list(pieces) == [b"never read"]


async def test_wrong_fields_are_named_and_their_values_are_not_repeated() -> None:
    body = json.dumps({"shares": "<script>"}).encode()
    with pytest.raises(InvalidRequestError) as caught:
        await read_body(make_request(body=body, headers=JSON), Order, limit=LIMIT)
    assert [error.field for error in caught.value.errors] == ["symbol", "shares"]
    assert caught.value.detail == "symbol is missing; shares must be a whole number."


def test_query_is_validated_and_unknown_parameters_are_ignored() -> None:
    assert read_query(make_request(query={"symbol": "A", "_": "1"}), Order) == Order(symbol="A")
    with pytest.raises(InvalidRequestError, match="shares"):
        read_query(make_request(query={"symbol": "A", "shares": "0"}), Order)


async def basket_of(symbols: list[object]) -> Basket:
    body = json.dumps({"symbols": symbols}).encode()
    return await read_body(make_request(body=body, headers=JSON), Basket, limit=100_000)


async def test_symbols_are_normalised() -> None:
    assert (await basket_of([" aapl", "BRK-B "])).symbols == ("AAPL", "BRK-B")


@pytest.mark.parametrize("entry", ["A", "?", 7])
async def test_list_of_many_wrong_entries_is_one_error(entry: object) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        await basket_of([entry] * 10_000)
    assert len(caught.value.errors) == 1


@pytest.mark.parametrize(
    "query", ["symbols=aapl,MSFT,AAPL", "symbols=aapl&symbols=MSFT", "symbols=aapl&symbols=msft,AAPL"]
)
def test_list_in_a_query_is_separated_by_commas_or_repeated(query: str) -> None:
    req = make_request()
    req.scope["query_string"] = query.encode()
    assert read_query(req, Basket).symbols == ("AAPL", "MSFT")


CHARACTERS = "must be 1 to 21 of A-Z 0-9 . ^ = & -"
OTHERS = "must have a letter or digit, and no two dots in a row"


@pytest.mark.parametrize(
    ("symbol", "message"),
    [
        *((symbol, CHARACTERS) for symbol in ("AAPL\n", "\tAAPL", "A/B", "", "A" * 22)),
        *((symbol, OTHERS) for symbol in ("..", "A..B", "-", "^=")),
    ],
)
async def test_invalid_symbol_has_a_code_of_its_own(symbol: str, message: str) -> None:
    with pytest.raises(InvalidSymbolError) as caught:
        await basket_of(["AAPL", symbol])
    assert caught.value.errors == (FieldError("symbols", message),)


async def test_other_error_beside_an_invalid_symbol_is_an_invalid_request() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        await read_body(
            make_request(body=b'{"symbols":["?"],"shares":0}', headers=JSON), BasketOrder, limit=1000
        )
    assert caught.value.code == "invalid_request"
    assert caught.value.detail == "symbols must be 1 to 21 of A-Z 0-9 . ^ = & -; shares must be at least 1."


class Line(BaseModel):
    symbol: str
    shares: int


class Lines(Parameters):
    lines: Annotated[tuple[Line, ...], AtMost(50)]


def test_every_invalid_entry_of_a_list_is_named() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        validate(Lines, {"lines": [{"symbol": 1}] * 30 + [{"symbol": "A", "shares": 1}]})
    fields = [error.field for error in caught.value.errors]
    assert fields == [f"lines.{place}.{name}" for place in range(30) for name in ("symbol", "shares")]
    assert caught.value.detail.endswith("; and 40 more under errors.")
    assert caught.value.detail.startswith("lines.0.symbol must be text; lines.0.shares is missing; ")


def test_list_beyond_its_bound_is_refused_before_its_entries_are_read() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        validate(Lines, {"lines": [{}] * 20_000})
    assert caught.value.errors == (FieldError("lines", "must have at most 50 entries"),)


class Span(Parameters):
    first: int
    last: int

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("last must not be below first")
        return self


def test_rule_on_several_fields_is_stated_without_a_field() -> None:
    with pytest.raises(InvalidRequestError) as caught:
        validate(Span, {"first": 2, "last": 1})
    assert caught.value.detail == "last must not be below first."
    assert caught.value.errors == (FieldError("body", "last must not be below first"),)


class Choice(Parameters):
    names: Annotated[tuple[str, ...], Field(min_length=1), AtMost(5)]


@pytest.mark.parametrize(
    ("names", "detail"),
    [
        ([5], "names.0 must be text."),
        ([], "names must have at least 1 entry."),
        ([5, "a"], "names.0 must be text."),
    ],
)
def test_list_of_invalid_entries_is_not_called_too_short(names: list[object], detail: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        validate(Choice, {"names": names})
    assert caught.value.detail == detail
