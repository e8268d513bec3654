"""The templates compile, every rule of the deployment holds, and mistakes are found."""

import re
from collections.abc import Mapping
from pathlib import Path

import azure.functions as func
import pytest
from azure.functions.decorators.http import HttpTrigger

from tests.support.app import fresh_app
from tests.support.bicep import BicepCompiler
from tests.support.deployment_rules import findings
from tests.support.host import REPOSITORY
from tests.support.platform_rules import READ_ON_PURPOSE, own_settings, reserved_by_host
from tests.support.predicted import EVERYTHING, MINIMAL, Deployment

TEMPLATES = sorted((REPOSITORY / "infra").rglob("*.bicep"))


def test_every_rule_holds(deployment: Deployment) -> None:
    assert findings(deployment) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_are_formatted(path: Path, bicep: BicepCompiler) -> None:
    assert bicep.format(path) == path.read_text("utf-8")


def test_no_setting_of_ours_has_a_name_of_the_host() -> None:
    names = {name for name in own_settings() if not name.startswith(READ_ON_PURPOSE)}
    assert "APP_CORS_ORIGINS" in names
    assert "CORS_ALLOWED_ORIGINS" in reserved_by_host()
    assert not {name for name in names if name.upper() in reserved_by_host()}


def test_names_read_on_purpose_are_those_of_the_platform() -> None:
    sources = [*(REPOSITORY / "shared").rglob("*.py"), *(REPOSITORY / "functions").glob("*.py")]
    read = {
        name
        for path in sources
        for name in re.findall(r"""["'`]([A-Z][A-Z0-9_]{3,})["'`]""", path.read_text("utf-8"))
    }
    taken = {name for name in read if name in reserved_by_host()}
    assert not {name for name in taken if not name.startswith(READ_ON_PURPOSE)}


def test_sign_in_excludes_what_is_anonymous_and_what_the_deployment_calls(deployment: Deployment) -> None:
    triggers = [function.get_trigger() for function in fresh_app().get_functions()]
    anonymous = [
        trigger.route
        for trigger in triggers
        if isinstance(trigger, HttpTrigger) and trigger.auth_level == func.AuthLevel.ANONYMOUS
    ]
    expected = {f"/api/{re.sub('{.*}', '*', str(route))}" for route in anonymous if route != "{*path}"}
    [auth] = [
        resource
        for resource in deployment.predict(EVERYTHING).of_type("Microsoft.Web/sites/config")
        if resource["name"].endswith("/authsettingsV2")
    ]
    excluded = auth["properties"]["globalValidation"]["excludedPaths"]
    assert set(excluded) == expected | {"/admin/functions/migrations"}


def test_sign_in_admits_whom_the_operator_names(deployment: Deployment) -> None:
    def policy(variables: Mapping[str, str]) -> object:
        [auth] = [
            resource
            for resource in deployment.predict(variables).of_type("Microsoft.Web/sites/config")
            if resource["name"].endswith("/authsettingsV2")
        ]
        provider = auth["properties"]["identityProviders"]["azureActiveDirectory"]
        return provider["validation"].get("defaultAuthorizationPolicy")

    everyone = {"AUTH_ALLOWED_APPLICATIONS": "", "AUTH_ALLOWED_PRINCIPALS": " "}
    assert policy({**EVERYTHING, **everyone}) is None
    applications = EVERYTHING["AUTH_ALLOWED_APPLICATIONS"]
    only_applications = policy({**EVERYTHING, "AUTH_ALLOWED_PRINCIPALS": ""})
    assert only_applications == {"allowedApplications": [applications], "allowedPrincipals": None}
    only_principals = policy(
        {**EVERYTHING, "AUTH_ALLOWED_APPLICATIONS": "", "AUTH_ALLOWED_PRINCIPALS": f"{applications},"}
    )
    assert only_principals == {
        "allowedApplications": None,
        "allowedPrincipals": {"identities": [applications]},
    }
    assert policy(EVERYTHING) == {
        "allowedApplications": [EVERYTHING["AUTH_ALLOWED_APPLICATIONS"]],
        "allowedPrincipals": {"identities": EVERYTHING["AUTH_ALLOWED_PRINCIPALS"].split(", ")},
    }


def test_sign_in_publishes_what_agents_need_to_sign_in(deployment: Deployment) -> None:
    name = "WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES"

    def settings(variables: Mapping[str, str]) -> dict[str, str]:
        [found] = [
            dict(resource["properties"])
            for resource in deployment.predict(variables).of_type("Microsoft.Web/sites/config")
            if resource["name"].endswith("/appsettings")
        ]
        return found

    assert settings(EVERYTHING)[name] == f"api://{EVERYTHING['AUTH_CLIENT_ID']}/user_impersonation"
    assert settings(MINIMAL)[name] == ""


FUNCTIONAPP, MAIN = "infra/modules/functionapp.bicep", "infra/main.bicep"
MUTATIONS = {
    "syntax": (MAIN, "module redis 'mod", "modul redis 'mod", "BCP"),
    "setting missing": (FUNCTIONAPP, "      REDIS_HOST: redisHost\n", "", "no-unused-params"),
    "setting misspelt": (FUNCTIONAPP, "REDIS_SSL:", "REDIS_TLS:", "nothing reads REDIS_TLS"),
    "setting with a name of the host": (
        FUNCTIONAPP,
        "      APP_CORS_ORIGINS:",
        "      CORS_ALLOWED_ORIGINS:",
        "CORS_ALLOWED_ORIGINS is a name of the Functions host",
    ),
    "setting not in the sample": (
        "local.settings.sample.json",
        '    "REDIS_HOST": "",\n',
        "",
        "local.settings.sample.json: REDIS_HOST is not set",
    ),
    "setting left out without a reason": (
        "infra/settings.yaml",
        "      - MODEL_DEADLINE\n",
        "",
        "appsettings: MODEL_DEADLINE is not set, and settings.yaml gives no reason",
    ),
    "setting unknown to the code": (
        "infra/settings.yaml",
        "      - MODEL_DEADLINE\n",
        "      - MODEL_DEADLINES\n",
        "the code knows no MODEL_DEADLINES",
    ),
    "setting that Flex refuses": (
        FUNCTIONAPP,
        "      APP_ENV: appEnvironment\n",
        "      APP_ENV: appEnvironment\n      FUNCTIONS_WORKER_RUNTIME: 'python'\n",
        "Flex Consumption refuses FUNCTIONS_WORKER_RUNTIME",
    ),
    "key in plain text": (
        FUNCTIONAPP,
        "keyReference(vaultUri, storedKeys, 'GROK_API_KEY')",
        "'xai-123'",
        "GROK_API_KEY must be a reference",
    ),
    "reference to another key": (
        FUNCTIONAPP,
        "keyReference(vaultUri, storedKeys, 'GROK_API_KEY')",
        "keyReference(vaultUri, storedKeys, 'OPENAI_API_KEY')",
        "GROK_API_KEY must be a reference",
    ),
    "key without a secret": (
        "infra/modules/keyvault.bicep",
        "'GROK-API-KEY'",
        "'GROK-KEY'",
        "the vault has",
    ),
    "key in a tag": (
        MAIN,
        "{ 'azd-env-name': environmentName }",
        "{ 'azd-env-name': environmentName, key: alertEmail, other: 'secret-of-openai' }",
        "has a key in plain text",
    ),
    "password for Redis": (
        FUNCTIONAPP,
        "REDIS_AUTH: 'entra'",
        "REDIS_AUTH: 'password'",
        "REDIS_AUTH must be",
    ),
    "schedule with five fields": (
        MAIN,
        "string = '0 0 3 * * *'",
        "string = '0 3 * * *'",
        "migrationsSchedule is '0 0 3 * * *'",
    ),
    "schedule with five fields everywhere": (
        "infra/main.parameters.json",
        '"0 0 3 * * *"',
        '"0 3 * * *"',
        "MIGRATIONS_SCHEDULE is no schedule",
    ),
    "secret in an output": (
        "infra/modules/monitoring.bicep",
        "output insightsId string = insights.id",
        "output insightsId string = insights.id\noutput k string = workspace.listKeys().primarySharedKey",
        "outputs-should-not-contain-secrets",
    ),
    "secret parameter in an output": (
        MAIN,
        "output AZURE_LOCATION string = location",
        "output AZURE_LOCATION string = '${location}${openAiApiKey}'",
        "outputs-should-not-contain-secrets",
    ),
    "output in small letters": (MAIN, "output API_URL", "output apiUrl", "apiUrl is not in capitals"),
    "parameter not passed": (MAIN, "    redisHost: redis.outputs.hostName\n", "", "redisHost"),
    "parameter not declared": (
        "infra/modules/redis.bicep",
        "param skuName string",
        "param size string",
        "skuName",
    ),
    "output that is not there": (MAIN, "redis.outputs.hostName", "redis.outputs.host", "BCP053"),
    "parameter without use": ("infra/modules/identity.bicep", "  tags: tags\n", "", "no-unused-params"),
    "parameter without description": (
        MAIN,
        "@description('Name of the database.')\n",
        "",
        "the parameter databaseName has no description",
    ),
    "parameter without a type": (
        MAIN,
        "param tags tagValues = {}",
        "param tags object = {}",
        "use-user-defined-types",
    ),
    "name from an output": (
        MAIN,
        "siteName: names.app",
        "siteName: split(functionApp.outputs.id, '/')[8]",
        "what-if-short-circuiting",
    ),
    "module that is not there": (
        MAIN,
        "'modules/redis.bicep'",
        "'modules/cache.bicep'",
        "BCP",
    ),
    "default that differs": (
        "infra/main.parameters.json",
        "${REDIS_SKU=Balanced_B0}",
        "${REDIS_SKU=Balanced_B5}",
        "redisSku is 'Balanced_B5', in main.bicep 'Balanced_B0'",
    ),
    "key in the parameter file": (
        "infra/main.parameters.json",
        "${OPENAI_API_KEY=}",
        "sk-123",
        "openAiApiKey must come from the azd environment",
    ),
    "value out of bounds": (
        "infra/environments/prod.env",
        "MAXIMUM_INSTANCE_COUNT=100",
        "MAXIMUM_INSTANCE_COUNT=5000",
        "prod: ",
    ),
    "value that is not allowed": (
        "infra/environments/prod.env",
        "Standard_ZRS",
        "Standard_GRS",
        "prod: ",
    ),
    "variable misspelt": (
        "infra/environments/dev.env",
        "MONGO_TIER=",
        "MONGODB_TIER=",
        "dev.env: MONGODB_TIER is no variable",
    ),
    "shared keys": (
        "infra/modules/storage.bicep",
        "allowSharedKeyAccess: false",
        "allowSharedKeyAccess: true",
        "allowSharedKeyAccess of Microsoft.Storage/storageAccounts must be False",
    ),
    "property misspelt": (FUNCTIONAPP, "httpsOnly: true", "httpOnly: true", "BCP089"),
    "property that Azure does not know": ("infra/modules/redis.bicep", "port: 10000", "ports: 10000", "BCP"),
    "property that is read-only": (
        "infra/modules/storage.bicep",
        "'TLS1_2'",
        "'TLS1_2'\n    primaryEndpoints: {}",
        "BCP073",
    ),
    "value that Azure does not know": (
        "infra/modules/keyvault.bicep",
        "name: 'standard'",
        "name: 'basic'",
        "BCP",
    ),
    "type that is not there": ("infra/modules/identity.bicep", "2024-11-30", "2018-11-29", "BCP"),
    "plain HTTP": (
        FUNCTIONAPP,
        "    httpsOnly: true\n",
        "",
        "properties.httpsOnly of Microsoft.Web/sites must be True",
    ),
    "old TLS": (FUNCTIONAPP, " minTlsVersion: '1.2'", " minTlsVersion: '1.0'", "siteConfig.minTlsVersion"),
    "site property that Flex refuses": (
        FUNCTIONAPP,
        "http20Enabled: true",
        "http20Enabled: true\n        ftpsState: 'Disabled'",
        "siteConfig.ftpsState is not used by Flex Consumption",
    ),
    "CORS without origins": (
        FUNCTIONAPP,
        "empty(corsAllowedOrigins) ? {}",
        "empty(serviceName) ? {}",
        "siteConfig.cors is sent without origins",
    ),
    "vault that is always recovered": (
        "infra/modules/keyvault.bicep",
        "enableRbacAuthorization: true",
        "createMode: 'recover'\n    enableRbacAuthorization: true",
        "properties.createMode of Microsoft.KeyVault/vaults must be None",
    ),
    "recreated instances": (FUNCTIONAPP, "type: updateStrategy }", "type: 'Recreate' }", "no-unused-params"),
    "passwords of MongoDB": (
        "infra/modules/documentdb.bicep",
        "allowedModes: ['MicrosoftEntraID']",
        "allowedModes: ['MicrosoftEntraID', 'NativeAuth']",
        "allowedModes",
    ),
    "public endpoint": (
        "infra/modules/redis.bicep",
        "publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'",
        "publicNetworkAccess: publicAccess ? 'Enabled' : 'Enabled'",
        "publicNetworkAccess of Microsoft.Cache/redisEnterprise must be Disabled",
    ),
    "public by default": (
        MAIN,
        "param privateNetwork bool = true",
        "param privateNetwork bool = false",
        "privateNetwork must be true by default",
    ),
    "store without a private endpoint": (
        MAIN,
        "    { service: 'redis', part: 'redisEnterprise', domain: 'privatelink.redis.azure.net' }\n",
        "",
        "Microsoft.Cache/redisEnterprise has no private endpoint",
    ),
    "role that is too powerful": (
        "infra/modules/roles.bicep",
        "{ name: 'Key Vault Secrets User', id: '4633458b-17de-408a-b874-0445c86b69e6' }",
        "{ name: 'Owner', id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635' }",
        "the role 8e3af657-a8ff-443c-a75c-2fe8c4bcb635 on Microsoft.KeyVault/vaults is not needed",
    ),
    "role whose name outlives its identity": (
        "infra/modules/roles.bicep",
        "guid(vault.id, principalId, role.id)",
        "guid(vault.id, vaultName, role.id)",
        "on Microsoft.KeyVault/vaults must depend on the principal",
    ),
    "role missing": (
        "infra/modules/roles.bicep",
        "    { name: 'Storage Table Data Contributor', id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3' }\n",
        "",
        "on Microsoft.Storage/storageAccounts is missing",
    ),
    "other service": (
        "azure.yaml",
        "  api:",
        "  web:",
        "azure.yaml deploys ['web'], the site is tagged 'api'",
    ),
    "concurrency of Python": (
        FUNCTIONAPP,
        "perInstanceConcurrency: httpConcurrency",
        "perInstanceConcurrency: max(1, min(httpConcurrency, 1))",
        "triggers.http.perInstanceConcurrency must come from its parameter",
    ),
    "more than the host takes": (
        MAIN,
        "@maxValue(200)\nparam httpConcurrency",
        "@maxValue(1000)\nparam httpConcurrency",
        "httpConcurrency may be 1000, the host takes",
    ),
    "name with a hyphen": (
        MAIN,
        "'st${token}'",
        "'st-${token}'",
        "Microsoft.Storage/storageAccounts may not be st-",
    ),
    "name that is too long": (
        MAIN,
        "'kv-${token}'",
        "'stock-research-${token}'",
        "the name of Microsoft.KeyVault/vaults may not be",
    ),
    "guid for a name": (
        "infra/modules/redis.bicep",
        "name: uniqueString(identityName)",
        "name: guid(identityName)",
        "the name of Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments may not be",
    ),
    "queue that the code does not know": (
        MAIN,
        "'webhook-deliveries'",
        "'deliveries'",
        "the queue deliveries is not in the code and the template",
    ),
    "messages in another encoding": (
        "host.json",
        '"messageEncoding": "base64"',
        '"messageEncoding": "none"',
        "queues.messageEncoding must be base64",
    ),
    "batch size of the host": (
        "host.json",
        '      "batchSize": 8,\n',
        "",
        "queues.batchSize and newBatchThreshold must be set",
    ),
    "other number of runs": (
        "host.json",
        '"maxDequeueCount": 5',
        '"maxDequeueCount": 9',
        "queues.maxDequeueCount must be 5",
    ),
    "poison queue without an alert": (
        "infra/modules/alerts.bicep",
        '"app.dead_letters"',
        '"app.dead_letter"',
        "watches app.dead_letter, which nothing sends",
    ),
    "alert on a metric that nothing sends": (
        "infra/modules/alerts.bicep",
        '"app.refresh.runs"',
        '"app.refresh.count"',
        "watches app.refresh.count, which nothing sends",
    ),
    "two versions of a type": (
        "infra/modules/roles.bicep",
        "'Microsoft.KeyVault/vaults@2025-05-01'",
        "'Microsoft.KeyVault/vaults@2024-11-01'",
        "microsoft.keyvault/vaults is used in the versions 2024-11-01, 2025-05-01",
    ),
}


@pytest.mark.parametrize(("path", "old", "new", "says"), MUTATIONS.values(), ids=MUTATIONS.keys())
def test_mistake_is_found(
    copy: Path, bicep: BicepCompiler, tmp_path: Path, path: str, old: str, new: str, says: str
) -> None:
    file = copy / path
    text = file.read_text("utf-8")
    assert old in text, f"{path} has no {old!r}: the mutation changes nothing"
    file.write_text(text.replace(old, new), "utf-8")
    found = findings(Deployment(copy, bicep, tmp_path / "scratch"))
    assert [finding for finding in found if says in finding], found
