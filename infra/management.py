"""What the deployment hooks share: requests to Azure and to the deployed app, repeated until they succeed.

Only Python and azd are needed, which every ``azd up`` has.
"""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

MANAGEMENT: Final = "https://management.azure.com"
PAUSE_SECONDS: Final = 2.0
"""Before the second attempt."""

_MAX_PAUSE_SECONDS: Final = 30.0
_REQUEST_SECONDS: Final = 60.0
_NOT_YET: Final = frozenset({0, 400, 404, 409, 429})
"""With 5xx: what Azure answers while a deployment settles. 400 is a host that does not run yet."""

Result = TypeVar("Result")


class DeploymentError(Exception):
    """The deployment cannot continue; the message says why."""


class NotYetError(Exception):
    """A condition is not met yet; the message says what is missing."""


@dataclass(frozen=True)
class ManagementResponse:
    """An HTTP response.

    Attributes:
        status: Status code; 0 without a response.
        body: JSON object; empty when there is none.
    """

    status: int
    body: dict[str, Any] = field(default_factory=dict)

    def describe(self) -> str:
        """Returns status and Azure's own message for the operator."""
        status = f"HTTP {self.status}" if self.status else "no answer"
        error = self.body.get("error")
        message = error.get("message") if isinstance(error, dict) else self.body.get("Message")
        return f"{status}: {message}" if message else status


def management_token() -> str:
    """Returns a token for Azure Resource Manager of the account that is signed in to azd.

    Raises:
        DeploymentError: azd gives none.
    """
    azd = shutil.which("azd")
    if azd is None:
        raise DeploymentError("azd is not in the PATH")
    command = [azd, "auth", "token", "--output", "json", "--scope", f"{MANAGEMENT}/.default"]
    try:
        done = subprocess.run(  # noqa: S603 - no input from outside
            command, capture_output=True, text=True, timeout=_REQUEST_SECONDS, check=True
        )
        return str(json.loads(done.stdout)["token"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        raise DeploymentError("azd gives no token: run `azd auth login`") from error


def wait_for(
    what: str, seconds: float, attempt: Callable[[], Result], pause: float = PAUSE_SECONDS
) -> Result:
    """Repeats an attempt with exponential backoff until it succeeds.

    Args:
        what: Subject of progress messages.
        seconds: Deadline; no attempt begins after it.
        attempt: Raises :class:`NotYetError` to be repeated.
        pause: Seconds before the second attempt; each pause is twice the last, up to 30 s.

    Raises:
        DeploymentError: The deadline passed, or the attempt raised it.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except NotYetError as error:
            if time.monotonic() + pause > deadline:
                raise DeploymentError(f"{what}: not within {seconds:g} s; {error}") from error
            say(f"waiting for {what}: {error}")
        time.sleep(pause)
        pause = min(2 * pause, _MAX_PAUSE_SECONDS)


def ask(method: str, url: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Returns the body of a successful answer of Azure.

    Raises:
        NotYetError: 400, 404, 409, 429, 5xx or no answer: worth another attempt.
        DeploymentError: Any other status; 401 and 403 do not change by waiting.
    """
    answer = request(method, url, headers)
    if 200 <= answer.status < 300:
        return answer.body
    if answer.status in _NOT_YET or answer.status >= 500:
        raise NotYetError(answer.describe())
    raise DeploymentError(answer.describe())


def request(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: object = None
) -> ManagementResponse:
    """Sends one request; a connection that fails is status 0."""
    data = b"" if body is None and method == "POST" else None if body is None else json.dumps(body).encode()
    given = {"Content-Type": "application/json", **(headers or {})}
    prepared = urllib.request.Request(url, data, given, method=method)  # noqa: S310 - an address of ours
    try:
        with urllib.request.urlopen(prepared, timeout=_REQUEST_SECONDS) as response:  # noqa: S310
            return ManagementResponse(response.status, _object(response.read()))
    except urllib.error.HTTPError as error:
        with error:
            return ManagementResponse(error.code, _object(error.read()))
    except (OSError, http.client.HTTPException):
        return ManagementResponse(0)


def required(environ: Mapping[str, str], name: str) -> str:
    """Returns a value of the azd environment, without a slash at its end.

    Raises:
        DeploymentError: It is not set.
    """
    value = environ.get(name, "").strip()
    if not value:
        raise DeploymentError(f"{name} is not set; azd sets it for its hooks")
    return value.rstrip("/")


def say(text: str) -> None:
    """Prints progress."""
    print(f"  {text}", flush=True)


def _object(content: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(content)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
