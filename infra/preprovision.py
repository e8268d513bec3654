"""Registers what the virtual network needs with the subscription, which a new one does not have.

azd runs this before it makes resources (``azure.yaml``). Resource Manager registers by itself the providers
whose resources a template names; the subnet of a Flex Consumption app needs one that none does.
"""

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
    say,
    told,
    wait_for,
)

PROVIDER: Final = "Microsoft.App"
REGISTRATION_SECONDS: Final = 300.0

_VERSION: Final = "2021-04-01"


def main(
    environ: Mapping[str, str],
    *,
    management: str = MANAGEMENT,
    seconds: float = REGISTRATION_SECONDS,
    pause: float = PAUSE_SECONDS,
) -> int:
    """Registers the provider and waits for it; gives the exit code."""
    subscription = environ.get("AZURE_SUBSCRIPTION_ID", "").strip()
    if environ.get("PRIVATE_NETWORK", "").strip().lower() == "false" or not subscription:
        # Without a network it is not needed; `azd provision` may not have asked for the subscription yet.
        return 0
    try:
        url = f"{management}/subscriptions/{subscription}/providers/{PROVIDER}"
        headers = {"Authorization": f"Bearer {management_token()}"}
        if not _registered(url, headers):
            _register(url, headers)
            wait_for(PROVIDER, seconds, lambda: _check(url, headers), pause)
    except DeploymentError as error:
        print(f"preprovision: {error}", file=sys.stderr)
        return 1
    say(f"{PROVIDER} is registered with the subscription")
    return 0


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
