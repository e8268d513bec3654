"""The export to an OpenTelemetry collector is on only if it is configured and possible."""

import builtins
from typing import Any

import pytest

from shared.errors import ConfigurationError
from shared.observability.otlp_export import ENDPOINT, start_otlp_export


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {ENDPOINT: "  "},
        {ENDPOINT: "http://collector:4318", "WEBSITE_INSTANCE_ID": "1", "WEBSITE_SITE_NAME": "app"},
    ],
)
def test_without_an_endpoint_and_on_azure_it_is_off(environ: dict[str, str]) -> None:
    assert start_otlp_export(environ) is None


@pytest.mark.parametrize("endpoint", ["collector:4318", "grpc://collector:4317", "/metrics"])
def test_address_that_is_none_is_a_configuration_error(endpoint: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{ENDPOINT} must be an http or https address"):
        start_otlp_export({ENDPOINT: endpoint})


def test_missing_exporter_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *arguments: Any, **options: Any) -> Any:
        if name.startswith("opentelemetry.exporter"):
            raise ImportError(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ConfigurationError, match="pip install -r requirements-local"):
        start_otlp_export({ENDPOINT: "http://collector:4318"})
