"""The question of a chat request."""

from dataclasses import dataclass
from typing import Final, Literal

from shared.domain.caller import Owner
from shared.domain.visible_text import is_visible
from shared.errors import FieldError
from shared.errors.request_errors import InvalidRequestError

MAX_QUESTION: Final = 4000
"""Characters of a question."""


def question_text(written: str) -> str:
    """Returns a question without surrounding white space.

    Raises:
        InvalidRequestError: No character is visible, or it is too long.
    """
    question = written.strip()
    if len(question) > MAX_QUESTION or not is_visible(question):
        message = f"must have 1 to {MAX_QUESTION} characters, of which one is visible"
        raise InvalidRequestError(f"The question {message}.", errors=[FieldError("question", message)])
    return question


@dataclass(frozen=True)
class EarlierMessage:
    """A message of a conversation that the client keeps.

    Attributes:
        role: Who wrote it.
        content: Its text, not empty.
    """

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True)
class ChatQuery:
    """A question and its options.

    Attributes:
        message: The question, at most ``MAX_QUESTION`` characters.
        owner: Opaque name of the owner of the conversation.
        provider: Requested model provider; None for the configured one.
        model: Requested model; None for the provider's default.
        conversation_id: UUID of the conversation to continue; None starts a new one.
        symbols: Symbols named by the client, in addition to those in the message.
        begins: Whether ``conversation_id`` was made for this query, so that nothing is stored under it.
        stream_id: Id of the stream that the answer is for; None for an answer as JSON.
        earlier: Messages before this one, oldest first, from a client that keeps the conversation itself.
    """

    message: str
    owner: Owner
    provider: str | None = None
    model: str | None = None
    conversation_id: str | None = None
    symbols: tuple[str, ...] = ()
    begins: bool = False
    stream_id: str | None = None
    earlier: tuple[EarlierMessage, ...] = ()
