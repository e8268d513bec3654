"""A circuit breaker: stops calls to an upstream that failed, for a cooldown that grows with each failure."""

import random
import time
from collections.abc import Callable

from shared.errors import BreakerOpenError


class CircuitBreaker:
    """Admits or refuses calls to one upstream; used from one event loop.

    Closed, it admits every call. After ``threshold`` consecutive failures it is open for ``cooldown``
    seconds. Then it is half-open: it admits one trial call. Success closes it, failure opens it for
    ``growth`` times the last cooldown, up to ``max_cooldown``. If a trial never reports its outcome, another
    one is admitted after a further cooldown.

    ::

        breaker.check()
        try:
            response = await call()
        except UpstreamDown as error:
            breaker.failure(error.retry_after)
            raise
        breaker.success()

    Args:
        name: Name of the upstream; safe to show.
        clock: Monotonic seconds.
        cooldown: Seconds of the first cooldown.
        max_cooldown: Upper bound in seconds of a cooldown that grew.
        max_retry_after: Upper bound in seconds of a cooldown that the upstream asked for; ``max_cooldown`` by
            default.
        growth: Factor by which a failed trial lengthens the cooldown; 1 where a trial is cheap.
        threshold: Consecutive failures that open it.
        jitter: Returns 0 to 1. A cooldown is lengthened by up to a fifth of itself, so that workers do not
            retry at the same moment.
    """

    def __init__(
        self,
        name: str,
        clock: Callable[[], float] = time.monotonic,
        *,
        cooldown: float = 5.0,
        max_cooldown: float = 300.0,
        max_retry_after: float | None = None,
        growth: float = 2.0,
        threshold: int = 1,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self._clock = clock
        self._cooldown = cooldown
        self._max_cooldown = max_cooldown
        self._max_retry_after = max_cooldown if max_retry_after is None else max_retry_after
        self._growth = growth
        self._threshold = threshold
        self._jitter = jitter
        self._failures = 0
        self._open_until = 0.0
        self._trial_until = 0.0

    @property
    def failures(self) -> int:
        """Consecutive failures."""
        return self._failures

    @property
    def closed(self) -> bool:
        """Returns whether every call is admitted."""
        return self._failures < self._threshold

    def remaining_cooldown(self) -> float:
        """Returns the seconds until the next call is admitted; 0 when one is admitted now."""
        if self.closed:
            return 0.0
        return max(0.0, max(self._open_until, self._trial_until) - self._clock())

    def allow(self) -> bool:
        """Returns whether a call is admitted. While a trial call is running, no other call is."""
        if self.closed:
            return True
        if self.remaining_cooldown() > 0:
            return False
        self._trial_until = self._clock() + self._cooldown
        return True

    def check(self) -> None:
        """Does the same as :meth:`allow` and raises instead of returning False.

        Raises:
            BreakerOpenError: The call is not admitted; its ``retry_after`` is the remaining cooldown.
        """
        if not self.allow():
            raise BreakerOpenError(self.name, self.remaining_cooldown())

    def success(self) -> None:
        """Records a successful call: closes the breaker."""
        self._failures = 0
        self._open_until = self._trial_until = 0.0

    def failure(self, retry_after: float | None = None) -> None:
        """Records a failed call.

        Calls that were running together when the breaker opened count as one failure.

        Args:
            retry_after: Seconds that the upstream asked for: the cooldown is at least that long, and the
                breaker opens immediately.
        """
        now = self._clock()
        if now >= self._open_until:
            self._failures += 1
            if retry_after is not None:
                self._failures = max(self._failures, self._threshold)
            if not self.closed:
                self._open_until = now + self._next_cooldown()
        if retry_after is not None:
            self._open_until = max(self._open_until, now + min(retry_after, self._max_retry_after))
        self._trial_until = 0.0

    def adopt(self, failures: int, cooldown: float) -> None:
        """Adopts the state of another worker's breaker if it is more severe.

        Args:
            failures: Consecutive failures.
            cooldown: Remaining cooldown in seconds; 0 or less when a trial is due.
        """
        self._failures = max(self._failures, failures)
        longest = max(self._max_cooldown, self._max_retry_after)
        self._open_until = max(self._open_until, self._clock() + min(cooldown, longest))

    def _next_cooldown(self) -> float:
        # The exponent is bounded, as the cooldown is: 2.0**1024 overflows.
        exponent = min(self._failures - self._threshold, 32)
        cooldown = self._cooldown * self._growth**exponent * (1 + 0.2 * self._jitter())
        return min(cooldown, self._max_cooldown)
