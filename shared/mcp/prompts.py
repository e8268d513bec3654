"""Prompts that lead a model through a piece of research with the tools."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import mcp_types as types
from mcp.shared.exceptions import MCPError

from shared.domain.symbols import SYMBOL_RULE, normalise_symbol
from shared.errors.request_errors import InvalidSymbolError

_RULES: Final = (
    "Use only figures that the tools return, and name the source and the time of each. Say what is stale, "
    "missing or remarked on under quality. State no figure from memory. End with the disclaimer that this is "
    "no investment advice."
)


@dataclass(frozen=True)
class _Argument:
    """The one argument of a prompt.

    Attributes:
        name: Its name.
        description: What it is.
        rule: What its value must be, for the error.
        fewest: Minimum number of symbols.
        most: Maximum number of symbols.
    """

    name: str
    description: str
    rule: str
    fewest: int
    most: int


@dataclass(frozen=True)
class _ServedPrompt:
    name: str
    title: str
    description: str
    argument: _Argument
    text: str


_MAX_COMPARED: Final = 20
"""Symbols of a comparison, as many as one call of get_quotes has."""
_SYMBOL: Final = _Argument("symbol", "Ticker, such as AAPL", "must be one ticker, such as AAPL", 1, 1)
_SYMBOLS: Final = _Argument(
    "symbols",
    f"2 to {_MAX_COMPARED} tickers, separated by commas",
    f"must be 2 to {_MAX_COMPARED} different tickers, separated by commas, such as AAPL, MSFT",
    2,
    _MAX_COMPARED,
)

_PROMPTS: Final[Mapping[str, _ServedPrompt]] = {
    prompt.name: prompt
    for prompt in (
        _ServedPrompt(
            "research_note",
            "Research note",
            "A note on one company: business, figures, valuation, risks.",
            _SYMBOL,
            "Write a research note on {symbols}. Call get_quotes, get_fundamentals (with the profile), "
            "get_statements, get_technicals, get_earnings, get_peers and get_news. Cover the business, the "
            "results of the last years, valuation against peers, the technical picture, the next events, and "
            "the risks, one page in all.",
        ),
        _ServedPrompt(
            "comparison",
            "Comparison",
            "Two or more companies side by side.",
            _SYMBOLS,
            "Compare {symbols}. Call get_quotes once for all, then get_fundamentals and get_history for "
            "each. Show one table with a row per figure and a column per company, in one currency where the "
            "tools give the rate, then what sets them apart in five sentences.",
        ),
        _ServedPrompt(
            "earnings_preview",
            "Earnings preview",
            "What to expect of the next earnings.",
            _SYMBOL,
            "Write a preview of the next earnings of {symbols}. Call get_earnings, get_statements "
            "(quarterly), get_news and get_history. Give date and time, estimates against the last quarters, "
            "the record of surprises, the price moves after them, and three questions that the report will "
            "answer.",
        ),
    )
}


def list_prompts() -> types.ListPromptsResult:
    """Returns the descriptions of the prompts."""
    return types.ListPromptsResult(
        prompts=[
            types.Prompt(
                name=prompt.name,
                title=prompt.title,
                description=prompt.description,
                arguments=[
                    types.PromptArgument(
                        name=prompt.argument.name, description=prompt.argument.description, required=True
                    )
                ],
            )
            for prompt in _PROMPTS.values()
        ]
    )


def get_prompt(name: str, arguments: Mapping[str, str]) -> types.GetPromptResult:
    """Returns a prompt for the given symbols.

    Raises:
        MCPError: There is no such prompt, or the argument is missing, has too few or too many symbols, or a
            text that is none.
    """
    prompt = _PROMPTS.get(name)
    if prompt is None:
        raise MCPError(
            types.INVALID_PARAMS, f"There is no prompt {name[:100]!r}; prompts/list has their names."
        )
    symbols = _symbols(prompt.argument, arguments.get(prompt.argument.name, ""))
    text = f"{prompt.text.format(symbols=', '.join(symbols))} {_RULES}"
    return types.GetPromptResult(
        description=prompt.description,
        messages=[types.PromptMessage(role="user", content=types.TextContent(text=text))],
    )


def _symbols(argument: _Argument, written: str) -> list[str]:
    """Returns the different symbols of an argument, in the order written."""
    parts = [part.strip() for part in written.split(",") if part.strip()]
    if not parts:
        raise MCPError(types.INVALID_PARAMS, f"{argument.name} is missing: it {argument.rule}.")
    try:
        symbols = list(dict.fromkeys(map(normalise_symbol, parts)))
    except InvalidSymbolError:
        raise MCPError(types.INVALID_PARAMS, f"{argument.name}: every ticker {SYMBOL_RULE}.") from None
    if not argument.fewest <= len(symbols) <= argument.most:
        raise MCPError(types.INVALID_PARAMS, f"{argument.name} {argument.rule}.")
    return symbols
