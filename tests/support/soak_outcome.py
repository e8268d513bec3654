"""What came of a soak, and what must not come of it."""

import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

GRACE_SECONDS: Final = 25.0
"""After a fault is over: the cooldown is five seconds at first, ten after a failed trial."""
_STALL_GRACE_SECONDS: Final = 6.0
"""After a late answer: the cooldown of Redis is five seconds."""
_MORE_TASKS: Final = 2
_SHOWN: Final = 20
_REQUEST_ID: Final = re.compile(r"\b[0-9a-f]{32}\b")
_RECORD: Final = re.compile(r"^(?=\d{4}-\d\d-\d\dT)", re.MULTILINE)


@dataclass(frozen=True)
class Inside:
    """What the service holds.

    Attributes:
        tasks: Of its event loop.
        threads: Of the process.
        files: Open files and connections.
        objects: Of Python, as far as the garbage collector knows them.
        blocks: Of memory that Python's objects take, strings and bytes among them.
        kib: Memory (RSS), after what the allocator of C kept free was given back.
        at: When that was, in seconds of the monotonic clock.
    """

    tasks: int
    threads: int
    files: int
    objects: int
    blocks: int
    kib: int
    at: float


@dataclass
class Outcome:
    """What came of a soak.

    Attributes:
        answers: How many of each kind of request.
        faults: What was switched on, with the seconds of the monotonic clock from when until when.
        stalls: From when until when Redis answered late: this machine was held up, or a fault was on.
        bad: Answers that no client should get at a good time: when they were requested, when they came, what.
        strange: Answers outside the contract, at any time.
        samples: What the service held, after the warm-up.
        before: What it held when it was warm and idle.
        after: The same at the end.
    """

    answers: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, float, float]] = field(default_factory=list)
    stalls: list[tuple[float, float]] = field(default_factory=list)
    bad: list[tuple[float, float, str]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    samples: list[Inside] = field(default_factory=list)
    before: Inside | None = None
    after: Inside | None = None

    def memory_growth(self) -> float:
        """By how much memory grew over the samples, as a share of what it was: by linear regression."""
        line = statistics.linear_regression(
            [sample.at for sample in self.samples], [sample.kib for sample in self.samples]
        )
        seconds = self.samples[-1].at - self.samples[0].at
        return line.slope * seconds / statistics.median(sample.kib for sample in self.samples)

    @property
    def failed(self) -> Sequence[str]:
        """The bad answers that neither a fault nor a stall, nor the grace of one, excuses."""
        return [what for begins, ends, what in self.bad if not self._excuses(begins, ends)]

    def logged(self, output: str) -> str:
        """What the service logged of the requests that failed, to find out why.

        Args:
            output: All that it printed.
        """
        failed = set(_REQUEST_ID.findall(" ".join([*self.failed, *self.strange])))
        records = _RECORD.split(output)
        return "".join(record for record in records if not failed.isdisjoint(_REQUEST_ID.findall(record)))

    def _excuses(self, begins: float, ends: float) -> bool:
        bad_times = [(since, until + GRACE_SECONDS) for _, since, until in self.faults]
        bad_times += [(since, until + _STALL_GRACE_SECONDS) for since, until in self.stalls]
        return any(begins < until and ends >= since for since, until in bad_times)

    def _longest_stall(self) -> float:
        return max((until - since for since, until in self.stalls), default=0.0)

    def _mib(self) -> str:
        every = max(1, len(self.samples) // _SHOWN)
        return " ".join(str(sample.kib // 1024) for sample in self.samples[::every])

    def summary(self) -> str:
        """For people."""
        failed = self.failed
        lines = [
            f"answers       {self.answers.total()} ({_counts(self.answers)})",
            f"faults        {', '.join(name for name, _, _ in self.faults)}",
            f"stalls        {len(self.stalls)}, the longest {self._longest_stall():.2f} s",
            f"failed        {len(failed)} outside the faults, {len(self.bad) - len(failed)} within",
            f"strange       {len(self.strange)}",
            f"memory        {self.memory_growth():+.1%} over {len(self.samples)} samples; MiB: {self._mib()}",
            f"idle before   {self.before}",
            f"idle after    {self.after}",
            *failed[:_SHOWN],
            *self.strange[:_SHOWN],
        ]
        return "\n".join(lines)


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items()))


@dataclass(frozen=True)
class Bounds:
    """By how much the service may hold more than before.

    Attributes:
        memory: Share by which memory may have grown under load. It is what the worst moment took: what
            Python's allocator has once spread over its arenas it seldom gives back.
        blocks: Share by which the blocks may have grown that Python's objects take at rest.
        threads: More of them; pools may have grown to their bounds since.
        files: More of them, connections among them; idle ones are kept for a while.
    """

    memory: float
    blocks: float
    threads: int
    files: int


def mistakes(outcome: Outcome, bounds: Bounds) -> Sequence[str]:
    """What must not be: failures, and what the service holds more of than before."""
    before, after = outcome.before, outcome.after
    assert before is not None
    assert after is not None
    held = {
        "tasks": after.tasks - before.tasks > _MORE_TASKS,
        "threads": after.threads - before.threads > bounds.threads,
        "files": after.files - before.files > bounds.files,
        "blocks": after.blocks > before.blocks * (1 + bounds.blocks),
    }
    found = [f"more {name} than before: {before} and {after}" for name, more in held.items() if more]
    if outcome.failed or outcome.strange:
        found.append(f"{len(outcome.failed)} failures, {len(outcome.strange)} answers outside the contract")
    if outcome.memory_growth() > bounds.memory:
        found.append(f"memory grew by {outcome.memory_growth():.1%}")
    return found
