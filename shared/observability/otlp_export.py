"""Sends metrics and traces to an OpenTelemetry collector, outside Azure.

On Azure the worker sets the providers up. Elsewhere ``OTEL_EXPORTER_OTLP_ENDPOINT`` switches the export on.
The SDK reads the other standard variables (``OTEL_EXPORTER_OTLP_HEADERS``, ``OTEL_SERVICE_NAME``,
``OTEL_METRIC_EXPORT_INTERVAL``, …). The protocol is OTLP over HTTP with protobuf.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from shared import __version__
from shared.config.loader import is_on_azure
from shared.errors import ConfigurationError
from shared.runtime.degraded import DegradedState

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.trace import TracerProvider

ENDPOINT: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"

_SERVICE: Final = "stock-research"
_SHUTDOWN_MS: Final = 1_500

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OtlpExport:
    """The running export.

    Attributes:
        meter_provider: Collects metrics and sends them once a minute.
        tracer_provider: Collects spans and sends them in batches.
    """

    meter_provider: "MeterProvider"
    tracer_provider: "TracerProvider"

    async def aclose(self) -> None:
        """Sends what is collected and ends the export; bounded."""
        await asyncio.to_thread(self._shutdown)

    def _shutdown(self) -> None:
        self.tracer_provider.force_flush(_SHUTDOWN_MS)
        self.tracer_provider.shutdown()
        self.meter_provider.shutdown(_SHUTDOWN_MS)


def start_otlp_export(environ: Mapping[str, str]) -> OtlpExport | None:
    """Starts the export if the environment asks for it; returns None otherwise.

    Args:
        environ: The environment's variables.

    Raises:
        ConfigurationError: The endpoint is not an http or https address, or the exporter is not installed.
    """
    endpoint = environ.get(ENDPOINT, "").strip()
    if not endpoint or is_on_azure(environ):
        return None
    if urlsplit(endpoint).scheme not in ("http", "https"):
        raise ConfigurationError(f"{ENDPOINT} must be an http or https address")
    try:
        return _start(_resource_attributes(environ), DegradedState("telemetry export", _log))
    except ImportError:
        raise ConfigurationError(
            f"{ENDPOINT} is set, but the exporter is not installed: "
            "pip install -r requirements-local.txt, or unset the variable"
        ) from None


def _resource_attributes(environ: Mapping[str, str]) -> dict[str, str]:
    named = environ.get("OTEL_SERVICE_NAME") or "service.name=" in environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    # Given here they would replace what the environment says.
    return {"service.version": __version__} | ({} if named else {"service.name": _SERVICE})


def _start(resource_attributes: dict[str, str], state: DegradedState) -> OtlpExport:
    from opentelemetry import metrics, trace
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create(resource_attributes)
    metric_exporter, span_exporter = OTLPMetricExporter(), OTLPSpanExporter()
    for exporter in (metric_exporter, span_exporter):
        _watch(exporter, state)
    meter_provider = MeterProvider([PeriodicExportingMetricReader(metric_exporter)], resource)
    tracer_provider = TracerProvider(resource=resource)
    tracer_provider.add_span_processor(BatchSpanProcessor(span_exporter))
    metrics.set_meter_provider(meter_provider)
    trace.set_tracer_provider(tracer_provider)
    return OtlpExport(meter_provider, tracer_provider)


def _watch(exporter: Any, state: DegradedState) -> None:  # noqa: ANN401 - the SDK's two kinds of exporter
    """Has the begin and the end of an outage of the collector logged; the SDK logs every attempt."""
    export = exporter.export

    def watched(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - the SDK's
        result = export(*args, **options)
        if result.name == "SUCCESS":
            state.end()
        else:
            state.begin(f"the collector at {ENDPOINT} does not accept data")
        return result

    exporter.export = watched
