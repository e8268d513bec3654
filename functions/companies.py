"""Data on companies: statements, filings, profile, earnings, peers, holders."""

from typing import Annotated

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
from shared.http.answer_response import answer_response
from shared.http.blueprint import HttpBlueprint
from shared.http.handler import http_handler
from shared.http.market_parameters import KnownOn, read_symbol
from shared.http.parameters import IN_DIGITS, Parameters, read_query

blueprint = HttpBlueprint()


class StatementsQuery(Parameters):
    """Query of financial statements."""

    statement: StatementKind = "income"
    period: StatementFrequency = "annual"
    limit: Annotated[int, Field(ge=1, le=MAX_STATEMENT_LIMIT), IN_DIGITS] = DEFAULT_STATEMENT_LIMIT
    known_on: KnownOn | None = None


class FilingsQuery(Parameters):
    """Query of filings."""

    form: Annotated[str | None, Field(pattern=FILING_FORM_PATTERN)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_FILING_LIMIT), IN_DIGITS] = DEFAULT_FILING_LIMIT


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
    return answer_response(req, app, await app.market_data.statements(request))


@blueprint.route("quotes/{symbol}/filings", methods=["GET"])
@http_handler
async def quote_filings(req: Request, app: AppContext) -> Response:
    """Responds with the filings of a company, newest first."""
    symbol = read_symbol(req)
    query = read_query(req, FilingsQuery)
    return answer_response(req, app, await app.market_data.filings(symbol, query.form, query.limit))


@blueprint.route("quotes/{symbol}/profile", methods=["GET"])
@http_handler
async def quote_profile(req: Request, app: AppContext) -> Response:
    """Responds with what a company is and does."""
    return answer_response(req, app, await app.market_data.profile(read_symbol(req)))


@blueprint.route("quotes/{symbol}/earnings", methods=["GET"])
@http_handler
async def quote_earnings(req: Request, app: AppContext) -> Response:
    """Responds with past, next and expected earnings of a company."""
    return answer_response(req, app, await app.market_data.earnings(read_symbol(req)))


@blueprint.route("quotes/{symbol}/peers", methods=["GET"])
@http_handler
async def quote_peers(req: Request, app: AppContext) -> Response:
    """Responds with companies of the same industry, the largest first."""
    return answer_response(req, app, await app.market_data.peers(read_symbol(req)))


@blueprint.route("quotes/{symbol}/holders", methods=["GET"])
@http_handler
async def quote_holders(req: Request, app: AppContext) -> Response:
    """Responds with the insiders and institutions that hold shares of a company."""
    return answer_response(req, app, await app.market_data.holders(read_symbol(req)))
