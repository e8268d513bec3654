"""Asks Alpha Vantage over HTTP, as often as the plan allows."""

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Protocol

from pydantic import SecretStr

from shared.errors import (
    BreakerOpenError,
    ProviderBadPayloadError,
    ProviderRateLimitedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from shared.market.providers.alpha_vantage.errors import NAME, answer_error, status_error
from shared.runtime.breaker import Breaker

if TYPE_CHECKING:
    import httpx

_REQUEST_SECONDS: Final = 5.0
_MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024
_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 3600.0


class Budget(Protocol):
    """What the plan allows."""

    async def take(self) -> None:
        """Takes one request. Raises ``ProviderRateLimitedError`` when there is none left."""


class AlphaVantageClient:
    """The connection to Alpha Vantage.

    Args:
        api_key: Goes into the query, as the API wants it; never into a message.
        base_url: Address of the API.
        budget: The requests that the plan allows.
        max_cooldown: Seconds that no pause exceeds.
        breaker: Pauses after Alpha Vantage said that it is asked too often.
    """

    def __init__(
        self,
        api_key: SecretStr,
        base_url: str,
        budget: Budget,
        *,
        max_cooldown: float = _LONGEST_PAUSE,
        breaker: Breaker | None = None,
    ) -> None:
        self._key = api_key
        self._base_url = base_url
        self._budget = budget
        self._breaker = breaker or Breaker(NAME, pause=_PAUSE, max_pause=min(_LONGEST_PAUSE, max_cooldown))
        self._opening = asyncio.Lock()
        self._http: httpx.AsyncClient | None = None

    async def ask(self, function: str, **params: str) -> Mapping[str, object]:
        """An answer that carries data.

        Raises:
            ProviderError: Any but ``ProviderInterruptedError``.
        """
        try:
            self._breaker.check()
        except BreakerOpenError as error:
            raise ProviderRateLimitedError(
                NAME, "left alone after too many requests", retry_after=error.retry_after
            ) from error
        await self._budget.take()
        await self._ensure_open()
        try:
            answer = await self._get({"function": function, **params})
        except ProviderRateLimitedError as error:
            self._breaker.failure(error.retry_after)
            raise
        self._breaker.success()
        return answer

    async def aclose(self) -> None:
        """Closes the connections."""
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _ensure_open(self) -> None:
        async with self._opening:
            if self._http is None:
                # The import and the reading of certificates take a while.
                self._http = await asyncio.to_thread(self._open)

    def _open(self) -> "httpx.AsyncClient":
        import httpx

        return httpx.AsyncClient(base_url=self._base_url, timeout=_REQUEST_SECONDS)

    async def _get(self, params: Mapping[str, str]) -> Mapping[str, object]:
        status, body = await self._fetch(params)
        if error := status_error(status):
            raise error
        try:
            answer = json.loads(body)
        except ValueError as error:
            raise ProviderBadPayloadError(NAME, "the answer is not JSON") from error
        if not isinstance(answer, dict):
            raise ProviderBadPayloadError(NAME, "the answer is not an object")
        if problem := answer_error(answer):
            raise problem
        return answer

    async def _fetch(self, params: Mapping[str, str]) -> tuple[int, bytes]:
        import httpx

        if self._http is None:
            raise ProviderUnavailableError(NAME, "is closed")
        query = {**params, "apikey": self._key.get_secret_value()}
        body = bytearray()
        try:
            async with (
                asyncio.timeout(_REQUEST_SECONDS),
                self._http.stream("GET", "/query", params=query) as response,
            ):
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > _MAX_ANSWER_BYTES:
                        raise ProviderBadPayloadError(NAME, "the answer is too large")
        except (TimeoutError, httpx.TimeoutException) as error:
            raise ProviderTimeoutError(NAME, "did not answer in time") from error
        except httpx.DecodingError as error:
            raise ProviderBadPayloadError(NAME, "the answer cannot be read") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ProviderUnavailableError(NAME, "cannot be reached") from error
        return response.status_code, bytes(body)
