"""Grok by xAI: the OpenAI protocol at xAI's address."""

from pydantic import SecretStr

from shared.llm.openai_model_client import OpenAIModelClient


class GrokModelClient(OpenAIModelClient):
    """Grok."""

    def __init__(self, model: str, *, api_key: SecretStr, base_url: str) -> None:
        super().__init__("grok", model, api_key=api_key, base_url=base_url)
