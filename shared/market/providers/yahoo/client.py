"""Runs yfinance with one session, in threads of its own, with a deadline for every call."""

import asyncio
import logging
import threading
import time
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import cache
from typing import Final, TypeVar

from shared.errors.provider_errors import ProviderNotFoundError, ProviderUnavailableError
from shared.market.providers.yahoo.errors import (
    NAME,
    YahooDownError,
    YahooResponseError,
    failures,
    provider_error,
)
from shared.market.providers.yahoo.session import REQUEST_SECONDS, CallState, Untyped, new_session
from shared.runtime.preloading import preload

T = TypeVar("T")

_THREADS: Final = 8
_MAX_WAITING: Final = 64
_OPTIONAL_SECONDS: Final = 1.0
"""A figure that is nice to have must not use up the time of the others."""
_CACHED_SECONDS: Final = 900.0
_OUTAGE: Final = "Will be right back"

_log = logging.getLogger(__name__)


class YahooClient:
    """Calls yfinance. The library has one session per process, so there is one client at a time.

    Args:
        deadline: Seconds after which a call ends, waiting for a thread and the library's import included.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._executor = ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix=NAME)
        self._waiting = 0
        self._lock = threading.Lock()
        self._state = CallState()
        self._session: Untyped = None
        self._closing = False
        self._emptied = time.monotonic()

    async def run(self, work: Callable[[], T]) -> T:
        """Runs calls of this client's other methods in a thread.

        Raises:
            ProviderError: Yahoo or the network failed.
        """
        if self._waiting >= _MAX_WAITING:
            raise ProviderUnavailableError(NAME, "too many calls are waiting")
        ends = time.monotonic() + self._deadline
        future = self._executor.submit(self._work, work, ends)
        # Counted until the thread has finished; a cancelled caller does not wait for that.
        self._waiting += 1
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: self._leave(loop))
        return await asyncio.wrap_future(future)

    def get_json(self, url: str, params: Mapping[str, object]) -> Untyped:
        """Returns the JSON of a data endpoint, in one request once cookie and crumb are known."""
        return _json(self._data().get(url, params=dict(params)))

    def get_optional_json(self, url: str, params: Mapping[str, object]) -> Untyped | None:
        """Returns the JSON of an endpoint that a response can do without; None when it fails or is slow."""
        self._state.request_seconds = _OPTIONAL_SECONDS
        try:
            return self.get_json(url, params)
        except failures() as error:
            _log.debug("optional data of yahoo missing: %s", type(error).__name__)
            return None
        finally:
            self._state.request_seconds = REQUEST_SECONDS

    def post_json(self, url: str, body: Mapping[str, object]) -> Untyped:
        """Returns the JSON of an endpoint that takes a body."""
        return _json(self._data().post(url, body=dict(body)))

    async def aclose(self) -> None:
        """Ends the threads after their current request and closes the session."""
        self._closing = True
        await asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)
        if self._session is not None:
            self._session.close()
            self._session = None

    def _leave(self, loop: asyncio.AbstractEventLoop) -> None:
        def one_less() -> None:
            self._waiting -= 1

        if not loop.is_closed():
            loop.call_soon_threadsafe(one_less)

    def _work(self, work: Callable[[], T], ends: float) -> T:
        self._state.begin(ends)
        try:
            return work()
        except failures() as error:
            if not _concerns_request_alone(error):
                self._reset()
            raise provider_error(error) from error

    def _data(self) -> Untyped:
        library = _library()
        with self._lock:
            if self._session is None:
                self._session = new_session(self._state, lambda: self._closing)
                self._clear(library)
            elif time.monotonic() - self._emptied > _CACHED_SECONDS:
                self._empty_cache(library)
            return library.data.YfData(session=self._session)

    def _reset(self) -> None:
        """Clears what the library may have cached of a failure: responses, cookie and crumb."""
        with self._lock:
            if self._session is not None:
                self._clear(_library())

    def _clear(self, library: Untyped) -> None:
        data = self._empty_cache(library)
        # The library has no public way to drop a crumb; a rejected one would be used indefinitely.
        with data._cookie_lock:
            self._session.cookies.clear()
            data._crumb = data._cookie = None
            data._cookie_strategy = "basic"
            library.cache.get_cookie_cache().store("curlCffi", None)

    def _empty_cache(self, library: Untyped) -> Untyped:
        data = library.data.YfData(session=self._session)
        data.cache_get.cache_clear()
        self._emptied = time.monotonic()
        return data


def _concerns_request_alone(error: Exception) -> bool:
    """Returns whether the error concerns the request alone; the session is intact then."""
    if isinstance(error, YahooResponseError):
        return error.status in (400, 404, 422)
    return isinstance(error, ProviderNotFoundError)


def _json(response: Untyped) -> Untyped:
    if _OUTAGE in response.text:
        raise YahooDownError
    return response.json()


class _Cookie:
    """Caches the cookie of the library in memory; without a cache the library fetches each cookie twice."""

    def __init__(self) -> None:
        self._stored: dict[str, dict[str, object]] = {}

    def lookup(self, strategy: str) -> dict[str, object] | None:
        """Returns the stored cookie in the form that the library expects."""
        return self._stored.get(strategy)

    def store(self, strategy: str, cookie: object) -> None:
        """Stores a cookie; None deletes it."""
        if cookie is None:
            self._stored.pop(strategy, None)
        else:
            self._stored[strategy] = {"cookie": deepcopy(cookie)}


@cache
def _library() -> Untyped:
    """Returns the library, imported and set up to raise errors and to write no files.

    The import takes about a second.
    """
    preload("yfinance", "yfinance.cache", "yfinance.data")
    import yfinance
    from pandas.errors import PandasDeprecationWarning

    # An operator cannot act on deprecated calls of pandas in the library.
    warnings.filterwarnings("ignore", category=PandasDeprecationWarning)
    yfinance.config.debug.hide_exceptions = False
    yfinance.cache._CookieCacheManager._Cookie_cache = _Cookie()
    return yfinance
