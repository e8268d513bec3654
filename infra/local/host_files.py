"""host.json and local.settings.json, as the Functions host and Core Tools read them."""

import json
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shared.errors import ConfigurationError

DEFAULT_PORT: Final = 7071
_HIGHEST_PORT: Final = 65535
_BATCH_SIZE: Final = 16
_MAX_BATCH_SIZE: Final = 32
_TIME_SPAN: Final = re.compile(r"(\d\d):(\d\d):(\d\d)")


@dataclass(frozen=True)
class QueueSettings:
    """The section ``extensions.queues`` of host.json.

    Attributes:
        concurrency: Messages of one function that are handled at the same time.
        max_dequeue_count: Deliveries of a message to its function before it goes to the poison queue.
        visibility_timeout: Seconds until a message is delivered again after a failed run.
    """

    concurrency: int = 24
    max_dequeue_count: int = 5
    visibility_timeout: float = 0.0


@dataclass(frozen=True)
class HostSettings:
    """The settings of the two files.

    Attributes:
        route_prefix: First part of every route, without slashes; may be empty.
        port: The port of Core Tools.
        cors_origins: Origins whose pages may call; ``*`` for all.
        cors_credentials: Whether browsers may send credentials.
        values: App settings, which become environment variables.
        queues: How messages of queues are handled.
    """

    route_prefix: str
    port: int
    cors_origins: tuple[str, ...]
    cors_credentials: bool
    values: dict[str, str]
    queues: QueueSettings = QueueSettings()

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
        queues=_queues(host),
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


def _queues(host: _JsonFile) -> QueueSettings:
    """Returns the settings of queues, with the defaults of the host."""
    section = "extensions.queues"
    batch_size: int = host.value(f"{section}.batchSize", int, _BATCH_SIZE)
    threshold: int = host.value(f"{section}.newBatchThreshold", int, batch_size // 2)
    max_dequeue_count: int = host.value(f"{section}.maxDequeueCount", int, QueueSettings.max_dequeue_count)
    timeout: str = host.value(f"{section}.visibilityTimeout", str, "00:00:00")
    if not 1 <= batch_size <= _MAX_BATCH_SIZE or threshold < 0 or max_dequeue_count < 1:
        raise host.error(f"{section}: batchSize must be 1 to {_MAX_BATCH_SIZE}, the others not negative")
    if not (match := _TIME_SPAN.fullmatch(timeout)):
        raise host.error(f"{section}.visibilityTimeout must be written hh:mm:ss")
    hours, minutes, seconds = map(int, match.groups())
    return QueueSettings(batch_size + threshold, max_dequeue_count, hours * 3600 + minutes * 60 + seconds)


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
