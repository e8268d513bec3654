"""Preferences of users, guarded against lost updates by a version."""

from collections.abc import Callable

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from shared.data.documents import Preferences
from shared.data.mongo import Document
from shared.data.repositories.base import Repository, Target, limit_value, text_value, without
from shared.data.schema.collections import PREFERENCES
from shared.errors import ConflictError

MAX_WATCHED = 20_000


class PreferenceRepository(Repository):
    """The collection ``user_preferences``; ``_id`` is the user."""

    declared = PREFERENCES
    from_clients = True

    async def get(self, user_id: str) -> Preferences:
        """What a user set; defaults with version 0 when that is nothing."""
        query = {"_id": text_value("user_id", user_id, 128)}
        found = await self._run(lambda target: target.find_one(query))
        return Preferences() if found is None else _preferences(found)

    async def put(self, user_id: str, preferences: Preferences, expected_version: int | None) -> Preferences:
        """Replaces what a user set.

        Args:
            user_id: Whose.
            preferences: What is set; its version and time are not looked at.
            expected_version: The version that is replaced, 0 if nothing was set; None replaces any.

        Returns:
            What is kept now, with its new version.

        Raises:
            ConflictError: Somebody else has changed them meanwhile.
        """
        user_id = text_value("user_id", user_id, 128)
        fields: Document = {
            "watchlist": list(dict.fromkeys(preferences.watchlist)),
            "default_provider": preferences.default_provider,
            "report": preferences.report.model_dump(),
            "updated_at": self._clock(),
        }
        self._checked({"_id": user_id, **fields, "version": (expected_version or 0) + 1})
        # Done twice, the second time would find the version of the first.
        stored = await self._run(_replacement(user_id, fields, expected_version), retry=False)
        if stored is None:
            raise ConflictError("The preferences were changed meanwhile: read them again.")
        return _preferences(stored)

    async def watchlist_symbols(self, limit: int = MAX_WATCHED) -> list[str]:
        """The symbols on watchlists, those on most of them first; at most ``limit``."""
        pipeline: list[Document] = [
            {"$match": {"watchlist": {"$gt": ""}}},
            {"$unwind": "$watchlist"},
            {"$group": {"_id": "$watchlist", "users": {"$sum": 1}}},
            {"$sort": {"users": -1, "_id": 1}},
            {"$limit": limit_value(limit, MAX_WATCHED)},
        ]
        found = await self._run(lambda target: list(target.aggregate(pipeline)), seconds=10)
        return [document["_id"] for document in found]


def _replacement(user_id: str, fields: Document, expected: int | None) -> Callable[[Target], Document | None]:
    """The write that replaces the version expected; gives None when it is not there."""

    def insert(target: Target) -> Document | None:
        document = {"_id": user_id, **fields, "version": 1}
        try:
            target.insert_one(document)
        except DuplicateKeyError:
            return None
        return document

    def update(target: Target) -> Document | None:
        query: Document = {"_id": user_id}
        if expected is not None:
            query["version"] = expected
        change = {"$set": fields, "$inc": {"version": 1}}
        return target.find_one_and_update(query, change, return_document=ReturnDocument.AFTER)

    def replace(target: Target) -> Document | None:
        # Whoever loses the race to insert finds the other's to update.
        return update(target) or insert(target) or update(target)

    return {None: replace, 0: insert}.get(expected, update)


def _preferences(document: Document) -> Preferences:
    return Preferences.model_validate(without(document, "_id"))
