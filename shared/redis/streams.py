"""Blocking reads of Redis streams."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from redis.asyncio import Redis

from shared.redis.connection import BLOCK_SECONDS
from shared.redis.guard import RedisGuard

MAX_ENTRIES: Final = 500
"""Entries that one read returns per stream."""

Entry = tuple[str, Mapping[bytes, bytes]]
"""Id and fields of an entry."""


async def read_streams(guard: RedisGuard, positions: Mapping[str, str]) -> dict[str, Sequence[Entry]]:
    """Waits up to ``BLOCK_SECONDS`` for new entries of streams.

    Args:
        guard: Guard of a client made by :func:`shared.redis.connection.connect_stream_reader`.
        positions: Id of the last entry read, by key of the stream; ``0`` for none.

    Returns:
        New entries by stream, oldest first; empty if none arrived, which is not a failure.

    Raises:
        DependencyUnavailableError: Redis is unavailable.
    """
    if not positions:
        return {}

    async def read(redis: Redis) -> object:
        streams: Any = dict(positions)
        return await redis.xread(streams, count=MAX_ENTRIES, block=int(BLOCK_SECONDS * 1000))

    replies: Any = await guard.run(read)
    pairs = replies.items() if isinstance(replies, dict) else replies or ()
    return {_text(key): [(_text(entry), fields) for entry, fields in _flat(found)] for key, found in pairs}


def _flat(found: Sequence[object]) -> Sequence[tuple[bytes, Mapping[bytes, bytes]]]:
    # RESP3 wraps the entries of a stream in one more list.
    return found[0] if found and isinstance(found[0], list) else found  # type: ignore[return-value]


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
