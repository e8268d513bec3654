"""Recent failures: remembered for a few seconds, so that not every request calls an upstream that is down."""

from collections import OrderedDict
from copy import copy
from typing import Generic, TypeVar

from shared.errors import ConfigurationError
from shared.errors.service_errors import (
    DependencyUnavailableError,
    InternalError,
    ModelError,
    ModelInterruptedError,
    ModelTimeoutError,
    ModelUnavailableError,
    NotEntitledError,
    ServiceError,
    UpstreamError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from shared.runtime.clock import Clock

_MARK = b"!"
_MAX_FAILURES = 4096
_CLASSES: dict[str, type[ServiceError]] = {
    error.code: error
    for error in (
        InternalError,
        NotEntitledError,
        UpstreamError,
        UpstreamUnavailableError,
        UpstreamTimeoutError,
        ModelError,
        ModelInterruptedError,
        ModelUnavailableError,
        ModelTimeoutError,
        DependencyUnavailableError,
    )
}


def encode_failure(error: ServiceError) -> bytes:
    """Returns the marker that replaces a fetch lease after the fetch failed."""
    retry_after = "" if error.retry_after is None else f"{error.retry_after:.0f}"
    return _MARK + f"{error.code}|{retry_after}|{error.detail}".encode()


def decode_failure(lease: bytes) -> ServiceError | None:
    """Returns the failure in the value of a lease; None if it is a token."""
    if not lease.startswith(_MARK):
        return None
    code, _, rest = lease[1:].decode(errors="replace").partition("|")
    retry_after, _, detail = rest.partition("|")
    error = _CLASSES.get(code, InternalError)
    return error(detail, retry_after=float(retry_after) if retry_after.isdigit() else None)


Failure = TypeVar("Failure", ServiceError, ConfigurationError)


class RecentFailures(Generic[Failure]):
    """The failures that this worker has seen, each for a few seconds; the oldest are dropped first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[float, Failure]] = OrderedDict()

    def remember(self, name: str, error: Failure, seconds: float) -> None:
        """Remembers a failure for so many seconds."""
        self._failures[name] = (self._clock().timestamp() + seconds, error)
        self._failures.move_to_end(name)
        if len(self._failures) > _MAX_FAILURES:
            self._failures.popitem(last=False)

    def get(self, name: str) -> Failure | None:
        """Returns a recent failure as a new error, to be raised; None if there is none."""
        if name not in self._failures:
            return None
        expires_at, error = self._failures[name]
        if self._clock().timestamp() >= expires_at:
            del self._failures[name]
            return None
        # Raised itself, its traceback would grow with each request.
        return copy(error)

    def forget(self, name: str) -> None:
        """Forgets a failure after a success."""
        self._failures.pop(name, None)
