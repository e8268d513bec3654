"""What is wrong with a value is said in our own words, without the value."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, create_model

from shared.config.settings import Settings
from shared.domain.item_ids import ConversationId
from shared.domain.symbols import SYMBOL_RULE
from shared.domain.validation_messages import validation_message
from shared.mcp.tool_catalogue import TOOLS
from shared.workspace.copilot import WorkspaceQuery
from tests.support.contract_models import BODIES, QUERIES, REQUESTS

UUID_MESSAGE = "must be a UUID of version 4, such as 28c35b09-517e-49ba-8082-440fd61a4016"


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=2, max_length=4, pattern="^a")] = "ab"
    name: Annotated[str, Field(min_length=1)] = "a"
    secret: Annotated[SecretStr, Field(max_length=3)] = SecretStr("")
    number: Annotated[int, Field(ge=1, le=9)] = 1
    ratio: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)] = 0.5
    flag: bool = False
    kind: Literal["json", "csv"] = "json"
    items: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)
    identifier: ConversationId | None = None
    day: date | None = None
    moment: datetime | None = None
    part: dict[str, int] = {}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("text", "marker-a-b-c", "must have at most 4 characters"),
        ("text", "a", "must have at least 2 characters"),
        ("name", "", "must have at least 1 character"),
        ("secret", "marker", "must have at most 3 characters"),
        ("text", "bc", "has characters that are not allowed, or not the required form"),
        ("text", 7, "must be text"),
        ("number", "marker", "must be a whole number"),
        ("number", 1.5, "must be a whole number"),
        ("number", 0, "must be at least 1"),
        ("number", 10, "must be at most 9"),
        ("ratio", "marker", "must be a number"),
        ("ratio", 0, "must be greater than 0.0"),
        ("ratio", 1, "must be less than 1.0"),
        ("ratio", float("nan"), "must be a finite number"),
        ("flag", "marker", "must be true or false"),
        ("kind", "marker", "must be one of json, csv"),
        ("items", 7, "must be a list"),
        ("items", [], "must have at least 1 entry"),
        ("items", [1, 2, 3], "must have at most 2 entries"),
        ("identifier", "marker", UUID_MESSAGE),
        ("identifier", "11111111-1111-1111-8111-111111111111", UUID_MESSAGE),
        ("day", "marker", "must be a date, YYYY-MM-DD"),
        ("moment", "marker", "must be a time in RFC 3339"),
        ("part", "marker", "must be an object"),
        ("unknown", "marker", "is not a known field"),
    ],
)
def test_message(field: str, value: Any, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate({field: value})
    (details, *_) = caught.value.errors(include_url=False, include_input=False)
    assert validation_message(details) == message


def validated_patterns(schema: Any) -> set[str]:
    """The patterns that pydantic checks in a core schema, at any depth."""
    if isinstance(schema, dict):
        own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
        return own.union(*(validated_patterns(value) for key, value in schema.items() if key != "metadata"))
    return set().union(*map(validated_patterns, schema)) if isinstance(schema, list | tuple) else set()


MODELS: dict[str, type[BaseModel]] = {
    "Settings": Settings,
    "WorkspaceQuery": WorkspaceQuery,
    **REQUESTS,
    **BODIES,
    **QUERIES,
    **{name: tool.arguments for name, tool in TOOLS.items()},
}


@pytest.mark.parametrize("name", MODELS)
def test_no_message_for_a_client_or_an_operator_is_a_regular_expression(name: str) -> None:
    model = MODELS[name]
    model.model_rebuild()
    for pattern in validated_patterns(model.__pydantic_core_schema__):
        holder = create_model("Holder", text=Annotated[str, Field(pattern=pattern)])
        with pytest.raises(ValidationError) as caught:
            holder.model_validate({"text": "\u2028"})
        (details,) = caught.value.errors(include_url=False, include_input=False)
        message = validation_message(details)
        assert message.startswith(("must be ", "must have ")), f"{name}: {pattern} has no wording of its own"
        assert not set(message) & set("[]^$\\{}") or message == SYMBOL_RULE
