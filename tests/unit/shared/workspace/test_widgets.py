"""The widgets of OpenBB Workspace: their columns are fields of the responses that they show."""

import re
from typing import Any

import pytest

from shared.workspace.widgets import APPS, WIDGETS
from tests.support.contract import operations, resolved

ROUTES = {path: found for path, method, found in operations() if method == "get"}


def rows_of(widget: dict[str, Any]) -> dict[str, Any]:
    """The fields of the rows that the route of a widget sends, from the OpenAPI document."""
    media = ROUTES[f"/{widget['endpoint']}"]["responses"]["200"]["content"]["application/json"]
    listed = resolved(media["schema"])["properties"][widget["data"]["dataKey"]]
    assert listed["type"] == "array"
    fields: dict[str, Any] = resolved(listed["items"])["properties"]
    return fields


@pytest.mark.parametrize("name", WIDGETS)
def test_columns_are_fields_of_the_rows(name: str) -> None:
    fields = rows_of(WIDGETS[name])
    for column in WIDGETS[name]["data"]["table"]["columnsDefs"]:
        field = resolved(fields[column["field"]])
        numeric = bool({"number", "integer"} & set(_types(field)))
        assert numeric == (column["cellDataType"] == "number"), column


@pytest.mark.parametrize("name", WIDGETS)
def test_parameters_are_those_of_the_route(name: str) -> None:
    parameters = {one["name"]: one for one in ROUTES[f"/{WIDGETS[name]['endpoint']}"]["parameters"]}
    given = {one["paramName"]: one for one in WIDGETS[name]["params"]}
    assert given.keys() <= parameters.keys()
    assert set(re.findall(r"\{(\w+)\}", WIDGETS[name]["endpoint"])) <= given.keys()
    for param, one in given.items():
        schema = resolved(parameters[param]["schema"])
        if "options" in one:
            assert [option["value"] for option in one["options"]] == _choices(schema)
        if "maximum" in schema:
            assert schema["minimum"] <= one["value"] <= schema["maximum"]


def test_symbol_of_one_widget_changes_all_that_have_one() -> None:
    [group] = APPS[0]["groups"]
    with_symbol = {name for name, one in WIDGETS.items() if "{symbol}" in one["endpoint"]}
    assert set(group["widgetIds"]) == with_symbol


def _choices(schema: dict[str, Any]) -> list[str]:
    options = [resolved(option) for option in schema.get("anyOf", [schema])]
    return [choice for one in options for choice in one.get("enum", [])]


def _types(schema: dict[str, Any]) -> list[str]:
    options = [resolved(option) for option in schema.get("anyOf", [schema])]
    return [kind for one in options for kind in _listed(one.get("type", []))]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
