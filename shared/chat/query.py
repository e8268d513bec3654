"""The question of a chat request."""

from dataclasses import dataclass

from shared.domain.caller import Owner


@dataclass(frozen=True)
class ChatQuery:
    """A question and its options.

    Attributes:
        message: The question, 1 to 4000 characters.
        owner: Opaque name of the owner of the conversation.
        provider: Requested model provider; None for the configured one.
        model: Requested model; None for the provider's default.
        conversation_id: UUID of the conversation to continue; None starts a new one.
        symbols: Symbols named by the client, in addition to those in the message.
        begins: Whether ``conversation_id`` was made for this query, so that nothing is stored under it.
        stream_id: Id of the stream that the answer is for; None for an answer as JSON.
    """

    message: str
    owner: Owner
    provider: str | None = None
    model: str | None = None
    conversation_id: str | None = None
    symbols: tuple[str, ...] = ()
    begins: bool = False
    stream_id: str | None = None
