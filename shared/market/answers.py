"""Answers of market data: finished JSON with its times, parsed on first access only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from typing_extensions import TypedDict

from shared.cache.cache_entry import CacheEntry
from shared.errors import ErrorCode, ProblemError
from shared.errors.request_errors import RateLimitedError, SymbolNotFoundError
from shared.errors.service_errors import ServiceError

if TYPE_CHECKING:
    from shared.domain.market_data import Provenance, Quote

T = TypeVar("T", bound="Provenance")

QuoteError = SymbolNotFoundError | ServiceError | RateLimitedError
"""Why there is no quote of a symbol."""


@dataclass(frozen=True)
class Answer(Generic[T]):
    """An answer of market data.

    Attributes:
        entry: The finished JSON with its times.
        model: The type that the JSON is parsed to.
    """

    entry: CacheEntry
    model: type[T]

    @property
    def body(self) -> bytes:
        """Returns the JSON in UTF-8, as it is sent to clients."""
        return self.entry.body

    @property
    def source(self) -> str | None:
        """Name of the source, known without parsing the response; for logs."""
        return self.entry.source

    @cached_property
    def value(self) -> T:
        """Returns the parsed answer."""
        return self.model.model_validate_json(self.entry.body)


class SymbolErrorJson(TypedDict):
    """Why a batch has nothing of a symbol.

    Attributes:
        symbol: The symbol; one that cannot be a symbol as it was sent.
    """

    symbol: str
    code: ErrorCode
    detail: str


def symbol_errors(errors: Mapping[str, ProblemError]) -> list[SymbolErrorJson]:
    """Returns the errors of a batch as the contract has them."""
    return [
        {"symbol": symbol, "code": error.code, "detail": error.detail} for symbol, error in errors.items()
    ]


@dataclass(frozen=True)
class QuotesResult:
    """Quotes in the requested order, and the errors of the other symbols by symbol."""

    answers: "tuple[Answer[Quote], ...]"
    errors: Mapping[str, QuoteError]


def encode(value: "Provenance") -> bytes:
    """Returns the JSON of an answer."""
    return value.model_dump_json().encode()


def with_body(entry: CacheEntry, body: bytes) -> CacheEntry:
    """Returns an entry of the same age with another body and its ETag."""
    return replace(entry, body=body, etag=blake2b(body, digest_size=16).hexdigest())


def answer_of(entry: CacheEntry, model: type[T]) -> Answer[T]:
    """Returns the answer of a cache entry; a stale one states ``stale`` and the reason."""
    if entry.outcome != "stale":
        return Answer(entry, model)
    value = model.model_validate_json(entry.body)
    marked = value.model_copy(update={"stale": True, "fallback_reason": entry.stale_reason})
    return Answer(with_body(entry, encode(marked)), model)


def joined(name: str, answers: "Sequence[Answer[Any]]", errors: bytes, now: float) -> CacheEntry:
    """Returns the response of a batch, joined from the JSON of the answers.

    It is fresh as long as every answer is.

    Args:
        name: Field of the list of answers.
        answers: The answers.
        errors: JSON of the list of errors; a response with errors is never fresh.
        now: Seconds since the epoch; the time of a response without answers.
    """
    listed = b",".join(answer.body for answer in answers)
    body = b'{"' + name.encode() + b'":[' + listed + b'],"errors":' + errors + b"}"
    oldest = min((answer.entry.stored_at for answer in answers), default=now)
    ends = min((answer.entry.stored_at + answer.entry.ttl for answer in answers), default=now)
    ttl = 0 if errors != b"[]" else int(ends - oldest)
    return with_body(CacheEntry(b"", oldest, ttl, ""), body)
