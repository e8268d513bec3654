"""Removes secrets and questions from spans; imported only where spans are recorded.

The instrumentation of HTTP libraries records complete URLs. Those of this service contain function keys and
questions, those of Alpha Vantage contain its key.
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
    """Redacts a span at its start: URLs are recorded then, and an ended span cannot be changed."""

    def __init__(self, redactor: Redactor) -> None:
        self.redactor = redactor

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002 - the SDK's
        """Removes queries from URLs, and secrets from name and attributes."""
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
    """Redacts spans from now on, if spans are recorded."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        _added_to(provider).redactor = redactor
