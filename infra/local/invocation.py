"""Calls handlers as the Functions worker does: async ones on the event loop, others in a thread pool."""

import asyncio
import inspect
import os
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import azure.functions as func

from shared.errors import ConfigurationError


class InvocationContext(func.Context):
    """The invocation context of a handler with a parameter ``context``.

    Args:
        function_name: Name of the called function.
    """

    def __init__(self, function_name: str) -> None:
        self._function_name = function_name
        self._invocation_id = str(uuid.uuid4())

    @property
    def invocation_id(self) -> str:
        """Returns the id of the call."""
        return self._invocation_id

    @property
    def function_name(self) -> str:
        """Returns the name of the function."""
        return self._function_name

    @property
    def function_directory(self) -> str:
        """Returns the folder of the app."""
        return os.fspath(os.curdir)

    @property
    def thread_local_storage(self) -> Any:  # noqa: ANN401 - the library's own
        """Returns an empty local storage."""
        return threading.local()

    @property
    def trace_context(self) -> Any:  # noqa: ANN401 - the library's own
        """Returns an empty trace context."""
        return SimpleNamespace(trace_parent="", trace_state="", attributes={})

    @property
    def retry_context(self) -> Any:  # noqa: ANN401 - the library's own
        """Returns a retry context without retries."""
        return SimpleNamespace(retry_count=0, max_retry_count=0, exception=None)


class Invoker:
    """Calls handlers.

    Args:
        threads: Size of the pool for handlers that are not async; None for Python's default.
    """

    def __init__(self, threads: int | None) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="functions")

    async def call(
        self, name: str, handler: Callable[..., Any], arguments: Mapping[str, object], *, wants_context: bool
    ) -> Any:  # noqa: ANN401 - whatever it returns
        """Returns what the handler of a function returns; raises what it raises."""
        given = dict(arguments)
        if wants_context:
            given["context"] = InvocationContext(name)
        if inspect.iscoroutinefunction(handler):
            return await handler(**given)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: handler(**given))

    def close(self) -> None:
        """Ends idle threads; a busy one ends with its handler."""
        self._executor.shutdown(wait=False, cancel_futures=True)


def thread_count(environ: Mapping[str, str]) -> int | None:
    """Returns the pool size, ``PYTHON_THREADPOOL_THREAD_COUNT``, or None for the default of Python.

    Raises:
        ConfigurationError: The variable is not a positive number.
    """
    given = environ.get("PYTHON_THREADPOOL_THREAD_COUNT", "").strip()
    if not given:
        return None
    if not given.isdigit() or int(given) == 0:
        raise ConfigurationError("PYTHON_THREADPOOL_THREAD_COUNT must be a number above 0")
    return int(given)
