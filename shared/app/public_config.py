"""The part of the configuration that clients may see."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from shared import __version__

if TYPE_CHECKING:
    from shared.config.settings import ModelSettings, Settings
    from shared.llm.model_factory import ModelClientFactory


def public_config(settings: "Settings", models: "ModelClientFactory") -> dict[str, Any]:
    """Returns the settings that a front end needs; named one by one, so that no secret is included."""
    statuses = models.providers()
    return {
        "environment": settings.environment,
        "version": __version__,
        "model": {
            "provider": settings.model.provider,
            "name": next((status.model for status in statuses if status.default), None),
        },
        "features": {
            "model_fallback": settings.model.allow_fallback,
            "offline_model": "offline" in settings.model.fallback_order,
            "sample_data": settings.market_data.sample.enabled,
        },
        "market_data_sources": settings.market_data.sources,
        "limits": {
            "chat_per_minute": settings.limits.chat_per_minute,
            "reports_per_minute": settings.limits.reports_per_minute,
            "streams_per_caller": settings.limits.streams_per_caller,
            "body_bytes": settings.limits.body_bytes,
        },
    }


def model_overview(settings: "ModelSettings", models: "ModelClientFactory") -> dict[str, Any]:
    """Returns the model providers, which of them are configured, and the fallback order."""
    return {
        "providers": [asdict(status) for status in models.providers()],
        "default": settings.provider,
        "fallback_order": settings.fallback_order if settings.allow_fallback else (),
    }
