"""Export and erasure of everything that is kept about a user."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from pydantic_core import to_json

from shared.domain.caller import Owner
from shared.domain.moments import rfc3339
from shared.domain.subscriptions import without_secret
from shared.runtime.clock import Clock

if TYPE_CHECKING:
    from shared.data.documents import Conversation
    from shared.data.repositories.delivery_repository import DeliveryRepository
    from shared.data.repositories.erasures_repository import ErasureRepository
    from shared.data.repositories.preferences_repository import PreferenceRepository


class KeptItems(Protocol):
    """A kind of items that are kept about users."""

    def export(self, owner: Owner) -> AsyncIterator[bytes]:
        """Yields the JSON of each item of an owner."""

    async def erase(self, owner: Owner) -> None:
        """Deletes all items of an owner; an answer that is still running stores none afterwards."""


class KeptPreferences:
    """The preferences, as kept items.

    Args:
        preferences: The repository.
    """

    def __init__(self, preferences: "PreferenceRepository") -> None:
        self._preferences = preferences

    async def export(self, owner: Owner) -> AsyncIterator[bytes]:
        """Yields the preferences, if any are stored, without the secrets of webhooks."""
        stored = await self._preferences.get(owner)
        if stored.version:
            webhooks = [without_secret(webhook) for webhook in stored.webhooks]
            yield to_json(_jsonable({**stored.model_dump(exclude={"webhooks"}), "webhooks": webhooks}))

    async def erase(self, owner: Owner) -> None:
        """Deletes the preferences."""
        await self._preferences.delete(owner)


class KeptDeliveries:
    """The deliveries to webhooks, as kept items.

    Args:
        deliveries: The repository.
    """

    def __init__(self, deliveries: "DeliveryRepository") -> None:
        self._deliveries = deliveries

    async def export(self, owner: Owner) -> AsyncIterator[bytes]:
        """Yields the deliveries of the last weeks with their payload, newest first."""
        async for delivery in self._deliveries.of_owner(owner):
            values = asdict(delivery)
            del values["owner"]
            yield to_json(_jsonable(values))

    async def erase(self, owner: Owner) -> None:
        """Deletes the deliveries, sent or not."""
        await self._deliveries.delete_of(owner)


class StoredConversations(Protocol):
    """The conversations with their streams."""

    async def ids_of(self, owner: Owner) -> list[str]:
        """Returns the ids of the conversations of an owner."""

    async def load(self, conversation_id: str, owner: str) -> "Conversation | None":
        """Returns a conversation; None if there is none of this id."""

    async def delete_all(self, owner: Owner) -> None:
        """Deletes the conversations of an owner with their streams."""


class KeptConversations:
    """The conversations, as kept items.

    Args:
        conversations: The conversations.
    """

    def __init__(self, conversations: StoredConversations) -> None:
        self._conversations = conversations

    async def export(self, owner: Owner) -> AsyncIterator[bytes]:
        """Yields the conversations with their turns."""
        for identifier in await self._conversations.ids_of(owner):
            conversation = await self._conversations.load(identifier, owner)
            if conversation is not None:
                yield _conversation_json(conversation)

    async def erase(self, owner: Owner) -> None:
        """Deletes the conversations."""
        await self._conversations.delete_all(owner)


class UserData:
    """Exports and erases the stored data of a user.

    Args:
        kinds: The kinds of items by their name in the export.
        erasures: Remembers erasures, so that answers that began before store nothing.
        clock: The present moment.
    """

    def __init__(self, kinds: Mapping[str, KeptItems], erasures: "ErasureRepository", clock: Clock) -> None:
        self._kinds = kinds
        self._erasures = erasures
        self._clock = clock

    async def export(self, owner: Owner, user_id: str) -> AsyncIterator[bytes]:
        """Yields the parts of one JSON document, so that memory does not grow with its size.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        head = to_json({"user_id": user_id, "exported_at": rfc3339(self._clock())}).removesuffix(b"}")
        for name, kind in self._kinds.items():
            head += b',"' + name.encode() + b'":['
            async for item in kind.export(owner):
                yield head + item
                head = b","
            # Without items the opening bracket is still to be sent.
            head = b"]" if head == b"," else head + b"]"
        yield head + b"}"

    async def erase(self, owner: Owner) -> None:
        """Deletes everything that is kept about a user. Repeating it after a failure completes it.

        Raises:
            DependencyUnavailableError: The database does not answer, or Redis did not confirm a deletion.
        """
        await self._erasures.put(owner)
        for kind in self._kinds.values():
            await kind.erase(owner)


def _conversation_json(conversation: "Conversation") -> bytes:
    values = asdict(conversation)
    turns = values.pop("turns")
    del values["owner"]
    return to_json(_jsonable({**values, "messages": turns}))


def _jsonable(value: Any) -> Any:  # noqa: ANN401 - any value of a document
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Mapping):
        return {key: _jsonable(item) for key, item in value.items()}
    return [_jsonable(item) for item in value] if isinstance(value, list | tuple) else value
