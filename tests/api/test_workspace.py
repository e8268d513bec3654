"""OpenBB Workspace over HTTP: its files fit the published formats and the routes that they name."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.contract import operations
from tests.support.host import running_host

ORIGIN = "http://localhost:1420"


@pytest.fixture(scope="module")
def host_of_workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    environ = {"APP_CORS_ORIGINS": ORIGIN}
    with running_host(tmp_path_factory.mktemp("workspace"), environ) as base_url:
        yield f"{base_url}/api"


@pytest.fixture(scope="module")
def workspace(host_of_workspace: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=host_of_workspace, timeout=60) as client:
        yield client


def test_widgets_name_routes_and_their_parameters(workspace: httpx.Client) -> None:
    routes = {path: found for path, method, found in operations() if method == "get"}
    for name, widget in workspace.get("/widgets.json").json().items():
        assert not widget["endpoint"].startswith("/"), "it is joined to the address that ends in /api"
        found = routes[f"/{widget['endpoint']}"]
        known = {parameter["name"] for parameter in found["parameters"]}
        given = {parameter["paramName"] for parameter in widget["params"]}
        assert given <= known, name
        assert set(re.findall(r"\{(\w+)\}", widget["endpoint"])) <= given, name


def test_every_widget_shows_rows_of_plain_values(workspace: httpx.Client) -> None:
    body = {"symbol": "AAPL", "report_type": "quick_overview"}
    assert workspace.post("/reports", json=body).status_code == 201
    for name, widget in workspace.get("/widgets.json").json().items():
        params = {parameter["paramName"]: parameter["value"] for parameter in widget["params"]}
        path = widget["endpoint"].format(**params)
        query = {key: value for key, value in params.items() if f"{{{key}}}" not in widget["endpoint"]}
        rows = workspace.get(f"/{path}", params=query).json()[widget["data"]["dataKey"]]
        assert rows, name
        for column in widget["data"]["table"]["columnsDefs"]:
            values = [row[column["field"]] for row in rows]
            assert not any(isinstance(value, dict | list) for value in values), (name, column)
            numbers = [value for value in values if value is not None]
            if column["cellDataType"] == "number":
                assert all(isinstance(value, int | float) for value in numbers), (name, column)


def test_choices_of_parameters_are_accepted(workspace: httpx.Client) -> None:
    for widget in workspace.get("/widgets.json").json().values():
        for parameter in widget["params"]:
            options = [option["value"] for option in parameter.get("options", ())]
            assert not options or parameter["value"] in options


def test_apps_lay_out_existing_widgets_without_overlap(workspace: httpx.Client) -> None:
    widgets = workspace.get("/widgets.json").json()
    apps = workspace.get("/apps.json").json()
    placed: set[str] = set()
    for app in apps:
        for tab in app["tabs"].values():
            cells: set[tuple[int, int]] = set()
            for place in tab["layout"]:
                assert place["x"] + place["w"] <= 40
                taken = {
                    (x, y)
                    for x in range(place["x"], place["x"] + place["w"])
                    for y in range(place["y"], place["y"] + place["h"])
                }
                assert not cells & taken
                cells |= taken
                placed.add(place["i"])
        for group in app["groups"]:
            for name in group["widgetIds"]:
                assert group["paramName"] in {param["paramName"] for param in widgets[name]["params"]}
    assert placed == widgets.keys()


def test_agent_names_the_route_that_answers(workspace: httpx.Client) -> None:
    agents = workspace.get("/agents.json").json()
    for agent in agents.values():
        response = ask(workspace, path=agent["endpoints"]["query"])
        assert response.status_code == 200


def ask(
    client: httpx.Client, *, path: str = "/agents/query", widgets: Any = None, **message: Any
) -> httpx.Response:
    said = {"role": "human", "content": "What is the current stock price of AAPL?", **message}
    return client.post(path, json={"messages": [said], "widgets": widgets, "timezone": "UTC"})


def deltas(response: httpx.Response) -> str:
    """The text of a stream, every event of which must have the published form."""
    text = ""
    for event in filter(None, response.text.split("\n\n")):
        lines = [line for line in event.splitlines() if not line.startswith((":", "retry:"))]
        if not lines:
            continue
        name, data = lines
        assert name == "event: copilotMessageChunk"
        text += json.loads(data.removeprefix("data: "))["delta"]
    return text


def test_answer_is_a_stream_of_message_chunks(workspace: httpx.Client) -> None:
    response = ask(workspace)
    assert response.headers["content-type"].startswith("text/event-stream")
    text = deltas(response)
    assert "AAPL" in text
    assert "figures are supported by the sources" in text
    assert "[DONE]" not in response.text


def test_symbols_of_selected_widgets_are_taken_into_account(workspace: httpx.Client) -> None:
    params = [
        {"name": "symbol", "current_value": "MSFT", "default_value": "AAPL"},
        {"name": "period", "current_value": "1y"},
    ]
    widgets = {"primary": [{"widget_id": "price_history", "params": params}], "secondary": []}
    text = deltas(ask(workspace, widgets=widgets, content="What is the price?"))
    assert "MSFT" in text


@pytest.mark.parametrize(
    ("widget", "earlier", "question", "symbols"),
    [
        (None, ["What is the price of MSFT?"], "How about its margin?", {"MSFT"}),
        (None, ["Price of Microsoft?", "And its margin?"], "And what is its dividend?", {"MSFT"}),
        (None, ["Price of MSFT?", "And of AAPL?"], "How about its margin?", {"AAPL"}),
        (None, ["Price of MSFT?"], "Compare it with NVDA", {"MSFT", "NVDA"}),
        ("AAPL", ["What is the price of MSFT?"], "How about its margin?", {"MSFT", "AAPL"}),
    ],
)
def test_follow_up_questions_keep_their_company(
    workspace: httpx.Client, widget: str | None, earlier: list[str], question: str, symbols: set[str]
) -> None:
    messages = [
        message
        for said in earlier
        for message in ({"role": "human", "content": said}, {"role": "ai", "content": "An answer."})
    ]
    params = [{"name": "symbol", "current_value": widget}]
    widgets = {"primary": [{"params": params}]} if widget else None
    body = {"messages": [*messages, {"role": "human", "content": question}], "widgets": widgets}
    text = deltas(workspace.post("/agents/query", json=body))
    assert {name for name in ("AAPL", "MSFT", "NVDA") if f" {name}, sample" in text} == symbols


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": []},
        {"messages": [{"role": "ai", "content": "Hello"}]},
        {"messages": [{"role": "human", "content": "  "}]},
        {"messages": [{"role": "human", "content": {"text": "x"}}]},
        {"messages": [{"role": "human", "content": "x" * 4001}]},
        {"messages": [{"role": "robot", "content": "x"}]},
    ],
)
def test_wrong_questions_are_refused(workspace: httpx.Client, body: dict[str, Any]) -> None:
    response = workspace.post("/agents/query", json=body)
    assert (response.status_code, response.json()["code"]) == (400, "invalid_request")


def test_data_of_large_widgets_is_accepted_up_to_a_bound(workspace: httpx.Client) -> None:
    def messages(size: int) -> dict[str, Any]:
        table = {"role": "tool", "function": "get_widget_data", "data": [{"content": "x" * size}]}
        return {"messages": [{"role": "human", "content": "Price of AAPL?"}, table]}

    assert workspace.post("/agents/query", json=messages(500_000)).status_code == 200
    response = workspace.post("/agents/query", json=messages(1_100_000))
    assert (response.status_code, response.json()["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("path", ["/widgets.json", "/apps.json", "/agents.json", "/agents/query", "/quotes"])
def test_preflight_needs_no_key(workspace: httpx.Client, path: str) -> None:
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST" if path == "/agents/query" else "GET",
        "Access-Control-Request-Headers": "x-functions-key,content-type",
    }
    response = workspace.options(path, headers=headers)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert "x-functions-key" in response.headers["access-control-allow-headers"]


def test_stream_may_be_read_by_the_pages_of_workspace(workspace: httpx.Client) -> None:
    body = {"messages": [{"role": "human", "content": "Price of AAPL?"}]}
    response = workspace.post("/agents/query", json=body, headers={"Origin": ORIGIN})
    assert response.headers["access-control-allow-origin"] == ORIGIN
