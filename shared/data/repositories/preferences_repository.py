"""Preferences of users, with optimistic locking by a version."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from shared.data.documents import Preferences
from shared.data.mongo import Document
from shared.data.repositories.repository import Repository, Target, limit_value, text_value, without
from shared.data.schema.collections import PREFERENCES, PREFERENCES_DAYS
from shared.domain.caller import Owner
from shared.errors import ConflictError, RateLimitedError

MAX_WATCHED = 20_000

_LIFETIME: Final = timedelta(days=PREFERENCES_DAYS)
_TOUCH_AFTER: Final = timedelta(days=1)
"""A read is recorded at most once a day: expiry needs no finer time, and reads stay reads."""
_RETRY_SECONDS: Final = 3600


class PreferenceRepository(Repository):
    """The collection ``user_preferences``; ``_id`` is the owner. Unused preferences expire."""

    declared = PREFERENCES
    from_clients = True

    async def get(self, owner: str) -> Preferences:
        """Returns the preferences of an owner; defaults with version 0 if none are stored."""
        now = self._clock()
        query: Document = {"_id": text_value("owner", owner, 128), "used_at": {"$gt": now - _LIFETIME}}

        def work(target: Target) -> Document | None:
            document = target.find_one(query)
            if document is not None and document["used_at"] < now - _TOUCH_AFTER:
                target.update_one(query, {"$set": {"used_at": now}})
            return document

        stored = await self._run(work)
        return Preferences() if stored is None else _preferences(stored)

    async def put(
        self,
        owner: str,
        preferences: Preferences,
        expected_version: int | None,
        *,
        caller: str,
        max_users: int,
    ) -> Preferences:
        """Replaces the preferences of an owner.

        Args:
            owner: The owner.
            preferences: The new values; version and time are ignored.
            expected_version: The version that is replaced, 0 if none is stored; None replaces any.
            caller: The caller that the owner belongs to.
            max_users: Maximum owners of this caller. Concurrent requests may exceed it by a few.

        Returns:
            The stored preferences with their new version.

        Raises:
            ConflictError: Another request changed them in the meantime.
            RateLimitedError: The caller has stored preferences of too many owners.
        """
        now = self._clock()
        identifier = text_value("owner", owner, 128)
        fields: Document = {
            "watchlist": list(dict.fromkeys(preferences.watchlist)),
            "default_provider": preferences.default_provider,
            "report": preferences.report.model_dump(),
            "caller": text_value("caller", caller, 128),
            "updated_at": now,
            "used_at": now,
        }
        self._checked({"_id": identifier, **fields, "version": (expected_version or 0) + 1})
        write = _replacement(identifier, fields, expected_version)

        def work(target: Target) -> Document | None:
            # The TTL index deletes up to a minute late.
            target.delete_one({"_id": identifier, "used_at": {"$lte": now - _LIFETIME}})
            if _is_full(target, identifier, caller, max_users, now):
                raise RateLimitedError(
                    f"Preferences of {max_users} users of this key are stored; unused ones expire.",
                    retry_after=_RETRY_SECONDS,
                )
            return write(target)

        # Repeated, the second attempt would find the version of the first.
        stored = await self._run(work, retry=False)
        if stored is None:
            raise ConflictError("The preferences were changed meanwhile: read them again.")
        return _preferences(stored)

    async def delete(self, owner: str) -> None:
        """Deletes the preferences of an owner, if there are any."""
        query = {"_id": text_value("owner", owner, 128)}
        await self._run(lambda target: target.delete_one(query))

    async def adopt(self, owner: Owner, former: Sequence[Owner]) -> None:
        """Moves preferences from former names of an owner to the present one, which keeps its own if any."""
        query: Document = {"_id": {"$in": list(former)}}

        def work(target: Target) -> None:
            for document in target.find(query).sort("updated_at", -1).limit(len(former)):
                try:
                    target.insert_one({**document, "_id": owner})
                except DuplicateKeyError:
                    continue
            target.delete_many(query)

        await self._run(work)

    async def watchlist_symbols(self, limit: int = MAX_WATCHED) -> list[str]:
        """Returns the symbols on watchlists, most frequent first; at most ``limit``."""
        pipeline: list[Document] = [
            {"$match": {"watchlist": {"$gt": ""}, "used_at": {"$gt": self._clock() - _LIFETIME}}},
            {"$unwind": "$watchlist"},
            {"$group": {"_id": "$watchlist", "users": {"$sum": 1}}},
            {"$sort": {"users": -1, "_id": 1}},
            {"$limit": limit_value(limit, MAX_WATCHED)},
        ]
        documents = await self._run(lambda target: list(target.aggregate(pipeline)), seconds=10)
        return [document["_id"] for document in documents]


def _is_full(target: Target, owner: str, caller: str, max_users: int, now: datetime) -> bool:
    """Returns whether the owner would be one too many for the caller."""
    if target.count_documents({"_id": owner}, limit=1):
        return False
    query: Document = {"caller": caller, "used_at": {"$gt": now - _LIFETIME}}
    return target.count_documents(query, limit=max_users) >= max_users


def _replacement(owner: str, fields: Document, expected: int | None) -> Callable[[Target], Document | None]:
    """Returns the write that replaces the expected version; its result is None if that is not stored."""

    def insert(target: Target) -> Document | None:
        document = {"_id": owner, **fields, "version": 1}
        try:
            target.insert_one(document)
        except DuplicateKeyError:
            return None
        return document

    def update(target: Target) -> Document | None:
        query: Document = {"_id": owner}
        if expected is not None:
            query["version"] = expected
        change = {"$set": fields, "$inc": {"version": 1}}
        return target.find_one_and_update(query, change, return_document=ReturnDocument.AFTER)

    def replace(target: Target) -> Document | None:
        # A request that loses the race to insert updates the document of the winner.
        return update(target) or insert(target) or update(target)

    return {None: replace, 0: insert}.get(expected, update)


def _preferences(document: Document) -> Preferences:
    return Preferences.model_validate(without(document, "_id", "caller", "used_at"))
