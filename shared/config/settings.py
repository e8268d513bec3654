"""The settings of the service: one frozen, typed object.

Defaults are in ``config/config.yaml``; this module and those beside it have types and bounds. ``Env`` names
the environment variable that overrides a field. A secret is a ``SecretStr``, which prints as ``**********``.
"""

from typing import Annotated, Literal

from pydantic import Field, SecretStr, model_validator

from shared.config.model_settings import ModelSettings
from shared.config.names import Environment
from shared.config.section import Env, Section
from shared.config.source_settings import MarketSettings
from shared.config.store_settings import CacheSettings, MongoSettings, RedisSettings, RetentionSettings
from shared.domain.terms import Symbol


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
