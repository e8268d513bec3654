"""Candles, in both storage forms: duplicates, corrections, restarts."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.data.repositories import Repositories
from shared.data.repositories.candles_repository import BATCH
from shared.domain.market_data import Candle
from shared.errors.request_errors import InvalidRequestError, InvalidSymbolError
from tests.integration.data.conftest import Place
from tests.support.mongo import NOW, daily_candles

START = datetime(2025, 1, 1, tzinfo=UTC)
END = START + timedelta(days=10_000)


async def add(place: Place, candles: list[Candle], *, fetched_at: datetime = NOW) -> int:
    return await place.repositories.market_data.add(
        "AAPL", "1d", candles, source="sample", currency="USD", fetched_at=fetched_at
    )


async def read(place: Place, limit: int = 20_000) -> list[Candle]:
    return await place.repositories.market_data.read("AAPL", "1d", START, END, limit)


async def test_what_was_written_comes_back(place: Place) -> None:
    candles = daily_candles(30)
    assert await add(place, candles) == 30
    assert await read(place) == candles


async def test_writing_again_adds_nothing(place: Place) -> None:
    await add(place, daily_candles(20))
    assert await add(place, daily_candles(30), fetched_at=NOW + timedelta(hours=1)) == 10
    assert await add(place, daily_candles(30), fetched_at=NOW + timedelta(hours=2)) == 0
    assert place.database["market_data"].count_documents({}) == 30


async def test_correction_wins_over_what_was_fetched_before(place: Place) -> None:
    candles = daily_candles(5)
    await add(place, candles)
    corrected = candles[2].model_copy(update={"close": 1.5, "adjusted_close": None})
    assert await add(place, [corrected], fetched_at=NOW + timedelta(minutes=5)) == 1
    expected = [*candles[:2], corrected, *candles[3:]]
    assert await read(place) == expected
    held = place.database["market_data"].count_documents({})
    assert held == (6 if place.form == "time_series" else 5)


async def test_older_fetch_replaces_nothing(place: Place) -> None:
    candles = daily_candles(3)
    await add(place, candles)
    older = [candle.model_copy(update={"close": 1.0}) for candle in candles]
    assert await add(place, older, fetched_at=NOW - timedelta(days=1)) == 0
    assert await read(place) == candles


async def test_two_writers_at_once_leave_one_candle_a_moment(place: Place) -> None:
    candles = daily_candles(50)
    await asyncio.gather(*(add(place, candles) for _ in range(4)))
    assert await read(place) == candles
    if place.form == "ordinary":
        assert place.database["market_data"].count_documents({}) == 50


async def test_reading_keeps_to_the_span_and_to_the_newest(place: Place) -> None:
    candles = daily_candles(30)
    await add(place, candles)
    store = place.repositories.market_data
    span = await store.read("AAPL", "1d", candles[5].timestamp, candles[9].timestamp)
    assert span == candles[5:9]
    assert await read(place, limit=3) == candles[-3:]
    assert await store.read("AAPL", "1wk", START, END) == []
    assert await store.read("MSFT", "1d", START, END) == []


async def test_more_than_a_batch_goes_in_from_a_generator(place: Place) -> None:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    candles = daily_candles(BATCH + 10, start)
    written = await place.repositories.market_data.add(
        "AAPL", "1d", iter(candles), source="sample", currency=None, fetched_at=NOW
    )
    assert written == BATCH + 10
    assert len(await place.repositories.market_data.read("AAPL", "1d", start, END)) == BATCH + 10


async def test_restarted_worker_finds_the_form_again(place: Place) -> None:
    await add(place, daily_candles(3))
    restarted = Repositories(place.mongo, place.clock)
    corrected = [candle.model_copy(update={"volume": 7}) for candle in daily_candles(3)]
    await restarted.market_data.add(
        "AAPL", "1d", corrected, source="yahoo", currency="USD", fetched_at=NOW + timedelta(days=1)
    )
    assert await restarted.market_data.read("AAPL", "1d", START, END) == corrected


async def test_moments_are_found_again_at_the_precision_that_is_kept(place: Place) -> None:
    candle = daily_candles(1)[0].model_copy(update={"timestamp": START.replace(microsecond=123_999)})
    assert await add(place, [candle]) == 1
    assert await add(place, [candle]) == 0
    assert (await read(place))[0].timestamp == START.replace(microsecond=123_000)


async def test_volume_keeps_its_64_bits(place: Place) -> None:
    candle = daily_candles(1)[0].model_copy(update={"volume": 2**62})
    await add(place, [candle])
    assert (await read(place))[0].volume == 2**62


async def test_unknown_volume_stays_unknown(place: Place) -> None:
    candle = daily_candles(1)[0].model_copy(update={"volume": None})
    await add(place, [candle])
    assert (await read(place))[0].volume is None


@pytest.mark.parametrize("symbol", [{"$gt": ""}, "", "A B", "AAPL\0"])
async def test_symbol_is_a_value_never_an_operator(repositories: Repositories, symbol: object) -> None:
    with pytest.raises((InvalidSymbolError, InvalidRequestError)):
        await repositories.market_data.read(symbol, "1d", START, END)  # type: ignore[arg-type]
