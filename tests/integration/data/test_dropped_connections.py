"""Connections that a load balancer drops silently cost the first request less than a second."""

import asyncio
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from shared.data.mongo import IDLE_SECONDS, Mongo, connect_mongo
from tests.support.durations import duration
from tests.support.mongo import local_settings, mongo_server
from tests.support.tcp_proxy import ProxyFault, TcpProxy


@pytest.fixture
async def proxy() -> AsyncIterator[TcpProxy]:
    with mongo_server() as uri:
        running = TcpProxy(urlsplit(uri).port or 0)
        await running.start()
        yield running
        await running.aclose()


@pytest.fixture
async def mongo(proxy: TcpProxy) -> AsyncIterator[Mongo]:
    opened = connect_mongo(local_settings(mongodb={"uri": f"mongodb://127.0.0.1:{proxy.port}/"}).mongodb)
    yield opened
    await opened.aclose()


async def several(mongo: Mongo) -> None:
    """Uses several connections concurrently."""
    await asyncio.gather(*(mongo.ping() for _ in range(8)))


async def test_first_requests_after_a_silent_drop_are_answered_within_a_second(
    mongo: Mongo, proxy: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    await several(mongo)
    await proxy.set(ProxyFault.DROPPED)
    # As if nothing had been asked for a while.
    monkeypatch.setattr(mongo, "_answered_at", time.monotonic() - IDLE_SECONDS)
    assert await duration(lambda: several(mongo)) < 1.0
