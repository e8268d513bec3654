"""Events of streams of every kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shared.errors import ProblemError


class StreamEvent(Protocol):
    """One event of a stream."""

    def payload(self) -> Mapping[str, Any] | bytes:
        """Returns the event as JSON data, or as finished JSON."""


@dataclass(frozen=True)
class ErrorEvent:
    """Reports a failure after the first byte, when the status code has been sent.

    Attributes:
        error: What failed.
        request_id: Id of the request.
    """

    error: ProblemError
    request_id: str

    def payload(self) -> dict[str, Any]:
        """Returns the event as JSON data of the contract."""
        return {
            "event": "error",
            "error": self.error.detail,
            "code": self.error.code,
            "retryable": self.error.status >= 500 or self.error.status == 429,
            "request_id": self.request_id,
        }
