"""Finds parameters with which a deployment would fail, before Azure is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from infra.findings import Finding
from infra.value_checks import check_values, is_true
from shared.llm.model_end_dates import find_model_end

REPLACED: Final = {
    "CORS_ALLOWED_ORIGINS": "APP_CORS_ORIGINS",
    "HIGH_AVAILABILITY": "REDIS_HIGH_AVAILABILITY, MONGO_HIGH_AVAILABILITY, ZONE_REDUNDANT and STORAGE_SKU",
    "RECOVER_VAULT": "nothing: preprovision names a deleted vault and the command that recovers it",
}
"""Variables of earlier versions, with what to set instead. Ignored silently, they would undo a setting."""

_LEAST_TIER_FOR_STANDBY: Final = 30


def check_environment(environ: Mapping[str, str]) -> list[Finding]:
    """Returns a finding for each variable that is no longer read."""
    return [
        Finding(f'{name} is no longer read: set {instead}, then `azd env set {name} ""`')
        for name, instead in REPLACED.items()
        if environ.get(name, "").strip().lower() not in ("", "false")
    ]


def check_parameters(parameters: Mapping[str, object], today: date) -> list[Finding]:
    """Returns what is wrong with the parameters of ``main.parameters.json``.

    Args:
        parameters: Values by name, as :func:`infra.deployment_parameters.read_parameters` returns them.
        today: Date in UTC.
    """
    return [
        *check_values(parameters),
        *_model_end(parameters, today),
        *_standby_of_database(parameters),
        *_zones(parameters),
        *_always_ready(parameters),
    ]


def _model_end(parameters: Mapping[str, object], today: date) -> Iterator[Finding]:
    if not is_true(parameters["azureOpenAi"]):
        return
    model, version = str(parameters["azureOpenAiModel"]), str(parameters["azureOpenAiModelVersion"])
    end = find_model_end("azure_openai", model, version)
    if end is None or not end.ends_soon(today):
        return
    yield Finding(
        f"{end.describe(today)}: set AZURE_OPENAI_MODEL and AZURE_OPENAI_MODEL_VERSION",
        fatal=end.has_ended(today),
    )


def _standby_of_database(parameters: Mapping[str, object]) -> Iterator[Finding]:
    tier = str(parameters["mongoTier"])
    number = re.fullmatch(r"M(\d+)", tier, re.ASCII)
    if not is_true(parameters["mongoHighAvailability"]) or number is None:
        return
    if int(number[1]) < _LEAST_TIER_FOR_STANDBY:
        yield Finding(
            f"MONGO_HIGH_AVAILABILITY needs MONGO_TIER M30 or higher, not {tier}: Azure DocumentDB has no "
            "standby for burstable tiers"
        )


def _zones(parameters: Mapping[str, object]) -> Iterator[Finding]:
    if is_true(parameters["zoneRedundant"]) and parameters["storageSku"] != "Standard_ZRS":
        yield Finding(
            "ZONE_REDUNDANT needs STORAGE_SKU Standard_ZRS: the deployed package and the timers' locks must "
            "survive the loss of a zone too"
        )


def _always_ready(parameters: Mapping[str, object]) -> Iterator[Finding]:
    ready, most = str(parameters["alwaysReadyInstances"]), str(parameters["maximumInstanceCount"])
    if ready.isdigit() and most.isdigit() and int(ready) > int(most):
        yield Finding(f"ALWAYS_READY_INSTANCES is {ready}, more than MAXIMUM_INSTANCE_COUNT {most}")
