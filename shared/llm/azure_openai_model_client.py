"""Azure OpenAI: a deployment of a model, with a key or the managed identity."""

from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from shared.llm.openai_protocol import CONNECT_SECONDS, SILENCE_SECONDS, OpenAIProtocolClient

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_SCOPE: Final = "https://cognitiveservices.azure.com/.default"


class AzureOpenAIModelClient(OpenAIProtocolClient):
    """Azure OpenAI by its v1 interface, in which a deployment's name stands for the model's.

    Args:
        deployment: Name of the deployment.
        endpoint: ``https://<resource>.openai.azure.com``.
        api_key: Key of the resource; None signs in with the managed identity.
    """

    def __init__(self, deployment: str, *, endpoint: str, api_key: SecretStr | None) -> None:
        super().__init__("azure_openai", deployment)
        self._endpoint = endpoint
        self._api_key = api_key

    def _build(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI, Timeout

        from shared.llm.azure_token import azure_token_provider

        key = self._api_key.get_secret_value() if self._api_key else azure_token_provider(_SCOPE)
        return AsyncOpenAI(
            api_key=key,
            base_url=f"{self._endpoint.rstrip('/')}/openai/v1/",
            timeout=Timeout(SILENCE_SECONDS, connect=CONNECT_SECONDS),
            max_retries=0,
        )
