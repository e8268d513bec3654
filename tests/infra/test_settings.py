"""What the Bicep files set is a configuration with which the app starts."""

import re
from collections.abc import Mapping

import pytest

from shared.config.loader import ConfigLoader
from shared.config.settings import Settings
from shared.data.mongo import client_options
from shared.errors import ConfigurationError
from tests.support.bicep import at, plain, text_of
from tests.support.deployment_rules import Deployment
from tests.support.host import REPOSITORY

DEPLOYMENT = Deployment(REPOSITORY)
IDENTITY = "7a0c0f5e-0000-4000-8000-000000000001"
REFERENCE = "@Microsoft.KeyVault(SecretUri=https://kv-x.vault.azure.net/secrets/OPENAI-API-KEY)"


def deployed(**given: str) -> dict[str, str]:
    """The app settings as Azure would make them, by the defaults of main.bicep.

    Args:
        given: Values of parameters, and what the platform makes of the references to keys.
    """
    [(_, database)] = DEPLOYMENT.resources("Microsoft.Cache/redisEnterprise/databases")
    address = text_of(DEPLOYMENT.files["modules/documentdb.bicep"].outputs["uri"]).strip("'")
    defaults = {name: plain(one.default) for name, one in DEPLOYMENT.main.parameters.items() if one.default}
    values = {
        **{name: str(value) for name, value in defaults.items()},
        "identity.properties.clientId": IDENTITY,
        "insights.properties.ConnectionString": "InstrumentationKey=0",
        "storage.name": "stx",
        "redisHost": "redis-x.westeurope.redis.azure.net",
        "redisPort": str(plain(at(database.body, "properties.port"))),
        "mongoUri": address.replace("${cluster.name}", "mongo-x"),
        "openAiEndpoint": "https://oai-x.openai.azure.com/",
        "openAiDeployment": str(defaults["azureOpenAiModel"]),
        "modelProvider": "azure_openai",
        "join(corsAllowedOrigins, ',')": "https://app.example.com",
        **given,
    }
    return {name: _evaluated(text_of(node), values) for name, node in DEPLOYMENT.settings.items()}


def _evaluated(source: str, values: Mapping[str, str]) -> str:
    if source.startswith("'"):
        return re.sub(r"\$\{([^}]+)\}", lambda found: values[found[1]], source[1:-1])
    if key := re.fullmatch(r"keyReference\(vaultUri, keyNames, '(\w+)'\)", source):
        return values.get(key[1], "")
    if number := re.fullmatch(r"string\((\w+)\)", source):
        return values[number[1]]
    return values[source]


def load(environ: Mapping[str, str]) -> Settings:
    return ConfigLoader(environ={**environ, "WEBSITE_INSTANCE_ID": "x"}).load_config()


def test_deployment_without_keys_starts_and_signs_in_by_identity() -> None:
    settings = load(deployed())
    assert settings.environment == "production"
    assert settings.app.cors_allowed_origins == ("https://app.example.com",)
    assert (settings.redis.auth, settings.redis.ssl, settings.redis.port) == ("entra", True, 10_000)
    assert settings.mongodb.auth == "entra"
    assert (settings.model.provider, settings.model.azure_openai.deployment) == (
        "azure_openai",
        "gpt-5.6-luna",
    )
    assert settings.limits.model_tokens_per_day == 10_000_000
    keys = (settings.model.openai.api_key, settings.model.azure_openai.api_key, settings.redis.password)
    assert keys == (None, None, None)


def test_database_is_addressed_as_azure_wants_it() -> None:
    options = client_options(load(deployed()).mongodb)
    assert options["host"].startswith("mongodb+srv://mongo-x.mongocluster.cosmos.azure.com/")
    assert "@" not in options["host"]
    assert (options["authMechanism"], options["tls"], options["retryWrites"]) == ("MONGODB-OIDC", True, False)


def test_deployment_without_azure_openai_starts() -> None:
    settings = load(deployed(openAiEndpoint="", openAiDeployment="", modelProvider="openai"))
    assert settings.model.azure_openai.endpoint is None


def test_key_that_the_platform_found_is_used_and_one_that_it_did_not_is_refused() -> None:
    settings = load(deployed(OPENAI_API_KEY="sk-found"))
    assert settings.model.openai.api_key is not None
    with pytest.raises(ConfigurationError, match="the reference to Key Vault was not resolved"):
        load(deployed(OPENAI_API_KEY=REFERENCE))


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_both_environments_start(name: str) -> None:
    lines = (REPOSITORY / f"infra/environments/{name}.env").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    settings = load(deployed(appEnvironment=given["APP_ENV"], logLevel=given["APP_LOG_LEVEL"]))
    assert settings.environment == given["APP_ENV"]
