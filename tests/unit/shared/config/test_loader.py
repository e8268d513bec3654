"""What the configuration is made of, which layer wins, and what a mistake says."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from shared.config.loader import ConfigLoader, environment_of
from shared.config.settings import Settings
from shared.errors import ConfigurationError

REPOSITORY = Path(__file__).parents[4]
SECRET = "marker-5f3a"
SERVERS = {"MONGODB_URI": f"mongodb://app:{SECRET}@mongo.internal/app"}


class FakeVault:
    """A vault of given secrets; or one that cannot be read."""

    def __init__(self, secrets: Mapping[str, str] | None = None, error: str | None = None) -> None:
        self.uri = ""
        self.closed = False
        self._secrets = secrets or {}
        self._error = error

    def open(self, uri: str) -> "FakeVault":
        self.uri = uri
        return self

    def get(self, name: str) -> str | None:
        if self._error:
            raise ConfigurationError(self._error)
        return self._secrets.get(name)

    def close(self) -> None:
        self.closed = True


def load(vault: FakeVault | None = None, /, **environ: str) -> Settings:
    return ConfigLoader(environ=environ, open_vault=(vault or FakeVault()).open).load_config()


def mistakes(vault: FakeVault | None = None, /, **environ: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        load(vault, **environ)
    assert SECRET not in str(raised.value)
    return str(raised.value)


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., ConfigLoader]:
    """Makes a loader of the real files with an overlay replaced, or the base."""

    def loader(overlay: str = "", base: str | None = None, **environ: str) -> ConfigLoader:
        folder = tmp_path / "config"
        folder.mkdir(exist_ok=True)
        original = (REPOSITORY / "config" / "config.yaml").read_text()
        (folder / "config.yaml").write_text(original if base is None else base)
        (folder / "config.local.yaml").write_text(overlay)
        return ConfigLoader(folder, environ)

    return loader


@pytest.mark.parametrize(
    ("names", "environment"),
    [
        (("local", "dev", "Development", " LOCAL "), "local"),
        (("k8s", "k8s-local", "local-k8s"), "k8s-local"),
        (("stage", "stg", "staging"), "staging"),
        (("prod", "PRODUCTION"), "production"),
    ],
)
def test_environment_has_several_names(names: tuple[str, ...], environment: str) -> None:
    assert {environment_of({"APP_ENV": name}) for name in names} == {environment}


def test_unknown_environment_is_refused_with_the_accepted_names() -> None:
    message = mistakes(APP_ENV="qa")
    assert message.startswith("APP_ENV")
    assert all(name in message for name in ("local", "k8s-local", "staging", "production", "prod"))


def test_environment_is_local_unless_named_but_never_on_azure() -> None:
    assert load(APP_ENV=" ").environment == "local"
    assert load(WEBSITE_SITE_NAME="app", FUNCTIONS_CORETOOLS_ENVIRONMENT="true").is_local
    assert "APP_ENV must be set" in mistakes(WEBSITE_SITE_NAME="app")


def test_local_needs_nothing_and_ends_with_sample_data_and_the_offline_model() -> None:
    settings = load()
    assert settings.mongodb.embedded
    assert settings.redis.embedded
    # SEC EDGAR is the first source of what it has, and for nothing else.
    primary = ("sec_edgar", "ecb")
    assert [source for source in settings.market_data.sources if source not in primary][-1] == "sample"
    assert settings.model.fallback_order[-1] == "offline"


def test_variables_become_what_the_field_is() -> None:
    settings = load(
        REDIS_DB="1",
        REDIS_SSL="1",
        MODEL_FALLBACK_ORDER="openai, grok",
        MODEL_TEMPERATURE="0.7",
        YAHOO_FINANCE_ENABLED="Off",
        OPENAI_API_KEY=f" {SECRET}\n",
    )
    assert settings.redis.db == 1
    assert settings.redis.ssl is True
    assert settings.model.fallback_order == ("openai", "grok")
    assert settings.model.temperature == 0.7
    assert settings.market_data.yahoo.enabled is False
    assert settings.model.openai.api_key == SecretStr(SECRET)


def test_empty_variable_is_not_set() -> None:
    settings = load(REDIS_HOST="", REDIS_PORT="  ", OPENAI_API_KEY="")
    assert settings.redis.embedded
    assert settings.redis.port == 6379
    assert settings.model.openai.api_key is None


def test_overlay_and_environment_come_over_the_base() -> None:
    production = load(APP_ENV="prod", CONFIG_ENV_OVERRIDE_MODE="all", REDIS_HOST="redis.internal", **SERVERS)
    assert (production.redis.host, production.redis.port, production.redis.ssl) == (
        "redis.internal",
        10000,
        True,
    )
    assert production.app.cors_allowed_origins == ()
    kubernetes = load(APP_ENV="k8s")
    assert (kubernetes.mongodb.host, kubernetes.redis.host) == ("mongodb", "redis")


def test_outside_local_only_secrets_override(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        settings = load(APP_ENV="k8s", REDIS_PORT="7000", REDIS_PASSWORD=SECRET, **SERVERS)
    assert settings.redis.port == 6379
    assert settings.redis.password == SecretStr(SECRET)
    assert settings.mongodb.uri is not None
    assert "(CONFIG_ENV_OVERRIDE_MODE=secrets-only): REDIS_PORT" in caplog.text
    assert SECRET not in caplog.text


def test_mode_none_lets_nothing_through() -> None:
    settings = load(CONFIG_ENV_OVERRIDE_MODE="none", OPENAI_API_KEY=SECRET, REDIS_PORT="7000")
    assert settings.model.openai.api_key is None
    assert settings.redis.port == 6379


def test_unknown_mode_is_refused_with_the_accepted_names() -> None:
    assert (
        mistakes(CONFIG_ENV_OVERRIDE_MODE="some")
        == "CONFIG_ENV_OVERRIDE_MODE must be one of all, secrets-only, none"
    )


def test_mistakes_are_told_all_at_once_with_key_variable_and_origin(
    files: Callable[..., ConfigLoader],
) -> None:
    loader = files("redis:\n  hots: x\n  port: many\ncache: 5\n", REDIS_SSL="perhaps", MODEL_PROVIDER="gpt")
    with pytest.raises(ConfigurationError) as raised:
        loader.load_config()
    message = str(raised.value)
    assert "redis.hots, from config/config.local.yaml: unknown key; did you mean redis.host?" in message
    assert "redis.port (REDIS_PORT), from config/config.local.yaml: must be a whole number" in message
    assert "cache, from config/config.local.yaml: must be a mapping" in message
    assert "redis.ssl (REDIS_SSL), from the environment: must be true or false" in message
    assert "model.provider (MODEL_PROVIDER), from the environment: must be one of openai, " in message
    assert "perhaps'" not in message


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("REDIS_PORT", "65536", "redis.port"),
        ("MODEL_TEMPERATURE", "2.1", "model.temperature"),
        ("MODEL_TEMPERATURE", "nan", "model.temperature"),
        ("CONVERSATION_TTL_DAYS", "0", "conversation.ttl_days"),
        ("CACHE_PREFIX", "a:b", "cache.prefix"),
        ("CACHE_REFRESH_SYMBOLS", "AAPL,A/../B", "refresh.symbols"),
        ("MONGODB_DB_NAME", "a.b", "mongodb.db_name"),
        ("OPENAI_BASE_URL", "ftp://files", "model.openai.base_url"),
        ("OPENAI_BASE_URL", "https://user:pw@host/v1", "model.openai.base_url"),
        ("GROK_BASE_URL", "api.x.ai/v1", "model.grok.base_url"),
        ("SEC_EDGAR_CONTACT", "no address", "market_data.sec_edgar.contact"),
        ("SEC_EDGAR_CONTACT", "ops@example.com", "market_data.sec_edgar.contact"),
        ("SEC_EDGAR_CONTACT", "Exämple ops@example.com", "market_data.sec_edgar.contact"),
        ("SEC_EDGAR_REQUESTS_PER_SECOND", "11", "market_data.sec_edgar.requests_per_second"),
        ("ALPHA_VANTAGE_BASE_URL", "https://[::1", "market_data.alpha_vantage.base_url"),
        ("AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com", "model.azure_openai.endpoint"),
        ("MARKET_DATA_SOURCES", "yahoo,yahoo", "market_data.sources"),
        ("MARKET_DATA_SOURCES", ",", "market_data.sources"),
        ("MARKET_DATA_SOURCES_NEWS", "yahoo,yahoo", "market_data.sources_for.news"),
        ("MARKET_DATA_SOURCES_QUOTE", "bloomberg", "market_data.sources_for.quote"),
        ("MODEL_FALLBACK_ORDER", "openai,grok,openai", "model.fallback_order"),
        ("APP_CORS_ORIGINS", "https://app.example/", "app.cors_allowed_origins"),
        ("APP_CORS_ORIGINS", "app.example", "app.cors_allowed_origins"),
        ("MONGODB_URI", f"https://u:{SECRET}@host", "mongodb.uri"),
        ("MONGODB_URI", f"mongodb://u:{SECRET}@", "mongodb.uri"),
        ("REDIS_USERNAME", "app", "redis.password"),
        ("REDIS_AUTH", "entra", "redis.host"),
        ("MONGODB_AUTH", "entra", "mongodb.host"),
    ],
)
def test_value_that_cannot_be_is_refused(variable: str, value: str, key: str) -> None:
    message = mistakes(**{variable: value})
    assert message.startswith(f"{key} (")
    assert ";" not in message


def test_order_for_one_kind_of_data_names_no_other_sources() -> None:
    settings = load(MARKET_DATA_SOURCES_NEWS="alpha_vantage").market_data
    assert (settings.sources_for.news, settings.sources_for.quote) == (("alpha_vantage",), ())
    message = mistakes(MARKET_DATA_SOURCES="yahoo", MARKET_DATA_SOURCES_NEWS="alpha_vantage")
    assert message.startswith("market_data.sources_for.news (MARKET_DATA_SOURCES_NEWS)")


@pytest.mark.parametrize(
    "environ",
    [
        {"MONGODB_HOST": "h", "MONGODB_USERNAME": "u"},
        {"MONGODB_HOST": "h", "MONGODB_PASSWORD": SECRET},
    ],
)
def test_half_a_sign_in_to_mongodb_is_refused(environ: dict[str, str]) -> None:
    assert "is missing, but" in mistakes(**environ)


def test_token_is_not_sent_over_a_plain_connection() -> None:
    assert "redis.ssl (REDIS_SSL)" in mistakes(REDIS_AUTH="entra", REDIS_HOST="h", REDIS_SSL="0")
    assert load(REDIS_AUTH="entra", REDIS_HOST="h", REDIS_SSL="1").redis.ssl


@pytest.mark.parametrize("environment", ["k8s-local", "staging", "production"])
def test_what_is_for_local_alone_is_refused_elsewhere(environment: str) -> None:
    message = mistakes(
        APP_ENV=environment,
        CONFIG_ENV_OVERRIDE_MODE="all",
        REDIS_HOST="redis.internal",
        SAMPLE_DATA_ENABLED="true",
        MARKET_DATA_SOURCES="yahoo,sample",
        MODEL_PROVIDER="offline",
        MODEL_FALLBACK_ORDER="openai,offline",
        **SERVERS,
    )
    for key in (
        "market_data.sample.enabled",
        "market_data.sources",
        "model.provider",
        "model.fallback_order",
    ):
        assert f"{key} (" in message


def test_stores_must_be_named_outside_local_and_an_ignored_variable_is_pointed_out() -> None:
    message = mistakes(APP_ENV="production", REDIS_HOST="redis.internal")
    assert "mongodb.host (MONGODB_HOST)" in message
    assert "MONGODB_URI" in message
    assert "REDIS_HOST is set, but ignored because of CONFIG_ENV_OVERRIDE_MODE=secrets-only" in message


@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "OPENAI_MODEL", "APP_CORS_ORIGINS"])
def test_reference_that_azure_did_not_resolve_is_refused(variable: str) -> None:
    message = mistakes(**{variable: f"@Microsoft.KeyVault(SecretUri=https://v/secrets/{SECRET})"})
    assert f"({variable}), from the environment: the Key Vault reference was not resolved" in message


def test_reference_in_a_file_is_refused(files: Callable[..., ConfigLoader]) -> None:
    with pytest.raises(ConfigurationError, match=r"redis\.password .* not resolved"):
        files('redis:\n  password: "@Microsoft.KeyVault(VaultName=v;SecretName=s)"\n').load_config()


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        ("redis:\n  password: 'marker-5f3a\n", "config/config.local.yaml, line"),
        ("redis: {host: a}\nredis: {host: b}\n", "line 2: not valid YAML: duplicate key redis"),
        ("redis: !!python/object:os.system {}\n", "config/config.local.yaml, line 1"),
        ("- redis\n", "the file, from config/config.local.yaml: must be a mapping"),
        ("environment: production\n", "environment, from config/config.local.yaml: unknown key"),
        ("redis:\n  host: {name: a}\n", "redis.host (REDIS_HOST), from config/config.local.yaml"),
        ("radis:\n  host: a\n", "radis, from config/config.local.yaml: unknown key"),
        ("redis:\n  1: a\n", "redis.1, from config/config.local.yaml: unknown key"),
        ("redis:\n  password: 5\n", "redis.password (REDIS_PASSWORD), from config/config.local.yaml"),
        ("redis:\n  port: null\n", "redis.port (REDIS_PORT), from config/config.local.yaml"),
    ],
)
def test_broken_file_is_named(files: Callable[..., ConfigLoader], overlay: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        files(overlay).load_config()
    assert message in str(raised.value)
    assert SECRET not in str(raised.value)


def test_section_with_nothing_in_it_changes_nothing(files: Callable[..., ConfigLoader]) -> None:
    assert files("redis:\n  # port: 1\n").load_config().redis.port == 6379


def test_missing_file_and_missing_key_are_named(tmp_path: Path, files: Callable[..., ConfigLoader]) -> None:
    with pytest.raises(ConfigurationError, match=r"/config\.yaml is missing"):
        ConfigLoader(tmp_path, {}).load_config()
    with pytest.raises(ConfigurationError, match=r"redis: is missing|redis\.host .*is missing"):
        files(base="app:\n  log_level: INFO\n").load_config()


def test_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="cannot be read: UnicodeDecodeError"):
        ConfigLoader(tmp_path, {}).load_config()


def test_settings_are_frozen_and_print_no_secret() -> None:
    settings = load(OPENAI_API_KEY=SECRET, REDIS_PASSWORD=SECRET, **SERVERS)
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    assert "**********" in str(settings)
    with pytest.raises(ValidationError):
        settings.redis.port = 1  # type: ignore[misc]


def test_environment_is_read_when_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    loader = ConfigLoader()
    monkeypatch.setenv("APP_ENV", "local")
    monkeypatch.setenv("REDIS_PORT", "7001")
    assert loader.load_config().redis.port == 7001


def test_vault_is_asked_for_its_secrets_and_wins() -> None:
    vault = FakeVault({"OPENAI-API-KEY": f"{SECRET}\n", "REDIS-PASSWORD": SECRET})
    settings = load(
        vault, USE_AZURE_KEYVAULT="true", KEYVAULT_NAME="kv-stocks", OPENAI_API_KEY="from-environment"
    )
    assert vault.uri == "https://kv-stocks.vault.azure.net"
    assert vault.closed
    assert settings.model.openai.api_key == SecretStr(SECRET)
    assert settings.redis.password == SecretStr(SECRET)


def test_vault_serves_whatever_the_mode_and_its_uri_goes_before_its_name() -> None:
    vault = FakeVault({"OPENAI-API-KEY": SECRET})
    settings = load(
        vault,
        USE_AZURE_KEYVAULT="1",
        AZURE_KEYVAULT_URI="https://kv-other.vault.azure.net/",
        KEYVAULT_NAME="kv-stocks",
        CONFIG_ENV_OVERRIDE_MODE="none",
    )
    assert vault.uri == "https://kv-other.vault.azure.net"
    assert settings.model.openai.api_key == SecretStr(SECRET)


def test_secret_that_the_vault_lacks_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        settings = load(
            FakeVault({"OPENAI-API-KEY": SECRET}), USE_AZURE_KEYVAULT="1", KEYVAULT_NAME="kv-stocks"
        )
    assert settings.model.grok.api_key is None
    assert "secrets not found" in caplog.text
    assert "GROK-API-KEY" in caplog.text
    assert "OPENAI-API-KEY," not in caplog.text.replace("AZURE-OPENAI-API-KEY,", "")


def test_vault_that_cannot_be_read_is_an_error_in_staging_and_production_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    environ = {"USE_AZURE_KEYVAULT": "1", "KEYVAULT_NAME": "kv-stocks", **SERVERS}
    broken = FakeVault(error="Key Vault https://kv-stocks.vault.azure.net cannot be read")
    for environment in ("staging", "production"):
        assert "kv-stocks" in mistakes(broken, APP_ENV=environment, **environ)
    with caplog.at_level(logging.WARNING):
        assert load(broken, APP_ENV="local", **environ).model.openai.api_key is None
    assert "kv-stocks" in caplog.text
    assert broken.closed


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"USE_AZURE_KEYVAULT": "true"}, "AZURE_KEYVAULT_URI or KEYVAULT_NAME must be set"),
        ({"USE_AZURE_KEYVAULT": "si"}, "USE_AZURE_KEYVAULT must be true or false"),
        ({"USE_AZURE_KEYVAULT": "1", "KEYVAULT_NAME": "x/y"}, "KEYVAULT_NAME must be"),
        ({"USE_AZURE_KEYVAULT": "1", "AZURE_KEYVAULT_URI": "http://kv"}, "AZURE_KEYVAULT_URI must be https"),
    ],
)
def test_vault_must_be_named_well(environ: dict[str, str], message: str) -> None:
    assert message in mistakes(**environ)
