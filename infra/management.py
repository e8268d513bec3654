"""What the hooks of a deployment share: asking Azure and the deployed app, and waiting for an answer.

Nothing but Python and azd is needed: whoever runs ``azd up`` has these.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, Final

MANAGEMENT: Final = "https://management.azure.com"
PAUSE_SECONDS: Final = 5.0

_REQUEST_SECONDS: Final = 60.0


class DeploymentError(Exception):
    """The deployment cannot go on; the message says why."""


class NotYetError(Exception):
    """What is waited for has not come; the message says how far it is."""


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


def wait_for(what: str, seconds: float, attempt: Callable[[], None], pause: float) -> None:
    """Tries again until it works.

    Raises:
        DeploymentError: It has not worked in time, or never will.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            attempt()
            return
        except NotYetError as error:
            if time.monotonic() + pause > deadline:
                raise DeploymentError(f"{what}: not within {seconds:g} s; {error}") from error
            say(f"waiting for {what}: {error}")
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


def required(environ: Mapping[str, str], name: str) -> str:
    """A value of the azd environment, without a slash at its end.

    Raises:
        DeploymentError: It is not set.
    """
    value = environ.get(name, "").strip()
    if not value:
        raise DeploymentError(f"{name} is not set: azd sets it, for its hooks")
    return value.rstrip("/")


def told(status: int) -> str:
    """A status, as it is told."""
    return f"HTTP {status}" if status else "no answer"


def say(text: str) -> None:
    """Tells how far the deployment is."""
    print(f"  {text}", flush=True)


def _object(content: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(content)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
