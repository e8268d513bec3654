"""The base of the repositories: it checks documents before each write, and values from outside."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from bson.errors import InvalidDocument
from pymongo.errors import DocumentTooLarge

from shared.data.driver_errors import DOCUMENT_REFUSED, code_of
from shared.data.mongo import SECONDS, Document, Mongo, Target
from shared.data.retention import DEFAULT_RETENTION, Retention
from shared.data.schema.declaration import Collection
from shared.data.schema.validation import Check, SchemaViolation, compile_check
from shared.domain.symbols import normalise_symbol
from shared.errors import FieldError
from shared.errors.request_errors import InvalidRequestError
from shared.errors.service_errors import InternalError
from shared.runtime.clock import Clock

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Repository:
    """Access to one collection.

    Attributes:
        declared: The collection's declaration.
        from_clients: Whether what is written comes straight from a client, so that a document which does
            not fit is the client's mistake and not ours.
    """

    declared: ClassVar[Collection]
    from_clients: ClassVar[bool] = False

    def __init__(self, mongo: Mongo, clock: Clock, retention: Retention = DEFAULT_RETENTION) -> None:
        self._mongo = mongo
        self._clock = clock
        self._retention = retention
        self._fits: Check = compile_check(self.declared.schema)

    async def _run(self, work: Callable[[Target], T], *, seconds: float = SECONDS, retry: bool = True) -> T:
        """Runs blocking work on the collection; see :meth:`Mongo.run`."""
        try:
            return await self._mongo.run(
                lambda database: work(database[self.declared.name]), seconds=seconds, retry=retry
            )
        except InternalError as error:
            if code_of(error.__cause__ or error) == DOCUMENT_REFUSED:
                details = getattr(error.__cause__, "details", None) or {}
                failed = details.get("errInfo", {}).get("failingDocumentId")
                _log.error("document refused by the server: %r of %s", failed, self.declared.name)
            raise
        except (DocumentTooLarge, InvalidDocument, OverflowError) as error:
            _log.error("document not stored: %s: %s", self.declared.name, type(error).__name__)
            raise InternalError("The result is too large or invalid to store.") from error

    def _checked(self, document: Document, fits: Check | None = None) -> Document:
        """Returns the document if it fits the schema, or the given part of the schema.

        Raises:
            InvalidRequestError: The document comes from a client and does not fit; the error names the field.
            InternalError: The document is our own and does not fit; the log names document and field.
        """
        try:
            (fits or self._fits)(document)
        except SchemaViolation as error:
            _log.error(
                "document invalid: %r of %s: %s %s",
                document.get("_id"),
                self.declared.name,
                error.field,
                error.reason,
            )
            if self.from_clients:
                wrong = [FieldError(error.field, error.reason)]
                raise InvalidRequestError(f"{error.field} {error.reason}.", errors=wrong) from error
            raise InternalError(f"The result cannot be stored: {error.field} {error.reason}.") from error
        return document


def text_value(field: str, value: object, max_length: int = 256) -> str:
    """Returns a string from outside, which cannot be an operator (``{"$gt": ""}``) in a query.

    Raises:
        InvalidRequestError: The value is no string, is empty or too long, or has the character NUL. The error
            names only the broken rule: the request may have a tighter bound, which was checked before.
    """
    if not isinstance(value, str):
        raise _invalid(field, "must be text")
    if not value:
        raise _invalid(field, "must not be empty")
    if "\0" in value:
        raise _invalid(field, "must not contain the character NUL")
    if len(value) > max_length:
        raise _invalid(field, f"must have at most {max_length} characters")
    return value


def _invalid(field: str, message: str) -> InvalidRequestError:
    return InvalidRequestError(f"{field} {message}.", errors=[FieldError(field, message)])


def symbol_value(value: object) -> str:
    """Returns a symbol from outside, normalised.

    Raises:
        InvalidSymbolError: The text cannot be a symbol.
        InvalidRequestError: The value is no string.
    """
    return normalise_symbol(text_value("symbol", value))


def limit_value(limit: int, most: int) -> int:
    """Returns the limit, at least 1 and at most ``most``."""
    return max(1, min(limit, most))


def without(document: Mapping[str, Any], *fields: str) -> Document:
    """Returns a copy of a document without some fields."""
    return {key: value for key, value in document.items() if key not in fields}
