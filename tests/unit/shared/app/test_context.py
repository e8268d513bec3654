"""The composition root: services on first use, and others handed in by tests."""

import asyncio
import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from shared.app.context import AppContext
from shared.app.context_provider import RETRY_SECONDS, ContextProvider, build_context
from shared.config.settings import Settings
from shared.errors import ConfigurationError, SecretsUnavailableError
from tests.support.stock_data import NOW

SETTINGS = cast(Settings, SimpleNamespace(environment="local"))


def test_override_replaces_a_service_and_leaves_the_original() -> None:
    original = AppContext(SETTINGS)
    service = object()
    assert original.override(health=service).health is service
    assert original.health is not service


def test_override_of_an_unknown_service_is_refused() -> None:
    with pytest.raises(AttributeError, match="wheather"):
        AppContext(SETTINGS).override(wheather=object())


async def test_close_reaches_what_was_opened_last_first() -> None:
    closed: list[str] = []

    def service(name: str) -> SimpleNamespace:
        async def aclose() -> None:
            closed.append(name)

        return SimpleNamespace(aclose=aclose)

    context = AppContext(SETTINGS).override(redis=service("redis"), market_data=service("market_data"))
    await context.aclose()
    assert closed == ["market_data", "redis"]


async def test_service_that_fails_to_close_keeps_no_other_open_and_every_failure_is_reported() -> None:
    closed: list[str] = []

    def service(name: str, error: Exception | None = None) -> SimpleNamespace:
        async def aclose() -> None:
            closed.append(name)
            if error:
                raise error

        return SimpleNamespace(aclose=aclose)

    first, second = OSError("pool"), ValueError("queue")
    context = AppContext(SETTINGS).override(
        redis=service("redis", second), cache=service("cache"), market_data=service("market_data", first)
    )
    with pytest.raises(ExceptionGroup) as raised:
        await context.aclose()
    assert closed == ["market_data", "cache", "redis"]
    assert raised.value.exceptions == (first, second)


async def test_context_is_built_once_however_many_ask_at_once() -> None:
    built: list[AppContext] = []

    def build() -> AppContext:
        built.append(AppContext(SETTINGS))
        return built[-1]

    provider = ContextProvider(build)
    contexts = await asyncio.gather(*(provider.get() for _ in range(20)))
    assert len(built) == 1
    assert set(map(id, contexts)) == {id(built[0])}


async def test_what_comes_afterwards_is_begun_once_and_not_waited_for() -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()

    def afterwards() -> None:
        begun.release()
        go_on.wait(5)

    provider = ContextProvider(lambda: AppContext(SETTINGS), afterwards=afterwards)
    for _ in range(3):
        await provider.get()
    go_on.set()
    assert await asyncio.to_thread(begun.acquire, timeout=60)
    assert not begun.acquire(blocking=False)


async def test_vault_that_fails_is_told_of_once_until_it_is_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def build() -> AppContext:
        raise SecretsUnavailableError("the vault does not answer")

    provider = ContextProvider(build, lambda: NOW)
    depths = []
    for _ in range(3):
        with pytest.raises(SecretsUnavailableError) as caught:
            await provider.get()
        depths.append(len(caught.traceback))
    assert [record.message for record in caplog.records] == ["degraded: secrets: the vault does not answer"]
    assert depths[1] == depths[2], "the traceback grows with every request"


async def test_failed_build_is_tried_again_after_a_pause() -> None:
    outcomes = iter([ConfigurationError("wrong"), None])
    now = NOW

    def build() -> AppContext:
        if error := next(outcomes):
            raise error
        return AppContext(SETTINGS)

    provider = ContextProvider(build, lambda: now)
    for _ in range(3):
        with pytest.raises(ConfigurationError, match="wrong"):
            await provider.get()
    now += timedelta(seconds=RETRY_SECONDS)
    assert isinstance(await provider.get(), AppContext)


@pytest.mark.parametrize(("auth", "loads_identity"), [("entra", True), ("password", False)])
def test_identity_is_loaded_before_a_command_of_redis_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, auth: str, loads_identity: bool
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr("shared.app.context_provider.preload", lambda *modules: loaded.extend(modules))
    monkeypatch.setattr("shared.observability.log_setup.configure_logging", lambda _settings: None)
    for name, value in {"REDIS_HOST": "redis.test", "REDIS_SSL": "true", "REDIS_AUTH": auth}.items():
        monkeypatch.setenv(name, value)
    build_context()
    assert ("azure.identity" in loaded) is loads_identity
    assert "shared.cache.redis_cache" in loaded
