"""Query strings, bodies and path parameters, validated into pydantic models when they enter."""

import json
import math
import re
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from shared.errors import (
    FieldError,
    InvalidJsonError,
    InvalidRequestError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
)

Model = TypeVar("Model", bound=BaseModel)


class Parameters(BaseModel):
    """Base of queries and bodies. Its schema is built on first use: a cold worker starts without it."""

    model_config = ConfigDict(defer_build=True)


_MAX_LISTED_ERRORS = 20
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def read_query(req: Request, model: type[Model]) -> Model:
    """The query string as a model; parameters it does not have are ignored.

    Raises:
        InvalidRequestError: A parameter is wrong; it is named.
    """
    return _validate(model, dict(req.query_params))


async def read_body(req: Request, model: type[Model], *, limit: int) -> Model:
    """The JSON body as a model.

    Args:
        req: The request.
        model: What the body must be.
        limit: Bytes after which reading stops.

    Raises:
        UnsupportedMediaTypeError: It is not declared as JSON, or is compressed.
        PayloadTooLargeError: It is longer than ``limit``; the rest is not read.
        InvalidJsonError: It is not JSON.
        InvalidRequestError: A field is wrong; it is named.
    """
    media_type = req.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaTypeError("The body must be sent as Content-Type: application/json.")
    if req.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("A compressed body is not read here.")
    value = _parse(await _read_bounded(req, limit))
    if not isinstance(value, dict):
        raise InvalidRequestError("The body must be a JSON object.")
    return _validate(model, value)


async def _read_bounded(req: Request, limit: int) -> bytes:
    declared = req.headers.get("content-length", "")
    too_large = PayloadTooLargeError(f"The body may have at most {limit} bytes.")
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    body = bytearray()
    async for chunk in req.stream():
        body += chunk
        if len(body) > limit:
            raise too_large
    return bytes(body)


def _parse(raw: bytes) -> object:
    """JSON as RFC 8259 and I-JSON (RFC 7493) have it: what parsers read differently is refused."""
    try:
        text = raw.decode("utf-8-sig")
        value: object = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_refused, parse_float=_finite
        )
        if _SURROGATE_ESCAPE.search(text):
            # Half a character: no answer, store or log could be written with it.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        # ValueError covers malformed JSON, invalid UTF-8 and integers of absurd length.
        raise InvalidJsonError("The body is not valid JSON.") from None
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key is there twice")
    return value


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError("a number is too large")
    return value


def _validate(model: type[Model], value: dict[str, object]) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        errors = [_field_error(item) for item in details[:_MAX_LISTED_ERRORS]]
        fields = ", ".join(dict.fromkeys(item.field for item in errors))
        raise InvalidRequestError(f"Not valid: {fields}. {errors[0].message}", errors=errors) from None


def _field_error(item: ErrorDetails) -> FieldError:
    field = ".".join(str(part) for part in item["loc"]) or "body"
    # Names from outside are echoed, but not at any length.
    return FieldError(field[:100], item["msg"].removeprefix("Value error, "))
