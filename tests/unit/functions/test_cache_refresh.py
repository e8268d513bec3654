"""The timer that keeps the cache warm."""

from typing import Any, cast

import azure.functions as func
import pytest

from functions.cache_refresh import blueprint
from shared.errors.service_errors import DependencyUnavailableError
from tests.support.timers import fire

app = func.FunctionApp()
app.register_functions(blueprint)
(TIMER,) = app.get_functions()


class Refresh:
    def __init__(self, fails: Exception | None = None) -> None:
        self.fails = fails
        self.runs = 0

    async def run(self) -> None:
        self.runs += 1
        if self.fails is not None:
            raise self.fails


class Recovery:
    """Looks for the answers of killed workers, which it cannot without Redis."""

    def __init__(self) -> None:
        self.runs = 0

    async def recover_all(self) -> None:
        self.runs += 1
        raise DependencyUnavailableError("Redis is unavailable.")


class Record:
    def __init__(self) -> None:
        self.runs = 0

    async def score_due(self) -> int:
        self.runs += 1
        return 0


async def refresh_cache(
    refresh: Refresh, recovery: Recovery | None = None, record: Record | None = None
) -> None:
    services = {"stream_recovery": recovery or Recovery(), "track_record": record or Record()}
    await fire(TIMER, cache_refresh=refresh, **services)


def test_schedule_comes_from_the_setting() -> None:
    trigger = cast(Any, TIMER.get_trigger())
    assert TIMER.get_function_name() == "cache_refresh"
    assert (trigger.schedule, trigger.run_on_startup, trigger.use_monitor) == (
        "%CACHE_REFRESH_SCHEDULE%",
        False,
        True,
    )


async def test_each_time_is_one_run() -> None:
    refresh, recovery, record = Refresh(), Recovery(), Record()
    await refresh_cache(refresh, recovery, record)
    assert (refresh.runs, recovery.runs, record.runs) == (1, 1, 1)


async def test_run_that_fails_is_a_failed_invocation(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ZeroDivisionError):
        await refresh_cache(Refresh(ZeroDivisionError()))
    assert "timer run failed: unexpected error" in caplog.text
