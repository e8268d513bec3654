"""Keeps defects of the check from costing an answer: they are logged and counted."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_log = logging.getLogger(__name__)


class Defects:
    """The defects that showed while the figures of one answer were checked.

    Attributes:
        count: Facts, questions, sentences and lines of tables that a defect left unread.
    """

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def survived(self, read: str, symbols: str) -> Iterator[None]:
        """Ends a block where a defect shows, and goes on behind it.

        Args:
            read: What the block reads, for the log.
            symbols: The companies that it is about, for the log.
        """
        try:
            yield
        except Exception:  # noqa: BLE001 - the check marks an answer and never withholds it; the cause is logged
            self.count += 1
            _log.exception("figures check failed in %s; companies %s", read, symbols)
