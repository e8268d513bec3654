"""Tools for prices: symbol search, quotes, histories, technical figures, news."""

import json
from typing import Annotated, Final

from pydantic import Field

from shared.domain.symbols import normalise_symbol
from shared.domain.terms import Interval, Period
from shared.http.market_parameters import IsoDate
from shared.http.parameters import SymbolParameter
from shared.market.analysis.periods import history_request
from shared.market.symbol_lookup import search_symbols
from shared.mcp.history_rows import COLUMNS, history_rows
from shared.mcp.tools.tool import (
    MAYBE_NUMBER,
    MAYBE_TEXT,
    NUMBER,
    OBJECTS,
    PROVENANCE,
    TEXT,
    DetailArguments,
    JsonObject,
    Tool,
    ToolAnswer,
    ToolArguments,
    ToolContext,
)

_ROWS: Final = 40
_DETAILED_ROWS: Final = 200


class SearchToolArguments(ToolArguments):
    """Arguments of the symbol search."""

    query: Annotated[str, Field(min_length=1, max_length=100, description="Company name or ticker")]
    limit: Annotated[int, Field(ge=1, le=25)] = 10


class QuotesArguments(ToolArguments):
    """Arguments of the quotes."""

    symbols: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]


class HistoryToolArguments(DetailArguments):
    """Arguments of a price history."""

    symbol: SymbolParameter
    period: Period = "3mo"
    interval: Interval = "1d"
    start: Annotated[IsoDate | None, Field(description="In place of period")] = None
    end: IsoDate | None = None


class TechnicalsToolArguments(ToolArguments):
    """Arguments of the technical figures."""

    symbol: SymbolParameter
    period: Period = "1y"


class NewsToolArguments(DetailArguments):
    """Arguments of the news."""

    symbol: SymbolParameter
    limit: Annotated[int, Field(ge=1, le=50)] = 8


async def _search(call: ToolContext, arguments: SearchToolArguments) -> ToolAnswer:
    app = call.app
    found = await search_symbols(app.symbol_places, arguments.query.strip(), arguments.limit)
    symbols = [info.model_dump(mode="json", include=_SEARCH_FIELDS) for info in found]
    return ToolAnswer(f"{len(symbols)} symbols match.", {"symbols": symbols}, ("symbols",))


_SEARCH_FIELDS: Final = {"symbol", "name", "asset_type", "exchange", "country", "currency"}


async def _quotes(call: ToolContext, arguments: QuotesArguments) -> ToolAnswer:
    symbols = list(dict.fromkeys(normalise_symbol(symbol) for symbol in arguments.symbols))
    result = await call.app.market_data.quotes(symbols)
    if not result.answers and len(result.errors) == 1:
        raise next(iter(result.errors.values()))
    quotes: list[JsonObject] = [json.loads(answer.body) for answer in result.answers]
    errors = [
        {"symbol": symbol, "code": error.code, "detail": error.detail}
        for symbol, error in result.errors.items()
    ]
    summary = "; ".join(
        f"{quote['symbol']} {quote['price']} {quote['currency'] or ''}" for quote in quotes[:5]
    )
    return ToolAnswer(summary or "No quotes.", {"quotes": quotes, "errors": errors}, ("quotes", "errors"))


async def _history(call: ToolContext, arguments: HistoryToolArguments) -> ToolAnswer:
    request = history_request(
        arguments.symbol,
        period=None if arguments.start or arguments.end else arguments.period,
        interval=arguments.interval,
        start=arguments.start,
        end=arguments.end,
        now=call.app.clock(),
    )
    answer = await call.app.market_data.history(request)
    history = answer.value
    rows, merged = history_rows(history, _DETAILED_ROWS if arguments.detail else _ROWS)
    data: JsonObject = json.loads(history.model_dump_json(exclude={"candles"}))
    data |= {"columns": list(COLUMNS), "rows": rows, "candles_per_row": merged}
    first, last = (history.candles[0], history.candles[-1]) if history.candles else (None, None)
    if first is None or last is None:
        return ToolAnswer(f"{history.symbol}: no candles.", data)
    summary = (
        f"{history.symbol}: {len(history.candles)} candles, close {first.close:g} to {last.close:g} "
        f"{history.currency or ''}".rstrip()
    )
    return ToolAnswer(f"{summary}.", data, ("rows",), keeps_last=True)


async def _technicals(call: ToolContext, arguments: TechnicalsToolArguments) -> ToolAnswer:
    answer = await call.app.market_data.technicals(arguments.symbol, arguments.period)
    data: JsonObject = json.loads(answer.body)
    names = ", ".join(signal["name"] for signal in data["signals"])
    return ToolAnswer(f"{data['symbol']}: {names or 'no signals'}.", data, ("signals",))


async def _news(call: ToolContext, arguments: NewsToolArguments) -> ToolAnswer:
    answer = await call.app.market_data.news(arguments.symbol, arguments.limit)
    data: JsonObject = json.loads(answer.body)
    return ToolAnswer(f"{len(data['articles'])} articles on {data['symbol']}.", data, ("articles",))


SEARCH: Final = Tool(
    "search_symbols",
    "Search symbols",
    "Tickers whose symbol, name or alias matches.",
    SearchToolArguments,
    {"symbols": OBJECTS},
    _search,
)
QUOTES: Final = Tool(
    "get_quotes",
    "Quotes",
    "Current prices of up to 20 tickers. change_percent is in percent.",
    QuotesArguments,
    {"quotes": OBJECTS, "errors": OBJECTS},
    _quotes,
)
HISTORY: Final = Tool(
    "get_history",
    "Price history",
    "Candles, oldest first. Long spans are merged: candles_per_row; detail gives more rows.",
    HistoryToolArguments,
    {
        "symbol": TEXT,
        "currency": MAYBE_TEXT,
        "interval": TEXT,
        "adjustment": TEXT,
        "columns": {"type": "array"},
        "rows": {"type": "array"},
        "candles_per_row": NUMBER,
        **PROVENANCE,
    },
    _history,
)
TECHNICALS: Final = Tool(
    "get_technicals",
    "Technical figures",
    "Moving averages, RSI, MACD, Bollinger bands, ATR, volatility (fraction), 52-week range, signals.",
    TechnicalsToolArguments,
    {"symbol": TEXT, "currency": MAYBE_TEXT, "close": MAYBE_NUMBER, "signals": OBJECTS, **PROVENANCE},
    _technicals,
)
NEWS: Final = Tool(
    "get_news",
    "News",
    "Articles on a company, newest first; sentiment from -1 to 1.",
    NewsToolArguments,
    {"symbol": TEXT, "articles": OBJECTS, **PROVENANCE},
    _news,
)
