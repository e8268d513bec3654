"""One line of the table that ``make bench`` prints."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """A figure measured in one run, beside what it has to be; one that only tells has no bound.

    Attributes:
        name: What was measured.
        value: The median; a ratio unless ``name`` says otherwise.
        lowest: The lowest of the rounds.
        highest: The highest of the rounds.
        bound: Whether ``target`` is a ceiling or a floor.
        target: What the value has to be.
    """

    name: str
    value: float
    lowest: float
    highest: float
    bound: Literal["at most", "at least"] | None = None
    target: float | None = None

    @property
    def reached(self) -> bool:
        """Whether the value is what it has to be."""
        if self.target is None:
            return True
        return self.value <= self.target if self.bound == "at most" else self.value >= self.target

    def __str__(self) -> str:
        spread = f"({self.lowest:.2f} to {self.highest:.2f})"
        measured = f"{self.name:<72} {self.value:7.2f} {spread:<18}"
        if self.target is None:
            return measured.rstrip()
        return f"{measured} {self.bound} {self.target:g}  {'ok' if self.reached else 'MISSED'}"
