"""The catalogue of settings and of environment variables that are read by others."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import get_origin

from pydantic import BaseModel

from shared.config.section import Env
from shared.config.settings import Settings

SettingKey = tuple[str, ...]
"""Path of a value in the YAML files: ``("redis", "port")``."""


@dataclass(frozen=True)
class Variable:
    """One field of the settings.

    Attributes:
        key: Path in the YAML files.
        env: Environment variable.
        is_list: Whether the value is a list, comma-separated in a variable.
        description: Meaning, for the documentation.
    """

    key: SettingKey
    env: Env
    is_list: bool
    description: str

    @property
    def vault_name(self) -> str:
        """Returns the name in Key Vault, which allows letters, digits and hyphens only."""
        return self.env.variable.replace("_", "-")


@dataclass(frozen=True)
class Control:
    """An environment variable that is not a setting; the loader, a library or the Functions host reads it.

    Attributes:
        variable: Name.
        default: Behaviour when it is not set, for the documentation.
        description: Meaning, for the documentation.
    """

    variable: str
    default: str
    description: str


CONTROLS = (
    Control("APP_ENV", "`local`; none on Azure", "`local`, `k8s-local`, `staging` or `production`"),
    Control(
        "CONFIG_ENV_OVERRIDE_MODE",
        "`all` in local, else `secrets-only`",
        "Environment variables that override the files: `all`, `secrets-only` or `none`",
    ),
    Control("USE_AZURE_KEYVAULT", "`false`", "Whether secrets are read from Azure Key Vault"),
    Control("AZURE_KEYVAULT_URI", "", "URI of the vault, as `https://<name>.vault.azure.net`"),
    Control("KEYVAULT_NAME", "", "Name of the vault, instead of its URI"),
    Control("AZURE_CLIENT_ID", "", "Client id of the user-assigned managed identity"),
    Control(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        "Address of an OpenTelemetry collector (OTLP over HTTP) for metrics and traces; not on Azure",
    ),
    Control("CACHE_REFRESH_SCHEDULE", "", "Schedule of the cache refresh: six-field NCRONTAB, UTC"),
    Control("BRIEFINGS_SCHEDULE", "", "Schedule of the briefings and alerts: six-field NCRONTAB, UTC"),
    Control("MIGRATIONS_SCHEDULE", "", "Schedule of the database migrations: six-field NCRONTAB, UTC"),
)


@cache
def settings_variables() -> tuple[Variable, ...]:
    """Returns every field of the settings in the order of the files."""
    return tuple(_variables(Settings, ()))


def _variables(section: type[BaseModel], prefix: SettingKey) -> Iterator[Variable]:
    for name, field in section.model_fields.items():
        key = (*prefix, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _variables(field.annotation, key)
        for mark in field.metadata:
            if isinstance(mark, Env):
                yield Variable(key, mark, get_origin(field.annotation) is tuple, field.description or "")
