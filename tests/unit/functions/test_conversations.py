"""The endpoints of conversations: listed, read, renamed and deleted by their owner only."""

import json
from types import SimpleNamespace
from typing import Any

import azure.functions as func
import pytest
from fastapi import Response

from functions.conversations import blueprint
from shared.app.context import AppContext
from shared.data.documents import Carried, Turn
from shared.http.owner import request_owner
from tests.support.http import make_request
from tests.support.malformed import UUIDS_IN_OTHER_FORMS
from tests.support.mongo import NOW

pytestmark = pytest.mark.usefixtures("local_context")

app = func.FunctionApp()
app.register_functions(blueprint)
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in app.get_functions()}
ANN, BOB = {"x-user-id": "ann"}, {"x-user-id": "bob"}
FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


async def call(name: str, conversation_id: str = "", *, owner: dict[str, str] = ANN, body: Any = None) -> Any:
    request = make_request(
        path_params={"conversation_id": conversation_id} if conversation_id else {},
        headers={"content-type": "application/json", **owner},
        body=json.dumps(body).encode(),
    )
    response: Response = await ENDPOINTS[name](request)
    content = bytes(response.body)
    return SimpleNamespace(status=response.status_code, json=json.loads(content) if content else None)


async def store(
    local_context: AppContext, conversation_id: str, question: str, owner: dict[str, str] = ANN
) -> None:
    found = await request_owner(make_request(headers=owner), local_context)
    conversations = local_context.repositories.conversations
    assert await conversations.try_lock(conversation_id, found, "token", 15)
    turns = [Turn("user", question, NOW), Turn("assistant", "Fine.", NOW)]
    carried = Carried(title=question)
    await conversations.append(conversation_id, found, turns, token="token", max_turns=10, carried=carried)
    await conversations.unlock(conversation_id, "token")


async def test_own_conversations_are_listed_and_read(local_context: AppContext) -> None:
    await store(local_context, FIRST, "How is Apple?")
    await store(local_context, SECOND, "How is Microsoft?", BOB)
    page = await call("list_conversations")
    assert [entry["conversation_id"] for entry in page.json["conversations"]] == [FIRST]
    assert page.json["next_cursor"] is None
    read = await call("get_conversation", FIRST)
    assert [message["content"] for message in read.json["messages"]] == ["How is Apple?", "Fine."]
    assert (await call("get_conversation", FIRST, owner=BOB)).status == 404


async def test_title_is_changed_and_kept_on_one_line(local_context: AppContext) -> None:
    await store(local_context, FIRST, "How is Apple?")
    renamed = await call("rename_conversation", FIRST, body={"title": " Apple\n in autumn "})
    assert (renamed.status, renamed.json["title"]) == (200, "Apple in autumn")
    assert (await call("get_conversation", FIRST)).json["title"] == "Apple in autumn"
    assert (await call("rename_conversation", FIRST, owner=BOB, body={"title": "Mine"})).status == 404


@pytest.mark.parametrize("title", ["", "  ", "\u200b", "x" * 201, None, 7])
async def test_title_without_a_visible_character_or_too_long_is_refused(title: object) -> None:
    refused = await call("rename_conversation", FIRST, body={"title": title})
    assert (refused.status, refused.json["code"]) == (400, "invalid_request")
    assert [error["field"] for error in refused.json["errors"]] == ["title"]


async def test_conversation_is_deleted_once(local_context: AppContext) -> None:
    await store(local_context, FIRST, "How is Apple?")
    assert (await call("delete_conversation", FIRST, owner=BOB)).status == 404
    assert (await call("delete_conversation", FIRST)).status == 204
    assert (await call("delete_conversation", FIRST)).status == 404
    assert (await call("get_conversation", FIRST)).status == 404


async def test_several_are_deleted_together_and_unknown_ones_are_ignored(local_context: AppContext) -> None:
    await store(local_context, FIRST, "How is Apple?")
    body = {"conversation_ids": [FIRST, FIRST, SECOND]}
    assert (await call("delete_conversations", body=body)).json == {"deleted": 1}
    for ids in ([], *([text] for text in UUIDS_IN_OTHER_FORMS)):
        refused = await call("delete_conversations", body={"conversation_ids": [FIRST, *ids] if ids else []})
        assert (refused.status, refused.json["code"]) == (400, "invalid_request")
    await store(local_context, SECOND, "And Microsoft?")
    assert (await call("delete_conversation", SECOND.upper())).status == 204


@pytest.mark.parametrize("conversation_id", ["1", "no-id", *UUIDS_IN_OTHER_FORMS])
async def test_id_that_is_none_is_not_found(conversation_id: str) -> None:
    for name in ("get_conversation", "delete_conversation", "rename_conversation"):
        assert (await call(name, conversation_id, body={"title": "x"})).status == 404
