"""Chat: answers a question from current data, as JSON or as a stream."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated
from uuid import UUID

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import UUID4, Field, StrictBool, StringConstraints

from shared.app.context import AppContext
from shared.chat.events import ChatEvent
from shared.chat.query import ChatQuery
from shared.data.documents import Preferences
from shared.domain.caller import Owner
from shared.http.blueprint import HttpBlueprint
from shared.http.caller import caller_of
from shared.http.disconnect import while_connected
from shared.http.handler import http_handler
from shared.http.json import json_response
from shared.http.owner import request_owner
from shared.http.parameters import Parameters, Symbols, read_body, read_query
from shared.http.preferences import caller_preferences
from shared.http.quota import check_rate
from shared.http.sse import EVENT_STREAM, event_stream

blueprint = HttpBlueprint()

MAX_SYMBOLS = 10

QuestionText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=4000),
    Field(json_schema_extra={"pattern": r"\S"}),
]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class Question(Parameters):
    """The parameters of a question, in a body or a query; unknown ones are ignored."""

    message: QuestionText
    provider: Name | None = None
    model: Name | None = None
    conversation_id: UUID4 | None = None

    def query(self, owner: Owner, preferences: Preferences, symbols: tuple[str, ...] = ()) -> ChatQuery:
        """Returns the query of an owner for the agent.

        The preferred provider applies unless the request names a provider or a model.
        """
        preferred = preferences.default_provider if self.model is None else None
        return ChatQuery(
            message=self.message,
            owner=owner,
            provider=self.provider or preferred,
            model=self.model,
            conversation_id=_text(self.conversation_id),
            symbols=symbols,
        )


class ChatStreamBody(Question):
    """The body of POST /chat/stream."""

    symbols: Annotated[Symbols, Field(max_length=MAX_SYMBOLS, fail_fast=True)] | None = None

    def chat_query(self, owner: Owner, preferences: Preferences) -> ChatQuery:
        """Returns the query of an owner for the agent; symbols are unique, in the order of the request."""
        return self.query(owner, preferences, tuple(dict.fromkeys(self.symbols or ())))


class ChatBody(ChatStreamBody):
    """The body of POST /chat."""

    stream: StrictBool = False


@blueprint.route("chat", methods=["POST"])
@http_handler
async def chat(req: Request, app: AppContext) -> Response:
    """Answers a question, as JSON or, with ``stream``, as a stream."""
    await check_rate(req, app, "chat")
    body = await read_body(req, ChatBody, limit=app.settings.limits.body_bytes)
    owner = await request_owner(req, app)
    query = body.chat_query(owner, await caller_preferences(req, app, owner))
    if body.stream:
        return await _stream(req, app, query)
    answer = await while_connected(req, app.agent.process_query(query))
    return json_response(answer)


@blueprint.route("chat/stream", methods=["POST"])
@http_handler
async def chat_stream(req: Request, app: AppContext) -> Response:
    """Streams the answer to a question."""
    await check_rate(req, app, "chat")
    # Clients send ``stream`` here, too.
    body = await read_body(req, ChatBody, limit=app.settings.limits.body_bytes)
    owner = await request_owner(req, app)
    return await _stream(req, app, body.chat_query(owner, await caller_preferences(req, app, owner)))


@blueprint.route("chat/stream", methods=["GET"])
@http_handler
async def chat_stream_get(req: Request, app: AppContext) -> Response:
    """Streams the answer to a question for a browser's EventSource; HEAD calls no model."""
    question = read_query(req, Question)
    if req.method == "HEAD":
        return Response(media_type=EVENT_STREAM, headers={"Cache-Control": "no-cache"})
    await check_rate(req, app, "chat")
    owner = await request_owner(req, app)
    return await _stream(req, app, question.query(owner, await caller_preferences(req, app, owner)))


async def _stream(req: Request, app: AppContext, query: ChatQuery) -> Response:
    return await event_stream(
        req,
        _events(req, app, query),
        origins=app.settings.app.cors_allowed_origins,
    )


async def _events(req: Request, app: AppContext, query: ChatQuery) -> AsyncGenerator[ChatEvent]:
    async with (
        app.rate_limiter.stream(caller_of(req, app.settings.app.caller_hash_key)),
        aclosing(app.agent.process_query_streaming(query)) as events,
    ):
        async for event in events:
            yield event


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
