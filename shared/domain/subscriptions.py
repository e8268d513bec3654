"""What a user subscribes to: the briefing and the alerts that are sent to a webhook, and their progress."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator

from shared.domain.delivery import Webhook
from shared.domain.market_data import Record
from shared.domain.technicals import SignalName
from shared.domain.terms import Symbol

MAX_WEBHOOKS: Final = 5
MAX_ALERTS: Final = 50

AlertKind = Literal["price_above", "price_below", "signal"]

ItemId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""The user's own name of a webhook or an alert."""

_MAX_PRICE: Final = 1e12
_SIGNALS: Final = get_args(SignalName)


@cache
def time_zones() -> frozenset[str]:
    """Returns the names of the IANA time zones; reads a file of the package ``tzdata`` on first use.

    ``Factory`` is left out: it means that no time zone was chosen.
    """
    return frozenset(files("tzdata").joinpath("zones").read_text("utf-8").split()) - {"Factory"}


def _known_time_zone(name: object) -> object:
    if isinstance(name, str) and name not in time_zones():
        raise ValueError("must be an IANA time zone, such as Europe/Berlin")
    return name


class BriefingSchedule(Record):
    """When a user's briefing is sent, and where.

    Attributes:
        time: Local time, ``HH:MM``.
        time_zone: IANA time zone.
        calendar: Code of the exchange on whose session days it is sent; ``24/7`` for every day.
        webhook_id: The webhook that receives it.
    """

    time: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    time_zone: Annotated[str, BeforeValidator(_known_time_zone)]
    calendar: Annotated[str, Field(pattern=r"^[A-Za-z0-9/_]{1,20}$")]
    webhook_id: ItemId

    @property
    def local_time(self) -> dt.time:
        """Returns the local time."""
        return dt.time.fromisoformat(self.time)


class Alert(Record):
    """A condition on a symbol; each time that it begins to hold, an event is sent.

    Attributes:
        id: The user's own name of the alert.
        symbol: Ticker.
        kind: ``price_above``: the price is ``value`` or more. ``price_below``: it is ``value`` or less.
            ``signal``: the signal ``value`` applies.
        value: A price in the currency of the quote, per share at the time the alert was set; or the name of
            a signal of ``GET /quotes/{symbol}/technicals``.
        webhook_id: The webhook that receives the event.
    """

    id: ItemId
    symbol: Symbol
    kind: AlertKind
    value: float | str
    webhook_id: ItemId

    @field_validator("value", mode="before")
    @classmethod
    def _fits_kind(cls, value: object, info: ValidationInfo) -> object:
        kind = info.data.get("kind")
        if kind == "signal" and value not in _SIGNALS:
            raise ValueError(f"must be one of {', '.join(_SIGNALS)}")
        if kind in {"price_above", "price_below"} and not _is_price(value):
            raise ValueError("must be a number above 0 and at most 1,000,000,000,000")
        if not isinstance(value, int | float | str):
            # Pydantic would name the alternatives of the type, of which clients know nothing.
            raise ValueError("must be a price, or the name of a signal")
        return value


def _is_price(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _MAX_PRICE


@dataclass(frozen=True)
class NewWebhook:
    """A webhook in a request.

    Attributes:
        id: The user's own name of it.
        url: Address that deliveries are sent to.
        secret: Key of the signatures; None keeps the stored one, or generates one for a new webhook.
    """

    id: str
    url: str
    secret: SecretStr | None = None


@dataclass(frozen=True)
class AlertState:
    """Progress of one alert.

    Attributes:
        armed: Whether the alert fires when its condition holds.
        since: Exchange date on which the state began; splits after it change the alert's price.
        seen_at: Market time of the data of the last change of ``armed``.
        revision: Counts the changes, for optimistic locking.
        pending: JSON of the ``id`` and ``data`` of an event that has to be put into the outbox; None without
            one.
    """

    armed: bool
    since: date
    seen_at: datetime
    revision: int = 1
    pending: str | None = None


@dataclass(frozen=True)
class SubscriptionProgress:
    """What has been sent to a subscriber.

    Attributes:
        briefed_on: Local day of the last briefing; None before the first.
        alert_states: States by the id of the alert; an alert that was not looked at yet has none.
    """

    briefed_on: date | None
    alert_states: Mapping[str, AlertState]


def without_secret(webhook: Webhook) -> dict[str, Any]:
    """Returns a webhook as it is shown to its owner and exported."""
    return {"id": webhook.webhook_id, "url": webhook.url, "disabled": webhook.disabled}
