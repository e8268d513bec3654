"""Spans of requests and of calls to sources and models.

Without the OpenTelemetry SDK in the process nothing records spans. Then these functions import nothing and
return immediately.
"""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span

    from shared.observability.redaction import Redactor

TRACER: Final = "stock-research"

_SDK: Final = "opentelemetry.sdk.trace"
_FIRST_SERVER_ERROR: Final = 500


def start_server_span(name: str, parent: "Context", headers: Mapping[str, str]) -> "Span | None":
    """Starts the span of a request or timer run; returns None where nothing records it.

    Args:
        name: Method and route, or the name of the timer; no value from the request.
        parent: Trace context of the invocation, as the platform set it.
        headers: Headers of the request; their ``traceparent`` counts where the platform set no parent.
    """
    if _SDK not in sys.modules:
        return None
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    if not trace.get_current_span(parent).get_span_context().is_valid:
        parent = TraceContextTextMapPropagator().extract(headers, parent)
    span = trace.get_tracer(TRACER).start_span(name, parent, trace.SpanKind.SERVER)
    return span if span.is_recording() else None


def within(span: "Span", parent: "Context") -> "Context":
    """Returns the trace context in which the span is the current one."""
    from opentelemetry import trace

    return trace.set_span_in_context(span, parent)


def end_server_span(span: "Span", status: int, attributes: Mapping[str, str | int | float | bool]) -> None:
    """Ends the span of a request or timer run."""
    from opentelemetry.trace import Status, StatusCode

    span.set_attributes({**attributes, "http.response.status_code": status})
    if status >= _FIRST_SERVER_ERROR:
        span.set_status(Status(StatusCode.ERROR))
    span.end()


def start_client_span(name: str) -> "Span | None":
    """Starts the span of an upstream call; returns None where nothing records it."""
    if _SDK not in sys.modules:
        return None
    from opentelemetry import trace

    span = trace.get_tracer(TRACER).start_span(name, kind=trace.SpanKind.CLIENT)
    return span if span.is_recording() else None


def end_client_span(span: "Span", outcome: str) -> None:
    """Ends the span of an upstream call; every outcome but ``ok`` and ``cancelled`` is an error."""
    from opentelemetry.trace import Status, StatusCode

    span.set_attribute("outcome", outcome)
    if outcome not in ("ok", "cancelled"):
        span.set_status(Status(StatusCode.ERROR, outcome))
    span.end()


def keep_spans_safe(redactor: "Redactor | None" = None) -> None:
    """Has queries and secrets removed from spans, where spans are recorded.

    Args:
        redactor: Knows the configured secrets; without one, text that looks like a secret is removed.
    """
    if _SDK in sys.modules:
        from shared.observability.redaction import Redactor
        from shared.observability.span_redaction import redact_spans

        redact_spans(redactor or Redactor())
