"""The reports beside a handler that does nothing, so that one process serves both under the same load.

``CONSTANT_FILE`` names the file whose bytes that handler answers.
"""

import os
from pathlib import Path
from typing import Final

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from functions.reports import blueprint as reports
from shared.app.context import AppContext
from shared.http.handler import http_handler

BODY: Final = Path(os.environ["CONSTANT_FILE"]).read_bytes()

constant = func.Blueprint()


@constant.route("constant/{report_id}", methods=["GET"])
@http_handler
async def always_the_same(req: Request, app: AppContext) -> Response:  # noqa: ARG001 - the interface
    """The bytes of a report, from nowhere."""
    return Response(BODY, media_type="application/json")


app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(reports)
app.register_functions(constant)
