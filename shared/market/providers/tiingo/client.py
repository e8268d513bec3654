"""Sends requests to Tiingo, within the budget of the plan."""

import json
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from pydantic import SecretStr

from shared.errors import BreakerOpenError, ProviderBadPayloadError, ProviderRateLimitedError
from shared.market.providers.http_client import SourceHttpClient
from shared.market.providers.tiingo.errors import NAME, response_error
from shared.runtime.circuit_breaker import CircuitBreaker

_COOLDOWN: Final = 60.0
_MAX_COOLDOWN: Final = 3600.0


class Budget(Protocol):
    """The request budget of the plan."""

    async def take(self) -> None:
        """Takes one request; raises ``ProviderRateLimitedError`` when the budget is used up."""


class TiingoClient:
    """The connection to Tiingo.

    Args:
        api_key: Sent as a header, never part of an address.
        base_url: Address of the API.
        budget: The requests that the plan allows.
        max_cooldown: Upper bound of a cooldown in seconds.
    """

    def __init__(
        self, api_key: SecretStr, base_url: str, budget: Budget, *, max_cooldown: float = _MAX_COOLDOWN
    ) -> None:
        headers = {"Authorization": f"Token {api_key.get_secret_value()}", "Accept": "application/json"}
        self._http = SourceHttpClient(NAME, base_url, headers=headers)
        self._budget = budget
        longest = min(_MAX_COOLDOWN, max_cooldown)
        self._breaker = CircuitBreaker(NAME, cooldown=min(_COOLDOWN, longest), max_cooldown=longest)

    async def get_list(self, path: str, **params: str) -> Sequence[object]:
        """Returns the records of a response.

        Raises:
            ProviderError: Any but ``ProviderInterruptedError``.
        """
        try:
            self._breaker.check()
        except BreakerOpenError as error:
            raise ProviderRateLimitedError(
                NAME, "circuit breaker open after too many requests", retry_after=error.retry_after
            ) from error
        await self._budget.take()
        try:
            records = await self._get(path, params)
        except ProviderRateLimitedError as error:
            self._breaker.failure(error.retry_after)
            raise
        self._breaker.success()
        return records

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def _get(self, path: str, params: Mapping[str, str]) -> Sequence[object]:
        response = await self._http.get(path, params=params)
        answer = _parsed(response.body)
        if error := response_error(response.status, _message(answer, response.body)):
            raise error
        if not isinstance(answer, list):
            raise ProviderBadPayloadError(NAME, "the response is no list")
        return answer


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (RecursionError, ValueError):
        return None


def _message(answer: object, body: bytes) -> str:
    """Returns the text of an error: its ``detail``, or a body that is not JSON; empty for data."""
    if isinstance(answer, Mapping):
        return str(answer.get("detail") or answer.get("error") or "")
    return body[:200].decode("utf-8", "replace") if answer is None and not body.startswith(b"<") else ""
