"""Logging: one line a request with what an operator asks for, and no secret in any line."""

import json
import logging
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from opentelemetry import context as trace_context

from shared.observability import metrics
from shared.observability.redaction import MASK, Redactor, is_secret_name

if TYPE_CHECKING:
    from shared.config.settings import Settings

OURS: Final = ("shared", "functions", "infra")
QUIET: Final = (
    # These say several things a request: a third of the requests a second that a worker can answer.
    "azure",
    "azure_functions_runtime",
    "azure_functions_worker",
    "httpcore",
    "httpx",
    "httpx2",
    "openai",
    "pymongo",
    "redis",
    "urllib3",
    "yfinance",
)
MAX_CHARS: Final = 32_000
"""Application Insights takes no longer message."""

_MAX_FIELD: Final = 256
_MAX_DEPTH: Final = 4
_SHORT: Final = 64
_REMEMBERED: Final = 1024
_BARE: Final = re.compile(r"[^\s\"=\\]+")
# Control characters, line and paragraph separators, and what turns the direction of writing round.
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

Field = str | int | float | bool

_log = logging.getLogger("shared.requests")


@dataclass
class RequestScope:
    """What is known of the request (or timer run) being served; every log line within carries its id.

    Attributes:
        request_id: From the client, or made.
        function: Name of the function.
        streaming: Whether the answer is a stream, which logs its line when it ends.
        stream_bytes: What the stream has sent.
        fields: What services add: symbol, provider, model, code.
        totals: What they add up: upstream calls, tokens, US dollars.
        cache: How often the cache had which outcome.
        trace: The invocation's trace, as W3C's headers brought it.
    """

    request_id: str
    function: str
    streaming: bool = False
    stream_bytes: int = 0
    fields: dict[str, Field] = field(default_factory=dict)
    totals: dict[str, int | float] = field(default_factory=dict)
    cache: Counter[str] = field(default_factory=Counter)
    trace: "trace_context.Context" = field(default_factory=trace_context.get_current)
    started: float = field(default_factory=time.perf_counter)

    def annotate(self, **fields: Field | None) -> None:
        """Adds fields to the request's log line; None is left out."""
        self.fields.update({name: value for name, value in fields.items() if value is not None})

    def add(self, **numbers: int | float) -> None:
        """Adds to numbers of the request's log line."""
        for name, number in numbers.items():
            # To the millionth: dollars have no more.
            self.totals[name] = round(self.totals.get(name, 0) + number, 6)

    def elapsed_ms(self) -> float:
        """Milliseconds since the request came."""
        return round((time.perf_counter() - self.started) * 1000, 1)

    def log_request(self, status: int, outcome: str | None = None) -> None:
        """Writes the request's one line, and measures it."""
        record: dict[str, Field] = {
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
        _log.info(
            "%s",
            " ".join(f"{name}={_logfmt(value)}" for name, value in record.items()),
            extra={f"app.{name}": value for name, value in record.items()},
        )
        metrics.request_served(
            self.function,
            status=status,
            outcome=str(record["outcome"]),
            seconds=time.perf_counter() - self.started,
            stream_bytes=self.stream_bytes if self.streaming else None,
        )

    @contextmanager
    def bound(self) -> Iterator[None]:
        """Makes this the current scope, also in a stream that runs outside the invocation's context."""
        token = _scope.set(self)
        # Not detached: what a stream's task logs until its end belongs to the same trace.
        trace_context.attach(self.trace)
        try:
            yield
        finally:
            try:
                _scope.reset(token)
            except ValueError:
                # A stream that another task closes leaves in that task's context: nothing to undo there.
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


def annotate(**fields: Field | None) -> None:
    """Adds fields to the current request's log line."""
    current_scope().annotate(**fields)


def configure_logging(settings: "Settings") -> None:
    """Sets logging up; calling it again replaces what it did.

    Where the root logger has handlers (on Azure and under Core Tools the worker's), they stay the only ones.
    Else lines go to standard error.
    """
    from shared.observability.redaction import secrets_of

    for name in OURS:
        logging.getLogger(name).setLevel(settings.app.log_level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Sanitiser)]:
        root.removeHandler(handler)
    if not root.handlers:
        root.addHandler(_console())
    # In front of all others, so that also handlers added later get the record as it may be seen. A filter on
    # a logger would not see the records of the loggers below it.
    redactor = Redactor(secrets_of(settings))
    root.handlers.insert(0, _Sanitiser(redactor))
    keep_spans_safe(redactor)


def keep_spans_safe(redactor: Redactor | None = None) -> None:
    """Has queries and secrets taken out of spans, where the platform records any.

    Args:
        redactor: Knows the configured secrets; without one, what looks like a secret is taken out.
    """
    if "opentelemetry.sdk.trace" in sys.modules:
        from shared.observability.span_redaction import redact_spans

        redact_spans(redactor or Redactor())


def _console() -> logging.Handler:
    handler = logging.StreamHandler()
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    formatter.converter = time.gmtime
    formatter.default_time_format = "%Y-%m-%dT%H:%M:%S"
    formatter.default_msec_format = "%s.%03dZ"
    handler.setFormatter(formatter)
    return handler


class _Sanitiser(logging.Handler):
    """Writes nothing: makes each record safe for the handlers that come after it.

    It puts id and function of the request in front, takes secrets out of message, exception and extra
    fields, and escapes what could forge a line.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor
        # Names of loggers and fields and most values are on line after line.
        self._seen_before = lru_cache(maxsize=_REMEMBERED)(self._redacted)
        self._seen_field = lru_cache(maxsize=_REMEMBERED)(self._redacted_field)

    def handle(self, record: logging.LogRecord) -> bool:
        """Changes the record in place."""
        scope = _scope.get()
        prefix = ""
        if scope is not None:
            record.__dict__["app.request_id"] = scope.request_id
            record.__dict__["app.function"] = scope.function
            prefix = f"request_id={scope.request_id} function={scope.function} "
        record.msg, record.args = self._line(prefix + _message(record)), ()
        record.name = self._line(record.name)
        self._take_exception(record)
        record.stack_info = record.stack_info and self._lines(record.stack_info)
        for name in record.__dict__.keys() - _STANDARD:
            safe_name, value = self._safe_field(name, record.__dict__.pop(name))
            record.__dict__[safe_name] = value
        return True

    def _safe_field(self, name: str, value: object) -> tuple[str, object]:
        if type(value) is str and len(value) <= _SHORT:
            return self._seen_field(name, value)
        return self._line(name), self._field(value, name)

    def _redacted_field(self, name: str, text: str) -> tuple[str, object]:
        return self._line(name), self._field(text, name)

    def _take_exception(self, record: logging.LogRecord) -> None:
        """Turns an exception into text; handlers that format it themselves would write what is taken out."""
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            # The names of OpenTelemetry, by which Application Insights knows an exception.
            record.__dict__["exception.type"] = record.exc_info[0].__qualname__
            record.__dict__["exception.message"] = _text(record.exc_info[1])
        record.exc_info = None
        if record.exc_text:
            record.exc_text = self._lines(record.exc_text)
            record.__dict__["exception.stacktrace"] = _Safe(record.exc_text)

    def _line(self, text: str) -> str:
        return self._seen_before(text) if len(text) <= _SHORT else self._redacted(text)

    def _redacted(self, text: str) -> str:
        # Cut twice: redacting has a bound, and no secret is cut in two where it is kept.
        redacted = self._redactor.redact(text[: 2 * MAX_CHARS])
        # Nearly all text is printable as it is, and finding that out is cheap.
        safe = redacted if redacted.isprintable() else _UNSAFE.sub(_escaped, redacted)
        return safe[:MAX_CHARS]

    def _lines(self, text: str) -> str:
        # Indented: no line of an exception's text can pass for one of the log.
        redacted = self._redactor.redact(text[-2 * MAX_CHARS :])[-MAX_CHARS:]
        return "\n".join("  " + _UNSAFE.sub(_escaped, line) for line in redacted.split("\n"))

    def _field(self, value: object, name: str, depth: int = 0) -> object:
        if value is None or isinstance(value, _SAFE_TYPES):
            return value
        if is_secret_name(name):
            return MASK
        if isinstance(value, str):
            return self._line(value)
        if depth < _MAX_DEPTH and isinstance(value, Mapping):
            return {
                self._line(_text(key)): self._field(item, _text(key), depth + 1)
                for key, item in value.items()
            }
        if depth < _MAX_DEPTH and isinstance(value, list | tuple | set | frozenset):
            return [self._field(item, name, depth + 1) for item in value]
        return self._line(_text(value))


class _Safe(str):
    """Text that has been made safe, with its line breaks."""

    __slots__ = ()


_SAFE_TYPES: Final = (bool, int, float, _Safe)


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001 - what cannot be written must not end what wanted to tell of it
        return f"{type(value).__name__} (not written: {type(error).__name__})"


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - a wrong log call must not end what it wanted to tell of
        return f"{record.msg} (not formatted: {type(error).__name__})"


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def _counts(cache: Counter[str]) -> str:
    """``hit`` of one answer; ``hit:3,miss:1`` of several."""
    if cache.total() == 1:
        return next(iter(cache))
    return ",".join(f"{outcome}:{count}" for outcome, count in sorted(cache.items()))


def _logfmt(value: Field) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)[:_MAX_FIELD]
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
