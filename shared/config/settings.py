"""The settings of the service: one frozen, typed object.

Defaults are in ``config/config.yaml``; this module has types and bounds. ``Env`` names the environment
variable that overrides a field. A secret is a ``SecretStr``, which prints as ``**********``.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from shared.config.names import Environment, ModelProviderName, SourceName
from shared.domain.terms import Symbol


@dataclass(frozen=True)
class Env:
    """Marks the environment variable that sets a field.

    Attributes:
        variable: Name of the variable.
        secret: Whether its value is a key or password, or a URI that may carry one.
        vault: Whether it is read from Key Vault (under the same name with hyphens).
    """

    variable: str
    secret: bool = False
    vault: bool = False


class Section(BaseModel):
    """Base of all sections: frozen, and an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True, defer_build=True
    )


class OpenAISettings(Section):
    """OpenAI, or another server with the same protocol at ``base_url``."""

    api_key: Annotated[SecretStr | None, Env("OPENAI_API_KEY", secret=True, vault=True)] = Field(
        description="API key; enables OpenAI"
    )
    model: Annotated[str, Env("OPENAI_MODEL")] = Field(description="Model")
    base_url: Annotated[str, Env("OPENAI_BASE_URL")] = Field(
        description="Base URL of the API; any server with the same protocol works"
    )


class GrokSettings(Section):
    """Grok by xAI: the OpenAI protocol at another address."""

    api_key: Annotated[SecretStr | None, Env("GROK_API_KEY", secret=True, vault=True)] = Field(
        description="API key; enables Grok"
    )
    model: Annotated[str, Env("GROK_MODEL")] = Field(description="Model")
    base_url: Annotated[str, Env("GROK_BASE_URL")] = Field(description="Base URL of the API")


class AzureOpenAISettings(Section):
    """Azure OpenAI: enabled by an endpoint; without a key it uses the managed identity."""

    endpoint: Annotated[str | None, Env("AZURE_OPENAI_ENDPOINT")] = Field(
        description="Endpoint of the resource; enables Azure OpenAI"
    )
    deployment: Annotated[str | None, Env("AZURE_OPENAI_DEPLOYMENT")] = Field(
        description="Name of the model deployment"
    )
    model: Annotated[str | None, Env("AZURE_OPENAI_MODEL")] = Field(
        description="Model behind the deployment, such as `gpt-5.6-luna`: it decides on the parameters. "
        "Empty: the deployment has the model's name"
    )
    api_key: Annotated[SecretStr | None, Env("AZURE_OPENAI_API_KEY", secret=True, vault=True)] = Field(
        description="API key; without one, the managed identity is used"
    )


def _tool_use(value: object) -> object:
    """Returns the word that YAML reads as a boolean: ``on`` and ``off``."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


class ModelPrice(Section):
    """Price of one model in US dollars per million input and output tokens.

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
    """The language models and the parameters of their requests."""

    provider: Annotated[ModelProviderName, Env("MODEL_PROVIDER")] = Field(
        description="Preferred provider: `openai`, `azure_openai`, `grok` or (local only) `offline`"
    )
    name: Annotated[str | None, Env("MODEL_NAME")] = Field(
        description="Model of the preferred provider; empty: the model of its own section"
    )
    fact_tokens: Annotated[int, Env("MODEL_FACT_TOKENS")] = Field(
        ge=500,
        le=200_000,
        description="Tokens that the facts of a chat prompt may take, by estimate; most relevant first",
    )
    temperature: Annotated[float, Env("MODEL_TEMPERATURE")] = Field(
        ge=0, le=2, description="Sampling temperature"
    )
    max_tokens: Annotated[int, Env("MODEL_MAX_TOKENS")] = Field(
        ge=1, le=200_000, description="Maximum tokens of one model response, without reasoning"
    )
    reasoning_tokens: Annotated[int, Env("MODEL_REASONING_TOKENS")] = Field(
        ge=0, le=200_000, description="Additional tokens of a reasoning model for its reasoning"
    )
    tools: Annotated[Literal["auto", "on", "off"], BeforeValidator(_tool_use), Env("MODEL_TOOLS")] = Field(
        description="Whether tools are offered: `auto` until a model rejects them, `on` always, `off` never"
    )
    allowed_models: Annotated[tuple[str, ...], Env("MODEL_ALLOWED_MODELS")] = Field(
        description="Models that a request may name, besides the configured ones; `*` for any. "
        "Empty: the models with a price in `prices`"
    )
    allow_fallback: Annotated[bool, Env("MODEL_ALLOW_FALLBACK")] = Field(
        description="Whether another provider is used when the requested one fails"
    )
    fallback_order: Annotated[tuple[ModelProviderName, ...], Env("MODEL_FALLBACK_ORDER")] = Field(
        description="Fallback order of the providers"
    )
    debug_prompt: Annotated[bool, Env("MODEL_DEBUG_PROMPT")] = Field(
        description="Log complete prompts; local only"
    )
    first_event_timeout: Annotated[float, Env("MODEL_FIRST_EVENT_TIMEOUT")] = Field(
        gt=0, le=120, description="Timeout in seconds for the first event of a model response"
    )
    reasoning_timeout: Annotated[float, Env("MODEL_REASONING_TIMEOUT")] = Field(
        gt=0, le=540, description="Timeout in seconds for the first word of a model that reasons"
    )
    deadline: Annotated[float, Env("MODEL_DEADLINE")] = Field(
        gt=0, le=540, description="Deadline in seconds of one answer, all rounds together"
    )
    max_retries: Annotated[int, Env("MODEL_MAX_RETRIES")] = Field(
        ge=0, le=3, description="Retries of a request to a provider that is briefly unavailable"
    )
    reasoning_effort: Annotated[
        Literal["minimal", "low", "medium", "high"] | None, Env("MODEL_REASONING_EFFORT")
    ] = Field(description="Effort of reasoning models: `minimal`, `low`, `medium` or `high`")
    prices: Annotated[tuple[ModelPrice, ...], Env("MODEL_PRICES")] = Field(
        description="US dollars per million tokens, as `model=input/output`; for the logged cost of a request"
    )
    openai: OpenAISettings
    grok: GrokSettings
    azure_openai: AzureOpenAISettings

    def model_of(self, provider: str) -> str | None:
        """Returns the model that ``name`` sets for the provider; None for the model of its own section."""
        return self.name if provider == self.provider else None


class YahooSettings(Section):
    """Yahoo Finance through yfinance: no key; its terms allow personal use."""

    enabled: Annotated[bool, Env("YAHOO_FINANCE_ENABLED")] = Field(
        description="Whether Yahoo Finance is used"
    )


class AlphaVantageSettings(Section):
    """Alpha Vantage: used when it is enabled and has a key."""

    enabled: Annotated[bool, Env("ALPHA_VANTAGE_ENABLED")] = Field(
        description="Whether Alpha Vantage is used when it has a key"
    )
    api_key: Annotated[SecretStr | None, Env("ALPHA_VANTAGE_API_KEY", secret=True, vault=True)] = Field(
        description="API key"
    )
    base_url: Annotated[str, Env("ALPHA_VANTAGE_BASE_URL")] = Field(description="Base URL of the API")
    requests_per_second: Annotated[int, Env("ALPHA_VANTAGE_REQUESTS_PER_SECOND")] = Field(
        ge=1, le=100, description="Requests per second of the plan, over all instances"
    )
    requests_per_day: Annotated[int, Env("ALPHA_VANTAGE_REQUESTS_PER_DAY")] = Field(
        ge=1,
        le=1_000_000,
        description="Requests per 24 hours of the plan, over all instances; with more than the 25 of the "
        "free plan, candles shorter than a day are requested too",
    )


class TiingoSettings(Section):
    """Tiingo: quotes and daily prices of US symbols, on a key."""

    enabled: Annotated[bool, Env("TIINGO_ENABLED")] = Field(
        description="Whether Tiingo is used when it has a key"
    )
    api_key: Annotated[SecretStr | None, Env("TIINGO_API_KEY", secret=True, vault=True)] = Field(
        description="API key"
    )
    base_url: Annotated[str, Env("TIINGO_BASE_URL")] = Field(description="Base URL of the API")
    requests_per_second: Annotated[int, Env("TIINGO_REQUESTS_PER_SECOND")] = Field(
        ge=1, le=100, description="Requests per second over all instances"
    )
    requests_per_day: Annotated[int, Env("TIINGO_REQUESTS_PER_DAY")] = Field(
        ge=1, le=1_000_000, description="Requests per 24 hours of the plan, over all instances"
    )


class SecEdgarSettings(Section):
    """SEC EDGAR: no key, but the SEC refuses requests that do not name a contact."""

    enabled: Annotated[bool, Env("SEC_EDGAR_ENABLED")] = Field(
        description="Whether SEC EDGAR is used; requires a contact"
    )
    contact: Annotated[str | None, Env("SEC_EDGAR_CONTACT")] = Field(
        max_length=200,
        description="Name and mail address of the operator, sent to the SEC as User-Agent; enables SEC EDGAR",
    )
    data_url: Annotated[str, Env("SEC_EDGAR_DATA_URL")] = Field(description="Base URL of the data service")
    files_url: Annotated[str, Env("SEC_EDGAR_FILES_URL")] = Field(
        description="Base URL of the list of tickers"
    )
    requests_per_second: Annotated[int, Env("SEC_EDGAR_REQUESTS_PER_SECOND")] = Field(
        ge=1, le=10, description="Requests per second over all instances; the SEC allows 10"
    )


class EcbSettings(Section):
    """Reference rates of the European Central Bank; no key."""

    enabled: Annotated[bool, Env("ECB_ENABLED")] = Field(description="Whether the ECB's rates are used")
    base_url: Annotated[str, Env("ECB_BASE_URL")] = Field(description="Base URL of the data service")


class SampleSettings(Section):
    """Sample data for use without the internet; local only."""

    enabled: Annotated[bool, Env("SAMPLE_DATA_ENABLED")] = Field(
        description="Whether generated sample data is used when no other source is available; local only"
    )


class SourcesForSettings(Section):
    """Source order per kind of data; empty means the order of ``market_data.sources``."""

    quote: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_QUOTE")] = Field(
        description="Source order for quotes; empty: the order of `market_data.sources`"
    )
    history: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_HISTORY")] = Field(
        description="Source order for price histories"
    )
    fundamentals: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_FUNDAMENTALS")] = Field(
        description="Source order for fundamentals"
    )
    statements: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_STATEMENTS")] = Field(
        description="Source order for financial statements"
    )
    filings: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_FILINGS")] = Field(
        description="Source order for filings"
    )
    exchange_rates: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_EXCHANGE_RATES")] = Field(
        description="Source order for exchange rates"
    )
    news: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_NEWS")] = Field(
        description="Source order for news"
    )
    search: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES_SEARCH")] = Field(
        description="Source order for symbol search"
    )


class MarketSettings(Section):
    """The sources of market data."""

    sources: Annotated[tuple[SourceName, ...], Env("MARKET_DATA_SOURCES")] = Field(
        description="Order of the data sources"
    )
    sources_for: SourcesForSettings
    deadline: Annotated[float, Env("MARKET_DATA_DEADLINE")] = Field(
        gt=0, le=60, description="Deadline in seconds of one market data request, all sources together"
    )
    max_cooldown: Annotated[float, Env("MARKET_DATA_MAX_COOLDOWN")] = Field(
        ge=1,
        le=86_400,
        description="Maximum cooldown in seconds of a source that reported a rate limit",
    )
    yahoo: YahooSettings
    tiingo: TiingoSettings
    alpha_vantage: AlphaVantageSettings
    sec_edgar: SecEdgarSettings
    ecb: EcbSettings
    sample: SampleSettings


class MongoSettings(Section):
    """MongoDB: a URI, or host and port with separate credentials. Neither means embedded (local only)."""

    uri: Annotated[SecretStr | None, Env("MONGODB_URI", secret=True)] = Field(
        description="Connection string; replaces host, port, username and password"
    )
    host: Annotated[str | None, Env("MONGODB_HOST")] = Field(
        description="Host name; without URI and host the embedded store is used (local only)"
    )
    port: Annotated[int, Env("MONGODB_PORT")] = Field(ge=1, le=65535, description="Port")
    db_name: Annotated[str, Env("MONGODB_DB_NAME")] = Field(
        max_length=63, pattern=r"^[A-Za-z0-9_-]+$", description="Name of the database"
    )
    username: Annotated[str | None, Env("MONGODB_USERNAME")] = Field(description="User name")
    password: Annotated[SecretStr | None, Env("MONGODB_PASSWORD", secret=True, vault=True)] = Field(
        description="Password"
    )
    auth_source: Annotated[str, Env("MONGODB_AUTH_SOURCE")] = Field(
        description="Authentication database of the user"
    )
    auth: Annotated[Literal["scram", "entra"], Env("MONGODB_AUTH")] = Field(
        description="`scram` (password) or `entra` (managed identity, Azure DocumentDB)"
    )
    tls: Annotated[bool, Env("MONGODB_TLS")] = Field(description="Whether the connection uses TLS")

    @property
    def embedded(self) -> bool:
        """Returns whether no server is configured, so that the embedded store is used."""
        return self.uri is None and self.host is None


class RedisSettings(Section):
    """Redis; no host means embedded (local only)."""

    host: Annotated[str | None, Env("REDIS_HOST")] = Field(
        description="Host name; without one the embedded store is used (local only)"
    )
    port: Annotated[int, Env("REDIS_PORT")] = Field(ge=1, le=65535, description="Port")
    db: Annotated[int, Env("REDIS_DB")] = Field(ge=0, description="Database number")
    username: Annotated[str | None, Env("REDIS_USERNAME")] = Field(
        description="User name, for servers with several users"
    )
    password: Annotated[SecretStr | None, Env("REDIS_PASSWORD", secret=True, vault=True)] = Field(
        description="Password"
    )
    ssl: Annotated[bool, Env("REDIS_SSL")] = Field(description="Whether the connection uses TLS")
    ca_file: Annotated[str | None, Env("REDIS_CA_FILE")] = Field(
        description="File of trusted CA certificates; empty: those of the system"
    )
    auth: Annotated[Literal["password", "entra"], Env("REDIS_AUTH")] = Field(
        description="`password` or `entra` (managed identity)"
    )
    max_connections: Annotated[int, Env("REDIS_MAX_CONNECTIONS")] = Field(
        ge=1, le=1000, description="Maximum connections of one worker"
    )

    @property
    def embedded(self) -> bool:
        """Returns whether no server is configured, so that the embedded store is used."""
        return self.host is None


class TtlSettings(Section):
    """Seconds for which each kind of data is fresh (TTL)."""

    price_data: Annotated[int, Env("CACHE_TTL_PRICE_DATA")] = Field(
        ge=1, description="TTL of quotes in seconds"
    )
    historical_data: Annotated[int, Env("CACHE_TTL_HISTORICAL_DATA")] = Field(
        ge=1, description="TTL of price histories in seconds"
    )
    fundamental_data: Annotated[int, Env("CACHE_TTL_FUNDAMENTAL_DATA")] = Field(
        ge=1, description="TTL of fundamentals in seconds"
    )
    technical_data: Annotated[int, Env("CACHE_TTL_TECHNICAL_DATA")] = Field(
        ge=1, description="TTL of technical indicators in seconds"
    )
    news_data: Annotated[int, Env("CACHE_TTL_NEWS_DATA")] = Field(ge=1, description="TTL of news in seconds")
    symbol_data: Annotated[int, Env("CACHE_TTL_SYMBOL_DATA")] = Field(
        ge=1, description="TTL of symbol metadata in seconds"
    )
    reports: Annotated[int, Env("CACHE_TTL_REPORTS")] = Field(
        ge=1, description="Seconds for which a report is reused for identical requests"
    )
    negative: Annotated[int, Env("CACHE_TTL_NEGATIVE")] = Field(
        ge=1, description="TTL in seconds of negative results (unknown symbols)"
    )


class CacheSettings(Section):
    """The response cache."""

    prefix: Annotated[str, Env("CACHE_PREFIX")] = Field(
        pattern=r"^[a-z0-9-]{1,32}$", description="Prefix of every key in Redis"
    )
    stale_factor: Annotated[int, Env("CACHE_STALE_FACTOR")] = Field(
        ge=1,
        le=1000,
        description="Entries are kept for this many TTLs, to be served stale when upstream fails",
    )
    local_ttl: Annotated[float, Env("CACHE_LOCAL_TTL")] = Field(
        ge=0, le=1, description="TTL in seconds of the local cache (L1) in front of Redis; 0 disables it"
    )
    local_bytes: Annotated[int, Env("CACHE_LOCAL_BYTES")] = Field(
        ge=65_536, description="Maximum bytes of the local cache of one worker"
    )
    lease_seconds: Annotated[float, Env("CACHE_LEASE_SECONDS")] = Field(
        gt=0,
        le=120,
        description="Duration in seconds of a fetch lease; other workers wait that long for the result",
    )
    ttl: TtlSettings


class LimitSettings(Section):
    """Limits of requests, streams and spending."""

    body_bytes: Annotated[int, Env("LIMIT_BODY_BYTES")] = Field(
        ge=1024, description="Maximum bytes of a request body"
    )
    chat_per_minute: Annotated[int, Env("LIMIT_CHAT_PER_MINUTE")] = Field(
        ge=1, description="Chat requests per minute of one caller"
    )
    chat_total_per_minute: Annotated[int, Env("LIMIT_CHAT_TOTAL_PER_MINUTE")] = Field(
        ge=1, description="Chat requests per minute of all callers together"
    )
    reports_per_minute: Annotated[int, Env("LIMIT_REPORTS_PER_MINUTE")] = Field(
        ge=1, description="Report requests per minute of one caller"
    )
    writes_per_minute: Annotated[int, Env("LIMIT_WRITES_PER_MINUTE")] = Field(
        ge=1, description="Changes per minute of one caller: preferences, tracking, deletions"
    )
    users_per_caller: Annotated[int, Env("LIMIT_USERS_PER_CALLER")] = Field(
        ge=1, description="Users of one caller whose preferences are stored"
    )
    streams_per_caller: Annotated[int, Env("LIMIT_STREAMS_PER_CALLER")] = Field(
        ge=1, description="Concurrent streams of one caller"
    )
    upstream_requests_per_day: Annotated[int, Env("LIMIT_UPSTREAM_REQUESTS_PER_DAY")] = Field(
        ge=1, description="Requests per 24 hours to all market data sources together"
    )
    upstream_refresh_share: Annotated[float, Env("LIMIT_UPSTREAM_REFRESH_SHARE")] = Field(
        ge=0, lt=1, description="Share of these requests that is reserved for the scheduled refresh"
    )
    cache_misses_per_minute: Annotated[int, Env("LIMIT_CACHE_MISSES_PER_MINUTE")] = Field(
        ge=1,
        description="Cache misses per minute of one caller on market data; a search counts as 5, an unknown "
        "symbol as 5",
    )
    model_tokens_per_day: Annotated[int, Env("LIMIT_MODEL_TOKENS_PER_DAY")] = Field(
        ge=1, description="Tokens per 24 hours of all models together"
    )
    model_dollars_per_day: Annotated[float, Env("LIMIT_MODEL_DOLLARS_PER_DAY")] = Field(
        gt=0,
        le=1_000_000,
        description="US dollars per 24 hours of all models together, by `model.prices`; "
        "a model without a price counts as the dearest listed",
    )


class ConversationSettings(Section):
    """Storage of conversations."""

    max_turns: Annotated[int, Env("CONVERSATION_MAX_TURNS")] = Field(
        ge=1, le=200, description="Number of turns that the model receives"
    )
    ttl_days: Annotated[int, Env("CONVERSATION_TTL_DAYS")] = Field(
        ge=1, le=365, description="Days for which a conversation is kept after its last turn"
    )


class RetentionSettings(Section):
    """Days for which stored market data and deliveries are kept."""

    candles_days: Annotated[int, Env("RETENTION_CANDLES_DAYS")] = Field(
        ge=400, le=24_855, description="Days for which candles are kept; MongoDB allows 68 years"
    )
    fundamentals_days: Annotated[int, Env("RETENTION_FUNDAMENTALS_DAYS")] = Field(
        ge=1, le=20_000, description="Days for which snapshots of fundamentals are kept, for `known_on`"
    )
    statements_days: Annotated[int, Env("RETENTION_STATEMENTS_DAYS")] = Field(
        ge=1,
        le=20_000,
        description="Days for which the statements of a company are kept after their last refresh",
    )
    news_days: Annotated[int, Env("RETENTION_NEWS_DAYS")] = Field(
        ge=1, le=20_000, description="Days for which an article is kept after a source last listed it"
    )
    recommendations_days: Annotated[int, Env("RETENTION_RECOMMENDATIONS_DAYS")] = Field(
        ge=400,
        le=20_000,
        description="Days for which recommendations are kept, without owner and text, for the track record",
    )
    deliveries_days: Annotated[int, Env("RETENTION_DELIVERIES_DAYS")] = Field(
        ge=2, le=365, description="Days for which deliveries to webhooks are kept after their event"
    )


class WebhookSettings(Section):
    """Deliveries to the webhooks of users, and the queue in which they wait."""

    queue_url: Annotated[str | None, Env("WEBHOOK_QUEUE_URL")] = Field(
        description="Queue endpoint of the storage account of the Functions host "
        "(`https://<name>.queue.core.windows.net`); the identity signs in. Without one, deliveries to "
        "webhooks are stored and not sent; in `local` the embedded queue is used"
    )
    queue_connection: Annotated[SecretStr | None, Env("WEBHOOK_QUEUE_CONNECTION", secret=True)] = Field(
        description="Connection string in place of the endpoint, for a storage emulator: "
        "`UseDevelopmentStorage=true`. The local host ignores it while no emulator answers"
    )
    allow_local_targets: Annotated[bool, Env("WEBHOOK_ALLOW_LOCAL_TARGETS")] = Field(
        description="Whether targets may be http addresses of this machine; local only"
    )


class ChatSettings(Section):
    """Streams of answers."""

    grace_seconds: Annotated[float, Env("CHAT_GRACE_SECONDS")] = Field(
        ge=0,
        le=600,
        description="Seconds for which an answer is produced after its reader has left; 0 stops it then",
    )


class RefreshSettings(Section):
    """The scheduled refresh of the cache."""

    symbols: Annotated[tuple[Symbol, ...], Env("CACHE_REFRESH_SYMBOLS")] = Field(
        description="Symbols that are tracked from the start"
    )
    deadline: Annotated[float, Env("CACHE_REFRESH_DEADLINE")] = Field(
        gt=0, le=540, description="Deadline in seconds of one run"
    )
    concurrency: Annotated[int, Env("CACHE_REFRESH_CONCURRENCY")] = Field(
        ge=1, le=64, description="Concurrent requests to the sources"
    )
    requests_per_minute: Annotated[int, Env("CACHE_REFRESH_REQUESTS_PER_MINUTE")] = Field(
        ge=1,
        le=100_000,
        description="Upstream requests per minute during a run, after an initial burst of the same size; "
        "remaining symbols wait for the next run",
    )
    batch_size: Annotated[int, Env("CACHE_REFRESH_BATCH_SIZE")] = Field(
        ge=1, le=100, description="Symbols per upstream request for quotes"
    )
    overdue_after: Annotated[int, Env("CACHE_REFRESH_OVERDUE_AFTER")] = Field(
        ge=60, description="Seconds without a successful run after which the readiness is degraded"
    )


class BriefingSettings(Section):
    """The run that sends briefings and alerts."""

    deadline: Annotated[float, Env("BRIEFINGS_DEADLINE")] = Field(
        gt=0, le=540, description="Deadline in seconds of one run; the next one continues"
    )
    concurrency: Annotated[int, Env("BRIEFINGS_CONCURRENCY")] = Field(
        ge=1, le=64, description="Owners at a time, and concurrent requests to the sources"
    )
    requests_per_minute: Annotated[int, Env("BRIEFINGS_REQUESTS_PER_MINUTE")] = Field(
        ge=1,
        le=100_000,
        description="Upstream requests per minute during a run, after an initial burst of the same size",
    )
    overdue_after: Annotated[int, Env("BRIEFINGS_OVERDUE_AFTER")] = Field(
        ge=60, description="Seconds without a successful run after which the readiness is degraded"
    )


class Tenant(Section):
    """A function key of a tenant, written ``<SHA-256 of the key in hex>=<name of the tenant>``."""

    key_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]

    @model_validator(mode="before")
    @classmethod
    def _split(cls, written: object) -> object:
        if not isinstance(written, str):
            return written
        key_hash, _, name = written.partition("=")
        return {"key_hash": key_hash.strip().lower(), "name": name.strip()}


class ReportSettings(Section):
    """Stated assumptions of reports."""

    equity_premium: Annotated[float, Env("REPORT_EQUITY_PREMIUM")] = Field(
        ge=0,
        le=0.2,
        description="Return of shares above the risk-free rate in the cost of equity, as a fraction",
    )
    equity_premium_source: Annotated[str, Env("REPORT_EQUITY_PREMIUM_SOURCE")] = Field(
        min_length=1, description="Source of the equity premium, as reports name it; change both together"
    )


class AppSettings(Section):
    """The app."""

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Env("APP_LOG_LEVEL")] = Field(
        description="`DEBUG`, `INFO`, `WARNING` or `ERROR`"
    )
    cors_allowed_origins: Annotated[tuple[str, ...], Env("APP_CORS_ORIGINS")] = Field(
        description="Origins whose web pages may read streams; `*` for all"
    )
    caller_hash_key: Annotated[SecretStr | None, Env("APP_CALLER_HASH_KEY", secret=True, vault=True)] = Field(
        description="Key of the hashes that replace client addresses; the same for all instances"
    )
    easy_auth: Annotated[bool, Env("APP_EASY_AUTH")] = Field(
        description="Whether Easy Auth signs users in in front of the app. Only then is its header trusted"
    )
    tenants: Annotated[tuple[Tenant, ...], Env("APP_TENANTS")] = Field(
        description="Function keys, old and new, of one owner, as `<SHA-256 of the key>=<name>`. "
        "Stored items belong to the name and survive a change of the key"
    )
    data_dir: Annotated[str, Env("LOCAL_DATA_DIR")] = Field(
        description="Folder of the embedded stores; local only"
    )
    embedded_stores_module: Annotated[str | None, Env("EMBEDDED_STORES_MODULE")] = Field(
        pattern=r"^[A-Za-z_][\w.]*$",
        description="Module that provides embedded stores where no MongoDB or Redis server is configured "
        "(`infra.local.embedded_stores`; set by `make start` and `local.settings.sample.json`); local only",
    )


class Settings(Section):
    """All settings of the service."""

    environment: Environment
    app: AppSettings
    model: ModelSettings
    market_data: MarketSettings
    mongodb: MongoSettings
    redis: RedisSettings
    cache: CacheSettings
    limits: LimitSettings
    chat: ChatSettings
    conversation: ConversationSettings
    retention: RetentionSettings
    refresh: RefreshSettings
    briefings: BriefingSettings
    reports: ReportSettings
    webhooks: WebhookSettings

    @property
    def is_local(self) -> bool:
        """Returns whether embedded stores, sample data and the offline model are allowed."""
        return self.environment == "local"
