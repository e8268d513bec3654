"""The client of a Redis server."""

from typing import Any, Final

from redis.asyncio import Connection, ConnectionPool, Redis, SSLConnection
from redis.asyncio.connection import AbstractConnection, DefaultParser, RedisSSLContext
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.maint_notifications import MaintNotificationsConfig

from shared.config.store_settings import RedisSettings
from shared.runtime.loop_timeout import LoopTimeout

CLIENT_NAME: Final = "stock-research"
_CONNECT_TIMEOUT: Final = 0.25
"""Seconds in which a connection must be made, without the time in which this worker's loop was blocked."""
_IDLE_TIMEOUT: Final = 0.25
"""Seconds without a byte after which the server counts as unavailable, however large the reply is."""


class _IdleTimeoutParser(DefaultParser):  # type: ignore[misc, valid-type]
    """Bounds the wait for each part of a reply instead of the whole reply, which may be large and slow."""

    idle_timeout = _IDLE_TIMEOUT

    async def read_from_socket(self) -> bool:
        """Reads what has arrived, waiting for at most the idle timeout."""
        async with LoopTimeout(self.idle_timeout):
            return bool(await super().read_from_socket())


def connect_redis(settings: RedisSettings) -> Redis:
    """Returns a client for commands; it connects on first use.

    Every wait is bounded: 0.25 s to connect, and for each part of a reply. The guard
    bounds the whole command. A connection that the server closed is replaced once; nothing else is retried.
    """
    options: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "db": settings.db,
        "client_name": CLIENT_NAME,
        "driver_info": None,
        "decode_responses": False,
        "parser_class": _IdleTimeoutParser,
        "socket_connect_timeout": _CONNECT_TIMEOUT,
        # The parser bounds each read: a timer of the library around the whole reply would cost as much again.
        "socket_timeout": None,
        "retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        # Handovers announced by the server are for cluster products; asking for them costs a round trip.
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
        **_credentials(settings),
    }
    if settings.ssl:
        tls = RedisSSLContext(cert_reqs="required", ca_certs=settings.ca_file, check_hostname=True)
        options |= {"connection_class": TlsConnection, "tls": tls}
    else:
        options["connection_class"] = PlainConnection
    # The guard runs no more commands at a time than there are connections: none waits for one.
    return Redis.from_pool(ConnectionPool(max_connections=settings.max_connections, **options))


class _ConnectTimeout(AbstractConnection):
    """Bounds the time to connect by a :class:`LoopTimeout` instead of the library's timer."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - options of the library
        super().__init__(**options)
        self.socket_connect_timeout = None

    async def _connect(self) -> None:
        async with LoopTimeout(_CONNECT_TIMEOUT):
            await super()._connect()  # type: ignore[no-untyped-call, safe-super]


class PlainConnection(_ConnectTimeout, Connection):
    """A connection without TLS."""


class TlsConnection(_ConnectTimeout, SSLConnection):
    """A TLS connection that shares its context with the other connections of the pool.

    A context of its own reads the system's certificates, which blocks the event loop for 25 ms per
    connection: 32 connections opened concurrently on a cold worker took 0.8 s, more than the connect timeout.

    Args:
        tls: Shared context.
        options: As for :class:`redis.asyncio.SSLConnection`.
    """

    def __init__(self, *, tls: RedisSSLContext, **options: Any) -> None:  # noqa: ANN401 - options of the library
        super().__init__(**options)
        self.ssl_context = tls


def _credentials(settings: RedisSettings) -> dict[str, str | CredentialProvider | None]:
    if settings.auth == "entra":
        from shared.redis.redis_entra import entra_credentials

        return {"credential_provider": entra_credentials()}
    password = settings.password.get_secret_value() if settings.password else None
    return {"username": settings.username, "password": password}
