"""Callers are told apart, and their keys are not in their names."""

import pytest
from fastapi import Request

from shared.domain.caller import Caller
from shared.http.caller import caller_of, owner_of
from tests.support.http import make_request


def request(headers: dict[str, str], *, client: str, query: dict[str, str] | None = None) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return make_request(headers=named, query=query, client=client)


def caller(*, client: str = "203.0.113.5", query: dict[str, str] | None = None, **headers: str) -> Caller:
    return caller_of(request(headers, client=client, query=query))


def owner(**headers: str) -> Caller:
    return owner_of(request(headers, client="203.0.113.5"))


def test_key_tells_callers_apart_wherever_they_call_from() -> None:
    assert caller(x_functions_key="one") == caller(x_functions_key="one", client="198.51.100.7")
    assert caller(x_functions_key="one") != caller(x_functions_key="two")


def test_key_in_the_query_is_the_same_key() -> None:
    assert caller(query={"code": "one"}) == caller(x_functions_key="one")


def test_user_does_not_change_whose_limits_count() -> None:
    assert caller(x_functions_key="one", x_user_id="alice") == caller(x_functions_key="one", x_user_id="bob")


def test_users_of_one_front_end_own_their_conversations() -> None:
    alice = owner(x_functions_key="one", x_user_id="alice")
    assert alice != owner(x_functions_key="one", x_user_id="bob")
    assert alice != owner(x_functions_key="two", x_user_id="alice")
    assert alice != owner(x_functions_key="one")


def test_key_and_user_cannot_be_mixed_up() -> None:
    assert owner(x_functions_key="a", x_user_id="b") != owner(x_functions_key="b", x_user_id="a")


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
        return caller_of(Request({**scope, "headers": headers}))

    assert forwarded("1.1.1.1", "203.0.113.5:1") == forwarded("9.9.9.9, 8.8.8.8", "203.0.113.5:2")
    assert forwarded("203.0.113.5", "1.1.1.1") != forwarded("203.0.113.5", "9.9.9.9")


def test_subscriber_of_ipv6_is_one_caller_with_all_addresses() -> None:
    assert caller(x_forwarded_for="2001:db8::1") == caller(x_forwarded_for="[2001:db8::ffff:1]:443")
    assert caller(x_forwarded_for="2001:db8::1") != caller(x_forwarded_for="2001:db8:0:1::1")


def test_odd_address_is_taken_as_it_is() -> None:
    assert caller(x_forwarded_for="unknown") != caller(x_forwarded_for="_hidden")


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
    name = owner(x_functions_key="marker-of-a-secret", x_user_id="alice")
    assert "marker" not in name
    assert "alice" not in name
    assert len(name) == 32
