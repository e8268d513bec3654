"""What can be set: every field of the settings with its variable, and the variables that are no setting."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import get_origin

from pydantic import BaseModel

from shared.config.settings import Env, Settings

Key = tuple[str, ...]
"""Where a value stands in the YAML files: ``("redis", "port")``."""


@dataclass(frozen=True)
class Variable:
    """One field that files, the environment and perhaps Key Vault can set.

    Attributes:
        key: Where it stands in the files.
        env: Its environment variable.
        many: Whether it is a list, written with commas in a variable.
        description: What it means, for the documentation.
    """

    key: Key
    env: Env
    many: bool
    description: str

    @property
    def vault_name(self) -> str:
        """Its name in Key Vault, which takes letters, digits and hyphens only."""
        return self.env.variable.replace("_", "-")


@dataclass(frozen=True)
class Control:
    """A variable that is no setting: the loader, the Azure libraries or the Functions host read it.

    Attributes:
        variable: Its name.
        default: What holds when it is not set, for the documentation.
        description: What it means, for the documentation.
    """

    variable: str
    default: str
    description: str


CONTROLS = (
    Control("APP_ENV", "`local`; none on Azure", "`local`, `k8s-local`, `staging` or `production`"),
    Control(
        "CONFIG_ENV_OVERRIDE_MODE",
        "`all` in local, else `secrets-only`",
        "Which variables override the files: `all`, `secrets-only` or `none`",
    ),
    Control("USE_AZURE_KEYVAULT", "`false`", "Whether secrets are read from Azure Key Vault"),
    Control("AZURE_KEYVAULT_URI", "", "The vault, as `https://<name>.vault.azure.net`"),
    Control("KEYVAULT_NAME", "", "The vault's name, in place of its URI"),
    Control("AZURE_CLIENT_ID", "", "Client id of the user-assigned identity that signs in to Azure services"),
    Control(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        "Address of an OpenTelemetry collector (OTLP over HTTP) for metrics and traces; not on Azure",
    ),
    Control("CACHE_REFRESH_SCHEDULE", "", "When the cache is refreshed: six-field NCRONTAB, UTC"),
    Control("MIGRATIONS_SCHEDULE", "", "When the database is brought up to date: six-field NCRONTAB, UTC"),
)


@cache
def settings_variables() -> tuple[Variable, ...]:
    """Every field of the settings that can be set, in the order of the files."""
    return tuple(_variables(Settings, ()))


def _variables(section: type[BaseModel], prefix: Key) -> Iterator[Variable]:
    for name, field in section.model_fields.items():
        key = (*prefix, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _variables(field.annotation, key)
        for mark in field.metadata:
            if isinstance(mark, Env):
                yield Variable(key, mark, get_origin(field.annotation) is tuple, field.description or "")
