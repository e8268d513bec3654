"""Runs the services for code without an event loop: notebooks, the REPL, the command line."""

import asyncio
import logging
import os
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from tempfile import TemporaryDirectory
from typing import Any, Final, Self, TypeVar

from shared.app.context import AppContext
from shared.config.loader import ConfigLoader
from shared.config.settings import Settings
from shared.domain.caller import Owner

T = TypeVar("T")

OWNER: Final = Owner("terminal")
"""Owner of the conversations and reports of a session."""
_LOGGERS: Final = ("shared", "infra", "yfinance")
_END: Final = object()


def load_settings() -> Settings:
    """Returns the settings, with embedded stores where no servers are configured.

    The embedded database is in a temporary folder unless ``LOCAL_DATA_DIR`` names one: the file of a running
    local host is locked.

    Raises:
        ConfigurationError: The configuration is invalid.
    """
    for name in _LOGGERS:
        # Without a handler, Python writes warnings into the middle of the output.
        logging.getLogger(name).addHandler(logging.NullHandler())
    defaults = {
        "EMBEDDED_STORES_MODULE": "infra.local.embedded_stores",
        "LOCAL_DATA_DIR": _temporary_folder(),
    }
    return ConfigLoader(environ={**defaults, **os.environ}).load_config()


class ServiceSession:
    """The services, in an event loop in a thread of its own.

    Args:
        settings: The settings.
    """

    def __init__(self, settings: Settings) -> None:
        self.app = AppContext(settings)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="session", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        """Returns the session, which the block closes."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the session."""
        self.close()

    def run(self, work: Callable[[AppContext], Awaitable[T]]) -> T:
        """Returns the result of a coroutine function of the services; raises what it raises."""

        async def call() -> T:
            return await work(self.app)

        return self._wait(call())

    def iterate(self, events: Callable[[AppContext], AsyncGenerator[T]]) -> Iterator[T]:
        """Yields the items of an asynchronous generator; closes it when the iteration ends early."""

        async def begin() -> AsyncGenerator[T]:
            return events(self.app)

        generator = self._wait(begin())
        try:
            while (item := self._wait(_next(generator))) is not _END:
                yield item
        finally:
            self._wait(generator.aclose())

    def close(self) -> None:
        """Closes the services and ends the thread."""
        if self._loop.is_closed():
            return
        with suppress(ExceptionGroup):
            self._wait(self.app.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop.is_closed():
            work.close()
            raise RuntimeError("the session is closed: make a new DataManager")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            # Ctrl-C in the waiting thread: the work ends, too.
            future.cancel()
            raise


async def _next(generator: AsyncGenerator[Any]) -> Any:  # noqa: ANN401 - an item, or the mark of the end
    return await anext(generator, _END)


def _temporary_folder() -> str:
    global _folder
    if _folder is None:
        _folder = TemporaryDirectory(prefix="stock-research-", ignore_cleanup_errors=True)
    return _folder.name


_folder: "TemporaryDirectory[str] | None" = None
