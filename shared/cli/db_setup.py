"""Sets the database up, or brings it up to date.

::

    python -m shared.cli.db_setup [--dry-run] [--json]

Exit codes: 0 done or nothing to do, 1 failed, 2 the configuration is wrong, 3 another runner is at work.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from shared.app.context import AppContext
from shared.app.context_provider import build_context
from shared.data.migration.runner import (
    MigrationError,
    MigrationReport,
    MigrationRunner,
    Progress,
)
from shared.errors import ConfigurationError
from shared.errors.service_errors import ServiceError

__all__ = ["MigrationReport", "MigrationRunner", "main"]

_HEADINGS = {
    "applied": "migrations that were run",
    "unchanged": "nothing to do",
    "planned": "would be run (this was a dry run)",
    "locked": "another runner is at work",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the migrations of the configured database; gives the exit code."""
    parser = argparse.ArgumentParser(prog="db_setup", description="Runs the database migrations.")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    options = parser.parse_args(arguments)
    try:
        report = asyncio.run(_run(options.dry_run))
    except ConfigurationError as error:
        return _fail(str(error), 2)
    except (MigrationError, ServiceError) as error:
        return _fail(str(error), 1)
    text = json.dumps(report.as_json(), indent=2) if options.json else _text(report)
    sys.stdout.write(text + "\n")
    return 3 if report.status == "locked" else 0


async def _run(dry_run: bool) -> MigrationReport:
    app: AppContext = build_context()
    try:
        return await app.migrations.run(dry_run, _progress(sys.stderr.isatty()))
    finally:
        await app.aclose()


def _progress(on_terminal: bool) -> Progress:
    """Shows one line that changes on a terminal, and nothing anywhere else."""

    def show(done: int, total: int, step: str) -> None:
        if on_terminal:
            bar = "#" * (20 * done // max(total, 1))
            sys.stderr.write(f"\r\033[K[{bar:<20}] {done}/{total} {step}" + ("\n" if done == total else ""))
            sys.stderr.flush()

    return show


def _text(report: MigrationReport) -> str:
    lines = [_HEADINGS[report.status]]
    for title, items in (
        ("", report.applied),
        ("change: ", report.changes),
        ("differs: ", report.drift),
        ("note: ", report.warnings),
    ):
        lines += [f"  {title}{item}" for item in items]
    return "\n".join(lines)


def _fail(message: str, code: int) -> int:
    sys.stderr.write(f"db_setup: {message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
