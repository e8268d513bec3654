"""The client of OpenAI, or of any server with the same protocol."""

from typing import Self

from shared.config.model_settings import ModelSettings
from shared.llm.chat_completions.protocol_client import OpenAIProtocolClient


class OpenAIModelClient(OpenAIProtocolClient):
    """Client of OpenAI, or of any server with the same protocol."""

    provider = "openai"

    @classmethod
    def from_settings(cls, settings: ModelSettings) -> Self | None:
        """Returns the configured client; None without a key."""
        given = settings.openai
        if given.api_key is None:
            return None
        return cls._configured(settings, given.model, given.api_key, given.base_url)
