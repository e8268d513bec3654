"""HTTP functions of quotes, histories, technical figures, fundamentals and news."""

import asyncio
import re
from typing import TYPE_CHECKING, Annotated, Literal

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import Field

from shared.app.context import AppContext
from shared.domain.symbols import valid_symbols
from shared.domain.terms import Interval, Period
from shared.errors import FieldError
from shared.errors.request_errors import InvalidRequestError, RateLimitedError
from shared.errors.service_errors import ServiceError
from shared.http.answer_response import answer_response
from shared.http.blueprint import HttpBlueprint
from shared.http.caching import cached_response
from shared.http.handler import http_handler
from shared.http.history_csv import history_csv
from shared.http.market_parameters import IsoDate, KnownOn, read_symbol
from shared.http.parameters import IN_DIGITS, Parameters, read_query
from shared.http.provenance_headers import provenance_headers
from shared.market.answers import Answer, QuotesResult, joined, symbol_errors, with_body
from shared.observability.telemetry import annotate
from shared.runtime.compact_json import dumps

if TYPE_CHECKING:
    from shared.domain.market_data import History

MAX_SYMBOLS = 100

blueprint = HttpBlueprint()


class QuotesQuery(Parameters):
    """Query of the quotes of many symbols."""

    comma_separated = ("symbols",)

    symbols: Annotated[tuple[str, ...], Field(min_length=1)]


class HistoryRange(Parameters):
    """The candles that a query asks for."""

    period: Period | None = None
    interval: Interval = "1d"
    start: IsoDate | None = None
    end: IsoDate | None = None
    known_on: KnownOn | None = None
    unadjusted: bool = False


class HistoryQuery(HistoryRange):
    """Query of a history."""

    format: Literal["json", "csv"] = "json"


class ActionsQuery(Parameters):
    """Query of dividends and splits."""

    start: IsoDate | None = None
    end: IsoDate | None = None


class FundamentalsQuery(Parameters):
    """Query of fundamentals."""

    known_on: KnownOn | None = None


class TechnicalsQuery(Parameters):
    """Query of technical figures."""

    period: Period = "1y"
    series: bool = False


class NewsQuery(Parameters):
    """Query of news."""

    limit: Annotated[int, Field(ge=1, le=50), IN_DIGITS] = 10


@blueprint.route("quotes/{symbol}", methods=["GET"])
@http_handler
async def quote(req: Request, app: AppContext) -> Response:
    """Returns one quote."""
    answer = await app.market_data.quote(read_symbol(req))
    return answer_response(req, app, answer)


@blueprint.route("quotes", methods=["GET"])
@http_handler
async def quotes(req: Request, app: AppContext) -> Response:
    """Returns the quotes of up to 100 symbols in the requested order; failures are listed per symbol."""
    symbols, malformed = valid_symbols(read_query(req, QuotesQuery).symbols, MAX_SYMBOLS)
    annotate(symbols=len(symbols))
    result = await app.market_data.quotes(symbols)
    annotate(
        source=",".join(sorted({answer.source or "" for answer in result.answers})), failed=len(result.errors)
    )
    _raise_if_all_failed(result)
    errors = symbol_errors({**malformed, **result.errors})
    now = app.clock()
    return cached_response(req, joined("quotes", result.answers, dumps(errors), now.timestamp()), now)


@blueprint.route("quotes/{symbol}/history", methods=["GET"])
@http_handler
async def quote_history(req: Request, app: AppContext) -> Response:
    """Returns a price history as JSON or CSV."""
    symbol = read_symbol(req)
    query = read_query(req, HistoryQuery)
    answer = await read_history(app, symbol, query)
    if query.format == "csv":
        return await _csv_response(req, app, answer)
    return answer_response(req, app, answer)


@blueprint.route("quotes/{symbol}/actions", methods=["GET"])
@http_handler
async def quote_actions(req: Request, app: AppContext) -> Response:
    """Returns the dividends and splits of a symbol, or those from ``start`` to ``end``."""
    symbol = read_symbol(req)
    query = read_query(req, ActionsQuery)
    if query.start is not None and query.end is not None and query.end < query.start:
        message = "must not be before start"
        raise InvalidRequestError(f"end {message}.", errors=[FieldError("end", message)])
    answer = await app.market_data.actions(symbol, start=query.start, end=query.end)
    return answer_response(req, app, answer)


@blueprint.route("quotes/{symbol}/technicals", methods=["GET"])
@http_handler
async def quote_technicals(req: Request, app: AppContext) -> Response:
    """Returns technical figures and signals."""
    symbol = read_symbol(req)
    query = read_query(req, TechnicalsQuery)
    answer = await app.market_data.technicals(symbol, query.period, series=query.series)
    return answer_response(req, app, answer)


@blueprint.route("quotes/{symbol}/fundamentals", methods=["GET"])
@http_handler
async def quote_fundamentals(req: Request, app: AppContext) -> Response:
    """Returns fundamentals."""
    symbol = read_symbol(req)
    known_on = read_query(req, FundamentalsQuery).known_on
    if known_on is None:
        answer = await app.market_data.fundamentals(symbol)
    else:
        answer = await app.market_data.known_on(symbol, known_on).fundamentals(symbol)
    return answer_response(req, app, answer)


@blueprint.route("quotes/{symbol}/news", methods=["GET"])
@http_handler
async def quote_news(req: Request, app: AppContext) -> Response:
    """Returns news, newest first."""
    symbol = read_symbol(req)
    answer = await app.market_data.news(symbol, read_query(req, NewsQuery).limit)
    return answer_response(req, app, answer)


async def read_history(app: AppContext, symbol: str, query: HistoryRange) -> "Answer[History]":
    """Returns the history that a query asks for; see ``DataManager.history``."""
    from shared.market.analysis.calendar import exchange_date
    from shared.market.analysis.periods import history_request

    now = app.clock()
    request = history_request(
        symbol,
        period=query.period,
        interval=query.interval,
        start=query.start,
        end=query.end,
        now=now,
    )
    if query.known_on is None and not query.unadjusted:
        return await app.market_data.history(request)
    market = app.market_data.known_on(symbol, query.known_on or exchange_date(symbol, now))
    return await market.history(request, unadjusted=query.unadjusted)


def _raise_if_all_failed(result: QuotesResult) -> None:
    """Raises the first failure when no symbol of a batch could be served."""
    failures = [
        error for error in result.errors.values() if isinstance(error, ServiceError | RateLimitedError)
    ]
    if not result.answers and failures and len(failures) == len(result.errors):
        raise failures[0]


async def _csv_response(req: Request, app: AppContext, answer: "Answer[History]") -> Response:
    annotate(source=answer.source)
    # Parsing and writing a long history takes too long for the event loop.
    body = await asyncio.to_thread(lambda: history_csv(answer.value))
    history = answer.value
    headers = {
        "Content-Disposition": f'attachment; filename="{_file_name(history)}"',
        **provenance_headers([history]),
    }
    return cached_response(
        req, with_body(answer.entry, body), app.clock(), media_type="text/csv; charset=utf-8", headers=headers
    )


def _file_name(history: "History") -> str:
    symbol = re.sub(r"[^A-Z0-9.-]", "_", history.symbol)
    return f"{symbol}-{history.period or 'range'}-{history.interval}.csv"
