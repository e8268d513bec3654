"""The settings of the service: one frozen, typed object.

Every field's default stands in ``config/config.yaml``; here are only its type and bounds. ``Env`` names the
environment variable that overrides a field. A secret is a ``SecretStr``: it prints as ``**********``.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from shared.config.names import Environment, ModelProviderName, SourceName

Symbol = Annotated[str, Field(pattern=r"^[A-Z0-9.^=-]{1,15}$")]


@dataclass(frozen=True)
class Env:
    """Marks the environment variable that sets a field.

    Attributes:
        variable: Name of the variable.
        secret: Whether its value is a key or password, or a URI that may carry one.
        vault: Whether Key Vault is asked for it (under the same name with hyphens).
    """

    variable: str
    secret: bool = False
    vault: bool = False


class Section(BaseModel):
    """What all sections share: frozen, and an unknown key is an error, not ignored."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True, defer_build=True
    )


class OpenAISettings(Section):
    """OpenAI, or any server that speaks its protocol at ``base_url``."""

    api_key: Annotated[SecretStr | None, Env("OPENAI_API_KEY", secret=True, vault=True)] = Field(
        description="Key; with one, OpenAI is configured"
    )
    model: Annotated[str, Env("OPENAI_MODEL")] = Field(description="Model")
    base_url: Annotated[str, Env("OPENAI_BASE_URL")] = Field(
        description="Address of the API; any server that speaks the protocol will do"
    )


class GrokSettings(Section):
    """Grok by xAI: the OpenAI protocol at another address."""

    api_key: Annotated[SecretStr | None, Env("GROK_API_KEY", secret=True, vault=True)] = Field(
        description="Key; with one, Grok is configured"
    )
    model: Annotated[str, Env("GROK_MODEL")] = Field(description="Model")
    base_url: Annotated[str, Env("GROK_BASE_URL")] = Field(description="Address of the API")


class AzureOpenAISettings(Section):
    """Azure OpenAI: configured when an endpoint is given; without a key the managed identity is used."""

    endpoint: Annotated[str | None, Env("AZURE_OPENAI_ENDPOINT")] = Field(
        description="Address of the resource; with one, Azure OpenAI is configured"
    )
    deployment: Annotated[str | None, Env("AZURE_OPENAI_DEPLOYMENT")] = Field(
        description="Name of the deployment that answers"
    )
    api_key: Annotated[SecretStr | None, Env("AZURE_OPENAI_API_KEY", secret=True, vault=True)] = Field(
        description="Key; without one, the managed identity signs in"
    )


class ModelPrice(Section):
    """US dollars for a million tokens of one model, that it reads and that it writes.

    Written ``gpt-4.1-mini=0.40/1.60``.
    """

    model: Annotated[str, Field(min_length=1, max_length=100)]
    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]

    @model_validator(mode="before")
    @classmethod
    def _split(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        model, _, prices = written.partition("=")
        read, _, write = prices.partition("/")
        return {"model": model.strip(), "input": read.strip(), "output": write.strip()}


class ModelSettings(Section):
    """Which language model answers, and how it is asked."""

    provider: Annotated[ModelProviderName, Env("MODEL_PROVIDER")] = Field(
        description="Provider that is asked first: `openai`, `azure_openai`, `grok` or (local only) `offline`"
    )
    name: Annotated[str | None, Env("MODEL_NAME")] = Field(
        description="Overrides the model of the provider chosen by `provider`"
    )
    temperature: Annotated[float, Env("MODEL_TEMPERATURE")] = Field(
        ge=0, le=2, description="Sampling temperature"
    )
    max_tokens: Annotated[int, Env("MODEL_MAX_TOKENS")] = Field(
        ge=1, le=200_000, description="Tokens one answer may have"
    )
    allow_fallback: Annotated[bool, Env("MODEL_ALLOW_FALLBACK")] = Field(
        description="Whether another provider answers when the one asked for cannot"
    )
    fallback_order: Annotated[tuple[ModelProviderName, ...], Env("MODEL_FALLBACK_ORDER")] = Field(
        description="Order in which others are asked"
    )
    debug_prompt: Annotated[bool, Env("MODEL_DEBUG_PROMPT")] = Field(
        description="Log prompts in full; honoured in local only"
    )
    first_event_timeout: Annotated[float, Env("MODEL_FIRST_EVENT_TIMEOUT")] = Field(
        gt=0, le=120, description="Seconds a model may take to its first event"
    )
    deadline: Annotated[float, Env("MODEL_DEADLINE")] = Field(
        gt=0, le=540, description="Seconds one answer may take in all"
    )
    max_retries: Annotated[int, Env("MODEL_MAX_RETRIES")] = Field(
        ge=0, le=3, description="How often a provider that is down for a moment is asked again"
    )
    reasoning_effort: Annotated[
        Literal["minimal", "low", "medium", "high"] | None, Env("MODEL_REASONING_EFFORT")
    ] = Field(description="How hard reasoning models think: `minimal`, `low`, `medium` or `high`")
    prices: Annotated[tuple[ModelPrice, ...], Env("MODEL_PRICES")] = Field(
        description="US dollars for a million tokens, as `model=read/written`; what a request cost is logged"
    )
    openai: OpenAISettings
    grok: GrokSettings
    azure_openai: AzureOpenAISettings

    def model_of(self, provider: str) -> str | None:
        """The model that ``name`` gives the provider; None leaves it its own."""
        return self.name if provider == self.provider else None


class YahooSettings(Section):
    """Yahoo Finance through yfinance: no key; meant for personal use by its terms."""

    enabled: Annotated[bool, Env("YAHOO_FINANCE_ENABLED")] = Field(
        description="Whether Yahoo Finance is asked"
    )


class AlphaVantageSettings(Section):
    """Alpha Vantage: used when enabled and a key is given."""

    enabled: Annotated[bool, Env("ALPHA_VANTAGE_ENABLED")] = Field(
        description="Whether Alpha Vantage is asked, once it has a key"
    )
    api_key: Annotated[SecretStr | None, Env("ALPHA_VANTAGE_API_KEY", secret=True, vault=True)] = Field(
        description="Key"
    )
    base_url: Annotated[str, Env("ALPHA_VANTAGE_BASE_URL")] = Field(description="Address of the API")
    requests_per_second: Annotated[int, Env("ALPHA_VANTAGE_REQUESTS_PER_SECOND")] = Field(
        ge=1, le=100, description="Requests a second the plan allows, over all instances"
    )
    requests_per_day: Annotated[int, Env("ALPHA_VANTAGE_REQUESTS_PER_DAY")] = Field(
        ge=1, le=1_000_000, description="Requests within 24 hours the plan allows, over all instances"
    )


class SampleSettings(Section):
    """Sample data for running without internet; refused outside local."""

    enabled: Annotated[bool, Env("SAMPLE_DATA_ENABLED")] = Field(
        description="Whether made-up data serves when nothing else does; local only"
    )


class SourcesForSettings(Section):
    """Orders of sources for one kind of data each; empty means the order of ``market_data.sources``."""

    quote: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_QUOTE")] = Field(
        description="Another order for quotes; empty for the usual one"
    )
    history: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_HISTORY")] = Field(
        description="Another order for price histories"
    )
    fundamentals: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_FUNDAMENTALS")] = Field(
        description="Another order for fundamentals"
    )
    news: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_NEWS")] = Field(
        description="Another order for news"
    )
    search: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_SEARCH")] = Field(
        description="Another order for the search of symbols"
    )


class MarketSettings(Section):
    """Where market data comes from."""

    sources: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES")] = Field(
        description="Order in which sources are asked"
    )
    sources_for: SourcesForSettings
    deadline: Annotated[float, Env("MARKET_DATA_DEADLINE")] = Field(
        gt=0, le=60, description="Seconds one answer of market data may take, over all sources"
    )
    longest_rest: Annotated[float, Env("MARKET_DATA_LONGEST_REST")] = Field(
        ge=1,
        le=86_400,
        description="Seconds a source is left alone at most after it said that it is asked too often",
    )
    yahoo: YahooSettings
    alpha_vantage: AlphaVantageSettings
    sample: SampleSettings


class MongoSettings(Section):
    """MongoDB: a whole URI, or host and port with credentials apart. Neither means embedded (local only)."""

    uri: Annotated[SecretStr | None, Env("MONGODB_URI", secret=True)] = Field(
        description="Whole connection string; replaces host, port, username and password"
    )
    host: Annotated[str | None, Env("MONGODB_HOST")] = Field(
        description="Server; neither URI nor host means embedded (local only)"
    )
    port: Annotated[int, Env("MONGODB_PORT")] = Field(ge=1, le=65535, description="Port")
    db_name: Annotated[str, Env("MONGODB_DB_NAME")] = Field(
        max_length=63, pattern=r"^[A-Za-z0-9_-]+$", description="Database"
    )
    username: Annotated[str | None, Env("MONGODB_USERNAME")] = Field(description="User")
    password: Annotated[SecretStr | None, Env("MONGODB_PASSWORD", secret=True, vault=True)] = Field(
        description="Password of the user"
    )
    auth_source: Annotated[str, Env("MONGODB_AUTH_SOURCE")] = Field(
        description="Database that knows the user"
    )
    auth: Annotated[Literal["scram", "entra"], Env("MONGODB_AUTH")] = Field(
        description="`entra`: the managed identity signs in to Azure DocumentDB, no password is used"
    )
    tls: Annotated[bool, Env("MONGODB_TLS")] = Field(description="Whether the connection is encrypted")

    @property
    def embedded(self) -> bool:
        """Whether no server is named, so that the embedded store serves."""
        return self.uri is None and self.host is None


class RedisSettings(Section):
    """Redis. No host means embedded (local only)."""

    host: Annotated[str | None, Env("REDIS_HOST")] = Field(
        description="Server; none means embedded (local only)"
    )
    port: Annotated[int, Env("REDIS_PORT")] = Field(ge=1, le=65535, description="Port")
    db: Annotated[int, Env("REDIS_DB")] = Field(ge=0, description="Number of the database")
    username: Annotated[str | None, Env("REDIS_USERNAME")] = Field(
        description="User, where the server has several"
    )
    password: Annotated[SecretStr | None, Env("REDIS_PASSWORD", secret=True, vault=True)] = Field(
        description="Password"
    )
    ssl: Annotated[bool, Env("REDIS_SSL")] = Field(description="Whether the connection is encrypted")
    ca_file: Annotated[str | None, Env("REDIS_CA_FILE")] = Field(
        description="Certificates to trust in place of the system's"
    )
    auth: Annotated[Literal["password", "entra"], Env("REDIS_AUTH")] = Field(
        description="`entra`: the managed identity signs in, no password is used"
    )
    max_connections: Annotated[int, Env("REDIS_MAX_CONNECTIONS")] = Field(
        ge=1, le=1000, description="Connections one worker may open"
    )

    @property
    def embedded(self) -> bool:
        """Whether no server is named, so that the embedded store serves."""
        return self.host is None


class TtlSettings(Section):
    """Seconds for which each kind of data counts as fresh."""

    price_data: Annotated[int, Env("CACHE_TTL_PRICE_DATA")] = Field(
        ge=1, description="Seconds a quote is fresh"
    )
    historical_data: Annotated[int, Env("CACHE_TTL_HISTORICAL_DATA")] = Field(
        ge=1, description="Seconds a price history is fresh"
    )
    fundamental_data: Annotated[int, Env("CACHE_TTL_FUNDAMENTAL_DATA")] = Field(
        ge=1, description="Seconds fundamentals are fresh"
    )
    technical_data: Annotated[int, Env("CACHE_TTL_TECHNICAL_DATA")] = Field(
        ge=1, description="Seconds indicators are fresh"
    )
    news_data: Annotated[int, Env("CACHE_TTL_NEWS_DATA")] = Field(ge=1, description="Seconds news are fresh")
    symbol_data: Annotated[int, Env("CACHE_TTL_SYMBOL_DATA")] = Field(
        ge=1, description="Seconds metadata of a symbol are fresh"
    )
    reports: Annotated[int, Env("CACHE_TTL_REPORTS")] = Field(
        ge=1, description="Seconds within which a report is not made again"
    )
    negative: Annotated[int, Env("CACHE_TTL_NEGATIVE")] = Field(
        ge=1, description="How long an unknown symbol is remembered as unknown"
    )


class CacheSettings(Section):
    """How long answers are kept."""

    prefix: Annotated[str, Env("CACHE_PREFIX")] = Field(
        pattern=r"^[a-z0-9-]{1,32}$", description="Begins every key in Redis"
    )
    stale_factor: Annotated[int, Env("CACHE_STALE_FACTOR")] = Field(
        ge=1, le=1000, description="An answer is kept for this many TTLs, to be served when upstream fails"
    )
    near_seconds: Annotated[float, Env("CACHE_NEAR_SECONDS")] = Field(
        ge=0, le=1, description="Seconds a worker may serve an answer again without asking Redis"
    )
    memory_bytes: Annotated[int, Env("CACHE_MEMORY_BYTES")] = Field(
        ge=65_536, description="Bytes of answers a worker holds itself"
    )
    lock_seconds: Annotated[float, Env("CACHE_LOCK_SECONDS")] = Field(
        gt=0, le=120, description="Seconds for which workers wait for one of them to fetch an answer"
    )
    ttl: TtlSettings


class LimitSettings(Section):
    """What callers may ask for, and what that may cost."""

    body_bytes: Annotated[int, Env("LIMIT_BODY_BYTES")] = Field(
        ge=1024, description="Bytes a request body may have"
    )
    chat_per_minute: Annotated[int, Env("LIMIT_CHAT_PER_MINUTE")] = Field(
        ge=1, description="Chat requests a caller may make in a minute"
    )
    chat_total_per_minute: Annotated[int, Env("LIMIT_CHAT_TOTAL_PER_MINUTE")] = Field(
        ge=1, description="Chat requests all callers together may make in a minute"
    )
    reports_per_minute: Annotated[int, Env("LIMIT_REPORTS_PER_MINUTE")] = Field(
        ge=1, description="Reports a caller may ask for in a minute"
    )
    streams_per_caller: Annotated[int, Env("LIMIT_STREAMS_PER_CALLER")] = Field(
        ge=1, description="Streams one caller may have open at the same time"
    )
    upstream_requests_per_day: Annotated[int, Env("LIMIT_UPSTREAM_REQUESTS_PER_DAY")] = Field(
        ge=1, description="Questions within 24 hours to all sources of market data together"
    )
    model_tokens_per_day: Annotated[int, Env("LIMIT_MODEL_TOKENS_PER_DAY")] = Field(
        ge=1, description="Tokens within 24 hours of all models together"
    )


class ConversationSettings(Section):
    """What is remembered of a conversation."""

    max_turns: Annotated[int, Env("CONVERSATION_MAX_TURNS")] = Field(
        ge=1, le=200, description="Turns that are remembered"
    )
    ttl_days: Annotated[int, Env("CONVERSATION_TTL_DAYS")] = Field(
        ge=1, le=365, description="Days after its last turn for which a conversation is kept"
    )


class RefreshSettings(Section):
    """The scheduled refresh of the cache."""

    symbols: Annotated[tuple[Symbol, ...], Env("CACHE_REFRESH_SYMBOLS")] = Field(
        description="Symbols tracked from the start"
    )
    deadline: Annotated[float, Env("CACHE_REFRESH_DEADLINE")] = Field(
        gt=0, le=540, description="Seconds one run may take"
    )
    concurrency: Annotated[int, Env("CACHE_REFRESH_CONCURRENCY")] = Field(
        ge=1, le=64, description="Requests to the sources at the same time"
    )
    requests_per_minute: Annotated[int, Env("CACHE_REFRESH_REQUESTS_PER_MINUTE")] = Field(
        ge=1,
        le=100_000,
        description="Answers asked for in a minute, after as many at once; the rest waits for later runs",
    )
    batch_size: Annotated[int, Env("CACHE_REFRESH_BATCH_SIZE")] = Field(
        ge=1, le=100, description="Symbols whose quotes are asked for in one request"
    )
    overdue_after: Annotated[int, Env("CACHE_REFRESH_OVERDUE_AFTER")] = Field(
        ge=60, description="Seconds without a run that went well after which the readiness is degraded"
    )


class AppSettings(Section):
    """The app itself."""

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Env("APP_LOG_LEVEL")] = Field(
        description="`DEBUG`, `INFO`, `WARNING` or `ERROR`"
    )
    cors_allowed_origins: Annotated[tuple[str, ...], Env("APP_CORS_ORIGINS")] = Field(
        description="Browser origins that may read a stream; `*` for all"
    )
    data_dir: Annotated[str, Env("LOCAL_DATA_DIR")] = Field(
        description="Folder of the embedded stores; used in local only"
    )
    embedded_stores_module: Annotated[str | None, Env("EMBEDDED_STORES_MODULE")] = Field(
        pattern=r"^[A-Za-z_][\w.]*$",
        description="Module that provides embedded stores where no MongoDB or Redis server is configured "
        "(`infra.local.embedded_stores`; set by `make start` and `local.settings.sample.json`); local only",
    )


class Settings(Section):
    """Everything the service can be told, frozen."""

    environment: Environment
    app: AppSettings
    model: ModelSettings
    market_data: MarketSettings
    mongodb: MongoSettings
    redis: RedisSettings
    cache: CacheSettings
    limits: LimitSettings
    conversation: ConversationSettings
    refresh: RefreshSettings

    @property
    def is_local(self) -> bool:
        """Whether embedded stores, sample data and the offline model may serve."""
        return self.environment == "local"
