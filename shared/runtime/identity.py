"""The identity that the app runs as (Entra ID): the one place where it is built.

Redis, the database, Azure OpenAI and Key Vault each ask it for tokens of their own scope. The library keeps a
token until it is about to end and renews it then; all of it blocks, so it is asked in threads.
"""

import asyncio
import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

T = TypeVar("T")

_CONNECT_SECONDS: Final = 2
_READ_SECONDS: Final = 5


@cache
def app_credential() -> "TokenCredential":
    """The worker's credential; the first call loads azure.identity, which takes a second.

    On Azure it is the managed identity, of ``AZURE_CLIENT_ID`` if that is set, and nothing else is tried when
    that fails. Elsewhere it is what the developer is signed in with.
    """
    from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

    if "IDENTITY_ENDPOINT" not in os.environ:
        return DefaultAzureCredential()
    return ManagedIdentityCredential(
        client_id=os.environ.get("AZURE_CLIENT_ID") or None,
        connection_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
    )


class SharedCall(Generic[T]):
    """A blocking call, made in a thread; those who ask while it is under way share it.

    One that takes too long goes on, and is there for whoever asks next.

    Args:
        call: What blocks.
        seconds: How long each waits for it.
    """

    def __init__(self, call: Callable[[], T], seconds: float) -> None:
        self._call = call
        self._seconds = seconds
        self._under_way: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        """What the call gives.

        Raises:
            TimeoutError: It takes too long.
            Exception: Whatever the call raises.
        """
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(asyncio.to_thread(self._call))
            # It may fail when nobody waits for it any more.
            self._under_way.add_done_callback(lambda task: task.cancelled() or task.exception())
        async with asyncio.timeout(self._seconds):
            return await asyncio.shield(self._under_way)
