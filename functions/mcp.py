"""The Model Context Protocol: agents call the services as tools."""

import asyncio
from importlib import import_module

from azurefunctions.extensions.http.fastapi import Request, Response

from shared.app.context import AppContext
from shared.errors.request_errors import MethodNotAllowedError
from shared.http.blueprint import HttpBlueprint
from shared.http.handler import http_handler, plain_handler
from shared.http.owner import identity_of
from shared.http.parameters import read_json_bytes

blueprint = HttpBlueprint()


@blueprint.route("mcp", methods=["POST"])
@http_handler
async def mcp(req: Request, app: AppContext) -> Response:
    """Answers one message of the Model Context Protocol (Streamable HTTP, without sessions)."""
    # A malformed user id is refused whether or not the message needs an owner.
    identity_of(req, app.settings.app)
    body = await read_json_bytes(req, app.settings.limits.body_bytes)
    # Importing the SDK takes half a second, which must not stop open streams.
    transport = await asyncio.to_thread(import_module, "shared.mcp.transport")
    response: Response = await transport.mcp_response(req, app, body)
    return response


@blueprint.route("mcp", methods=["GET"])
@plain_handler
async def mcp_listen(_: Request) -> Response:
    """Refuses to open a stream of messages from the server: there are none outside of a call."""
    raise MethodNotAllowedError("There is no stream to listen to: send messages with POST.")


@blueprint.route("mcp", methods=["DELETE"])
@plain_handler
async def mcp_end(_: Request) -> Response:
    """Refuses to end a session: there are no sessions."""
    raise MethodNotAllowedError("There are no sessions to end: send messages with POST.")
