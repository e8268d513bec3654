"""Leases in MongoDB: at most one worker holds a document, until it releases the lease or the lease expires.

Blocking, for use inside the work that a repository runs in a thread. Times are by the clock of the database
server: clocks of workers may differ. An expiry that is further ahead than any lease lasts was written by a
worker whose clock is wrong, on a server without a clock of its own; it counts as expired.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from pymongo.errors import DuplicateKeyError

from shared.data.mongo import Document, Target

FIELD: Final = "lock"
"""Field of the document: token and expiry; null or absent while no one holds the lease."""

_MAX_AHEAD: Final = 5.0
"""Seconds by which an expiry may be further ahead than a lease of the same length that is acquired now."""


def acquire(
    target: Target, document: Document, token: str, seconds: float, on_insert: Document | None
) -> bool:
    """Acquires or renews the lease on a document; returns False if another token holds it.

    A token that holds the lease already keeps it: the reply to an earlier attempt may have been lost.

    Args:
        target: The collection.
        document: Query for the document by ``_id``. If further fields of the query do not match, the lease is
            not acquired.
        token: Identifies the holder.
        seconds: Time until the lease expires.
        on_insert: Further fields of the document that is inserted if there is none; None inserts nothing.
    """
    now = server_time(target)
    bogus = now + timedelta(seconds=seconds + _MAX_AHEAD)
    free = [
        {FIELD: None},
        {f"{FIELD}.until": {"$lte": now}},
        {f"{FIELD}.until": {"$gt": bogus}},
        {f"{FIELD}.token": token},
    ]
    lease = {"token": token, "until": now + timedelta(seconds=seconds)}
    change: Document = {"$set": {FIELD: lease}}
    if on_insert:
        change["$setOnInsert"] = on_insert
    for _ in range(2):
        try:
            done = target.update_one({**document, "$or": free}, change, upsert=on_insert is not None)
        except DuplicateKeyError:
            # The document exists and does not match; or another worker inserted it at the same moment.
            continue
        return done.matched_count > 0 or done.upserted_id is not None
    return False


def renew(target: Target, document: Document, token: str, seconds: float) -> bool:
    """Renews the lease on a document; returns False if the token does not hold it any more."""
    lease = {"token": token, "until": server_time(target) + timedelta(seconds=seconds)}
    change = {"$set": {FIELD: lease}}
    return target.update_one({**document, f"{FIELD}.token": token}, change).matched_count == 1


def remaining(target: Target, document: Document) -> float:
    """Returns the seconds until the lease on a document expires; 0 if no one holds it."""
    found = target.find_one(document, {FIELD: 1}) or {}
    until = (found.get(FIELD) or {}).get("until")
    if until is None:
        return 0.0
    ends = until if until.tzinfo else until.replace(tzinfo=UTC)
    seconds: float = (ends - server_time(target)).total_seconds()
    return max(0.0, seconds)


def release(target: Target, document: Document, token: str) -> None:
    """Releases the lease, unless another token holds it."""
    target.update_one({**document, f"{FIELD}.token": token}, {"$set": {FIELD: None}})


def server_time(target: Target) -> datetime:
    """Returns the time of the database server in UTC."""
    moment = target.database.command("hello").get("localTime")
    if not isinstance(moment, datetime):
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
