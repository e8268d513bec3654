"""The endpoints of OpenBB Workspace: its files, and an agent that answers as a stream."""

import json
from typing import Any

import azure.functions as func
import pytest
from fastapi import Response

from functions.workspace import blueprint
from tests.support.http import body_of, make_request

pytestmark = pytest.mark.usefixtures("local_context")

app = func.FunctionApp()
app.register_functions(blueprint)
ENDPOINTS = {function.get_function_name(): function.get_user_function() for function in app.get_functions()}


async def get(name: str) -> Any:
    response: Response = await ENDPOINTS[name](make_request())
    assert response.status_code == 200
    return json.loads(bytes(response.body))


async def test_files_name_widgets_an_app_and_an_agent() -> None:
    widgets = await get("workspace_widgets")
    assert widgets
    assert all(widget["endpoint"] for widget in widgets.values())
    (application, *_) = await get("workspace_apps")
    used = {entry["i"] for tab in application["tabs"].values() for entry in tab["layout"]}
    assert used <= widgets.keys()
    agents = await get("workspace_agents")
    assert all(agent["endpoints"]["query"] for agent in agents.values())


@pytest.mark.parametrize(
    "message", [{"role": "ai", "content": "Hello."}, {"role": "human", "content": "\u200b\0"}]
)
async def test_question_without_a_message_of_a_person_is_refused(message: dict[str, str]) -> None:
    body = {"messages": [message]}
    request = make_request(
        method="POST", headers={"content-type": "application/json"}, body=json.dumps(body).encode()
    )
    response = await ENDPOINTS["workspace_query"](request)
    problem = json.loads(await body_of(response))
    assert (response.status_code, problem["code"]) == (400, "invalid_request")
