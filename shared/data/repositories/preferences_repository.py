"""Preferences of users, with optimistic locking by a version."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import SecretStr
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from shared.data.documents import Preferences
from shared.data.mongo import Document, Target
from shared.data.repositories.repository import Repository, limit_value, text_value
from shared.data.schema.user_collections import PREFERENCES, PREFERENCES_DAYS
from shared.domain.caller import Owner
from shared.domain.delivery import Webhook
from shared.errors.request_errors import ConflictError, RateLimitedError

MAX_WATCHED = 20_000

_LIFETIME: Final = timedelta(days=PREFERENCES_DAYS)
_TOUCH_AFTER: Final = timedelta(days=1)
"""A read is recorded at most once a day: expiry needs no finer time, and reads stay reads."""
_RETRY_SECONDS: Final = 3600
_SUBSCRIPTIONS: Final = frozenset({"webhooks", "briefing", "alerts", "subscribed"})
_PROGRESS: Final = ("briefed_on", "alert_states")
"""Fields of subscribers only: workers of an earlier version, during an update, cannot read such documents."""


class PreferenceRepository(Repository):
    """The collection ``user_preferences``; ``_id`` is the owner.

    Preferences expire after a year without a request, unless they have a briefing or alerts. The progress of
    those is in the same documents; ``SubscriberRepository`` reads and writes it.
    """

    declared = PREFERENCES
    from_clients = True

    async def get(self, owner: str) -> Preferences:
        """Returns the preferences of an owner; defaults with version 0 if none are stored."""
        now = self._clock()
        query: Document = {"_id": text_value("owner", owner, 128), "used_at": in_use(now)}

        def work(target: Target) -> Document | None:
            document = target.find_one(query)
            if document is not None and _is_touched(document["used_at"], now):
                target.update_one(query, {"$set": {"used_at": now}})
            return document

        stored = await self._run(work)
        return Preferences() if stored is None else preferences_of(stored)

    async def put(
        self,
        owner: str,
        preferences: Preferences,
        expected_version: int | None,
        *,
        caller: str,
        max_users: int,
        restarted_alerts: Sequence[str] = (),
    ) -> Preferences:
        """Replaces the preferences of an owner.

        Args:
            owner: The owner.
            preferences: The new values; version and time are ignored.
            expected_version: The version that is replaced, 0 if none is stored; None replaces any.
            caller: The caller that the owner belongs to.
            max_users: Maximum owners of this caller. Concurrent requests may exceed it by a few.
            restarted_alerts: Ids of alerts that are removed or changed: their progress is deleted.

        Returns:
            The stored preferences with their new version.

        Raises:
            ConflictError: Another request changed them in the meantime.
            RateLimitedError: The caller has stored preferences of too many owners.
        """
        now = self._clock()
        identifier = text_value("owner", owner, 128)
        fields: Document = {
            **_fields(preferences),
            "caller": text_value("caller", caller, 128),
            "updated_at": now,
            "used_at": None if preferences.subscribed else now,
        }
        self._checked({"_id": identifier, **fields, "version": (expected_version or 0) + 1})
        removed = _removed(fields, restarted_alerts if preferences.subscribed else None)
        write = _replacement(identifier, fields, expected_version, removed)

        def work(target: Target) -> Document | None:
            # The TTL index deletes up to a minute late.
            target.delete_one({"_id": identifier, "used_at": {"$lte": now - _LIFETIME}})
            _check_room(target, identifier, caller, max_users, now)
            return write(target)

        # Repeated, the second attempt would find the version of the first.
        stored = await self._run(work, retry=False)
        if stored is None:
            raise ConflictError("The preferences were changed meanwhile: read them again.")
        return preferences_of(stored)

    async def webhook(self, owner: str, webhook_id: str) -> Webhook | None:
        """Returns a webhook of an owner; None if there is none."""
        preferences = await self.get(owner)
        return next((item for item in preferences.webhooks if item.webhook_id == webhook_id), None)

    async def disable_webhook(self, owner: str, webhook: Webhook) -> None:
        """Marks a webhook whose target refused it for good, unless the owner has changed its address."""
        match = {"id": webhook.webhook_id, "url": webhook.url}
        query: Document = {"_id": text_value("owner", owner, 128), "webhooks": {"$elemMatch": match}}
        # A change that the owner began before must not undo it: its version is no longer the stored one.
        change = {"$set": {"webhooks.$.disabled": True}, "$inc": {"version": 1}}
        await self._run(lambda target: target.update_one(query, change))

    async def delete(self, owner: str) -> None:
        """Deletes the preferences of an owner, if there are any."""
        query = {"_id": text_value("owner", owner, 128)}
        await self._run(lambda target: target.delete_one(query))

    async def adopt(self, owner: Owner, former: Sequence[Owner]) -> None:
        """Moves preferences from former names of an owner to the present one, unless it has preferences."""
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
            {"$match": {"watchlist": {"$gt": ""}, "used_at": in_use(self._clock())}},
            {"$unwind": "$watchlist"},
            {"$group": {"_id": "$watchlist", "users": {"$sum": 1}}},
            {"$sort": {"users": -1, "_id": 1}},
            {"$limit": limit_value(limit, MAX_WATCHED)},
        ]
        documents = await self._run(lambda target: list(target.aggregate(pipeline)), seconds=10)
        return [document["_id"] for document in documents]


def in_use(now: datetime) -> Document:
    """Returns the condition on ``used_at`` of preferences that have not expired."""
    return {"$not": {"$lte": now - _LIFETIME}}


def preferences_of(document: Document) -> Preferences:
    """Returns the preferences in a document, without the progress of the subscriptions."""
    known = {name: document[name] for name in Preferences.model_fields if name in document}
    webhooks = [
        Webhook(item["id"], item["url"], SecretStr(item["secret"]), disabled=item["disabled"])
        for item in document.get("webhooks", ())
    ]
    return Preferences.model_validate({**known, "webhooks": webhooks})


def _fields(preferences: Preferences) -> Document:
    """Returns the fields to store; parts of subscriptions that are not used are absent."""
    fields: Document = {
        "watchlist": list(dict.fromkeys(preferences.watchlist)),
        "default_provider": preferences.default_provider,
        "report": preferences.report.model_dump(),
    }
    if preferences.webhooks:
        fields["webhooks"] = [_webhook(webhook) for webhook in preferences.webhooks]
    if preferences.briefing is not None:
        fields["briefing"] = preferences.briefing.model_dump()
    if preferences.alerts:
        fields["alerts"] = [alert.model_dump() for alert in preferences.alerts]
    if preferences.subscribed:
        fields["subscribed"] = True
    return fields


def _webhook(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.webhook_id,
        "url": webhook.url,
        "secret": webhook.secret.get_secret_value(),
        "disabled": webhook.disabled,
    }


def _is_touched(used_at: datetime | None, now: datetime) -> bool:
    return used_at is not None and used_at < now - _TOUCH_AFTER


def _removed(fields: Document, restarted_alerts: Sequence[str] | None) -> list[str]:
    """Returns the stored fields to remove: absent subscriptions, and the progress of alerts; None for all."""
    progress = _PROGRESS if restarted_alerts is None else [f"alert_states.{one}" for one in restarted_alerts]
    return [*(_SUBSCRIPTIONS - fields.keys()), *progress]


def _check_room(target: Target, owner: str, caller: str, max_users: int, now: datetime) -> None:
    """Checks that a new owner is not one too many for the caller.

    Raises:
        RateLimitedError: It is.
    """
    if target.count_documents({"_id": owner}, limit=1):
        return
    query: Document = {"caller": caller, "used_at": in_use(now)}
    if target.count_documents(query, limit=max_users) >= max_users:
        raise RateLimitedError(
            f"Preferences of {max_users} users of this key are stored; unused ones expire.",
            retry_after=_RETRY_SECONDS,
        )


def _replacement(
    owner: str, fields: Document, expected: int | None, removed: Sequence[str]
) -> Callable[[Target], Document | None]:
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
        change: Document = {"$set": fields, "$inc": {"version": 1}}
        if removed:
            change["$unset"] = dict.fromkeys(removed, "")
        return target.find_one_and_update(query, change, return_document=ReturnDocument.AFTER)

    def replace(target: Target) -> Document | None:
        # A request that loses the race to insert updates the document of the winner.
        return update(target) or insert(target) or update(target)

    return {None: replace, 0: insert}.get(expected, update)
