"""Sends requests to Alpha Vantage, within the budget of the plan."""

import json
from collections.abc import Mapping

from pydantic import SecretStr

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.alpha_vantage.errors import NAME, response_error, status_error
from shared.market.providers.http_client import ProviderBudget, SourceHttpClient


class AlphaVantageClient:
    """The connection to Alpha Vantage.

    Args:
        api_key: Part of the query, as the API requires; never part of a message.
        base_url: Address of the API.
        budget: The requests that the plan allows.
    """

    def __init__(
        self,
        api_key: SecretStr,
        base_url: str,
        budget: ProviderBudget,
    ) -> None:
        self._key = api_key
        self._http = SourceHttpClient(NAME, base_url)
        self._budget = budget

    async def ask(self, function: str, **params: str) -> Mapping[str, object]:
        """Returns a response that has data.

        Raises:
            ProviderError: Any but ``ProviderInterruptedError``.
        """
        await self._budget.take()
        return await self._get({"function": function, **params})

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
