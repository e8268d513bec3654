"""Names of keys in Redis: the one place that knows the prefix and the version of the keys."""

from typing import Final

KEY_VERSION: Final = "v1"
"""Version of the stored values. A change of their format changes it, so that old values are never read."""


class RedisKeys:
    """Builds the names of keys: ``{prefix}:v1:{part}:{part}``.

    Args:
        prefix: Begins every key of this service (``CACHE_PREFIX``).
    """

    def __init__(self, prefix: str) -> None:
        self.root = f"{prefix}:{KEY_VERSION}"
        """Prefix and version, without the last colon."""

    def key(self, *parts: str) -> str:
        """Returns the name of a key."""
        return ":".join((self.root, *parts))
