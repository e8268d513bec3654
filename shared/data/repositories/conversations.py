"""Conversations: the latest turns of each, kept for some days after the last one (a TTL index)."""

from collections.abc import Sequence
from datetime import timedelta

from pymongo.errors import DuplicateKeyError

from shared.data.documents import Conversation, Turn
from shared.data.mongo import Document
from shared.data.repositories.base import Repository, Target, text_value
from shared.data.schema.collections import CONVERSATIONS
from shared.errors import NotFoundError

MAX_TURNS = 400


class ConversationRepository(Repository):
    """The collection ``conversations``."""

    declared = CONVERSATIONS

    async def load(self, conversation_id: str, owner: str) -> Conversation | None:
        """A conversation, or None when there is none of this id.

        Raises:
            NotFoundError: It belongs to somebody else, which is not told apart from outside.
        """
        query = {"_id": text_value("conversation_id", conversation_id)}
        found = await self._run(lambda target: target.find_one(query, {"lock": 0}))
        if found is None:
            return None
        if found["owner"] != owner:
            raise _not_found()
        return Conversation(
            conversation_id=found["_id"],
            owner=found["owner"],
            turns=tuple(_turn(item) for item in found["turns"]),
            summary=found.get("summary"),
            updated_at=found["updated_at"],
        )

    async def append(
        self,
        conversation_id: str,
        owner: str,
        turns: Sequence[Turn],
        *,
        max_turns: int,
        summary: str | None,
    ) -> None:
        """Adds turns, and drops the oldest beyond ``max_turns``; begins the conversation if it is new.

        Args:
            conversation_id: Which.
            owner: Whose.
            turns: What was said, in order.
            max_turns: How many are kept.
            summary: Of what is dropped; None leaves the one that is kept.

        Raises:
            NotFoundError: It belongs to somebody else.
        """
        added = [_turn_document(turn) for turn in turns]
        now = self._clock()
        base: Document = {"_id": text_value("conversation_id", conversation_id), "owner": owner}
        self._checked({**base, "turns": added, "summary": summary, "updated_at": now})
        changed: Document = {"updated_at": now}
        if summary is not None:
            changed["summary"] = summary
        kept = min(max_turns, MAX_TURNS)
        update = {"$push": {"turns": {"$each": added, "$slice": -kept}}, "$set": changed}

        def work(target: Target) -> None:
            if not _update(target, base, update):
                raise _not_found()

        # Done twice, the turns would be there twice.
        await self._run(work, retry=False)

    async def try_lock(self, conversation_id: str, owner: str, token: str, seconds: float) -> bool:
        """Takes the conversation for one answer, if nobody has it.

        Args:
            conversation_id: Which; begun if it is new.
            owner: Whose.
            token: Names the answer that takes it; the same one may take it again.
            seconds: After which it is free again in any case.

        Raises:
            NotFoundError: It belongs to somebody else.
        """
        now = self._clock()
        base: Document = {"_id": text_value("conversation_id", conversation_id), "owner": owner}
        lock = {"token": text_value("token", token, 64), "until": now + timedelta(seconds=seconds)}
        free = [{"lock": None}, {"lock.until": {"$lte": now}}, {"lock.token": token}]
        self._checked({**base, "turns": [], "updated_at": now, "lock": lock})

        new = {"turns": [], "updated_at": now}

        def work(target: Target) -> bool:
            if _update(target, {**base, "$or": free}, {"$set": {"lock": lock}, "$setOnInsert": new}):
                return True
            if target.count_documents(base, limit=1) == 0:
                raise _not_found()
            return False

        return await self._run(work)

    async def unlock(self, conversation_id: str, token: str) -> None:
        """Lets go of the conversation, unless somebody else has taken it meanwhile."""
        query = {
            "_id": text_value("conversation_id", conversation_id),
            "lock.token": text_value("token", token, 64),
        }
        await self._run(lambda target: target.update_one(query, {"$set": {"lock": None}}))


def _update(target: Target, query: Document, change: Document) -> bool:
    """Changes a conversation, or begins it; False when there is one that the query does not fit."""
    for _ in range(2):
        try:
            target.update_one(query, change, upsert=True)
        except DuplicateKeyError:
            # The id is taken: perhaps by somebody who has begun the same one in this moment.
            continue
        return True
    return False


def _not_found() -> NotFoundError:
    return NotFoundError("There is no such conversation.")


def _turn_document(turn: Turn) -> Document:
    return {
        "role": turn.role,
        "content": turn.content,
        "timestamp": turn.timestamp,
        "interrupted": turn.interrupted,
        "symbols": list(turn.symbols),
    }


def _turn(document: Document) -> Turn:
    return Turn(**{**document, "symbols": tuple(document["symbols"])})
