"""Leases in MongoDB: at most one worker holds a document, until it releases the lease or the lease expires.

Blocking, for use inside the work that a repository runs in a thread. Times are by the clock of the database
server: clocks of workers may differ.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from pymongo.errors import DuplicateKeyError

from shared.data.mongo import Document
from shared.data.repositories.base import Target

FIELD: Final = "lock"
"""Field of the document: token and expiry; null or absent while no one holds the lease."""


def acquire(target: Target, document: Document, token: str, seconds: float, on_insert: Document) -> bool:
    """Acquires or renews the lease on a document; returns False if another token holds it.

    A token that holds the lease already keeps it: the reply to an earlier attempt may have been lost.

    Args:
        target: The collection.
        document: Query for the document by ``_id``; it is inserted if it does not exist. If further fields
            of the query do not match, the lease is not acquired.
        token: Identifies the holder.
        seconds: Time until the lease expires.
        on_insert: Further fields of an inserted document.
    """
    now = server_time(target)
    free = [{FIELD: None}, {f"{FIELD}.until": {"$lte": now}}, {f"{FIELD}.token": token}]
    lease = {"token": token, "until": now + timedelta(seconds=seconds)}
    change: Document = {"$set": {FIELD: lease}}
    if on_insert:
        change["$setOnInsert"] = on_insert
    for _ in range(2):
        try:
            target.update_one({**document, "$or": free}, change, upsert=True)
        except DuplicateKeyError:
            # The document exists and does not match; or another worker inserted it at the same moment.
            continue
        return True
    return False


def release(target: Target, document: Document, token: str) -> None:
    """Releases the lease, unless another token holds it."""
    target.update_one({**document, f"{FIELD}.token": token}, {"$set": {FIELD: None}})


def server_time(target: Target) -> datetime:
    """Returns the time of the database server in UTC."""
    moment = target.database.command("hello").get("localTime")
    if not isinstance(moment, datetime):
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
