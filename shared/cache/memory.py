"""What a worker holds of the cache itself: bounded, the least recently used goes first."""

from collections import OrderedDict
from dataclasses import dataclass

from shared.cache.base import CacheEntry
from shared.cache.codec import Stored

_OVERHEAD = 512


@dataclass(frozen=True)
class Held:
    """An answer that a worker holds.

    Attributes:
        stored: The answer.
        read_at: When Redis last said so, in seconds since the epoch.
        in_redis: Whether Redis has it; False when it could not be written there.
        size: Bytes it takes, roughly.
    """

    stored: Stored
    read_at: float
    in_redis: bool
    size: int


class Memory:
    """Answers by name.

    It serves twice: what was read within the last moments goes out without asking Redis, and all of it goes
    out while Redis is away.
    """

    def __init__(self, max_bytes: int, max_entries: int = 10_000) -> None:
        self._max_bytes = max_bytes
        self._max_entries = max_entries
        self._bytes = 0
        self._held: OrderedDict[str, Held] = OrderedDict()

    def get(self, name: str) -> Held | None:
        """What is held under the name, of whatever age."""
        held = self._held.get(name)
        if held is not None:
            self._held.move_to_end(name)
        return held

    def put(self, name: str, stored: Stored, read_at: float, *, in_redis: bool) -> None:
        """Holds an answer; one that alone is over the bound is not held."""
        self.drop(name)
        content = len(stored.body) if isinstance(stored, CacheEntry) else len(stored.detail)
        size = content + _OVERHEAD
        if size > self._max_bytes:
            return
        self._held[name] = Held(stored, read_at, in_redis, size)
        self._bytes += size
        while self._bytes > self._max_bytes or len(self._held) > self._max_entries:
            self._bytes -= self._held.popitem(last=False)[1].size

    def drop(self, name: str) -> None:
        """Lets go of what is held under the name."""
        held = self._held.pop(name, None)
        if held is not None:
            self._bytes -= held.size

    @property
    def bytes_held(self) -> int:
        """Bytes that all of it takes, roughly."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._held)
