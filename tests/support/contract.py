"""``docs/openapi.yaml`` as a judge of what the service answers."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import httpx
import yaml
from jsonschema import Draft202012Validator

from tests.support.host import REPOSITORY

Json = dict[str, Any]

PREFIX: Final = "/api"
ANY_REQUEST: Final = frozenset({403, 408, 426, 431, 503})
"""Statuses that any request may meet: described once, as ``default``."""
METHODS: Final = ("get", "put", "post", "patch", "delete")
_MIXINS: Final = ("Provenance",)
"""Schemas that others are made of: they alone say nothing about further fields."""


@cache
def document() -> Json:
    """The document as it stands."""
    loaded: Json = yaml.safe_load((REPOSITORY / "docs/openapi.yaml").read_text("utf-8"))
    return loaded


def operations() -> Iterator[tuple[str, str, Json]]:
    """Every operation, with its path and method."""
    for path, item in document()["paths"].items():
        for method in METHODS:
            if method in item:
                parameters = [resolved(one) for one in item[method]["parameters"]]
                yield path, method, {**item[method], "parameters": parameters}


def operation(operation_id: str) -> Json:
    """One operation."""
    return next(one for _, _, one in operations() if one["operationId"] == operation_id)


def resolved(node: Json) -> Json:
    """The target of a reference, with the keys beside it."""
    while "$ref" in node:
        target: Any = document()
        for key in node["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def errors_of(value: object, schema: Json) -> list[str]:
    """What a value has against a schema; a field that the schema does not name is an error, too."""
    validator = Draft202012Validator(
        {**_closed(schema), "components": _closed_components()},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]


def check_response(response: httpx.Response) -> None:
    """Fails when a response of the service is not one that the document describes.

    For an httpx client's ``event_hooks``. What the document has no operation for must be a problem.
    """
    found = _operation_of(response.request)
    if found is None:
        _check_unknown(response)
        return
    answers = found["responses"]
    status = "default" if response.status_code in ANY_REQUEST else str(response.status_code)
    if status == "default" and str(response.status_code) in answers:
        status = str(response.status_code)
    assert status in answers, f"{found['operationId']}: {response.status_code} unnamed"
    described = resolved(answers[status])
    for name, header in described.get("headers", {}).items():
        _check_header(response, name, resolved(header))
    if "content" not in described or response.request.method == "HEAD":
        return
    media_type = response.headers["content-type"].partition(";")[0]
    assert media_type in described["content"], f"{found['operationId']}: {media_type} is not named"
    if media_type.endswith("json"):
        response.read()
        errors = errors_of(strict_json(response.text), described["content"][media_type]["schema"])
        assert not errors, f"{found['operationId']}: {errors}"


def check_frames(text: str, schema: str) -> list[Json]:
    """The frames of a stream, each of which must fit the schema; the last one must be ``[DONE]``."""
    lines = [line for line in text.split("\n") if line]
    known = re.compile(r"data: .+|id: [0-9a-f]{32}\.(?:\d+\.\d+|end)|: ping|: +|retry: 1000")
    assert all(known.fullmatch(line) for line in lines)
    *frames, end = [line.removeprefix("data: ") for line in lines if line.startswith("data: ")]
    assert end == "[DONE]"
    parsed = [strict_json(frame) for frame in frames]
    for frame in parsed:
        errors = errors_of(frame, {"$ref": f"#/components/schemas/{schema}"})
        assert not errors, f"{frame}: {errors}"
    return parsed


def strict_json(text: str) -> Any:
    """JSON that every parser reads: without NaN and Infinity."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


def _check_unknown(response: httpx.Response) -> None:
    assert response.status_code == 404
    assert response.headers["x-request-id"]
    if response.request.method != "HEAD":
        response.read()
        assert response.headers["content-type"] == "application/problem+json"
        assert not errors_of(strict_json(response.text), {"$ref": "#/components/schemas/Problem"})


def _check_header(response: httpx.Response, name: str, header: Json) -> None:
    value = response.headers.get(name)
    if value is None:
        assert not header.get("required"), f"{name} is missing"
        return
    schema = resolved(header["schema"])
    typed = int(value) if schema.get("type") == "integer" else value
    assert not errors_of(typed, schema), f"{name}: {value}"


def _operation_of(request: httpx.Request) -> Json | None:
    # HEAD is GET without the body.
    asked = "GET" if request.method == "HEAD" else request.method
    path = request.url.raw_path.decode().partition("?")[0].removeprefix(PREFIX).rstrip("/")
    # A path without parameters is more specific than one with them.
    for template, method, found in sorted(operations(), key=lambda one: "{" in one[0]):
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        if method.upper() == asked and re.fullmatch(pattern, path, re.IGNORECASE):
            return found
    return None


@cache
def _closed_components() -> Json:
    schemas: Mapping[str, Json] = document()["components"]["schemas"]
    return {
        "schemas": {name: schema if name in _MIXINS else _closed(schema) for name, schema in schemas.items()}
    }


def _closed(node: Any) -> Any:
    """The schema, with every object in it closed against fields that it does not name."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    closed = {key: _closed(value) for key, value in node.items()}
    if isinstance(node.get("properties"), dict) and "additionalProperties" not in node:
        closed["unevaluatedProperties"] = False
    return closed
