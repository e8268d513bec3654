"""What the metrics come to, read by the OpenTelemetry SDK as an exporter would."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from shared.observability import metrics

Attributes = frozenset[tuple[str, Any]]


def attributes(**given: Any) -> Attributes:
    """Attributes of a series, to be looked up with."""
    return frozenset(given.items())


class Meter:
    """Reads what has been counted and measured so far."""

    def __init__(self, reader: InMemoryMetricReader) -> None:
        self._reader = reader

    def read(self, name: str) -> Mapping[Attributes, float]:
        """Of a counter the sums, of a histogram how often something was measured, by attributes."""
        return {
            frozenset((point.attributes or {}).items()): getattr(point, "count", None) or point.value
            for metric in self._metrics()
            if metric.name == name
            for point in metric.data.data_points
        }

    def series(self) -> set[tuple[str, Attributes]]:
        """Every series there is."""
        return {
            (metric.name, frozenset((point.attributes or {}).items()))
            for metric in self._metrics()
            for point in metric.data.data_points
        }

    def _metrics(self) -> list[Any]:
        data = self._reader.get_metrics_data()
        if data is None:
            return []
        return [
            metric
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        ]


@contextmanager
def metering() -> Iterator[Meter]:
    """Has the metrics read within the block, as where the platform has set a provider up."""
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    metrics._instruments.cache_clear()
    try:
        with patch("shared.observability.metrics.get_meter", provider.get_meter):
            yield Meter(reader)
    finally:
        metrics._instruments.cache_clear()
        provider.shutdown()
