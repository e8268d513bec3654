"""host.json and local.settings.json, as the Functions host and Core Tools read them."""

import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shared.errors import ConfigurationError

DEFAULT_PORT: Final = 7071
_HIGHEST_PORT: Final = 65535


@dataclass(frozen=True)
class HostSettings:
    """The settings of the two files.

    Attributes:
        route_prefix: First part of every route, without slashes; may be empty.
        port: The port of Core Tools.
        cors_origins: Origins whose pages may call; ``*`` for all.
        cors_credentials: Whether browsers may send credentials.
        values: App settings, which become environment variables.
    """

    route_prefix: str
    port: int
    cors_origins: tuple[str, ...]
    cors_credentials: bool
    values: dict[str, str]

    def apply_values(self, environ: MutableMapping[str, str]) -> None:
        """Adds the app settings to the environment; existing variables win, as in Core Tools."""
        for name, value in self.values.items():
            environ.setdefault(name, value)


def read_host_settings(folder: Path) -> HostSettings:
    """Reads ``host.json``, and ``local.settings.json`` or, where there is none, the sample.

    Raises:
        ConfigurationError: A file is missing or malformed; the message names it.
    """
    host = _JsonFile(folder / "host.json")
    if host.content.get("version") != "2.0":
        raise host.error('version must be "2.0"')
    local_path = folder / "local.settings.json"
    local = _JsonFile(local_path if local_path.exists() else folder / "local.settings.sample.json")
    if local.content.get("IsEncrypted"):
        raise local.error("IsEncrypted must be false: encrypted settings can be read by Core Tools only")
    prefix: str = host.value("extensions.http.routePrefix", str, "api")
    origins: str = local.value("Host.CORS", str, "")
    cors_origins = tuple(part.strip().rstrip("/") for part in origins.split(",") if part.strip())
    credentials: bool = local.value("Host.CORSCredentials", bool, False)
    if credentials and "*" in cors_origins:
        raise local.error("Host.CORSCredentials requires named origins in Host.CORS: browsers reject *")
    return HostSettings(
        route_prefix=prefix.strip("/"),
        port=_port(local),
        cors_origins=cors_origins,
        cors_credentials=credentials,
        values=_values(local),
    )


class _JsonFile:
    """A JSON file with an object."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        try:
            content = json.loads(path.read_text("utf-8-sig"))
        except OSError as error:
            raise self.error(f"cannot be read ({error.strerror})") from None
        except ValueError as error:
            raise self.error(f"is not valid JSON ({error})") from None
        if not isinstance(content, dict):
            raise self.error("must contain a JSON object")
        self.content: dict[str, Any] = content

    def error(self, message: str) -> ConfigurationError:
        """Returns an error that names the file, without values, which may be secret."""
        return ConfigurationError(f"{self._name}: {message}")

    def value(self, key: str, kind: type, default: Any) -> Any:  # noqa: ANN401 - as JSON has it
        """Returns the value at a dotted key, or the default if it is absent or null."""
        *sections, name = key.split(".")
        place = self.content
        for position, section in enumerate(sections):
            place = place.get(section, {})
            if not isinstance(place, dict):
                raise self.error(f"{'.'.join(sections[: position + 1])} must be an object")
        value = place.get(name)
        if value is None:
            return default
        if type(value) is not kind:
            raise self.error(f"{key} must be of type {kind.__name__}")
        return value


def _port(local: _JsonFile) -> int:
    port: int = local.value("Host.LocalHttpPort", int, DEFAULT_PORT)
    if not 0 < port <= _HIGHEST_PORT:
        raise local.error("Host.LocalHttpPort must be a port number")
    return port


def _values(local: _JsonFile) -> dict[str, str]:
    values: dict[str, Any] = local.value("Values", dict, {})
    for name, value in values.items():
        if not isinstance(value, str):
            raise local.error(f"Values.{name} must be a string")
    return values
