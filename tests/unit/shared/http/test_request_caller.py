"""Callers are distinguished, and their keys are not in their names."""

import pytest
from fastapi import Request
from pydantic import SecretStr

from shared.domain.caller import Caller
from shared.http.request_caller import caller_of
from tests.support.http import make_request

KEY = SecretStr("key of the service")


def request(headers: dict[str, str], *, client: str, query: dict[str, str] | None = None) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return make_request(headers=named, query=query, client=client)


def caller(*, client: str = "203.0.113.5", query: dict[str, str] | None = None, **headers: str) -> Caller:
    return caller_of(request(headers, client=client, query=query), KEY)


def test_key_tells_callers_apart_wherever_they_call_from() -> None:
    assert caller(x_functions_key="one") == caller(x_functions_key="one", client="198.51.100.7")
    assert caller(x_functions_key="one") != caller(x_functions_key="two")


def test_key_in_the_query_is_the_same_key() -> None:
    assert caller(query={"code": "one"}) == caller(x_functions_key="one")


def test_user_does_not_change_whose_limits_count() -> None:
    assert caller(x_functions_key="one", x_user_id="alice") == caller(x_functions_key="one", x_user_id="bob")


def test_without_a_key_the_address_counts() -> None:
    assert caller(client="203.0.113.5") != caller(client="203.0.113.6")


def test_what_the_client_writes_into_the_forwarded_header_does_not_count() -> None:
    assert caller(x_forwarded_for="1.1.1.1, 203.0.113.5:5123") == caller(
        x_forwarded_for="9.9.9.9, 203.0.113.5"
    )


def test_only_the_last_of_several_forwarded_headers_counts() -> None:
    def forwarded(*lines: str) -> Caller:
        scope = make_request().scope
        headers = [(b"x-forwarded-for", line.encode()) for line in lines]
        return caller_of(Request({**scope, "headers": headers}), KEY)

    assert forwarded("1.1.1.1", "203.0.113.5:1") == forwarded("9.9.9.9, 8.8.8.8", "203.0.113.5:2")
    assert forwarded("203.0.113.5", "1.1.1.1") != forwarded("203.0.113.5", "9.9.9.9")


def test_subscriber_of_ipv6_is_one_caller_with_all_addresses() -> None:
    assert caller(x_forwarded_for="2001:db8::1") == caller(x_forwarded_for="[2001:db8::ffff:1]:443")
    assert caller(x_forwarded_for="2001:db8::1") != caller(x_forwarded_for="2001:db8:0:1::1")


def test_values_that_are_no_address_are_one_caller() -> None:
    assert caller(x_forwarded_for="unknown") == caller(x_forwarded_for="_hidden")
    assert caller(x_forwarded_for="unknown") != caller(x_forwarded_for="203.0.113.5")


@pytest.mark.parametrize("address", ["::ffff:203.0.113.5", "[::ffff:203.0.113.5]:443", "64:ff9b::cb00:7105"])
def test_ipv6_address_of_an_ipv4_address_is_that_caller(address: str) -> None:
    assert caller(x_forwarded_for=address) == caller(x_forwarded_for="203.0.113.5")
    assert caller(x_forwarded_for=address) != caller(x_forwarded_for="203.0.113.6")


def test_address_is_hashed_with_the_key_of_the_service() -> None:
    req = request({"x-forwarded-for": "203.0.113.5"}, client="10.0.0.1")
    assert caller_of(req, KEY) != caller_of(req, SecretStr("other")) != caller_of(req, None)


@pytest.mark.parametrize(
    "query", ["code=KEY", "code=KEY&code=1", "CODE=KEY&code=2", "Code=KEY&x=1&cOdE=3", "x=code&code=KEY"]
)
def test_key_in_the_query_is_the_first_of_any_case(query: str) -> None:
    scope = {**make_request().scope, "query_string": query.encode()}
    assert caller_of(Request(scope), KEY) == caller(x_functions_key="KEY")


@pytest.mark.parametrize("header", ["KEY", "KEY, 1", "KEY,2", " KEY ,KEY2"])
def test_key_in_the_header_ends_at_the_first_comma(header: str) -> None:
    assert caller(x_functions_key=header) == caller(x_functions_key="KEY")


def test_first_of_two_header_lines_counts() -> None:
    headers = [(b"x-functions-key", b"KEY"), (b"x-functions-key", b"1")]
    assert caller_of(Request({**make_request().scope, "headers": headers}), KEY) == caller(
        x_functions_key="KEY"
    )


def test_key_in_the_header_hides_one_in_the_query() -> None:
    assert caller(x_functions_key="KEY", query={"code": "1"}) == caller(x_functions_key="KEY")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.5:1111", "203.0.113.5:2222"),
        ("[2001:db8::1]:1111", "[2001:db8::1]:2222"),
        ("[2001:db8::1]:1111", "2001:db8::1"),
    ],
)
def test_port_does_not_make_another_caller(one: str, other: str) -> None:
    assert caller(x_forwarded_for=one) == caller(x_forwarded_for=other)


def test_name_does_not_show_the_key() -> None:
    name = caller(x_functions_key="marker-of-a-secret")
    assert "marker" not in name
    assert len(name) == 32
