"""OpenAI."""

from typing import TYPE_CHECKING

from pydantic import SecretStr

from shared.llm.openai_protocol import CONNECT_SECONDS, SILENCE_SECONDS, OpenAIProtocolClient

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class OpenAIModelClient(OpenAIProtocolClient):
    """OpenAI, or a server that speaks its protocol.

    Args:
        provider: Name it goes by.
        model: Name of the model.
        api_key: Key of the account.
        base_url: Where it is, with ``/v1``.
    """

    def __init__(self, provider: str, model: str, *, api_key: SecretStr, base_url: str) -> None:
        super().__init__(provider, model)
        self._api_key = api_key
        self._base_url = base_url

    def _build(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI, Timeout

        return AsyncOpenAI(
            api_key=self._api_key.get_secret_value(),
            base_url=self._base_url,
            timeout=Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
            # Retrying is falling back: the factory's business, with its own deadline.
            max_retries=0,
        )
