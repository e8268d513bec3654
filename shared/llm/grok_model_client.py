"""The client of Grok by xAI, which has the protocol of OpenAI."""

from typing import Self

from shared.config.model_settings import ModelSettings
from shared.llm.chat_completions.protocol_client import OpenAIProtocolClient


class GrokModelClient(OpenAIProtocolClient):
    """Client of Grok by xAI."""

    provider = "grok"

    @classmethod
    def from_settings(cls, settings: ModelSettings) -> Self | None:
        """Returns the configured client; None without a key."""
        given = settings.grok
        if given.api_key is None:
            return None
        return cls._configured(settings, given.model, given.api_key, given.base_url)
