"""The openai library's client of one provider, built on first use.

Its HTTP transport is aiohttp. With the library's own transport a worker spent most of its time below the
library: its pool examines every connection whenever a request begins or ends, and reading a chunk takes four
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
"""A key, or a function that returns a token for each request."""

CONNECT_SECONDS: Final = 10.0
MAX_CONNECTIONS: Final = 2_000
"""Concurrent calls to one provider; further calls wait for a connection."""

_IDLE_SECONDS: Final = 30.0


class OpenAIConnection:
    """Builds the client on first use, and closes it.

    Args:
        api_key: Credentials.
        base_url: Address of the API, with its version.
        silence: Seconds without a byte after which a server is given up. The deadline of a whole answer is
            the model factory's.
    """

    def __init__(self, api_key: ApiKey, base_url: str, silence: float) -> None:
        self._api_key = api_key
        self._base_url = base_url
        self._silence = silence
        self._client: AsyncOpenAI | None = None
        self._preparing = asyncio.Lock()

    async def client(self) -> "AsyncOpenAI":
        """Returns the client. The first call imports the library and reads certificates, in a thread."""
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

        timeout = Timeout(self._silence, connect=CONNECT_SECONDS)
        limits = Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=_IDLE_SECONDS)
        key = self._api_key
        return AsyncOpenAI(
            api_key=key.get_secret_value() if isinstance(key, SecretStr) else key,
            base_url=self._base_url,
            # The library would sleep as long as the server asks, within our request.
            max_retries=0,
            timeout=timeout,
            http_client=DefaultAioHttpClient(timeout=timeout, limits=limits, verify=tls),
        )


def _load() -> "SSLContext":
    import aiohttp  # noqa: F401 - so that building the client imports nothing any more
    import openai  # noqa: F401
    from httpx2 import create_ssl_context

    return create_ssl_context()
