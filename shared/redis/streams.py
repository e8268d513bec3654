"""Streams of frames in Redis: written by one worker, read by all, without blocking commands.

The entries of a stream have ids of our own: ``0-1`` holds the description, ``{n}-0`` the lines up to number
``n``. Redis therefore refuses a write that is repeated because its acknowledgement was lost. A producer
renews the key ``alive``; a worker whose clients read a stream of another worker renews the key ``read``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from redis.exceptions import ResponseError

from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys
from shared.redis.stream_records import Exchange, Exchanged, LoadedStream, StreamOpening

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.asyncio.client import Pipeline

ALIVE_SECONDS: Final = 11.0
"""Time without a heartbeat after which the producer of a stream counts as lost."""
BEAT_SECONDS: Final = 4.0
"""Time between two heartbeats: less than the cooldown of 5 s may cost one of them."""
ENDED_SECONDS: Final = 120
"""Time for which a stream can be read after its end."""

_DESCRIPTION: Final = "0-1"
_MAX_ENTRIES: Final = 200
_MAX_STOPS: Final = 1_000
_BEGINNING_MILLISECONDS: Final = 10_000
"""Longer than it takes from the request for an answer until its stream is open."""
_STOPS_SECONDS: Final = 3_600


class RedisStreams:
    """Commands on the streams of all workers.

    Args:
        guard: The guard of Redis.
        keys: Names of keys.
    """

    def __init__(self, guard: RedisGuard, keys: RedisKeys) -> None:
        self._guard = guard
        self._keys = keys
        self._running = keys.key("streams", "running")
        self._stops = keys.key("streams", "stops")

    async def open(self, openings: Sequence[StreamOpening]) -> None:
        """Opens streams.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """

        def commands(pipeline: "Pipeline") -> None:
            for opening in openings:
                key = self._key(opening.stream_id)
                pipeline.xadd(key, {"d": opening.description}, id=_DESCRIPTION)
                pipeline.pexpire(key, int(opening.seconds * 1000))
                self._beat(pipeline, opening.stream_id, "alive")

        await self._pipeline(commands)

    async def exchange(self, exchange: Exchange) -> Exchanged:
        """Writes and reads in one round trip.

        Raises:
            DependencyUnavailableError: Redis is unavailable; what was to be written may have been.
        """

        def commands(pipeline: "Pipeline") -> None:
            self._queue_writes(pipeline, exchange)
            self._queue_reads(pipeline, exchange)

        replies = await self._pipeline(commands)
        return self._read_replies(exchange, replies)

    async def load(self, stream_id: str) -> LoadedStream | None:
        """Returns a stream; None if there is none of this id.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """

        def commands(pipeline: "Pipeline") -> None:
            pipeline.exists(self._key(stream_id, "alive"))
            pipeline.exists(self._key(stream_id, "read"))
            pipeline.xrange(self._key(stream_id))

        alive, read, entries = await self._pipeline(commands)
        if isinstance(entries, ResponseError) or not entries or b"d" not in entries[0][1]:
            return None
        return LoadedStream(entries[0][1][b"d"], _entries(entries), bool(alive), bool(read))

    async def is_read(self, stream_id: str) -> bool:
        """Returns whether clients of other workers read a stream."""
        return bool(await self._guard.run(lambda redis: redis.exists(self._key(stream_id, "read"))))

    async def beat_age(self, stream_id: str) -> float | None:
        """Returns the seconds since the last heartbeat of a producer; None if it does not live.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        left = await self._guard.run(lambda redis: redis.pttl(self._key(stream_id, "alive")))
        return ALIVE_SECONDS - left / 1000 if left > 0 else None

    async def request_stop(self, stream_id: str) -> None:
        """Asks the producer of a stream, in whichever worker, to stop."""
        await self._pipeline(lambda pipeline: self._request_stop(pipeline, stream_id, forget=False))

    async def first_stop(self) -> str:
        """Returns the id after which stop requests may concern streams that are beginning now."""
        latest: Any = await self._guard.run(lambda redis: redis.xrevrange(self._stops, count=1))
        # The id begins with the milliseconds of the request, which may be for a stream that is not open yet.
        milliseconds = int(_text(latest[0][0]).partition("-")[0]) if latest else 0
        return f"{max(0, milliseconds - _BEGINNING_MILLISECONDS)}-0"

    async def running_in(self, groups: Sequence[str]) -> dict[str, str]:
        """Returns the ids of the running streams that were opened under some names, by name.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        if not groups:
            return {}
        found: Any = await self._guard.run(lambda redis: redis.hmget(self._running, list(groups)))
        return {group: _text(value) for group, value in zip(groups, found, strict=True) if value is not None}

    async def all_running(self, most: int) -> dict[str, str]:
        """Returns some of the running streams by the name under which they were opened."""
        reply: Any = await self._guard.run(lambda redis: redis.hscan(self._running, count=most))
        return {_text(group): _text(stream_id) for group, stream_id in list(reply[1].items())[:most]}

    async def not_running(self, group: str, stream_id: str) -> None:
        """Removes a stream from the running ones, unless another stream has taken its name."""
        await self._guard.run(lambda redis: redis.eval(_REMOVE, 1, self._running, group, stream_id))

    async def claim(self, name: str, stream_id: str, seconds: float) -> str | None:
        """Puts a stream in the place of a name, unless the stream there has a producer that lives.

        Args:
            name: The name.
            stream_id: Id of the stream.
            seconds: Time after which the place is free.

        Returns:
            The id of the other stream; None if the place was free.

        Raises:
            DependencyUnavailableError: Redis is unavailable.
        """
        prefix, suffix = self._key("\n", "alive").split("\n")
        key = self._keys.key("streams", "claim", name)
        arguments = (stream_id, prefix, suffix, int(seconds * 1000))
        other: Any = await self._guard.run(lambda redis: redis.eval(_CLAIM, 1, key, *arguments))
        return None if other is None else _text(other)

    async def remove(self, stream_id: str) -> None:
        """Removes a stream that no client knows.

        Raises:
            DependencyUnavailableError: Redis is unavailable; the stream expires.
        """
        keys = [self._key(stream_id), self._key(stream_id, "alive")]
        await self._guard.run(lambda redis: redis.delete(*keys))

    async def forget(self, streams: Mapping[str, str]) -> None:
        """Removes streams with everything that belongs to them; one that is being produced is stopped.

        Args:
            streams: Names under which the streams were opened, by id of the stream.

        Raises:
            DependencyUnavailableError: Redis is unavailable; the streams may be there.
        """

        def commands(pipeline: "Pipeline") -> None:
            for stream_id in streams:
                # Before the removal: a producer that finds its stream missing reads the reason with it.
                self._request_stop(pipeline, stream_id, forget=True)
            for stream_id, group in streams.items():
                names = ((), ("alive",), ("read",))
                pipeline.delete(*(self._key(stream_id, *name) for name in names))
                pipeline.eval(_REMOVE, 1, self._running, group, stream_id)

        if streams:
            await self._pipeline(commands)

    def _queue_writes(self, pipeline: "Pipeline", exchange: Exchange) -> None:
        for write in exchange.writes:
            fields: Any = {"f": write.lines}
            pipeline.xadd(self._key(write.stream_id), fields, id=f"{write.last}-0", nomkstream=True)
        for write in exchange.writes:
            if write.group is not None:
                pipeline.hset(self._running, write.group, write.stream_id)
            if write.ended:
                pipeline.expire(self._key(write.stream_id), ENDED_SECONDS)
                pipeline.delete(self._key(write.stream_id, "alive"))
        for stream_id in exchange.producing:
            self._beat(pipeline, stream_id, "alive")
        for stream_id in exchange.reading:
            self._beat(pipeline, stream_id, "read")

    def _queue_reads(self, pipeline: "Pipeline", exchange: Exchange) -> None:
        # Before the entries: a producer that ends meanwhile has written its last lines by then.
        for stream_id in exchange.checked:
            pipeline.exists(self._key(stream_id, "alive"))
        for stream_id, last in exchange.positions.items():
            pipeline.xread({self._key(stream_id): f"{last}-0" if last else _DESCRIPTION})
        if exchange.stops_after is not None:
            pipeline.xread({self._stops: exchange.stops_after}, count=_MAX_ENTRIES)

    def _read_replies(self, exchange: Exchange, replies: Sequence[Any]) -> Exchanged:
        rest = iter(replies)
        written = {write.stream_id: next(rest) for write in exchange.writes}
        for write in exchange.writes:
            for _ in range((write.group is not None) + 2 * write.ended):
                next(rest)
        for _ in (*exchange.producing, *exchange.reading):
            next(rest)
        alive = {stream_id: next(rest) for stream_id in exchange.checked}
        found = {stream_id: _read(next(rest)) for stream_id in exchange.positions}
        stops = _read(next(rest)) if exchange.stops_after is not None else []
        return Exchanged(
            # A refused id means that an earlier attempt was written.
            missing=frozenset(stream_id for stream_id, reply in written.items() if reply is None),
            lines={stream_id: _entries(entries) for stream_id, entries in found.items() if entries},
            lost=frozenset(stream_id for stream_id in alive if not alive[stream_id] and not found[stream_id]),
            stops=[(_text(fields[b"s"]), fields[b"forget"] == b"1") for _, fields in stops],
            stops_after=_text(stops[-1][0]) if stops else exchange.stops_after,
        )

    async def _pipeline(self, fill: Callable[["Pipeline"], None]) -> Sequence[Any]:
        async def run(redis: "Redis") -> list[Any]:
            async with redis.pipeline(transaction=False) as pipeline:
                fill(pipeline)
                if not len(pipeline):
                    return []
                replies: list[Any] = await pipeline.execute(raise_on_error=False)
                return replies

        return await self._guard.run(run)

    def _request_stop(self, pipeline: "Pipeline", stream_id: str, *, forget: bool) -> None:
        fields: Any = {"s": stream_id, "forget": int(forget)}
        pipeline.xadd(self._stops, fields, maxlen=_MAX_STOPS, approximate=True)
        pipeline.expire(self._stops, _STOPS_SECONDS)

    def _beat(self, pipeline: "Pipeline", stream_id: str, name: str) -> None:
        pipeline.set(self._key(stream_id, name), b"1", px=int(ALIVE_SECONDS * 1000))

    def _key(self, stream_id: str, *parts: str) -> str:
        return self._keys.key("stream", stream_id, *parts)


_REMOVE: Final = """
if redis.call('hget', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('hdel', KEYS[1], ARGV[1]) end
return 0
"""


_CLAIM: Final = """
local other = redis.call('get', KEYS[1])
if other and other ~= ARGV[1] and redis.call('exists', ARGV[2] .. other .. ARGV[3]) == 1 then return other end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[4])
return false
"""


def _read(reply: Any) -> list[tuple[bytes, Mapping[bytes, bytes]]]:  # noqa: ANN401
    """Returns the entries of a reply to XREAD on one stream, in both versions of the protocol."""
    if not reply or isinstance(reply, ResponseError):
        return []
    entries: Any = next(iter(reply.values())) if isinstance(reply, dict) else reply[0][1]
    # RESP3 wraps the entries of a stream in one more list.
    return list(entries[0]) if entries and isinstance(entries[0], list) else list(entries)


def _entries(entries: Sequence[tuple[bytes, Mapping[bytes, bytes]]]) -> list[tuple[int, bytes]]:
    return [
        (int(_text(entry).partition("-")[0]), fields[b"f"]) for entry, fields in entries if b"f" in fields
    ]


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
