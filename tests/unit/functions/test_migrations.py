"""The timer of the migrations, and the command that runs the same code."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import azure.functions as func
import pytest

from functions.migrations import blueprint
from shared.app.context import AppContext
from shared.app.context_provider import contexts
from shared.cli import db_setup
from shared.data.migration.runner import MigrationChangedError, MigrationReport
from shared.errors import ConfigurationError
from shared.errors.service_errors import DependencyUnavailableError
from tests.support.mongo import local_settings


async def test_timer_runs_the_migrations(tmp_path: Path) -> None:
    app = func.FunctionApp()
    app.register_functions(blueprint)
    [function] = app.get_functions()
    trigger = cast(Any, function.get_trigger())
    assert (function.get_function_name(), trigger.schedule) == ("migrations", "%MIGRATIONS_SCHEDULE%")
    assert (trigger.run_on_startup, trigger.use_monitor) == (False, True)
    context = AppContext(local_settings(app={"data_dir": str(tmp_path)}))
    contexts.use(context)
    try:
        await function.get_user_function()(cast(func.TimerRequest, SimpleNamespace(past_due=False)))
    finally:
        contexts.use(None)
    assert len(await context.repositories.migrations.applied()) == 6
    await context.mongo.aclose()


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = local_settings(app={"data_dir": str(tmp_path)})
    monkeypatch.setattr(db_setup, "build_context", lambda: AppContext(settings))


@pytest.mark.usefixtures("local")
def test_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    assert db_setup.main(["--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("would be run (this was a dry run)\n  0001_collections\n")
    assert db_setup.main(["--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["status"], report["applied"][0]) == ("applied", "0001_collections")
    assert db_setup.main([]) == 0
    assert capsys.readouterr().out == "nothing to do\n"


@pytest.mark.parametrize(
    ("outcome", "code", "says"),
    [
        (ConfigurationError("mongodb: wrong"), 2, "db_setup: mongodb: wrong"),
        (MigrationChangedError("migration 0001_x was changed"), 1, "0001_x was changed"),
        (DependencyUnavailableError("The database is not available."), 1, "not available"),
        (MigrationReport(status="locked", warnings=["another runner"]), 3, "another runner is at work"),
    ],
)
def test_exit_codes(
    outcome: object,
    code: int,
    says: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def run(_dry_run: bool) -> object:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(db_setup, "_run", run)
    assert db_setup.main([]) == code
    captured = capsys.readouterr()
    assert says in captured.out + captured.err


def test_progress_is_one_line_on_a_terminal_and_none_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    for on_terminal, expected in ((True, "\r\033[K[##########          ] 1/2 0002_x"), (False, "")):
        db_setup._progress(on_terminal)(1, 2, "0002_x")
        assert capsys.readouterr().err == expected
