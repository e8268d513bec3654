"""Validates query strings and bodies into pydantic models."""

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeVar
from urllib.parse import unquote_to_bytes

from annotated_types import GroupedMetadata, MaxLen
from fastapi import Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from shared.domain.symbols import normalise_symbol
from shared.domain.validation_messages import validation_message
from shared.errors import FieldError
from shared.errors.request_errors import (
    InvalidJsonError,
    InvalidRequestError,
    InvalidSymbolError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
)

Model = TypeVar("Model", bound=BaseModel)


class Parameters(BaseModel):
    """Base of queries and bodies. Its schema is built on first use, which keeps the cold start short.

    Attributes:
        comma_separated: Query parameters that are lists: separated by commas, or repeated.
    """

    model_config = ConfigDict(defer_build=True)

    comma_separated: ClassVar[tuple[str, ...]] = ()


_MAX_LISTED_ERRORS = 300
"""Invalid fields that the response lists; the bounds of our lists allow no more."""
_MAX_DETAILED_ERRORS = 20
"""Invalid fields in the sentence for people."""
_MAX_FIELDS = 500
_MAX_FIELD_NAME = 100
_WHOLE = "body"
"""The field of errors that concern all values together."""
_INVALID_SYMBOL = "invalid_symbol"
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+")
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def _symbol(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return normalise_symbol(value)
    except InvalidSymbolError as error:
        rule = error.errors[0].message
        raise PydanticCustomError(_INVALID_SYMBOL, "{rule}", {"rule": rule}) from None


SYMBOL_INPUT_PATTERN = r"^[A-Za-z0-9.^=&-]{1,21}$"
"""As ``SYMBOL_PATTERN``, in any case."""

SymbolParameter = Annotated[
    str, BeforeValidator(_symbol), Field(json_schema_extra={"pattern": SYMBOL_INPUT_PATTERN})
]
"""A ticker symbol in any case; the field has it in upper case."""

Symbols = tuple[SymbolParameter, ...]
"""A list of ticker symbols. Give its field ``AtMost``."""


def _digits(value: object) -> object:
    # Pydantic alone would also take "1_0", "5.0" and "  5".
    if isinstance(value, str) and not _WHOLE_NUMBER.fullmatch(value):
        raise ValueError("must be a whole number")
    return value


IN_DIGITS = BeforeValidator(_digits)
"""For whole numbers in a query; after ``Field``, so that the schema keeps its bounds."""


@dataclass(frozen=True)
class AtMost(GroupedMetadata):
    """Bound of a list of values from outside.

    The length is checked before the entries: thousands of invalid ones would each cost time on the event
    loop. Of a list within its bound every invalid entry is named.

    Attributes:
        entries: Maximum number of entries.
    """

    entries: int

    def __iter__(self) -> Iterator[object]:
        """Yields the annotations for pydantic."""
        yield MaxLen(self.entries)
        yield BeforeValidator(self._check)

    def _check(self, value: object) -> object:
        if isinstance(value, list | tuple) and len(value) > self.entries:
            context = {"max_length": self.entries, "actual_length": len(value), "field_type": "Tuple"}
            raise PydanticCustomError("too_long", "{max_length}", context)
        return value


def read_query(req: Request, model: type[Model]) -> Model:
    """Returns the query string as a model; unknown parameters are ignored.

    Raises:
        InvalidRequestError: A parameter is invalid or repeated; all of these are named.
    """
    values: dict[str, object] = dict(req.query_params)
    lists: tuple[str, ...] = getattr(model, "comma_separated", ())
    fields = model.model_fields.items()
    _check_query(req, {field.alias or name for name, field in fields} - set(lists))
    for name in values.keys() & lists:
        parts = (part for value in req.query_params.getlist(name) for part in value.split(","))
        values[name] = list(dict.fromkeys(map(_list_item, parts)))
    return validate(model, values)


def _check_query(req: Request, single: Collection[str]) -> None:
    """Refuses a query of which a part would be dropped or replaced without a word.

    Args:
        req: The request.
        single: Parameters that have one value.

    Raises:
        InvalidRequestError: A parameter is repeated, or its value is not UTF-8.
    """
    query = req.query_params
    counts = Counter(name for name, _ in query.multi_items())
    if repeated := [name for name, count in counts.items() if count > 1 and name in single]:
        errors = [FieldError(name, "must be given once") for name in repeated]
        raise InvalidRequestError(f"{', '.join(repeated)} must be given once.", errors=errors)
    # The replacement character of bytes that are not UTF-8, unless the client means itself.
    if any("\ufffd" in value for value in query.values()):
        try:
            unquote_to_bytes(req.scope["query_string"]).decode()
        except UnicodeDecodeError:
            raise InvalidRequestError("The query string is not UTF-8.") from None


def _list_item(written: str) -> str:
    # Upper case would turn letters that only look like ASCII into it: the long s becomes S.
    item = written.strip(" ")
    return item.upper() if item.isascii() else item


async def read_body(req: Request, model: type[Model], *, limit: int) -> Model:
    """Returns the JSON body as a model.

    Args:
        req: The request.
        model: The model of the body.
        limit: Maximum bytes of the body.

    Raises:
        UnsupportedMediaTypeError: The body is not declared as JSON, or is compressed.
        PayloadTooLargeError: The body exceeds the limit; reading stops there.
        InvalidJsonError: The body is not JSON.
        InvalidRequestError: A field is invalid; all invalid ones are named.
    """
    value = _parse(await read_json_bytes(req, limit))
    if not isinstance(value, dict):
        raise InvalidRequestError("The body must be a JSON object.")
    return validate(model, value)


async def read_json_bytes(req: Request, limit: int) -> bytes:
    """Returns the body, which must be declared as JSON.

    Raises:
        UnsupportedMediaTypeError: The body is not declared as JSON, or is compressed.
        PayloadTooLargeError: The body exceeds the limit; reading stops there.
    """
    media_type = req.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise UnsupportedMediaTypeError("The body must be sent as Content-Type: application/json.")
    if req.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaTypeError("Compressed bodies are not supported.")
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
    """Parses JSON by RFC 8259 and I-JSON (RFC 7493); input that parsers read differently is rejected."""
    try:
        text = raw.decode("utf-8-sig")
        value: object = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_refused, parse_float=_finite
        )
        if _SURROGATE_ESCAPE.search(text):
            # A lone surrogate could not be encoded in a response, a store or a log.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        # ValueError covers malformed JSON, invalid UTF-8 and integers of absurd length.
        raise InvalidJsonError("The body is not valid JSON.") from None
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(pairs) > _MAX_FIELDS:
        # Each unknown field of a model costs time on the event loop.
        raise InvalidRequestError(f"An object in the body may have at most {_MAX_FIELDS} fields.")
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate key")
    return value


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError("a number is too large")
    return value


def validate(model: type[Model], value: dict[str, object]) -> Model:
    """Returns values from outside as a model.

    Raises:
        InvalidRequestError: A value is invalid; all invalid ones are named.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise request_error(error) from None


def request_error(error: ValidationError) -> InvalidRequestError:
    """Returns the error for a client that sent invalid values; it names all of them."""
    details = _without_consequences(error.errors(include_url=False, include_input=False))
    errors = list(dict.fromkeys(_field_error(item) for item in details[:_MAX_LISTED_ERRORS]))
    only_symbols = all(item["type"] == _INVALID_SYMBOL for item in details)
    kind = InvalidSymbolError if only_symbols else InvalidRequestError
    detail = "; ".join(_sentence(item) for item in errors[:_MAX_DETAILED_ERRORS])
    more = len(errors) - _MAX_DETAILED_ERRORS
    return kind(f"{detail}{f'; and {more} more under errors' if more > 0 else ''}.", errors=errors)


def _sentence(item: FieldError) -> str:
    # A rule on several fields names them itself.
    return item.message if item.field == _WHOLE else f"{item.field} {item.message}"


def _without_consequences(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Returns the errors without those of lists that seem too short because their entries are invalid."""
    parents = {item["loc"][:-1] for item in details}
    return [item for item in details if item["type"] != "too_short" or item["loc"] not in parents]


def _field_error(item: ErrorDetails) -> FieldError:
    place = item["loc"]
    if item["type"] == _INVALID_SYMBOL and place and isinstance(place[-1], int):
        # The rule for symbols holds for all entries of a list: it is reported once, for the list.
        place = place[:-1]
    field = ".".join(str(part) for part in place) or _WHOLE
    # Names from outside are repeated, but not at any length.
    return FieldError(field[:_MAX_FIELD_NAME], validation_message(item))
