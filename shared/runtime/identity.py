"""The identity of the app (Entra ID): the one place that builds its credential.

Redis, the database, the queue, Azure OpenAI and Key Vault request tokens of their own scope. The library
caches a token and renews it before it expires. Its calls block, so they run in threads.
"""

import asyncio
import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Generic, Self, TypeVar

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

T = TypeVar("T")

_CONNECT_SECONDS: Final = 2
_READ_SECONDS: Final = 5


@cache
def app_credential() -> "TokenCredential":
    """Returns the worker's credential; the first call imports azure.identity, which takes a second.

    On Azure it is the managed identity, of ``AZURE_CLIENT_ID`` if that is set, without a fallback. Elsewhere
    it is the developer's own sign-in.
    """
    from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

    if "IDENTITY_ENDPOINT" not in os.environ:
        return DefaultAzureCredential()
    return ManagedIdentityCredential(
        client_id=os.environ.get("AZURE_CLIENT_ID") or None,
        connection_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
    )


class AsyncAppCredential:
    """The worker's credential in the form that asynchronous clients of Azure expect.

    The synchronous credential is used, in a thread, so that all services share one token cache.
    """

    async def get_token(self, *scopes: str, **options: Any) -> "AccessToken":  # noqa: ANN401 - the library's
        """Returns a token.

        Raises:
            azure.core.exceptions.ClientAuthenticationError: The identity gets no token.
        """
        return await asyncio.to_thread(lambda: app_credential().get_token(*scopes, **options))

    async def close(self) -> None:
        """Does nothing: the credential is the worker's."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        return


class SharedCall(Generic[T]):
    """A blocking call in a thread, shared by all concurrent callers.

    A call that takes longer than a caller waits continues, and serves the next caller.

    Args:
        call: The blocking call.
        seconds: How long each caller waits for it.
    """

    def __init__(self, call: Callable[[], T], seconds: float) -> None:
        self._call = call
        self._seconds = seconds
        self._running: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        """Returns the result of the call.

        Raises:
            TimeoutError: It takes too long.
            Exception: Whatever the call raises.
        """
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(asyncio.to_thread(self._call))
            # It may fail when no one waits for it any more.
            self._running.add_done_callback(lambda task: task.cancelled() or task.exception())
        async with asyncio.timeout(self._seconds):
            return await asyncio.shield(self._running)
