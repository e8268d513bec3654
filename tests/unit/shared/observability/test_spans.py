"""Spans: none without the SDK; else the parent, the status and the outcome of each call."""

import sys
from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from shared.observability.spans import (
    end_client_span,
    end_server_span,
    start_client_span,
    start_server_span,
    within,
)

PARENT = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """The spans that have ended; the global tracer provider stays as it is."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    yield exporter
    provider.shutdown()


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    (span,) = exporter.get_finished_spans()
    return span


def test_without_the_sdk_there_is_no_span(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "opentelemetry.sdk.trace")
    assert start_server_span("GET /quotes", Context(), PARENT) is None
    assert start_client_span("yahoo quote") is None


def test_request_continues_the_trace_of_its_client(exported: InMemorySpanExporter) -> None:
    span = start_server_span("GET /quotes", Context(), PARENT)
    assert span is not None
    end_server_span(span, 200, {"symbol": "AAPL"})
    ended = only(exported)
    assert ended.parent is not None
    assert format(ended.parent.span_id, "016x") == "b" * 16
    assert dict(ended.attributes or {}) == {"symbol": "AAPL", "http.response.status_code": 200}
    assert ended.status.status_code is StatusCode.UNSET


def test_server_error_is_the_status_of_the_span(exported: InMemorySpanExporter) -> None:
    span = start_server_span("GET /quotes", Context(), {})
    assert span is not None
    end_server_span(span, 503, {})
    assert only(exported).status.status_code is StatusCode.ERROR


def test_parent_of_the_platform_comes_before_the_header(exported: InMemorySpanExporter) -> None:
    outer = start_server_span("host", Context(), {})
    assert outer is not None
    inner = start_server_span("GET /quotes", within(outer, Context()), PARENT)
    assert inner is not None
    end_server_span(inner, 200, {})
    parent = only(exported).parent
    assert parent is not None
    assert parent.span_id == outer.get_span_context().span_id
    outer.end()


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("ok", StatusCode.UNSET), ("cancelled", StatusCode.UNSET), ("timeout", StatusCode.ERROR)],
)
def test_outcome_of_an_upstream_call_decides_its_status(
    exported: InMemorySpanExporter, outcome: str, status: StatusCode
) -> None:
    span = start_client_span("yahoo quote")
    assert span is not None
    end_client_span(span, outcome)
    ended = only(exported)
    assert ended.status.status_code is status
    assert dict(ended.attributes or {}) == {"outcome": outcome}
