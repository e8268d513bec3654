"""Peers from Yahoo's screener: one row per issuer, the largest first, of one market."""

from typing import Any

import pytest

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.yahoo.peers import peers_from_screener, region_of, screener_request


def row(symbol: str, name: str, market_cap: int | None, exchange: str = "NYQ", **more: Any) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "longName": name,
        "marketCap": market_cap,
        "exchange": exchange,
        "currency": "USD",
        "quoteType": "EQUITY",
        **more,
    }


def test_largest_issuer_comes_first() -> None:
    rows = [row("A", "Alpha Inc.", 5), row("B", "Beta Inc.", 9, trailingPE=12.5), row("C", "Gamma", None)]
    peers = peers_from_screener(rows, "X", "Own Corp").records
    assert [(peer.symbol, peer.market_cap) for peer in peers] == [("B", 9), ("A", 5), ("C", None)]
    assert (peers[0].trailing_pe, peers[0].currency) == (12.5, "USD")


def test_each_issuer_has_one_row() -> None:
    rows = [
        row("TOYOF", "Toyota Motor Corporation", 12, exchange="PNK"),
        row("TM", "Toyota Motor Corporation", 11),
        row("GOOG", "Alphabet Inc.", 10),
        row("GOOGL", "Alphabet Inc. Class A", 10),
    ]
    assert [peer.symbol for peer in peers_from_screener(rows, "X", None).records] == ["TM", "GOOG"]


def test_other_lines_of_an_issuer_are_no_peers() -> None:
    rows = [
        row("BAC-PL", "Bank of America Corporation", 300),
        row("EXMPZ", "Example 5.5% Senior Notes due 2060", 200),
        row("SPCE-WT", "Space Co", 100),
        row("FUND", "Some Trust", 90, quoteType="ETF"),
        row("JPM", "JPMorgan Chase & Co.", 80),
    ]
    assert [peer.symbol for peer in peers_from_screener(rows, "X", None).records] == ["JPM"]


def test_own_issuer_is_no_peer() -> None:
    rows = [row("GOOG", "Alphabet Inc.", 10), row("META", "Meta Platforms, Inc.", 8)]
    peers = peers_from_screener(rows, "GOOGL", "Alphabet Inc. Class A").records
    assert [peer.symbol for peer in peers] == ["META"]


def test_one_bad_row_costs_one_row() -> None:
    peers = peers_from_screener([{"longName": "No symbol"}, "text", row("A", "Alpha", 1)], "X", None)  # type: ignore[list-item]
    assert ([peer.symbol for peer in peers.records], peers.dropped) == (["A"], 2)


def test_only_bad_rows_are_a_bad_payload() -> None:
    with pytest.raises(ProviderBadPayloadError):
        peers_from_screener([{"longName": "No symbol"}], "X", None)


@pytest.mark.parametrize(
    ("symbol", "region"),
    [("AAPL", "us"), ("BRK-B", "us"), ("VOD.L", "gb"), ("7203.T", "jp"), ("AZT.OL", "no"), ("X.ZZ", None)],
)
def test_region_is_that_of_the_exchange(symbol: str, region: str | None) -> None:
    assert region_of(symbol) == region


def test_screener_writes_industries_with_a_long_dash() -> None:
    query: Any = screener_request("Drug Manufacturers - General", "us")["query"]
    assert query["operands"][0]["operands"] == ["industry", "Drug Manufacturers—General"]
