"""Signing in to Azure Managed Redis with the managed identity (Entra ID)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from redis.auth.err import RequestTokenErr
from redis.auth.token import TokenInterface
from redis.credentials import StreamingCredentialProvider
from redis.exceptions import ConnectionError as RedisConnectionError

_SCOPE: Final = "https://redis.azure.com/.default"
_TOKEN_SECONDS: Final = 5.0
_log = logging.getLogger(__name__)


class EntraCredentials(StreamingCredentialProvider):
    """Runs redis-entraid off the event loop.

    Its own asynchronous methods ask for the token with a blocking call. Here a thread does; connections that
    open at the same time share one request, and one that took too long is there for the next connection.

    Args:
        make: Builds the provider of redis-entraid, which loads azure.identity: in the thread, on first use.
    """

    def __init__(self, make: Callable[[], StreamingCredentialProvider]) -> None:
        self._make = make
        self._inner: StreamingCredentialProvider | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._request: asyncio.Task[tuple[str, str]] | None = None
        self._reauthenticate: Callable[[TokenInterface], Awaitable[None]] | None = None
        self._renewal: asyncio.Future[None] | None = None

    async def get_credentials_async(self) -> tuple[str, str]:
        """User name and token for a new connection.

        Raises:
            redis.exceptions.ConnectionError: There is no token; the client library handles only its own
                errors while it connects.
        """
        self._loop = asyncio.get_running_loop()
        if self._request is None or self._request.done():
            self._request = asyncio.create_task(asyncio.to_thread(self._credentials))
        try:
            async with asyncio.timeout(_TOKEN_SECONDS):
                return await asyncio.shield(self._request)
        except (RequestTokenErr, TimeoutError) as error:
            raise RedisConnectionError("the managed identity got no token for Redis") from error

    def get_credentials(self) -> tuple[str, str]:
        """The same, blocking: for clients that are not asynchronous."""
        return self._credentials()

    def on_next(self, callback: Callable[[Any], Any]) -> None:
        """Takes what signs open connections in again with a new token."""
        self._reauthenticate = callback

    def on_error(self, callback: Callable[[Exception], Any]) -> None:
        """Ignored: when renewal fails the server closes connections, and new ones ask for a token."""

    def is_streaming(self) -> bool:
        """Whether tokens are being renewed."""
        return self._inner is not None and self._inner.is_streaming()

    def _credentials(self) -> tuple[str, str]:
        if self._inner is None:
            self._inner = self._make()
            self._inner.on_next(self._renewed)
            self._inner.on_error(self._not_renewed)
        # Entra ID always gives both; the base class allows for a password alone.
        return cast(tuple[str, str], self._inner.get_credentials())

    def _renewed(self, token: TokenInterface) -> None:
        # Called in the thread of redis-entraid; the connections belong to the event loop.
        if self._loop is not None and self._reauthenticate is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._sign_in_again, token)

    def _sign_in_again(self, token: TokenInterface) -> None:
        if self._reauthenticate is not None:
            self._renewal = asyncio.ensure_future(self._reauthenticate(token))

    def _not_renewed(self, error: Exception) -> None:
        _log.warning("the token for Redis was not renewed: %s", type(error).__name__)


def entra_credentials() -> EntraCredentials:
    """Credentials of the identity that the app runs as."""

    def make() -> StreamingCredentialProvider:
        from redis_entraid.cred_provider import create_from_default_azure_credential

        provider: StreamingCredentialProvider = create_from_default_azure_credential((_SCOPE,))
        return provider

    return EntraCredentials(make)
