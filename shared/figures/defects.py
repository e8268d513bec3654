"""Keeps defects of the check from costing an answer: they are logged and counted."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType

_log = logging.getLogger(__name__)


class Defects:
    """The defects that showed while the figures of one answer were checked.

    Attributes:
        count: Facts, questions, sentences and lines of tables that a defect left unread.
    """

    def __init__(self) -> None:
        self.count = 0

    def survived(self, read: str, symbols: Iterable[str]) -> "_Survived":
        """Ends a block where a defect shows, and goes on behind it.

        Args:
            read: What the block reads, for the log.
            symbols: The companies that it is about, for the log.
        """
        return _Survived(self, read, symbols)


@dataclass(slots=True)
class _Survived:
    """A block that a defect ends; no generator, since each sentence is in one."""

    defects: Defects
    read: str
    symbols: Iterable[str]

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        # The check marks an answer and never withholds it; the cause is logged.
        self.defects.count += 1
        _log.error(
            "figures check failed in %s; companies %s", self.read, ",".join(self.symbols), exc_info=error
        )
        return True
