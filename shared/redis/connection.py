"""The connection to a Redis server."""

from typing import Any, Final

from redis.asyncio import BlockingConnectionPool, Connection, Redis, SSLConnection
from redis.asyncio.connection import RedisSSLContext
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.maint_notifications import MaintNotificationsConfig

from shared.config.settings import RedisSettings

CLIENT_NAME: Final = "stock-research"
_TIMEOUT: Final = 0.25


def connect_redis(settings: RedisSettings) -> Redis:
    """A client of the configured server; it connects on first use.

    Every wait is bounded: 0.25 s for a connection of the pool, to connect, and for each answer. A connection
    that the server closed is opened anew once; nothing else is tried again here.
    """
    options: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "db": settings.db,
        "client_name": CLIENT_NAME,
        "driver_info": None,
        "decode_responses": False,
        "socket_connect_timeout": _TIMEOUT,
        "socket_timeout": _TIMEOUT,
        "retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        # Handovers announced by the server are for cluster products; asking for them costs a round trip.
        "maint_notifications_config": MaintNotificationsConfig(enabled=False),
        **_credentials(settings),
    }
    if settings.ssl:
        tls = RedisSSLContext(cert_reqs="required", ca_certs=settings.ca_file, check_hostname=True)
        options |= {"connection_class": TlsConnection, "tls": tls}
    else:
        options["connection_class"] = Connection
    return Redis.from_pool(
        BlockingConnectionPool(max_connections=settings.max_connections, timeout=_TIMEOUT, **options)
    )


class TlsConnection(SSLConnection):
    """A TLS connection that shares its context with the other connections of the pool.

    A context of its own reads the system's certificates, which blocks the event loop for 25 ms per
    connection: 32 connections opened at once on a cold worker took 0.8 s, more than the connect timeout.

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
