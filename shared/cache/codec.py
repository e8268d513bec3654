"""Format of a value in Redis: a fixed header with its times, the source, then the bytes sent to clients.

The header contains a digest over key and body. A value that was truncated, written by other software, or read
under another key is therefore detected and counts as a miss. The time of the fetch is text, so that a script
in Redis can compare it.
"""

import struct
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from shared.cache.cache_entry import CacheEntry

HEADER_PREFIX_BYTES: Final = 21
"""Length of magic, kind and time: what scripts read."""
MAGIC: Final = b"SRC2"
TOMBSTONE: Final = b"T"
CLOCK_SKEW_SECONDS: Final = 2.0
"""By how much the clocks of workers may differ. An entry from further in the future is not fresh."""

_HEADER: Final = struct.Struct("<4sc16sIB16s")
_ENTRY: Final = b"E"
_NEGATIVE: Final = b"N"
_MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True)
class NegativeEntry:
    """Records that a symbol is unknown.

    Attributes:
        detail: Message for clients.
        stored_at: Seconds since the epoch.
        ttl: Seconds for which it is fresh.
    """

    detail: str
    stored_at: float
    ttl: int


@dataclass(frozen=True)
class Tombstone:
    """Records that an entry was deleted for all workers.

    Attributes:
        stored_at: Seconds since the epoch.
        ttl: Seconds for which no entry may be stored.
    """

    stored_at: float
    ttl: int


Stored = CacheEntry | NegativeEntry | Tombstone


class UndecodableError(ValueError):
    """The value in Redis is not a valid entry of its key."""


def is_fresh(stored: Stored, now: float) -> bool:
    """Returns whether an entry is within its TTL and not from the future; ``now`` is Unix time in seconds."""
    return -CLOCK_SKEW_SECONDS <= now - stored.stored_at < stored.ttl


def new_entry(name: str, body: bytes, stored_at: float, ttl: int, source: str | None = None) -> CacheEntry:
    """Returns an entry as it is stored, with its ETag; outcome ``hit`` for those who read it."""
    return CacheEntry(body, stored_at, ttl, _digest(name, body).hex(), source, "hit")


def encode(name: str, stored: Stored) -> bytes:
    """Returns the value to store under ``name``."""
    source = b""
    if isinstance(stored, CacheEntry):
        kind, body, digest = _ENTRY, stored.body, bytes.fromhex(stored.etag)
        source = (stored.source or "").encode()
    elif isinstance(stored, NegativeEntry):
        kind, body = _NEGATIVE, stored.detail.encode()
        digest = _digest(name, body)
    else:
        kind, body = TOMBSTONE, b""
        digest = _digest(name, body)
    header = _HEADER.pack(MAGIC, kind, _encode_time(stored.stored_at), stored.ttl, len(source), digest)
    return header + source + body


def decode(name: str, raw: bytes) -> Stored:
    """Returns the entry stored under ``name``.

    Raises:
        UndecodableError: The value is not an entry, or belongs to another key.
    """
    try:
        magic, kind, moment, ttl, source_length, digest = _HEADER.unpack_from(raw)
    except struct.error as error:
        raise UndecodableError(str(error)) from error
    start = _HEADER.size + source_length
    body = raw[start:]
    if magic != MAGIC or not moment.isdigit() or digest != _digest(name, body):
        raise UndecodableError("invalid header")
    stored_at = int(moment) / _MICROSECONDS
    if kind == _ENTRY:
        source = raw[_HEADER.size : start].decode("ascii", "replace") or None
        return CacheEntry(body, stored_at, ttl, digest.hex(), source, "hit")
    return NegativeEntry(body.decode(), stored_at, ttl) if kind == _NEGATIVE else Tombstone(stored_at, ttl)


def _encode_time(seconds: float) -> bytes:
    return b"%016d" % max(0, round(seconds * _MICROSECONDS))


def _digest(name: str, body: bytes) -> bytes:
    digest = blake2b(name.encode(), digest_size=16)
    digest.update(b"\0")
    digest.update(body)
    return digest.digest()
