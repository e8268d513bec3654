"""The files of OpenBB Workspace have the form of its published examples, and its questions are understood."""

import json
from typing import Any

import httpx
import pytest

from shared.workspace.copilot import AGENTS, WorkspaceQuery
from shared.workspace.widgets import APPS, WIDGETS
from tests.support.recorded import recorded_folder

EXAMPLES = recorded_folder("openbb_workspace")


def examples(pattern: str) -> list[Any]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob(pattern))]


def shape(values: list[Any]) -> dict[str, set[str]]:
    """The types of each field, by its path, over all values."""
    found: dict[str, set[str]] = {}

    def visit(value: Any, path: str) -> None:
        found.setdefault(path, set()).add(
            "number" if isinstance(value, int | float) else type(value).__name__
        )
        if isinstance(value, dict):
            for key, item in value.items():
                visit(item, f"{path}.{key}")
        elif isinstance(value, list):
            for item in value:
                visit(item, f"{path}[]")

    for value in values:
        visit(value, "")
    return found


def test_widgets_have_fields_and_types_of_the_examples() -> None:
    published = shape([widget for file in examples("*widgets.json") for widget in file.values()])
    for path, types in shape(list(WIDGETS.values())).items():
        assert types <= published.get(path, set()), path


def test_apps_have_fields_and_types_of_the_examples() -> None:
    # Tabs are by their own names, the parameters of a widget by theirs.
    def plain(app: dict[str, Any]) -> dict[str, Any]:
        tabs = [
            {**tab, "layout": [{**place, "state": None} for place in tab["layout"]]}
            for tab in app["tabs"].values()
        ]
        return {**app, "tabs": tabs}

    published = shape([plain(app) for file in examples("*apps.json") for app in file if "tabs" in app])
    for path, types in shape([plain(app) for app in APPS]).items():
        assert types <= published.get(path, set()), path


def test_agents_have_fields_and_types_of_the_examples() -> None:
    published = shape([agent for file in examples("agents/agents*.json") for agent in file.values()])
    for path, types in shape(list(AGENTS.values())).items():
        assert types <= published.get(path, set()), path


@pytest.mark.parametrize(
    ("file", "symbols"),
    [
        ("query-first-request.json", ("AAPL",)),
        ("query-second-request-with-widget-data.json", ("AAPL",)),
        ("query-old-form-with-context.json", ()),
        ("query-old-form-with-widget-result.json", None),
    ],
)
def test_published_questions_are_understood(file: str, symbols: tuple[str, ...] | None) -> None:
    body = json.loads((EXAMPLES / "agents" / file).read_text("utf-8"))
    query = WorkspaceQuery.model_validate(body)
    asked = [message["content"] for message in body["messages"] if message["role"] == "human"]
    assert query.question() == asked[-1].strip()
    if symbols is not None:
        assert query.symbols() == symbols


def test_published_question_is_answered(client: httpx.Client) -> None:
    body = json.loads((EXAMPLES / "agents/query-first-request.json").read_text("utf-8"))
    response = client.post("/agents/query", json=body)
    assert response.status_code == 200
    assert "event: copilotMessageChunk" in response.text
