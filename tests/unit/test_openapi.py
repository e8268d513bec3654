"""``docs/openapi.yaml`` is valid and says what the functions and models say."""

import json
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any, get_args

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import TypeAdapter

from infra.local.host_files import read_host_settings
from infra.local.indexing import HttpFunction
from shared import __version__
from shared.config.names import Environment, SourceName
from shared.domain.item_ids import HEX_ID_PATTERN
from shared.errors import ProblemError, request_errors, service_errors
from shared.http.owner import USER_ID_PATTERN
from shared.http.parameters import SYMBOL_INPUT_PATTERN
from tests.support.app import app_index
from tests.support.contract import (
    ANY_REQUEST,
    PREFIX,
    check_frames,
    document,
    errors_of,
    operation,
    operations,
    resolved,
)
from tests.support.contract_models import BODIES, IN_REPORTS, QUERIES, REQUESTS, RESPONSES, TYPES
from tests.support.contract_schemas import DOCUMENT, with_schemas
from tests.support.host import REPOSITORY

_JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
PATTERNS = {
    "report_id": HEX_ID_PATTERN,
    "stream_id": HEX_ID_PATTERN,
    "symbol": SYMBOL_INPUT_PATTERN,
    "user_id": USER_ID_PATTERN,
    "X-User-ID": USER_ID_PATTERN,
}
"""Of path and header parameters, from the code that reads them."""
UNCHECKED = {
    "X-Request-ID",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "asset",
    "version",
    "conversation_id",
}
"""Compared with a known value, or parsed as a UUID."""
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern")


@pytest.fixture(scope="module")
def functions() -> dict[str, HttpFunction]:
    """The registered functions that the document is about."""
    settings = dict(os.environ)
    read_host_settings(REPOSITORY).apply_values(settings)
    return {one.name: one for one in app_index(settings).http if one.name != "zz_not_found"}


def test_document_is_valid() -> None:
    problems = [error.message for error in OpenAPIV31SpecValidator(document()).iter_errors()]
    assert problems == []
    assert document()["info"]["version"] == __version__


def test_document_is_deployed() -> None:
    # The function ``openapi_json`` reads it.
    ignored = (REPOSITORY / ".funcignore").read_text("utf-8").split()
    assert not [pattern for pattern in ignored if fnmatch("docs/openapi.yaml", pattern.rstrip("/"))]
    assert "docs" not in {pattern.strip("/") for pattern in ignored}


def test_every_function_is_described_and_nothing_else(functions: dict[str, HttpFunction]) -> None:
    described = {
        found["operationId"]: (path.removeprefix("/"), method.upper()) for path, method, found in operations()
    }
    registered = {
        name: (one.route, *(method for method in one.methods if method != "HEAD"))
        for name, one in functions.items()
    }
    assert described == registered


def test_head_is_answered_wherever_get_is(functions: dict[str, HttpFunction]) -> None:
    assert [
        name for name, one in functions.items() if ("GET" in one.methods) != ("HEAD" in one.methods)
    ] == []


def test_what_is_anonymous_is_described_so(functions: dict[str, HttpFunction]) -> None:
    anonymous = {found["operationId"] for _, _, found in operations() if found.get("security") == []}
    assert anonymous == {name for name, one in functions.items() if one.auth_level == "anonymous"}
    keyed = {found["operationId"] for _, _, found in operations() if "401" in found["responses"]}
    assert keyed == functions.keys() - anonymous


def test_path_parameters_are_those_of_the_path() -> None:
    # Swagger UI shows none that stands beside the operations and is a reference.
    assert not [path for path, item in document()["paths"].items() if "parameters" in item]
    for path, _, found in operations():
        named = {one["name"] for one in found["parameters"] if one["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))


def test_schemas_are_those_of_the_models() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert with_schemas(text) == text, "run make openapi"


def test_generated_schemas_keep_what_is_written_by_hand() -> None:
    text = DOCUMENT.read_text("utf-8")
    price, change = (
        "        price: {type: number}\n",
        "        change: {type: [number, 'null'], description: ",
    )
    assert price in text
    assert change in text
    changed = text.replace(price, "        price: {type: string, description: What it costs}\n", 1)
    assert with_schemas(changed) == text.replace(
        price, "        price: {type: number, description: What it costs}\n", 1
    )
    without = re.sub(rf"{re.escape(change)}.*\n", "", text, count=1)
    assert f"{change}'`price - previous_close`'}}\n" in with_schemas(without)


def test_schema_of_a_new_model_is_described_by_its_docstring() -> None:
    text = DOCUMENT.read_text("utf-8")
    without = re.sub(r"    Split:\n(?:      .*\n)+", "", text)
    schema = yaml.safe_load(with_schemas(without))["components"]["schemas"]["Split"]
    assert schema["description"].startswith("A share split: each `denominator` old shares become")
    assert schema["required"] == ["date", "numerator", "denominator"]
    assert schema["properties"]["date"]["description"] == "First day on which the new shares trade"


def test_every_schema_is_that_of_a_model() -> None:
    assert document()["components"]["schemas"].keys() == TYPES.keys() | RESPONSES.keys() | REQUESTS.keys()


@pytest.mark.parametrize("name", IN_REPORTS)
def test_parts_of_reports_fit_the_schemas_of_chats(name: str) -> None:
    schema = TypeAdapter(IN_REPORTS[name]).json_schema(mode="serialization")
    described = document()["components"]["schemas"][name]
    assert set(described["required"]) <= schema["properties"].keys()
    ours = {field: _shape(one, document())["types"] for field, one in described["properties"].items()}
    assert ours == {field: _shape(one, schema)["types"] for field, one in schema["properties"].items()}


@pytest.mark.parametrize("name", QUERIES)
def test_queries_are_those_of_their_models(name: str) -> None:
    schema = QUERIES[name].model_json_schema()
    parameters = {one["name"]: one for one in operation(name)["parameters"] if one["in"] == "query"}
    ours = {field: _shape(one["schema"], document()) for field, one in parameters.items()}
    assert ours == {field: _shape(one, schema) for field, one in schema["properties"].items()}
    assert _defaults({field: one["schema"] for field, one in parameters.items()}) == _defaults(
        schema["properties"]
    )
    required = {field for field, one in parameters.items() if one.get("required")}
    assert required == set(schema.get("required", ()))


def test_every_query_and_body_is_that_of_a_model() -> None:
    # Bodies of other protocols have schemas of their own.
    others = {"mcp", "workspace_query"}
    described = {found["operationId"]: found for _, _, found in operations()}
    queries = {
        name for name, found in described.items() if any(one["in"] == "query" for one in found["parameters"])
    }
    assert queries == QUERIES.keys()
    assert {name for name, found in described.items() if "requestBody" in found} - others == BODIES.keys()


def test_path_and_header_parameters_have_the_patterns_of_their_parsers() -> None:
    for path, method, found in operations():
        for one in found["parameters"]:
            if one["in"] == "query":
                continue
            pattern = _schema_of(one).get("pattern")
            if one["name"] in PATTERNS:
                assert pattern == PATTERNS[one["name"]], (path, method)
            else:
                assert one["name"] in UNCHECKED, (path, method, one["name"])


@pytest.mark.parametrize("name", BODIES)
def test_bodies_are_those_of_their_models(name: str) -> None:
    schema = operation(name)["requestBody"]["content"]["application/json"]["schema"]
    assert REQUESTS[schema["$ref"].rpartition("/")[2]] is BODIES[name]
    properties = resolved(schema)["properties"]
    # Generators of clients take a field with a default for a required one.
    assert not _defaults(properties)
    for field, default in _defaults(BODIES[name].model_json_schema()["properties"]).items():
        described = properties[field]["description"]
        assert f"Default `{json.dumps(default).strip(chr(34))}`" in described, field


def problem_kinds() -> Iterator[type[ProblemError]]:
    """Yields every class of problem with its own status."""
    for module in (request_errors, service_errors):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, ProblemError) and hasattr(kind, "status"):
                yield kind


def test_codes_are_those_of_the_errors() -> None:
    codes = {kind.code for kind in problem_kinds()}
    assert set(document()["components"]["schemas"]["ErrorCode"]["enum"]) == codes


def test_every_status_of_an_error_is_answered_somewhere() -> None:
    answered = {status for _, _, found in operations() for status in found["responses"]}
    statuses = {kind.status for kind in problem_kinds()}
    assert {str(status) for status in statuses - ANY_REQUEST} <= answered


def test_names_are_those_of_the_settings() -> None:
    schemas = document()["components"]["schemas"]
    config = schemas["PublicConfig"]["properties"]
    assert tuple(config["environment"]["enum"]) == get_args(Environment)
    assert tuple(config["market_data_sources"]["items"]["enum"]) == get_args(SourceName)


def test_examples_fit_their_schemas() -> None:
    examples = list(_examples())
    assert len(examples) > 40
    for where, example, schema in examples:
        assert not errors_of(example, schema), f"{where}: {errors_of(example, schema)}"


def test_examples_of_streams_are_streams() -> None:
    for path, method, found in operations():
        for answer in found["responses"].values():
            media = resolved(answer).get("content", {}).get("text/event-stream")
            # Those of other protocols are checked by their own tests.
            if media is not None and path not in {"/mcp", "/agents/query"}:
                schema = media["schema"]["$ref"].rpartition("/")[2]
                assert schema == ("ReportFrame" if path == "/reports" else "ChatFrame")
                assert check_frames(media["example"], schema), (path, method)


def test_page_to_try_it_sends_no_identity_of_its_own() -> None:
    # Swagger UI fills examples and defaults in, and sends them.
    for name in ("RequestId", "UserId", "IfNoneMatch"):
        parameter = document()["components"]["parameters"][name]
        assert not {"example", "examples"} & parameter.keys()
        assert not {"default", "example", "examples"} & parameter["schema"].keys()


def test_generators_of_clients_understand_the_document() -> None:
    """What they read wrongly: found by generating clients, and held here without the generators."""
    text = json.dumps(document())
    # Properties beside a single allOf are lost.
    assert '"allOf"' not in text
    for name, schema in document()["components"]["schemas"].items():
        # A generated parser would have one variable for the object and for its list.
        own_name = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        assert schema.get("properties", {}).get(own_name, {}).get("type") != "array", name
    for path, method, found in operations():
        assert all(
            "content" in resolved(one) for status, one in found["responses"].items() if status[0] in "45"
        )
        assert "default" in found["responses"], (path, method)


def test_paths_of_example_problems_exist() -> None:
    for name, answer in document()["components"]["responses"].items():
        for media in answer.get("content", {}).values():
            instance = media.get("example", {}).get("instance", f"{PREFIX}/health")
            paths = [re.sub(r"\{\w+\}", "[^/]+", path) for path in document()["paths"]]
            assert any(re.fullmatch(PREFIX + path, instance) for path in paths), name


def _examples() -> Iterator[tuple[str, object, dict[str, Any]]]:
    """Every example with the schema it belongs to."""
    for path, method, found in operations():
        for one in found["parameters"]:
            yield from _examples_of(f"{method} {path} {one['name']}", one)
        for media in found.get("requestBody", {}).get("content", {}).values():
            yield from _examples_of(f"{method} {path} body", media)
        for status, answer in found["responses"].items():
            for media_type, media in resolved(answer).get("content", {}).items():
                if media_type == "text/event-stream":
                    # Its schema is that of a frame, its example a stream.
                    continue
                yield from _examples_of(f"{method} {path} {status} {media_type}", media)


def _examples_of(where: str, holder: dict[str, Any]) -> Iterator[tuple[str, object, dict[str, Any]]]:
    if "example" in holder:
        yield where, holder["example"], holder["schema"]
    for name, example in holder.get("examples", {}).items():
        yield f"{where} {name}", resolved(example)["value"], holder["schema"]


def _defaults(properties: dict[str, Any]) -> dict[str, Any]:
    """The defaults that say something: null and all of another object's own are what absence means."""
    given = {field: one.get("default") for field, one in properties.items()}
    return {field: default for field, default in given.items() if not isinstance(default, dict | list | None)}


def _shape(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """What two ways to write the same schema have in common: types, choices, bounds, items."""
    schema = _resolved(schema, root)
    shape: dict[str, Any] = {"types": set(), "choices": set()}
    for option in schema.get("anyOf", [schema]):
        part = _resolved(option, root)
        choices = part.get("enum", [part["const"]] if "const" in part else [])
        types = part.get("type", [])
        shape["types"] |= {types} if isinstance(types, str) else set(types)
        shape["types"] |= {_JSON_TYPES[type(choice)] for choice in choices}
        shape["choices"] |= {choice for choice in choices if choice is not None}
        shape |= {bound: part[bound] for bound in _BOUNDS if bound in part}
        if "items" in part:
            shape["items"] = _shape(part["items"], root)
    return shape


def _schema_of(parameter: dict[str, Any]) -> dict[str, Any]:
    return _resolved(parameter["schema"], document())


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        target: Any = root
        for key in schema["$ref"].removeprefix("#/").split("/"):
            target = target[key]
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return schema
