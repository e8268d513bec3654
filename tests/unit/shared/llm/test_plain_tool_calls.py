"""Which tools the offline model calls, by the words of the question."""

import json

import pytest

from shared.chat.tools import DEFINITIONS
from shared.domain.facts import Fact
from shared.llm.base_model_client import Finished, GenerationRequest, Message, TextDelta, ToolCall
from shared.llm.offline_model_client import OfflineModelClient
from shared.llm.plain_tool_calls import plain_tool_calls

QUOTE = Fact(
    1, "quote", "AAPL", "Price 250.50 USD", {"price": 250.5, "currency": "USD"}, "yahoo", None, False
)


def request(question: str, *more: Message, facts: tuple[Fact, ...] = (QUOTE,)) -> GenerationRequest:
    messages = (Message("system", "Rules"), Message("user", question), *more)
    return GenerationRequest(messages, temperature=0.2, max_tokens=50, facts=facts, tools=DEFINITIONS)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is on my watchlist?", ["get_watchlist"]),
        ("When does Apple report earnings next?", ["get_earnings"]),
        ("Wann legt Apple Quartalszahlen vor?", ["get_earnings"]),
        ("アップルの決算は？", ["get_earnings"]),
        ("¿Qué dividendos paga Apple?", ["get_actions"]),
        ("Who are Apple's competitors?", ["get_peers"]),
        ("Who owns Apple?", ["get_company"]),
        ("Zeig mir die Bilanz von Apple", ["get_statements"]),
        ("What was Apple's close on 2026-10-23?", ["get_price_on"]),
        ("How did Apple do over the past year?", ["get_history"]),
        ("Financial statements of Apple", ["get_statements"] * 3),
        ("Balance sheet, income statement and revenue in 2024: the financials", ["get_statements"] * 3),
        ("How is Apple?", []),
    ],
)
def test_tools_follow_from_the_words_of_the_question(question: str, expected: list[str]) -> None:
    assert [call.name for call in plain_tool_calls(request(question))] == expected


def test_arguments_name_symbol_and_day() -> None:
    (call,) = plain_tool_calls(request("What was the close on 2026-10-23?"))
    assert json.loads(call.arguments) == {"symbol": "AAPL", "day": "2026-10-23"}


def test_calls_are_bounded_and_only_for_single_symbols() -> None:
    facts = tuple(Fact(n, "quote", s, "", {}, "yahoo", None, False) for n, s in enumerate("ABCDE", 1))
    both = Fact(9, "watchlist", "A,B", "", {}, "preferences", None, False)
    calls = plain_tool_calls(request("dividends, earnings date and peers?", facts=(both, *facts)))
    assert len(calls) == 6
    assert {json.loads(call.arguments)["symbol"] for call in calls} == {"A", "B", "C"}


async def test_offline_model_calls_tools_once_and_answers_from_their_facts() -> None:
    client = OfflineModelClient()
    first = [event async for event in client.generate_stream(request("What is on my watchlist?"))]
    assert len(first) == 1
    assert isinstance(first[0], Finished)
    (call,) = first[0].tool_calls
    assert call == ToolCall("plain-0", "get_watchlist", "{}")
    told = Message("tool", "The watchlist of this user is empty.", tool_call_id=call.id)
    again = request("What is on my watchlist?", Message("assistant", "", (call,)), told, facts=())
    text = "".join([e.text async for e in client.generate_stream(again) if isinstance(e, TextDelta)])
    assert text.startswith("Unavailable: The watchlist of this user is empty.")
