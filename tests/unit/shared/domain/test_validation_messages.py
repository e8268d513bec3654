"""What is wrong with a value is said in our own words, without the value."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import UUID4, BaseModel, ConfigDict, Field, ValidationError

from shared.domain.validation_messages import validation_message


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, Field(min_length=2, max_length=4, pattern="^a")] = "ab"
    number: Annotated[int, Field(ge=1, le=9)] = 1
    ratio: Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)] = 0.5
    flag: bool = False
    kind: Literal["json", "csv"] = "json"
    items: Annotated[tuple[int, ...], Field(min_length=1, max_length=2)] = (1,)
    identifier: UUID4 | None = None
    day: date | None = None
    moment: datetime | None = None
    part: dict[str, int] = {}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("text", "marker-a-b-c", "must have at most 4 characters"),
        ("text", "a", "must have at least 2 characters"),
        ("text", "bc", "must match ^a"),
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
        ("items", [], "must have at least 1 entries"),
        ("items", [1, 2, 3], "must have at most 2 entries"),
        ("identifier", "marker", "must be a UUID"),
        ("identifier", "11111111-1111-1111-8111-111111111111", "must be a UUID of version 4"),
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
