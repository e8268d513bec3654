"""The counters of a group of daily budgets, as stored in the database."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class StoredBudget:
    """Counters of one group and one period.

    Attributes:
        since: Beginning of the period, in seconds since the epoch by the clock of Redis.
        counters: Amounts by name.
    """

    since: int
    counters: Mapping[str, int]
