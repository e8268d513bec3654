"""Collections of reports and of the track record of their recommendations."""

from shared.data.retention import DEFAULT_RETENTION
from shared.data.schema.declaration import Collection, Index, expiry
from shared.data.schema.field_schemas import (
    MAX_TEXT,
    anything,
    array,
    date,
    document,
    double,
    identifier,
    nullable,
    one_of,
    record,
    symbol,
    text,
)

REPORT_TYPES = (
    "comprehensive_analysis",
    "technical_analysis",
    "fundamental_analysis",
    "quick_overview",
    "market_sentiment",
)

_TIME_HORIZONS = ("short_term", "medium_term", "long_term")

REPORTS = Collection(
    "investment_reports",
    document(
        identifier,
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
            identifier,
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
            expiry("timestamp", days),
        ),
    )


RECOMMENDATIONS = recommendations(DEFAULT_RETENTION.recommendations)
