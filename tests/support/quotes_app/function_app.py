"""The quotes beside a handler that does nothing, so that one process serves both under the same load."""

from typing import Final

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from functions.quotes import blueprint as quotes
from shared.app.context import AppContext
from shared.http.handler import http_handler
from tests.support.market import FakeSource

BODY: Final = FakeSource("yahoo", {"AAPL": 227.52}).quote("AAPL").model_dump_json().encode()
"""A quote."""

constant = func.Blueprint()


@constant.route("constant/{symbol}", methods=["GET"])
@http_handler
async def always_the_same(req: Request, app: AppContext) -> Response:  # noqa: ARG001 - the interface
    """The bytes of a quote, from nowhere."""
    return Response(BODY, media_type="application/json")


app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(quotes)
app.register_functions(constant)
