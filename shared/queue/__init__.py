"""Message queues: Azure Storage, or the embedded queue on a machine without servers."""
