"""Sample profiles, earnings, peers and holders: they fit the accounts and each other."""

from datetime import UTC, date, datetime

import pytest

from shared.domain.market_data import Provenance
from shared.domain.statements import StatementsRequest
from shared.market.providers.sample.provider import SampleProvider
from shared.market.providers.sample.published_accounts import sample_statements
from shared.market.providers.sample.research import sample_earnings, sample_holders, sample_peers
from shared.market.providers.sample.sample_instruments import INSTRUMENTS

NOW = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)
PROVENANCE = Provenance(source="sample", as_of=NOW, fetched_at=NOW)
APPLE = INSTRUMENTS["AAPL"]


def test_past_earnings_are_those_of_the_statements() -> None:
    earnings = sample_earnings(APPLE, PROVENANCE, NOW.date())
    request = StatementsRequest(symbol="AAPL", statement="income", period="quarterly", limit=12)
    periods = sample_statements(APPLE, request, PROVENANCE, NOW.date()).periods
    assert [row.eps_actual for row in earnings.history] == [
        period.lines["eps_diluted"].value for period in periods
    ]
    assert [row.reported_on for row in earnings.history] == [period.filed for period in periods]


def test_surprise_compares_with_the_estimate() -> None:
    newest = sample_earnings(APPLE, PROVENANCE, NOW.date()).history[0]
    assert (newest.eps_estimate, newest.eps_actual) == (1.98, 2.03)
    assert newest.surprise_percent == pytest.approx(100 * 0.05 / 1.98, abs=1e-4)


@pytest.mark.parametrize(
    ("today", "end", "confirmed"),
    [(date(2026, 11, 24), date(2027, 2, 18), False), (date(2027, 2, 1), None, True)],
)
def test_next_date_is_a_range_until_it_is_confirmed(today: date, end: date | None, confirmed: bool) -> None:
    coming = sample_earnings(APPLE, PROVENANCE, today).next
    assert coming is not None
    assert (coming.date, coming.date_end, coming.confirmed) == (date(2027, 2, 14), end, confirmed)


def test_estimates_of_the_coming_quarter_are_what_will_be_reported() -> None:
    expected = sample_earnings(APPLE, PROVENANCE, NOW.date()).estimates[0]
    later = sample_earnings(APPLE, PROVENANCE, date(2027, 3, 1)).history[0]
    assert (expected.period_end, expected.eps_mean) == (later.period_end, later.eps_actual)


async def test_peers_are_of_the_sector_the_largest_first() -> None:
    provider = SampleProvider(lambda: NOW)
    peers = await provider.peers("AAPL")
    await provider.aclose()
    sizes = [peer.market_cap or 0 for peer in peers.peers]
    assert sizes == sorted(sizes, reverse=True)
    assert all(INSTRUMENTS[peer.symbol].sector == APPLE.sector for peer in peers.peers)
    assert "AAPL" not in {peer.symbol for peer in peers.peers}


def test_share_classes_of_one_issuer_are_one_peer() -> None:
    peers = sample_peers(INSTRUMENTS["META"], PROVENANCE, dict.fromkeys(INSTRUMENTS, 1)).peers
    assert {peer.symbol for peer in peers} == {"GOOGL", "NFLX", "DIS", "CMCSA", "T", "VZ"}


def test_peers_of_a_bank_are_banks_and_of_a_lone_insurer_its_sector() -> None:
    banks = sample_peers(INSTRUMENTS["JPM"], PROVENANCE, dict.fromkeys(INSTRUMENTS, 1))
    assert (banks.industry, {peer.symbol for peer in banks.peers}) == (
        "Banks",
        {"BAC", "WFC", "GS", "MS", "C"},
    )
    insurer = sample_peers(INSTRUMENTS["BRK-B"], PROVENANCE, dict.fromkeys(INSTRUMENTS, 1))
    assert insurer.industry == "Financial Services"
    assert "JPM" in {peer.symbol for peer in insurer.peers}


def test_company_without_peers_has_a_reason() -> None:
    peers = sample_peers(INSTRUMENTS["0700.HK"], PROVENANCE, {})
    assert (peers.peers, peers.reason) == ((), "no other company of the sector is quoted in HKD")


def test_holders_own_a_part_of_the_shares() -> None:
    holders = sample_holders(APPLE, PROVENANCE, NOW.date())
    largest = holders.institutions[0]
    assert largest.shares == round(APPLE.shares * 0.085)
    assert (largest.percent_held, largest.reported_on) == (8.5, date(2026, 9, 30))
    held = [row.shares or 0 for row in holders.insiders] + [row.shares or 0 for row in holders.institutions]
    assert sum(held) < APPLE.shares
