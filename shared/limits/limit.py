"""What a limit is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """An amount that may be used within a time.

    Attributes:
        name: Name of what is counted.
        amount: Largest amount.
        seconds: Length of the time.
    """

    name: str
    amount: int
    seconds: int
