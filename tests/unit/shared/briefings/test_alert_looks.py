"""What the alerts of a page of owners see: fresh data of a real source, splits included."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from infra.local.embedded_redis import EmbeddedRedis
from shared.briefings.alert_looks import MarketLooks
from shared.config.names import SourceName
from shared.domain.market_data import Actions, DataKind, Quote, Split
from shared.domain.subscriptions import Alert, AlertState
from shared.errors.provider_errors import (
    ProviderBadPayloadError,
    ProviderNotFoundError,
    ProviderUnavailableError,
)
from shared.market.analysis.calendar import MarketCalendars
from shared.market.data_manager import DataManager
from tests.support.cache import FrozenClock, cache_settings
from tests.support.market import MOMENT, FakeSource, market_settings
from tests.support.redis_parts import make_cache

HIGH = Alert(id="high", symbol="AAPL", kind="price_above", value=150, webhook_id="w")
SIGNAL = Alert(id="signal", symbol="AAPL", kind="signal", value="rsi_overbought", webhook_id="w")
YESTERDAY = AlertState(armed=True, since=date(2026, 11, 19), seen_at=MOMENT)


class SplitSource(FakeSource):
    """A source with a split on the day of ``MOMENT``."""

    async def actions(self, symbol: str) -> Actions:
        found = await super().actions(symbol)
        return found.model_copy(update={"splits": (Split(date=MOMENT.date(), numerator=2, denominator=1),)})


def market(*sources: FakeSource, names: Sequence[SourceName] = ("yahoo",)) -> DataManager:
    clock = FrozenClock()
    cache = make_cache(EmbeddedRedis(), cache_settings(), clock)
    return DataManager(list(sources), cache, market_settings(*names), clock)


async def loaded(data: DataManager, *alerts: Alert) -> MarketLooks:
    looks = MarketLooks(data, MarketCalendars(FrozenClock()))
    await looks.load(alerts)
    return looks


async def test_one_request_has_the_quotes_of_all_alerts() -> None:
    source = FakeSource("yahoo", {"AAPL": 160.0, "MSFT": 400.0})
    others = [HIGH.model_copy(update={"id": f"a{number}", "symbol": "MSFT"}) for number in range(5)]
    looks = await loaded(market(source), HIGH, *others)
    assert [symbols for method, symbols in source.asked if method == "quotes"] == [("AAPL", "MSFT")]
    look = await looks.look(HIGH, None)
    assert look is not None
    assert (look.holds, look.day, look.event["price"]) == (True, date(2026, 11, 20), 160)


async def test_signals_come_from_the_technical_figures() -> None:
    # Forty candles, each higher than the one before.
    looks = await loaded(market(FakeSource("yahoo", {"AAPL": 160.0})), SIGNAL)
    look = await looks.look(SIGNAL, None)
    assert look is not None
    assert (look.holds, look.event["signal"]["name"]) == (True, "rsi_overbought")
    neutral = await looks.look(SIGNAL.model_copy(update={"value": "rsi_neutral"}), None)
    assert neutral is not None
    assert not neutral.holds


async def test_unknown_symbols_and_failing_sources_give_no_look() -> None:
    data = market(FakeSource("yahoo", {"MSFT": 400.0}))
    looks = await loaded(data, HIGH, SIGNAL)
    assert [await looks.look(alert, None) for alert in (HIGH, SIGNAL)] == [None, None]
    failing = market(FakeSource("yahoo", fails=ProviderBadPayloadError("yahoo", "is garbage")))
    looks = await loaded(failing, HIGH, SIGNAL)
    assert [await looks.look(alert, None) for alert in (HIGH, SIGNAL)] == [None, None]


@pytest.mark.parametrize(("yahoo_fails", "count"), [(True, 0), (False, 1)])
async def test_sample_data_in_place_of_a_failed_source_are_not_looked_at(
    yahoo_fails: bool, count: int
) -> None:
    fails = ProviderUnavailableError("yahoo", "down") if yahoo_fails else None
    sources = (FakeSource("yahoo", {"AAPL": 160.0}, fails=fails), FakeSource("sample", {"AAPL": 170.0}))
    looks = await loaded(market(*sources, names=("yahoo", "sample")), HIGH, SIGNAL)
    found = [await looks.look(alert, None) for alert in (HIGH, SIGNAL)]
    assert len([look for look in found if look is not None]) == 2 * count


async def test_sample_data_alone_are_the_market() -> None:
    looks = await loaded(market(FakeSource("sample", {"AAPL": 170.0}), names=("sample",)), HIGH)
    assert await looks.look(HIGH, None) is not None


async def test_splits_since_the_alert_was_set_change_its_price() -> None:
    looks = await loaded(market(SplitSource("yahoo", {"AAPL": 80.0})), HIGH)
    look = await looks.look(HIGH, YESTERDAY)
    assert look is not None
    assert (look.holds, look.event["adjusted_value"]) == (True, 75)
    # Set after the split, the price is meant as it is.
    today = AlertState(armed=True, since=MOMENT.date(), seen_at=MOMENT)
    look = await looks.look(HIGH, today)
    assert look is not None
    assert not look.holds


async def test_change_is_checked_once_against_the_splits_of_the_source() -> None:
    source = SplitSource("yahoo", {"AAPL": 160.0})
    looks = await loaded(market(source), HIGH)
    for _ in range(3):
        assert await looks.look(HIGH, YESTERDAY) is not None
    assert [method for method, _ in source.asked].count("actions") == 2


class PricedSource(SplitSource):
    """A source whose quote has fields that the test sets."""

    def __init__(self, price: float, **fields: Any) -> None:
        super().__init__("yahoo", {"AAPL": price})
        self.fields = fields

    def quote(self, symbol: str) -> Quote:
        return super().quote(symbol).model_copy(update=self.fields)


async def test_price_of_before_a_split_is_not_looked_at_on_its_day() -> None:
    # Before the open the last price is of the day before, as traded or divided already.
    for price in (160.0, 80.0):
        looks = await loaded(market(PricedSource(price, as_of=MOMENT - timedelta(days=1))), HIGH)
        assert await looks.look(HIGH, YESTERDAY) is None
        assert await looks.look(HIGH, None) is None


class RefusingSource(PricedSource):
    """A source that fails for actions."""

    async def actions(self, symbol: str) -> Actions:
        await super().actions(symbol)
        raise ProviderBadPayloadError("yahoo", "is garbage")


async def test_alert_that_was_set_after_the_price_needs_no_list_of_splits() -> None:
    # On a weekend: the price is of Friday.
    source = RefusingSource(160.0, as_of=MOMENT - timedelta(days=1))
    looks = await loaded(market(source), HIGH)
    today = AlertState(armed=True, since=MOMENT.date(), seen_at=MOMENT - timedelta(days=1))
    look: Any = await looks.look(HIGH, today)
    assert look.holds
    # With one trading day in between there may have been a split.
    before = AlertState(armed=True, since=date(2026, 11, 18), seen_at=MOMENT - timedelta(days=2))
    assert await looks.look(HIGH, before) is None


@pytest.mark.parametrize(("change", "requests"), [(-50.0, 2), (3.0, 1), (None, 1)])
async def test_after_a_large_change_the_source_is_asked_for_splits(
    change: float | None, requests: int
) -> None:
    source = PricedSource(80.0, change_percent=change)
    await loaded(market(source), HIGH)
    assert [method for method, _ in source.asked].count("actions") == requests


class UnlistedSource(PricedSource):
    """A source that has the price after a split of this morning, and does not list the split yet."""

    async def actions(self, symbol: str) -> Actions:
        found = await super().actions(symbol)
        return found.model_copy(update={"splits": ()})


LOW = Alert(id="low", symbol="AAPL", kind="price_below", value=120, webhook_id="w")
NINE_THIRTY = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
"""The open in New York."""
ARMED = AlertState(armed=True, since=date(2026, 11, 18), seen_at=NINE_THIRTY - timedelta(days=1))


@pytest.mark.parametrize(
    ("minutes", "fields", "fires"),
    [
        # Four for one: the price waits for the list, but after a swing not for longer than an hour.
        (5, {"price": 51.0, "open": 50.5, "previous_close": 200.0}, False),
        (59, {"price": 51.0, "open": 50.5, "previous_close": 200.0}, False),
        (61, {"price": 51.0, "open": 50.5, "previous_close": 200.0, "day_low": 40.0}, True),
        # The source has no open.
        (5, {"price": 99.0, "open": None, "previous_close": 200.0}, False),
        # A fall after the open is no split, nor is a gap of another size.
        (50, {"price": 100.0, "open": 198.0, "previous_close": 200.0}, True),
        (5, {"price": 116.0, "open": 115.0, "previous_close": 200.0}, True),
        (5, {"price": 119.0, "open": 121.0, "previous_close": 125.0}, True),
        # The previous close is that after the split already, or not known.
        (5, {"price": 51.0, "open": 50.5, "previous_close": 50.0}, True),
        (5, {"price": 51.0, "open": 50.5, "previous_close": None}, True),
    ],
)
async def test_alert_waits_an_hour_for_the_list_of_a_split_that_the_price_shows(
    minutes: int, fields: dict[str, Any], fires: bool
) -> None:
    moment = NINE_THIRTY + timedelta(minutes=minutes)
    looks = await loaded(market(UnlistedSource(**fields, as_of=moment, fetched_at=moment)), LOW)
    look = await looks.look(LOW, ARMED)
    assert (look is not None and look.holds) == fires


FOUR_FOR_ONE = {"price": 51.0, "open": 50.5, "previous_close": 200.0}
CALM = {"day_low": 49.5, "day_high": 51.5}
CLOSE = NINE_THIRTY + timedelta(hours=6, minutes=30)
NEXT_OPEN = NINE_THIRTY + timedelta(days=3)
"""Monday, after a weekend."""


@pytest.mark.parametrize(
    ("traded", "fetched", "day_range", "fires"),
    [
        (CLOSE - timedelta(minutes=5), CLOSE, CALM, False),
        # The price of Friday, over the weekend and at the open of Monday, when the list is requested again.
        (CLOSE, NEXT_OPEN - timedelta(minutes=1), CALM, False),
        (CLOSE, NEXT_OPEN + timedelta(minutes=5), CALM, False),
        (CLOSE, NEXT_OPEN + timedelta(minutes=61), CALM, True),
        # Prices swing after a real gap. A source without their range does not tell.
        (CLOSE, CLOSE, {"day_low": 44.0, "day_high": 51.5}, True),
        (CLOSE, CLOSE, {"day_low": 49.5, "day_high": 58.0}, True),
        (CLOSE, CLOSE, {"day_low": None, "day_high": 51.5}, True),
    ],
)
async def test_alert_waits_for_a_late_list_while_the_session_looks_like_one_after_a_split(
    traded: datetime, fetched: datetime, day_range: dict[str, Any], fires: bool
) -> None:
    fields = {**FOUR_FOR_ONE, **day_range, "as_of": traded, "fetched_at": fetched}
    looks = await loaded(market(UnlistedSource(**fields)), LOW)
    look = await looks.look(LOW, ARMED)
    assert (look is not None and look.holds) == fires


async def test_split_that_was_listed_overnight_changes_the_price_of_the_alert() -> None:
    fields: dict[str, Any] = {
        **FOUR_FOR_ONE,
        **CALM,
        "as_of": CLOSE,
        "fetched_at": NEXT_OPEN + timedelta(minutes=5),
    }
    looks = await loaded(market(PricedSource(**fields)), LOW)
    look = await looks.look(LOW, ARMED)
    assert look is not None
    assert (look.holds, look.event["adjusted_value"]) == (True, 60)


async def test_alert_on_the_other_side_of_a_reverse_split_waits_too() -> None:
    moment = NINE_THIRTY + timedelta(minutes=5)
    fields = {"open": 1010.0, "previous_close": 100.0, "as_of": moment, "fetched_at": moment}
    looks = await loaded(market(UnlistedSource(1000.0, **fields)), HIGH)
    assert await looks.look(HIGH, ARMED) is None
    # Once the split is listed, the price is compared as always.
    looks = await loaded(market(PricedSource(1000.0, **fields)), HIGH)
    assert await looks.look(HIGH, ARMED) is not None


class ForgetfulSource(SplitSource):
    """A source that lists the actions of a company once."""

    async def actions(self, symbol: str) -> Actions:
        if any(method == "actions" for method, _ in self.asked):
            raise ProviderNotFoundError("yahoo", "No.")
        return await super().actions(symbol)


async def test_splits_that_are_known_count_also_when_the_source_lists_none() -> None:
    looks = await loaded(market(ForgetfulSource("yahoo", {"AAPL": 80.0})), HIGH)
    look = await looks.look(HIGH, YESTERDAY)
    assert look is not None
    assert (look.holds, look.event["adjusted_value"]) == (True, 75)


@pytest.mark.parametrize("kinds", [("quote",), ("quote", "actions")])
async def test_without_a_source_of_splits_alerts_fire_all_the_same(kinds: Sequence[DataKind]) -> None:
    source = FakeSource("yahoo", {"AAPL": 160.0}, kinds=kinds)
    looks = await loaded(market(source), HIGH)
    look: Any = await looks.look(HIGH, YESTERDAY)
    assert (look.holds, look.event["splits"]) == (True, [])


class HangingSource(SplitSource):
    """A source that answers for actions once, and then never."""

    async def actions(self, symbol: str) -> Actions:
        if any(method == "actions" for method, _ in self.asked):
            return await asyncio.Future()
        return await super().actions(symbol)


def splits_asked() -> bool:
    return any(task.get_name() == "splits of AAPL" for task in asyncio.all_tasks())


async def test_request_that_no_owner_waits_for_ends_with_the_looks() -> None:
    data = market(HangingSource("yahoo", {"AAPL": 160.0}))
    async with aclosing(await loaded(data, HIGH)) as looks:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await looks.look(HIGH, YESTERDAY)
        # Another owner may wait for it.
        assert splits_asked()
    assert not splits_asked()
