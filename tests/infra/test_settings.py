"""The settings that the template sets are a configuration with which the app starts."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from shared.config.loader import ConfigLoader
from shared.config.settings import Settings
from shared.data.mongo import client_options
from shared.errors import ConfigurationError
from tests.support.predicted import MINIMAL, Deployment

KNOWN_AT_RUN_TIME = {
    "AZURE_CLIENT_ID": "7a0c0f5e-0000-4000-8000-000000000001",
    "REDIS_HOST": "redis-x.westeurope.redis.azure.net",
    "AZURE_OPENAI_ENDPOINT": "https://oai-x.openai.azure.com/",
}
REFERENCE = "@Microsoft.KeyVault(SecretUri=https://kv-x.vault.azure.net/secrets/OPENAI-API-KEY)"


def deployed(
    deployment: Deployment, variables: Mapping[str, str] | None = None, **platform: str
) -> dict[str, str]:
    """Returns the app settings as the platform gives them to the app.

    Args:
        deployment: Templates.
        variables: Variables of the azd environment.
        platform: What the platform makes of references to keys; without one, the key is empty.
    """
    predicted = deployment.predict(variables or {}).settings
    return {
        name: platform.get(name, KNOWN_AT_RUN_TIME.get(name, "")) if value.startswith("[") else value
        for name, value in predicted.items()
    }


def load(environ: Mapping[str, str]) -> Settings:
    return ConfigLoader(environ={**environ, "WEBSITE_INSTANCE_ID": "x"}).load_config()


def test_deployment_without_keys_starts_and_signs_in_by_identity(deployment: Deployment) -> None:
    settings = load(deployed(deployment, {"APP_CORS_ORIGINS": "https://app.example.com, https://b.example"}))
    assert settings.environment == "production"
    assert settings.app.cors_allowed_origins == ("https://app.example.com", "https://b.example")
    assert (settings.redis.auth, settings.redis.ssl, settings.redis.port) == ("entra", True, 10_000)
    assert settings.mongodb.auth == "entra"
    assert (settings.model.provider, settings.model.azure_openai.deployment) == (
        "azure_openai",
        "gpt-5.6-luna",
    )
    assert settings.model.azure_openai.model == "gpt-5.6-luna"
    assert settings.limits.model_tokens_per_day == 10_000_000
    assert settings.limits.model_dollars_per_day == 50
    keys = (settings.model.openai.api_key, settings.model.azure_openai.api_key, settings.redis.password)
    assert keys == (None, None, None)


def test_database_is_addressed_as_azure_wants_it(deployment: Deployment) -> None:
    options = client_options(load(deployed(deployment)).mongodb)
    assert options["host"].startswith("mongodb+srv://mongo-")
    assert "@" not in options["host"]
    assert (options["authMechanism"], options["tls"], options["retryWrites"]) == ("MONGODB-OIDC", True, False)
    # Azure's load balancer drops connections that were idle for 240 s without telling either side.
    idle = int(parse_qs(urlsplit(options["host"]).query)["maxIdleTimeMS"][0])
    assert 10_000 <= idle < 240_000


def test_deployment_without_azure_openai_starts(deployment: Deployment) -> None:
    settings = load(deployed(deployment, MINIMAL))
    assert settings.model.azure_openai.endpoint is None
    assert settings.app.cors_allowed_origins == ()
    assert settings.model.provider == "openai"


def test_key_that_the_platform_found_is_used_and_one_that_it_did_not_is_refused(
    deployment: Deployment,
) -> None:
    settings = load(deployed(deployment, OPENAI_API_KEY="sk-found"))
    assert settings.model.openai.api_key is not None
    with pytest.raises(ConfigurationError, match="the Key Vault reference was not resolved"):
        load(deployed(deployment, OPENAI_API_KEY=REFERENCE))


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_both_environments_start(name: str, deployment: Deployment) -> None:
    variables = deployment.environment(name)
    settings = load(deployed(deployment, variables))
    assert settings.environment == variables["APP_ENV"]
    assert settings.app.log_level == variables["APP_LOG_LEVEL"]


@pytest.mark.parametrize("written", ["", "[]", '["https://app.example.com"]'])
def test_list_that_the_host_writes_for_itself_is_not_read(written: str, deployment: Deployment) -> None:
    # On Linux consumption plans the host overwrites CORS_ALLOWED_ORIGINS with the site's CORS list as JSON.
    settings = load({**deployed(deployment), "CORS_ALLOWED_ORIGINS": written})
    assert settings.app.cors_allowed_origins == ()
