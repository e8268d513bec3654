"""A question as it reaches the agent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChatQuery:
    """A question.

    Attributes:
        message: What was asked, 1 to 4000 characters.
        owner: Who asks: an opaque name; a conversation belongs to it.
        provider: Model provider asked for; None for the configured one.
        model: Model asked for; None for the provider's own.
        conversation_id: UUID of the conversation that goes on; None begins one.
        symbols: Symbols the client says it is about; more are found in the message.
    """

    message: str
    owner: str
    provider: str | None = None
    model: str | None = None
    conversation_id: str | None = None
    symbols: tuple[str, ...] = ()
