"""Tiers of stored histories: the smallest that covers a first day, and the keys of its parts."""

from datetime import UTC, date, datetime

import pytest

from shared.domain.market_data import HistoryRequest
from shared.domain.terms import Interval
from shared.market.history_tiers import head_key, piece_key, tier_of

NOW = datetime(2026, 11, 27, 20, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("interval", "start", "name", "first"),
    [
        ("1d", date(2024, 5, 2), "recent", date(2023, 1, 1)),
        ("1d", date(2022, 12, 31), "decade", date(2014, 1, 1)),
        ("1wk", date(2000, 1, 3), "all", date(1900, 1, 1)),
        ("1m", date(2026, 11, 20), "recent", date(2026, 11, 20)),
        ("1m", date(2026, 11, 19), "all", None),
    ],
)
def test_smallest_tier_that_covers_the_start(
    interval: Interval, start: date, name: str, first: date | None
) -> None:
    tier = tier_of("AAPL", interval, start, NOW)
    assert tier.name == name
    assert tier.start <= start
    assert first is None or tier.start == first


def test_pieces_of_a_tier_have_keys_of_their_own() -> None:
    request = HistoryRequest(symbol="AAPL", period="1y", interval="1d")
    tier = tier_of("AAPL", "1d", date(2025, 11, 27), NOW)
    keys = {head_key(request, tier), piece_key(request, tier, "2025"), piece_key(request, tier, "2026")}
    assert len(keys) == 3
    assert {key.symbol for key in keys} == {"AAPL"}
    assert all(key.ttl_class == "historical_data" for key in keys)
