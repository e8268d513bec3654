"""The preference endpoints: validated, and guarded against lost updates."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import azure.functions as func
import pytest
from fastapi import Response

from functions.preferences import blueprint
from shared.app.context_provider import contexts
from shared.domain.moments import rfc3339
from shared.refresh.watchlist import WatchlistRemarks
from tests.support.http import make_request
from tests.support.mongo import NOW

pytestmark = pytest.mark.usefixtures("local_context")

app = func.FunctionApp()
app.register_functions(blueprint)
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in app.get_functions()}


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
        "webhooks": [],
        "briefing": None,
        "alerts": [],
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
    second, _ = await call("put_preferences", {"watchlist": ["MSFT"]}, {"If-Match": tag})
    assert (second.status_code, second.headers["etag"]) == (200, '"v2"')
    lost, answer = await call("put_preferences", {"watchlist": []}, {"If-Match": tag})
    assert (lost.status_code, answer["code"]) == (409, "conflict")
    assert (await call("get_preferences"))[1]["watchlist"] == ["MSFT"]
    anyway, _ = await call("put_preferences", {}, {"If-Match": "*"})
    assert anyway.headers["etag"] == '"v3"'


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("If-Match", '"v1"', 200),
        ("If-Match", '"a,b", "v7" ,, "v1"', 200),
        ("If-Match", "*", 200),
        ("If-Match", 'W/"v1"', 409),
        ("If-Match", 'W/"v1", "v1"', 200),
        ("If-Match", '"v0", "v2"', 409),
        ("If-Match", '"V1"', 409),
        ("If-Match", '"other"', 409),
        ("If-Match", '"of another service"', 400),
        ("If-Match", "v1", 400),
        ("If-Match", '"v1", *', 400),
        ("If-Match", '"v1" "v2"', 400),
        ("If-Match", "", 400),
        ("If-Match", ", ,", 400),
        ("If-None-Match", '"v1"', 409),
        ("If-None-Match", 'W/"v1"', 409),
        ("If-None-Match", "*", 409),
        ("If-None-Match", '"v0", "v2"', 200),
    ],
)
async def test_preconditions_are_those_of_http(header: str, value: str, status: int) -> None:
    await call("put_preferences", {"watchlist": ["AAPL"]})
    response, answer = await call("put_preferences", {"watchlist": []}, {header: value})
    assert response.status_code == status
    assert (await call("get_preferences"))[1]["watchlist"] == ([] if status == 200 else ["AAPL"])
    if status == 400:
        assert answer["errors"][0]["field"] == header


async def test_many_changes_at_once_without_condition_all_succeed() -> None:
    await call("put_preferences", {"webhooks": [PHONE]})
    bodies: list[dict[str, object]] = [{"watchlist": [f"S{n}"]} for n in range(30)]
    answers = await asyncio.gather(*(call("put_preferences", body) for body in [*bodies, {"alerts": [HIGH]}]))
    assert {response.status_code for response, _ in answers} == {200}
    _, answer = await call("get_preferences")
    assert (answer["version"], answer["alerts"]) == (32, [HIGH])


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


SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PHONE = {"id": "phone", "url": "https://example.com/hook", "secret": SECRET}
HIGH = {"id": "high", "symbol": "AAPL", "kind": "price_above", "value": 250.5, "webhook_id": "phone"}
MORNING = {"time": "08:00", "time_zone": "Europe/Berlin", "calendar": "XETR", "webhook_id": "phone"}
WITHOUT_ZONE = {name: value for name, value in MORNING.items() if name != "time_zone"}
SUBSCRIBED = {"webhooks": [PHONE], "briefing": MORNING, "alerts": [HIGH]}
SHOWN: dict[str, Any] = {
    "webhooks": [{"id": "phone", "url": PHONE["url"], "disabled": False}],
    "briefing": MORNING,
    "alerts": [HIGH],
}


async def stored_secret() -> str:
    app = await contexts.get()
    (subscriber,) = await app.repositories.subscribers.page(None, 10)
    return subscriber.preferences.webhooks[0].secret.get_secret_value()


def subscriptions(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in ("webhooks", "briefing", "alerts")}


async def test_subscriptions_are_stored_and_the_secret_is_never_shown() -> None:
    for name, body in (("put_preferences", SUBSCRIBED), ("get_preferences", None)):
        response, answer = await call(name, body)
        assert response.status_code == 200
        assert subscriptions(answer) == SHOWN
        assert SECRET not in bytes(response.body).decode()
    assert await stored_secret() == SECRET


async def test_put_that_leaves_subscriptions_out_keeps_them() -> None:
    await call("put_preferences", {**SUBSCRIBED, "watchlist": ["AAPL"]})
    _, answer = await call("put_preferences", {"default_provider": "grok"})
    assert (answer["watchlist"], subscriptions(answer)) == ([], SHOWN)
    _, answer = await call("put_preferences", {"briefing": None})
    assert subscriptions(answer) == {**SHOWN, "briefing": None}
    _, answer = await call("put_preferences", {"alerts": []})
    assert subscriptions(answer) == {**SHOWN, "briefing": None, "alerts": []}
    _, answer = await call("put_preferences", {"webhooks": []})
    assert subscriptions(answer) == {"webhooks": [], "briefing": None, "alerts": []}


async def test_webhook_without_secret_keeps_the_stored_one() -> None:
    await call("put_preferences", SUBSCRIBED)
    moved = {"id": "phone", "url": "https://example.org/other"}
    response, answer = await call("put_preferences", {"webhooks": [moved]})
    assert answer["webhooks"] == [{**moved, "disabled": False}]
    assert SECRET not in bytes(response.body).decode()
    assert await stored_secret() == SECRET


async def test_secret_of_a_new_webhook_is_generated_and_shown_once() -> None:
    body = {**SUBSCRIBED, "webhooks": [{"id": "phone", "url": PHONE["url"]}]}
    _, answer = await call("put_preferences", body)
    secret = answer["webhooks"][0]["secret"]
    assert secret.startswith("whsec_")
    assert secret == await stored_secret()
    for name, again in (("get_preferences", None), ("put_preferences", {}), ("put_preferences", body)):
        _, answer = await call(name, again)
        assert answer["webhooks"] == SHOWN["webhooks"]
    assert secret == await stored_secret()


async def test_webhook_that_was_disabled_is_enabled_by_setting_it_again() -> None:
    await call("put_preferences", SUBSCRIBED)
    app = await contexts.get()
    (subscriber,) = await app.repositories.subscribers.page(None, 10)
    webhook = subscriber.preferences.webhooks[0]
    await app.repositories.preferences.disable_webhook(subscriber.owner, webhook)
    _, answer = await call("put_preferences", {})
    assert answer["webhooks"][0]["disabled"] is True
    _, answer = await call("put_preferences", {"webhooks": [PHONE]})
    assert answer["webhooks"][0]["disabled"] is False


def alert(**fields: object) -> dict[str, object]:
    return {"webhooks": [PHONE], "alerts": [{**HIGH, **fields}]}


def briefing(**fields: object) -> dict[str, object]:
    return {"webhooks": [PHONE], "briefing": {**MORNING, **fields}}


def webhook(**fields: object) -> dict[str, object]:
    return {"webhooks": [{**PHONE, **fields}]}


WRONG: list[tuple[dict[str, object], str]] = [
    (webhook(id="a b"), "webhooks.0.id"),
    (webhook(id=""), "webhooks.0.id"),
    (webhook(id="x" * 65), "webhooks.0.id"),
    (webhook(url="http://example.com"), "webhooks.0.url"),
    (webhook(url="ftp://example.com"), "webhooks.0.url"),
    (webhook(url="https://"), "webhooks.0.url"),
    (webhook(url="https://ann:pass@example.com"), "webhooks.0.url"),
    (webhook(url="https://127.0.0.1/hook"), "webhooks.0.url"),
    (webhook(url="https://10.0.0.7"), "webhooks.0.url"),
    (webhook(url="https://169.254.169.254/metadata"), "webhooks.0.url"),
    (webhook(url="https://[::1]/"), "webhooks.0.url"),
    (webhook(url="https://[::ffff:10.0.0.1]/"), "webhooks.0.url"),
    (webhook(url="https://2130706433/"), "webhooks.0.url"),
    (webhook(url="https://example.com/" + "x" * 2_048), "webhooks.0.url"),
    (webhook(url=7), "webhooks.0.url"),
    (webhook(secret=""), "webhooks.0.secret"),
    (webhook(secret="short"), "webhooks.0.secret"),
    (webhook(secret="whsec_"), "webhooks.0.secret"),
    (webhook(secret="whsec_AAAA"), "webhooks.0.secret"),
    (webhook(secret="whsec_" + "*" * 40), "webhooks.0.secret"),
    (webhook(secret="whsec_" + "A" * 180), "webhooks.0.secret"),
    (webhook(secret="x" * 201), "webhooks.0.secret"),
    (webhook(colour="red"), "webhooks.0.colour"),
    ({"webhooks": [PHONE, PHONE]}, "webhooks.1.id"),
    ({"webhooks": [{**PHONE, "id": f"w{number}"} for number in range(6)]}, "webhooks"),
    ({"webhooks": None}, "webhooks"),
    (briefing(time="24:00"), "briefing.time"),
    (briefing(time="8:00"), "briefing.time"),
    (briefing(time="08:00:00"), "briefing.time"),
    (briefing(time="0٨:00"), "briefing.time"),
    (briefing(time=800), "briefing.time"),
    (briefing(time_zone="Factory"), "briefing.time_zone"),
    (briefing(time_zone="Mars/Olympus"), "briefing.time_zone"),
    (briefing(time_zone="Europe"), "briefing.time_zone"),
    (briefing(time_zone="../etc/passwd"), "briefing.time_zone"),
    (briefing(time_zone="europe/berlin"), "briefing.time_zone"),
    (briefing(calendar="NOWHERE"), "briefing.calendar"),
    (briefing(webhook_id="other"), "briefing.webhook_id"),
    ({"webhooks": [PHONE], "briefing": WITHOUT_ZONE}, "briefing.time_zone"),
    (alert(id="a.b"), "alerts.0.id"),
    (alert(id="$set"), "alerts.0.id"),
    (alert(symbol="no symbol"), "alerts.0.symbol"),
    (alert(kind="volume"), "alerts.0.kind"),
    (alert(value=0), "alerts.0.value"),
    (alert(value=-5), "alerts.0.value"),
    (alert(value="250"), "alerts.0.value"),
    (alert(value=True), "alerts.0.value"),
    (alert(value=None), "alerts.0.value"),
    (alert(value=1e13), "alerts.0.value"),
    (alert(kind="signal", value="moon"), "alerts.0.value"),
    (alert(kind="signal", value=250), "alerts.0.value"),
    (alert(webhook_id="other"), "alerts.0.webhook_id"),
    ({"webhooks": [PHONE], "alerts": [HIGH, HIGH]}, "alerts.1.id"),
    ({"webhooks": [PHONE], "alerts": [{**HIGH, "id": f"a{n}"} for n in range(51)]}, "alerts"),
    ({"alerts": [HIGH]}, "alerts.0.webhook_id"),
]


async def test_wrong_subscription_is_refused_and_named() -> None:
    for body, field in WRONG:
        response, answer = await call("put_preferences", body)
        assert response.status_code == 400, body
        assert [item["field"] for item in answer["errors"]] == [field], body
        assert SECRET not in bytes(response.body).decode()
    assert (await call("get_preferences"))[1]["version"] == 0


async def test_webhook_in_use_is_not_removed() -> None:
    await call("put_preferences", SUBSCRIBED)
    response, answer = await call("put_preferences", {"webhooks": [{**PHONE, "id": "other"}]})
    assert response.status_code == 400
    assert answer["errors"] == [
        {"field": "webhooks", "message": "must contain phone, which the briefing uses"},
        {"field": "webhooks", "message": "must contain phone, which the alert high uses"},
    ]
    moved = {
        "webhooks": [{**PHONE, "id": "other"}],
        "briefing": {**MORNING, "webhook_id": "other"},
        "alerts": [{**HIGH, "webhook_id": "other"}],
    }
    assert (await call("put_preferences", moved))[0].status_code == 200


async def test_all_kinds_of_alerts_are_accepted() -> None:
    alerts = [
        {**HIGH, "symbol": "brk.b"},
        {**HIGH, "id": "low", "kind": "price_below", "value": 0.00001234},
        {**HIGH, "id": "signal", "kind": "signal", "value": "golden_cross"},
    ]
    _, answer = await call("put_preferences", {"webhooks": [PHONE], "alerts": alerts})
    assert answer["alerts"] == [{**alerts[0], "symbol": "BRK-B"}, *alerts[1:]]


async def test_concurrent_changes_of_different_parts_are_all_kept() -> None:
    await call("put_preferences", {"webhooks": [PHONE]})
    changes: list[dict[str, object]] = [{"briefing": MORNING}, {"alerts": [HIGH]}, {"webhooks": [PHONE]}]
    await asyncio.gather(*(call("put_preferences", body) for body in changes))
    _, answer = await call("get_preferences")
    assert subscriptions(answer) == SHOWN
    assert answer["version"] == 4
