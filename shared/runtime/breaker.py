"""A circuit breaker: what failed is left alone for a while, and for longer each time it fails again."""

import random
import time
from collections.abc import Callable

from shared.errors import BreakerOpenError


class Breaker:
    """Guards calls to one thing outside; used from one event loop.

    Closed, it lets every call pass. After ``threshold`` failures in a row it is open for ``pause`` seconds,
    then lets a single call through as a trial: success closes it, failure opens it for ``growth`` times as
    long, up to ``max_pause``. A trial that never reports back does not keep it open: after another pause the
    next one may try.

    ::

        breaker.check()
        try:
            answer = await ask()
        except SomethingDown as error:
            breaker.failure(error.retry_after)
            raise
        breaker.success()

    Args:
        name: Of what is guarded; safe to show.
        clock: Monotonic seconds.
        pause: Seconds of the first pause.
        max_pause: Seconds that no pause exceeds, whatever was asked for.
        growth: By what a pause is multiplied when the trial after it fails; 1 where a trial costs little.
        threshold: Failures in a row that open it.
        jitter: Gives 0 to 1; a pause is stretched by up to a fifth of itself, so that workers do not all
            come back in the same moment.
    """

    def __init__(
        self,
        name: str,
        clock: Callable[[], float] = time.monotonic,
        *,
        pause: float = 5.0,
        max_pause: float = 300.0,
        growth: float = 2.0,
        threshold: int = 1,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self._clock = clock
        self._pause = pause
        self._max_pause = max_pause
        self._growth = growth
        self._threshold = threshold
        self._jitter = jitter
        self._failures = 0
        self._open_until = 0.0
        self._trial_until = 0.0

    @property
    def failures(self) -> int:
        """Failures in a row so far."""
        return self._failures

    @property
    def closed(self) -> bool:
        """Whether every call may pass."""
        return self._failures < self._threshold

    def open_for(self) -> float:
        """Seconds until the next call may pass; 0 when one may now. Changes nothing."""
        if self.closed:
            return 0.0
        return max(0.0, max(self._open_until, self._trial_until) - self._clock())

    def allow(self) -> bool:
        """Whether a call may pass; when it is the trial, no other passes until it reports back."""
        if self.closed:
            return True
        if self.open_for() > 0:
            return False
        self._trial_until = self._clock() + self._pause
        return True

    def check(self) -> None:
        """As :meth:`allow`, raising.

        Raises:
            BreakerOpenError: The call may not pass; it knows when one may.
        """
        if not self.allow():
            raise BreakerOpenError(self.name, self.open_for())

    def success(self) -> None:
        """The call worked: closes the breaker."""
        self._failures = 0
        self._open_until = self._trial_until = 0.0

    def failure(self, retry_after: float | None = None) -> None:
        """The call failed.

        Failures of calls that were under way together when it opened count as one.

        Args:
            retry_after: Seconds the other side asked to be left alone: the pause is at least that long, and
                the breaker opens at once.
        """
        now = self._clock()
        if now >= self._open_until:
            self._failures += 1
            if retry_after is not None:
                self._failures = max(self._failures, self._threshold)
            if not self.closed:
                self._open_until = now + self._next_pause()
        if retry_after is not None:
            self._open_until = max(self._open_until, now + min(retry_after, self._max_pause))
        self._trial_until = 0.0

    def adopt(self, failures: int, seconds: float) -> None:
        """Takes over what somebody else found out, where that is more than is known here.

        Args:
            failures: Failures in a row.
            seconds: For how long nothing may pass; 0 or less when the trial is due.
        """
        self._failures = max(self._failures, failures)
        self._open_until = max(self._open_until, self._clock() + min(seconds, self._max_pause))

    def _next_pause(self) -> float:
        # The exponent is bounded, as the pause is: 2.0**1024 overflows.
        again = min(self._failures - self._threshold, 32)
        pause = self._pause * self._growth**again * (1 + 0.2 * self._jitter())
        return min(pause, self._max_pause)
