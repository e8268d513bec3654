"""When alerts fire: once per crossing."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.briefings.alerts import Look, next_state, price_look, sent, signal_look, split_price
from shared.domain.market_data import Quote, Remark, Split
from shared.domain.subscriptions import Alert, AlertKind, AlertState
from shared.domain.technicals import Signal, Technicals
from tests.support.market import FakeSource

OPEN = datetime(2026, 11, 24, 15, tzinfo=UTC)
"""On a Tuesday, half an hour after New York has opened."""


def alert(kind: AlertKind = "price_above", value: float | str = 200.0) -> Alert:
    return Alert(id="a", symbol="AAPL", kind=kind, value=value, webhook_id="w")


def quote(price: float, minutes: float, **fields: Any) -> Quote:
    plain = FakeSource("yahoo", {"AAPL": price}).quote("AAPL")
    moment = OPEN + timedelta(minutes=minutes)
    return plain.model_copy(update={"as_of": moment, "fetched_at": moment, **fields})


def fired_at(item: Alert, prices: Sequence[float], splits: Sequence[Split] = ()) -> list[int]:
    """The looks at which an alert fires; one look at each price, every five minutes."""
    state: AlertState | None = None
    fired = []
    for number, price in enumerate(prices):
        changed = next_state(state, price_look(item, quote(price, 5 * number), splits))
        if changed is None:
            continue
        if changed.pending is not None:
            fired.append(number)
            changed = sent(changed)
        state = changed
    return fired


def test_alert_that_is_set_after_a_split_means_the_new_price() -> None:
    # On Monday before the open the last price is of Friday; the split is of Monday.
    friday = OPEN - timedelta(days=4)
    shown = quote(120, 0, as_of=friday, fetched_at=OPEN - timedelta(days=1, hours=5))
    state = next_state(None, price_look(alert(value=125.0), shown, ()))
    assert state is not None
    assert state.since == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("kind", "prices", "fired"),
    [
        # Once per crossing; not again while it stays beyond, nor at a new extreme of the day.
        ("price_above", [199, 201, 202, 230, 201], [1]),
        ("price_above", [199, 201, 198, 201, 198, 205], [1, 3, 5]),
        ("price_above", [199, 200], [1]),
        ("price_below", [201, 199, 150, 199.9], [1]),
        ("price_below", [201, 199, 202, 200], [1, 3]),
        # A condition that holds from the beginning fires at the first look.
        ("price_above", [201, 205, 230], [0]),
        ("price_below", [201, 199, 201, 199], [1, 3]),
        ("price_above", [201, 199, 201], [0, 2]),
        # Back by less than 0.1 % is not back.
        ("price_above", [199, 200, 199.9, 200.1, 199.81, 200], [1]),
        ("price_above", [199, 200, 199.7, 200.1], [1, 3]),
        ("price_below", [201, 200, 200.1, 199.9, 200.3, 200], [1, 5]),
        # Over night from one side to the other.
        ("price_above", [150, 250], [1]),
    ],
)
def test_price_alert_fires_once_per_crossing(kind: AlertKind, prices: list[float], fired: list[int]) -> None:
    assert fired_at(alert(kind), prices) == fired


def test_price_with_many_digits_is_exact() -> None:
    assert fired_at(alert(value=0.00001234), [0.00001233, 0.00001234]) == [1]
    assert fired_at(alert(value=1.23456789), [1.234567889, 1.234567891]) == [1]


def test_older_data_than_the_last_change_are_not_looked_at() -> None:
    state = AlertState(armed=False, since=date(2026, 11, 24), seen_at=OPEN)
    assert next_state(state, price_look(alert(), quote(150, -30), ())) is None
    assert next_state(state, price_look(alert(), quote(150, 1), ())) is not None


def test_prices_of_a_source_that_gives_the_day_alone_fire_too() -> None:
    state: AlertState | None = None
    fired = []
    for price in (199, 201, 201, 198, 203):
        changed = next_state(state, price_look(alert(), quote(price, 0), ()))
        fired.append(changed is not None and changed.pending is not None)
        state = state if changed is None else sent(changed)
    assert fired == [False, True, False, False, True]


def test_split_changes_the_price_of_the_alert() -> None:
    four_for_one = Split(date=date(2026, 11, 24), numerator=4, denominator=1)
    assert split_price(500, [four_for_one]) == 125
    assert split_price(5, [Split(date=date(2026, 11, 24), numerator=1, denominator=10)]) == 50
    assert fired_at(alert("price_below", 380.0), [100, 94], [four_for_one]) == [1]
    assert fired_at(alert("price_above", 500.0), [100, 124, 125.5], [four_for_one]) == [2]
    look = price_look(alert("price_above", 500.0), quote(126, 0), [four_for_one])
    assert look.event["adjusted_value"] == 125
    assert look.event["splits"] == [{"date": "2026-11-24", "numerator": 4, "denominator": 1}]


def test_event_names_every_figure_and_its_origin() -> None:
    remark = Remark(code="short_history", detail="New.")
    shown = quote(201, 5, price_decimals=2, quality=(remark,))
    before = AlertState(armed=True, since=date(2026, 11, 24), seen_at=OPEN, revision=3)
    state = next_state(before, price_look(alert(), shown, ()))
    assert state is not None
    assert (state.armed, state.revision, state.seen_at) == (False, 4, shown.as_of)
    event = json.loads(state.pending or "")["data"]
    assert event.pop("disclaimer").startswith("For information only.")
    assert event == {
        "alert_id": "a",
        "symbol": "AAPL",
        "kind": "price_above",
        "value": 200.0,
        "source": "yahoo",
        "as_of": "2026-11-24T15:05:00Z",
        "fetched_at": "2026-11-24T15:05:00Z",
        "quality": [{"code": "short_history", "detail": "New."}],
        "name": "AAPL Inc.",
        "price": 201.0,
        "currency": "USD",
        "price_decimals": 2,
        "previous_close": 200.0,
        "change_percent": 1.0,
        "market_state": "regular",
        "adjusted_value": None,
        "splits": [],
    }
    assert sent(state).pending is None


def technicals(names: Sequence[str], days: float) -> Technicals:
    signals = tuple(
        Signal.model_validate({"name": name, "direction": "bullish", "detail": "RSI 14 is 28.0, 30 or less"})
        for name in names
    )
    moment = OPEN + timedelta(days=days)
    empty = dict.fromkeys(Technicals.model_fields)
    given = {
        **{name: None for name in empty if name not in {"quality", "stale", "series"}},
        "source": "yahoo", "as_of": moment, "fetched_at": moment, "symbol": "AAPL", "currency": "USD",
        "period": "1y", "candle_count": 250, "signals": signals,
    }  # fmt: skip
    return Technicals.model_validate(given)


def test_signal_alert_fires_when_the_signal_appears_and_is_armed_on_a_later_day_without_it() -> None:
    item = alert("signal", "rsi_oversold")
    looks = [
        ([], 0.0),
        (["macd_bullish_cross"], 0.1),
        (["rsi_oversold"], 0.11),  # fires
        ([], 0.12),  # gone for a moment, on the same day
        (["rsi_oversold"], 0.13),
        (["rsi_oversold"], 1.0),
        ([], 2.0),  # armed
        (["rsi_oversold"], 3.0),  # fires
    ]
    state: AlertState | None = None
    fired = []
    for names, days in looks:
        look: Look = signal_look(item, technicals(names, days), state)
        changed = next_state(state, look)
        if changed is not None and changed.pending is not None:
            fired.append(days)
            assert json.loads(changed.pending)["data"]["signal"]["name"] == "rsi_oversold"
            changed = sent(changed)
        state = changed or state
    assert fired == [0.11, 3.0]
