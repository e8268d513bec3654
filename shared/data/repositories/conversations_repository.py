"""Conversations: the latest turns of each, kept for some days after the last one.

Reads omit expired conversations; a TTL index deletes them later.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from shared.data.document_lease import acquire, release, remaining, renew, server_time
from shared.data.documents import MAX_TURNS, Carried, Conversation, ConversationEntry, ConversationPage, Turn
from shared.data.mongo import Document, Target
from shared.data.repositories.cursor import Position, decode_cursor, encode_cursor
from shared.data.repositories.repository import Repository, limit_value, text_value
from shared.data.schema.user_collections import CONVERSATIONS
from shared.domain.caller import Owner
from shared.errors.request_errors import NotFoundError

MAX_EXPORTED = 10_000
MAX_PAGE = 100
_NEWEST = [("created_at", -1), ("_id", -1)]


class ConversationRepository(Repository):
    """The collection ``conversations``."""

    declared = CONVERSATIONS

    async def load(self, conversation_id: str, owner: str) -> Conversation | None:
        """Returns a conversation; None if there is none of this id.

        Raises:
            NotFoundError: The conversation belongs to another owner.
        """
        query = {"_id": text_value("conversation_id", conversation_id), **self._kept()}
        found = await self._run(lambda target: target.find_one(query, {"lock": 0}))
        if found is None:
            return None
        if found["owner"] != owner:
            raise _not_found()
        return _conversation(found)

    async def find_by_stream(self, stream_id: str, owner: str) -> Conversation | None:
        """Returns the conversation of an owner that a stream has stored its answer in; None without one."""
        stream_id = text_value("stream_id", stream_id, 64)
        query = {"turns.stream_id": stream_id, "owner": owner, **self._kept()}
        found = await self._run(lambda target: target.find_one(query, {"lock": 0}))
        return None if found is None else _conversation(found)

    async def page(self, owner: Owner, limit: int, cursor: str | None) -> ConversationPage:
        """Returns the conversations of an owner, newest first.

        Args:
            owner: The owner.
            limit: Maximum number, up to 100.
            cursor: ``next_cursor`` of the previous page.

        Raises:
            InvalidRequestError: The cursor is not one of this list.
        """
        # Without a title there is no answer yet.
        query: Document = {"owner": owner, "title": {"$type": "string"}, **self._kept()}
        if cursor is not None:
            query["$or"] = _after(decode_cursor(cursor, ("conversations",)))
        limit = limit_value(limit, MAX_PAGE)
        fields = {"title": 1, "created_at": 1, "updated_at": 1}
        found = await self._run(
            lambda target: list(target.find(query, fields).sort(_NEWEST).limit(limit + 1))
        )
        page = [_entry(document) for document in found[:limit]]
        following = None
        if len(found) > limit:
            last = Position(page[-1].created_at, page[-1].conversation_id)
            following = encode_cursor(last, ("conversations",))
        return ConversationPage(tuple(page), following)

    async def rename(self, conversation_id: str, owner: Owner, title: str) -> ConversationEntry:
        """Changes the title of a conversation.

        Raises:
            NotFoundError: The owner has no such conversation.
        """
        query = {"_id": text_value("conversation_id", conversation_id), "owner": owner, **self._kept()}

        def work(target: Target) -> Document | None:
            if target.update_one(query, {"$set": {"title": title}}).matched_count == 0:
                return None
            return target.find_one(query, {"title": 1, "created_at": 1, "updated_at": 1})

        found = await self._run(work)
        if found is None:
            raise _not_found()
        return _entry(found)

    async def delete(self, owner: Owner, conversation_ids: Sequence[str], answers: Collection[str]) -> int:
        """Deletes conversations of an owner and returns how many there were.

        An answer that is running cannot be stored afterwards.

        Args:
            owner: The owner.
            conversation_ids: The conversations.
            answers: Tokens of answers; a conversation that another answer holds is left.
        """
        ids = [text_value("conversation_id", identifier) for identifier in conversation_ids]
        known = [{"lock": None}, {"lock.token": {"$in": list(answers)}}]
        query: Document = {"_id": {"$in": ids}, "owner": owner, "$or": known}
        return await self._run(lambda target: target.delete_many(query).deleted_count)

    async def adopt(self, owner: Owner, former: Sequence[Owner]) -> None:
        """Moves the conversations of former names of an owner to the present one."""
        query: Document = {"owner": {"$in": list(former)}}
        await self._run(lambda target: target.update_many(query, {"$set": {"owner": owner}}))

    async def ids_of(self, owner: Owner) -> list[str]:
        """Returns the ids of the conversations of an owner, newest first; at most ``MAX_EXPORTED``.

        Includes expired conversations that are not deleted yet, so that an erasure deletes them.
        """
        query = {"owner": owner}
        documents = await self._run(
            lambda target: list(target.find(query, {"_id": 1}).sort(_NEWEST).limit(MAX_EXPORTED))
        )
        return [document["_id"] for document in documents]

    async def owned(self, owner: Owner, conversation_ids: Sequence[str]) -> list[str]:
        """Returns the given conversations that belong to an owner."""
        ids = [text_value("conversation_id", one) for one in conversation_ids]
        query: Document = {"_id": {"$in": ids}, "owner": owner}
        documents = await self._run(lambda target: list(target.find(query, {"_id": 1}).limit(len(ids))))
        return [document["_id"] for document in documents]

    async def streams_of(
        self, owner: Owner, conversation_ids: Sequence[str], since: datetime
    ) -> dict[str, str]:
        """Returns conversations by id of the streams that answer in them or have stored an answer.

        Args:
            owner: The owner.
            conversation_ids: The conversations.
            since: Time after which the answer was stored.
        """
        ids = list(conversation_ids)
        recent = [{"updated_at": {"$gte": since}}, {"lock.token": {"$type": "string"}}]
        query: Document = {"_id": {"$in": ids}, "owner": owner, "$or": recent}
        fields = {"turns.stream_id": 1, "lock.token": 1}
        documents = await self._run(lambda target: list(target.find(query, fields).limit(len(ids) or 1)))
        streams: dict[str, str] = {}
        for document in documents:
            answers = [*document.get("turns", ()), {"stream_id": (document.get("lock") or {}).get("token")}]
            streams |= {answer["stream_id"]: document["_id"] for answer in answers if answer.get("stream_id")}
        return streams

    async def append(
        self,
        conversation_id: str,
        owner: str,
        turns: Sequence[Turn],
        *,
        token: str,
        max_turns: int,
        carried: Carried,
    ) -> bool:
        """Adds turns to a conversation whose lease the token holds; drops the oldest beyond ``max_turns``.

        Args:
            conversation_id: Id of the conversation.
            owner: Owner of the conversation.
            turns: The turns, oldest first. Turns of a stream that are stored already are not stored again.
            token: Holder of the lease.
            max_turns: Number of turns to keep.
            carried: Data of the conversation besides its turns.

        Returns:
            Whether the turns are stored; False if the token does not hold the lease, or the conversation was
            deleted.
        """
        added = [_turn_document(turn) for turn in turns]
        now = self._clock()
        base: Document = {"_id": text_value("conversation_id", conversation_id), "owner": owner}
        changed: Document = {"updated_at": now, **carried.changes()}
        self._checked({**base, "turns": added, **changed})
        kept = min(max_turns, MAX_TURNS)
        update = {"$push": {"turns": {"$each": added, "$slice": -kept}}, "$set": changed}
        held: Document = {**base, "lock.token": text_value("token", token, 64)}
        stream_id = next((turn.stream_id for turn in turns if turn.stream_id), None)

        def work(target: Target) -> bool:
            if carried.title is not None:
                self._empty_expired(target, held)
            fresh = {"turns.stream_id": {"$ne": stream_id}} if stream_id else {}
            if target.update_one({**held, **fresh}, update).matched_count:
                return True
            stored: Document = {**base, "turns.stream_id": stream_id}
            return stream_id is not None and target.count_documents(stored, limit=1) > 0

        # Only turns of a stream can be distinguished from those that an earlier attempt stored.
        return await self._run(work, retry=stream_id is not None)

    async def try_lock(
        self, conversation_id: str, owner: str, token: str, seconds: float, *, create: bool = True
    ) -> bool:
        """Acquires the lease of a conversation for one answer; returns False if another answer holds it.

        Args:
            conversation_id: Id of the conversation.
            owner: Owner of the conversation.
            token: Identifies the answer.
            seconds: Time after which the lease expires.
            create: Whether the conversation is created if it does not exist.

        Raises:
            NotFoundError: The conversation belongs to another owner, or does not exist and is not created.
        """
        base: Document = {"_id": text_value("conversation_id", conversation_id), "owner": owner}
        now = self._clock()
        new: Document = {"turns": [], "created_at": now, "updated_at": now}
        self._checked({**base, **new, "lock": {"token": text_value("token", token, 64), "until": now}})

        def work(target: Target) -> bool:
            if acquire(target, base, token, seconds, new if create else None):
                return True
            if target.count_documents(base, limit=1) == 0:
                raise _not_found()
            return False

        return await self._run(work)

    async def lock_remaining(self, conversation_id: str) -> float:
        """Returns the seconds until the lease of a conversation expires; 0 if no answer holds it."""
        document = {"_id": text_value("conversation_id", conversation_id)}
        return await self._run(lambda target: remaining(target, document))

    async def renew_lock(self, conversation_id: str, token: str, seconds: float) -> bool:
        """Renews the lease of a conversation; returns False if the answer does not hold it any more."""
        document = {"_id": text_value("conversation_id", conversation_id)}
        token = text_value("token", token, 64)
        return await self._run(lambda target: renew(target, document, token, seconds))

    async def unlock(self, conversation_id: str, token: str) -> None:
        """Releases the lease of a conversation, unless another answer holds it.

        A conversation without turns, which the lease has created, is removed.
        """
        document = {"_id": text_value("conversation_id", conversation_id)}
        token = text_value("token", token, 64)

        def work(target: Target) -> None:
            if not target.delete_one({**document, "lock.token": token, "turns": []}).deleted_count:
                release(target, document, token)

        await self._run(work)

    def _empty_expired(self, target: Target, held: Document) -> None:
        """Empties a conversation that has expired and is still there, before its first new turn.

        It has expired by both clocks: a worker whose clock is ahead deletes nothing.
        """
        oldest = min(self._clock(), server_time(target)) - timedelta(days=self._retention.conversations)
        emptied: Document = {"$set": {"turns": [], "created_at": self._clock()}}
        emptied["$unset"] = {"summary": 1, "statements": 1, "facts": 1}
        target.update_one({**held, "updated_at": {"$lte": oldest}}, emptied)

    def _kept(self) -> Document:
        """Returns the condition that a conversation has not expired."""
        return {"updated_at": {"$gt": self._clock() - timedelta(days=self._retention.conversations)}}


def _after(position: Position) -> list[Document]:
    return [
        {"created_at": {"$lt": position.timestamp}},
        {"created_at": position.timestamp, "_id": {"$lt": position.identifier}},
    ]


def _not_found() -> NotFoundError:
    return NotFoundError("There is no such conversation.")


def _entry(document: Document) -> ConversationEntry:
    created_at = document.get("created_at") or document["updated_at"]
    return ConversationEntry(document["_id"], document.get("title") or "", created_at, document["updated_at"])


def _conversation(document: Document) -> Conversation:
    return Conversation(
        conversation_id=document["_id"],
        owner=document["owner"],
        turns=tuple(_turn(item) for item in document["turns"]),
        summary=document.get("summary"),
        updated_at=document["updated_at"],
        title=document.get("title"),
        created_at=document.get("created_at"),
        statements=tuple(document.get("statements", ())),
        facts=tuple(document.get("facts", ())),
    )


def _turn_document(turn: Turn) -> Document:
    return {
        "role": turn.role,
        "content": turn.content,
        "timestamp": turn.timestamp,
        "interrupted": turn.interrupted,
        "symbols": list(turn.symbols),
        "figures": None if turn.figures is None else dict(turn.figures),
        "sources": [dict(source) for source in turn.sources],
        "stream_id": turn.stream_id,
        "answered_by": None if turn.answered_by is None else dict(turn.answered_by),
    }


def _turn(document: Document) -> Turn:
    sequences = {"symbols": tuple(document["symbols"]), "sources": tuple(document.get("sources", ()))}
    return Turn(**{**document, **sequences})
