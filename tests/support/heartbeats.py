"""Heartbeats of the producers of streams."""

import time
from typing import Final

from redis import Redis

from shared.redis.streams import ALIVE_SECONDS, BEAT_SECONDS
from tests.support.redis_server import RedisServer

_WAIT_SECONDS: Final = 60.0


def wait_until_a_heartbeat_is_due(server: RedisServer) -> None:
    """Waits until the only producer has to send its next heartbeat in half a second.

    A producer that is killed now is noticed seconds sooner than one that is killed after a heartbeat: a slow
    machine has these seconds.

    Raises:
        AssertionError: There is no heartbeat.
    """
    due = 1000 * (ALIVE_SECONDS - BEAT_SECONDS + 0.5)
    ends = time.monotonic() + _WAIT_SECONDS
    with Redis(port=server.port) as redis:
        while not any(0 < redis.pttl(key) < due for key in redis.keys("*alive*")):
            assert time.monotonic() < ends, "no producer lives"
            time.sleep(0.02)
