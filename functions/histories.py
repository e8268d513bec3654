"""Price histories of several symbols in one request."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Literal

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import Field

from functions.quotes import HistoryRange, read_history
from shared.app.context import AppContext
from shared.domain.symbols import valid_symbols
from shared.errors.request_errors import NotFoundError, RateLimitedError
from shared.errors.service_errors import ServiceError
from shared.http.blueprint import HttpBlueprint
from shared.http.caching import cached_response
from shared.http.handler import http_handler
from shared.http.parameters import read_query
from shared.market.answers import joined, symbol_errors, with_body
from shared.observability.telemetry import annotate
from shared.runtime.compact_json import dumps

if TYPE_CHECKING:
    from shared.domain.market_data import History
    from shared.market.answers import Answer

MAX_SYMBOLS = 20
_AT_ONCE = 5
"""Histories that one request reads at the same time: others must get their turn at the sources."""
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}

SymbolFailure = NotFoundError | ServiceError | RateLimitedError
"""Why there is no history of a symbol."""

blueprint = HttpBlueprint()


class HistoriesQuery(HistoryRange):
    """Query of the histories of several symbols."""

    comma_separated = ("symbols",)

    symbols: Annotated[tuple[str, ...], Field(min_length=1)]
    format: Literal["json", "csv", "parquet"] = "json"


# Routes are tried in the order of function names: this one comes before ``quote``, which would match it too.
@blueprint.route("quotes/history", methods=["GET"])
@http_handler
async def histories(req: Request, app: AppContext) -> Response:
    """Returns the histories of up to 20 symbols in the requested order; failures are listed per symbol."""
    from shared.http.history_table import check_parquet
    from shared.http.provenance_headers import errors_header

    query = read_query(req, HistoriesQuery)
    if query.format == "parquet":
        check_parquet()
    symbols, malformed = valid_symbols(query.symbols, MAX_SYMBOLS)
    annotate(symbols=len(symbols))
    found, failed = await _read_all(app, symbols, query)
    annotate(source=",".join(sorted({answer.source or "" for answer in found})), failed=len(failed))
    _raise_if_all_failed(found, failed)
    errors = symbol_errors({**malformed, **failed})
    now = app.clock()
    entry = joined("histories", found, dumps(errors), now.timestamp())
    if query.format == "json":
        return cached_response(req, entry, now)
    # Parsing and writing long histories takes too long for the event loop.
    body, provenance = await asyncio.to_thread(_table, found, query)
    headers = {
        "Content-Disposition": f'attachment; filename="histories-{query.interval}.{query.format}"',
        **provenance,
        "X-Data-Errors": errors_header(errors),
    }
    return cached_response(
        req, with_body(entry, body), now, media_type=_MEDIA_TYPES[query.format], headers=headers
    )


async def _read_all(
    app: AppContext, symbols: list[str], query: HistoriesQuery
) -> "tuple[list[Answer[History]], dict[str, SymbolFailure]]":
    """Returns the histories in the order of the symbols, and the failures by symbol."""
    slots = asyncio.Semaphore(_AT_ONCE)

    async def read(symbol: str) -> "Answer[History] | SymbolFailure":
        async with slots:
            try:
                return await read_history(app, symbol, query)
            except (NotFoundError, ServiceError, RateLimitedError) as error:
                return error

    results = dict(zip(symbols, await asyncio.gather(*map(read, symbols)), strict=True))
    failed = {symbol: result for symbol, result in results.items() if isinstance(result, SymbolFailure)}
    found = [result for result in results.values() if not isinstance(result, SymbolFailure)]
    return found, failed


def _raise_if_all_failed(found: "list[Answer[History]]", failed: dict[str, SymbolFailure]) -> None:
    """Raises the first failure of a source when no symbol could be served."""
    failures = [error for error in failed.values() if not isinstance(error, NotFoundError)]
    if not found and failures and len(failures) == len(failed):
        raise failures[0]


def _table(found: "list[Answer[History]]", query: HistoriesQuery) -> tuple[bytes, dict[str, str]]:
    """Returns the table and its provenance, as headers."""
    from shared.http.history_table import table_csv, table_parquet
    from shared.http.provenance_headers import provenance_headers
    from shared.market.analysis.periods import is_intraday

    write = table_csv if query.format == "csv" else table_parquet
    histories = [answer.value for answer in found]
    return write(histories, intraday=is_intraday(query.interval)), provenance_headers(histories)
