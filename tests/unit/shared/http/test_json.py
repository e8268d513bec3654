"""JSON responses: not stored by clients, in one form whatever the value is."""

import pytest
from pydantic import BaseModel

from shared.http.json import json_response


class Point(BaseModel):
    """A model."""

    x: int
    label: str


@pytest.mark.parametrize(
    "value", [Point(x=1, label="é"), {"x": 1, "label": "é"}, '{"x":1,"label":"é"}'.encode()]
)
def test_models_data_and_finished_json_give_the_same_bytes(value: object) -> None:
    response = json_response(value)
    assert bytes(response.body) == '{"x":1,"label":"é"}'.encode()
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"


def test_status_and_headers_are_those_given() -> None:
    response = json_response([], status=201, headers={"Cache-Control": "no-cache", "Location": "/x"})
    assert (response.status_code, response.headers["cache-control"]) == (201, "no-cache")
    assert response.headers["location"] == "/x"
