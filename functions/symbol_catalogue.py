"""Symbols: search, metadata and tracking."""

from typing import TYPE_CHECKING, Annotated

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StringConstraints

from shared.app.context import AppContext
from shared.domain.visible_text import visible_text
from shared.http.blueprint import HttpBlueprint
from shared.http.handler import http_handler
from shared.http.json import json_response
from shared.http.market_parameters import read_symbol
from shared.http.parameters import IN_DIGITS, Parameters, read_body, read_query
from shared.http.quota import check_rate

if TYPE_CHECKING:
    from shared.domain.market_data import SymbolInfo

blueprint = HttpBlueprint()


class SearchQuery(Parameters):
    """The query of a search."""

    query: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=100),
        AfterValidator(visible_text),
        Field(json_schema_extra={"pattern": r"\S"}),
    ]
    limit: Annotated[int, Field(ge=1, le=50), IN_DIGITS] = 10


class TrackingBody(Parameters):
    """The body of PUT tracking."""

    model_config = ConfigDict(extra="forbid")

    tracked: StrictBool


@blueprint.route("symbols", methods=["GET"])
@http_handler
async def search_symbols(req: Request, app: AppContext) -> Response:
    """Responds with symbols whose ticker, name or alias begins with the query: stored ones first."""
    from shared.market.symbol_lookup import search_symbols

    wanted = read_query(req, SearchQuery)
    found = await search_symbols(app.symbol_places, wanted.query, wanted.limit)
    return json_response({"symbols": [info.model_dump(mode="json") for info in found]})


@blueprint.route("symbols/{symbol}", methods=["GET"])
@http_handler
async def get_symbol(req: Request, app: AppContext) -> Response:
    """Returns the metadata of one symbol."""
    symbol = read_symbol(req)
    return json_response(await _known(app, symbol))


@blueprint.route("symbols/{symbol}/tracking", methods=["PUT"])
@http_handler
async def track_symbol(req: Request, app: AppContext) -> Response:
    """Sets whether the scheduled refresh updates a symbol; an unknown symbol is looked up first."""
    symbol = read_symbol(req)
    await check_rate(req, app, "writes")
    body = await read_body(req, TrackingBody, limit=app.settings.limits.body_bytes)
    info = await _known(app, symbol)
    await app.repositories.symbols.set_tracked(symbol, body.tracked)
    return json_response(info.model_copy(update={"tracked": body.tracked}))


async def _known(app: AppContext, symbol: str) -> "SymbolInfo":
    """Returns the stored metadata of a symbol; an unknown one is looked up at the sources and stored.

    Raises:
        SymbolNotFoundError: No source knows the symbol.
        ServiceError: The sources or the database are unavailable.
    """
    from shared.domain.market_data import SymbolInfo

    stored = await app.repositories.symbols.get(symbol)
    if stored is not None:
        return stored
    quote = (await app.market_data.quote(symbol)).value
    info = SymbolInfo(
        symbol=symbol,
        name=quote.name,
        asset_type=quote.asset_type,
        exchange=quote.exchange,
        country=None,
        currency=quote.currency,
        sector=None,
    )
    await app.repositories.symbols.upsert(info)
    return info
