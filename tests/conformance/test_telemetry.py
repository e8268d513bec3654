"""What arrives at Application Insights from the app under Azure's own worker, which sets OpenTelemetry up."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.host import REPOSITORY, environment
from tests.support.telemetry_worker import KEY, TRACE_PARENT

pytest.importorskip("azure_functions_runtime", reason="Azure's worker code needs Python 3.13 or later")

TRACE_ID, SPAN_ID = TRACE_PARENT.split("-")[1:3]


def settings_on_azure() -> dict[str, str]:
    """What infra/modules/functionapp.bicep tells OpenTelemetry."""
    template = (REPOSITORY / "infra/modules/functionapp.bicep").read_text("utf-8")
    return dict(re.findall(r"^ +(OTEL_\w+): '([^']*)'$", template, re.MULTILINE))


def telemetry(folder: Path, settings: dict[str, str]) -> list[dict[str, Any]]:
    """The envelopes that a worker sent."""
    command = [
        sys.executable,
        "-m",
        "tests.support.telemetry_worker",
        str(folder / "data"),
        json.dumps(settings),
    ]
    # What could not be sent the exporter keeps among temporary files, and sends the next time.
    environ = environment(folder) | {"TMPDIR": str(folder)}
    ended = subprocess.run(command, cwd=REPOSITORY, env=environ, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    envelopes: list[dict[str, Any]] = json.loads(ended.stdout.splitlines()[-1])
    return envelopes


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return telemetry(tmp_path_factory.mktemp("telemetry"), settings_on_azure())


def line(sent: list[dict[str, Any]], request_id: str) -> dict[str, Any]:
    """The item of a request's line."""
    (found,) = (
        item
        for item in sent
        if item["name"].endswith("Message")
        and item["data"]["baseData"]["properties"].get("app.request_id") == request_id
        and "app.status" in item["data"]["baseData"]["properties"]
    )
    return found


def metrics(sent: list[dict[str, Any]], name: str) -> list[tuple[dict[str, str], float, int]]:
    """Dimensions, sum and count of a metric."""
    points = [item["data"]["baseData"] for item in sent if item["name"].endswith("Metric")]
    return [
        (point["properties"], point["metrics"][0]["value"], point["metrics"][0]["count"])
        for point in points
        if point["metrics"][0]["name"] == name
    ]


def test_request_has_its_fields(sent: list[dict[str, Any]]) -> None:
    fields = line(sent, "quote-1")["data"]["baseData"]["properties"]
    assert fields["app.function"] == "quote"
    assert (fields["app.status"], fields["app.outcome"]) == ("200", "ok")
    assert (fields["app.symbol"], fields["app.cache"], fields["app.source"]) == ("AAPL", "miss", "sample")
    assert fields["logger_name"] == "shared.requests"
    assert line(sent, "quote-2")["data"]["baseData"]["properties"]["app.cache"] == "hit"


def test_line_of_a_stream_belongs_to_its_invocation(sent: list[dict[str, Any]]) -> None:
    for request_id in ("quote-1", "stream-1"):
        tags = line(sent, request_id)["tags"]
        assert tags["ai.operation.id"] == TRACE_ID
        assert tags["ai.operation.parentId"] == SPAN_ID
    fields = line(sent, "stream-1")["data"]["baseData"]["properties"]
    assert fields["app.provider"] == "offline"
    assert int(fields["app.stream_bytes"]) > 500


def test_metrics_arrive(sent: list[dict[str, Any]]) -> None:
    lookups = {
        (dimensions["kind"], dimensions["outcome"]): value
        for dimensions, value, _count in metrics(sent, "app.cache.lookups")
    }
    assert lookups["quote", "miss"] > 0
    assert lookups["quote", "hit"] > 0
    served = {
        dimensions["function"]: count for dimensions, _sum, count in metrics(sent, "app.request.duration")
    }
    assert served == {"quote": 2, "chat_stream_get": 1, "cache_refresh": 1}
    assert sum(value for _, value, _ in metrics(sent, "app.refresh.runs")) == 1
    assert {dimensions["used"] for dimensions, _, _ in metrics(sent, "app.fallbacks")} >= {"sample"}


def test_nothing_is_sent_twice_and_no_key(sent: list[dict[str, Any]]) -> None:
    assert {item["name"].rpartition(".")[2] for item in sent} <= {"Message", "Metric", "Exception"}
    assert KEY not in json.dumps(sent)


def test_spans_that_somebody_switches_on_hold_neither_keys_nor_questions(tmp_path: Path) -> None:
    sent = telemetry(tmp_path, {})
    assert any(item["name"].endswith("RemoteDependency") for item in sent)
    assert any(item["name"].endswith("Request") for item in sent)
    assert KEY not in json.dumps(sent)
    assert "doing" not in json.dumps(sent)
