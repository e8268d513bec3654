"""Settings of the stores: MongoDB, Redis, the response cache, and how long documents are kept."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from shared.config.section import Env, Section


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
