"""The preference endpoints: validated, and guarded against lost updates."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
from fastapi import Response

from functions.preferences import blueprint
from shared.app.context import AppContext, contexts
from shared.domain.moments import rfc3339
from shared.refresh.watchlist import WatchlistRemarks
from tests.support.http import make_request
from tests.support.mongo import NOW, local_settings

app = func.FunctionApp()
app.register_functions(blueprint)
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in app.get_functions()}


@pytest.fixture(autouse=True)
async def context(tmp_path: Path) -> AsyncIterator[None]:
    made = AppContext(local_settings(app={"data_dir": str(tmp_path)}), lambda: NOW)
    contexts.use(made)
    yield
    contexts.use(None)
    await made.mongo.aclose()


async def call(
    name: str, body: object = None, headers: Mapping[str, str] | None = None, user: str = "ann@example.com"
) -> tuple[Response, Any]:
    request = make_request(
        path_params={"user_id": user},
        headers={"content-type": "application/json", **(headers or {})},
        body=json.dumps(body).encode(),
    )
    response: Response = await ENDPOINTS[name](request)
    return response, json.loads(bytes(response.body))


async def test_defaults_until_something_is_set() -> None:
    response, answer = await call("get_preferences")
    assert (response.status_code, response.headers["etag"]) == (200, '"v0"')
    assert answer == {
        "user_id": "ann@example.com",
        "watchlist": [],
        "default_provider": None,
        "report": {"report_type": None, "time_horizon": None, "format": None},
        "version": 0,
        "updated_at": None,
        "watchlist_remarks": [],
    }


async def test_put_replaces_everything() -> None:
    await call("put_preferences", {"watchlist": ["aapl", "brk-b"], "default_provider": "grok"})
    response, answer = await call("put_preferences", {"report": {"format": "pdf"}})
    assert (response.status_code, response.headers["etag"]) == (200, '"v2"')
    assert (answer["watchlist"], answer["default_provider"], answer["report"]["format"]) == ([], None, "pdf")
    assert answer["updated_at"].endswith("Z")
    assert (await call("get_preferences"))[1] == answer
    assert (await call("get_preferences", user="bob"))[1]["version"] == 0


async def test_if_match_guards_against_lost_updates() -> None:
    first, _ = await call("put_preferences", {"watchlist": ["AAPL"]}, {"If-Match": '"v0"'})
    tag = first.headers["etag"]
    second, _ = await call("put_preferences", {"watchlist": ["MSFT"]}, {"If-Match": f"W/{tag}"})
    assert (second.status_code, second.headers["etag"]) == (200, '"v2"')
    lost, answer = await call("put_preferences", {"watchlist": []}, {"If-Match": tag})
    assert (lost.status_code, answer["code"]) == (409, "conflict")
    assert (await call("get_preferences"))[1]["watchlist"] == ["MSFT"]
    anyway, _ = await call("put_preferences", {}, {"If-Match": "*"})
    assert anyway.headers["etag"] == '"v3"'


@pytest.mark.parametrize("tag", ["v1", '"1"', '"vx"', '"v1", "v2"', ""])
async def test_if_match_that_is_no_tag_of_ours_is_refused(tag: str) -> None:
    response, answer = await call("put_preferences", {}, {"If-Match": tag})
    assert (response.status_code, answer["errors"][0]["field"]) == (400, "If-Match")


@pytest.mark.parametrize("user", ["a b", "a/b", "x" * 129, "$ne", "a\nb", "é"])
async def test_user_that_cannot_be_one_is_refused(user: str) -> None:
    for name in ("get_preferences", "put_preferences"):
        response, answer = await call(name, {}, user=user)
        assert (response.status_code, answer["errors"][0]["field"]) == (400, "user_id")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"watchlist": ["a b"]}, None),
        ({"watchlist": [{"$gt": ""}]}, "watchlist.0"),
        ({"watchlist": ["AAPL"] * 101}, "watchlist"),
        ({"default_provider": "skynet"}, "default_provider"),
        ({"report": {"format": "docx"}}, "report.format"),
        ({"version": 5}, "version"),
    ],
)
async def test_what_is_wrong_is_named(body: object, field: str | None) -> None:
    response, answer = await call("put_preferences", body)
    assert response.status_code == 400
    if field:
        assert answer["errors"][0]["field"] == field


async def test_symbols_without_data_for_days_are_remarked_and_stay() -> None:
    await call("put_preferences", {"watchlist": ["GONE", "NEW", "AAPL"]})
    app = await contexts.get()
    for symbol, days in (("GONE", 4), ("NEW", 1)):
        earlier = NOW - timedelta(days=days)
        remarks = WatchlistRemarks(app.redis_guard, app.redis_keys, partial(_moment, earlier))
        await remarks.record([symbol], ["AAPL"])
    _, answer = await call("get_preferences")
    assert answer["watchlist"] == ["GONE", "NEW", "AAPL"]
    since = rfc3339(NOW - timedelta(days=4))
    assert answer["watchlist_remarks"] == [{"symbol": "GONE", "code": "no_data", "since": since}]


def _moment(moment: datetime) -> datetime:
    return moment


async def test_user_of_another_key_has_other_preferences() -> None:
    await call("put_preferences", {"watchlist": ["AAPL"]}, {"X-Functions-Key": "one"})
    _, own = await call("get_preferences", headers={"X-Functions-Key": "one", "X-User-ID": "ann@example.com"})
    _, other = await call("get_preferences", headers={"X-Functions-Key": "two"})
    assert (own["watchlist"], other["watchlist"]) == (["AAPL"], [])


async def test_another_user_in_the_header_is_not_found() -> None:
    for name in ("get_preferences", "put_preferences"):
        response, answer = await call(name, {}, {"X-User-ID": "bob"})
        assert (response.status_code, answer["code"]) == (404, "not_found")
