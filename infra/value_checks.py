"""Finds single parameters that Azure or the app would refuse only minutes into a deployment, or after it.

Resource Manager itself names values that are not among the allowed ones of ``main.bicep``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from infra.findings import Finding

_TRUE: Final = frozenset({"1", "t", "T", "true", "True", "TRUE"})
_BOOLEAN: Final = "[01tTfF]|true|True|TRUE|false|False|FALSE"
_GUID: Final = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_SCHEDULE: Final = r"(?:\S+ ){5}\S+"
_HOST: Final = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])"
_PORT: Final = "(?::(?!0+$)[0-9]{1,5})?"
# Compute and storage of Azure DocumentDB: https://learn.microsoft.com/azure/documentdb/compute-storage
_TIERS: Final = "M10|M20|M25|M30|M40|M50|M60|M80|M200"
_DISKS: Final = "32|64|128|256|512|1024|2048|4095|8192|16384|32767"
_SCHEDULE_FORM: Final = (
    "must have six fields, seconds first: with another schedule no function of the app starts"
)
_GUIDS_FORM: Final = "must be ids such as 11111111-2222-3333-4444-555555555555, separated by commas"

_RESERVED: Final = re.compile(
    "access|azure|bing|bizspark|biztalk|cortana|directx|dotnet|dynamics|excel|exchange|forefront|groove|"
    "hololens|hyperv|kinect|lync|msdn|o365|office|office365|onedrive|onenote|outlook|powerpoint|"
    "sharepoint|skype|visio|visualstudio|xbox"
)
"""Words that Azure refuses as the name of a resource with an address (ReservedResourceName)."""

_NOT_ON_FLEX: Final = re.compile(
    "AZUREWEBJOBSDASHBOARD|ENABLE_ORYX_BUILD|FUNCTIONS_EXTENSION_VERSION|FUNCTIONS_MAX_HTTP_CONCURRENCY|"
    "FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED|FUNCTIONS_WORKER_PROCESS_COUNT|"
    "FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_WORKER_RUNTIME_VERSION|SCM_DO_BUILD_DURING_DEPLOYMENT|"
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING|WEBSITE_CONTENTOVERVNET|WEBSITE_CONTENTSHARE|"
    "WEBSITE_DNS_SERVER|WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT|WEBSITE_MOUNT_ENABLED|"
    "WEBSITE_NODE_DEFAULT_VERSION|WEBSITE_RUN_FROM_PACKAGE|WEBSITE_SKIP_CONTENTSHARE_VALIDATION|"
    "WEBSITE_VNET_ROUTE_ALL"
)
"""Settings that a Flex Consumption app must not have."""

_OF_THE_HOST: Final = re.compile("AZUREWEBJOBSSTORAGE|CORS_ALLOWED_ORIGINS")
"""Settings with which the host would not serve any function, or would not reach its storage by identity."""


@dataclass(frozen=True)
class ValueForm:
    """The form that the value of a parameter must have; an empty value has every form.

    Attributes:
        parameter: Name in ``main.parameters.json``.
        variable: Name of the azd variable, or of the parameter where there is no variable.
        pattern: Regular expression of a value.
        rule: Text of the finding about another value.
        is_list: Whether the value is a list, separated by commas.
    """

    parameter: str
    variable: str
    pattern: str
    rule: str
    is_list: bool = False

    def fits(self, value: object) -> bool:
        """Returns whether a value has this form."""
        text = str(value)
        parts = [part.strip() for part in text.split(",")] if self.is_list else [text]
        return all(not part or re.fullmatch(self.pattern, part, re.ASCII) for part in parts)


FORMS: Final = (
    ValueForm(
        "environmentName",
        "AZURE_ENV_NAME",
        "[A-Za-z0-9()_.-]{0,39}[A-Za-z0-9()_-]",
        "must be up to 40 letters, digits and ( ) _ . - without a dot at the end: the resource group has it",
    ),
    ValueForm(
        "appName",
        "APP_NAME",
        "[a-z0-9][a-z0-9-]{0,30}[a-z0-9]",
        "must be 2 to 32 lower-case letters, digits and hyphens, without a hyphen at either end",
    ),
    ValueForm(
        "databaseName",
        "MONGODB_DB_NAME",
        "(?!(?:admin|config|local)$)[A-Za-z0-9_-]{1,63}",
        "must be up to 63 letters, digits, hyphens and underscores, and none of admin, config and local",
    ),
    ValueForm("mongoTier", "MONGO_TIER", _TIERS, f"must be one of {_TIERS.replace('|', ', ')}"),
    ValueForm("mongoStorageGb", "MONGO_STORAGE_GB", _DISKS, f"must be one of {_DISKS.replace('|', ', ')}"),
    ValueForm(
        "redisSku",
        "REDIS_SKU",
        "Balanced_B(?:0|1|3|5|10|20)|MemoryOptimized_M(?:10|20)|ComputeOptimized_X(?:3|5|10|20)",
        "must be a size of up to 24 GB such as Balanced_B1: the app needs a cache of one shard, and larger "
        "ones have several",
    ),
    ValueForm(
        "authClientId", "AUTH_CLIENT_ID", _GUID, "must be the client id of an app registration, a GUID"
    ),
    ValueForm("authAllowedApplications", "AUTH_ALLOWED_APPLICATIONS", _GUID, _GUIDS_FORM, is_list=True),
    ValueForm("authAllowedPrincipals", "AUTH_ALLOWED_PRINCIPALS", _GUID, _GUIDS_FORM, is_list=True),
    ValueForm(
        "corsAllowedOrigins",
        "APP_CORS_ORIGINS",
        rf"\*|https?://{_HOST}{_PORT}",
        "must be origins such as https://app.example.com, without a path or a final slash: browsers send "
        "no other form",
        is_list=True,
    ),
    ValueForm(
        "alertEmail", "ALERT_EMAIL", r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", "must be one mail address"
    ),
    ValueForm(
        "secEdgarContact",
        "SEC_EDGAR_CONTACT",
        r"[!-~][ -~]* [!-~]+@[!-?A-~]*\.[!-?A-~]*",
        "must be a name and a mail address in ASCII: the SEC refuses other requests",
    ),
    ValueForm("cacheRefreshSchedule", "cacheRefreshSchedule", _SCHEDULE, _SCHEDULE_FORM),
    ValueForm("briefingsSchedule", "briefingsSchedule", _SCHEDULE, _SCHEDULE_FORM),
    ValueForm("migrationsSchedule", "migrationsSchedule", _SCHEDULE, _SCHEDULE_FORM),
    *(
        ValueForm(parameter, variable, _BOOLEAN, "must be true or false")
        for parameter, variable in (
            ("privateNetwork", "PRIVATE_NETWORK"),
            ("zoneRedundant", "ZONE_REDUNDANT"),
            ("redisHighAvailability", "REDIS_HIGH_AVAILABILITY"),
            ("mongoHighAvailability", "MONGO_HIGH_AVAILABILITY"),
            ("azureOpenAi", "AZURE_OPENAI"),
            ("availabilityTest", "AVAILABILITY_TEST"),
        )
    ),
)


def is_true(value: object) -> bool:
    """Returns whether a parameter is true; values of azd variables are text, which azd reads as Go does."""
    return value is True or str(value) in _TRUE


def check_values(parameters: Mapping[str, object]) -> list[Finding]:
    """Returns a finding for each parameter that has not the form it must have.

    Args:
        parameters: Values by name, as :func:`infra.deployment_parameters.read_parameters` returns them.
    """
    # Values are not repeated: one in the wrong variable may be a key.
    return [
        *(
            Finding(f"{form.variable} {form.rule}")
            for form in FORMS
            if not form.fits(parameters[form.parameter])
        ),
        *_reserved_name(str(parameters["appName"]).lower()),
        *_network(str(parameters["networkAddressPrefix"])),
        *_extra_settings(parameters["extraSettings"]),
    ]


def _reserved_name(name: str) -> Iterator[Finding]:
    word = next((word for word in ("microsoft", "windows") if word in name), None)
    if _RESERVED.fullmatch(name) or name.startswith("login") or word:
        yield Finding(f"APP_NAME {name} is a word that Azure reserves, contains one or begins with one")


def _network(prefix: str) -> Iterator[Finding]:
    try:
        large_enough = IPv4Network(prefix).prefixlen <= 23
    except ValueError:
        large_enough = False
    if not large_enough:
        yield Finding("networkAddressPrefix must be an IPv4 range of /23 or larger such as 10.90.0.0/23")


def _extra_settings(settings: object) -> Iterator[Finding]:
    if not isinstance(settings, Mapping):
        yield Finding("extraSettings must be an object of names and texts")
        return
    for name, value in settings.items():
        if _NOT_ON_FLEX.fullmatch(name.upper()):
            yield Finding(f"extraSettings: {name} is not allowed on Flex Consumption")
        elif _OF_THE_HOST.fullmatch(name.upper()):
            yield Finding(
                f"extraSettings: {name} is read by the Functions host itself; the app does not read it"
            )
        elif not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name):
            yield Finding("extraSettings: a name must be letters, digits and underscores")
        elif not isinstance(value, str):
            yield Finding(f"extraSettings: {name} must be text, in quotes")
