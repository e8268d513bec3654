"""Checks parameters and existing resources, and registers a resource provider that a new subscription lacks.

azd runs this before it creates resources (``azure.yaml``). Resource Manager itself registers the providers of
the resources in the template; the subnet of a Flex Consumption app needs one that none of them names.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from typing import Final

from infra.deployment_parameters import read_parameters
from infra.existing_resources import check_existing
from infra.findings import Finding
from infra.management import (
    MANAGEMENT,
    PAUSE_SECONDS,
    DeploymentError,
    NotYetError,
    ask,
    management_token,
    say,
    wait_for,
)
from infra.parameter_checks import check_environment, check_parameters
from infra.value_checks import is_true

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
    """Runs all checks, registers the provider and waits for it; returns the exit code."""
    parameters = read_parameters(environ)
    day = today or datetime.now(timezone.utc).date()  # noqa: UP017 - Python 3.9
    subscription = environ.get("AZURE_SUBSCRIPTION_ID", "").strip()
    try:
        _report([*check_environment(environ), *check_parameters(parameters, day)])
        if not subscription:
            # `azd provision` may run this before it asks for a subscription; nothing exists then.
            return 0
        headers = {"Authorization": f"Bearer {management_token()}"}
        root = f"{management}/subscriptions/{subscription}"
        _report(check_existing(root, headers, parameters, pause))
        if is_true(parameters["privateNetwork"]):
            _ensure_registered(f"{root}/providers/{PROVIDER}", headers, seconds, pause)
    except DeploymentError as error:
        print(f"preprovision: {error}", file=sys.stderr)
        return 1
    return 0


def _report(findings: Sequence[Finding]) -> None:
    for finding in findings:
        if not finding.fatal:
            say(f"warning: {finding.message}")
    if fatal := [finding.message for finding in findings if finding.fatal]:
        raise DeploymentError("; ".join(fatal))


def _ensure_registered(url: str, headers: Mapping[str, str], seconds: float, pause: float) -> None:
    registered = wait_for(PROVIDER, seconds, lambda: _registered(url, headers), pause)
    if not registered:
        try:
            wait_for(
                PROVIDER,
                seconds,
                lambda: ask("POST", f"{url}/register?api-version={_VERSION}", headers),
                pause,
            )
        except DeploymentError as error:
            raise DeploymentError(
                f"{PROVIDER} cannot be registered ({error}); the owner of the subscription can: "
                f"az provider register --namespace {PROVIDER}"
            ) from error
        wait_for(PROVIDER, seconds, lambda: _check_registered(url, headers), pause)
    say(f"{PROVIDER} is registered with the subscription")


def _registered(url: str, headers: Mapping[str, str]) -> bool:
    return ask("GET", f"{url}?api-version={_VERSION}", headers).get("registrationState") == "Registered"


def _check_registered(url: str, headers: Mapping[str, str]) -> None:
    if not _registered(url, headers):
        raise NotYetError("registration is in progress")


if __name__ == "__main__":
    sys.exit(main(os.environ))
