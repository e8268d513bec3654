"""Checks the parameters, and registers a resource provider that a new subscription lacks.

azd runs this before it creates resources (``azure.yaml``). Resource Manager itself registers the providers of
the resources in the template; the subnet of a Flex Consumption app needs one that none of them names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Final

from infra.management import (
    MANAGEMENT,
    PAUSE_SECONDS,
    DeploymentError,
    NotYetError,
    management_token,
    request,
    say,
    told,
    wait_for,
)
from infra.parameter_checks import check_parameters
from infra.parameters import read_parameters

PROVIDER: Final = "Microsoft.App"
REGISTRATION_SECONDS: Final = 300.0

_VERSION: Final = "2021-04-01"


def main(
    environ: Mapping[str, str],
    *,
    management: str = MANAGEMENT,
    seconds: float = REGISTRATION_SECONDS,
    pause: float = PAUSE_SECONDS,
    today: date | None = None,
) -> int:
    """Checks the parameters, registers the provider and waits for it; returns the exit code."""
    try:
        _check_parameters(environ, today or datetime.now(timezone.utc).date())  # noqa: UP017 - Python 3.9
        _ensure_registered(environ, management, seconds, pause)
    except DeploymentError as error:
        print(f"preprovision: {error}", file=sys.stderr)
        return 1
    return 0


def _check_parameters(environ: Mapping[str, str], today: date) -> None:
    findings = check_parameters(read_parameters(environ), today)
    for finding in findings:
        if not finding.fatal:
            say(f"warning: {finding.message}")
    if fatal := [finding.message for finding in findings if finding.fatal]:
        raise DeploymentError("; ".join(fatal))


def _ensure_registered(environ: Mapping[str, str], management: str, seconds: float, pause: float) -> None:
    subscription = environ.get("AZURE_SUBSCRIPTION_ID", "").strip()
    if environ.get("PRIVATE_NETWORK", "").strip().lower() == "false" or not subscription:
        # Without a network it is not needed; `azd provision` may not have asked for the subscription yet.
        return
    url = f"{management}/subscriptions/{subscription}/providers/{PROVIDER}"
    headers = {"Authorization": f"Bearer {management_token()}"}
    if not _registered(url, headers):
        _register(url, headers)
        wait_for(PROVIDER, seconds, lambda: _check(url, headers), pause)
    say(f"{PROVIDER} is registered with the subscription")


def _registered(url: str, headers: Mapping[str, str]) -> bool:
    status, answer = request("GET", f"{url}?api-version={_VERSION}", headers)
    if status != 200:
        raise DeploymentError(f"Azure does not tell of {PROVIDER}: {told(status)}")
    return answer.get("registrationState") == "Registered"


def _register(url: str, headers: Mapping[str, str]) -> None:
    status, _ = request("POST", f"{url}/register?api-version={_VERSION}", headers)
    if status != 200:
        raise DeploymentError(
            f"{PROVIDER} cannot be registered: {told(status)}; whoever owns the subscription can: "
            f"az provider register --namespace {PROVIDER}"
        )


def _check(url: str, headers: Mapping[str, str]) -> None:
    if not _registered(url, headers):
        raise NotYetError("it is being registered")


if __name__ == "__main__":
    sys.exit(main(os.environ))
