"""The part of the configuration that clients may see."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from shared import __version__
from shared.config.names import Environment, ModelProviderName, SourceName
from shared.llm.base_model_client import ProviderStatus

if TYPE_CHECKING:
    from shared.config.model_settings import ModelSettings
    from shared.config.settings import Settings
    from shared.llm.model_factory import ModelClientFactory


class DefaultModel(TypedDict):
    """The model that answers unless a request names another; ``name`` is None while it is not configured."""

    provider: ModelProviderName
    name: str | None


class Features(TypedDict):
    """The features and sources of this deployment."""

    model_fallback: bool
    offline_model: bool
    sample_data: bool


class PublicLimits(TypedDict):
    """Limits of a caller."""

    chat_per_minute: int
    reports_per_minute: int
    streams_per_caller: int
    body_bytes: int


class PublicConfig(TypedDict):
    """The settings that a front end needs."""

    environment: Environment
    version: str
    model: DefaultModel
    features: Features
    market_data_sources: list[SourceName]
    limits: PublicLimits


@dataclass(frozen=True)
class ModelOverview:
    """The model providers, the default one, and the order of fallbacks."""

    providers: tuple[ProviderStatus, ...]
    default: ModelProviderName
    fallback_order: tuple[ModelProviderName, ...]


def public_config(settings: "Settings", models: "ModelClientFactory") -> PublicConfig:
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
        "market_data_sources": list(settings.market_data.sources),
        "limits": {
            "chat_per_minute": settings.limits.chat_per_minute,
            "reports_per_minute": settings.limits.reports_per_minute,
            "streams_per_caller": settings.limits.streams_per_caller,
            "body_bytes": settings.limits.body_bytes,
        },
    }


def model_overview(settings: "ModelSettings", models: "ModelClientFactory") -> ModelOverview:
    """Returns the model providers, which of them are configured, and the fallback order."""
    return ModelOverview(
        providers=tuple(models.providers()),
        default=settings.provider,
        fallback_order=tuple(settings.fallback_order) if settings.allow_fallback else (),
    )
