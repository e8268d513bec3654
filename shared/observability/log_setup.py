"""Sets logging up: one console handler where the platform brings none, and no secret in any line."""

import logging
import re
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from shared.observability.redaction import MASK, Redactor, is_secret_name
from shared.observability.spans import keep_spans_safe
from shared.observability.telemetry import bound_scope

if TYPE_CHECKING:
    from shared.config.settings import Settings

OURS: Final = ("shared", "functions", "infra")
QUIET: Final = (
    # These write several lines per request, which costs a third of the requests per second of a worker.
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
)
SILENT: Final = (
    # yfinance logs per symbol what its exceptions say, from threads that do not know the request.
    "yfinance",
    # Reported once per outage by shared.observability.otlp_export.
    "opentelemetry.exporter",
    "opentelemetry.sdk.metrics",
)
MAX_CHARS: Final = 32_000
"""Maximum length of a message in Application Insights."""

_MAX_DEPTH: Final = 4
_SHORT: Final = 64
_REMEMBERED: Final = 1024
# Control characters, line and paragraph separators, and what turns the direction of writing round.
_UNSAFE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def configure_logging(settings: "Settings") -> None:
    """Sets logging up; a second call replaces the first.

    Where the root logger has handlers (on Azure and under Core Tools the worker's), they stay the only ones.
    Otherwise lines go to standard error.
    """
    from shared.observability.redaction import secrets_of

    for name in OURS:
        logging.getLogger(name).setLevel(settings.app.log_level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Sanitiser)]:
        root.removeHandler(handler)
    if not root.handlers:
        root.addHandler(_console())
    # First, so that handlers added later also get the redacted record. A filter on a logger would not see the
    # records of child loggers.
    redactor = Redactor(secrets_of(settings))
    root.handlers.insert(0, _Sanitiser(redactor))
    keep_spans_safe(redactor)


def _console() -> logging.Handler:
    handler = logging.StreamHandler()
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    formatter.converter = time.gmtime
    formatter.default_time_format = "%Y-%m-%dT%H:%M:%S"
    formatter.default_msec_format = "%s.%03dZ"
    handler.setFormatter(formatter)
    return handler


class _Sanitiser(logging.Handler):
    """Redacts each record for the handlers after it; writes nothing itself.

    It adds request id and function, removes secrets from message, exception and extra fields, and escapes
    characters that could forge a line.
    """

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor
        # Names of loggers and fields and most values repeat on every line.
        self._seen_before = lru_cache(maxsize=_REMEMBERED)(self._redacted)
        self._seen_field = lru_cache(maxsize=_REMEMBERED)(self._redacted_field)

    def handle(self, record: logging.LogRecord) -> bool:
        """Redacts the record in place."""
        scope = bound_scope()
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
        """Replaces an exception by redacted text; other handlers would format the original."""
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            # Attribute names of OpenTelemetry, by which Application Insights recognises an exception.
            record.__dict__["exception.type"] = record.exc_info[0].__qualname__
            record.__dict__["exception.message"] = _text(record.exc_info[1])
        record.exc_info = None
        if record.exc_text:
            record.exc_text = self._lines(record.exc_text)
            record.__dict__["exception.stacktrace"] = _Safe(record.exc_text)

    def _line(self, text: str) -> str:
        return self._seen_before(text) if len(text) <= _SHORT else self._redacted(text)

    def _redacted(self, text: str) -> str:
        # Cut before and after: redaction is bounded, and no secret is cut in two.
        redacted = self._redactor.redact(text[: 2 * MAX_CHARS])
        # Nearly all text is printable, and that check is cheap.
        safe = redacted if redacted.isprintable() else _UNSAFE.sub(_escaped, redacted)
        return safe[:MAX_CHARS]

    def _lines(self, text: str) -> str:
        # Indented: no line of an exception can imitate a log line.
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
    """Redacted text that keeps its line breaks."""

    __slots__ = ()


_SAFE_TYPES: Final = (bool, int, float, _Safe)


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception as error:  # noqa: BLE001 - an object without a text must not break the caller
        return f"{type(value).__name__} (not written: {type(error).__name__})"


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - a wrong log call must not break the caller
        return f"{record.msg} (not formatted: {type(error).__name__})"


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
