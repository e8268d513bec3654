"""The share indexes that the instruments of a market are compared with."""

import pytest

from shared.market.analysis.share_indexes import share_indexes_of


@pytest.mark.parametrize(
    ("symbol", "indexes"),
    [
        ("AAPL", [("^SP500TR", "S&P 500 Total Return", True), ("^GSPC", "S&P 500", False)]),
        ("VOD.L", [("^FTSE", "FTSE 100", False)]),
        ("SAP.DE", [("^GDAXI", "DAX", True)]),
        ("7203.T", [("^N225", "Nikkei 225", False)]),
        ("BTC-USD", []),
        ("SHARE.UNKNOWNPLACE", []),
    ],
)
def test_indexes_are_those_of_the_market(symbol: str, indexes: list[tuple[str, str, bool]]) -> None:
    found = share_indexes_of(symbol)
    assert [(one.symbol, one.name, one.counts_dividends) for one in found] == indexes
