"""OpenBB Workspace: its configuration files and its agent."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from azurefunctions.extensions.http.fastapi import Request, Response

from shared.app.context import AppContext
from shared.chat.query import ChatQuery
from shared.http.blueprint import HttpBlueprint
from shared.http.caller_preferences import caller_preferences
from shared.http.handler import http_handler, plain_handler
from shared.http.json import json_response
from shared.http.owner import request_owner
from shared.http.parameters import read_body
from shared.http.quota import check_rate
from shared.http.request_caller import caller_of
from shared.http.sse import EventFeed, event_stream

if TYPE_CHECKING:
    from shared.workspace.copilot import MessageChunk

MAX_BODY_BYTES = 1_048_576
"""Workspace sends the data of the selected widgets with every question."""

blueprint = HttpBlueprint()


@blueprint.route("widgets.json", methods=["GET"])
@plain_handler
async def workspace_widgets(_: Request) -> Response:
    """Returns the widgets of OpenBB Workspace."""
    from shared.workspace.widgets import WIDGETS

    return json_response(dict(WIDGETS))


@blueprint.route("apps.json", methods=["GET"])
@plain_handler
async def workspace_apps(_: Request) -> Response:
    """Returns the apps of OpenBB Workspace."""
    from shared.workspace.widgets import APPS

    return json_response(list(APPS))


@blueprint.route("agents.json", methods=["GET"])
@plain_handler
async def workspace_agents(_: Request) -> Response:
    """Returns the agents of OpenBB Workspace."""
    from shared.workspace.copilot import AGENTS

    return json_response(dict(AGENTS))


@blueprint.route("agents/query", methods=["POST"])
@http_handler
async def workspace_query(req: Request, app: AppContext) -> Response:
    """Streams the answer to a question of OpenBB Workspace."""
    from shared.workspace.copilot import WorkspaceQuery, message_frame

    await check_rate(req, app, "chat")
    body = await read_body(req, WorkspaceQuery, limit=MAX_BODY_BYTES)
    owner = await request_owner(req, app)
    preferences = await caller_preferences(req, app, owner)
    query = ChatQuery(
        message=body.question(),
        owner=owner,
        provider=preferences.default_provider,
        symbols=body.symbols(),
        earlier=body.earlier(),
    )
    feed = EventFeed(_chunks(req, app, query), frame=message_frame)
    return await event_stream(req, feed, origins=app.settings.app.cors_allowed_origins)


async def _chunks(req: Request, app: AppContext, query: ChatQuery) -> "AsyncGenerator[MessageChunk]":
    from shared.workspace.copilot import message_chunks

    async with (
        app.rate_limiter.stream(caller_of(req, app.settings.app.caller_hash_key)),
        aclosing(message_chunks(app.agent.process_query_streaming(query))) as chunks,
    ):
        async for chunk in chunks:
            yield chunk
