"""How an answer stands in Redis: a fixed header with its times, then the bytes that go to the client.

The header carries a digest over the key and the body. So a value that was cut off, written by something else,
or handed out for another key is recognised, and counts as a miss.
"""

import math
import struct
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from shared.cache.base import CacheEntry

_HEADER: Final = struct.Struct("<4sBdI16s")
_MAGIC: Final = b"SRC1"
_ANSWER: Final = 0
_UNKNOWN: Final = 1


@dataclass(frozen=True)
class Unknown:
    """The remembered answer that a symbol is unknown.

    Attributes:
        detail: The sentence for the client.
        stored_at: Seconds since the epoch.
        ttl: Seconds for which it is remembered.
    """

    detail: str
    stored_at: float
    ttl: int


Stored = CacheEntry | Unknown


class UndecodableError(ValueError):
    """What stands in Redis under the key is not an answer to it."""


def is_fresh(stored: Stored, now: float) -> bool:
    """Whether the answer is within its TTL. One from further ahead than that has a wrong time: not fresh."""
    return abs(now - stored.stored_at) < stored.ttl


def new_entry(name: str, body: bytes, stored_at: float, ttl: int) -> CacheEntry:
    """An answer as it is kept, with its ETag; whoever reads it has a ``hit``."""
    return CacheEntry(body, stored_at, ttl, _digest(name, body).hex(), "hit")


def encode(name: str, stored: Stored) -> bytes:
    """The value to store under ``name``."""
    if isinstance(stored, CacheEntry):
        kind, body, digest = _ANSWER, stored.body, bytes.fromhex(stored.etag)
    else:
        kind, body = _UNKNOWN, stored.detail.encode()
        digest = _digest(name, body)
    return _HEADER.pack(_MAGIC, kind, stored.stored_at, stored.ttl, digest) + body


def decode(name: str, raw: bytes) -> Stored:
    """The answer stored under ``name``.

    Raises:
        UndecodableError: The value is not an answer, or not one to ``name``.
    """
    try:
        magic, kind, stored_at, ttl, digest = _HEADER.unpack_from(raw)
    except struct.error as error:
        raise UndecodableError(str(error)) from error
    body = raw[_HEADER.size :]
    if magic != _MAGIC or not math.isfinite(stored_at) or digest != _digest(name, body):
        raise UndecodableError("the header does not fit")
    if kind == _UNKNOWN:
        return Unknown(body.decode(), stored_at, ttl)
    return CacheEntry(body, stored_at, ttl, digest.hex(), "hit")


def _digest(name: str, body: bytes) -> bytes:
    digest = blake2b(name.encode(), digest_size=16)
    digest.update(b"\0")
    digest.update(body)
    return digest.digest()
