"""Conversations: list, read, rename and delete one's own."""

from typing import TYPE_CHECKING, Annotated, cast

from azurefunctions.extensions.http.fastapi import Request, Response
from pydantic import AfterValidator, Field, StringConstraints

from shared.app.context import AppContext
from shared.domain.item_ids import ConversationId, read_conversation_id
from shared.domain.moments import rfc3339
from shared.domain.single_line import MAX_TITLE, single_line
from shared.domain.visible_text import visible_text
from shared.errors.request_errors import NotFoundError
from shared.http.blueprint import HttpBlueprint
from shared.http.handler import http_handler
from shared.http.json import json_response
from shared.http.owner import request_owner
from shared.http.parameters import IN_DIGITS, AtMost, Parameters, read_body, read_query
from shared.http.quota import check_rate
from shared.observability.telemetry import annotate

if TYPE_CHECKING:
    from shared.data.documents import Conversation, ConversationEntry, Turn
    from shared.domain.facts import SourceJson
    from shared.figures.verdicts.figures_json import FiguresJson
    from shared.http.response_bodies import ConversationEntryJson, ConversationJson, ConversationMessage

blueprint = HttpBlueprint()


class ConversationList(Parameters):
    """The query of GET /conversations."""

    limit: Annotated[int, Field(ge=1, le=100), IN_DIGITS] = 20
    cursor: Annotated[str | None, Field(max_length=200)] = None


def _visible(title: str) -> str:
    """Returns a title on one line, without control characters."""
    return visible_text(single_line(title))


class TitleBody(Parameters):
    """The body of PATCH."""

    title: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE),
        AfterValidator(_visible),
        Field(json_schema_extra={"pattern": r"\S"}),
    ]


class DeletionBody(Parameters):
    """The body of POST /conversations/delete."""

    conversation_ids: Annotated[tuple[ConversationId, ...], Field(min_length=1), AtMost(100)]


@blueprint.route("conversations", methods=["GET"])
@http_handler
async def list_conversations(req: Request, app: AppContext) -> Response:
    """Lists the caller's conversations, newest first."""
    query = read_query(req, ConversationList)
    page = await app.conversations.page(await request_owner(req, app), query.limit, query.cursor)
    entries = [_entry_json(entry) for entry in page.conversations]
    return json_response({"conversations": entries, "next_cursor": page.next_cursor})


@blueprint.route("conversations/{conversation_id}", methods=["GET"])
@http_handler
async def get_conversation(req: Request, app: AppContext) -> Response:
    """Returns a conversation with its messages."""
    conversation_id = _conversation_id(req)
    found = await app.conversations.read(await request_owner(req, app), conversation_id)
    return json_response(_conversation_json(found))


@blueprint.route("conversations/{conversation_id}", methods=["PATCH"])
@http_handler
async def rename_conversation(req: Request, app: AppContext) -> Response:
    """Changes the title of a conversation."""
    conversation_id = _conversation_id(req)
    await check_rate(req, app, "writes")
    body = await read_body(req, TitleBody, limit=app.settings.limits.body_bytes)
    entry = await app.conversations.rename(await request_owner(req, app), conversation_id, body.title)
    return json_response(_entry_json(entry))


@blueprint.route("conversations/{conversation_id}", methods=["DELETE"])
@http_handler
async def delete_conversation(req: Request, app: AppContext) -> Response:
    """Deletes a conversation and stops its running answer."""
    conversation_id = _conversation_id(req)
    await check_rate(req, app, "writes")
    if not await app.conversations.delete(await request_owner(req, app), [conversation_id]):
        raise _not_found()
    return Response(status_code=204)


@blueprint.route("conversations/delete", methods=["POST"])
@http_handler
async def delete_conversations(req: Request, app: AppContext) -> Response:
    """Deletes several conversations; those that do not exist are ignored."""
    await check_rate(req, app, "writes")
    body = await read_body(req, DeletionBody, limit=app.settings.limits.body_bytes)
    ids = list(dict.fromkeys(body.conversation_ids))
    deleted = await app.conversations.delete(await request_owner(req, app), ids)
    return json_response({"deleted": deleted})


def _conversation_id(req: Request) -> str:
    conversation_id = read_conversation_id(req.path_params["conversation_id"])
    if conversation_id is None:
        raise _not_found()
    annotate(conversation=conversation_id)
    return conversation_id


def _not_found() -> NotFoundError:
    return NotFoundError("There is no such conversation.")


def _entry_json(entry: "ConversationEntry") -> "ConversationEntryJson":
    return {
        "conversation_id": entry.conversation_id,
        "title": entry.title,
        "created_at": rfc3339(entry.created_at),
        "updated_at": rfc3339(entry.updated_at),
    }


def _conversation_json(conversation: "Conversation") -> "ConversationJson":
    return {
        "conversation_id": conversation.conversation_id,
        "title": conversation.title or "",
        "created_at": rfc3339(conversation.created_at or conversation.updated_at),
        "updated_at": rfc3339(conversation.updated_at),
        "messages": [_message_json(turn) for turn in conversation.turns],
    }


def _message_json(turn: "Turn") -> "ConversationMessage":
    return {
        "role": turn.role,
        "content": turn.content,
        "timestamp": rfc3339(turn.timestamp),
        # They are stored as the contract has them.
        "sources": cast("list[SourceJson]", list(turn.sources)),
        "figures": cast("FiguresJson | None", turn.figures),
        "interrupted": turn.interrupted,
    }
