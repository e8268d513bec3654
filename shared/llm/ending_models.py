"""Warns at the start of a worker of configured models that their providers will end."""

import logging
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from shared.config.model_settings import ModelSettings
from shared.llm.model_end_dates import ModelEnd, find_model_end

_log = logging.getLogger(__name__)


def warn_of_ending_models(settings: ModelSettings, today: date) -> None:
    """Logs one warning for each configured model that has ended or ends within 60 days. Blocking.

    Args:
        settings: Configured models. A deployment of Azure OpenAI is looked up by its name, which the template
            makes the model's name.
        today: Date in UTC.
    """
    for end in _ends(settings):
        if end.ends_soon(today):
            _log.warning("model end of life: %s", end.describe(today))


def _ends(settings: ModelSettings) -> Iterator[ModelEnd]:
    for provider, model in _configured_models(settings):
        if (end := find_model_end(provider, settings.model_of(provider) or model)) is not None:
            yield end


def _configured_models(settings: ModelSettings) -> Iterator[tuple[str, str]]:
    """Yields provider and model of what is configured at the providers' own addresses."""
    openai, grok, azure = settings.openai, settings.grok, settings.azure_openai
    if openai.api_key is not None and urlsplit(openai.base_url).hostname == "api.openai.com":
        yield "openai", openai.model
    if grok.api_key is not None and urlsplit(grok.base_url).hostname == "api.x.ai":
        yield "grok", grok.model
    if azure.endpoint is not None and azure.deployment is not None:
        yield "azure_openai", azure.model or azure.deployment
