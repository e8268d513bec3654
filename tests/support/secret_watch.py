"""Looks over the shoulder of every test: no log record may contain a secret of the tests."""

import logging
from collections.abc import Iterable
from typing import Final

MARKER: Final = "LEAK7MARKER"
"""A part of every secret of a service under test."""

SECRETS: Final = (
    "K3YTHATNOBODYSEES",
    MARKER,
    "hunter2",
    "marker-5f3a",
    "p@ss/w:rd%21",
    "sk-test-0123456789",
    "sk-of-the-tests",
)
"""What tests hand out as keys and passwords."""


class SecretWatch(logging.Handler):
    """Stands at the root of all loggers.

    Attributes:
        found: What was logged with a secret in it.
    """

    def __init__(self, secrets: Iterable[str] = SECRETS) -> None:
        super().__init__()
        self.found: list[str] = []
        self._secrets = tuple(secrets)

    def emit(self, record: logging.LogRecord) -> None:
        """Looks at one record, with its exception as it would be printed."""
        text = self.format(record)
        if any(secret in text for secret in self._secrets):
            self.found.append(text)
