"""Tools for prices: symbol search, quotes, histories, technical figures, news."""

import json
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, StringConstraints

from shared.domain.formatting import decimals_of, money, number
from shared.domain.symbols import valid_symbols
from shared.domain.terms import Interval, Period
from shared.domain.visible_text import visible_text
from shared.http.market_parameters import IsoDate
from shared.http.parameters import AtMost, SymbolParameter
from shared.market.analysis.periods import history_request
from shared.market.answers import symbol_errors
from shared.market.symbol_lookup import search_symbols
from shared.mcp.history_rows import COLUMNS, history_rows
from shared.mcp.tools.tool import (
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

_MAX_QUOTES: Final = 20
_WHOLE_QUOTES: Final = 5
"""Quotes that have all their fields; of more, the answer has those that fit for all of them."""
_QUOTE_FIELDS: Final = frozenset(
    {
        "symbol", "name", "price", "currency", "change_percent", "volume", "market_cap",
        "source", "as_of", "stale", "fallback_reason", "quality",
    }
)  # fmt: skip
_MANY_QUOTES: Final = 12
_LESS_IMPORTANT: Final = frozenset({"volume", "market_cap"})
"""Fields that more quotes than that do without, so that 20 fit."""
_NAME_CHARACTERS: Final = 40
_ROWS: Final = 40
_DETAILED_ROWS: Final = 200


class SearchToolArguments(ToolArguments):
    """Arguments of the symbol search."""

    query: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
        AfterValidator(visible_text),
    ]
    limit: Annotated[int, Field(ge=1, le=25)] = 10


class QuotesArguments(DetailArguments):
    """Arguments of the quotes."""

    symbols: Annotated[tuple[str, ...], Field(min_length=1), AtMost(_MAX_QUOTES)]


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
    found = await search_symbols(app.symbol_places, arguments.query, arguments.limit)
    symbols = [info.model_dump(mode="json", include=_SEARCH_FIELDS) for info in found]
    return ToolAnswer(
        f"{len(symbols)} {'symbol matches' if len(symbols) == 1 else 'symbols match'}.",
        {"symbols": symbols},
        ("symbols",),
        how_to_get="Search with a longer name.",
    )


_SEARCH_FIELDS: Final = {"symbol", "name", "asset_type", "exchange", "country", "currency"}


async def _quotes(call: ToolContext, arguments: QuotesArguments) -> ToolAnswer:
    symbols, malformed = valid_symbols(arguments.symbols, _MAX_QUOTES)
    result = await call.app.market_data.quotes(symbols)
    if not result.answers and len(result.errors) == 1 and not malformed:
        raise next(iter(result.errors.values()))
    quotes: list[JsonObject] = [json.loads(answer.body) for answer in result.answers]
    errors = symbol_errors({**malformed, **result.errors})
    summary = "; ".join(_priced(quote) for quote in quotes[:5])
    data: JsonObject = {"quotes": quotes, "errors": errors}
    if len(quotes) > _WHOLE_QUOTES and not arguments.detail:
        data = {**_main_fields(quotes), "errors": errors}
    return ToolAnswer(
        summary or "No quotes.",
        data,
        ("errors", "quotes"),
        how_to_get="Call get_quotes again with these symbols only.",
    )


def _main_fields(quotes: list[JsonObject]) -> JsonObject:
    """Returns the main fields of many quotes; a reason that all of them share is stated once."""
    fields = _QUOTE_FIELDS if len(quotes) <= _MANY_QUOTES else _QUOTE_FIELDS - _LESS_IMPORTANT
    short = [
        {name: _brief(name, value) for name, value in quote.items() if name in fields and value != []}
        for quote in quotes
    ]
    reasons = {quote["fallback_reason"] for quote in short}
    if len(reasons) > 1:
        return {"quotes": short}
    for quote in short:
        del quote["fallback_reason"]
    return {"fallback_reason": reasons.pop(), "quotes": short}


def _brief(name: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    if name == "quality":
        return [{"code": remark["code"]} for remark in value[:3]]
    if name == "name" and value:
        return value[:_NAME_CHARACTERS]
    return round(value, 4) if name == "change_percent" and value is not None else value


def _priced(quote: JsonObject) -> str:
    decimals = decimals_of(quote["symbol"], quote["price"], quote["currency"], quote.get("price_decimals"))
    return f"{quote['symbol']} {money(quote['price'], quote['currency'], decimals=decimals)}"


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
    decimals = decimals_of(history.symbol, last.close, history.currency, history.price_decimals)
    closes = f"{number(first.close, decimals)} to {money(last.close, history.currency, decimals=decimals)}"
    summary = f"{history.symbol}: {len(history.candles)} candles, close {closes}"
    return ToolAnswer(
        f"{summary}.",
        data,
        ("rows",),
        keeps_last=True,
        how_to_get="Ask for a shorter span (start, end) or a longer interval.",
    )


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
    "Current prices. change_percent is in percent. detail gives all fields of many.",
    QuotesArguments,
    {"quotes": OBJECTS, "errors": OBJECTS, "fallback_reason": TEXT},
    _quotes,
)
HISTORY: Final = Tool(
    "get_history",
    "Price history",
    "Candles, oldest first. Long spans are merged: candles_per_row; detail gives more rows.",
    HistoryToolArguments,
    {
        "symbol": TEXT,
        "currency": TEXT,
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
    {"symbol": TEXT, "currency": TEXT, "close": NUMBER, "signals": OBJECTS, **PROVENANCE},
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
