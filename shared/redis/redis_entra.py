"""Sign-in to Azure Managed Redis with the managed identity (Entra ID)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from jwt import PyJWTError
from redis.auth.err import InvalidTokenSchemaErr, RequestTokenErr
from redis.auth.token import TokenInterface
from redis.auth.token_manager import RetryPolicy, TokenManagerConfig
from redis.credentials import StreamingCredentialProvider
from redis.exceptions import ConnectionError as RedisConnectionError

from shared.runtime.identity import SharedCall, app_credential

_SCOPE: Final = "https://redis.azure.com/.default"
_TOKEN_SECONDS: Final = 5.0
_RENEWAL: Final = TokenManagerConfig(
    # Renewed after 70 % of its lifetime. The timeout does not apply to blocking calls.
    expiration_refresh_ratio=0.7,
    lower_refresh_bound_millis=0,
    token_request_execution_timeout_in_ms=100,
    retry_policy=RetryPolicy(max_attempts=3, delay_in_ms=100),
)
_log = logging.getLogger(__name__)


class EntraCredentials(StreamingCredentialProvider):
    """Runs redis-entraid off the event loop.

    The asynchronous methods of the library request the token with a blocking call. Here a thread does.
    Connections that open at the same time share one request; a late token serves the next connection.

    Args:
        make: Builds the provider of redis-entraid, in the thread, on first use; it imports azure.identity.
    """

    def __init__(self, make: Callable[[], StreamingCredentialProvider]) -> None:
        self._make = make
        self._inner: StreamingCredentialProvider | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._shared = SharedCall(self._credentials, _TOKEN_SECONDS)
        self._reauthenticate: Callable[[TokenInterface], Awaitable[None]] | None = None
        self._renewal: asyncio.Future[None] | None = None

    async def get_credentials_async(self) -> tuple[str, str]:
        """Returns user name and token for a new connection.

        Raises:
            redis.exceptions.ConnectionError: There is no token. The client library handles only its own
                errors while it connects.
        """
        self._loop = asyncio.get_running_loop()
        try:
            return await self._shared()
        except TimeoutError as error:
            raise RedisConnectionError(
                "managed identity: timeout while requesting a token for Redis"
            ) from error

    def get_credentials(self) -> tuple[str, str]:
        """Does the same as :meth:`get_credentials_async`, blocking, for synchronous clients."""
        return self._credentials()

    def on_next(self, callback: Callable[[Any], Any]) -> None:
        """Sets the callback that re-authenticates open connections with a new token."""
        self._reauthenticate = callback

    def on_error(self, callback: Callable[[Exception], Any]) -> None:
        """Ignores the error: the server closes connections, and new ones request a token."""

    def is_streaming(self) -> bool:
        """Returns whether tokens are being renewed."""
        return self._inner is not None and self._inner.is_streaming()

    def _credentials(self) -> tuple[str, str]:
        if self._inner is None:
            self._inner = self._make()
            self._inner.on_next(self._renewed)
            self._inner.on_error(self._not_renewed)
        try:
            # Entra ID always returns both; the base class also allows a password alone.
            return cast(tuple[str, str], self._inner.get_credentials())
        except (RequestTokenErr, InvalidTokenSchemaErr, PyJWTError) as error:
            raise RedisConnectionError("managed identity: no token for Redis") from error

    def _renewed(self, token: TokenInterface) -> None:
        # Called in a thread of redis-entraid; connections belong to the event loop.
        if self._loop is not None and self._reauthenticate is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._reauthenticate_connections, token)

    def _reauthenticate_connections(self, token: TokenInterface) -> None:
        if self._reauthenticate is not None:
            self._renewal = asyncio.ensure_future(self._reauthenticate(token))

    def _not_renewed(self, error: Exception) -> None:
        # The library does not retry: the next connection requests a token.
        self._inner = None
        _log.warning("token renewal for Redis failed: %s", type(error).__name__)


def entra_credentials() -> EntraCredentials:
    """Returns credentials of the identity of the app."""
    return EntraCredentials(_redis_entraid)


def _redis_entraid() -> StreamingCredentialProvider:
    from redis_entraid import cred_provider
    from redis_entraid.identity_provider import DefaultAzureCredentialProvider

    # Despite its name, it accepts any credential.
    tokens = DefaultAzureCredentialProvider(app_credential(), (_SCOPE,))
    provider: StreamingCredentialProvider = cred_provider.EntraIdCredentialsProvider(tokens, _RENEWAL)
    return provider
