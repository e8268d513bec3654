"""Liveness and readiness of the service."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from shared import __version__
from shared.config.loader import environment_of
from shared.errors import ProblemError
from shared.runtime.loop_timeout import LoopTimeout

HealthStatus = Literal["healthy", "degraded", "unhealthy"]
ReadinessCheck = Callable[[], Awaitable[tuple[HealthStatus, str | None]]]
"""Returns the state of one dependency and a detail that is safe to show."""

CHECK_SECONDS: Final = 1.0
INDISPENSABLE: Final = frozenset({"market_data", "models"})
"""Checks that decide whether the service is unhealthy; a failure of another one degrades it."""

_log = logging.getLogger(__name__)


class LivenessJson(TypedDict):
    """The worker is alive."""

    status: Literal["healthy"]
    version: str
    environment: str
    uptime_seconds: Annotated[float, Field(ge=0)]


def liveness(environ: Mapping[str, str], uptime: float) -> LivenessJson:
    """Returns that the worker is alive, whatever the state of its dependencies.

    Args:
        environ: The environment's variables.
        uptime: Seconds since the worker started.

    Raises:
        ConfigurationError: ``APP_ENV`` is not a known environment.
    """
    return {
        "status": "healthy",
        "version": __version__,
        "environment": environment_of(environ),
        "uptime_seconds": round(uptime, 1),
    }


class CheckResult(BaseModel):
    """The state of one dependency.

    Attributes:
        status: State.
        latency_ms: Duration of the check in milliseconds.
        detail: Explanation that is safe to show, or None.
    """

    status: HealthStatus
    latency_ms: float
    detail: str | None


class Readiness(BaseModel):
    """The readiness: ``unhealthy`` if no request can be served, ``degraded`` if something is missing."""

    status: HealthStatus
    checks: dict[str, CheckResult]


class HealthService:
    """Runs the readiness checks.

    Args:
        checks: The checks, by name.
        prepare: Builds the checked services before the checks start, so that importing a driver does not
            count against a check's deadline. Must not raise.
        check_seconds: Deadline of each check.
    """

    def __init__(
        self,
        checks: Mapping[str, ReadinessCheck],
        *,
        prepare: Callable[[], None] = lambda: None,
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self._checks = checks
        self._prepare = prepare
        self._check_seconds = check_seconds

    async def readiness(self) -> Readiness:
        """Runs all checks concurrently; takes at most the deadline of one check."""
        self._prepare()
        results = await asyncio.gather(*(self._run(name, check) for name, check in self._checks.items()))
        checks = dict(zip(self._checks, results, strict=True))
        return Readiness(status=_overall(checks), checks=checks)

    async def _run(self, name: str, check: ReadinessCheck) -> CheckResult:
        started = time.perf_counter()
        try:
            async with LoopTimeout(self._check_seconds):
                status, detail = await check()
        except TimeoutError:
            status, detail = "unhealthy", f"timeout after {self._check_seconds:g} s"
        except ProblemError as error:
            status, detail = "unhealthy", error.detail
        except Exception:  # noqa: BLE001 - one defect must not hide the other checks; the cause is logged
            _log.exception("readiness check failed: %s", name)
            status, detail = "unhealthy", "not available"
        latency_ms = round((time.perf_counter() - started) * 1000, 1)
        return CheckResult(status=status, latency_ms=latency_ms, detail=detail)


def _overall(checks: Mapping[str, CheckResult]) -> HealthStatus:
    if any(checks[name].status == "unhealthy" for name in INDISPENSABLE & checks.keys()):
        return "unhealthy"
    return "healthy" if all(check.status == "healthy" for check in checks.values()) else "degraded"
