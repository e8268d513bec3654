"""Deliveries to webhooks: the outbox, the claims of workers, and how each delivery ended."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from pymongo.errors import DuplicateKeyError

from shared.data import document_lease
from shared.data.mongo import Document, Target
from shared.data.repositories.repository import Repository, limit_value, text_value
from shared.data.schema.user_collections import DELIVERIES
from shared.domain.caller import Owner
from shared.domain.delivery import Delivery, DeliveryState
from shared.runtime import compact_json

MAX_EXPORTED: Final = 10_000
SWEEP_AFTER: Final = timedelta(seconds=60)
"""After this time a delivery that is stored but not queued was missed, and is not just being queued."""
LOST_AFTER: Final = timedelta(hours=1)
"""After this time a message that was queued and due counts as lost."""

_EXPORT_PAGE: Final = 50
_MAX_ERROR: Final = 500
_MAX_UNQUEUED: Final = 1_000
_PENDING: Final = ("stored", "queued")
_FREE: Final = {document_lease.FIELD: None}


@dataclass(frozen=True)
class DeliveryClaim:
    """Result of trying to claim a delivery.

    Attributes:
        delivery: The claimed delivery; None if there is nothing to send now.
        wait_seconds: Seconds after which to try again; None if the delivery needs no further attempt.
    """

    delivery: Delivery | None = None
    wait_seconds: float | None = None


class DeliveryRepository(Repository):
    """The collection ``deliveries``; ``_id`` is the id of the event, which is the idempotency key."""

    declared = DELIVERIES

    async def insert(self, delivery: Delivery) -> bool:
        """Stores a delivery; returns False if one of its id is stored already, which stays as it is.

        Raises:
            DependencyUnavailableError: The database does not answer.
            InternalError: The payload is too large.
        """
        document = self._checked(_document(delivery))

        def work(target: Target) -> bool:
            try:
                target.insert_one(document)
            except DuplicateKeyError:
                return False
            return True

        # Repeated after a lost reply, the second attempt would find the document of the first and queue none;
        # the sweeper queues it.
        return await self._run(work)

    async def get(self, delivery_id: str) -> Delivery | None:
        """Returns a delivery; None if there is none.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        query = {"_id": text_value("delivery_id", delivery_id, 128)}
        found = await self._run(lambda target: target.find_one(query))
        return None if found is None else _delivery(found)

    async def claim(self, delivery_id: str, token: str, seconds: float) -> DeliveryClaim:
        """Claims a delivery for one attempt, so that no other worker makes one at the same time.

        Args:
            delivery_id: Id of the delivery.
            token: Identifies the attempt.
            seconds: Time after which the claim expires, by the clock of the database.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        now = self._clock()
        query = {"_id": text_value("delivery_id", delivery_id, 128), "created_at": {"$gt": self._expired()}}

        def work(target: Target) -> DeliveryClaim:
            document = target.find_one(query)
            if document is None or document["state"] not in _PENDING:
                return DeliveryClaim()
            early = (document["next_attempt_at"].astimezone(UTC) - now).total_seconds()
            if early > 0:
                return DeliveryClaim(wait_seconds=early)
            unchanged = {"_id": delivery_id, "attempts": document["attempts"], "state": {"$in": _PENDING}}
            if not document_lease.acquire(target, unchanged, token, seconds, None):
                left = document_lease.remaining(target, {"_id": delivery_id})
                return DeliveryClaim(wait_seconds=max(1.0, left))
            return DeliveryClaim(_delivery(document))

        return await self._run(work)

    async def revive(self, delivery_id: str) -> bool:
        """Lets a dead delivery start again with all its attempts; returns False if it is not dead.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        query = {"_id": text_value("delivery_id", delivery_id, 128), "state": "dead"}
        change = {"state": "queued", "attempts": 0, "next_attempt_at": self._clock(), "finished_at": None}
        return await self._run(lambda target: target.update_one(query, {"$set": change}).matched_count == 1)

    async def put_back(
        self, delivery_id: str, token: str, *, attempts: int, next_attempt_at: datetime, error: str | None
    ) -> None:
        """Ends a claim without success: the delivery is stored and waits for its next attempt."""
        change = {"state": "stored", "attempts": attempts, "next_attempt_at": next_attempt_at}
        await self._end_claim(delivery_id, token, {**change, "last_error": error and error[:_MAX_ERROR]})

    async def mark_delivered(self, delivery_id: str, token: str, *, attempts: int) -> None:
        """Ends a claim: the target has accepted the delivery."""
        change = {"state": "delivered", "attempts": attempts, "last_error": None}
        await self._end_claim(delivery_id, token, {**change, "finished_at": self._clock()})

    async def mark_dead(self, delivery_id: str, token: str, *, attempts: int, error: str) -> None:
        """Ends a claim: the delivery is given up."""
        change = {"state": "dead", "attempts": attempts, "last_error": error[:_MAX_ERROR]}
        await self._end_claim(delivery_id, token, {**change, "finished_at": self._clock()})

    async def abandon(self, delivery_id: str, error: str) -> None:
        """Marks a delivery dead because its message goes to the poison queue; a claim does not prevent it."""
        query = {"_id": text_value("delivery_id", delivery_id, 128), "state": {"$in": _PENDING}}
        change = {"state": "dead", "last_error": error[:_MAX_ERROR], "finished_at": self._clock(), **_FREE}
        await self._run(lambda target: target.update_one(query, {"$set": change}))

    async def mark_queued(self, delivery_id: str) -> None:
        """Records that the id of a delivery is in the queue.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        query = {"_id": text_value("delivery_id", delivery_id, 128), "state": {"$in": _PENDING}}
        change = {"$set": {"state": "queued", "queued_at": self._clock()}}
        await self._run(lambda target: target.update_one(query, change))

    async def unqueued(self, limit: int) -> list[str]:
        """Returns the ids of deliveries that are due and not in the queue, longest due first.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        now = self._clock()
        lost = {"$lte": now - LOST_AFTER}
        query: Document = {
            "state": {"$in": list(_PENDING)},
            "next_attempt_at": {"$lte": now - SWEEP_AFTER},
            "created_at": {"$gt": self._expired()},
            "$or": [{"state": "stored"}, {"next_attempt_at": lost, "queued_at": lost}],
        }
        most = limit_value(limit, _MAX_UNQUEUED)
        documents = await self._run(
            lambda target: list(target.find(query, {"_id": 1}).sort("next_attempt_at", 1).limit(most))
        )
        return [document["_id"] for document in documents]

    async def of_owner(self, owner: Owner) -> AsyncIterator[Delivery]:
        """Yields the deliveries of an owner, newest first; at most ``MAX_EXPORTED``, a few in memory."""
        query: Document = {"owner": owner, "created_at": {"$gt": self._expired()}}
        found = await self._run(
            lambda target: list(target.find(query, {"_id": 1}).sort("created_at", -1).limit(MAX_EXPORTED)),
            seconds=5,
        )
        identifiers = [document["_id"] for document in found]
        for start in range(0, len(identifiers), _EXPORT_PAGE):
            page = identifiers[start : start + _EXPORT_PAGE]
            by_id = await self._run(partial(_deliveries_by_id, page), seconds=5)
            for identifier in page:
                if identifier in by_id:
                    yield by_id[identifier]

    async def delete_of(self, owner: Owner) -> None:
        """Deletes the deliveries of an owner; messages in the queue then have no effect."""
        await self._run(lambda target: target.delete_many({"owner": owner}), seconds=5)

    async def adopt(self, owner: Owner, former: Sequence[Owner]) -> None:
        """Moves the deliveries of former names of an owner to the present one."""
        query: Document = {"owner": {"$in": list(former)}}
        await self._run(lambda target: target.update_many(query, {"$set": {"owner": owner}}))

    async def _end_claim(self, delivery_id: str, token: str, change: Document) -> None:
        # A claim that expired and was taken by another worker stays with that worker.
        query = {"_id": delivery_id, f"{document_lease.FIELD}.token": token}
        await self._run(lambda target: target.update_one(query, {"$set": {**change, **_FREE}}))

    def _expired(self) -> datetime:
        return self._clock() - timedelta(days=self._retention.deliveries)


def _document(delivery: Delivery) -> Document:
    return {
        "_id": delivery.id,
        "owner": delivery.owner,
        "webhook_id": delivery.webhook_id,
        "kind": delivery.kind,
        # As text: keys of JSON may be names that the database does not allow.
        "payload": compact_json.dumps(dict(delivery.payload)).decode(),
        "created_at": delivery.created_at,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at or delivery.created_at,
        "last_error": delivery.last_error,
        "queued_at": None,
        "finished_at": None,
        **_FREE,
    }


def _deliveries_by_id(identifiers: Sequence[str], target: Target) -> dict[str, Delivery]:
    """Reads some deliveries, in the thread of the database: their payloads may be large."""
    documents = target.find({"_id": {"$in": list(identifiers)}})
    return {document["_id"]: _delivery(document) for document in documents}


def _delivery(document: Document) -> Delivery:
    state: DeliveryState = document["state"]
    return Delivery(
        id=document["_id"],
        owner=document["owner"],
        webhook_id=document["webhook_id"],
        kind=document["kind"],
        payload=json.loads(document["payload"]),
        created_at=document["created_at"].astimezone(UTC),
        state=state,
        attempts=document["attempts"],
        next_attempt_at=document["next_attempt_at"].astimezone(UTC),
        last_error=document["last_error"],
    )
