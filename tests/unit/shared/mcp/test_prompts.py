"""Prompts: each names the symbols it is for and tools that exist, and refuses what it cannot use."""

import pytest
from mcp.shared.exceptions import MCPError

from shared.mcp.prompts import get_prompt, list_prompts
from shared.mcp.tool_catalogue import TOOLS

SYMBOLS = {"research_note": "aapl", "comparison": "aapl, msft", "earnings_preview": "aapl"}
COMPARED = "symbols must be 2 to 20 different tickers, separated by commas, such as AAPL, MSFT."


def argument_of(name: str) -> str:
    """The name of a prompt's only argument."""
    [argument] = next(prompt for prompt in list_prompts().prompts if prompt.name == name).arguments or []
    assert argument.required
    return argument.name


def refusal(name: str, written: str) -> str:
    with pytest.raises(MCPError) as refused:
        get_prompt(name, {argument_of(name): written})
    return refused.value.error.message


def test_prompts_name_the_symbols_and_existing_tools() -> None:
    assert {prompt.name for prompt in list_prompts().prompts} == set(SYMBOLS)
    for name, symbols in SYMBOLS.items():
        result = get_prompt(name, {argument_of(name): symbols})
        text = result.messages[0].content.text  # type: ignore[union-attr]
        assert symbols.upper() in text
        assert {word.strip(".,()") for word in text.split() if word.startswith("get_")} <= TOOLS.keys()


@pytest.mark.parametrize(
    "written", ["aapl", "aapl, AAPL", "brk.b, BRK-B", ",".join(f"S{number}" for number in range(21))]
)
def test_comparison_needs_two_to_twenty_companies(written: str) -> None:
    assert refusal("comparison", written) == COMPARED


def test_comparison_names_each_company_once() -> None:
    text = get_prompt("comparison", {"symbols": "aapl,msft, AAPL"}).messages[0].content.text  # type: ignore[union-attr]
    assert text.startswith("Compare AAPL, MSFT.")


@pytest.mark.parametrize("name", ["research_note", "earnings_preview"])
def test_other_prompts_are_for_one_company(name: str) -> None:
    assert refusal(name, "AAPL, MSFT") == "symbol must be one ticker, such as AAPL."


@pytest.mark.parametrize("written", ["", " ", ", ,"])
def test_missing_symbols_are_requested(written: str) -> None:
    assert refusal("comparison", written).startswith("symbols is missing: it must be 2 to 20 ")
    assert refusal("research_note", written).startswith("symbol is missing: it must be one ticker")


def test_text_that_is_no_ticker_is_refused_with_the_rule() -> None:
    rule = "every ticker must be 1 to 21 of A-Z 0-9 . ^ = & -."
    assert refusal("comparison", "Apple Inc., Microsoft") == f"symbols: {rule}"
