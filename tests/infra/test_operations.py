"""docs/operations.md says what to do for every alert, and what every metric and field is."""

import re

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from shared.observability import metrics
from tests.support.host import REPOSITORY

OPERATIONS = (REPOSITORY / "docs/operations.md").read_text("utf-8")
ALERTS = (REPOSITORY / "infra/modules/alerts.bicep").read_text("utf-8")


def names_of_alerts() -> set[str]:
    """Returns the names of the list of rules and of rules that are resources of their own."""
    listed = re.findall(r"^    name: '([a-z-]+)'$", ALERTS, re.MULTILINE)
    single = re.findall(
        r"^resource \w+ 'Microsoft\.Insights/(?:metricAlerts|scheduledQueryRules)@.*\n  name: '([a-z-]+)-\$",
        ALERTS,
        re.MULTILINE,
    )
    return {*listed, *single}


def section(title: str) -> str:
    """A section of the second level."""
    return re.split(r"^## ", OPERATIONS.split(f"\n## {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def test_every_alert_has_a_section_and_no_section_is_of_none() -> None:
    assert len(names_of_alerts()) > 5
    assert set(re.findall(r"^### (.+)$", section("Alerts"), re.MULTILINE)) == names_of_alerts()


def test_every_metric_is_described_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    made: set[str] = set()
    meter = MeterProvider([InMemoryMetricReader()]).get_meter("x")
    for kind in ("create_histogram", "create_counter", "create_observable_counter"):
        original = getattr(meter, kind)

        def create(name: str, *given: object, original: object = original, **options: object) -> object:
            made.add(name)
            return original(name, *given, **options)  # type: ignore[operator]

        monkeypatch.setattr(meter, kind, create)
    monkeypatch.setattr("shared.observability.metrics.get_meter", lambda _name: meter)
    metrics._instruments.cache_clear()
    metrics._instruments()
    metrics._instruments.cache_clear()
    assert made
    table = section("What to look at").split("| metric |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(app\.[a-z._]+)`", table)) == made


def test_metrics_that_alerts_watch_are_there() -> None:
    watched = set(re.findall(r"['\"](app\.[a-z.]+)['\"]", ALERTS))
    assert watched
    assert watched <= set(re.findall(r"`(app\.[a-z.]+)`", OPERATIONS))


def test_quoted_log_lines_name_a_state_of_the_code() -> None:
    code = "\n".join(path.read_text("utf-8") for path in (REPOSITORY / "shared").rglob("*.py"))
    names = re.findall(r'(?:DegradedState|UpstreamHealth)\(f?"(\w+(?: \w+)*)', code)
    quoted = re.findall(r'"(?:degraded|recovered): (\w+(?: \w+)*)', OPERATIONS)
    assert quoted
    assert set(quoted) <= set(names)
