"""Opaque cursors: a place in a list sorted by time and id, which a client sends to continue from there."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.errors import FieldError
from shared.errors.request_errors import InvalidRequestError

_DIGEST_BYTES = 6


@dataclass(frozen=True)
class Position:
    """The place after which a page begins.

    Attributes:
        timestamp: Timestamp of the last document of the previous page.
        identifier: ``_id`` of that document.
    """

    timestamp: datetime
    identifier: str


def encode_cursor(position: Position, scope: Sequence[str | None]) -> str:
    """Returns a cursor for a list; it is valid with the same filters only."""
    payload = json.dumps([round(position.timestamp.timestamp() * 1000), position.identifier]).encode()
    return base64.urlsafe_b64encode(_digest(payload, scope) + payload).decode().rstrip("=")


def decode_cursor(cursor: str, scope: Sequence[str | None]) -> Position:
    """Returns the place that a cursor names.

    The result is a moment and an id only, so that a forged cursor can do no harm.

    Raises:
        InvalidRequestError: The cursor is forged, was changed, or belongs to a list with other filters.
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
