"""The OpenAPI document and its page over HTTP: revalidated, and with their security headers."""

import json

import azure.functions as func
import pytest
from fastapi import Response

from functions.docs import blueprint
from tests.support.http import make_request

app = func.FunctionApp()
app.register_functions(blueprint)
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in app.get_functions()}


async def get(name: str, path: str = "/api/docs", *, etag: str = "", asset: str = "") -> Response:
    headers = {"If-None-Match": etag} if etag else {}
    request = make_request(path, headers=headers, path_params={"asset": asset} if asset else {})
    response: Response = await ENDPOINTS[name](request)
    return response


async def test_document_is_json_and_is_revalidated() -> None:
    response = await get("openapi_json")
    assert json.loads(bytes(response.body))["openapi"].startswith("3.1")
    assert response.headers["cache-control"] == "no-cache"
    same = await get("openapi_json", etag=response.headers["etag"])
    assert (same.status_code, bytes(same.body)) == (304, b"")


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/"])
async def test_page_loads_its_own_files_only(path: str) -> None:
    response = await get("docs", path)
    assert b"/api/docs/start.js" in bytes(response.body)
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["referrer-policy"] == "no-referrer"


async def test_file_of_the_page_has_its_media_type() -> None:
    response = await get("docs_asset", asset="start.js")
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_unknown_file_is_a_problem() -> None:
    response = await get("docs_asset", asset="other.js")
    assert (response.status_code, json.loads(bytes(response.body))["code"]) == (404, "not_found")
