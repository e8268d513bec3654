"""Compact JSON in UTF-8, without NaN."""

import json
from typing import Any, Final

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def dumps(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can hold
    """Returns compact JSON in UTF-8.

    Raises:
        ValueError: A number is NaN or infinite.
    """
    return _ENCODER.encode(value).encode()
