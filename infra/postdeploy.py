"""Runs the database migrations of the deployed code and waits for them.

azd runs this after every deployment (``azure.yaml``); ``azd hooks run postdeploy`` repeats it. Two values of
the azd environment say what was deployed: ``AZURE_FUNCTION_APP_ID`` and ``API_URL``. The host's master key is
asked of Azure each time and not stored.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Final

from infra.management import (
    MANAGEMENT,
    PAUSE_SECONDS,
    DeploymentError,
    NotYetError,
    ask,
    management_token,
    request,
    required,
    say,
    wait_for,
)

START_SECONDS: Final = 300.0
"""Deadline for the host and for its keys: Azure asks the running host for them, and all instances are new."""
MIGRATION_SECONDS: Final = 600.0

_KEYS_VERSION: Final = "2025-03-01"


def main(
    environ: Mapping[str, str],
    *,
    management: str = MANAGEMENT,
    start_seconds: float = START_SECONDS,
    migration_seconds: float = MIGRATION_SECONDS,
    pause: float = PAUSE_SECONDS,
) -> int:
    """Runs the migrations and waits for them; returns the exit code."""
    try:
        api_url, app_id = (required(environ, name) for name in ("API_URL", "AZURE_FUNCTION_APP_ID"))
        key = master_key(app_id, management_token(), management, start_seconds, pause)
        wait_for("the app", start_seconds, lambda: start_migrations(api_url, key), pause)
        say("migrations started")
        wait_for("the migrations", migration_seconds, lambda: check_database(api_url), pause)
    except DeploymentError as error:
        print(f"postdeploy: {error}", file=sys.stderr)
        return 1
    say(f"the database is up to date; the API is at {api_url}/api")
    return 0


def master_key(app_id: str, token: str, management: str, seconds: float, pause: float) -> str:
    """Returns the master key of the Function App's host.

    Args:
        app_id: Resource id of the Function App.
        token: Token for Azure's management API.
        management: Address of that API.
        seconds: Deadline.
        pause: Seconds before the second request; later pauses are longer.

    Raises:
        DeploymentError: Azure refuses it, or does not have it before the deadline.
    """
    url = f"{management}{app_id}/host/default/listKeys?api-version={_KEYS_VERSION}"
    headers = {"Authorization": f"Bearer {token}"}

    def attempt() -> str:
        key = ask("POST", url, headers).get("masterKey")
        if not key:
            raise NotYetError("Azure answers without a master key")
        return str(key)

    try:
        return wait_for("the host's keys", seconds, attempt, pause)
    except DeploymentError as error:
        raise DeploymentError(f"Azure does not return the host's keys: {error}") from error


def start_migrations(api_url: str, key: str) -> None:
    """Starts the timer ``migrations``.

    Raises:
        NotYetError: The host has not started or does not know the function yet.
        DeploymentError: It refuses the key.
    """
    answer = request("POST", f"{api_url}/admin/functions/migrations", {"x-functions-key": key}, {})
    if answer.status in (401, 403):
        raise DeploymentError(f"the host refuses its master key: {answer.describe()}")
    if answer.status != 202:
        raise NotYetError(f"the host: {answer.describe()}")


def check_database(api_url: str) -> None:
    """Returns when the readiness check reports the database as up to date.

    Raises:
        NotYetError: It does not, or there is no answer.
    """
    answer = request("GET", f"{api_url}/api/health/ready")
    checks = answer.body.get("checks")
    check = checks.get("mongodb") if isinstance(checks, dict) else None
    if not isinstance(check, dict):
        raise NotYetError(f"/api/health/ready: {answer.describe()}")
    if check.get("status") != "healthy":
        raise NotYetError(f"mongodb is {check.get('status')}: {check.get('detail')}")


if __name__ == "__main__":
    sys.exit(main(os.environ))
