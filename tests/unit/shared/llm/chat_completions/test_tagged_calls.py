"""Calls in tags with the name of their tool."""

import pytest

from shared.llm.chat_completions.call_forms import call_at
from shared.llm.chat_completions.call_readings import FoundCalls

TOOLS = {"get_news": {"type": "object", "properties": {"symbol": {}, "limit": {}}}}


@pytest.mark.parametrize(
    ("text", "arguments", "rest"),
    [
        ('<get_news>{"symbol": "SAP"}</get_news>\nSo.', '{"symbol": "SAP"}', "So."),
        ('<function(get_news)>{"symbol": "SAP"}</function> So.', '{"symbol": "SAP"}', " So."),
        (
            "<get_news>\n<symbol>SAP</symbol>\n<limit>5</limit>\n</get_news>",
            '{"symbol": "SAP", "limit": "5"}',
            "",
        ),
        ("<get_news></get_news>", "{}", ""),
        ('    {"name": "get_news", "arguments": {"symbol": "SAP"}}\n', '{"symbol": "SAP"}', ""),
        ('Action: get_news({"symbol": "SAP"})\nObservation: 5', '{"symbol": "SAP"}', "Observation: 5"),
    ],
)
def test_call(text: str, arguments: str, rest: str) -> None:
    found = call_at(text, TOOLS, first=True, ended=True)
    assert isinstance(found, FoundCalls)
    assert [(call.name, call.arguments) for call in found.calls] == [("get_news", arguments)]
    assert text[found.end :] == rest


@pytest.mark.parametrize(
    "text",
    [
        "<get_weather>Bern</get_weather>",
        "<get_news>is a tool",
        "<get_news>all of it</get_news>",
        '<get_news>{"symbol": </get_news>',
        '<function(get_weather)>{"place": "Bern"}</function>',
        "    - a list",
        "Action: get_news(SAP)",
        'Action: get_weather({"place": "Bern"})',
        'Action: get_news({"symbol": "SAP"}) is a call',
    ],
)
def test_no_call(text: str) -> None:
    assert call_at(text, TOOLS, first=True, ended=True) == "none"


@pytest.mark.parametrize("text", ["<", "<get_n", "<function(get", "<get_news>", '<get_news>{"symbol"', "   "])
def test_more_may_follow(text: str) -> None:
    assert call_at(text, TOOLS, first=True, ended=False) == "open"


@pytest.mark.parametrize("label", ["Final Answer: ", "**Final Answer:** ", "__Final Answer__: "])
def test_label_of_the_final_answer(label: str) -> None:
    found = call_at(f"{label}Yes.", TOOLS, first=True, ended=True)
    assert isinstance(found, FoundCalls)
    assert (found.end, found.calls) == (len(label), [])
    assert call_at(f"{label}Yes.", TOOLS, first=False, ended=True) == "none"
