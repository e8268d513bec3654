"""Answers of market data: finished bytes with their times, parsed only by those who look inside."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Generic, TypeVar

from shared.cache.base import CacheEntry
from shared.errors import ServiceError, SymbolNotFoundError

if TYPE_CHECKING:
    from shared.domain.market_data import Provenance, Quote

T = TypeVar("T", bound="Provenance")

_SOURCE = re.compile(rb'"source":"([a-z_]+)"')


@dataclass(frozen=True)
class Answer(Generic[T]):
    """One answer.

    Attributes:
        entry: The finished JSON with its times.
        model: What it is.
    """

    entry: CacheEntry
    model: type[T]

    @property
    def body(self) -> bytes:
        """JSON in UTF-8, as it goes to the client."""
        return self.entry.body

    @property
    def source(self) -> str | None:
        """Name of the source, read without parsing the rest; for logs."""
        found = _SOURCE.search(self.entry.body, 0, 64)
        return found[1].decode() if found else None

    @cached_property
    def value(self) -> T:
        """The answer as an object, parsed when it is first asked for."""
        return self.model.model_validate_json(self.entry.body)


@dataclass(frozen=True)
class QuotesResult:
    """Quotes in the order asked, and for the other symbols, by symbol, why there is none."""

    answers: "tuple[Answer[Quote], ...]"
    errors: Mapping[str, SymbolNotFoundError | ServiceError]


def encode(value: "Provenance") -> bytes:
    """An object as finished JSON."""
    return value.model_dump_json().encode()


def with_body(entry: CacheEntry, body: bytes) -> CacheEntry:
    """An entry of the same age with other bytes, and their ETag."""
    return replace(entry, body=body, etag=blake2b(body, digest_size=16).hexdigest())


def answer_of(entry: CacheEntry, model: type[T]) -> Answer[T]:
    """What the cache gave; a kept answer that goes out because upstream failed says so."""
    if entry.outcome != "stale":
        return Answer(entry, model)
    value = model.model_validate_json(entry.body)
    marked = value.model_copy(update={"stale": True, "fallback_reason": entry.stale_reason})
    return Answer(with_body(entry, encode(marked)), model)


def joined(answers: "Sequence[Answer[Quote]]", errors: bytes) -> CacheEntry:
    """Many quotes as one answer, from their bytes as they are; it is fresh as long as every one of them is.

    Args:
        answers: The quotes.
        errors: JSON of the list of errors; while there are any, the answer counts as never fresh.
    """
    body = b'{"quotes":[' + b",".join(answer.body for answer in answers) + b'],"errors":' + errors + b"}"
    oldest = min((answer.entry.stored_at for answer in answers), default=0.0)
    ends = min((answer.entry.stored_at + answer.entry.ttl for answer in answers), default=0.0)
    ttl = 0 if errors != b"[]" else int(ends - oldest)
    return with_body(CacheEntry(b"", oldest, ttl, ""), body)
