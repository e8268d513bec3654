"""The health of an upstream (source, model or store): circuit breaker, last error and log of outages."""

import logging
import time
from collections.abc import Callable

from shared.runtime.circuit_breaker import CircuitBreaker
from shared.runtime.degraded import DegradedState


class UpstreamHealth:
    """Decides whether an upstream is called, and reports why it is not.

    One WARNING is logged when an outage begins and one INFO when it ends.

    Args:
        name: Name of the upstream; safe to show.
        log: Logger of the module that calls it.
        clock: Monotonic seconds.
        breaker: Circuit breaker; by default one with the default cooldowns.
    """

    def __init__(
        self,
        name: str,
        log: logging.Logger,
        clock: Callable[[], float] = time.monotonic,
        *,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        self.name = name
        self.breaker = breaker or CircuitBreaker(name, clock)
        self._clock = clock
        self._outage = DegradedState(name, log, clock)
        self._last_error: str | None = None
        self._unhealthy_until = 0.0

    @property
    def last_error(self) -> str | None:
        """Reason of the last failure; None while the upstream is healthy."""
        return None if self.healthy else self._last_error

    @property
    def healthy(self) -> bool:
        """Returns whether the upstream is expected to answer the next call."""
        return self._clock() >= self._unhealthy_until and self.breaker.remaining_cooldown() == 0

    def remaining_cooldown(self) -> float:
        """Returns the seconds until the next call is admitted; 0 when one is admitted now."""
        return self.breaker.remaining_cooldown()

    def allow(self) -> bool:
        """Returns whether a call is admitted: see :meth:`CircuitBreaker.allow`."""
        return self.breaker.allow()

    def success(self) -> None:
        """Records a successful call: closes the circuit breaker and ends the outage."""
        self.breaker.success()
        self._unhealthy_until = 0.0
        self._last_error = None
        self._outage.end()

    def answered(self) -> None:
        """Records a call that the upstream answered with an error of its own: it is reachable."""
        self.breaker.success()

    def failure(self, reason: str, retry_after: float | None = None) -> None:
        """Records a failed call.

        Args:
            reason: Short and safe to show.
            retry_after: Seconds that the upstream asked for.
        """
        self._last_error = reason
        self.breaker.failure(retry_after)
        if (cooldown := self.breaker.remaining_cooldown()) > 0:
            self._outage.begin(f"circuit breaker opened ({reason}), cooldown {cooldown:.0f} s")

    def report_unhealthy(self, reason: str, seconds: float, cause: BaseException | None = None) -> None:
        """Reports an error that does not open the circuit breaker, such as a refused key.

        Args:
            reason: Short and safe to show.
            seconds: Seconds for which the upstream counts as unhealthy unless a call succeeds.
            cause: The error; the log names its class.
        """
        self._last_error = reason
        self._unhealthy_until = self._clock() + seconds
        self._outage.begin(f"{reason} ({type(cause).__name__})" if cause else reason)

    def adopt(self, failures: int, reason: str, cooldown: float) -> None:
        """Adopts an outage that another worker noticed; see :meth:`CircuitBreaker.adopt`.

        Args:
            failures: Consecutive failures.
            reason: Reason of the last one.
            cooldown: Remaining cooldown in seconds; 0 or less when a trial is due.
        """
        self._last_error = reason or self._last_error
        self.breaker.adopt(failures, cooldown)
