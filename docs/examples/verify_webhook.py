"""Verifies a webhook of this service with the standard library alone (Standard Webhooks)."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping

TOLERANCE_SECONDS = 300


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Returns whether a request was sent by the service within the last minutes.

    Args:
        secret: The webhook's secret, ``whsec_...``.
        headers: The request's headers, names in lower case.
        body: The bytes of the body, before any parsing.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    event_id, timestamp = headers["webhook-id"], headers["webhook-timestamp"]
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    content = f"{event_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    # Several signatures, separated by spaces, while a secret is being replaced.
    return any(hmac.compare_digest(expected, given) for given in headers["webhook-signature"].split(" "))
