"""The readiness checks of the service, one function per dependency."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from shared.app.health_service import HealthStatus, ReadinessCheck
from shared.domain.moments import rfc3339
from shared.runtime.clock import Clock, uptime_seconds

if TYPE_CHECKING:
    from shared.briefings.briefing_run import BriefingRun
    from shared.cache.cache_entry import Cache
    from shared.config.settings import Settings
    from shared.data.migration.runner import MigrationRunner
    from shared.data.mongo import Mongo
    from shared.llm.model_factory import ModelClientFactory
    from shared.market.data_manager import DataManager
    from shared.refresh.refresh_run import CacheRefresh

_CHECKED_SERVICES: Final = (
    "mongo",
    "migrations",
    "cache",
    "market_data",
    "models",
    "cache_refresh",
    "briefings",
)
_OUTCOMES: Final = {"partial": "was incomplete", "failed": "failed"}


class CheckedServices(Protocol):
    """The services that are checked; each is built on first access."""

    @property
    def settings(self) -> "Settings": ...  # noqa: D102
    @property
    def clock(self) -> Clock: ...  # noqa: D102
    @property
    def mongo(self) -> "Mongo": ...  # noqa: D102
    @property
    def migrations(self) -> "MigrationRunner": ...  # noqa: D102
    @property
    def cache(self) -> "Cache": ...  # noqa: D102
    @property
    def market_data(self) -> "DataManager": ...  # noqa: D102
    @property
    def models(self) -> "ModelClientFactory": ...  # noqa: D102
    @property
    def cache_refresh(self) -> "CacheRefresh": ...  # noqa: D102
    @property
    def briefings(self) -> "BriefingRun": ...  # noqa: D102


class TimerSummary(Protocol):
    """Summary of the last run of a timer."""

    @property
    def outcome(self) -> str: ...  # noqa: D102
    @property
    def finished_at(self) -> datetime: ...  # noqa: D102
    @property
    def failed(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def notes(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def last_success_at(self) -> datetime | None: ...  # noqa: D102


def readiness_checks(services: CheckedServices) -> Mapping[str, ReadinessCheck]:
    """Returns the checks by the name that readiness reports."""
    return {
        "mongodb": partial(_mongodb, services),
        "redis": partial(_redis, services),
        "market_data": partial(_market_data, services),
        "models": partial(_models, services),
        "cache_refresh": partial(_cache_refresh, services),
        "briefings": partial(_briefings, services),
    }


def build_services(services: CheckedServices) -> None:
    """Builds the checked services; a failure is repeated and reported by the check of the service."""
    for name in _CHECKED_SERVICES:
        with suppress(Exception):
            getattr(services, name)


async def _mongodb(services: CheckedServices) -> tuple[HealthStatus, str | None]:
    await services.mongo.ping()
    if pending := await services.migrations.pending():
        return "degraded", f"pending migrations: {', '.join(pending)}"
    return "healthy", "embedded" if services.settings.mongodb.embedded else None


async def _redis(services: CheckedServices) -> tuple[HealthStatus, str | None]:
    await services.cache.ping()
    return "healthy", "embedded" if services.settings.redis.embedded else None


async def _market_data(services: CheckedServices) -> tuple[HealthStatus, str | None]:
    status = await services.market_data.status()
    if not status.available:
        return "unhealthy", status.detail
    return ("degraded" if status.unhealthy else "healthy"), status.detail


async def _models(services: CheckedServices) -> tuple[HealthStatus, str | None]:
    available = await services.models.available()
    configured = [status.provider for status in services.models.providers() if status.configured]
    if not configured:
        return "unhealthy", "no model provider is configured"
    states = (f"{name}: {'ok' if name in available else 'circuit breaker open'}" for name in configured)
    detail = "; ".join(states)
    if not available:
        return "unhealthy", detail
    return ("healthy" if len(available) == len(configured) else "degraded"), detail


async def _cache_refresh(services: CheckedServices) -> tuple[HealthStatus, str | None]:
    last = await services.cache_refresh.last_run()
    status, detail = _timer_state(services, last, services.settings.refresh.overdue_after)
    if last is not None and last.attempted:
        detail += f"; {last.refreshed} of {last.attempted} items refreshed"
    if last is not None and last.set_aside:
        # Without their symbols: this is public, and they may be of users' watchlists.
        detail += f"; set aside after repeated failures ({_counts(last.set_aside)})"
    return status, detail


async def _briefings(services: CheckedServices) -> tuple[HealthStatus, str | None]:
    last = await services.briefings.last_run()
    return _timer_state(services, last, services.settings.briefings.overdue_after)


def _timer_state(
    services: CheckedServices, last: "TimerSummary | None", overdue_after: int
) -> tuple[HealthStatus, str]:
    """Returns the state of a timer from its last run; ``overdue_after`` is in seconds."""
    if last is None:
        due = uptime_seconds() > overdue_after
        return ("degraded" if due else "healthy"), "has not run yet"
    well = last.last_success_at
    detail = f"last success at {rfc3339(well)}" if well else "no successful run yet"
    if last.outcome != "ok":
        causes = "; ".join(filter(None, (_counts(last.failed), *last.notes)))
        detail += f"; the run of {rfc3339(last.finished_at)} {_OUTCOMES[last.outcome]} ({causes})"
    overdue = well is None or services.clock() - well > timedelta(seconds=overdue_after)
    return ("degraded" if overdue or last.outcome == "failed" else "healthy"), detail


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{code}: {count}" for code, count in counts.items())
