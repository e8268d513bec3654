"""The routes that the fault matrix does not have, each requested over HTTP and summed up in a few words."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.support.faults.operations import KEPT, NEW, OutsideContractError, problem_of
from tests.support.host import REPOSITORY

DOCUMENT: Final = REPOSITORY / "docs/faults.md"
HEADING: Final = "route"
"""First cell of the table."""

_USER: Final = "further"


def read_table() -> dict[str, dict[str, str]]:
    """Returns the cells by route and outage; the column ``nothing`` is what there is without a fault."""
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in DOCUMENT.read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    begin = next(number for number, row in enumerate(rows) if row[0] == HEADING)
    outages = rows[begin][1:]
    table: dict[str, dict[str, str]] = {}
    for name, *cells in rows[begin + 2 :]:
        if len(cells) != len(outages):
            break
        cells = [cells[0] if cell == "as usual" else cell for cell in cells]
        table[name.replace("`", "")] = dict(zip(outages, cells, strict=True))
    return table


class FurtherRoutes:
    """Requests each route.

    Args:
        client: The service.
    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._conversation = str(uuid4())
        self._report_id = ""

    def prepare(self) -> None:
        """Stores what the routes read; waits for imports by asking."""
        answer = self._client.post(
            "/api/chat",
            json={"message": "How is it?", "symbols": [KEPT], "conversation_id": self._conversation},
            headers={"X-User-ID": _USER},
        )
        answer.raise_for_status()
        report = self._client.post("/api/reports", json={"symbol": KEPT}, headers={"X-User-ID": _USER})
        report.raise_for_status()
        self._report_id = report.json()["report_id"]

    def run(self) -> dict[str, str]:
        """Returns the outcome of each route."""
        return {name: ask() for name, ask in self._routes().items()}

    def _routes(self) -> Mapping[str, Callable[[], str]]:
        mine = f"/api/users/{_USER}"
        return {
            "GET /quotes/history?symbols=": self._get(f"/api/quotes/history?symbols={KEPT},{NEW}", _listed),
            "GET /quotes/{symbol}/profile": self._get(f"/api/quotes/{KEPT}/profile", _stale),
            "GET /quotes/{symbol}/actions": self._get(f"/api/quotes/{KEPT}/actions", _stale),
            "GET /symbols?query=": self._get("/api/symbols?query=apple", lambda _: ""),
            "GET /conversations": self._get("/api/conversations", lambda _: ""),
            "GET /conversations/{id}": self._get(f"/api/conversations/{self._conversation}", lambda _: ""),
            "PATCH /conversations/{id}": self._send(
                "PATCH", f"/api/conversations/{self._conversation}", {"title": "Apple"}
            ),
            "GET /reports": self._get("/api/reports", lambda _: ""),
            "GET /reports/{id}": self._get(f"/api/reports/{self._report_id}", lambda _: ""),
            "GET /reports/track-record": self._get("/api/reports/track-record", lambda _: ""),
            "GET /users/{id}/preferences": self._get(f"{mine}/preferences", lambda _: ""),
            "PUT /users/{id}/preferences": self._send("PUT", f"{mine}/preferences", {"watchlist": [KEPT]}),
            "GET /users/{id}/data": self._get(f"{mine}/data", lambda _: ""),
            "PUT /symbols/{symbol}/tracking": self._send(
                "PUT", f"/api/symbols/{KEPT}/tracking", {"tracked": True}
            ),
            "DELETE /users/{id}, nothing kept": self._send(
                "DELETE", "/api/users/unused", None, user="unused"
            ),
            "POST /agents/query": self._agent,
            "GET /widgets.json": self._get("/api/widgets.json", lambda _: ""),
            "MCP get_quotes": lambda: self._tool("get_quotes", {"symbols": [KEPT]}),
            "MCP ask": lambda: self._tool("ask", {"question": "How is it?", "symbols": [KEPT]}),
            "MCP create_report": lambda: self._tool("create_report", {"symbol": KEPT}),
            "MCP report://{id}": lambda: self._rpc("resources/read", uri=f"report://{self._report_id}"),
        }

    def _get(self, path: str, said: Callable[[Any], str]) -> Callable[[], str]:
        def ask() -> str:
            response = self._client.get(path, headers={"X-User-ID": _USER})
            return problem_of(response) if response.status_code >= 400 else f"200{said(response.json())}"

        return ask

    def _send(self, method: str, path: str, body: object, user: str = _USER) -> Callable[[], str]:
        def ask() -> str:
            response = self._client.request(method, path, json=body, headers={"X-User-ID": user})
            return problem_of(response) if response.status_code >= 400 else f"{response.status_code}"

        return ask

    def _agent(self) -> str:
        body = {"messages": [{"role": "human", "content": f"How is ${KEPT}?"}]}
        response = self._client.post("/api/agents/query", json=body)
        return problem_of(response) if response.status_code >= 400 else f"{response.status_code}"

    def _tool(self, name: str, arguments: Mapping[str, object]) -> str:
        return self._rpc("tools/call", name=name, arguments=arguments)

    def _rpc(self, method: str, **params: object) -> str:
        """Returns the status, or the code at the beginning of an error's text."""
        headers = {
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": "2025-11-25",
            "X-User-ID": _USER,
        }
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        response = self._client.post("/api/mcp", json=body, headers=headers)
        if response.status_code >= 400:
            return problem_of(response)
        answer = _message(response.text)
        if "error" in answer:
            return f"error {answer['error']['message'].partition(':')[0]}"
        result = answer["result"]
        if result.get("isError"):
            return f"isError {result['content'][0]['text'].partition(':')[0]}"
        quotes = result.get("structuredContent", {}).get("quotes", [])
        return "200 stale" if any(quote.get("stale") for quote in quotes) else "200"


def _message(text: str) -> dict[str, Any]:
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    message: dict[str, Any] = json.loads(lines[-1] if lines else text)
    if message.get("jsonrpc") != "2.0":
        raise OutsideContractError(text)
    return message


def _stale(body: Mapping[str, Any]) -> str:
    return " stale" if body["stale"] else ""


def _listed(body: Mapping[str, Any]) -> str:
    told = {_stale(history) for history in body["histories"]}
    told |= {f" {error['code']}" for error in body["errors"]}
    return ",".join(sorted(told))
