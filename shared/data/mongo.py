"""The connection to MongoDB: one client per worker, called in its own bounded threads.

The driver's synchronous client serves both a server and the embedded store of a local run (mongomock is
synchronous), so that there is one set of repositories. Work runs in threads with a deadline. A circuit
breaker stops calls to an unavailable database, and the worker makes the trial call in the background:
requests after the first failure wait for neither.
"""

import asyncio
import logging
import threading
import time
import warnings
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import Context
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pymongo
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.collection import Collection as PyMongoCollection
from pymongo.database import Database as PyMongoDatabase
from pymongo.errors import (
    AutoReconnect,
    NetworkTimeout,
    PyMongoError,
    ServerSelectionTimeoutError,
)

from shared.config.store_settings import MongoSettings
from shared.data.driver_errors import AWAY_SECONDS, ErrorMeaning, away, verdict_on
from shared.errors import ConfigurationError, ProblemError
from shared.errors.service_errors import DependencyUnavailableError, ServiceError
from shared.observability import metrics
from shared.runtime.circuit_breaker import CircuitBreaker
from shared.runtime.loop_timeout import LoopTimeout
from shared.runtime.upstream_health import UpstreamHealth

Document = dict[str, Any]
Target = PyMongoCollection[Document]
"""A collection of the driver, for blocking work in a thread."""
Client = MongoClient[Document]
Database = PyMongoDatabase[Document]
T = TypeVar("T")

SECONDS = 2.0
"""Deadline of an ordinary operation; what handles many documents asks for more."""

IDLE_SECONDS = 1.0
"""After this long without an answer a connection is checked before it is used: a load balancer or a failover
may have dropped it silently."""
IDLE_CHECK_SECONDS = 0.4

EMBEDDED_SECONDS = 15.0
"""Shortest deadline in the embedded database: it has no connection that could hang, only a busy processor
delays it."""

_GRACE = 0.25
_OPEN_SECONDS = 30.0
_THREADS = 16
_APP_NAME = "stock-research"
_log = logging.getLogger(__name__)


class Mongo:
    """One database, called in its own threads.

    Args:
        client: The driver's client, or the embedded one; it connects on first use.
        db_name: Name of the database.
        place: Host and database for messages, never user or password.
        prepare: Runs once before the first use; it migrates the embedded database.
        reconnect: Returns a client with new connections; None for the embedded database.
        least_seconds: Shortest deadline of an operation, whatever its caller asks for.
        clock: Monotonic seconds.
        sleep: Waits some seconds.
    """

    def __init__(
        self,
        client: Client,
        db_name: str,
        *,
        place: str | None = None,
        prepare: "Callable[[Mongo, Database], None] | None" = None,
        reconnect: Callable[[], Client] | None = None,
        least_seconds: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._db_name = db_name
        self._place = place or db_name
        self._prepare = prepare
        self._reconnect = reconnect
        self._least_seconds = least_seconds
        self._replacing = threading.Lock()
        self._retired: list[tuple[Client, threading.Timer]] = []
        self._clock = clock
        self._answered_at = clock()
        breaker = CircuitBreaker("mongodb", clock, cooldown=AWAY_SECONDS, growth=1.0)
        self._health = UpstreamHealth(f"mongodb {self._place}", _log, clock, breaker=breaker)
        self._sleep = sleep
        self._watch: asyncio.Task[None] | None = None
        self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="mongo")
        self._slots = asyncio.Semaphore(_THREADS)
        self._preparing = threading.Lock()
        self._prepared = prepare is None
        self._answered = False

    def describe(self) -> str:
        """Returns host and name of the database, without credentials."""
        return self._place

    async def ping(self) -> None:
        """Returns when the database answers.

        Raises:
            DependencyUnavailableError: It does not.
        """
        await self.run(lambda database: database.command("ping"))

    async def run(
        self,
        work: Callable[[Database], T],
        *,
        seconds: float = SECONDS,
        retry: bool = True,
        prepared: bool = True,
    ) -> T:
        """Runs blocking work on the database in a thread.

        Args:
            work: Receives the database.
            seconds: Deadline, including the wait for a free thread; it also bounds the driver.
            retry: Whether the work may be done twice, so that it is tried once more when the server changes
                in the middle of it (a failover). Work whose repetition does harm says False.
            prepared: Whether the database must have been prepared; False for what prepares it.

        Raises:
            DependencyUnavailableError: The database is unavailable, too slow or refuses the credentials.
            InternalError: The database refused the operation.
        """
        self._check()
        seconds = max(seconds, self._least_seconds)
        if prepared and not self._prepared:
            seconds = max(seconds, _OPEN_SECONDS)
        try:
            async with LoopTimeout(seconds + _GRACE):
                result = await self._in_thread(lambda: self._attempt(work, seconds, retry, prepared))
        except TimeoutError as error:
            # Its connections, or all threads, hang: the driver has not given up in time.
            raise self._unavailable(ErrorMeaning(away(), AWAY_SECONDS), error) from None
        except PyMongoError as error:
            raise self._failed(error) from error
        except ProblemError:
            # What the work makes of an answer: there was one.
            self._health.answered()
            raise
        self._health.success()
        self._answered_at = self._clock()
        return result

    async def aclose(self) -> None:
        """Releases threads and connections; running operations end by their own deadline."""
        if self._watch is not None:
            self._watch.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for client, timer in self._retired:
            timer.cancel()
            _close(client)
        _close(self._client)

    def _check(self) -> None:
        if not self._health.allow():
            metrics.mongodb_failed()
            raise DependencyUnavailableError(
                "The database is not available.", retry_after=self._health.remaining_cooldown()
            )

    async def _in_thread(self, work: Callable[[], T]) -> T:
        await self._slots.acquire()
        try:
            future = asyncio.get_running_loop().run_in_executor(self._executor, work)
        except RuntimeError as error:
            self._slots.release()
            raise DependencyUnavailableError("The service is shutting down.", retry_after=1) from error
        future.add_done_callback(self._finished)
        # A caller that gives up leaves the thread to finish what it does.
        return await asyncio.shield(future)

    def _finished(self, future: "asyncio.Future[Any]") -> None:
        self._slots.release()
        if not future.cancelled():
            # Read here, so that asyncio does not complain of one whose caller has given up.
            future.exception()

    def _attempt(self, work: Callable[[Database], T], seconds: float, retry: bool, prepared: bool) -> T:
        if self._answered:
            self._drop_dead_connections()
        database = self._client[self._db_name]
        if not self._answered:
            # An unavailable one is detected within two seconds, however long the work may take.
            with pymongo.timeout(min(seconds, SECONDS)):
                database.command("ping")
            self._answered = True
        with pymongo.timeout(seconds):
            if prepared:
                self._ensure_prepared(database)
            try:
                return work(database)
            except (NetworkTimeout, ServerSelectionTimeoutError):
                raise
            except AutoReconnect:
                if not retry:
                    raise
                return work(database)

    def _drop_dead_connections(self) -> None:
        """Replaces the client, and with it all connections, when an idle connection gets no answer."""
        client = self._client
        if self._reconnect is None or self._clock() - self._answered_at < IDLE_SECONDS:
            return
        try:
            with pymongo.timeout(IDLE_CHECK_SECONDS):
                client[self._db_name].command("ping")
        except AutoReconnect:
            with self._replacing:
                if self._client is client:
                    self._client, self._answered = self._reconnect(), False
                    self._retire(client)

    def _retire(self, client: Client) -> None:
        """Closes a client when no operation can be using it; a closed client raises errors."""
        timer = threading.Timer(_OPEN_SECONDS, _close, (client,))
        timer.daemon = True
        timer.start()
        waiting = [retired for retired in self._retired if retired[1].is_alive()]
        self._retired = [*waiting, (client, timer)]

    def _ensure_prepared(self, database: Database) -> None:
        if self._prepared:
            return
        with self._preparing:
            if not self._prepared and self._prepare is not None:
                self._prepare(self, database)
            self._prepared = True

    def _failed(self, error: PyMongoError) -> Exception:
        verdict = verdict_on(error)
        if verdict.cooldown_seconds is None:
            self._health.answered()
            return verdict.error
        return self._unavailable(verdict, error)

    def _unavailable(self, verdict: ErrorMeaning, error: Exception) -> ServiceError:
        self._answered = False
        self._health.failure(f"{verdict.error.detail} ({type(error).__name__})", verdict.cooldown_seconds)
        metrics.mongodb_failed()
        if self._watch is None or self._watch.done():
            # Not in the name of the request that found it out.
            self._watch = asyncio.create_task(self._watch_for_its_return(), context=Context())
        return verdict.error

    async def _watch_for_its_return(self) -> None:
        """Pings the database after each cooldown, so that no request is the trial call."""
        while not self._health.breaker.closed:
            await self._sleep(self._health.remaining_cooldown())
            with suppress(ProblemError):
                await self.ping()


def _close(client: Client) -> None:
    # The driver says goodbye to the server, which may not answer any more.
    with pymongo.timeout(SECONDS):
        client.close()


def connect_mongo(settings: MongoSettings) -> Mongo:
    """Returns the database of a server; it connects on first use.

    Raises:
        ConfigurationError: The settings are not a valid connection. The message repeats no value.
    """
    try:
        with warnings.catch_warnings():
            # The driver points out that Azure's database is not MongoDB's own.
            warnings.filterwarnings("ignore", message=".*CosmosDB")
            make = partial(MongoClient[Document], connect=False, **client_options(settings))
            client = make()
        place = f"{_host(settings)}/{settings.db_name}"
        return Mongo(client, settings.db_name, place=place, reconnect=make)
    except (PyMongoError, ValueError, TypeError):
        # The driver's message may repeat a part of the password.
        raise ConfigurationError(
            "mongodb: MONGODB_URI (or host, port, username and password) is not a valid connection"
        ) from None


def client_options(settings: MongoSettings) -> Document:
    """Returns the options of the driver's client: timeouts, name and sign-in.

    User and password are separate options, so that their characters need no escaping.
    """
    options: Document = {
        "host": _uri(settings.uri) if settings.uri else settings.host,
        "appname": _APP_NAME,
        "tz_aware": True,
        "maxPoolSize": _THREADS,
        "serverSelectionTimeoutMS": 2_000,
        "connectTimeoutMS": 2_000,
        "socketTimeoutMS": 10_000,
    }
    if settings.uri is None:
        options["port"] = settings.port
    if settings.tls:
        options["tls"] = True
    if settings.auth == "entra":
        from shared.data.mongo_entra import EntraCallback

        options["authMechanism"] = "MONGODB-OIDC"
        options["authMechanismProperties"] = {"OIDC_CALLBACK": EntraCallback()}
        options["tls"] = True
    elif settings.username and settings.password:
        options["username"] = settings.username
        options["password"] = settings.password.get_secret_value()
        options["authSource"] = settings.auth_source
        options["authMechanism"] = "SCRAM-SHA-256"
    if _host(settings).partition(":")[0].endswith(".cosmos.azure.com"):
        # Azure DocumentDB refuses retryable writes.
        options["retryWrites"] = False
    return options


def _uri(uri: SecretStr) -> str:
    value = uri.get_secret_value()
    if not value.startswith(("mongodb://", "mongodb+srv://")):
        raise ValueError("no URI of MongoDB")
    return value


def _host(settings: MongoSettings) -> str:
    if settings.uri is None:
        return f"{settings.host}:{settings.port}"
    return urlsplit(settings.uri.get_secret_value()).netloc.rpartition("@")[2]
