"""Every collection of the service, declared: fields, indexes, storage."""

from typing import get_args

from shared.config.names import ModelProviderName
from shared.data.documents import MAX_TURNS, MAX_WATCHLIST, ReportPreferences, TurnRole
from shared.data.retention import DEFAULT_RETENTION, Retention
from shared.data.schema.declaration import Collection, Index, TimeSeries
from shared.data.schema.field_schemas import (
    MAX_TEXT,
    anything,
    array,
    boolean,
    date,
    document,
    double,
    fields_of,
    long,
    nullable,
    one_of,
    record,
    symbol,
    text,
)
from shared.domain.delivery import EVENT_ID, DeliveryKind, DeliveryState
from shared.domain.market_data import AssetType, Fundamentals, RemarkCode
from shared.domain.single_line import MAX_TITLE
from shared.domain.subscriptions import MAX_ALERTS, MAX_WEBHOOKS, AlertKind
from shared.domain.terms import CompanyKind, Interval, StatementFrequency, StatementKind

REPORT_TYPES = (
    "comprehensive_analysis",
    "technical_analysis",
    "fundamental_analysis",
    "quick_overview",
    "market_sentiment",
)
_TIME_HORIZONS = ("short_term", "medium_term", "long_term")
_CURRENCY = text(3, pattern="^[A-Z]{3}$")
_ID = text(128)


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
                        "currency": nullable(_CURRENCY),
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
            _expiry("timestamp", days),
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
            "currency": nullable(_CURRENCY),
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
    """Returns the snapshots of fundamentals, which expire after some days."""
    return Collection(
        "fundamental_analysis",
        document(
            text(40),
            {
                **fields_of(Fundamentals),
                "symbol": symbol,
                "as_of": nullable(date),
                "fetched_at": date,
                "quality": array(record({"code": one_of(get_args(RemarkCode)), "detail": text(2_000)}), 50),
                "period_end": nullable(date),
                "range_start": nullable(date),
            },
        ),
        (
            Index("symbol_fetched_at", (("symbol", 1), ("fetched_at", -1))),
            _expiry("fetched_at", days),
        ),
    )


REPORTS = Collection(
    "investment_reports",
    document(
        _ID,
        {
            "symbol": symbol,
            "timestamp": date,
            "report_type": one_of(REPORT_TYPES),
            "time_horizon": one_of(_TIME_HORIZONS),
            "language": nullable(text(2)),
            "summary": text(MAX_TEXT),
            "recommendation": {"bsonType": ["object", "null"]},
            "analysis_sections": array({"bsonType": "object"}, 100),
            "charts": anything,
            "sources": {"bsonType": ["array", "null"]},
            "figures": {"bsonType": ["object", "null"]},
            "metadata": record({"provider": nullable(text(40))}, required=[], closed=False),
            "disclaimer": nullable(text(5_000)),
            "references": array(record({"id": text(64), "owner": text(64), "created_at": date}), 5_000),
        },
        required=["symbol", "timestamp", "report_type", "time_horizon", "summary"],
        closed=False,
    ),
    (
        Index("reference", (("references.id", 1),)),
        Index("owner_newest", (("references.owner", 1), ("timestamp", -1), ("_id", -1))),
        Index(
            "owner_symbol_newest",
            (("references.owner", 1), ("symbol", 1), ("timestamp", -1), ("_id", -1)),
        ),
        Index(
            "symbol_type_horizon_newest",
            (("symbol", 1), ("report_type", 1), ("time_horizon", 1), ("timestamp", -1)),
        ),
    ),
)


def statements(days: int) -> Collection:
    """Returns the versions of statement periods, which expire some days after their last refresh."""
    return Collection(
        "statements",
        document(
            _ID,
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
            _expiry("fetched_at", days),
        ),
    )


def company_data(days: int) -> Collection:
    """Returns the latest data on companies, which expire some days after they were fetched."""
    return Collection(
        "company_data",
        document(
            _ID,
            {
                "symbol": symbol,
                "kind": one_of(get_args(CompanyKind)),
                "fetched_at": date,
                "answer": text(MAX_TEXT),
            },
        ),
        (_expiry("fetched_at", days),),
    )


def recommendations(days: int) -> Collection:
    """Returns the recommendations of all reports with their scores; they expire after some days."""
    score = record(
        {
            "months": {"bsonType": ["int", "long"]},
            "return_percent": double,
            "excess_return_percent": nullable(double),
            "success": {"bsonType": ["int", "long"]},
        }
    )
    return Collection(
        "recommendations",
        document(
            _ID,
            {
                "symbol": symbol,
                "report_type": one_of(REPORT_TYPES),
                "time_horizon": one_of(_TIME_HORIZONS),
                "action": text(40),
                "timestamp": date,
                "due_at": nullable(date),
                "scores": array(score, 10),
            },
        ),
        (
            Index("due", (("due_at", 1),)),
            Index("type_symbol", (("report_type", 1), ("symbol", 1))),
            _expiry("timestamp", days),
        ),
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
            _expiry("fetched_at", days),
        ),
    )


PREFERENCES_DAYS = 365
"""Days after the last request for them when preferences expire, unless something is sent to their owner."""

ALERT_STATE = record(
    {
        "armed": boolean,
        "since": text(10),
        "seen_at": date,
        "revision": {"bsonType": ["int", "long"]},
        "pending": nullable(text(20_000)),
    }
)

PREFERENCES = Collection(
    "user_preferences",
    document(
        _ID,
        {
            "watchlist": array(symbol, MAX_WATCHLIST),
            "default_provider": nullable(one_of(get_args(ModelProviderName))),
            "report": record({name: nullable(text(40)) for name in ReportPreferences.model_fields}),
            "webhooks": array(
                record({"id": text(64), "url": text(2_048), "secret": text(200), "disabled": boolean}),
                MAX_WEBHOOKS,
            ),
            "briefing": nullable(
                record({"time": text(5), "time_zone": text(64), "calendar": text(20), "webhook_id": text(64)})
            ),
            "alerts": array(
                record(
                    {
                        "id": text(64),
                        "symbol": symbol,
                        "kind": one_of(get_args(AlertKind)),
                        "value": {"bsonType": ["double", "string"]},
                        "webhook_id": text(64),
                    }
                ),
                MAX_ALERTS,
            ),
            "subscribed": boolean,
            "briefed_on": nullable(text(10)),
            # By the id of the alert, each as ALERT_STATE.
            "alert_states": {"bsonType": "object"},
            "version": {"bsonType": ["int", "long"]},
            "caller": text(128),
            "updated_at": date,
            # Null while something is sent to the owner: the index deletes only documents with a date.
            "used_at": nullable(date),
        },
        required=["watchlist", "default_provider", "report", "version", "caller", "updated_at", "used_at"],
    ),
    (
        Index("watchlist", (("watchlist", 1),)),
        Index("subscribed", (("subscribed", 1), ("_id", 1))),
        Index("caller", (("caller", 1), ("used_at", 1))),
        Index("expiry", (("used_at", 1),), expire_after_seconds=PREFERENCES_DAYS * 86_400),
    ),
)

JOB_RUNS = Collection(
    "job_runs",
    document(
        text(64),
        {"started_at": date, "finished_at": date, "summary": {"bsonType": "object"}},
    ),
)

ERASURES = Collection(
    "erasures",
    document(text(128), {"erased_at": date}),
    (Index("expiry", (("erased_at", 1),), expire_after_seconds=86_400),),
)
"""Kept for a day: much longer than an answer or a report takes."""

BUDGETS = Collection(
    "budgets",
    document(
        text(64),
        {"since": {"bsonType": ["int", "long"]}, "counters": {"bsonType": "object"}, "updated_at": date},
    ),
)

SCHEMA_MIGRATIONS = Collection(
    "schema_migrations",
    document(
        text(200),
        {
            "checksum": text(64),
            "status": one_of(["running", "done"]),
            "started_at": date,
            "finished_at": nullable(date),
            "lock": nullable(record({"token": text(64), "until": date})),
            "forms": {"bsonType": "object"},
        },
        required=[],
    ),
)


def conversations(ttl_days: int) -> Collection:
    """Returns the collection of conversations; the server deletes them some days after their last turn."""
    turn = record(
        {
            "role": one_of(get_args(TurnRole)),
            "content": text(MAX_TEXT),
            "timestamp": date,
            "interrupted": boolean,
            "symbols": array(symbol, 100),
            "figures": {"bsonType": ["object", "null"]},
            "sources": array({"bsonType": "object"}, 200),
            "stream_id": nullable(text(32)),
            "answered_by": {"bsonType": ["object", "null"]},
        },
        required=["role", "content", "timestamp", "interrupted", "symbols"],
    )
    return Collection(
        "conversations",
        document(
            _ID,
            {
                "owner": text(128),
                "turns": array(turn, MAX_TURNS),
                "summary": nullable(text(MAX_TEXT)),
                "title": nullable(text(MAX_TITLE)),
                "statements": array(text(300), 60),
                "facts": array({"bsonType": "object"}, 16),
                "created_at": date,
                "updated_at": date,
                "lock": nullable(record({"token": text(64), "until": date})),
            },
            required=["owner", "turns", "updated_at"],
        ),
        (
            Index("owner_created", (("owner", 1), ("created_at", -1), ("_id", -1))),
            Index("stream", (("turns.stream_id", 1),)),
            _expiry("updated_at", ttl_days),
        ),
    )


def deliveries(days: int) -> Collection:
    """Returns the deliveries to webhooks, which expire some days after their event."""
    return Collection(
        "deliveries",
        document(
            text(128, pattern=f"^{EVENT_ID.pattern}$"),
            {
                "owner": text(128),
                "webhook_id": text(128),
                "kind": one_of(get_args(DeliveryKind)),
                "payload": text(MAX_TEXT),
                "created_at": date,
                "state": one_of(get_args(DeliveryState)),
                "attempts": {"bsonType": ["int", "long"]},
                "next_attempt_at": date,
                "last_error": nullable(text(500)),
                "queued_at": nullable(date),
                "finished_at": nullable(date),
                "lock": nullable(record({"token": text(64), "until": date})),
            },
        ),
        (
            Index("state_next_attempt", (("state", 1), ("next_attempt_at", 1))),
            Index("owner_newest", (("owner", 1), ("created_at", -1))),
            _expiry("created_at", days),
        ),
    )


def _expiry(field: str, days: int) -> Index:
    return Index("expiry", ((field, 1),), expire_after_seconds=days * 86_400)


MARKET_DATA = market_data(DEFAULT_RETENTION.candles)
CONVERSATIONS = conversations(DEFAULT_RETENTION.conversations)
FUNDAMENTALS = fundamentals(DEFAULT_RETENTION.fundamentals)
STATEMENTS = statements(DEFAULT_RETENTION.statements)
COMPANY_DATA = company_data(DEFAULT_RETENTION.fundamentals)
RECOMMENDATIONS = recommendations(DEFAULT_RETENTION.recommendations)
NEWS = news(DEFAULT_RETENTION.news)
DELIVERIES = deliveries(DEFAULT_RETENTION.deliveries)


def all_collections(retention: Retention = DEFAULT_RETENTION) -> tuple[Collection, ...]:
    """Returns every collection, with the configured retention."""
    return (
        SCHEMA_MIGRATIONS,
        market_data(retention.candles),
        HISTORY_SPANS,
        SYMBOLS,
        fundamentals(retention.fundamentals),
        statements(retention.statements),
        company_data(retention.fundamentals),
        REPORTS,
        recommendations(retention.recommendations),
        news(retention.news),
        PREFERENCES,
        conversations(retention.conversations),
        deliveries(retention.deliveries),
        JOB_RUNS,
        ERASURES,
        BUDGETS,
    )
