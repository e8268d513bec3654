"""Builds the queue of webhook deliveries and its poison queue from the settings."""

from typing import TYPE_CHECKING

from shared.app.embedded import embedded_stores

if TYPE_CHECKING:
    from shared.config.settings import Settings
    from shared.queue.message_queue import MessageQueue


def build_message_queue(settings: "Settings", name: str) -> "MessageQueue":
    """Returns a queue: of the storage account, of the storage emulator, the embedded one, or none.

    Raises:
        ConfigurationError: The module of the embedded stores cannot be imported.
    """
    from shared.queue.azure_queue import AzureMessageQueue, with_connection_string, with_identity
    from shared.queue.unconfigured_queue import UnconfiguredQueue

    webhooks = settings.webhooks
    if webhooks.queue_url is not None:
        return AzureMessageQueue(name, with_identity(webhooks.queue_url))
    if webhooks.queue_connection is not None:
        return AzureMessageQueue(name, with_connection_string(webhooks.queue_connection.get_secret_value()))
    # Without the module the other stores are servers, and the app runs without a queue as it does on Azure.
    if settings.is_local and settings.app.embedded_stores_module is not None:
        return embedded_stores(settings).embedded_queue(settings.app.data_dir, name)
    return UnconfiguredQueue(name)
