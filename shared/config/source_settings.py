"""Settings of the sources of market data."""

from typing import Annotated

from pydantic import Field, SecretStr

from shared.config.names import SourceName
from shared.config.section import Env, Section


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
