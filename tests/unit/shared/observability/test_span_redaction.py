"""Spans, where they are recorded, hold neither keys nor questions."""

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.observability.redaction import Redactor
from shared.observability.span_redaction import SpanRedaction

SECRET = "marker-5f3a/x"


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> TracerProvider:
    provider = TracerProvider()
    # As on Azure: what exports is there first.
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    provider.add_span_processor(SpanRedaction(Redactor([SECRET])))
    return provider


def exported(exporter: InMemorySpanExporter) -> str:
    return "\n".join(span.to_json() for span in exporter.get_finished_spans())


async def test_key_of_a_data_source(provider: TracerProvider, exporter: InMemorySpanExporter) -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json={}))
    async with httpx.AsyncClient(transport=transport) as client:
        HTTPXClientInstrumentor.instrument_client(client, tracer_provider=provider)
        await client.get("https://alpha.invalid/query", params={"apikey": "unknown-key", "symbol": "A"})
        await client.get(f"https://alpha.invalid/{SECRET}")
    spans = exported(exporter)
    assert "https://alpha.invalid/query" in spans
    assert "unknown-key" not in spans
    assert "marker" not in spans


async def test_function_key_and_question_of_a_request(
    provider: TracerProvider, exporter: InMemorySpanExporter
) -> None:
    app = FastAPI(telemetry={"tracer_provider": provider})
    app.get("/{path:path}")(lambda path: path)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.invalid") as client:
        await client.get("/api/chat/stream", params={"message": "what-I-ask", "code": "function-key"})
    spans = exported(exporter)
    assert "/api/chat/stream" in spans
    assert "what-I-ask" not in spans
    assert "function-key" not in spans


def test_name_and_attributes(provider: TracerProvider, exporter: InMemorySpanExporter) -> None:
    provider.get_tracer("x").start_span(f"call {SECRET}", attributes={"db": f"u:{SECRET}@h", "n": 1}).end()
    (span,) = exporter.get_finished_spans()
    assert span.name == "call ***"
    assert dict(span.attributes or {}) == {"db": "u:***@h", "n": 1}
