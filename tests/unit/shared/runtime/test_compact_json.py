"""JSON as the service writes it."""

import pytest

from shared.runtime.compact_json import dumps


def test_json_is_compact_utf_8() -> None:
    assert dumps({"a": [1, None], "é": "株"}) == '{"a":[1,null],"é":"株"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_json_lacks_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        dumps(value)
