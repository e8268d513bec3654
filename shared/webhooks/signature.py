"""Signatures of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id, time and body."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final

from pydantic import SecretStr

from shared.domain.delivery import SECRET_PREFIX

_MIN_KEY_BYTES: Final = 24
_MAX_KEY_BYTES: Final = 64


def new_secret() -> SecretStr:
    """Returns a random secret of 32 bytes, as ``whsec_`` and Base64."""
    return SecretStr(SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode())


def signing_key(secret: SecretStr) -> bytes:
    """Returns the key in a secret.

    Raises:
        ValueError: It is not ``whsec_`` and Base64 of 24 to 64 bytes; the message does not repeat it.
    """
    prefix, text = secret.get_secret_value()[: len(SECRET_PREFIX)], secret.get_secret_value()
    try:
        key = base64.b64decode(text[len(SECRET_PREFIX) :], validate=True) if prefix == SECRET_PREFIX else b""
    except (binascii.Error, ValueError):
        key = b""
    if not _MIN_KEY_BYTES <= len(key) <= _MAX_KEY_BYTES:
        raise ValueError("must be whsec_ followed by the Base64 of 24 to 64 bytes")
    return key


def signed_headers(key: bytes, event_id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """Returns the headers of one attempt.

    Args:
        key: Key of the webhook.
        event_id: The same for all attempts.
        timestamp: Time of this attempt in seconds since the epoch; receivers refuse old ones.
        body: The bytes that are sent.
    """
    content = f"{event_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
