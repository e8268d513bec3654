"""Tools for prices, on sample data: short answers that hold the requested data."""

from types import SimpleNamespace
from typing import Any

import pytest

from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.market.data_manager import DataManager
from shared.mcp.tools.price_tools import HISTORY, NEWS, QUOTES, SEARCH, TECHNICALS
from shared.mcp.tools.tool import Tool, ToolAnswer, ToolContext
from tests.support.cache import FrozenClock
from tests.support.http import make_request

SIX = ["AAPL", "MSFT", "NVDA", "GOOGL", "AMZN", "TSLA"]


async def call(market: DataManager, tool: Tool[Any], **arguments: object) -> ToolAnswer:
    app: Any = SimpleNamespace(market_data=market, clock=FrozenClock(), symbol_places=(market,))
    return await tool.run(ToolContext(make_request(), app), tool.arguments.model_validate(arguments))


async def test_few_quotes_have_all_fields_and_a_summary(sample_market: DataManager) -> None:
    answer = await call(sample_market, QUOTES, symbols=["aapl"])
    (quote,) = answer.data["quotes"]
    assert {"open", "day_high", "previous_close"} <= quote.keys()
    assert answer.summary.startswith("AAPL ")
    assert answer.summary.endswith(" USD")


async def test_many_quotes_have_their_main_fields_and_the_shared_reason_once(
    sample_market: DataManager,
) -> None:
    answer = await call(sample_market, QUOTES, symbols=SIX)
    assert [quote["symbol"] for quote in answer.data["quotes"]] == SIX
    assert all("open" not in quote and "fallback_reason" not in quote for quote in answer.data["quotes"])
    assert "fallback_reason" in answer.data
    detailed = await call(sample_market, QUOTES, symbols=SIX, detail=True)
    assert all("open" in quote for quote in detailed.data["quotes"])


async def test_wrong_symbols_of_a_batch_are_listed(sample_market: DataManager) -> None:
    answer = await call(sample_market, QUOTES, symbols=["AAPL", "ZZZZ", "A B"])
    assert len(answer.data["quotes"]) == 1
    assert {error["symbol"] for error in answer.data["errors"]} == {"ZZZZ", "A B"}


async def test_single_unknown_symbol_is_an_error(sample_market: DataManager) -> None:
    with pytest.raises((SymbolNotFoundError, UpstreamUnavailableError)):
        await call(sample_market, QUOTES, symbols=["ZZZZ"])


async def test_long_history_is_merged_and_detail_has_more_rows(sample_market: DataManager) -> None:
    short = await call(sample_market, HISTORY, symbol="AAPL", period="1y")
    assert len(short.data["rows"]) <= 40
    assert short.data["candles_per_row"] > 1
    assert "candles" not in short.data
    detailed = await call(sample_market, HISTORY, symbol="AAPL", period="1y", detail=True)
    assert len(short.data["rows"]) < len(detailed.data["rows"]) <= 200
    last = detailed.data["rows"][-1]
    assert dict(zip(detailed.data["columns"], last, strict=True))["close"] == short.data["rows"][-1][4]


async def test_history_of_a_range_replaces_the_period(sample_market: DataManager) -> None:
    answer = await call(sample_market, HISTORY, symbol="AAPL", start="2026-11-02", end="2026-11-06")
    assert answer.data["rows"][0][0] == "2026-11-02"
    assert answer.data["rows"][-1][0] == "2026-11-06"
    assert answer.keeps_last


async def test_technicals_name_their_signals(sample_market: DataManager) -> None:
    answer = await call(sample_market, TECHNICALS, symbol="AAPL")
    names = ", ".join(signal["name"] for signal in answer.data["signals"])
    assert answer.summary == f"AAPL: {names or 'no signals'}."


async def test_news_and_search_count_what_they_have(sample_market: DataManager) -> None:
    news = await call(sample_market, NEWS, symbol="AAPL", limit=3)
    assert news.summary == f"{len(news.data['articles'])} articles on AAPL."
    found = await call(sample_market, SEARCH, query=" micro ")
    assert "MSFT" in [symbol["symbol"] for symbol in found.data["symbols"]]
    assert found.summary == f"{len(found.data['symbols'])} symbols match."
    one = await call(sample_market, SEARCH, query="microsoft")
    assert one.summary == "1 symbol matches."
