"""Calls in the text of an answer: what is one, and what it says."""

import time

import pytest

from shared.llm.chat_completions.written_calls import (
    MAX_BARE_CHARACTERS,
    is_bare_call,
    may_be_bare_call,
    written_calls,
)

OFFERED = ("get_quote", "get_news")


@pytest.mark.parametrize(
    ("block", "calls"),
    [
        ('{"name": "f", "arguments": {"a": 1}}', [("f", '{"a": 1}')]),
        ('{"name": "f"}', [("f", "{}")]),
        ('{"name": "f", "arguments": null}', [("f", "{}")]),
        ('{"name": "f", "arguments": ""}', [("f", "{}")]),
        ('{"name": "f", "arguments": "{\\"a\\": 1}"}', [("f", '{"a": 1}')]),
        ('{"name": "f", "arguments": [1]}', [("f", None)]),
        ('{"name": "f", "arguments": "AAPL"}', [("f", None)]),
        ("{'name': 'f', 'arguments': {'a': None}}", [("f", '{"a": null}')]),
        ('functions.f:0{"name": "Apple"}', [("functions.f:0", '{"name": "Apple"}')]),
        ("<function=f>\n</function>", [("f", "{}")]),
        ("<function=f>no JSON</function>", [("f", None)]),
        ('<function name="f">{"a": 1}</function>', [("f", '{"a": 1}')]),
        ("<function=f><parameter=a>x<parameter=b>y</function>", [("f", '{"a": "x", "b": "y"}')]),
        ("f\n<arg_key>a</arg_key>\n<arg_value>x", [("f", '{"a": "x"}')]),
        ("f(a=1, b='x')", [("f", '{"a": 1, "b": "x"}')]),
        ("[f(), g()]", [("f", "{}"), ("g", "{}")]),
        ("f(1)", []),
        ("f(a=g)", []),
        ("words that call nothing", []),
        ("", []),
    ],
)
def test_a_block_is_read(block: str, calls: list[tuple[str, str | None]]) -> None:
    assert written_calls(block) == calls


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 20_000, "f(" * 50_000 + ")", "{" * 100_000 + "}"])
def test_a_block_of_brackets_costs_little(text: str) -> None:
    started = time.process_time()
    assert not [call for call in written_calls(text) if call.arguments]
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"name": "get_quote", "parameters": {}}', True),
        ('{"name": "getQuote"}', True),
        ('{"name": "get_weather", "parameters": {}}', True),
        ('{"name": "Apple"}', False),
        ('{"name": "Apple", "price": 5}', False),
        ('{"name": "get_quote", "parameters": {}} is a call', False),
        ('{"name": "get_quote", "parameters": {"symbol', True),
        ('{"name": "get_weather", "parameters": {"city', False),
        ('{"get_quote": {"symbol": "AAPL"}}', True),
        ('{"get_weather": {"city": "Bonn"}}', False),
        ('{"action": "get_quote", "action_input": {"symbol": "AAPL"}}', True),
        ('["get_quote"]', False),
        ("[]", False),
        ("[get_quote(symbol='AAPL')]", True),
        ("[get_weather(city='Bonn')]", False),
    ],
)
def test_a_whole_answer_is_a_call_or_not(text: str, expected: bool) -> None:
    assert is_bare_call(text, OFFERED) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            (start, True)
            for start in ("{", "[", "[{ ", '{"', '{"na', '{"name"', '{"name": "Apple', "get_q", "[get_quote(")
        ),
        *(
            (start, False)
            for start in ('{"price', '{"names"', "{1", "[1", "[Apple", "Apple", "get_quote is", "get_x(")
        ),
    ],
)
def test_an_answer_is_withheld_only_while_it_may_be_a_call(text: str, expected: bool) -> None:
    assert may_be_bare_call(text, OFFERED) == expected


def test_nothing_is_withheld_without_tools_or_beyond_the_bound() -> None:
    assert not may_be_bare_call('{"name"', ())
    assert not may_be_bare_call('{"name": "' + "x" * MAX_BARE_CHARACTERS, OFFERED)


@pytest.mark.parametrize(
    ("block", "calls"),
    [
        (
            'call:f{a:<|"|>x: "y", z<|"|>,b:5,c:[1,{d:true}]}',
            [("f", '{"a": "x: \\"y\\", z", "b": 5, "c": [1, {"d": true}]}')],
        ),
        ("call:f{}call:g{}", [("f", "{}"), ("g", "{}")]),
        ("call:f{a:<}", [("f", None)]),
        ('{"function": {"_name": "f", "a": 1}}', [("f", '{"a": 1}')]),
        ('print(default_api.f(a="x"))\n', [("default_api.f", '{"a": "x"}')]),
    ],
)
def test_notations_of_gemma_gemini_and_tgi_are_read(block: str, calls: list[tuple[str, str | None]]) -> None:
    assert written_calls(block) == calls
