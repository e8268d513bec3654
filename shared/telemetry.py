"""Logging: one line a request with what an operator asks for, and no secret in any line."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

_log = logging.getLogger("shared.requests")


@dataclass
class RequestScope:
    """What is known of the request (or timer run) being served; every log line within carries its id.

    Attributes:
        request_id: From the client, or made.
        function: Name of the function.
        streaming: Whether the answer is a stream, which logs its line when it ends.
        fields: What services add: symbol, provider, model, cache outcome, code.
    """

    request_id: str
    function: str
    streaming: bool = False
    fields: dict[str, str | int | float | bool] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    def annotate(self, **fields: str | int | float | bool | None) -> None:
        """Adds fields to the request's log line; None is left out."""
        self.fields.update({name: value for name, value in fields.items() if value is not None})

    def log_request(self, status: int, outcome: str | None = None) -> None:
        """Writes the request's one line."""
        duration_ms = round((time.perf_counter() - self.started) * 1000, 1)
        record = {
            "status": status,
            "outcome": outcome or ("ok" if status < 400 else "error"),
            "duration_ms": duration_ms,
            **self.fields,
        }
        _log.info(" ".join(f"{name}={value}" for name, value in record.items()), extra={"fields": record})

    @contextmanager
    def bound(self) -> Iterator[None]:
        """Makes this the current scope, also in a stream that runs outside the invocation's context."""
        token = _scope.set(self)
        try:
            yield
        finally:
            try:
                _scope.reset(token)
            except ValueError:
                # A stream that is closed by another task leaves in that task's context: nothing to undo there.
                _scope.set(None)


_scope: ContextVar[RequestScope | None] = ContextVar("request_scope", default=None)


@contextmanager
def request_scope(request_id: str, function: str) -> Iterator[RequestScope]:
    """Opens the scope of a request or timer run."""
    scope = RequestScope(request_id, function)
    with scope.bound():
        yield scope


def current_scope() -> RequestScope:
    """The scope being served; outside of any, a fresh one that nobody reads."""
    return _scope.get() or RequestScope(request_id="-", function="-")


def annotate(**fields: str | int | float | bool | None) -> None:
    """Adds fields to the current request's log line."""
    current_scope().annotate(**fields)
