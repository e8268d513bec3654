"""Metrics and traces reach an OpenTelemetry collector where one is named; an outage of it is logged once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.support.host import HostProcess, running_host
from tests.support.stub_server import StubHandler, StubServer

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"


class Collector:
    """Takes what is exported to it, or refuses it."""

    def __init__(self) -> None:
        self.received: dict[str, list[bytes]] = {"/v1/metrics": [], "/v1/traces": []}
        self.refuses = False
        self.address = ""

    def spans(self) -> list[Any]:
        requests = map(ExportTraceServiceRequest.FromString, self.received["/v1/traces"])
        return [
            span
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def metric_names(self) -> set[str]:
        requests = map(ExportMetricsServiceRequest.FromString, self.received["/v1/metrics"])
        return {
            metric.name
            for request in requests
            for resource in request.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }

    def service_names(self) -> set[str]:
        requests = map(ExportMetricsServiceRequest.FromString, self.received["/v1/metrics"])
        return {
            attribute.value.string_value
            for request in requests
            for resource in request.resource_metrics
            for attribute in resource.resource.attributes
            if attribute.key == "service.name"
        }


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()

    class Handler(StubHandler):
        def do_POST(self) -> None:
            body = self.request_body()
            if not collector.refuses:
                collector.received[self.path].append(body)
            self.respond(400 if collector.refuses else 200, b"")

    with StubServer(Handler) as server:
        collector.address = server.url
        yield collector


def test_metrics_and_traces_arrive_without_questions_and_keys(tmp_path: Path) -> None:
    with collecting() as collector:
        environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address}
        with (
            running_host(tmp_path, environ) as base_url,
            httpx.Client(base_url=base_url, timeout=60) as client,
        ):
            headers = {"traceparent": f"00-{TRACE_ID}-b7ad6b7169203331-01"}
            client.get("/api/quotes/AAPL?code=a-function-key", headers=headers).raise_for_status()
            client.get("/api/chat/stream?message=what-I-ask-AAPL").raise_for_status()
        assert {
            "app.request.duration",
            "app.cache.lookups",
            "app.upstream.duration",
        } <= collector.metric_names()
        assert collector.service_names() == {"stock-research"}
        spans = {span.name: span for span in collector.spans()}
        assert {"GET /quotes/{symbol}", "GET /chat/stream", "sample quote", "offline chat"} <= spans.keys()
        quote, upstream = spans["GET /quotes/{symbol}"], spans["sample quote"]
        assert quote.trace_id.hex() == TRACE_ID
        assert upstream.trace_id in {quote.trace_id, spans["GET /chat/stream"].trace_id}
        everything = b"".join(collector.received["/v1/traces"] + collector.received["/v1/metrics"])
        assert b"what-I-ask" not in everything
        assert b"a-function-key" not in everything


def test_outage_of_the_collector_is_one_warning_and_its_end_one_info(tmp_path: Path) -> None:
    with collecting() as collector:
        collector.refuses = True
        environ = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
            "OTEL_METRIC_EXPORT_INTERVAL": "100",
        }
        host = HostProcess(tmp_path, environ)
        try:
            httpx.get(f"{host.base_url()}/api/quotes/AAPL", timeout=60).raise_for_status()
            _wait_for(host, "degraded: telemetry export")
            time.sleep(0.5)
            collector.refuses = False
            _wait_for(host, "recovered: telemetry export")
        finally:
            output = host.stop().output
    assert output.count("degraded: telemetry export") == 1
    assert output.count("recovered: telemetry export") == 1
    assert "Traceback" not in output
    assert "opentelemetry" not in output


def test_address_that_is_none_is_refused_in_one_line(tmp_path: Path) -> None:
    ended = HostProcess(tmp_path, {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4317"}).wait()
    assert ended.code == 2
    assert ended.output.splitlines() == [
        "The app cannot start: OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https address"
    ]


def _wait_for(host: HostProcess, text: str) -> None:
    deadline = time.monotonic() + 30
    while text not in host.output():
        assert time.monotonic() < deadline, host.output()
        time.sleep(0.05)
