"""When an alert fires: once each time that its condition begins to hold.

- An alert whose condition holds already when it is set fires at the first look.
- A price alert that fired is armed again when the price has come back by more than 0.1 % of the alert's
  price. A signal alert is armed again on a later trading day without the signal.
- The last price counts, never the day's high or low. Stale data are not looked at, nor data older than the
  last change of the alert.
- A split changes the alert's price: 500 before a split of 4 for 1 is 125 after it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from shared.domain.disclaimer import DISCLAIMER
from shared.domain.market_data import Provenance, Quote, Split
from shared.domain.moments import rfc3339
from shared.domain.subscriptions import Alert, AlertState
from shared.domain.technicals import Technicals
from shared.market.analysis.calendar import exchange_date
from shared.runtime import compact_json

REARM_SHARE: Final = 0.001
"""Distance from the alert's price, as a fraction of it, that arms a price alert again."""


@dataclass(frozen=True)
class Look:
    """A look at the market for one alert.

    Attributes:
        holds: Whether the condition holds.
        ended: Whether the condition has ended, so that the alert may be armed again.
        seen_at: Market time of the data.
        day: Exchange date of ``seen_at``.
        looked_on: Exchange date of the request for the data.
        event: What is sent if the alert fires.
    """

    holds: bool
    ended: bool
    seen_at: datetime
    day: date
    looked_on: date
    event: dict[str, Any]


def next_state(state: AlertState | None, look: Look) -> AlertState | None:
    """Returns the state after a look; None if nothing changes.

    An alert that fires has a pending event with an id of its own. The worker that stores the state sends it.
    """
    if state is None:
        # A price of Friday may be the first one of an alert that was set after a split on Monday morning.
        since = max(look.day, look.looked_on)
        begun = AlertState(armed=True, since=since, seen_at=look.seen_at, revision=0)
        return _fired(begun, look) if look.holds else _changed(begun, look, armed=True, pending=None)
    # Equal is not older: some sources give the day of a price, and not its time.
    if look.seen_at < state.seen_at:
        return None
    if state.armed and look.holds:
        return _fired(state, look)
    if not state.armed and look.ended:
        return _changed(state, look, armed=True, pending=None)
    return None


def price_look(alert: Alert, quote: Quote, splits: Sequence[Split]) -> Look:
    """Returns a look at the price.

    Args:
        alert: An alert on a price.
        quote: A fresh quote.
        splits: The splits since the alert was set.
    """
    wanted = split_price(float(alert.value), splits)
    margin = wanted * REARM_SHARE
    above = alert.kind == "price_above"
    distance = quote.price - wanted if above else wanted - quote.price
    seen_at = quote.as_of or quote.fetched_at
    event = {
        **_head(alert, quote),
        "name": quote.name,
        "price": quote.price,
        "currency": quote.currency,
        "price_decimals": quote.price_decimals,
        "previous_close": quote.previous_close,
        "change_percent": quote.change_percent,
        "market_state": quote.market_state,
        "adjusted_value": wanted if splits else None,
        "splits": [split.model_dump(mode="json") for split in splits],
    }
    return Look(
        holds=distance >= 0,
        ended=distance < -margin,
        seen_at=seen_at,
        day=exchange_date(alert.symbol, seen_at),
        looked_on=exchange_date(alert.symbol, quote.fetched_at),
        event=event,
    )


def signal_look(alert: Alert, technicals: Technicals, state: AlertState | None) -> Look:
    """Returns a look at the signals; technical figures change during a session, so an end counts a day later.

    Args:
        alert: An alert on a signal.
        technicals: Fresh technical figures.
        state: The state of the alert.
    """
    signal = next((item for item in technicals.signals if item.name == alert.value), None)
    seen_at = technicals.as_of or technicals.fetched_at
    day = exchange_date(alert.symbol, seen_at)
    later = state is not None and day > exchange_date(alert.symbol, state.seen_at)
    described = None if signal is None else signal.model_dump(mode="json")
    return Look(
        holds=signal is not None,
        ended=signal is None and later,
        seen_at=seen_at,
        day=day,
        looked_on=exchange_date(alert.symbol, technicals.fetched_at),
        event={**_head(alert, technicals), "signal": described},
    )


def split_price(price: float, splits: Sequence[Split]) -> float:
    """Returns a price per share after splits."""
    for split in splits:
        price = price * split.denominator / split.numerator
    return price


def sent(state: AlertState) -> AlertState:
    """Returns the state without its pending event."""
    return replace(state, pending=None, revision=state.revision + 1)


def _fired(state: AlertState, look: Look) -> AlertState:
    pending = {"id": f"evt_{uuid.uuid4().hex}", "data": look.event}
    return _changed(state, look, armed=False, pending=compact_json.dumps(pending).decode())


def _changed(state: AlertState, look: Look, *, armed: bool, pending: str | None) -> AlertState:
    return replace(state, armed=armed, seen_at=look.seen_at, revision=state.revision + 1, pending=pending)


def _head(alert: Alert, data: Provenance) -> dict[str, Any]:
    return {
        "alert_id": alert.id,
        "symbol": alert.symbol,
        "kind": alert.kind,
        "value": alert.value,
        "source": data.source,
        "as_of": rfc3339(data.as_of) if data.as_of else None,
        "fetched_at": rfc3339(data.fetched_at),
        "quality": [remark.model_dump(mode="json") for remark in data.quality[:5]],
        "disclaimer": DISCLAIMER,
    }
