"""An app with a defect, behind the wrapper of the real one."""

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response

from shared.app.context import AppContext
from shared.http.handler import http_handler

app = func.FunctionApp()


@app.route("broken", methods=["GET"])
@http_handler
async def broken(_req: Request, _app: AppContext) -> Response:
    """Fails in an unexpected way."""
    raise RuntimeError("mongodb://user:hunter2@db.internal")
