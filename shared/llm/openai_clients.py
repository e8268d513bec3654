"""The openai library's clients of one provider: built on first use, and more of them where one is crowded.

The connection pool below the library looks at all its connections whenever a request begins or ends: a
thousand streams in one pool cost a worker seconds. So they are spread.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

if TYPE_CHECKING:
    from ssl import SSLContext

    from openai import AsyncOpenAI

ApiKey = SecretStr | Callable[[], Awaitable[str]]
"""A key, or what gets a token for each request."""

CONNECT_SECONDS: Final = 10.0
SILENCE_SECONDS: Final = 120.0
"""A server that sends nothing for so long is given up: as long as a first event may take by the settings. The
deadline of the whole answer is the factory's."""
CROWD: Final = 64
"""Answers under way at which a client counts as crowded."""
MAX_CLIENTS: Final = 32

_IDLE_CONNECTIONS: Final = 20
_IDLE_SECONDS: Final = 60.0


class OpenAIClients:
    """Clients that all sign in with one key at one address.

    Args:
        api_key: Signs in.
        base_url: Address of the API, with its version.
    """

    def __init__(self, api_key: ApiKey, base_url: str) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._members: list[_Member] = []
        self._preparing = asyncio.Lock()
        self._tls: SSLContext | None = None

    @asynccontextmanager
    async def client(self) -> AsyncIterator["AsyncOpenAI"]:
        """A client that is not crowded, for one answer."""
        if self._tls is None:
            await self._prepare()
        member = self._least_busy()
        member.busy += 1
        try:
            yield member.client
        finally:
            member.busy -= 1

    async def aclose(self) -> None:
        """Closes all connections."""
        for member in self._members:
            await member.client.close()

    async def _prepare(self) -> None:
        async with self._preparing:
            if self._tls is None:
                # A second of importing and reading certificates: not on the event loop.
                self._tls = await asyncio.to_thread(_load)

    def _least_busy(self) -> "_Member":
        # The first that will do, so that connections are used again.
        for member in self._members:
            if member.busy < CROWD:
                return member
        if len(self._members) < MAX_CLIENTS:
            self._members.append(_Member(self._build()))
            return self._members[-1]
        return min(self._members, key=lambda member: member.busy)

    def _build(self) -> "AsyncOpenAI":
        from httpx2 import Limits
        from openai import AsyncOpenAI, DefaultAsyncHttpx2Client, Timeout

        timeout = Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
        limits = Limits(
            max_connections=4 * CROWD,
            max_keepalive_connections=_IDLE_CONNECTIONS,
            keepalive_expiry=_IDLE_SECONDS,
        )
        key = self._api_key
        return AsyncOpenAI(
            api_key=key.get_secret_value() if isinstance(key, SecretStr) else key,
            base_url=self._base_url,
            # The library would sleep for as long as the server likes, within our request.
            max_retries=0,
            timeout=timeout,
            http_client=DefaultAsyncHttpx2Client(timeout=timeout, limits=limits, verify=self._tls),
        )


def _load() -> "SSLContext":
    import openai  # noqa: F401 - so that building a client imports nothing any more
    from httpx2 import create_ssl_context

    return create_ssl_context()


class _Member:
    """One client, and how many answers it has under way."""

    def __init__(self, client: "AsyncOpenAI") -> None:
        self.client = client
        self.busy = 0
