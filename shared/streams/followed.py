"""Streams that other workers produce, read by connections of this one."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from shared.domain.stream_events import ErrorEvent
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import DependencyUnavailableError, ProducerLostError, ServiceError
from shared.redis.stream_records import Exchange, LoadedStream, StreamWrite
from shared.redis.streams import RedisStreams
from shared.runtime.compact_json import dumps
from shared.runtime.loop_timeout import LoopTimeout
from shared.streams.event_id import EventId
from shared.streams.log import END_LINE, StreamLog, frame_line
from shared.streams.reader import LoadLines, StreamReader
from shared.streams.sync import StreamSync

Recover = Callable[[str], Awaitable[None]]
"""Ends a stream whose producer does not live, by its id."""

_ARRIVAL_SECONDS: Final = 1.0
"""Time in which a frame of a producer that lives must arrive; a moment in which this worker was busy does not
count."""


class FollowedStreams:
    """The streams of other workers that connections of this worker read.

    All readers of a stream share its lines.

    Args:
        streams: The streams in Redis.
        sync: Reads the lines that follow.
    """

    def __init__(self, streams: RedisStreams, sync: StreamSync) -> None:
        self._streams = streams
        self._sync = sync
        self._logs: dict[str, StreamLog] = {}
        self._readers: dict[str, set[StreamReader]] = {}
        self._recovering: set[asyncio.Task[None]] = set()

    async def read(
        self, stream_id: str, loaded: LoadedStream, place: EventId, recover: Recover
    ) -> StreamReader | None:
        """Returns a reader that continues after a place; None if that was the last frame.

        Args:
            stream_id: Id of the stream.
            loaded: The stream as it is in Redis.
            place: The place.
            recover: Called when the producer does not live.

        Raises:
            NotFoundError: The stream has no such frame.
            DependencyUnavailableError: Redis is unavailable.
        """
        log = self._logs.get(stream_id)
        if log is None or log.error is not None:
            log = loaded_log(stream_id, loaded)
        # The stream is followed while its frame is waited for.
        waiting = self._follow(log, log.last, recover)
        try:
            number = await self._position(log, place)
            read = number == log.last and log.ended and log.error is None
            return None if read else self._follow(log, number, recover)
        finally:
            waiting.close()

    def end(self, stream_id: str, error: Exception) -> None:
        """Ends a stream that cannot be followed any more, for all its readers."""
        log = self._logs.get(stream_id)
        if log is not None:
            log.end(error)
            self._sync.unfollow(stream_id)

    async def aclose(self) -> None:
        """Ends what is in progress."""
        for task in self._recovering:
            task.cancel()
        await asyncio.gather(*self._recovering, return_exceptions=True)

    def load_after(self, stream_id: str) -> LoadLines:
        """Returns what reads the lines of a stream that are not in memory any more."""
        return _LoadAfter(self._streams, stream_id)

    async def _position(self, log: StreamLog, place: EventId) -> int:
        """Returns the number of a frame that its client may have from the producer's worker a moment ago.

        If the producer died, its clients may have frames that Redis never got. They continue with the error.
        """
        began, last = time.monotonic(), log.last
        while not await _arrives(log, place):
            # What the client had when it asked was written before these lines, or before this heartbeat.
            if log.last > last or await self._has_beaten(log.stream_id, time.monotonic() - began):
                break
        if log.holds(place):
            return log.last if place.number is None else place.number
        if isinstance(log.error, ServiceError):
            raise log.error
        number = _before_loss(log, place)
        if number is None:
            raise no_such_frame()
        return number

    async def _has_beaten(self, stream_id: str, seconds: float) -> bool:
        age = await self._streams.beat_age(stream_id)
        return age is not None and age < seconds

    def _follow(self, log: StreamLog, position: int, recover: Recover) -> StreamReader:
        reader = StreamReader(log, position, self.load_after(log.stream_id), self._left)
        if not log.ended and self._logs.get(log.stream_id) is not log:
            self._logs[log.stream_id] = log
            self._sync.follow(log, lambda: self._recover_later(recover, log.stream_id))
        self._readers.setdefault(log.stream_id, set()).add(reader)
        return reader

    def _recover_later(self, recover: Recover, stream_id: str) -> None:
        task = asyncio.create_task(self._recover(recover, stream_id))
        self._recovering.add(task)
        task.add_done_callback(self._recovering.discard)

    async def _recover(self, recover: Recover, stream_id: str) -> None:
        # Repeated by the exchange as long as the heartbeat is missing.
        with suppress(DependencyUnavailableError):
            await recover(stream_id)

    def _left(self, reader: StreamReader) -> None:
        stream_id = reader.stream_id
        readers = self._readers.get(stream_id, set())
        readers.discard(reader)
        if not readers:
            self._readers.pop(stream_id, None)
            self._logs.pop(stream_id, None)
            self._sync.unfollow(stream_id)


class _LoadAfter:
    """Reads lines of one stream that are not in memory any more.

    Args:
        streams: The streams in Redis.
        stream_id: Id of the stream.
    """

    def __init__(self, streams: RedisStreams, stream_id: str) -> None:
        self._streams = streams
        self._stream_id = stream_id

    async def __call__(self, number: int) -> bytes:
        """Returns the lines after a number."""
        loaded = await self._streams.load(self._stream_id)
        if loaded is None:
            return b""
        log = loaded_log(self._stream_id, loaded)
        return log.after(number, most=log.size)[1] if number < log.last else b""


def loaded_log(stream_id: str, loaded: LoadedStream) -> StreamLog:
    """Returns the lines of a stream as they are in Redis."""
    log = StreamLog(stream_id)
    for last, lines in loaded.entries:
        log.append_entry(last, lines)
    return log


async def end_lost_stream(
    streams: RedisStreams, stream_id: str, loaded: LoadedStream, event: ErrorEvent, characters: int = 0
) -> None:
    """Ends a stream whose producer does not live with an error frame, unless it has ended.

    Args:
        streams: The streams in Redis.
        stream_id: Id of the stream.
        loaded: The stream as it is in Redis.
        event: The error.
        characters: Characters of the text so far.

    Raises:
        DependencyUnavailableError: Redis is unavailable.
    """
    if loaded.lines.endswith(END_LINE):
        return
    last = loaded.entries[-1][0] if loaded.entries else 0
    lines = frame_line(last + 1, characters, dumps(event.payload())) + END_LINE
    # Two concurrent ones write the same lines under the same number: one of them is refused.
    await streams.exchange(Exchange([StreamWrite(stream_id, last + 2, lines, ended=True)]))


def check_place(place: EventId, log: StreamLog) -> None:
    """Checks that a stream that this worker produces has a place.

    Raises:
        NotFoundError: It has not.
    """
    if not log.holds(place):
        raise no_such_frame()


def no_such_frame() -> NotFoundError:
    """Returns the error for a place that a stream does not have."""
    return NotFoundError("There is no such frame in this stream.")


async def _arrives(log: StreamLog, place: EventId) -> bool:
    """Waits for a frame; returns whether it has arrived, or none follows any more."""
    changed = asyncio.Event()
    log.watch(changed)
    try:
        async with LoopTimeout(_ARRIVAL_SECONDS):
            while not (log.holds(place) or log.ended):
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return False
    finally:
        log.unwatch(changed)
    return True


def _before_loss(log: StreamLog, place: EventId) -> int | None:
    """Returns the number of the last frame before the error of a lost producer.

    Returns:
        The number; None if the producer was not lost, or the client has less than that.
    """
    number = log.last - 2
    if place.number is None or place.number <= number or number < log.removed or not log.ended:
        return None
    event_id, _, data = log.line(number + 1).partition(b" ")
    characters = int(event_id.partition(b".")[2])
    lost = json.loads(data).get("code") == ProducerLostError.code
    return number if lost and place.characters >= characters else None
