"""Fetches that failed a moment ago: remembered shortly, so that not every request asks a dead upstream."""

from collections import OrderedDict

from shared.errors import (
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
_MAX_REMEMBERED = 4096
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
    """What stands in the place of a lease after its holder failed."""
    retry_after = "" if error.retry_after is None else f"{error.retry_after:.0f}"
    return _MARK + f"{error.code}|{retry_after}|{error.detail}".encode()


def decode_failure(lease: bytes) -> ServiceError | None:
    """The failure that stands in the place of a lease, or None when it is held."""
    if not lease.startswith(_MARK):
        return None
    code, _, rest = lease[1:].decode(errors="replace").partition("|")
    retry_after, _, detail = rest.partition("|")
    error = _CLASSES.get(code, InternalError)
    return error(detail, retry_after=float(retry_after) if retry_after.isdigit() else None)


class Failures:
    """The failures that this worker saw itself, each for its own few seconds; the oldest go first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: OrderedDict[str, tuple[float, ServiceError]] = OrderedDict()

    def remember(self, name: str, error: ServiceError, seconds: float) -> None:
        """Remembers that fetching failed."""
        self._until[name] = (self._clock().timestamp() + seconds, error)
        self._until.move_to_end(name)
        if len(self._until) > _MAX_REMEMBERED:
            self._until.popitem(last=False)

    def get(self, name: str) -> ServiceError | None:
        """How fetching failed, if that was a moment ago; a new object, to be raised."""
        until, error = self._until.get(name, (0.0, None))
        if error is None:
            return None
        if self._clock().timestamp() >= until:
            del self._until[name]
            return None
        return type(error)(error.detail, retry_after=error.retry_after, errors=error.errors)

    def forget(self, name: str) -> None:
        """Fetching works again."""
        self._until.pop(name, None)
