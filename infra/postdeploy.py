#!/usr/bin/env python3
"""Runs the database migrations of what was just deployed, and waits until they are done.

azd runs this after every deployment (``azure.yaml``); by hand, ``azd hooks run postdeploy`` does. It needs
nothing but Python and azd. Two values of the azd environment say what was deployed: ``AZURE_FUNCTION_APP_ID``
and ``API_URL``. The host's master key is asked of Azure for the occasion, and kept nowhere.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

MANAGEMENT: Final = "https://management.azure.com"
KEYS_VERSION: Final = "2025-03-01"
START_SECONDS: Final = 300.0
"""For the app to answer: after a deployment all instances are new ones."""
MIGRATION_SECONDS: Final = 600.0
PAUSE_SECONDS: Final = 5.0

_REQUEST_SECONDS: Final = 60.0
T = TypeVar("T")


class DeploymentError(Exception):
    """The database was not brought up to date; the message says why."""


class NotYetError(Exception):
    """What is waited for has not come; the message says how far it is."""


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
        api_url, app_id = (_required(environ, name) for name in ("API_URL", "AZURE_FUNCTION_APP_ID"))
        key = master_key(app_id, management_token(), management)
        wait_for("the app", start_seconds, lambda: start_migrations(api_url, key), pause)
        _say("the migrations were started")
        wait_for("the migrations", migration_seconds, lambda: check_database(api_url), pause)
    except DeploymentError as error:
        print(f"postdeploy: {error}", file=sys.stderr)
        return 1
    _say(f"the database is up to date; the API is at {api_url}/api")
    return 0


def management_token() -> str:
    """A token for Azure Resource Manager, of whoever signed in to azd.

    Raises:
        DeploymentError: azd gives none.
    """
    azd = shutil.which("azd")
    if azd is None:
        raise DeploymentError("azd is not in the PATH")
    command = [azd, "auth", "token", "--output", "json", "--scope", f"{MANAGEMENT}/.default"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_REQUEST_SECONDS, check=False)  # noqa: S603 - no input from outside
    if done.returncode:
        raise DeploymentError("azd gives no token: run `azd auth login`")
    return str(json.loads(done.stdout)["token"])


def master_key(app_id: str, token: str, management: str) -> str:
    """The master key of the Function App's host.

    Raises:
        DeploymentError: Azure does not give it away.
    """
    url = f"{management}{app_id}/host/default/listKeys?api-version={KEYS_VERSION}"
    status, answer = request("POST", url, {"Authorization": f"Bearer {token}"})
    if status != 200:
        raise DeploymentError(f"Azure does not give the host's keys away: {_told(status)}")
    return str(answer["masterKey"])


def start_migrations(api_url: str, key: str) -> None:
    """Starts the timer ``migrations`` by hand.

    Raises:
        NotYetError: The host has not started, or does not know the function yet.
        DeploymentError: It refuses the key.
    """
    status, _ = request("POST", f"{api_url}/admin/functions/migrations", {"x-functions-key": key}, {})
    if status in (401, 403):
        raise DeploymentError(f"the host refuses its master key: {_told(status)}")
    if status != 202:
        raise NotYetError(f"the host: {_told(status)}")


def check_database(api_url: str) -> None:
    """Returns when the readiness says that the database is up to date.

    Raises:
        NotYetError: It is not, or does not answer.
    """
    status, answer = request("GET", f"{api_url}/api/health/ready")
    check = answer.get("checks", {}).get("mongodb")
    if check is None:
        raise NotYetError(f"/api/health/ready: {_told(status)}")
    if check["status"] != "healthy":
        raise NotYetError(f"mongodb is {check['status']}: {check['detail']}")


def wait_for(what: str, seconds: float, attempt: Callable[[], T], pause: float) -> T:
    """Tries again until it works.

    Raises:
        DeploymentError: It has not worked in time, or never will.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except NotYetError as error:
            if time.monotonic() + pause > deadline:
                raise DeploymentError(f"{what}: not within {seconds:g} s; {error}") from error
            _say(f"waiting for {what}: {error}")
        time.sleep(pause)


def request(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: object = None
) -> tuple[int, dict[str, Any]]:
    """Status and JSON object of an answer; 0 when there is none, an empty object when it is no JSON."""
    data = b"" if body is None and method == "POST" else None if body is None else json.dumps(body).encode()
    given = {"Content-Type": "application/json", **(headers or {})}
    made = urllib.request.Request(url, data, given, method=method)  # noqa: S310 - an address of ours
    try:
        with urllib.request.urlopen(made, timeout=_REQUEST_SECONDS) as response:  # noqa: S310
            return response.status, _object(response.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _object(error.read())
    except OSError:
        return 0, {}


def _object(content: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(content)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise DeploymentError(f"{name} is not set: run this by `azd deploy` or `azd hooks run postdeploy`")
    return value.rstrip("/")


def _told(status: int) -> str:
    return f"HTTP {status}" if status else "no answer"


def _say(text: str) -> None:
    print(f"postdeploy: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(os.environ))
