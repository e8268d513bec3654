"""Counters of one run of the scheduled refresh, and its outcome."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from shared.refresh.failing_items import FailingItem
from shared.refresh.plan import RefreshItem
from shared.refresh.progress import RefreshSummary, RunOutcome

DEADLINE_NOTE: Final = "the deadline ended the run"
SUCCESS_SHARE: Final = 0.9
"""Share of the tried items that a run must have refreshed to count as a success."""
MAX_SET_ASIDE_SHARE: Final = 0.1
"""Share of all items; with more than these set aside, and of more than one symbol, no run is complete."""

_MAX_NAMED: Final = 20


@dataclass
class RunCounts:
    """Counters of one run.

    Attributes:
        items: Number of items of all symbols, due or not.
        failures: Codes of the items that failed in this run.
        settled: Items that were refreshed in this run, or that no source has.
        failing: The items whose last attempts failed: of the runs before, until this one has ended.
    """

    started_at: datetime
    symbols: tuple[str, ...] = ()
    items: int = 0
    attempted: int = 0
    refreshed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    failures: dict[RefreshItem, str] = field(default_factory=dict)
    settled: set[RefreshItem] = field(default_factory=set)
    failing: Mapping[RefreshItem, FailingItem] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)
    database_unavailable: bool = False

    def fail(self, items: Iterable[RefreshItem], code: str) -> None:
        """Counts items that failed."""
        for item in items:
            self.failures[item] = code
            self.failed[code] += 1

    def outcome(self) -> RunOutcome:
        """Returns the outcome; items that are set aside do not count."""
        failed = self._new_failures()
        complete = not failed and not self.skipped["deadline"] and not self.notes
        if complete:
            return "partial" if self._too_many_set_aside() else "ok"
        return "failed" if failed and not self.refreshed else "partial"

    def set_aside(self) -> dict[RefreshItem, FailingItem]:
        """Returns the items that are set aside."""
        return {item: failing for item, failing in self.failing.items() if failing.is_set_aside}

    def summary(
        self,
        outcome: RunOutcome,
        finished_at: datetime,
        upstream_requests: int = 0,
        before: RefreshSummary | None = None,
    ) -> RefreshSummary:
        """Returns the summary of the finished run.

        Args:
            outcome: How the run ended.
            finished_at: When it ended.
            upstream_requests: Requests to sources.
            before: Summary of the run before; None without one.
        """
        earlier = before.last_success_at if before else None
        set_aside = self.set_aside()
        return RefreshSummary(
            outcome=outcome,
            started_at=self.started_at,
            finished_at=finished_at,
            symbols=len(self.symbols),
            attempted=self.attempted,
            refreshed=self.refreshed,
            skipped=dict(self.skipped),
            failed=dict(self.failed),
            upstream_requests=upstream_requests,
            duration_ms=round((finished_at - self.started_at).total_seconds() * 1000),
            notes=tuple(self.notes),
            last_success_at=finished_at if self._is_success(outcome) else earlier,
            set_aside=dict(Counter(failing.code for failing in set_aside.values())),
            set_aside_items=item_names(set_aside),
        )

    def _new_failures(self) -> int:
        set_aside = self.set_aside()
        return sum(item not in set_aside for item in self.failures)

    def _too_many_set_aside(self) -> bool:
        set_aside = self.set_aside()
        several = len({symbol for _, symbol in set_aside}) > 1
        return several and len(set_aside) > MAX_SET_ASIDE_SHARE * self.items

    def _is_success(self, outcome: RunOutcome) -> bool:
        if outcome != "partial":
            return outcome == "ok"
        # Where the deadline ends every run, the oldest data are refreshed first: the refresh works.
        if self.notes.keys() - {DEADLINE_NOTE} or self._too_many_set_aside() or not self.refreshed:
            return False
        return self.refreshed >= SUCCESS_SHARE * (self.refreshed + self._new_failures())


def item_names(items: Iterable[RefreshItem]) -> tuple[str, ...]:
    """Returns the names of items, as ``news of AAPL``; at most twenty."""
    names: Sequence[str] = sorted(f"{kind} of {symbol}" for kind, symbol in items)
    return tuple(names[:_MAX_NAMED])
