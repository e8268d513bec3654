"""Reads the configuration from files, environment variables and Key Vault into one frozen object."""

import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.config.key_vault import AzureKeyVault, SecretStoreFactory, fetch_secrets
from shared.config.layers import Layer, LayerValue, OverrideMode, dotted, nested, read_environment, read_file
from shared.config.names import Environment
from shared.config.rules import find_errors
from shared.config.settings import Settings
from shared.config.variables import SettingKey, settings_variables
from shared.domain.validation_messages import validation_message
from shared.errors import ConfigurationError

_DIRECTORY: Final = Path(__file__).resolve().parents[2] / "config"
_ENVIRONMENTS: Final[dict[str, Environment]] = {
    **dict.fromkeys(("local", "dev", "development"), "local"),
    **dict.fromkeys(("k8s-local", "k8s", "local-k8s"), "k8s-local"),
    **dict.fromkeys(("staging", "stage", "stg"), "staging"),
    **dict.fromkeys(("production", "prod"), "production"),
}
_ON_AZURE: Final = ("WEBSITE_INSTANCE_ID", "WEBSITE_SITE_NAME", "WEBSITE_SKU", "WEBSITE_POD_NAME")
_VAULT_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{2,23}")
_VAULT_URI: Final = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?/?")
_UNRESOLVED: Final = "@microsoft.keyvault("
_BOOLEANS: Final = {
    **dict.fromkeys(("1", "true", "t", "yes", "y", "on"), True),
    **dict.fromkeys(("", "0", "false", "f", "no", "n", "off"), False),
}

_log = logging.getLogger(__name__)


# Not pydantic-settings: it composes the names of nested fields (REDIS__PORT), expects lists as JSON, reads
# Key Vault secret by secret, and does not report the origin of an invalid value.
class ConfigLoader:
    """Reads the configuration.

    Args:
        directory: Folder of ``config.yaml`` and its overlays.
        environ: Environment variables; by default those of the process at the time of loading.
        open_vault: Opens a Key Vault.
    """

    def __init__(
        self,
        directory: Path = _DIRECTORY,
        environ: Mapping[str, str] | None = None,
        open_vault: SecretStoreFactory = AzureKeyVault,
    ) -> None:
        self._directory = directory
        self._environ = environ
        self._open_vault = open_vault

    def load_config(self) -> Settings:
        """Returns the settings.

        The layers are base file, overlay, environment variables and Key Vault; later ones override.

        Raises:
            ConfigurationError: The configuration is invalid. The message has one sentence per error with
                file, key and variable, never a value.
        """
        environ = dict(os.environ if self._environ is None else self._environ)
        environment = environment_of(environ)
        mode = _override_mode(environ, environment)
        variables = settings_variables()
        errors: list[str] = []
        layer = read_file(self._directory / "config.yaml", variables, errors)
        overlay = self._directory / f"config.{environment}.yaml"
        if overlay.exists():
            layer |= read_file(overlay, variables, errors)
        overrides, ignored = read_environment(environ, variables, mode)
        layer |= overrides
        layer |= self._vault_layer(environ, environment)
        if ignored:
            _log.warning(
                "environment variables ignored (CONFIG_ENV_OVERRIDE_MODE=%s): %s",
                mode,
                ", ".join(sorted(ignored)),
            )
        return _Validation(environment, layer, mode, ignored, errors).settings()

    def _vault_layer(self, environ: Mapping[str, str], environment: Environment) -> Layer:
        if not _flag(environ, "USE_AZURE_KEYVAULT"):
            return {}
        uri = _vault_uri(environ)
        wanted = {variable.vault_name: variable for variable in settings_variables() if variable.env.vault}
        try:
            found = fetch_secrets(self._open_vault(uri), tuple(wanted), place=uri)
        except ConfigurationError as error:
            if environment in ("staging", "production"):
                raise
            _log.warning("%s; continuing without Key Vault", error)
            return {}
        if missing := sorted(wanted.keys() - found.keys()):
            _log.warning("Key Vault %s: secrets not found: %s", uri, ", ".join(missing))
        return {wanted[name].key: LayerValue(secret.strip(), "Key Vault") for name, secret in found.items()}


class _Validation:
    """Validates the values; reports all errors together."""

    def __init__(
        self,
        environment: Environment,
        layer: Layer,
        mode: OverrideMode,
        ignored: frozenset[str],
        errors: list[str],
    ) -> None:
        self._environment = environment
        self._layer = layer
        self._mode = mode
        self._ignored = ignored
        self._errors = errors
        self._names = {variable.key: variable.env.variable for variable in settings_variables()}

    def settings(self) -> Settings:
        """Returns the settings.

        Raises:
            ConfigurationError: A value is invalid.
        """
        for key, value in self._layer.items():
            if _unresolved(value.raw):
                self._add(key, "the Key Vault reference was not resolved")
        try:
            settings = Settings.model_validate({**nested(self._layer), "environment": self._environment})
        except ValidationError as error:
            for details in error.errors(include_url=False, include_input=False):
                self._add(_key_of(details), validation_message(details))
        else:
            for key, message in find_errors(settings):
                self._add(key, message)
            if not self._errors:
                return settings
        raise ConfigurationError("; ".join(self._errors))

    def _add(self, key: SettingKey, message: str) -> None:
        name = self._names.get(key)
        value = self._layer.get(key)
        where = f"{dotted(key)} ({name})" if name else dotted(key)
        origin = f", from {value.origin}" if value else ""
        note = ""
        if name in self._ignored:
            note = f" ({name} is set, but ignored because of CONFIG_ENV_OVERRIDE_MODE={self._mode})"
        self._errors.append(f"{where}{origin}: {message}{note}")


def environment_of(environ: Mapping[str, str]) -> Environment:
    """Returns the environment that ``APP_ENV`` names; aliases are accepted.

    Raises:
        ConfigurationError: The value is unknown, or missing on Azure.
    """
    raw = environ.get("APP_ENV", "").strip().lower()
    if not raw:
        if is_on_azure(environ):
            # The default (local) would serve sample data from an embedded database there.
            raise ConfigurationError("APP_ENV must be set on Azure: staging or production")
        return "local"
    if raw not in _ENVIRONMENTS:
        raise ConfigurationError(f"APP_ENV must be one of {', '.join(_ENVIRONMENTS)}")
    return _ENVIRONMENTS[raw]


def is_on_azure(environ: Mapping[str, str]) -> bool:
    """Returns whether the process runs on Azure, and not under Core Tools."""
    named = any(environ.get(name) for name in _ON_AZURE)
    return named and not environ.get("FUNCTIONS_CORETOOLS_ENVIRONMENT")


def _override_mode(environ: Mapping[str, str], environment: Environment) -> OverrideMode:
    raw = environ.get("CONFIG_ENV_OVERRIDE_MODE", "").strip().lower()
    if not raw:
        return "all" if environment == "local" else "secrets-only"
    modes: tuple[OverrideMode, ...] = get_args(OverrideMode)
    for mode in modes:
        if raw == mode:
            return mode
    raise ConfigurationError(f"CONFIG_ENV_OVERRIDE_MODE must be one of {', '.join(modes)}")


def _flag(environ: Mapping[str, str], name: str) -> bool:
    flag = _BOOLEANS.get(environ.get(name, "").strip().lower())
    if flag is None:
        raise ConfigurationError(f"{name} must be true or false")
    return flag


def _vault_uri(environ: Mapping[str, str]) -> str:
    uri = environ.get("AZURE_KEYVAULT_URI", "").strip()
    name = environ.get("KEYVAULT_NAME", "").strip()
    if uri:
        if not _VAULT_URI.fullmatch(uri):
            raise ConfigurationError("AZURE_KEYVAULT_URI must be https://<name>.vault.azure.net")
        return uri.rstrip("/")
    if not name:
        raise ConfigurationError(
            "USE_AZURE_KEYVAULT is true: AZURE_KEYVAULT_URI or KEYVAULT_NAME must be set"
        )
    if not _VAULT_NAME.fullmatch(name):
        raise ConfigurationError("KEYVAULT_NAME must be 3 to 24 letters, digits and hyphens")
    return f"https://{name}.vault.azure.net"


def _unresolved(raw: object) -> bool:
    items = raw if isinstance(raw, list) else [raw]
    return any(isinstance(item, str) and _UNRESOLVED in item.lower() for item in items)


def _key_of(details: ErrorDetails) -> SettingKey:
    # An error in a list entry is reported for the list.
    return tuple(part for part in details["loc"] if isinstance(part, str))
