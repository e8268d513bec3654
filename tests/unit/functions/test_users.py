"""Export and erasure: a user gets all stored items, and other callers get none."""

import json

import azure.functions as func
import pytest
from fastapi import Response

from functions.users import blueprint
from shared.app.context import AppContext
from shared.http.owner import request_owner
from shared.http.request_caller import caller_of
from tests.support.http import body_of, make_request

pytestmark = pytest.mark.usefixtures("local_context")

app = func.FunctionApp()
app.register_functions(blueprint)
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in app.get_functions()}


async def call(name: str, user: str = "ann", caller: str = "ann", method: str = "GET") -> Response:
    request = make_request(path_params={"user_id": user}, headers={"x-user-id": caller}, method=method)
    response: Response = await ENDPOINTS[name](request)
    return response


async def store_watchlist(local_context: AppContext) -> None:
    request = make_request(headers={"x-user-id": "ann"})
    settings = local_context.settings.app
    owner = await request_owner(request, local_context)
    caller = caller_of(request, settings.caller_hash_key)
    values = {"watchlist": ("AAPL",)}
    await local_context.preference_changes.put(owner, values, None, lambda _: True, caller=caller)


async def test_export_is_a_download_of_all_kinds_of_items() -> None:
    response = await call("export_user")
    assert 'filename="user-data.json"' in response.headers["content-disposition"]
    assert response.headers["cache-control"] == "no-store"
    body = json.loads(await body_of(response))
    assert body["user_id"] == "ann"


async def test_head_sends_the_headers_only() -> None:
    response = await call("export_user", method="HEAD")
    assert (response.status_code, await body_of(response)) == (200, b"")


async def test_data_of_somebody_else_is_not_found() -> None:
    assert (await call("export_user", user="ann", caller="bob")).status_code == 404
    assert (await call("erase_user", user="ann", caller="bob")).status_code == 404


async def test_erased_preferences_are_no_longer_exported(local_context: AppContext) -> None:
    await store_watchlist(local_context)
    assert b'"AAPL"' in await body_of(await call("export_user"))
    assert (await call("erase_user")).status_code == 204
    assert b'"AAPL"' not in await body_of(await call("export_user"))
