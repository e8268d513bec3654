"""Values with which a deployment fails late, or the app does not start, are named before Azure is called."""

import json
from collections.abc import Mapping
from contextlib import nullcontext

import pytest

from infra.deployment_parameters import PARAMETER_FILE, read_parameters
from infra.value_checks import FORMS, check_values, is_true
from shared.config.loader import ConfigLoader
from shared.errors import ConfigurationError
from tests.support.predicted import BASE, EVERYTHING, MINIMAL, Deployment

GUID = "11111111-2222-3333-4444-555555555555"


def said(environ: Mapping[str, str]) -> str:
    return "; ".join(finding.message for finding in check_values(read_parameters({**BASE, **environ})))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AZURE_ENV_NAME", "stocks."),
        ("AZURE_ENV_NAME", "my stocks"),
        ("AZURE_ENV_NAME", "a" * 41),
        ("APP_NAME", "-stocks"),
        ("APP_NAME", "stocks-"),
        ("APP_NAME", "Stocks"),
        ("APP_NAME", "s"),
        ("APP_NAME", "stocks_api"),
        ("APP_NAME", "a" * 33),
        ("APP_NAME", "my-microsoft-stocks"),
        ("APP_NAME", "login-stocks"),
        ("APP_NAME", "azure"),
        ("MONGODB_DB_NAME", "admin"),
        ("MONGODB_DB_NAME", "stock.research"),
        ("MONGODB_DB_NAME", "a" * 64),
        ("MONGO_TIER", "m30"),
        ("MONGO_TIER", "Standard"),
        ("MONGO_TIER", "M35"),
        ("MONGO_STORAGE_GB", "100"),
        ("MONGO_STORAGE_GB", "32 GB"),
        ("REDIS_SKU", "Balanced_B50"),
        ("REDIS_SKU", "Balanced_B2"),
        ("REDIS_SKU", "FlashOptimized_A250"),
        ("REDIS_SKU", "Standard"),
        ("AUTH_CLIENT_ID", "stocks-api"),
        ("AUTH_CLIENT_ID", " "),
        ("AUTH_ALLOWED_APPLICATIONS", f"{GUID}; {GUID}"),
        ("AUTH_ALLOWED_PRINCIPALS", "ada@example.com"),
        ("APP_CORS_ORIGINS", "https://app.example.com/"),
        ("APP_CORS_ORIGINS", "https://app.example.com, app.example.com"),
        ("APP_CORS_ORIGINS", '["https://app.example.com"]'),
        ("APP_CORS_ORIGINS", "https://app.example.com:0"),
        ("ALERT_EMAIL", "a@example.com, b@example.com"),
        ("ALERT_EMAIL", "operator"),
        ("SEC_EDGAR_CONTACT", "ops@example.com"),
        ("SEC_EDGAR_CONTACT", "Börse ops@example.com"),
        ("PRIVATE_NETWORK", "yes"),
        ("ZONE_REDUNDANT", "on"),
        ("AVAILABILITY_TEST", "truth"),
    ],
)
def test_value_that_fails_late_is_named(variable: str, value: str) -> None:
    assert variable in said({variable: value})


def test_values_are_not_repeated() -> None:
    assert "sk-secret" not in said({"MONGO_TIER": "sk-secret", "ALERT_EMAIL": "sk-secret"})


@pytest.mark.parametrize(
    "environ",
    [
        {},
        EVERYTHING,
        MINIMAL,
        {"AZURE_ENV_NAME": "stocks-(dev)_1.x"},
        {"APP_NAME": "f1", "MONGODB_DB_NAME": "administration", "MONGO_TIER": "M200"},
        {"APP_NAME": "stocks-login", "REDIS_SKU": "MemoryOptimized_M20"},
        {"APP_CORS_ORIGINS": "*", "AUTH_CLIENT_ID": GUID.upper(), "AUTH_ALLOWED_PRINCIPALS": f" {GUID} ,"},
        {"APP_CORS_ORIGINS": "http://localhost:3000,https://[::1]:8443, https://xn--brse-5qa.example"},
        {"PRIVATE_NETWORK": "1", "ZONE_REDUNDANT": "F", "AZURE_OPENAI": "TRUE"},
    ],
)
def test_value_that_can_be_deployed_is_not_named(environ: dict[str, str]) -> None:
    assert said(environ) == ""


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_environments_are_in_order(name: str, deployment: Deployment) -> None:
    assert said(deployment.environment(name)) == ""


def test_every_form_is_of_a_parameter_and_its_variable() -> None:
    written = json.loads(PARAMETER_FILE.read_text("utf-8"))["parameters"]
    for form in FORMS:
        value = written[form.parameter]["value"]
        assert form.variable == form.parameter or value.startswith(f"${{{form.variable}"), form


def test_every_boolean_has_a_form(deployment: Deployment) -> None:
    booleans = {name for name, one in deployment.parameters.items() if one.get("type") == "bool"}
    assert booleans == {form.parameter for form in FORMS if form.rule == "must be true or false"}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("APP_CORS_ORIGINS", "https://app.example.com"),
        ("APP_CORS_ORIGINS", "https://app.example.com/"),
        ("APP_CORS_ORIGINS", "https://app.example.com/path"),
        ("APP_CORS_ORIGINS", "https://ada@app.example.com"),
        ("APP_CORS_ORIGINS", "https://app.example.com?x"),
        ("APP_CORS_ORIGINS", "https://"),
        ("APP_CORS_ORIGINS", "ftp://app.example.com"),
        ("APP_CORS_ORIGINS", "https://a b.example"),
        ("APP_CORS_ORIGINS", "null"),
        ("APP_CORS_ORIGINS", "*"),
        ("APP_CORS_ORIGINS", "http://localhost:0"),
        ("SEC_EDGAR_CONTACT", "Example Research ops@example.com"),
        ("SEC_EDGAR_CONTACT", "Example ops@example"),
        ("SEC_EDGAR_CONTACT", "Example ops@x@example.com"),
        ("SEC_EDGAR_CONTACT", "Example @example.com"),
        ("SEC_EDGAR_CONTACT", "ops@example.com"),
        ("SEC_EDGAR_CONTACT", "ops@example.com Example"),
        ("SEC_EDGAR_CONTACT", "Zoë ops@example.com"),
    ],
)
def test_what_the_app_refuses_is_refused_before_and_nothing_else(variable: str, value: str) -> None:
    environ = {"APP_ENV": "local", "CONFIG_ENV_OVERRIDE_MODE": "all", variable: value}
    starts = (
        nullcontext() if said({variable: value}) == "" else pytest.raises(ConfigurationError, match=variable)
    )
    with starts:
        ConfigLoader(environ=environ).load_config()


@pytest.mark.parametrize(
    "prefix", ["10.90.0.0/24", "10.90.0.1/23", "10.90.0.0", "fd00::/16", "10.90.0.0/33", ""]
)
def test_network_without_room_for_two_subnets_is_named(prefix: str) -> None:
    parameters = {**read_parameters(BASE), "networkAddressPrefix": prefix}
    assert [finding.message for finding in check_values(parameters)] == [
        "networkAddressPrefix must be an IPv4 range of /23 or larger such as 10.90.0.0/23"
    ]


def test_larger_network_is_in_order() -> None:
    assert check_values({**read_parameters(BASE), "networkAddressPrefix": "172.16.0.0/16"}) == []


@pytest.mark.parametrize("schedule", ["*/5 * * * *", "0 */5 * * * * *", "hourly"])
def test_schedule_that_stops_the_app_is_named(schedule: str) -> None:
    [finding] = check_values({**read_parameters(BASE), "cacheRefreshSchedule": schedule})
    assert "cacheRefreshSchedule must have six fields" in finding.message


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            {"FUNCTIONS_WORKER_RUNTIME": "python"},
            "FUNCTIONS_WORKER_RUNTIME is not allowed on Flex Consumption",
        ),
        ({"Website_Run_From_Package": "1"}, "Website_Run_From_Package is not allowed"),
        ({"CORS_ALLOWED_ORIGINS": "[]"}, "CORS_ALLOWED_ORIGINS is read by the Functions host itself"),
        ({"AzureWebJobsStorage": "DefaultEndpointsProtocol=https"}, "AzureWebJobsStorage is read by"),
        ({"LIMIT_CHAT_PER_MINUTE": 60}, "LIMIT_CHAT_PER_MINUTE must be text, in quotes"),
        ({"LIMIT CHAT": "60"}, "a name must be letters, digits and underscores"),
        ("LIMIT_CHAT_PER_MINUTE=60", "extraSettings must be an object"),
        ({"LIMIT_CHAT_PER_MINUTE": "60"}, ""),
    ],
)
def test_settings_that_the_platform_refuses_are_named(settings: object, says: str) -> None:
    findings = check_values({**read_parameters(BASE), "extraSettings": settings})
    assert (says in " ".join(finding.message for finding in findings)) is True
    assert bool(findings) == bool(says)


@pytest.mark.parametrize(
    ("text", "expected"), [("true", True), ("1", True), ("T", True), ("0", False), (True, True)]
)
def test_booleans_are_read_as_azd_reads_them(text: object, expected: bool) -> None:
    assert is_true(text) is expected
