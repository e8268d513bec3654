"""Whether the service lives, whether what it stands on is there, and what clients may know of it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final, Literal

from pydantic import BaseModel

from shared import __version__
from shared.clock import rfc3339
from shared.config.loader import environment_of
from shared.context import AppContext
from shared.errors import ProblemError

HealthStatus = Literal["healthy", "degraded", "unhealthy"]
Check = Callable[[], Awaitable[tuple[HealthStatus, str | None]]]
"""Tells the state of one thing, and something about it that is safe to show."""

CHECK_SECONDS: Final = 1.0
INDISPENSABLE: Final = frozenset({"market_data", "models"})
"""Without one of these the service cannot serve at all; without another it serves less."""

_CHECKED_SERVICES: Final = ("mongo", "migrations", "cache", "market_data", "models", "cache_refresh")
_OUTCOMES: Final = {"partial": "was not complete", "failed": "failed"}
_log = logging.getLogger(__name__)


def liveness(environ: Mapping[str, str], uptime: float) -> dict[str, Any]:
    """Says that the worker is alive, whatever may be wrong with what it stands on.

    Args:
        environ: The environment's variables.
        uptime: Seconds since the worker started.

    Raises:
        ConfigurationError: ``APP_ENV`` names no environment.
    """
    return {
        "status": "healthy",
        "version": __version__,
        "environment": environment_of(environ),
        "uptime_seconds": round(uptime, 1),
    }


class CheckResult(BaseModel):
    """The state of one thing the service stands on.

    Attributes:
        status: Its state.
        latency_ms: How long it took to find out, in milliseconds.
        detail: More about it, safe to show.
    """

    status: HealthStatus
    latency_ms: float
    detail: str | None


class Readiness(BaseModel):
    """Whether the service can serve: ``unhealthy`` when not at all, ``degraded`` when less than it should."""

    status: HealthStatus
    checks: dict[str, CheckResult]


class HealthService:
    """Answers the questions of load balancers, operators and front ends.

    Args:
        context: Whose services are looked at.
        checks: What is checked, by name; by default everything the service stands on.
        check_seconds: Deadline of each check.
    """

    def __init__(
        self,
        context: AppContext,
        checks: Mapping[str, Check] | None = None,
        *,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self._context = context
        self._checks = checks or {
            "mongodb": self._mongodb,
            "redis": self._redis,
            "market_data": self._market_data,
            "models": self._models,
            "cache_refresh": self._cache_refresh,
        }
        self._check_seconds = check_seconds

    async def readiness(self) -> Readiness:
        """Checks everything at the same time; takes no longer than one check may."""
        self._build_services()
        results = await asyncio.gather(*(self._run(name, check) for name, check in self._checks.items()))
        checks = dict(zip(self._checks, results, strict=True))
        return Readiness(status=_overall(checks), checks=checks)

    def public_config(self) -> dict[str, Any]:
        """What a front end may know of the settings; picked one by one, so that no secret slips in."""
        settings = self._context.settings
        statuses = self._context.models.providers()
        return {
            "environment": settings.environment,
            "version": __version__,
            "model": {
                "provider": settings.model.provider,
                "name": next((status.model for status in statuses if status.default), None),
            },
            "features": {
                "model_fallback": settings.model.allow_fallback,
                "offline_model": "offline" in settings.model.fallback_order,
                "sample_data": settings.market_data.sample.enabled,
            },
            "market_data_sources": settings.market_data.sources,
            "limits": {
                "chat_per_minute": settings.limits.chat_per_minute,
                "reports_per_minute": settings.limits.reports_per_minute,
                "streams_per_caller": settings.limits.streams_per_caller,
                "body_bytes": settings.limits.body_bytes,
            },
        }

    def models(self) -> dict[str, Any]:
        """The model providers, which of them can be used, and the order of fallback."""
        settings = self._context.settings.model
        return {
            "providers": [asdict(status) for status in self._context.models.providers()],
            "default": settings.provider,
            "fallback_order": settings.fallback_order if settings.allow_fallback else (),
        }

    def _build_services(self) -> None:
        # Importing a driver on first use can take longer than a check may, so it is not done on the checks'
        # time. What cannot be built fails again in its check, which tells of it.
        for service in _CHECKED_SERVICES:
            with suppress(Exception):
                getattr(self._context, service)

    async def _run(self, name: str, check: Check) -> CheckResult:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._check_seconds):
                status, detail = await check()
        except TimeoutError:
            status, detail = "unhealthy", f"no answer within {self._check_seconds:g} s"
        except ProblemError as error:
            status, detail = "unhealthy", error.detail
        except Exception:  # noqa: BLE001 - one defect must not hide the other checks; the cause is logged
            _log.exception("the check of %s failed", name)
            status, detail = "unhealthy", "not available"
        latency_ms = round((time.perf_counter() - started) * 1000, 1)
        return CheckResult(status=status, latency_ms=latency_ms, detail=detail)

    async def _mongodb(self) -> tuple[HealthStatus, str | None]:
        await self._context.mongo.ping()
        if pending := await self._context.migrations.pending():
            return "degraded", f"not up to date, the timer `migrations` has still to do: {', '.join(pending)}"
        return "healthy", "embedded" if self._context.settings.mongodb.embedded else None

    async def _redis(self) -> tuple[HealthStatus, str | None]:
        await self._context.cache.ping()
        return "healthy", "embedded" if self._context.settings.redis.embedded else None

    async def _market_data(self) -> tuple[HealthStatus, str | None]:
        status = await self._context.market_data.status()
        if not status.available:
            return "unhealthy", status.detail
        return ("degraded" if status.troubled else "healthy"), status.detail

    async def _models(self) -> tuple[HealthStatus, str | None]:
        available = await self._context.models.available()
        configured = [status.provider for status in self._context.models.providers() if status.configured]
        if not configured:
            return "unhealthy", "no model provider is configured"
        states = (
            f"{name}: {'ok' if name in available else 'resting after a failure'}" for name in configured
        )
        detail = "; ".join(states)
        if not available:
            return "unhealthy", detail
        return ("healthy" if len(available) == len(configured) else "degraded"), detail

    async def _cache_refresh(self) -> tuple[HealthStatus, str | None]:
        last = await self._context.cache_refresh.last_run()
        if last is None:
            return "healthy", "has not run yet"
        well = last.last_success_at
        detail = f"last went well at {rfc3339(well)}" if well else "has not gone well yet"
        if last.outcome != "ok":
            reasons = ", ".join(f"{code}: {count}" for code, count in last.failed.items())
            told = "; ".join(filter(None, (reasons, *last.notes)))
            detail += f"; the run of {rfc3339(last.finished_at)} {_OUTCOMES[last.outcome]} ({told})"
        overdue_after = timedelta(seconds=self._context.settings.refresh.overdue_after)
        overdue = well is None or self._context.clock() - well > overdue_after
        return ("degraded" if overdue or last.outcome == "failed" else "healthy"), detail


def _overall(checks: Mapping[str, CheckResult]) -> HealthStatus:
    if any(checks[name].status == "unhealthy" for name in INDISPENSABLE & checks.keys()):
        return "unhealthy"
    return "healthy" if all(check.status == "healthy" for check in checks.values()) else "degraded"
