"""What Redis holds about a stream beside its lines: enough to store its text if its producer dies."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.domain.caller import Owner
from shared.domain.moments import rfc3339
from shared.errors.request_errors import NotFoundError
from shared.runtime.compact_json import dumps


@dataclass(frozen=True)
class StreamDescription:
    """The question that a stream answers.

    Attributes:
        owner: Owner of the stream.
        conversation_id: Conversation that the answer belongs to.
        message: The question.
        request_id: Id of the request that started the stream.
        started_at: Time of the question.
    """

    owner: Owner
    conversation_id: str
    message: str
    request_id: str
    started_at: datetime

    def encoded(self) -> bytes:
        """Returns the description as it is stored."""
        return dumps({**self.__dict__, "started_at": rfc3339(self.started_at)})

    @classmethod
    def decode(cls, data: bytes) -> "StreamDescription":
        """Returns a stored description.

        Raises:
            NotFoundError: The stream is not one of an answer.
        """
        values: dict[str, Any] = json.loads(data)
        if "conversation_id" not in values:
            raise NotFoundError("There is no such stream.")
        return cls(
            owner=Owner(values["owner"]),
            conversation_id=values["conversation_id"],
            message=values["message"],
            request_id=values["request_id"],
            started_at=datetime.fromisoformat(values["started_at"]),
        )
