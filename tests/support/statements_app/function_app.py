"""Statements beside a handler that does nothing, so that one process serves both under the same load."""

from datetime import UTC, datetime
from typing import Final

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from functions.companies import blueprint as companies
from shared.app.context import AppContext
from shared.domain.market_data import Provenance
from shared.domain.statements import StatementsRequest
from shared.http.handler import http_handler
from shared.market.providers.sample.published_accounts import sample_statements
from shared.market.providers.sample.sample_instruments import INSTRUMENTS

_NOW: Final = datetime(2026, 11, 28, tzinfo=UTC)
BODY: Final = (
    sample_statements(
        INSTRUMENTS["AAPL"],
        StatementsRequest(symbol="AAPL", statement="income", period="annual"),
        Provenance(source="sample", as_of=_NOW, fetched_at=_NOW),
        _NOW.date(),
    )
    .model_dump_json()
    .encode()
)
"""A statement."""

constant = func.Blueprint()


@constant.route("constant/{symbol}", methods=["GET"])
@http_handler
async def always_the_same(req: Request, app: AppContext) -> Response:  # noqa: ARG001 - the interface
    """The bytes of a statement, from nowhere."""
    return Response(BODY, media_type="application/json")


app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(companies)
app.register_functions(constant)
