"""The Bicep files and what belongs to them: nothing is wrong, and what would be wrong is noticed."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import azure.functions as func
import pytest
from azure.functions.decorators.http import HttpTrigger

from tests.support.app import fresh_app
from tests.support.bicep import at, plain
from tests.support.deployment_rules import Deployment, findings
from tests.support.host import REPOSITORY

CHECKER = REPOSITORY.parent / "shared" / "tools" / "bicep_check.py"

needs_tables = pytest.mark.skipif(
    not CHECKER.exists(), reason="the type tables of Azure's resources are not beside the repository"
)


def test_nothing_is_wrong() -> None:
    assert findings(REPOSITORY) == []


@needs_tables
def test_every_property_is_one_that_azure_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert _checker().main([str(REPOSITORY / "infra")]) == 0, capsys.readouterr().out


def test_sign_in_leaves_out_what_is_anonymous_and_what_the_deployment_calls() -> None:
    triggers = [function.get_trigger() for function in fresh_app().get_functions()]
    anonymous = [
        trigger.route
        for trigger in triggers
        if isinstance(trigger, HttpTrigger) and trigger.auth_level == func.AuthLevel.ANONYMOUS
    ]
    expected = {f"/api/{re.sub('{.*}', '*', str(route))}" for route in anonymous if route != "{*path}"}
    [(_, auth)] = [
        (name, block)
        for name, block in Deployment(REPOSITORY).resources("Microsoft.Web/sites/config")
        if plain(at(block.body, "name")) == "authsettingsV2"
    ]
    excluded = plain(at(auth.body, "properties.globalValidation.excludedPaths"))
    assert isinstance(excluded, list)
    assert set(excluded) == expected | {"/admin/functions/migrations"}


MUTATIONS = {
    "syntax": ("infra/main.bicep", "module redis 'mod", "modul redis 'mod", "syntax"),
    "setting missing": (
        "infra/modules/functionapp.bicep",
        "      REDIS_HOST: redisHost\n",
        "",
        "REDIS_HOST is not set",
    ),
    "setting misspelt": (
        "infra/modules/functionapp.bicep",
        "REDIS_SSL:",
        "REDIS_TLS:",
        "nothing reads REDIS_TLS",
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
        "functionapp.bicep: MODEL_DEADLINE is not set, and settings.yaml does not say why",
    ),
    "setting unknown to the code": (
        "infra/settings.yaml",
        "      - MODEL_DEADLINE\n",
        "      - MODEL_DEADLINES\n",
        "the code knows no MODEL_DEADLINES",
    ),
    "setting that Flex refuses": (
        "infra/modules/functionapp.bicep",
        "      APP_ENV: appEnvironment\n",
        "      APP_ENV: appEnvironment\n      FUNCTIONS_WORKER_RUNTIME: 'python'\n",
        "Flex Consumption refuses FUNCTIONS_WORKER_RUNTIME",
    ),
    "key in clear": (
        "infra/modules/functionapp.bicep",
        "keyReference(vaultUri, keyNames, 'GROK_API_KEY')",
        "'xai-123'",
        "GROK_API_KEY must be a reference",
    ),
    "reference to another key": (
        "infra/modules/functionapp.bicep",
        "keyReference(vaultUri, keyNames, 'GROK_API_KEY')",
        "keyReference(vaultUri, keyNames, 'OPENAI_API_KEY')",
        "GROK_API_KEY must be a reference",
    ),
    "password for Redis": (
        "infra/modules/functionapp.bicep",
        "REDIS_AUTH: 'entra'",
        "REDIS_AUTH: 'password'",
        "REDIS_AUTH must be 'entra'",
    ),
    "schedule missing": (
        "infra/modules/functionapp.bicep",
        "      MIGRATIONS_SCHEDULE: migrationsSchedule\n",
        "",
        "MIGRATIONS_SCHEDULE is no schedule",
    ),
    "schedule with five fields": (
        "infra/main.bicep",
        "string = '0 */5 * * * *'",
        "string = '*/5 * * * *'",
        "CACHE_REFRESH_SCHEDULE is no schedule",
    ),
    "secret in an output": (
        "infra/modules/monitoring.bicep",
        "output insightsId string = insights.id",
        "output insightsId string = insights.properties.ConnectionString",
        "gives ConnectionString away",
    ),
    "secret parameter in an output": (
        "infra/main.bicep",
        "output AZURE_LOCATION string = location",
        "output AZURE_LOCATION string = '${location}${openAiApiKey}'",
        "AZURE_LOCATION gives openAiApiKey away",
    ),
    "keys listed in an output": (
        "infra/modules/storage.bicep",
        "output name string = account.name",
        "output name string = account.listKeys().keys[0].value",
        "the output name gives listKeys away",
    ),
    "secret by way of a variable": (
        "infra/main.bicep",
        "output AZURE_LOCATION string = location",
        "var given = { key: grokApiKey }\noutput AZURE_LOCATION string = string(given)",
        "AZURE_LOCATION gives given away",
    ),
    "output in small letters": (
        "infra/main.bicep",
        "output API_URL",
        "output apiUrl",
        "apiUrl is not in capitals",
    ),
    "parameter not passed": (
        "infra/main.bicep",
        "    redisHost: redis.outputs.hostName\n",
        "",
        "needs the parameter redisHost",
    ),
    "parameter not declared": (
        "infra/modules/redis.bicep",
        "param skuName string",
        "param size string",
        "modules/redis.bicep has no parameter skuName",
    ),
    "output that is not there": (
        "infra/main.bicep",
        "redis.outputs.hostName",
        "redis.outputs.host",
        "redis has no output host",
    ),
    "parameter without use": (
        "infra/modules/identity.bicep",
        "  tags: tags\n",
        "",
        "nothing uses the parameter tags",
    ),
    "parameter without description": (
        "infra/modules/identity.bicep",
        "@description('Region.')\n",
        "",
        "the parameter location has no description",
    ),
    "module from a registry": (
        "infra/main.bicep",
        "'modules/redis.bicep'",
        "'br/public:avm/res/cache/redis-enterprise:0.1.0'",
        "there is no module br/public",
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
        "MAXIMUM_INSTANCE_COUNT=5000: not between 1 and 1000",
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
    "property misspelt": (
        "infra/modules/functionapp.bicep",
        "httpsOnly: true",
        "httpOnly: true",
        "properties.httpsOnly of Microsoft.Web/sites must be True",
    ),
    "plain HTTP": (
        "infra/modules/functionapp.bicep",
        "    httpsOnly: true\n",
        "",
        "properties.httpsOnly of Microsoft.Web/sites must be True",
    ),
    "old TLS": (
        "infra/modules/functionapp.bicep",
        "minTlsVersion: '1.2'",
        "minTlsVersion: '1.0'",
        "minTlsVersion",
    ),
    "passwords of MongoDB": (
        "infra/modules/documentdb.bicep",
        "allowedModes: ['MicrosoftEntraID']",
        "allowedModes: ['MicrosoftEntraID', 'NativeAuth']",
        "allowedModes",
    ),
    "open to the outside": (
        "infra/modules/redis.bicep",
        "publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'",
        "publicNetworkAccess: 'Enabled'",
        "must follow publicAccess",
    ),
    "public by default": (
        "infra/main.bicep",
        "param privateNetwork bool = true",
        "param privateNetwork bool = false",
        "privateNetwork must be true by default",
    ),
    "too mighty a role": (
        "infra/modules/roles.bicep",
        "{ name: 'Key Vault Secrets User', id: '4633458b-17de-408a-b874-0445c86b69e6' }",
        "{ name: 'Owner', id: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635' }",
        "Owner (8e3af657-a8ff-443c-a75c-2fe8c4bcb635) is none of the roles",
    ),
    "role under another's name": (
        "infra/modules/roles.bicep",
        "4633458b-17de-408a-b874-0445c86b69e6",
        "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        "Key Vault Secrets User (00482a5a",
    ),
    "role outside the table": (
        "infra/modules/keyvault.bicep",
        "output id string",
        "output role string = '4633458b-17de-408a-b874-0445c86b69e6'\noutput id string",
        "belongs into the table of roles.bicep",
    ),
    "other service": ("azure.yaml", "  api:", "  web:", "azure.yaml deploys ['web'], main.bicep tags 'api'"),
    "concurrency of Python": (
        "infra/modules/functionapp.bicep",
        "perInstanceConcurrency: httpConcurrency",
        "perInstanceConcurrency: 1",
        "triggers.http.perInstanceConcurrency must be",
    ),
    "more than the host takes": (
        "infra/main.bicep",
        "@maxValue(200)\nparam httpConcurrency",
        "@maxValue(1000)\nparam httpConcurrency",
        "httpConcurrency may be 1000, the host takes",
    ),
    "name with a hyphen": (
        "infra/main.bicep",
        "name: 'st${token}'",
        "name: 'st-${token}'",
        "name of modules/storage.bicep may not be st-a1b2c3d4e5f6g",
    ),
    "name that is too long": (
        "infra/main.bicep",
        "name: 'kv-${token}'",
        "name: 'stock-research-${token}'",
        "name of modules/keyvault.bicep may not be",
    ),
    "guid for a name": (
        "infra/modules/redis.bicep",
        "name: uniqueString(principalId)",
        "name: guid(principalId)",
        "name of Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments must be",
    ),
    "alert on a metric that nobody sends": (
        "infra/modules/alerts.bicep",
        "'app.refresh.runs'",
        "'app.refresh.count'",
        "timer-not-run watches app.refresh.count, which nothing sends",
    ),
    "two versions of a type": (
        "infra/modules/roles.bicep",
        "'Microsoft.KeyVault/vaults@2025-05-01'",
        "'Microsoft.KeyVault/vaults@2023-07-01'",
        "microsoft.keyvault/vaults is used in the versions 2023-07-01, 2025-05-01",
    ),
}


@pytest.mark.parametrize(("path", "old", "new", "says"), MUTATIONS.values(), ids=MUTATIONS.keys())
def test_mistake_is_noticed(copy: Path, path: str, old: str, new: str, says: str) -> None:
    _replace(copy / path, old, new)
    assert [finding for finding in findings(copy) if says in finding], findings(copy)


@needs_tables
@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        (
            "modules/functionapp.bicep",
            "httpsOnly: true",
            "httpOnly: true",
            ".properties.httpOnly: unknown property",
        ),
        ("modules/redis.bicep", "port: 10000", "ports: 10000", ".properties.ports: unknown property"),
        ("modules/storage.bicep", "'TLS1_2'", "'TLS1_2'\n    primaryEndpoints: {}", "read-only property"),
        ("modules/keyvault.bicep", "name: 'standard'", "name: 'basic'", "'basic' is not one of"),
        ("modules/identity.bicep", "2024-11-30", "2018-11-30", "no such type"),
    ],
)
def test_property_that_azure_does_not_know_is_noticed(
    copy: Path, path: str, old: str, new: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _replace(copy / "infra" / path, old, new)
    assert _checker().main([str(copy / "infra")]) == 1
    assert says in capsys.readouterr().out


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, f"{path.name} has no {old!r}: the mutation changes nothing"
    path.write_text(text.replace(old, new), "utf-8")


def _checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bicep_check", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
