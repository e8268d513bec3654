"""The context of the worker: built once, on the first request."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from shared.app.context import AppContext
from shared.app.embedded import embedded_stores
from shared.app.preloaded_modules import MOST_WORKERS, NEARLY_EVERY_REQUEST, SIGNING_IN
from shared.errors import ConfigurationError, SecretsUnavailableError
from shared.runtime.clock import Clock, utc_now
from shared.runtime.degraded import DegradedState
from shared.runtime.preloading import preload
from shared.runtime.recent_failures import RecentFailures

RETRY_SECONDS: Final = 10.0
"""Seconds after a failure before the configuration is read again."""
_CONFIGURATION: Final = "configuration"

_log = logging.getLogger(__name__)


def build_context() -> AppContext:
    """Reads the configuration, sets up logging, and imports the modules that nearly every request needs.

    Raises:
        ConfigurationError: The configuration is wrong.
    """
    from shared.config.loader import ConfigLoader
    from shared.llm.ending_models import warn_of_ending_models
    from shared.observability.log_setup import configure_logging

    settings = ConfigLoader().load_config()
    context = AppContext(settings)
    context.otlp_export  # noqa: B018 - started before anything is measured, closed last
    configure_logging(settings)
    warn_of_ending_models(settings.model, utc_now().date())
    if settings.redis.auth == "entra":
        preload(*SIGNING_IN)
    preload(*NEARLY_EVERY_REQUEST)
    if settings.redis.embedded or settings.mongodb.embedded:
        embedded_stores(settings)
    return context


def preload_the_rest() -> None:
    """Imports the modules of later requests, so that their import does not delay open streams."""
    preload(*MOST_WORKERS)


class ContextProvider:
    """Builds the context of the worker once, in a thread, on the first request.

    Args:
        build: Builds the context; blocking.
        clock: The present moment.
        afterwards: Runs in the background afterwards; blocking.
    """

    def __init__(
        self,
        build: Callable[[], AppContext],
        clock: Clock = utc_now,
        *,
        afterwards: Callable[[], None] | None = None,
    ) -> None:
        self._build = build
        self._afterwards = afterwards
        self._context: AppContext | None = None
        self._failures: RecentFailures[ConfigurationError] = RecentFailures(clock)
        self._lock = asyncio.Lock()
        self._secrets = DegradedState("secrets", _log)

    async def get(self) -> AppContext:
        """Returns the context of this worker.

        Raises:
            ConfigurationError: The configuration is invalid; it is read again after a pause.
        """
        if self._context is None:
            async with self._lock:
                if self._context is None:
                    self._context = await self._built()
        return self._context

    async def _built(self) -> AppContext:
        # An unavailable vault must not delay every request by its timeout.
        if (failure := self._failures.get(_CONFIGURATION)) is not None:
            raise failure
        try:
            # Blocking: reads files and perhaps Key Vault, and imports drivers.
            context = await asyncio.to_thread(self._build)
        except ConfigurationError as error:
            if isinstance(error, SecretsUnavailableError):
                # Once, not for each of the requests that fail for this reason.
                self._secrets.begin(str(error))
            self._failures.remember(_CONFIGURATION, error, RETRY_SECONDS)
            raise
        self._secrets.end()
        if self._afterwards is not None:
            asyncio.get_running_loop().run_in_executor(None, self._afterwards)
        return context

    def use(self, context: AppContext | None) -> None:
        """Sets the context; with None it is built again on the next use."""
        self._context = context


contexts = ContextProvider(build_context, afterwards=preload_the_rest)
"""The context provider of this worker."""
