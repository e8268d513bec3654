"""The response cache on a Redis server that ``REDIS_TEST_URL`` names, as a service container does in CI."""

import os
import uuid
from urllib.parse import urlsplit

import pytest

from shared.cache.cache_entry import CacheKey
from shared.redis.connection import connect_redis
from shared.runtime.clock import utc_now
from tests.support.cache import Upstream, cache_settings
from tests.support.redis_parts import make_cache
from tests.support.redis_server import redis_settings

URL = os.environ.get("REDIS_TEST_URL")
if URL is None:
    pytest.skip("a Redis server that is not started here is needed (REDIS_TEST_URL)", allow_module_level=True)


async def test_response_is_fetched_once_and_shared_by_workers() -> None:
    address = urlsplit(URL or "")
    key = CacheKey("price_data", "quote", f"T{uuid.uuid4().hex[:8].upper()}")
    clients = [
        connect_redis(redis_settings(address.hostname or "localhost", address.port or 6379)) for _ in range(2)
    ]
    caches = [make_cache(client, cache_settings(), utc_now) for client in clients]
    upstream = Upstream([b"one", b"two"])
    try:
        first = await caches[0].get_or_fetch(key, upstream)
        second = await caches[1].get_or_fetch(key, upstream)
        assert (first.body, second.body, second.outcome) == (b"one", b"one", "hit")
        await caches[0].delete(key)
        assert (await caches[1].get_or_fetch(key, upstream)).body == b"two"
    finally:
        for cache, client in zip(caches, clients, strict=True):
            await cache.aclose()
            await client.aclose()
