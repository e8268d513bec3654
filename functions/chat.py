"""Chat: answers a question from current data, as JSON or as a stream."""

from typing import TYPE_CHECKING, Annotated

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import AfterValidator, Field, StrictBool, StringConstraints

from shared.app.context import AppContext
from shared.chat.query import MAX_QUESTION, ChatQuery
from shared.domain.caller import Owner
from shared.domain.item_ids import ConversationId, is_hex_id
from shared.domain.visible_text import visible_text
from shared.errors.request_errors import NotFoundError
from shared.http.blueprint import HttpBlueprint
from shared.http.caller_preferences import caller_preferences
from shared.http.disconnect import while_connected
from shared.http.event_ids import event_id_of
from shared.http.handler import http_handler
from shared.http.head_response import HeadResponse
from shared.http.json import json_response
from shared.http.owner import request_owner
from shared.http.parameters import AtMost, Parameters, Symbols, read_body, read_query
from shared.http.quota import check_rate
from shared.http.request_caller import caller_of
from shared.http.sse import EVENT_STREAM, event_stream, stream_headers
from shared.observability.telemetry import annotate
from shared.streams.event_id import EventId
from shared.streams.reader import StreamReader

if TYPE_CHECKING:
    from shared.data.documents import Preferences

blueprint = HttpBlueprint()

MAX_SYMBOLS = 10

QuestionText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION),
    AfterValidator(visible_text),
    Field(json_schema_extra={"pattern": r"\S"}),
]

Name = Annotated[str, Field(min_length=1, max_length=100)]


class Question(Parameters):
    """The parameters of a question, in a body or a query; unknown ones are ignored."""

    message: QuestionText
    provider: Name | None = None
    model: Name | None = None
    conversation_id: ConversationId | None = None

    def query(self, owner: Owner, preferences: "Preferences", symbols: tuple[str, ...] = ()) -> ChatQuery:
        """Returns the query of an owner for the agent.

        The preferred provider applies unless the request names a provider or a model.
        """
        preferred = preferences.default_provider if self.model is None else None
        return ChatQuery(
            message=self.message,
            owner=owner,
            provider=self.provider or preferred,
            model=self.model,
            conversation_id=self.conversation_id,
            symbols=symbols,
        )


class ChatStreamBody(Question):
    """The body of POST /chat/stream."""

    symbols: Annotated[Symbols, AtMost(MAX_SYMBOLS)] | None = None

    def chat_query(self, owner: Owner, preferences: "Preferences") -> ChatQuery:
        """Returns the query of an owner for the agent; symbols are unique, in the order of the request."""
        return self.query(owner, preferences, tuple(dict.fromkeys(self.symbols or ())))


class ChatBody(ChatStreamBody):
    """The body of POST /chat."""

    stream: StrictBool = False


@blueprint.route("chat", methods=["POST"])
@http_handler
async def chat(req: Request, app: AppContext) -> Response:
    """Answers a question, as JSON or, with ``stream``, as a stream."""
    if place := event_id_of(req):
        return await _resumed(req, app, place)
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
    if place := event_id_of(req):
        return await _resumed(req, app, place)
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
        return _head(req, app)
    if place := event_id_of(req):
        return await _resumed(req, app, place)
    await check_rate(req, app, "chat")
    owner = await request_owner(req, app)
    return await _stream(req, app, question.query(owner, await caller_preferences(req, app, owner)))


@blueprint.route("chat/streams/{stream_id}", methods=["GET"])
@http_handler
async def resume_stream(req: Request, app: AppContext) -> Response:
    """Continues a stream after ``Last-Event-ID``, from its beginning without one; HEAD reads nothing."""
    stream_id = _stream_id(req)
    place = event_id_of(req) or EventId(stream_id)
    if place.stream_id != stream_id:
        raise _no_such_stream()
    return await _resumed(req, app, place)


@blueprint.route("chat/streams/{stream_id}", methods=["DELETE"])
@http_handler
async def stop_stream(req: Request, app: AppContext) -> Response:
    """Stops a stream."""
    stream_id = _stream_id(req)
    await check_rate(req, app, "writes")
    stopped = await app.chat_streams.stop(stream_id, await request_owner(req, app))
    return Response(status_code=202 if stopped else 204)


async def _stream(req: Request, app: AppContext, query: ChatQuery) -> Response:
    slot = app.rate_limiter.stream(caller_of(req, app.settings.app.caller_hash_key))
    return await _sent(req, app, app.chat_streams.start(query, slot))


async def _resumed(req: Request, app: AppContext, place: EventId) -> Response:
    reader = await app.chat_streams.resume(place, await request_owner(req, app))
    if reader is None:
        # Ends a browser's EventSource, by its standard.
        return Response(status_code=204)
    if req.method == "HEAD":
        reader.close()
        return _head(req, app)
    return await _sent(req, app, reader)


async def _sent(req: Request, app: AppContext, reader: StreamReader) -> Response:
    return await event_stream(req, reader, origins=app.settings.app.cors_allowed_origins)


def _head(req: Request, app: AppContext) -> Response:
    return HeadResponse(EVENT_STREAM, stream_headers(req, app.settings.app.cors_allowed_origins))


def _stream_id(req: Request) -> str:
    stream_id: str = req.path_params["stream_id"]
    if not is_hex_id(stream_id):
        raise _no_such_stream()
    annotate(stream=stream_id)
    return stream_id


def _no_such_stream() -> NotFoundError:
    return NotFoundError("There is no such stream.")
