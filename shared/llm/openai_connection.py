"""The openai library's client of one provider: built on first use, and kept.

It is given aiohttp as its HTTP transport. With the library's own, a worker spent most of its time below the
library: its pool looks at every connection whenever a request begins or ends, and reading a chunk takes four
times as long.
"""

import asyncio
from collections.abc import Awaitable, Callable
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
MAX_CONNECTIONS: Final = 2_000
"""Answers under way at one provider; the next ones wait for their turn."""

_IDLE_SECONDS: Final = 30.0


class OpenAIConnection:
    """Builds the client, and closes it.

    Args:
        api_key: Signs in.
        base_url: Address of the API, with its version.
    """

    def __init__(self, api_key: ApiKey, base_url: str) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._client: AsyncOpenAI | None = None
        self._preparing = asyncio.Lock()

    async def client(self) -> "AsyncOpenAI":
        """The client; the first time the library is imported and certificates are read, in a thread."""
        if self._client is None:
            async with self._preparing:
                if self._client is None:
                    self._client = self._build(await asyncio.to_thread(_load))
        return self._client

    async def aclose(self) -> None:
        """Closes all connections."""
        if self._client is not None:
            await self._client.close()

    def _build(self, tls: "SSLContext") -> "AsyncOpenAI":
        from httpx2 import Limits
        from openai import AsyncOpenAI, DefaultAioHttpClient, Timeout

        timeout = Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS)
        limits = Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS)
        key = self._api_key
        return AsyncOpenAI(
            api_key=key.get_secret_value() if isinstance(key, SecretStr) else key,
            base_url=self._base_url,
            # The library would sleep for as long as the server likes, within our request.
            max_retries=0,
            timeout=timeout,
            http_client=DefaultAioHttpClient(timeout=timeout, limits=limits, verify=tls),
        )


def _load() -> "SSLContext":
    import aiohttp  # noqa: F401 - so that building the client imports nothing any more
    import openai  # noqa: F401
    from httpx2 import create_ssl_context

    return create_ssl_context()
