"""A monotonic clock that a test moves by hand."""

from dataclasses import dataclass


@dataclass
class HandSeconds:
    """Returns the seconds that the test has set."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now
