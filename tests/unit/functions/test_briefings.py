"""The timer of briefings and alerts: the run, then the sweep, whatever the run does."""

from typing import Any, cast

import azure.functions as func
import pytest

from functions.briefings import blueprint
from shared.errors.service_errors import DependencyUnavailableError
from tests.support.timers import fire

app = func.FunctionApp()
app.register_functions(blueprint)
(TIMER,) = app.get_functions()


class Steps:
    """The run and the outbox, which note their calls."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.fails = fails
        self.calls: list[str] = []

    async def run(self) -> None:
        self.calls.append("run")
        if self.fails is not None:
            raise self.fails

    async def sweep(self) -> int:
        self.calls.append("sweep")
        return 0


def test_schedule_comes_from_the_setting() -> None:
    trigger = cast(Any, TIMER.get_trigger())
    assert (TIMER.get_function_name(), trigger.schedule) == ("briefings", "%BRIEFINGS_SCHEDULE%")
    assert (trigger.run_on_startup, trigger.use_monitor) == (False, True)


async def test_sweep_follows_the_run() -> None:
    steps = Steps()
    await fire(TIMER, briefings=steps, outbox=steps)
    assert steps.calls == ["run", "sweep"]


async def test_stored_deliveries_are_queued_although_the_run_fails() -> None:
    steps = Steps(DependencyUnavailableError("The database does not answer."))
    with pytest.raises(DependencyUnavailableError):
        await fire(TIMER, briefings=steps, outbox=steps)
    assert steps.calls == ["run", "sweep"]
