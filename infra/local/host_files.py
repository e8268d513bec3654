"""host.json and local.settings.json, as the Functions host and Core Tools read them."""

import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shared.errors import ConfigurationError

DEFAULT_PORT: Final = 7071


@dataclass(frozen=True)
class HostSettings:
    """What the two files say.

    Attributes:
        route_prefix: First part of every route, without slashes; may be empty.
        port: The port Core Tools would listen on.
        cors_origins: Origins that browsers may call from; ``*`` for all.
        cors_credentials: Whether they may send credentials.
        values: App settings: environment variables for the app.
        source: The file the settings are from.
    """

    route_prefix: str
    port: int
    cors_origins: tuple[str, ...]
    cors_credentials: bool
    values: dict[str, str]
    source: str

    def apply_values(self, environ: MutableMapping[str, str]) -> None:
        """Sets the app settings in the environment; what is set there already wins, as in Core Tools."""
        for name, value in self.values.items():
            environ.setdefault(name, value)


def read_host_settings(folder: Path) -> HostSettings:
    """Reads ``host.json``, and ``local.settings.json`` or, where there is none, the sample.

    Raises:
        ConfigurationError: A file is missing or malformed; the message names it.
    """
    host = _read_json(folder / "host.json")
    local_path = folder / "local.settings.json"
    if not local_path.exists():
        local_path = folder / "local.settings.sample.json"
    local = _read_json(local_path)
    http = _section(_section(host, "extensions", "host.json"), "http", "host.json")
    host_section = _section(local, "Host", local_path.name)
    origins = str(host_section.get("CORS", ""))
    return HostSettings(
        route_prefix=str(http.get("routePrefix", "api")).strip("/"),
        port=_port(host_section.get("LocalHttpPort", DEFAULT_PORT), local_path.name),
        cors_origins=tuple(part.strip().rstrip("/") for part in origins.split(",") if part.strip()),
        cors_credentials=bool(host_section.get("CORSCredentials", False)),
        values=_values(local, local_path.name),
        source=local_path.name,
    )


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise ConfigurationError(f"{path.name} is not valid JSON: {error}.") from None
    if not isinstance(content, dict):
        raise ConfigurationError(f"{path.name} must hold a JSON object.")
    return content


def _section(content: dict[str, Any], name: str, file: str) -> dict[str, Any]:
    section = content.get(name, {})
    if not isinstance(section, dict):
        raise ConfigurationError(f"{file}: {name} must be an object.")
    return section


def _values(local: dict[str, Any], file: str) -> dict[str, str]:
    values = _section(local, "Values", file)
    for name, value in values.items():
        if not isinstance(value, str):
            # Core Tools refuses these too: app settings are strings.
            raise ConfigurationError(f"{file}: Values.{name} must be a string.")
    return values


def _port(value: object, file: str) -> int:
    if isinstance(value, int) and 0 < value < 65536:
        return value
    raise ConfigurationError(f"{file}: Host.LocalHttpPort must be a port number.")
