"""Sends requests to Tiingo, within the budget of the plan."""

import json
from collections.abc import Mapping, Sequence

from pydantic import SecretStr

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.http_client import ProviderBudget, SourceHttpClient
from shared.market.providers.tiingo.errors import NAME, response_error


class TiingoClient:
    """The connection to Tiingo.

    Args:
        api_key: Sent as a header, never part of an address.
        base_url: Address of the API.
        budget: The requests that the plan allows.
    """

    def __init__(self, api_key: SecretStr, base_url: str, budget: ProviderBudget) -> None:
        headers = {"Authorization": f"Token {api_key.get_secret_value()}", "Accept": "application/json"}
        self._http = SourceHttpClient(NAME, base_url, headers=headers)
        self._budget = budget

    async def get_list(self, path: str, **params: str) -> Sequence[object]:
        """Returns the records of a response.

        Raises:
            ProviderError: Any but ``ProviderInterruptedError``.
        """
        await self._budget.take()
        return await self._get(path, params)

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
