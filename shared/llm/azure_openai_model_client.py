"""The client of Azure OpenAI, with a key or the managed identity."""

from typing import Self

from shared.config.model_settings import ModelSettings
from shared.llm.azure_token import AzureTokens
from shared.llm.chat_completions.protocol_client import OpenAIProtocolClient


class AzureOpenAIModelClient(OpenAIProtocolClient):
    """Client of Azure OpenAI's v1 interface, which names a deployment instead of a model."""

    provider = "azure_openai"

    @classmethod
    def from_settings(cls, settings: ModelSettings) -> Self | None:
        """Returns the configured client; None without an endpoint.

        Without a key the managed identity signs in.
        """
        given = settings.azure_openai
        if given.endpoint is None or given.deployment is None:
            return None
        key = given.api_key or AzureTokens(cls.provider)
        base_url = f"{given.endpoint.rstrip('/')}/openai/v1/"
        return cls._configured(settings, given.deployment, key, base_url, behind=given.model)
