"""Sends requests to Alpha Vantage, within the budget of the plan."""

import json
from collections.abc import Mapping
from typing import Final

from pydantic import SecretStr

from shared.errors import BreakerOpenError, ProviderBadPayloadError, ProviderRateLimitedError
from shared.market.providers.alpha_vantage.errors import NAME, response_error, status_error
from shared.market.providers.http_client import ProviderBudget, SourceHttpClient
from shared.runtime.circuit_breaker import CircuitBreaker

_COOLDOWN: Final = 5.0
_MAX_COOLDOWN: Final = 3600.0


class AlphaVantageClient:
    """The connection to Alpha Vantage.

    Args:
        api_key: Part of the query, as the API requires; never part of a message.
        base_url: Address of the API.
        budget: The requests that the plan allows.
        max_cooldown: Upper bound of a cooldown in seconds.
        breaker: Opens when Alpha Vantage rejects a request by its rate limit.
    """

    def __init__(
        self,
        api_key: SecretStr,
        base_url: str,
        budget: ProviderBudget,
        *,
        max_cooldown: float = _MAX_COOLDOWN,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self._key = api_key
        self._http = SourceHttpClient(NAME, base_url)
        self._budget = budget
        self._breaker = breaker or CircuitBreaker(
            NAME, cooldown=_COOLDOWN, max_cooldown=min(_MAX_COOLDOWN, max_cooldown)
        )

    async def ask(self, function: str, **params: str) -> Mapping[str, object]:
        """Returns a response that has data.

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
            answer = await self._get({"function": function, **params})
        except ProviderRateLimitedError as error:
            self._breaker.failure(error.retry_after)
            raise
        self._breaker.success()
        return answer

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def _get(self, params: Mapping[str, str]) -> Mapping[str, object]:
        query = {**params, "apikey": self._key.get_secret_value()}
        response = await self._http.get("/query", params=query)
        if error := status_error(response.status):
            raise error
        try:
            answer = json.loads(response.body)
        except (RecursionError, ValueError) as error:
            raise ProviderBadPayloadError(NAME, "the response is not JSON") from error
        if not isinstance(answer, dict):
            raise ProviderBadPayloadError(NAME, "the response is not an object")
        if problem := response_error(answer):
            raise problem
        return answer
