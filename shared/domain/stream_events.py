"""Events of streams of every kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from typing_extensions import TypedDict

from shared.errors import ErrorCode, ProblemError


class StreamEvent(Protocol):
    """One event of a stream."""

    def payload(self) -> Mapping[str, Any] | bytes:
        """Returns the event as JSON data, or as finished JSON."""


class ErrorFrame(TypedDict):
    """The stream failed; the text so far stays valid."""

    event: Literal["error"]
    error: str
    code: ErrorCode
    retryable: bool
    request_id: str


@dataclass(frozen=True)
class ErrorEvent:
    """Reports a failure after the first byte, when the status code has been sent.

    Attributes:
        error: What failed.
        request_id: Id of the request.
    """

    error: ProblemError
    request_id: str

    def payload(self) -> ErrorFrame:
        """Returns the event as JSON data of the contract."""
        return {
            "event": "error",
            "error": self.error.detail,
            "code": self.error.code,
            "retryable": self.error.status >= 500 or self.error.status == 429,
            "request_id": self.request_id,
        }
