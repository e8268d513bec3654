"""The console over HTTP: its page is revalidated, its files are immutable, and nothing else is served."""

import json
import re

import azure.functions as func
import pytest
from fastapi import Response

from functions.console import blueprint
from tests.support.http import make_request

pytestmark = pytest.mark.usefixtures("local_context")

app = func.FunctionApp()
app.register_functions(blueprint)
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in app.get_functions()}


async def get(name: str, path: str = "/api/console", *, etag: str = "", **path_params: str) -> Response:
    headers = {"If-None-Match": etag} if etag else {}
    response: Response = await ENDPOINTS[name](make_request(path, headers=headers, path_params=path_params))
    return response


async def test_page_contains_no_data_and_loads_its_own_files_only() -> None:
    response = await get("console")
    assert response.headers["cache-control"] == "no-cache"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "camera=()" in response.headers["permissions-policy"]
    same = await get("console", etag=response.headers["etag"])
    assert (same.status_code, bytes(same.body)) == (304, b"")


async def test_files_named_by_the_page_are_immutable() -> None:
    page = bytes((await get("console")).body).decode()
    version, name = re.findall(r"/console/assets/([^/\"]+)/([^/\"]+\.js)", page)[0]
    response = await get("console_asset", version=version, asset=name)
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("name", ["other.js", "../console.py", "index.html"])
async def test_other_files_are_a_problem(name: str) -> None:
    response = await get("console_asset", version="0", asset=name)
    assert (response.status_code, json.loads(bytes(response.body))["code"]) == (404, "not_found")
