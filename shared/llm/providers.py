"""The model providers there are: each built from the settings, or None where it is not configured."""

from collections.abc import Callable, Mapping
from typing import Final

from shared.config.settings import Settings
from shared.llm.azure_openai_model_client import AzureOpenAIModelClient
from shared.llm.base_model_client import BaseModelClient
from shared.llm.grok_model_client import GrokModelClient
from shared.llm.offline_model_client import OfflineModelClient
from shared.llm.openai_model_client import OpenAIModelClient

Build = Callable[[Settings], BaseModelClient | None]


def _openai(settings: Settings) -> BaseModelClient | None:
    given = settings.model.openai
    if given.api_key is None:
        return None
    model = _model(settings, "openai", given.model)
    return OpenAIModelClient("openai", model, api_key=given.api_key, base_url=given.base_url)


def _azure_openai(settings: Settings) -> BaseModelClient | None:
    given = settings.model.azure_openai
    if given.endpoint is None or given.deployment is None:
        return None
    deployment = _model(settings, "azure_openai", given.deployment)
    return AzureOpenAIModelClient(deployment, endpoint=given.endpoint, api_key=given.api_key)


def _grok(settings: Settings) -> BaseModelClient | None:
    given = settings.model.grok
    if given.api_key is None:
        return None
    model = _model(settings, "grok", given.model)
    return GrokModelClient(model, api_key=given.api_key, base_url=given.base_url)


def _offline(settings: Settings) -> BaseModelClient | None:
    return OfflineModelClient() if settings.is_local else None


def _model(settings: Settings, provider: str, own: str) -> str:
    """The provider's own model, or the one MODEL_NAME gives the default provider."""
    return settings.model.name or own if settings.model.provider == provider else own


PROVIDERS: Final[Mapping[str, Build]] = {
    "openai": _openai,
    "azure_openai": _azure_openai,
    "grok": _grok,
    "offline": _offline,
}
