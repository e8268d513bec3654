"""Runs the database migrations of what was just deployed, and waits until they are done.

azd runs this after every deployment (``azure.yaml``); by hand, ``azd hooks run postdeploy`` does. Two values
of the azd environment say what was deployed: ``AZURE_FUNCTION_APP_ID`` and ``API_URL``. The host's master key
is asked of Azure for the occasion, and kept nowhere.
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
    management_token,
    request,
    required,
    say,
    told,
    wait_for,
)

START_SECONDS: Final = 300.0
"""For the app to answer: after a deployment all instances are new ones."""
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
    """Runs the migrations and waits for them; gives the exit code."""
    try:
        api_url, app_id = (required(environ, name) for name in ("API_URL", "AZURE_FUNCTION_APP_ID"))
        key = master_key(app_id, management_token(), management)
        wait_for("the app", start_seconds, lambda: start_migrations(api_url, key), pause)
        say("the migrations were started")
        wait_for("the migrations", migration_seconds, lambda: check_database(api_url), pause)
    except DeploymentError as error:
        print(f"postdeploy: {error}", file=sys.stderr)
        return 1
    say(f"the database is up to date; the API is at {api_url}/api")
    return 0


def master_key(app_id: str, token: str, management: str) -> str:
    """The master key of the Function App's host.

    Raises:
        DeploymentError: Azure does not give it away.
    """
    url = f"{management}{app_id}/host/default/listKeys?api-version={_KEYS_VERSION}"
    status, answer = request("POST", url, {"Authorization": f"Bearer {token}"})
    if status != 200:
        raise DeploymentError(f"Azure does not give the host's keys away: {told(status)}")
    return str(answer["masterKey"])


def start_migrations(api_url: str, key: str) -> None:
    """Starts the timer ``migrations`` by hand.

    Raises:
        NotYetError: The host has not started, or does not know the function yet.
        DeploymentError: It refuses the key.
    """
    status, _ = request("POST", f"{api_url}/admin/functions/migrations", {"x-functions-key": key}, {})
    if status in (401, 403):
        raise DeploymentError(f"the host refuses its master key: {told(status)}")
    if status != 202:
        raise NotYetError(f"the host: {told(status)}")


def check_database(api_url: str) -> None:
    """Returns when the readiness says that the database is up to date.

    Raises:
        NotYetError: It is not, or does not answer.
    """
    status, answer = request("GET", f"{api_url}/api/health/ready")
    check = answer.get("checks", {}).get("mongodb")
    if check is None:
        raise NotYetError(f"/api/health/ready: {told(status)}")
    if check["status"] != "healthy":
        raise NotYetError(f"mongodb is {check['status']}: {check['detail']}")


if __name__ == "__main__":
    sys.exit(main(os.environ))
