"""Kinds of instruments: where a volume of zero is a placeholder."""

import pytest

from shared.domain.market_data import AssetType
from shared.market.providers.yahoo.instruments import traded_volume


@pytest.mark.parametrize(
    ("raw", "kind", "volume"),
    [
        (0, "currency", None),
        (0, "index", None),
        (0, "mutual_fund", None),
        (5_184_940_000, "index", 5_184_940_000),
        (0, "equity", 0),
        (0, "cryptocurrency", 0),
        (None, "equity", None),
        (-5, "equity", None),
    ],
)
def test_volume_of_zero_is_null_where_there_is_none(raw: object, kind: AssetType, volume: int | None) -> None:
    assert traded_volume(raw, kind) == volume
