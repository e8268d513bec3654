"""Conversations: the latest turns of each, kept for some days after the last one (a TTL index)."""

from collections.abc import Sequence

from pymongo.errors import DuplicateKeyError

from shared.data.documents import Conversation, Turn
from shared.data.lease import acquire, release
from shared.data.mongo import Document
from shared.data.repositories.base import Repository, Target, text_value
from shared.data.schema.collections import CONVERSATIONS
from shared.domain.caller import Owner
from shared.errors import NotFoundError

MAX_TURNS = 400
MAX_EXPORTED = 10_000


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

    async def adopt(self, owner: Owner, former: Sequence[Owner]) -> None:
        """Moves the conversations of former names of an owner to the present one."""
        query: Document = {"owner": {"$in": list(former)}}
        await self._run(lambda target: target.update_many(query, {"$set": {"owner": owner}}))

    async def ids_of(self, owner: Owner) -> list[str]:
        """Returns the ids of the conversations of an owner, newest first; at most ``MAX_EXPORTED``."""
        query = {"owner": owner}
        documents = await self._run(
            lambda target: list(target.find(query, {"_id": 1}).sort("updated_at", -1).limit(MAX_EXPORTED))
        )
        return [document["_id"] for document in documents]

    async def delete_all(self, owner: Owner) -> None:
        """Deletes the conversations of an owner."""
        await self._run(lambda target: target.delete_many({"owner": owner}), seconds=10)

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
        """Acquires the lease of a conversation for one answer; returns False if another answer holds it.

        Args:
            conversation_id: Id of the conversation, which is created if it does not exist.
            owner: Owner of the conversation.
            token: Identifies the answer.
            seconds: Time after which the lease expires.

        Raises:
            NotFoundError: The conversation belongs to another owner.
        """
        base: Document = {"_id": text_value("conversation_id", conversation_id), "owner": owner}
        now = self._clock()
        new: Document = {"turns": [], "updated_at": now}
        self._checked({**base, **new, "lock": {"token": text_value("token", token, 64), "until": now}})

        def work(target: Target) -> bool:
            if acquire(target, base, token, seconds, new):
                return True
            if target.count_documents(base, limit=1) == 0:
                raise _not_found()
            return False

        return await self._run(work)

    async def unlock(self, conversation_id: str, token: str) -> None:
        """Releases the lease of a conversation, unless another answer holds it."""
        document = {"_id": text_value("conversation_id", conversation_id)}
        token = text_value("token", token, 64)
        await self._run(lambda target: release(target, document, token))


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
        "figures": None if turn.figures is None else dict(turn.figures),
    }


def _turn(document: Document) -> Turn:
    return Turn(**{**document, "symbols": tuple(document["symbols"])})
