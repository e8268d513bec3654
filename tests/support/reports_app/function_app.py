"""The reports beside a handler that does nothing, so that one process serves both under the same load.

``CONSTANT_FILE`` names the file whose bytes that handler answers; it is read at the first request.
"""

import os
from functools import cache
from pathlib import Path

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from functions.reports import blueprint as reports
from shared.app.context import AppContext
from shared.http.handler import http_handler

constant = func.Blueprint()


@cache
def _body() -> bytes:
    return Path(os.environ["CONSTANT_FILE"]).read_bytes()


@constant.route("constant/{report_id}", methods=["GET"])
@http_handler
async def always_the_same(req: Request, app: AppContext) -> Response:  # noqa: ARG001 - the interface
    """The bytes of a report, from nowhere."""
    return Response(_body(), media_type="application/json")


app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(reports)
app.register_functions(constant)
