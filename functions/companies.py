"""Data on companies: statements, filings, profile, earnings, peers, holders."""

from typing import TYPE_CHECKING, Annotated, Any

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import Field

from shared.app.context import AppContext
from shared.domain.terms import (
    DEFAULT_FILING_LIMIT,
    DEFAULT_STATEMENT_LIMIT,
    FILING_FORM_PATTERN,
    MAX_FILING_LIMIT,
    MAX_STATEMENT_LIMIT,
    StatementFrequency,
    StatementKind,
)
from shared.http.blueprint import HttpBlueprint
from shared.http.caching import cached_response
from shared.http.handler import http_handler
from shared.http.market_parameters import IsoDate, read_symbol
from shared.http.parameters import Parameters, read_query
from shared.observability.telemetry import annotate

if TYPE_CHECKING:
    from shared.market.answers import Answer

blueprint = HttpBlueprint()


class StatementsQuery(Parameters):
    """Query of financial statements."""

    statement: StatementKind = "income"
    period: StatementFrequency = "annual"
    limit: Annotated[int, Field(ge=1, le=MAX_STATEMENT_LIMIT)] = DEFAULT_STATEMENT_LIMIT
    known_on: IsoDate | None = None


class FilingsQuery(Parameters):
    """Query of filings."""

    form: Annotated[str | None, Field(pattern=FILING_FORM_PATTERN)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_FILING_LIMIT)] = DEFAULT_FILING_LIMIT


@blueprint.route("quotes/{symbol}/statements", methods=["GET"])
@http_handler
async def quote_statements(req: Request, app: AppContext) -> Response:
    """Responds with one statement of a company over several periods."""
    from shared.domain.statements import StatementsRequest

    query = read_query(req, StatementsQuery)
    request = StatementsRequest(
        symbol=read_symbol(req),
        statement=query.statement,
        period=query.period,
        limit=query.limit,
        known_on=query.known_on,
    )
    return _respond(req, app, await app.market_data.statements(request))


@blueprint.route("quotes/{symbol}/filings", methods=["GET"])
@http_handler
async def quote_filings(req: Request, app: AppContext) -> Response:
    """Responds with the filings of a company, newest first."""
    symbol = read_symbol(req)
    query = read_query(req, FilingsQuery)
    return _respond(req, app, await app.market_data.filings(symbol, query.form, query.limit))


@blueprint.route("quotes/{symbol}/profile", methods=["GET"])
@http_handler
async def quote_profile(req: Request, app: AppContext) -> Response:
    """Responds with what a company is and does."""
    return _respond(req, app, await app.market_data.profile(read_symbol(req)))


@blueprint.route("quotes/{symbol}/earnings", methods=["GET"])
@http_handler
async def quote_earnings(req: Request, app: AppContext) -> Response:
    """Responds with past, next and expected earnings of a company."""
    return _respond(req, app, await app.market_data.earnings(read_symbol(req)))


@blueprint.route("quotes/{symbol}/peers", methods=["GET"])
@http_handler
async def quote_peers(req: Request, app: AppContext) -> Response:
    """Responds with companies of the same industry, the largest first."""
    return _respond(req, app, await app.market_data.peers(read_symbol(req)))


@blueprint.route("quotes/{symbol}/holders", methods=["GET"])
@http_handler
async def quote_holders(req: Request, app: AppContext) -> Response:
    """Responds with the insiders and institutions that hold shares of a company."""
    return _respond(req, app, await app.market_data.holders(read_symbol(req)))


def _respond(req: Request, app: AppContext, answer: "Answer[Any]") -> Response:
    annotate(source=answer.source)
    return cached_response(req, answer.entry, app.clock())
