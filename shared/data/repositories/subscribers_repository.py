"""The progress of briefings and alerts, in the documents of the preferences."""

import logging
from datetime import UTC, date
from typing import Final

from pydantic import ValidationError

from shared.data.documents import Subscriber
from shared.data.mongo import Document, Target
from shared.data.repositories.preferences_repository import preferences_of
from shared.data.repositories.repository import Repository, limit_value
from shared.data.schema.user_collections import ALERT_STATE, PREFERENCES
from shared.data.schema.validation import compile_check
from shared.domain.caller import Owner
from shared.domain.subscriptions import AlertState, SubscriptionProgress

MAX_PAGE: Final = 500

_log = logging.getLogger(__name__)


class SubscriberRepository(Repository):
    """Owners with a briefing or alerts, in the collection ``user_preferences``.

    Writes are compare-and-set: of two workers that saw the same progress, one succeeds.
    """

    declared = PREFERENCES
    _fits_state = staticmethod(compile_check(ALERT_STATE))

    async def page(self, after: str | None, limit: int) -> list[Subscriber]:
        """Returns the owners after another one, in the order of their names; at most ``limit``.

        Args:
            after: Name of an owner; None begins with the first.
            limit: Up to ``MAX_PAGE``.
        """
        most = limit_value(limit, MAX_PAGE)
        while documents := await self._documents(after, most):
            subscribers = [self._subscriber(document) for document in documents]
            readable = [subscriber for subscriber in subscribers if subscriber is not None]
            if readable:
                return readable
            # A page without a readable document is not the end.
            after = documents[-1]["_id"]
        return []

    async def _documents(self, after: str | None, limit: int) -> list[Document]:
        query: Document = {"subscribed": True}
        if after is not None:
            query["_id"] = {"$gt": after}
        return await self._run(
            lambda target: list(target.find(query).sort([("subscribed", 1), ("_id", 1)]).limit(limit)),
            seconds=5,
        )

    @staticmethod
    def _subscriber(document: Document) -> Subscriber | None:
        try:
            return _subscriber(document)
        except (ValidationError, KeyError, ValueError) as error:
            # One document that another version wrote must not end the run for all.
            _log.error("subscriber skipped: %s (%s)", document["_id"], type(error).__name__)
            return None

    async def set_briefed(self, subscriber: Subscriber, day: date) -> bool:
        """Records the local day of a briefing; returns False if another worker did, or the owner is gone."""
        before = subscriber.progress.briefed_on
        query: Document = {
            "_id": subscriber.owner,
            "briefed_on": None if before is None else before.isoformat(),
        }
        return await self._change(query, {"briefed_on": day.isoformat()})

    async def set_alert_state(
        self, subscriber: Subscriber, alert_id: str, before: AlertState | None, state: AlertState
    ) -> bool:
        """Replaces the state of an alert.

        Returns:
            False if another worker has replaced it, or the owner has changed the preferences.
        """
        field = f"alert_states.{alert_id}"
        revision: Document | int = {"$exists": False} if before is None else before.revision
        query: Document = {
            "_id": subscriber.owner,
            "version": subscriber.preferences.version,
            f"{field}.revision": revision,
        }
        document: Document = {
            "armed": state.armed,
            "since": state.since.isoformat(),
            "seen_at": state.seen_at,
            "revision": state.revision,
            "pending": state.pending,
        }
        return await self._change(query, {field: self._checked(document, self._fits_state)})

    async def _change(self, query: Document, values: Document) -> bool:
        def work(target: Target) -> bool:
            return target.update_one(query, {"$set": values}).matched_count == 1

        # Repeated after a lost reply, the second attempt would not match any more. It then looks as if
        # another worker had been first: the event of this change is sent by the next run.
        return await self._run(work)


def _subscriber(document: Document) -> Subscriber:
    briefed_on = document.get("briefed_on")
    states = document.get("alert_states") or {}
    progress = SubscriptionProgress(
        briefed_on=None if briefed_on is None else date.fromisoformat(briefed_on),
        alert_states={name: _state(state) for name, state in states.items()},
    )
    return Subscriber(Owner(document["_id"]), preferences_of(document), progress)


def _state(state: Document) -> AlertState:
    return AlertState(
        armed=state["armed"],
        since=date.fromisoformat(state["since"]),
        seen_at=state["seen_at"].astimezone(UTC),
        revision=state["revision"],
        pending=state["pending"],
    )
