"""The scope of a request: its id on every log line, and one line with its result when it ends."""

import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from opentelemetry import context as trace_context

from shared.domain.caller import Caller
from shared.observability import metrics
from shared.observability.spans import end_server_span, start_server_span, within

if TYPE_CHECKING:
    from opentelemetry.trace import Span

_MAX_FIELD: Final = 256
_BARE: Final = re.compile(r"[^\s\"=\\]+")

Field = str | int | float | bool

_log = logging.getLogger("shared.requests")


@dataclass
class RequestScope:
    """The state of the request or timer run that is being served.

    Attributes:
        request_id: From the client, or generated.
        function: Name of the function.
        method: HTTP method; None for a timer.
        route: Route template with a leading slash, without the prefix; None for a timer.
        streaming: Whether the response is a stream, which logs its line when it ends.
        stream_bytes: Bytes that the stream has sent.
        fields: Fields that services add: symbol, provider, model, code.
        totals: Numbers that services add up: upstream calls, tokens, US dollars.
        cache: Cache lookups by outcome.
        caller: Returns the caller of the request; None for a timer.
        trace: Trace context of the invocation, or of its span where spans are recorded.
        span: The span; None where spans are not recorded.
        started: Start, in seconds of the performance counter.
    """

    request_id: str
    function: str
    method: str | None = None
    route: str | None = None
    streaming: bool = False
    stream_bytes: int = 0
    fields: dict[str, Field] = field(default_factory=dict)
    totals: dict[str, int | float] = field(default_factory=dict)
    cache: Counter[str] = field(default_factory=Counter)
    caller: Callable[[], Caller] | None = None
    trace: "trace_context.Context" = field(default_factory=trace_context.get_current)
    span: "Span | None" = None
    started: float = field(default_factory=time.perf_counter)

    def annotate(self, **fields: Field | None) -> None:
        """Adds fields to the request's log line; None is left out."""
        self.fields.update({name: value for name, value in fields.items() if value is not None})

    def add(self, **numbers: int | float) -> None:
        """Adds to numbers of the request's log line."""
        for name, number in numbers.items():
            # Six decimals suffice for US dollars.
            self.totals[name] = round(self.totals.get(name, 0) + number, 6)

    def elapsed_ms(self) -> float:
        """Returns the milliseconds since the request arrived."""
        return round((time.perf_counter() - self.started) * 1000, 1)

    def log_request(self, status: int, outcome: str | None = None) -> None:
        """Writes the request's log line, measures the request and ends its span."""
        record = self._record(status, outcome)
        _log.info(
            "%s",
            " ".join(f"{name}={_logfmt(value)}" for name, value in record.items()),
            extra={_attribute(name): value for name, value in record.items()},
        )
        metrics.request_served(
            self.function,
            status=status,
            outcome=str(record["outcome"]),
            seconds=time.perf_counter() - self.started,
            stream_bytes=self.stream_bytes if self.streaming else None,
        )
        if self.span is not None:
            end_server_span(self.span, status, {_attribute(name): value for name, value in record.items()})

    @contextmanager
    def bound(self) -> Iterator[None]:
        """Makes this the current scope, also in a stream that runs outside the invocation's context."""
        token = _scope.set(self)
        # Not detached: later log lines of the task of a stream belong to the same trace.
        trace_context.attach(self.trace)
        try:
            yield
        finally:
            try:
                _scope.reset(token)
            except ValueError:
                # A stream closed by another task: that task's context has nothing to restore.
                _scope.set(None)

    def _record(self, status: int, outcome: str | None) -> dict[str, Field]:
        record: dict[str, Field] = {}
        if self.method is not None and self.route is not None:
            record |= {"method": self.method, "route": self.route}
        record |= {
            "status": status,
            "outcome": outcome or ("ok" if status < 400 else "error"),
            "duration_ms": self.elapsed_ms(),
            **self.fields,
            **self.totals,
        }
        if self.cache:
            record["cache"] = _counts(self.cache)
        if self.streaming:
            record["stream_bytes"] = self.stream_bytes
        return record


_scope: ContextVar[RequestScope | None] = ContextVar("request_scope", default=None)


@contextmanager
def request_scope(
    request_id: str,
    function: str,
    *,
    method: str | None = None,
    route: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Iterator[RequestScope]:
    """Opens the scope of a request or timer run.

    Args:
        request_id: From the client, or generated.
        function: Name of the function.
        method: HTTP method; None for a timer.
        route: Route template with a leading slash; None for a timer.
        headers: Headers of the request, for its ``traceparent``.
    """
    scope = RequestScope(request_id, function, method, route)
    name = f"{method} {route}" if method and route else function
    scope.span = start_server_span(name, scope.trace, headers or {})
    if scope.span is not None:
        scope.trace = within(scope.span, scope.trace)
    with scope.bound():
        yield scope


def bound_scope() -> RequestScope | None:
    """Returns the current scope, or None outside of any."""
    return _scope.get()


def current_scope() -> RequestScope:
    """Returns the current scope; outside of any, a new one that is discarded."""
    return _scope.get() or RequestScope(request_id="-", function="-")


def annotate(**fields: Field | None) -> None:
    """Adds fields to the current request's log line."""
    current_scope().annotate(**fields)


def _counts(cache: Counter[str]) -> str:
    """Returns ``hit`` for one lookup, ``hit:3,miss:1`` for several."""
    if cache.total() == 1:
        return next(iter(cache))
    return ",".join(f"{outcome}:{count}" for outcome, count in sorted(cache.items()))


@lru_cache(maxsize=256)
def _attribute(name: str) -> str:
    """Returns the name of a field as an attribute of the log record and of the span."""
    return f"app.{name}"


def _logfmt(value: Field) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _quoted(value[:_MAX_FIELD]) if isinstance(value, str) else str(value)


@lru_cache(maxsize=1024)
def _quoted(text: str) -> str:
    """Returns text as one word of a log line. Most repeat: routes, outcomes, symbols."""
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
