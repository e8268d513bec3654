"""What the repositories have in common: documents checked before every write, values that are only values."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from bson.errors import InvalidDocument
from pymongo.collection import Collection as PyMongoCollection
from pymongo.errors import DocumentTooLarge, OperationFailure

from shared.data.driver_errors import DOCUMENT_REFUSED, code_of
from shared.data.mongo import SECONDS, Document, Mongo
from shared.data.retention import DEFAULT_RETENTION, Retention
from shared.data.schema.declaration import Collection
from shared.data.schema.validation import Check, SchemaViolation, compile_check
from shared.domain.symbols import normalise_symbol
from shared.errors import FieldError, InternalError, InvalidRequestError
from shared.runtime.clock import Clock

T = TypeVar("T")
Target = PyMongoCollection[Document]

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
                _log.error("the server refuses document %r of %s", failed, self.declared.name)
            raise
        except (DocumentTooLarge, InvalidDocument, OverflowError) as error:
            _log.error("a document of %s cannot be stored: %s", self.declared.name, type(error).__name__)
            raise InternalError("The result is too large or invalid to store.") from error

    def _checked(self, document: Document, fits: Check | None = None) -> Document:
        """The document, when it fits the schema (or a part of it that is given).

        Raises:
            InvalidRequestError: It does not, and it is the client's; the field is named.
            InternalError: It does not, and it is ours; the log names document and field.
        """
        try:
            (fits or self._fits)(document)
        except SchemaViolation as error:
            _log.error(
                "document %r of %s does not fit: %s %s",
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
    """A string from outside: never an operator (``{"$gt": ""}``) in a query.

    Raises:
        InvalidRequestError: It is no string, or too long.
    """
    if not isinstance(value, str) or not value or len(value) > max_length or "\0" in value:
        message = f"must be 1 to {max_length} characters"
        raise InvalidRequestError(f"{field} {message}.", errors=[FieldError(field, message)])
    return value


def symbol_value(value: object) -> str:
    """A symbol from outside, normalised.

    Raises:
        InvalidSymbolError: It cannot be a symbol.
        InvalidRequestError: It is no string.
    """
    return normalise_symbol(text_value("symbol", value))


def limit_value(limit: int, most: int) -> int:
    """A limit within 1 and ``most``."""
    return max(1, min(limit, most))


def is_duplicate(error: OperationFailure) -> bool:
    """Whether a write was refused because the key is taken."""
    return code_of(error) == 11000


def without(document: Mapping[str, Any], *fields: str) -> Document:
    """A copy that lacks some fields."""
    return {key: value for key, value in document.items() if key not in fields}
