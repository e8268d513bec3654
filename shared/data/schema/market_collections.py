"""Collections of market data: candles, symbols, fundamentals, statements, companies, news."""

from typing import get_args

from shared.data.retention import DEFAULT_RETENTION
from shared.data.schema.declaration import Collection, Index, TimeSeries, expiry
from shared.data.schema.field_schemas import (
    MAX_TEXT,
    array,
    boolean,
    currency,
    date,
    document,
    double,
    fields_of,
    identifier,
    long,
    nullable,
    one_of,
    record,
    symbol,
    text,
)
from shared.domain.market_data import AssetType, Fundamentals, RemarkCode
from shared.domain.terms import CompanyKind, Interval, StatementFrequency, StatementKind


def market_data(days: int) -> Collection:
    """Returns the candles, which expire some days after their session."""
    return Collection(
        "market_data",
        record(
            {
                "_id": {"bsonType": "objectId"},
                "timestamp": date,
                "metadata": record(
                    {
                        "symbol": symbol,
                        "interval": one_of(get_args(Interval)),
                        "generation": text(40),
                        "source": text(40),
                        "currency": nullable(currency),
                    }
                ),
                "open": double,
                "high": double,
                "low": double,
                "close": double,
                "adjusted_close": nullable(double),
                "volume": nullable(long),
                "fetched_at": date,
            },
            required=["timestamp", "metadata", "open", "high", "low", "close", "volume", "fetched_at"],
        ),
        (
            Index(
                "symbol_interval_generation_timestamp",
                (
                    ("metadata.symbol", 1),
                    ("metadata.interval", 1),
                    ("metadata.generation", 1),
                    ("timestamp", 1),
                ),
                unique=True,
            ),
            expiry("timestamp", days),
        ),
        TimeSeries("timestamp", "metadata", "hours"),
    )


HISTORY_SPANS = Collection(
    "history_spans",
    document(
        text(60),
        {
            "symbol": symbol,
            "interval": one_of(get_args(Interval)),
            "generation": text(40),
            "source": text(40),
            "start": date,
            "fetched_at": date,
            "head": text(MAX_TEXT),
        },
    ),
)

SYMBOLS = Collection(
    "symbols",
    document(
        symbol,
        {
            "name": nullable(text()),
            "asset_type": one_of(get_args(AssetType)),
            "exchange": nullable(text()),
            "country": nullable(text()),
            "currency": nullable(currency),
            "sector": nullable(text()),
            "aliases": array(text(), 50),
            "search_terms": array(text(), 500),
            "tracked": boolean,
            "updated_at": date,
        },
    ),
    (
        Index("search_terms", (("search_terms", 1),)),
        Index("tracked", (("tracked", 1), ("_id", 1))),
    ),
)


def fundamentals(days: int) -> Collection:
    """Returns the snapshots of fundamentals, which expire after some days.

    Costs and contents of a fund are JSON. Snapshots of companies lack the field, as all of them once did.
    """
    fields = {
        **fields_of(Fundamentals),
        "symbol": symbol,
        "as_of": nullable(date),
        "fetched_at": date,
        "quality": array(record({"code": one_of(get_args(RemarkCode)), "detail": text(2_000)}), 50),
        "period_end": nullable(date),
        "range_start": nullable(date),
    }
    return Collection(
        "fundamental_analysis",
        document(text(40), {**fields, "fund": text(20_000)}, required=list(fields)),
        (
            Index("symbol_fetched_at", (("symbol", 1), ("fetched_at", -1))),
            expiry("fetched_at", days),
        ),
    )


def statements(days: int) -> Collection:
    """Returns the versions of statement periods, which expire some days after their last refresh."""
    return Collection(
        "statements",
        document(
            identifier,
            {
                "symbol": symbol,
                "statement": one_of(get_args(StatementKind)),
                "frequency": one_of(get_args(StatementFrequency)),
                "end": date,
                "known_on": date,
                "fetched_at": date,
                "source": text(40),
                "issuer": nullable(text(20_000)),
                "period": text(MAX_TEXT),
            },
        ),
        (
            Index(
                "symbol_statement_known_on",
                (("symbol", 1), ("statement", 1), ("frequency", 1), ("known_on", 1)),
            ),
            expiry("fetched_at", days),
        ),
    )


def company_data(days: int) -> Collection:
    """Returns the latest data on companies, which expire some days after they were fetched."""
    return Collection(
        "company_data",
        document(
            identifier,
            {
                "symbol": symbol,
                "kind": one_of(get_args(CompanyKind)),
                "fetched_at": date,
                "answer": text(MAX_TEXT),
            },
        ),
        (expiry("fetched_at", days),),
    )


def news(days: int) -> Collection:
    """Returns the articles, which expire some days after a source last listed them."""
    return Collection(
        "news_events",
        document(
            text(64),
            {
                "symbols": array(symbol, 1_000),
                "title": text(2_000),
                "publisher": nullable(text()),
                "url": text(4_000),
                "published_at": nullable(date),
                "summary": nullable(text(20_000)),
                "sentiment": nullable({**double, "minimum": -1, "maximum": 1}),
                "source": text(40),
                "fetched_at": date,
                "listed_at": date,
            },
        ),
        (
            Index("symbol_newest", (("symbols", 1), ("listed_at", -1))),
            expiry("fetched_at", days),
        ),
    )


MARKET_DATA = market_data(DEFAULT_RETENTION.candles)

FUNDAMENTALS = fundamentals(DEFAULT_RETENTION.fundamentals)

STATEMENTS = statements(DEFAULT_RETENTION.statements)

COMPANY_DATA = company_data(DEFAULT_RETENTION.fundamentals)

NEWS = news(DEFAULT_RETENTION.news)
