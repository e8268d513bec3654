"""Embedded stores: replacements for Redis, MongoDB and the queue on a machine without servers.

The deployed package does not contain them; a setting names the module that provides them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from shared.errors import ConfigurationError

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from shared.config.settings import Settings
    from shared.data.mongo import Client
    from shared.queue.message_queue import MessageQueue


class EmbeddedStores(Protocol):
    """The functions that the module named by ``EMBEDDED_STORES_MODULE`` provides."""

    def embedded_redis(self) -> "Redis":
        """Returns a client of the embedded Redis, which all clients of the process share."""

    def embedded_queue(self, data_dir: str, name: str) -> "MessageQueue":
        """Returns a queue that is kept in the file of the embedded database."""

    def embedded_mongo(self, data_dir: str) -> "Client":
        """Returns a client of the embedded database, whose file is in ``data_dir``."""


def embedded_stores(settings: "Settings") -> EmbeddedStores:
    """Imports the module that provides the embedded stores.

    Raises:
        ConfigurationError: No server is configured, and no module either; or the module cannot be imported.
    """
    name = settings.app.embedded_stores_module
    if name is None:
        raise ConfigurationError(
            "no server is configured for MongoDB, Redis or the queue: set MONGODB_URI, REDIS_HOST and "
            "WEBHOOK_QUEUE_URL, "
            "or EMBEDDED_STORES_MODULE=infra.local.embedded_stores on a developer's machine"
        )
    try:
        return cast(EmbeddedStores, import_module(name))
    except ImportError as error:
        raise ConfigurationError(f"EMBEDDED_STORES_MODULE: {name} cannot be imported: {error}") from error
