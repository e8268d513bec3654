"""The chat: a question answered from today's data, whole or as a stream."""

from typing import Annotated
from uuid import UUID

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import UUID4, Field, StringConstraints

from shared.agent.query import ChatQuery
from shared.api.caller import caller_of, owner_of
from shared.api.handler import http_handler
from shared.api.json import json_response
from shared.api.parameters import Parameters, read_body, read_query
from shared.api.sse import event_stream
from shared.context import AppContext
from shared.market.symbols import normalise_symbol

blueprint = func.Blueprint()

Name = Annotated[str, Field(min_length=1, max_length=100)]


class Question(Parameters):
    """What may be asked, in a body or a query."""

    message: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
    provider: Name | None = None
    model: Name | None = None
    conversation_id: UUID4 | None = None

    def query(self, req: Request, symbols: tuple[str, ...] = ()) -> ChatQuery:
        """The same for the agent, with the caller and the symbols checked."""
        return ChatQuery(
            message=self.message,
            owner=owner_of(req),
            provider=self.provider,
            model=self.model,
            conversation_id=_text(self.conversation_id),
            symbols=tuple(dict.fromkeys(normalise_symbol(symbol) for symbol in symbols)),
        )


class ChatBody(Question):
    """The body of POST /chat."""

    stream: bool = False
    symbols: Annotated[tuple[str, ...], Field(max_length=10)] = ()


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


@blueprint.route("chat", methods=["POST"])
@http_handler
async def chat(req: Request, app: AppContext) -> Response:
    """Answers a question, as JSON or, with ``stream``, as a stream."""
    await app.rate_limiter.check("chat", caller_of(req))
    body = await read_body(req, ChatBody, limit=app.settings.limits.body_bytes)
    query = body.query(req, body.symbols)
    if body.stream:
        return await _stream(req, app, query)
    return json_response(await app.agent.process_query(query))


@blueprint.route("chat/stream", methods=["POST"])
@http_handler
async def chat_stream(req: Request, app: AppContext) -> Response:
    """Answers a question as a stream."""
    await app.rate_limiter.check("chat", caller_of(req))
    body = await read_body(req, ChatBody, limit=app.settings.limits.body_bytes)
    return await _stream(req, app, body.query(req, body.symbols))


@blueprint.route("chat/stream", methods=["GET"])
@http_handler
async def chat_stream_get(req: Request, app: AppContext) -> Response:
    """Answers a question as a stream, for a browser's EventSource, which can only GET."""
    await app.rate_limiter.check("chat", caller_of(req))
    return await _stream(req, app, read_query(req, Question).query(req))


async def _stream(req: Request, app: AppContext, query: ChatQuery) -> Response:
    return await event_stream(
        req, app.agent.process_query_streaming(query), origins=app.settings.app.cors_allowed_origins
    )
