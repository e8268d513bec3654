"""The table of model providers. A new provider is a class and a line in the table."""

from collections.abc import Callable, Mapping
from typing import Final

from shared.config.settings import Settings
from shared.llm.azure_openai_model_client import AzureOpenAIModelClient
from shared.llm.base_model_client import BaseModelClient
from shared.llm.grok_model_client import GrokModelClient
from shared.llm.offline_model_client import OfflineModelClient
from shared.llm.openai_model_client import OpenAIModelClient

Build = Callable[[Settings], BaseModelClient | None]
"""Builds the client of a provider; None where it is not configured or not allowed."""

PROVIDERS: Final[Mapping[str, Build]] = {
    "openai": lambda settings: OpenAIModelClient.from_settings(settings.model),
    "azure_openai": lambda settings: AzureOpenAIModelClient.from_settings(settings.model),
    "grok": lambda settings: GrokModelClient.from_settings(settings.model),
    "offline": lambda settings: OfflineModelClient() if settings.is_local else None,
}
LOCAL_ONLY: Final = frozenset({"offline"})
"""Providers that exist only in local."""


def configured_clients(settings: Settings) -> dict[str, BaseModelClient]:
    """Returns the clients of the configured providers, by name.

    Args:
        settings: The settings.
    """
    built = {name: build(settings) for name, build in PROVIDERS.items()}
    return {name: client for name, client in built.items() if client is not None}
