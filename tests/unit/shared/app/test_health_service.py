"""Liveness, readiness and what clients may know."""

import asyncio
import json
import logging
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions import health as routes
from shared import __version__
from shared.app.checks import readiness_checks
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.app.health_service import HealthService, HealthStatus, Readiness, ReadinessCheck, liveness
from shared.app.public_config import model_overview, public_config
from shared.config.loader import ConfigLoader
from shared.errors.service_errors import DependencyUnavailableError
from shared.llm.base_model_client import ProviderStatus
from shared.refresh.progress import RefreshSummary, RunOutcome
from tests.support.durations import Stopwatch
from tests.support.http import body_of, make_request

SECRET = "marker-5f3a"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WENT_WELL = "last success at 2026-11-23T11:54:00Z"
LAST_RUN = "the run of 2026-11-23T11:59:00Z"
DOWN = DependencyUnavailableError("The database does not answer.", retry_after=5)


@dataclass
class FakeStore:
    """A store that answers, fails, or never answers."""

    error: Exception | None = None
    hangs: bool = False

    async def ping(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.error:
            raise self.error


@dataclass
class FakeMigrations:
    """A runner of migrations with something left to do, or nothing."""

    left: tuple[str, ...] = ()

    async def pending(self) -> list[str]:
        return list(self.left)


@dataclass
class FakeStatus:
    """What the data manager says of its sources."""

    available: int
    unhealthy: int
    detail: str


@dataclass
class FakeMarketData:
    """A data manager with some sources left."""

    sources: int = 2
    unhealthy: int = 0

    async def status(self) -> FakeStatus:
        return FakeStatus(self.sources, self.unhealthy, f"{self.sources} sources")


@dataclass
class FakeModels:
    """A model factory with configured providers, of which some rest."""

    configured: tuple[str, ...] = ("openai", "offline")
    open_breakers: tuple[str, ...] = ()
    names: tuple[str, ...] = field(default=("openai", "grok", "offline"))

    def providers(self) -> list[ProviderStatus]:
        return [
            ProviderStatus(name, name in self.configured, name == "openai", f"{name}-model", ("streaming",))
            for name in self.names
        ]

    async def available(self) -> list[str]:
        return [name for name in self.configured if name not in self.open_breakers]


@dataclass
class FakeRefresh:
    """A scheduled refresh whose last run went as told, or that never ran."""

    last: RefreshSummary | None = None

    async def last_run(self) -> RefreshSummary | None:
        return self.last


def run_of(minutes_ago: int, outcome: RunOutcome, well_minutes_ago: int | None, **fields: Any) -> FakeRefresh:
    """A refresh whose last run ended some minutes before ``NOW``."""
    ended = NOW - timedelta(minutes=minutes_ago)
    well = None if well_minutes_ago is None else NOW - timedelta(minutes=well_minutes_ago)
    return FakeRefresh(
        RefreshSummary(outcome=outcome, started_at=ended, finished_at=ended, last_success_at=well, **fields)
    )


def make_context(**services: object) -> AppContext:
    settings = ConfigLoader(environ={"OPENAI_API_KEY": SECRET, "REDIS_PASSWORD": SECRET}).load_config()
    defaults = {
        "mongo": FakeStore(),
        "migrations": FakeMigrations(),
        "cache": FakeStore(),
        "market_data": FakeMarketData(),
        "models": FakeModels(),
        "cache_refresh": run_of(2, "ok", 2),
        "briefings": run_of(2, "ok", 2),
    }
    context = AppContext(settings, lambda: NOW)
    return context.override(**{**defaults, **services})


async def ready(**services: object) -> Readiness:
    return await HealthService(readiness_checks(make_context(**services)), check_seconds=60).readiness()


def test_liveness_needs_no_configuration() -> None:
    assert liveness({"APP_ENV": "prod"}, 12.34) == {
        "status": "healthy",
        "version": __version__,
        "environment": "production",
        "uptime_seconds": 12.3,
    }


async def test_everything_there_is_healthy() -> None:
    readiness = await ready()
    assert readiness.status == "healthy"
    names = ["mongodb", "redis", "market_data", "models", "cache_refresh", "briefings"]
    assert list(readiness.checks) == names
    assert {check.status for check in readiness.checks.values()} == {"healthy"}
    assert readiness.checks["mongodb"].detail == "embedded"
    assert readiness.checks["models"].detail == "openai: ok; offline: ok"
    assert all(check.latency_ms >= 0 for check in readiness.checks.values())


@pytest.mark.parametrize(("service", "check"), [("mongo", "mongodb"), ("cache", "redis")])
async def test_store_that_is_down_degrades(service: str, check: str) -> None:
    readiness = await ready(**{service: FakeStore(DOWN)})
    assert readiness.status == "degraded"
    assert readiness.checks[check].status == "unhealthy"
    assert readiness.checks[check].detail == "The database does not answer."


async def test_database_that_is_not_up_to_date_degrades_and_names_what_is_left() -> None:
    readiness = await ready(migrations=FakeMigrations(("0004_splits", "schema")))
    assert (readiness.status, readiness.checks["mongodb"].status) == ("degraded", "degraded")
    assert str(readiness.checks["mongodb"].detail).endswith("pending migrations: 0004_splits, schema")


async def test_check_that_hangs_is_not_waited_for() -> None:
    context = make_context(mongo=FakeStore(hangs=True), cache=FakeStore(hangs=True))
    started = time.monotonic()
    with Stopwatch() as watch:
        readiness = await HealthService(readiness_checks(context), check_seconds=0.05).readiness()
    taken = 1000 * (time.monotonic() - started)
    assert watch.seconds < 1
    assert readiness.status == "degraded"
    for check in ("mongodb", "redis"):
        assert readiness.checks[check].detail == "timeout after 0.05 s"
        assert readiness.checks[check].latency_ms <= taken + 1


async def test_worker_that_was_blocked_is_no_outage() -> None:
    async def check() -> tuple[HealthStatus, str | None]:
        await asyncio.sleep(0.01)
        return "healthy", None

    async def blocked() -> tuple[HealthStatus, str | None]:
        time.sleep(0.8)  # noqa: ASYNC251 - blocks the loop on purpose
        return "healthy", None

    service = HealthService({"a": check, "b": blocked}, check_seconds=0.5)
    assert (await service.readiness()).status == "healthy"


async def test_checks_run_at_the_same_time() -> None:
    barrier = asyncio.Barrier(4)

    async def check() -> tuple[HealthStatus, str | None]:
        await barrier.wait()
        return "healthy", None

    checks: dict[str, ReadinessCheck] = dict.fromkeys("abcd", check)
    assert (await HealthService(checks).readiness()).status == "healthy"


async def test_defect_in_one_check_hides_no_other_and_shows_no_cause(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        readiness = await ready(mongo=FakeStore(ZeroDivisionError("host db.internal")))
    assert readiness.status == "degraded"
    assert readiness.checks["mongodb"].detail == "not available"
    assert readiness.checks["redis"].status == "healthy"
    assert "ZeroDivisionError: host db.internal" in caplog.text


async def test_service_that_cannot_be_built_is_told_by_its_check(caplog: pytest.LogCaptureFixture) -> None:
    environ = {"MONGODB_URI": f"mongodb://app:{SECRET}@host:99999"}
    context = AppContext(ConfigLoader(environ=environ).load_config()).override(
        cache=FakeStore(), market_data=FakeMarketData(), models=FakeModels()
    )
    with caplog.at_level(logging.ERROR):
        readiness = await context.health.readiness()
    assert readiness.status == "degraded"
    assert readiness.checks["mongodb"].detail == "not available"
    assert "MONGODB_URI" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    ("services", "check", "detail"),
    [
        ({"market_data": FakeMarketData(0)}, "market_data", "0 sources"),
        (
            {"models": FakeModels(open_breakers=("openai", "offline"))},
            "models",
            "openai: circuit breaker open",
        ),
        ({"models": FakeModels(configured=())}, "models", "no model provider is configured"),
    ],
)
async def test_without_data_or_model_it_cannot_serve(
    services: dict[str, object], check: str, detail: str
) -> None:
    readiness = await ready(**services)
    assert readiness.status == "unhealthy"
    assert readiness.checks[check].status == "unhealthy"
    assert (readiness.checks[check].detail or "").startswith(detail)


async def test_source_in_trouble_degrades_while_another_answers() -> None:
    readiness = await ready(market_data=FakeMarketData(1, unhealthy=1))
    assert readiness.status == "degraded"
    assert readiness.checks["market_data"].status == "degraded"


async def test_model_that_rests_degrades_while_another_answers() -> None:
    readiness = await ready(models=FakeModels(open_breakers=("openai",)))
    assert readiness.status == "degraded"
    assert readiness.checks["models"].detail == "openai: circuit breaker open; offline: ok"


@pytest.mark.parametrize(
    ("refresh", "status", "detail"),
    [
        (FakeRefresh(None), "healthy", "has not run yet"),
        (run_of(2, "ok", 2), "healthy", "last success at 2026-11-23T11:58:00Z"),
        (run_of(31, "ok", 31), "degraded", "last success at 2026-11-23T11:29:00Z"),
        (
            run_of(1, "partial", 6, failed={"upstream_error": 2}, notes=("the deadline ended the run",)),
            "healthy",
            f"{WENT_WELL}; {LAST_RUN} was incomplete (upstream_error: 2; the deadline ended the run)",
        ),
        (
            run_of(1, "failed", 6, failed={"upstream_failed": 9}),
            "degraded",
            f"{WENT_WELL}; {LAST_RUN} failed (upstream_failed: 9)",
        ),
        (
            run_of(1, "partial", None, failed={"upstream_failed": 1}),
            "degraded",
            f"no successful run yet; {LAST_RUN} was incomplete (upstream_failed: 1)",
        ),
    ],
)
@pytest.mark.parametrize("timer", ["cache_refresh", "briefings"])
async def test_timer_that_failed_or_is_overdue_degrades(
    timer: str, refresh: FakeRefresh, status: HealthStatus, detail: str
) -> None:
    readiness = await ready(**{timer: refresh})
    check = readiness.checks[timer]
    assert (readiness.status, check.status, check.detail) == (status, status, detail)


async def test_refresh_that_sets_an_item_aside_is_healthy_and_says_so_without_its_symbol() -> None:
    refresh = run_of(
        2, "ok", 2, attempted=58, refreshed=57, failed={"upstream_error": 1},
        set_aside={"upstream_error": 1}, set_aside_items=("news of GONE",),
    )  # fmt: skip
    check = (await ready(cache_refresh=refresh)).checks["cache_refresh"]
    detail = "57 of 58 items refreshed; set aside after repeated failures (upstream_error: 1)"
    assert (check.status, check.detail) == ("healthy", f"last success at 2026-11-23T11:58:00Z; {detail}")


def test_public_config_has_what_a_front_end_needs_and_no_secret() -> None:
    context = make_context()
    config = public_config(context.settings, context.models)
    assert config["environment"] == "local"
    assert config["model"] == {"provider": "openai", "name": "openai-model"}
    assert config["features"] == {"model_fallback": True, "offline_model": True, "sample_data": True}
    assert config["limits"]["chat_per_minute"] == 30
    assert SECRET not in json.dumps(config)


def test_models_lists_providers_and_the_order_of_fallback() -> None:
    context = make_context()
    models = asdict(model_overview(context.settings.model, context.models))
    assert models["providers"][0] == {
        "provider": "openai",
        "configured": True,
        "default": True,
        "model": "openai-model",
        "capabilities": ("streaming",),
    }
    assert models["default"] == "openai"
    assert models["fallback_order"] == ("openai", "azure_openai", "grok", "offline")


async def test_readiness_over_the_handler_is_503_only_when_unhealthy() -> None:
    for services, status in (({}, 200), ({"cache": FakeStore(DOWN)}, 200), ({"models": FakeModels(())}, 503)):
        contexts.use(make_context(**services))
        try:
            response = await routes.health_ready.build().get_user_function()(make_request())
        finally:
            contexts.use(None)
        assert response.status_code == status
        body = json.loads(await body_of(response))
        assert set(body) == {"status", "checks"}
        assert set(body["checks"]["redis"]) == {"status", "latency_ms", "detail"}
        assert response.headers["cache-control"] == "no-store"
