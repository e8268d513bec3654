"""Tools as clients see them: few, flat, described, and short."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.domain.market_data import Candle, History
from shared.errors import FieldError
from shared.errors.request_errors import InvalidRequestError, RateLimitedError, SymbolNotFoundError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.http.parameters import SYMBOL_INPUT_PATTERN, validate
from shared.mcp.history_rows import history_rows
from shared.mcp.tool_catalogue import TOOLS, tool_list
from shared.mcp.tool_errors import error_text

NOW = datetime(2026, 11, 27, 21, 0, tzinfo=UTC)


def keys_of(schema: Any) -> set[str]:
    """Every key of a schema, at any depth."""
    if isinstance(schema, dict):
        return set(schema).union(*map(keys_of, schema.values()))
    return set().union(*map(keys_of, schema)) if isinstance(schema, list) else set()


def history(days: int, interval: Any = "1d") -> History:
    candles = tuple(
        Candle(
            timestamp=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=day),
            open=10.0 + day,
            high=20.0 + day,
            low=5.0 + day,
            close=15.1234567 + day,
            adjusted_close=None,
            volume=None if day == 0 else 1000,
        )
        for day in range(days)
    )
    return History(
        source="sample",
        as_of=NOW,
        fetched_at=NOW,
        symbol="AAPL",
        currency="USD",
        period="max",
        interval=interval,
        adjustment="split",
        candles=candles,
    )


def test_there_are_at_most_twelve_tools() -> None:
    assert len(TOOLS) == 12


@pytest.mark.parametrize("name", TOOLS)
def test_input_schemas_are_flat(name: str) -> None:
    schema = TOOLS[name].input_schema()
    assert schema["type"] == "object"
    assert not keys_of(schema) & {"anyOf", "oneOf", "allOf", "$ref", "$defs"}
    assert "null" not in json.dumps(schema)
    assert all("type" in value for value in schema["properties"].values())


def beyond(schema: Any, bound: str) -> tuple[Any, Any]:
    """A value at a bound of a schema, and one beyond it."""
    limit, step = schema[bound], -1 if bound.startswith("min") else 1
    if bound in {"minimum", "maximum"}:
        return limit, limit + step
    if bound in {"minItems", "maxItems"}:
        entry = schema["items"].get("enum", ["AAPL"])[0]
        return [entry] * limit, [entry] * (limit + step)
    return "a" * limit, "a" * (limit + step)


BOUNDS = [
    (name, field, bound)
    for name, tool in TOOLS.items()
    for field, schema in tool.input_schema()["properties"].items()
    for bound in schema.keys() & {"minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength"}
]


@pytest.mark.parametrize(("name", "field", "bound"), sorted(BOUNDS))
def test_bounds_of_a_schema_are_those_that_are_enforced(name: str, field: str, bound: str) -> None:
    tool = TOOLS[name]
    allowed, refused = beyond(tool.input_schema()["properties"][field], bound)
    # Every required argument is a text.
    others = dict.fromkeys(tool.input_schema().get("required", []), "AAPL")
    validate(tool.arguments, {**others, field: allowed})
    with pytest.raises(InvalidRequestError) as caught:
        validate(tool.arguments, {**others, field: refused})
    assert [error.field for error in caught.value.errors] == [field]


def test_no_bound_of_arguments_is_left_out_of_a_schema() -> None:
    """A client sees every bound before it calls; the rule of tickers is in their errors only."""
    for name, tool in TOOLS.items():
        listed = tool.input_schema()["properties"]
        for field, enforced in tool.arguments.model_json_schema()["properties"].items():
            bounds = leaves(enforced) - {("pattern", SYMBOL_INPUT_PATTERN)}
            assert bounds <= leaves(listed[field]), (name, field)
    assert ("get_quotes", "symbols", "maxItems") in BOUNDS
    assert ("ask", "question", "maxLength") in BOUNDS
    assert ("get_statements", "limit", "minimum") in BOUNDS


def leaves(schema: Any) -> set[tuple[str, Any]]:
    """The rules of a schema on values, at any depth."""
    if isinstance(schema, list):
        return set().union(*map(leaves, schema))
    if not isinstance(schema, dict):
        return set()
    own = {
        (key, value)
        for key, value in schema.items()
        if key.startswith(("min", "max")) or key in {"pattern", "format"}
    }
    return own.union(*map(leaves, schema.values()))


@pytest.mark.parametrize("name", TOOLS)
def test_tools_have_titles_annotations_and_output_schemas(name: str) -> None:
    tool = next(tool for tool in tool_list().tools if tool.name == name)
    assert tool.title
    assert tool.description
    assert tool.output_schema is not None
    assert tool.annotations is not None
    hints = (
        tool.annotations.read_only_hint,
        tool.annotations.idempotent_hint,
        tool.annotations.open_world_hint,
    )
    assert hints == (name not in {"ask", "create_report"}, name != "ask", True)


def test_all_descriptions_together_are_short() -> None:
    described = [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tool_list().tools]
    # Schemas have 3.4 characters a token; tests/clients counts exactly.
    assert len(json.dumps(described)) / 3.4 <= 3000


def test_candles_are_merged_and_none_is_lost() -> None:
    rows, merged = history_rows(history(100), 40)
    assert merged == 3
    assert len(rows) == 34
    assert rows[0] == ["2020-01-01", 10.0, 20.0, 5.0, 15.1234567, None]
    assert rows[-1] == ["2020-04-07", 107.0, 119.0, 102.0, 114.1234567, 3000]
    assert sum(row[5] or 0 for row in rows) == 99_000


def test_short_histories_have_a_row_per_candle() -> None:
    rows, merged = history_rows(history(3, "1h"), 40)
    assert merged == 1
    assert [row[0] for row in rows] == [
        "2020-01-01T00:00:00Z",
        "2020-01-02T00:00:00Z",
        "2020-01-03T00:00:00Z",
    ]
    assert history_rows(history(0), 40) == ([], 1)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            SymbolNotFoundError("No data source knows ZZZZ."),
            "symbol_not_found: No data source knows ZZZZ. Find the ticker with search_symbols.",
        ),
        (
            InvalidRequestError(
                "limit must be at least 1.", errors=[FieldError("limit", "must be at least 1")]
            ),
            "invalid_request: limit must be at least 1. Correct the arguments and call the tool again.",
        ),
        (
            RateLimitedError("Too many requests", retry_after=7.2),
            "rate_limited: Too many requests. Retry in 8 seconds.",
        ),
        (
            UpstreamUnavailableError("No data source is available."),
            (
                "upstream_unavailable: No data source is available. "
                "Retrying later may help; another tool may have what you need."
            ),
        ),
    ],
)
def test_errors_say_what_to_do(error: Any, text: str) -> None:
    assert error_text(error) == text
