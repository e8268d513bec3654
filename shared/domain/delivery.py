"""Deliveries: what is sent to the webhooks of users."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from pydantic import SecretStr

DeliveryKind = Literal["briefing", "price_alert", "signal_alert"]
DeliveryState = Literal["stored", "queued", "delivered", "dead"]

EVENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""What an id of an event is."""

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - no secret, its prefix
"""Begins a secret of Standard Webhooks; the rest is the key in Base64."""


@dataclass(frozen=True)
class Webhook:
    """A webhook of a user.

    Attributes:
        webhook_id: Id that the user gave it.
        url: Address that deliveries are sent to.
        secret: Key of the signatures, as ``whsec_`` and Base64.
        disabled: Whether the target refused it for good (410); nothing is sent until the user changes it.
    """

    webhook_id: str
    url: str = field(repr=False)
    secret: SecretStr
    disabled: bool = False


@dataclass(frozen=True)
class Delivery:
    """One event that is sent to one webhook, repeatedly until the target has accepted it.

    Attributes:
        id: Id of the event, the idempotency key: a second delivery of this id is not stored. Receivers get it
            as ``webhook-id``, the same with every attempt. At most 128 of ``A-Z a-z 0-9 _ -``.
        owner: The owner of the webhook.
        webhook_id: The webhook.
        kind: Kind of the event.
        payload: JSON object that is sent as ``data``.
        created_at: When the event happened, in UTC.
        state: ``stored`` (not in the queue), ``queued``, ``delivered``, or ``dead`` (given up).
        attempts: Finished attempts.
        next_attempt_at: No attempt is made before; None for immediately.
        last_error: Why the last attempt failed, without address and secret; None before.
    """

    id: str
    owner: str
    webhook_id: str
    kind: DeliveryKind
    payload: Mapping[str, Any] = field(repr=False)
    created_at: datetime
    state: DeliveryState = "stored"
    attempts: int = 0
    next_attempt_at: datetime | None = None
    last_error: str | None = None


def event_id(kind: DeliveryKind, *parts: str) -> str:
    """Returns the id of an event: the same for the same parts, such as owner, alert and day."""
    return f"evt_{hashlib.sha256(chr(10).join((kind, *parts)).encode()).hexdigest()[:32]}"
