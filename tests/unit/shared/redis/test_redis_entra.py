"""Signing in with the managed identity, without Azure: a provider that hands out tokens made here."""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from redis.auth.err import RequestTokenErr
from redis.auth.token import SimpleToken, TokenInterface
from redis.credentials import StreamingCredentialProvider
from redis.exceptions import ConnectionError as RedisConnectionError

from shared.config.store_settings import RedisSettings
from shared.redis.connection import connect_redis
from shared.redis.redis_entra import EntraCredentials


class FakeProvider(StreamingCredentialProvider):
    """In the place of redis-entraid."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.requests = 0
        self.threads: set[int] = set()
        self.next: Callable[[Any], Any] | None = None
        self.go = threading.Event()
        self.go.set()

    def get_credentials(self) -> tuple[str, str]:
        self.requests += 1
        self.threads.add(threading.get_ident())
        self.go.wait(5)
        if self.error:
            raise self.error
        return "object-id", f"token-{self.requests}"

    def on_next(self, callback: Callable[[Any], Any]) -> None:
        self.next = callback

    def on_error(self, callback: Callable[[Exception], Any]) -> None:
        self.failed = callback

    def is_streaming(self) -> bool:
        return True


def refused(reason: str) -> Exception:
    error: Exception = RequestTokenErr(reason)  # type: ignore[no-untyped-call]
    return error


async def test_token_is_asked_for_off_the_event_loop() -> None:
    provider = FakeProvider()
    assert await EntraCredentials(lambda: provider).get_credentials_async() == ("object-id", "token-1")
    assert threading.get_ident() not in provider.threads


async def test_connections_that_open_together_share_one_request() -> None:
    provider = FakeProvider()
    provider.go.clear()
    credentials = EntraCredentials(lambda: provider)
    waiting = [asyncio.create_task(credentials.get_credentials_async()) for _ in range(20)]
    await asyncio.sleep(0)
    provider.go.set()
    assert set(await asyncio.gather(*waiting)) == {("object-id", "token-1")}
    assert provider.requests == 1


async def test_no_token_is_an_error_that_the_client_library_handles_and_tells_nothing() -> None:
    credentials = EntraCredentials(lambda: FakeProvider(refused("AADSTS700016: tenant 1234")))
    with pytest.raises(RedisConnectionError) as raised:
        await credentials.get_credentials_async()
    assert "1234" not in str(raised.value)


async def test_next_connection_asks_again_after_a_failure() -> None:
    provider = FakeProvider(refused("not now"))
    credentials = EntraCredentials(lambda: provider)
    with pytest.raises(RedisConnectionError):
        await credentials.get_credentials_async()
    provider.error = None
    assert await credentials.get_credentials_async() == ("object-id", "token-2")


async def test_new_token_signs_open_connections_in_again_on_the_event_loop() -> None:
    signed_in: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def sign_in(token: TokenInterface) -> None:
        signed_in.set_result(token.get_value())

    provider = FakeProvider()
    credentials = EntraCredentials(lambda: provider)
    credentials.on_next(sign_in)
    await credentials.get_credentials_async()
    assert credentials.is_streaming()
    assert provider.next is not None
    token = SimpleToken("renewed", 2_000_000_000_000, 0, {"oid": "object-id"})
    await asyncio.to_thread(provider.next, token)
    assert await asyncio.wait_for(signed_in, 60) == "renewed"


async def test_failed_renewal_is_logged_without_what_azure_said(caplog: pytest.LogCaptureFixture) -> None:
    provider = FakeProvider()
    await EntraCredentials(lambda: provider).get_credentials_async()
    with caplog.at_level(logging.WARNING):
        provider.failed(refused("tenant 1234"))
    assert "token renewal for Redis failed" in caplog.text
    assert "1234" not in caplog.text


async def test_setting_chooses_the_identity_over_the_password() -> None:
    settings = RedisSettings(
        host="cache.example",
        port=10000,
        db=0,
        username=None,
        password=None,
        ssl=True,
        ca_file=None,
        auth="entra",
        max_connections=7,
    )
    redis = connect_redis(settings)
    options = redis.connection_pool.connection_kwargs
    assert isinstance(options["credential_provider"], EntraCredentials)
    assert "password" not in options
    assert redis.connection_pool.max_connections == 7
    await redis.aclose()
