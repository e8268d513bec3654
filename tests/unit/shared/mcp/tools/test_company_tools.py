"""Tools for companies, on sample data: what a model reads, also when a part is missing."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import ValidationError

from shared.errors.request_errors import SymbolNotFoundError
from shared.market.data_manager import DataManager
from shared.mcp.tools.company_tools import EARNINGS, EVENTS, FUNDAMENTALS, PEERS, STATEMENTS
from shared.mcp.tools.tool import Tool, ToolAnswer, ToolContext
from tests.support.http import make_request


async def call(market: DataManager, tool: Tool[Any], **arguments: object) -> ToolAnswer:
    app: Any = SimpleNamespace(market_data=market)
    return await tool.run(ToolContext(make_request(), app), tool.arguments.model_validate(arguments))


async def test_fundamentals_have_the_requested_parts_and_the_long_lists_on_top(
    sample_market: DataManager,
) -> None:
    parts = ["fundamentals", "profile", "holders", "profile"]
    answer = await call(sample_market, FUNDAMENTALS, symbol="aapl", include=parts)
    assert answer.summary == "AAPL: fundamentals, profile, holders."
    assert answer.data["profile"]["symbol"] == "AAPL"
    assert answer.data["institutions"]
    assert "institutions" not in answer.data["holders"]
    assert set(answer.shrinks) == {"insiders", "institutions"}


async def test_missing_part_does_not_cost_the_others(sample_market: DataManager) -> None:
    answer = await call(sample_market, FUNDAMENTALS, symbol="SPY", include=["fundamentals", "holders"])
    assert answer.data["fundamentals"]["symbol"] == "SPY"
    assert [(error["part"], bool(error["detail"])) for error in answer.data["errors"]] == [("holders", True)]


async def test_unknown_symbol_is_an_error(sample_market: DataManager) -> None:
    with pytest.raises(SymbolNotFoundError):
        await call(sample_market, FUNDAMENTALS, symbol="ZZZZ")


async def test_exchange_rate_is_added_on_request(sample_market: DataManager) -> None:
    answer = await call(sample_market, FUNDAMENTALS, symbol="AAPL", convert_to="eur")
    rate = answer.data["exchange_rate"]
    assert (rate["base"], rate["quote"]) == ("USD", "EUR")
    assert rate["rate"] > 0


@pytest.mark.parametrize("detail", [False, True])
async def test_lines_of_statements_are_values_and_detail_adds_their_origin(
    sample_market: DataManager, detail: bool
) -> None:
    answer = await call(sample_market, STATEMENTS, symbol="AAPL", limit=2, detail=detail)
    first, second = answer.data["periods"]
    assert first["end"] > second["end"]
    revenue = first["lines"]["revenue"]
    assert (revenue["value"] if detail else revenue) > 0
    assert f"2 periods of income, newest to {first['end']}" in answer.summary


async def test_earnings_name_the_next_date(sample_market: DataManager) -> None:
    answer = await call(sample_market, EARNINGS, symbol="AAPL")
    assert answer.data["history"]
    expected = f"next on {answer.data['next']['date']}"
    assert answer.summary == f"AAPL earnings: {expected}."


async def test_events_are_actions_or_filings(sample_market: DataManager) -> None:
    actions = await call(sample_market, EVENTS, symbol="AAPL")
    assert actions.keeps_last
    assert f"{len(actions.data['dividends'])} dividends" in actions.summary
    filings = await call(sample_market, EVENTS, symbol="AAPL", kind="filings")
    assert f"{len(filings.data['filings'])} filings" in filings.summary


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        ({"form": "10-K"}, "set kind to filings"),
        ({"kind": "filings", "start": "2026-01-01"}, "start and end are for actions"),
    ],
)
def test_argument_of_the_other_kind_is_refused_with_advice(arguments: dict[str, str], advice: str) -> None:
    with pytest.raises(ValidationError, match=advice):
        EVENTS.arguments.model_validate({"symbol": "AAPL", **arguments})


async def test_peers_are_named_in_the_summary(sample_market: DataManager) -> None:
    answer = await call(sample_market, PEERS, symbol="AAPL")
    peers = [cast(str, peer["symbol"]) for peer in answer.data["peers"]]
    assert answer.summary == f"Peers of AAPL: {', '.join(peers[:10]) or 'none'}."
