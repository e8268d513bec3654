"""HTTP requests of the sources, bounded in time and size, with failures as ``ProviderError``."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)

if TYPE_CHECKING:
    import httpx

_REQUEST_SECONDS: Final = 5.0
_MAX_BYTES: Final = 8 * 1024 * 1024


class ProviderBudget(Protocol):
    """The requests that the plan of a source allows."""

    async def take(self) -> None:
        """Takes one request; raises ``ProviderBudgetError`` when the budget is used up."""


@dataclass(frozen=True)
class HttpResponse:
    """A response.

    Attributes:
        status: Status code.
        headers: Header fields; names in lower case.
        body: The decoded body.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class SourceHttpClient:
    """The HTTP connection to one source.

    Args:
        source: Name of the source, for errors.
        base_url: Address that paths are relative to.
        headers: Sent with every request.
        timeout: Seconds that a request may take in all.
        max_bytes: Size that no body exceeds.
    """

    def __init__(
        self,
        source: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = _REQUEST_SECONDS,
        max_bytes: int = _MAX_BYTES,
    ) -> None:
        self._source = source
        self._base_url = base_url
        self._headers = dict(headers or {})
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._opening = asyncio.Lock()
        self._http: httpx.AsyncClient | None = None

    async def get(
        self,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """Returns the response to a GET request, whatever its status.

        Raises:
            ProviderTimeoutError: It did not come in time.
            ProviderUnavailableError: The source cannot be reached, or the configured proxy is unusable.
            ProviderBadPayloadError: The body is too large or cannot be decoded.
        """
        import httpx

        client = await self._open()
        try:
            async with asyncio.timeout(self._timeout):
                return await self._read(client, path, params, headers)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ProviderTimeoutError(self._source, "did not answer in time") from error
        except httpx.DecodingError as error:
            raise ProviderBadPayloadError(self._source, "the response cannot be decoded") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnavailableError(self._source, "cannot be reached") from error

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _open(self) -> "httpx.AsyncClient":
        async with self._opening:
            if self._http is None:
                # Importing the library and reading certificates take a while.
                self._http = await asyncio.to_thread(self._new_client)
            return self._http

    def _new_client(self) -> "httpx.AsyncClient":
        import httpx

        try:
            return httpx.AsyncClient(base_url=self._base_url, headers=self._headers, timeout=self._timeout)
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            # The library reads ALL_PROXY and its kin: a SOCKS proxy needs a package that is not installed.
            raise ProviderUnavailableError(self._source, "the configured proxy cannot be used") from error

    async def _read(
        self,
        client: "httpx.AsyncClient",
        path: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> HttpResponse:
        body = bytearray()
        async with client.stream("GET", path, params=params, headers=headers) as response:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > self._max_bytes:
                    raise ProviderBadPayloadError(self._source, "the response is too large")
        return HttpResponse(response.status_code, response.headers, bytes(body))
