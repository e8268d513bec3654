"""Names of tools in the spellings of models."""

import pytest

from shared.llm.chat_completions.tool_names import offered_tool

OFFERED = ("get_quote", "get_news", "search_symbols")


@pytest.mark.parametrize(
    "written",
    [
        *("get_quote", "getQuote", "GetQuote", "get-quote", "Get_Quote", "GETQUOTE", "get quote"),
        *("functions.get_quote", "functions.get_quote:0", "functions.getQuote:12", "default_api.get_quote"),
        *("default_api:getQuote", "mcp/get_quote", "get_quote<|channel|>commentary", " get_quote\n"),
    ],
)
def test_a_name_in_another_spelling_is_matched(written: str) -> None:
    assert offered_tool(written, OFFERED) == "get_quote"


@pytest.mark.parametrize(
    "written", ["get_weather", "quote", "get_quotes", "", "functions.", "0", "getquotenews"]
)
def test_another_name_is_not_matched(written: str) -> None:
    assert offered_tool(written, OFFERED) is None


def test_a_name_that_two_tools_may_have_is_not_matched() -> None:
    offered = ("get_quote", "getQuote")
    assert offered_tool("Get-Quote", offered) is None
    assert offered_tool("getQuote", offered) == "getQuote"
