"""The exchange of a worker with Redis: one loop for all streams that it produces or reads."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from shared.errors.request_errors import AnswerStoppedError
from shared.errors.service_errors import DependencyUnavailableError
from shared.redis.stream_records import Exchange, Exchanged, StreamOpening, StreamWrite
from shared.redis.streams import BEAT_SECONDS, RedisStreams
from shared.runtime.batching import Batched
from shared.streams.log import StreamLog

INTERVAL: Final = 0.05
"""Seconds between two exchanges: a frame reaches the readers of other workers after at most twice that."""

_LOST_AFTER: Final = 1.5
"""Seconds for which a heartbeat must be missing: after a restart of Redis, producers open streams again."""
_CHECK: Final = 0.5
_MAX_RETRY: Final = 1.0
_GIVE_UP_SECONDS: Final = 12.0
"""Time without Redis after which the readers of followed streams receive an error; they can resume later."""
_MAX_WRITES: Final = 100
"""Streams written with one pipeline, which has the deadline of a command."""
_KEEP_SECONDS: Final = 60.0
"""Time for which the lines of a stream that has ended wait in memory for Redis."""


@dataclass(eq=False)
class ProducedStream:
    """A stream that this worker produces.

    Attributes:
        log: The lines.
        group: Name under which the running stream is found; None without one.
        opening: Description and lifetime.
        stop: Called when the stream is to stop; None if it cannot be stopped.
        written: Number of the last line that Redis holds.
        announced: Whether the running stream is found under its name.
        done: Set when Redis holds the last line, or will never hold it.
    """

    log: StreamLog
    group: str | None
    opening: StreamOpening
    stop: Callable[[], None] | None = None
    written: int = 0
    announced: bool = False
    done: asyncio.Event = field(default_factory=asyncio.Event)
    beat_at: float = 0.0
    ended_at: float | None = None


@dataclass
class _Followed:
    log: StreamLog
    lost: Callable[[], None]
    beat_at: float = 0.0
    checked_at: float = 0.0
    lost_since: float | None = None


class StreamSync:
    """Writes the lines of producers, reads those of other workers, and passes stop requests on.

    Args:
        streams: The streams in Redis.
    """

    def __init__(self, streams: RedisStreams) -> None:
        self._streams = streams
        self._produced: dict[str, ProducedStream] = {}
        self._beginning: dict[str, ProducedStream] = {}
        self._forgotten: set[str] = set()
        self._followed: dict[str, _Followed] = {}
        self._stops_after: str | None = None
        self._unavailable_since: float | None = None
        self._task: asyncio.Task[None] | None = None
        # Streams that begin while Redis is being asked are opened together.
        self._opening: Batched[ProducedStream, bool] = Batched(self._open, max_batch_size=_MAX_WRITES)

    async def produce(self, stream: ProducedStream) -> bool:
        """Opens a stream in Redis; returns False if Redis is unavailable and it cannot be resumed."""
        stream_id = stream.log.stream_id
        self._beginning[stream_id] = stream
        try:
            if not await self._opening.get_one(stream):
                return False
        finally:
            del self._beginning[stream_id]
        if stream.done.is_set():
            # It was deleted before it was there.
            with suppress(DependencyUnavailableError):
                await self._streams.remove(stream_id)
            return False
        stream.beat_at = _now()
        self._produced[stream_id] = stream
        self._start()
        return True

    def discard(self, stream: ProducedStream) -> None:
        """Removes a stream that has ended without a line."""
        self._finish(stream)

    def follow(self, log: StreamLog, lost: Callable[[], None]) -> None:
        """Reads a stream of another worker until :meth:`unfollow`.

        Args:
            log: Receives the lines.
            lost: Called when the producer does not live.
        """
        self._followed[log.stream_id] = _Followed(log, lost)
        self._start()

    def unfollow(self, stream_id: str) -> None:
        """Ends :meth:`follow`."""
        self._followed.pop(stream_id, None)

    async def aclose(self) -> None:
        """Ends the exchange."""
        await self._opening.aclose()
        # The loop ends with them, also if a library swallows the cancellation.
        self._produced.clear()
        self._followed.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _start(self) -> None:
        if self._task is None or self._task.done():
            # Not in the name of the request that happens to come first.
            self._task = asyncio.create_task(self._run(), context=Context())

    async def _run(self) -> None:
        self._unavailable_since = None
        while self._produced or self._followed:
            pause = INTERVAL
            try:
                if self._stops_after is None:
                    self._stops_after = await self._streams.first_stop()
                for exchange in self._exchanges():
                    self._take(exchange, await self._streams.exchange(exchange))
                for stream_id in tuple(self._forgotten):
                    await self._streams.remove(stream_id)
                    self._forgotten.discard(stream_id)
                await self._open_again()
                self._unavailable_since = None
            except DependencyUnavailableError as error:
                pause = max(INTERVAL, min(error.retry_after or 0.0, _MAX_RETRY))
                self._give_up(error)
            self._drop_expired()
            await asyncio.sleep(pause)

    def _exchanges(self) -> Iterator[Exchange]:
        """Yields the exchanges of one round: usually one."""
        now = _now()
        dirty = (stream for stream in list(self._produced.values()) if stream.written < stream.log.last)
        yield self._exchange([_write(stream) for stream in islice(dirty, _MAX_WRITES)], now)
        while writes := [_write(stream) for stream in islice(dirty, _MAX_WRITES)]:
            yield Exchange(writes)

    def _exchange(self, writes: Sequence[StreamWrite], now: float) -> Exchange:
        # A heartbeat with the last line would make a stream that has ended look alive.
        ended = {write.stream_id for write in writes if write.ended}
        beating = {sid: stream.beat_at for sid, stream in self._produced.items() if sid not in ended}
        return Exchange(
            writes=writes,
            producing=[sid for sid, beat_at in beating.items() if _beat_due(beat_at, now)],
            reading=[sid for sid, followed in self._followed.items() if _beat_due(followed.beat_at, now)],
            positions={sid: followed.log.last for sid, followed in self._followed.items()},
            checked=[sid for sid, followed in self._followed.items() if now - followed.checked_at >= _CHECK],
            stops_after=self._stops_after,
        )

    def _take(self, exchange: Exchange, replies: Exchanged) -> None:
        now = _now()
        for stream_id in exchange.producing:
            if stream_id in self._produced:
                self._produced[stream_id].beat_at = now
        for stream_id in exchange.reading:
            if stream_id in self._followed:
                self._followed[stream_id].beat_at = now
        self._pass_stops_on(replies.stops)
        for write in exchange.writes:
            self._written(write, missing=write.stream_id in replies.missing)
        self._received(replies.lines)
        self._notice_lost(exchange.checked, replies.lost, now)
        if replies.stops_after is not None:
            self._stops_after = replies.stops_after

    def _pass_stops_on(self, stops: Sequence[tuple[str, bool]]) -> None:
        for stream_id, forget in stops:
            followed = self._followed.get(stream_id)
            if followed is not None and forget:
                # Nothing follows: the stream itself has been removed.
                self.unfollow(stream_id)
                followed.log.end(AnswerStoppedError("The conversation of the answer was deleted."))
            stream = self._produced.get(stream_id) or self._beginning.get(stream_id)
            if stream is None:
                continue
            if forget:
                # It may have been opened after its removal.
                self._forgotten.add(stream_id)
                self._finish(stream)
            if stream.stop is not None:
                stream.stop()

    def _written(self, write: StreamWrite, *, missing: bool) -> None:
        stream = self._produced.get(write.stream_id)
        if stream is None:
            return
        if missing:
            # Redis has been restarted without its data: everything is written again, if it is still here.
            stream.written = -1 if stream.log.removed == 0 else stream.log.last
        else:
            stream.written, stream.announced = write.last, True
        if stream.log.ended and stream.written == stream.log.last:
            self._finish(stream)

    async def _open_again(self) -> None:
        for stream in [stream for stream in self._produced.values() if stream.written < 0]:
            if await self._opening.get_one(stream):
                stream.written, stream.announced = 0, False

    async def _open(self, streams: Sequence[ProducedStream]) -> Mapping[ProducedStream, bool]:
        try:
            if self._stops_after is None:
                self._stops_after = await self._streams.first_stop()
            await self._streams.open([stream.opening for stream in streams])
        except DependencyUnavailableError:
            return dict.fromkeys(streams, False)
        return dict.fromkeys(streams, True)

    def _received(self, lines: Mapping[str, Sequence[tuple[int, bytes]]]) -> None:
        for stream_id, entries in lines.items():
            followed = self._followed.get(stream_id)
            for last, entry in entries if followed else ():
                assert followed is not None  # noqa: S101 - else there are no entries
                followed.log.append_entry(last, entry)
            if followed and followed.log.ended:
                self.unfollow(stream_id)

    def _notice_lost(self, checked: Sequence[str], lost: frozenset[str], now: float) -> None:
        for stream_id in checked:
            followed = self._followed.get(stream_id)
            if followed is None:
                continue
            followed.checked_at = now
            if stream_id not in lost:
                followed.lost_since = None
            elif followed.lost_since is None:
                followed.lost_since = now
            elif now - followed.lost_since >= _LOST_AFTER:
                followed.lost_since = None
                followed.lost()

    def _give_up(self, error: DependencyUnavailableError) -> None:
        """Ends what cannot be followed because Redis has been unavailable for too long."""
        now = _now()
        self._unavailable_since = self._unavailable_since or now
        if now - self._unavailable_since >= _GIVE_UP_SECONDS:
            for stream_id, followed in list(self._followed.items()):
                self.unfollow(stream_id)
                followed.log.end(error)

    def _drop_expired(self) -> None:
        now = _now()
        for stream in list(self._produced.values()):
            if stream.log.ended and stream.written < stream.log.last:
                stream.ended_at = stream.ended_at or now
                if now - stream.ended_at > _KEEP_SECONDS:
                    self._finish(stream)

    def _finish(self, stream: ProducedStream) -> None:
        self._produced.pop(stream.log.stream_id, None)
        stream.done.set()


def _write(stream: ProducedStream) -> StreamWrite:
    log = stream.log
    last, lines = log.after(max(stream.written, log.removed), most=log.size)
    group = None if stream.announced else stream.group
    return StreamWrite(log.stream_id, last, lines, ended=log.ended, group=group)


def _beat_due(beat_at: float, now: float) -> bool:
    return now - beat_at >= BEAT_SECONDS


def _now() -> float:
    return asyncio.get_running_loop().time()
