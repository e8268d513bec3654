"""Streams in Redis: writes that may be repeated, heartbeats, stop requests, removal."""

from typing import Any

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.redis.guard import RedisGuard
from shared.redis.keys import RedisKeys
from shared.redis.stream_records import Exchange, StreamOpening, StreamWrite
from shared.redis.streams import RedisStreams

STREAM = "5" * 32


@pytest.fixture
async def streams(redis: EmbeddedRedis) -> RedisStreams:
    streams = RedisStreams(RedisGuard(redis), RedisKeys("test"))
    await streams.open([StreamOpening(STREAM, b"{}", 60)])
    return streams


def write(last: int, lines: bytes, *, ended: bool = False) -> Exchange:
    return Exchange([StreamWrite(STREAM, last, lines, ended=ended, group="c1")])


async def test_repeated_write_changes_nothing(streams: RedisStreams) -> None:
    for _ in range(2):
        assert (await streams.exchange(write(2, b"a\nb\n"))).missing == frozenset()
    await streams.exchange(write(3, b"c\n"))
    loaded = await streams.load(STREAM)
    assert loaded is not None
    assert (loaded.lines, loaded.description, loaded.alive, loaded.read) == (b"a\nb\nc\n", b"{}", True, False)


async def test_write_to_a_missing_stream_does_not_create_it(
    streams: RedisStreams, redis: EmbeddedRedis
) -> None:
    await redis.flushall()
    assert (await streams.exchange(write(1, b"a\n"))).missing == {STREAM}
    assert await streams.load(STREAM) is None


async def test_reader_receives_what_follows_its_place(streams: RedisStreams) -> None:
    await streams.exchange(write(2, b"a\nb\n"))
    await streams.exchange(write(3, b"c\n"))
    for last, lines in ((0, [(2, b"a\nb\n"), (3, b"c\n")]), (2, [(3, b"c\n")])):
        found = await streams.exchange(Exchange(positions={STREAM: last}, reading=[STREAM]))
        assert found.lines == {STREAM: lines}
    assert (await streams.exchange(Exchange(positions={STREAM: 3}))).lines == {}
    assert await streams.is_read(STREAM)


async def test_producer_without_a_heartbeat_is_lost_and_one_that_has_ended_is_not(
    streams: RedisStreams, redis: EmbeddedRedis
) -> None:
    look = Exchange(positions={STREAM: 0}, checked=[STREAM])
    assert (await streams.exchange(look)).lost == frozenset()
    await redis.delete(f"test:v1:stream:{STREAM}:alive")
    assert (await streams.exchange(look)).lost == {STREAM}
    await streams.exchange(Exchange(producing=[STREAM]))
    assert (await streams.exchange(look)).lost == frozenset()
    await streams.exchange(write(1, b"end\n", ended=True))
    assert (await streams.exchange(look)).lost == frozenset()
    assert 0 < await redis.ttl(f"test:v1:stream:{STREAM}") <= 120


async def test_stop_requests_reach_those_that_began_before(streams: RedisStreams) -> None:
    after = await streams.first_stop()
    await streams.request_stop(STREAM)
    found = await streams.exchange(Exchange(stops_after=after))
    assert list(found.stops) == [(STREAM, False)]
    again = await streams.exchange(Exchange(stops_after=found.stops_after))
    assert (list(again.stops), again.stops_after) == ([], found.stops_after)


async def test_first_stop_requests_are_those_of_the_last_seconds(
    streams: RedisStreams, redis: EmbeddedRedis
) -> None:
    for seconds, stream_id in ((1_000, "1" * 32), (1_009, "2" * 32), (1_010, STREAM)):
        fields: Any = {"s": stream_id, "forget": 0}
        await redis.xadd("test:v1:streams:stops", fields, id=f"{seconds * 1000}-5")
    found = await streams.exchange(Exchange(stops_after=await streams.first_stop()))
    assert [stream_id for stream_id, _ in found.stops] == ["1" * 32, "2" * 32, STREAM]
    await redis.xadd("test:v1:streams:stops", fields, id="1011000-0")
    found = await streams.exchange(Exchange(stops_after=await streams.first_stop()))
    assert [stream_id for stream_id, _ in found.stops] == ["2" * 32, STREAM, STREAM]


async def test_forgotten_stream_leaves_the_request_to_stop_alone(
    streams: RedisStreams, redis: EmbeddedRedis
) -> None:
    after = await streams.first_stop()
    await streams.exchange(write(1, b"a\n"))
    assert await streams.running_in(["c1", "c2"]) == {"c1": STREAM}
    assert await streams.all_running(10) == {"c1": STREAM}
    await streams.forget({STREAM: "c1"})
    assert await streams.running_in(["c1"]) == {}
    assert await redis.keys("*") == [b"test:v1:streams:stops"]
    assert list((await streams.exchange(Exchange(stops_after=after))).stops) == [(STREAM, True)]


async def test_newer_stream_keeps_its_name(streams: RedisStreams) -> None:
    await streams.exchange(write(1, b"a\n"))
    await streams.not_running("c1", "1" * 32)
    assert await streams.running_in(["c1"]) == {"c1": STREAM}
    await streams.not_running("c1", STREAM)
    assert await streams.running_in([]) == {}
    assert await streams.running_in(["c1"]) == {}
