"""Opaque cursors: a place in a list sorted by time and id, which a client sends to continue from there."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.errors import FieldError, InvalidRequestError

_DIGEST_BYTES = 6


@dataclass(frozen=True)
class Position:
    """After which document a page begins.

    Attributes:
        timestamp: Of the last document of the page before.
        identifier: Its ``_id``.
    """

    timestamp: datetime
    identifier: str


def encode_cursor(position: Position, scope: Sequence[str | None]) -> str:
    """A cursor that holds for the list with these filters only."""
    payload = json.dumps([round(position.timestamp.timestamp() * 1000), position.identifier]).encode()
    return base64.urlsafe_b64encode(_digest(payload, scope) + payload).decode().rstrip("=")


def decode_cursor(cursor: str, scope: Sequence[str | None]) -> Position:
    """The place of a cursor.

    Nothing but a moment and an id comes out of it, so that one made up by a client could do no harm.

    Raises:
        InvalidRequestError: It was not made here, was changed, or belongs to a list with other filters.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        digest, payload = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
        if digest != _digest(payload, scope):
            raise ValueError("changed, or of another list")
        milliseconds, identifier = json.loads(payload)
        return Position(datetime.fromtimestamp(milliseconds / 1000, UTC), str(identifier))
    except (ValueError, TypeError, OverflowError, OSError, AttributeError, binascii.Error):
        message = "is not a cursor of this list"
        raise InvalidRequestError(f"cursor {message}.", errors=[FieldError("cursor", message)]) from None


def _digest(payload: bytes, scope: Sequence[str | None]) -> bytes:
    return hashlib.blake2b(payload + json.dumps(list(scope)).encode(), digest_size=_DIGEST_BYTES).digest()
