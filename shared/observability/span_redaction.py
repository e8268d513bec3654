"""Keeps secrets and questions out of spans; imported only where the platform records spans.

The instrumentation of HTTP libraries writes whole addresses: of requests to us with function key and question
of requests to Alpha Vantage with its key.
"""

from functools import cache
from typing import Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider

from shared.observability.redaction import MASK, Redactor

_ADDRESSES: Final = ("url.full", "http.url", "http.target")
_QUERY: Final = "url.query"


class SpanRedaction(SpanProcessor):
    """Makes a span safe when it starts: addresses are written then, and at its end it cannot be changed."""

    def __init__(self, redactor: Redactor) -> None:
        self.redactor = redactor

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002 - the SDK's
        """Takes queries off addresses, and secrets out of name and attributes."""
        span.update_name(self.redactor.redact(span.name))
        for name, value in dict(span.attributes or {}).items():
            if isinstance(value, str):
                span.set_attribute(name, self._safe(name, value))

    def _safe(self, name: str, value: str) -> str:
        if name == _QUERY:
            return MASK
        return self.redactor.redact(value.partition("?")[0] if name in _ADDRESSES else value)


@cache
def _added_to(provider: TracerProvider) -> SpanRedaction:
    redaction = SpanRedaction(Redactor())
    provider.add_span_processor(redaction)
    return redaction


def redact_spans(redactor: Redactor) -> None:
    """Has spans made safe from now on, if any are recorded."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        _added_to(provider).redactor = redactor
