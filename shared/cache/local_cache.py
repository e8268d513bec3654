"""The local cache (L1) of one worker: bounded, the least recently used entry is dropped first."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from shared.cache.cache_entry import CacheEntry
from shared.cache.codec import NegativeEntry, Stored

_OVERHEAD: Final = 512


@dataclass(frozen=True)
class LocalEntry:
    """An entry in the local cache.

    Attributes:
        stored: The entry.
        read_at: When Redis last confirmed it, in seconds since the epoch.
        in_redis: Whether Redis has it; False if it could not be written there.
        size: Approximate bytes.
    """

    stored: Stored
    read_at: float
    in_redis: bool
    size: int


class LocalCache:
    """Entries by name.

    It has two purposes: an entry that was read within the local TTL is served without asking Redis, and all
    entries are served while Redis is unavailable.

    Args:
        max_bytes: Upper bound of the approximate size.
        max_entries: Upper bound of the number of entries.
    """

    def __init__(self, max_bytes: int, max_entries: int = 10_000) -> None:
        self._max_bytes = max_bytes
        self._max_entries = max_entries
        self._bytes = 0
        self._entries: OrderedDict[str, LocalEntry] = OrderedDict()

    def get(self, name: str) -> LocalEntry | None:
        """Returns the entry of any age, or None."""
        entry = self._entries.get(name)
        if entry is not None:
            self._entries.move_to_end(name)
        return entry

    def put(self, name: str, stored: Stored, read_at: float, *, in_redis: bool) -> None:
        """Stores an entry read at a Unix time in seconds; one larger than the whole cache is not stored."""
        self.drop(name)
        size = _size(stored)
        if size > self._max_bytes:
            return
        self._entries[name] = LocalEntry(stored, read_at, in_redis, size)
        self._bytes += size
        while self._bytes > self._max_bytes or len(self._entries) > self._max_entries:
            self._bytes -= self._entries.popitem(last=False)[1].size

    def drop(self, name: str) -> None:
        """Removes an entry."""
        entry = self._entries.pop(name, None)
        if entry is not None:
            self._bytes -= entry.size

    @property
    def size(self) -> int:
        """Approximate bytes of all entries."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)


def _size(stored: Stored) -> int:
    if isinstance(stored, CacheEntry):
        return len(stored.body) + _OVERHEAD
    return _OVERHEAD + (len(stored.detail) if isinstance(stored, NegativeEntry) else 0)
