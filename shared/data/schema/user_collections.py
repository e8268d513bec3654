"""Collections of users: preferences, conversations, deliveries to webhooks, erasures."""

from typing import get_args

from shared.config.names import ModelProviderName
from shared.data.documents import MAX_TURNS, MAX_WATCHLIST, ReportPreferences, TurnRole
from shared.data.retention import DEFAULT_RETENTION
from shared.data.schema.declaration import Collection, Index, expiry
from shared.data.schema.field_schemas import (
    MAX_TEXT,
    array,
    boolean,
    date,
    document,
    identifier,
    nullable,
    one_of,
    record,
    symbol,
    text,
)
from shared.domain.delivery import EVENT_ID, DeliveryKind, DeliveryState
from shared.domain.single_line import MAX_TITLE
from shared.domain.subscriptions import MAX_ALERTS, MAX_WEBHOOKS, AlertKind

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
        identifier,
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

ERASURES = Collection(
    "erasures",
    document(text(128), {"erased_at": date}),
    (Index("expiry", (("erased_at", 1),), expire_after_seconds=86_400),),
)
"""Kept for a day: much longer than an answer or a report takes."""


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
            identifier,
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
            expiry("updated_at", ttl_days),
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
            expiry("created_at", days),
        ),
    )


CONVERSATIONS = conversations(DEFAULT_RETENTION.conversations)

DELIVERIES = deliveries(DEFAULT_RETENTION.deliveries)
