"""Earnings, peers, profiles and holders as a model reads them, and as the figures check does."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from shared.domain.company import NextEarnings, Peer
from shared.domain.facts import Fact
from shared.figures.checker import check_figures
from shared.grounding.answer_facts import company_fact
from shared.grounding.market_facts import MAX_TEXT, fact_of
from shared.grounding.research_text import earnings_text, peers_text
from shared.market.providers.sample.provider import SampleProvider

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture
async def sample() -> AsyncIterator[SampleProvider]:
    provider = SampleProvider(lambda: NOW)
    yield provider
    await provider.aclose()


@pytest.fixture
async def facts(sample: SampleProvider) -> list[Fact]:
    """Facts on Apple from the sample data."""
    profile, holders = await sample.profile("AAPL"), await sample.holders("AAPL")
    return [
        fact_of(1, "earnings", "AAPL", await sample.earnings("AAPL")),
        fact_of(2, "peers", "AAPL", await sample.peers("AAPL")),
        company_fact(3, profile, holders),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Apple earned $2.03 per share in the quarter to 30 September 2026, a surprise of 2.53 % [1].",
        "Analysts expect earnings per share of $2.29 for the current quarter and revenue of $358.26B [1].",
        "The next earnings are expected between 2027-02-14 and 2027-02-18 [1].",
        "Apple's next earnings are expected between February 14 and 18, 2027 [1].",
        "Microsoft has a revenue of $445.7B and an operating margin of 26.3 % [2].",
        "Microsoft's revenue grew by 9.8 % [2].",
        "Apple has 107,254 employees [3].",
        "Institutions hold 20.8 % of Apple's shares, Sample Index Funds holds 8.5 % [3].",
        "Insiders hold 0.06 % of Apple [3].",
    ],
)
async def test_true_figures_are_supported(facts: list[Fact], sentence: str) -> None:
    check = check_figures(sentence, facts)
    assert not check.unsupported
    assert not check.misattributed
    assert check.supported or "between" in sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "Apple earned $2.04 per share in the quarter to 30 September 2026 [1].",
        "Microsoft has an operating margin of 16.3 % [2].",
        "Institutions hold 30.8 % of Apple's shares [3].",
        "Apple has 117,254 employees [3].",
        "Apple's next earnings are expected between February 16 and 18, 2027 [1].",
    ],
)
async def test_wrong_figures_are_not(facts: list[Fact], sentence: str) -> None:
    assert check_figures(sentence, facts).supported == 0


async def test_each_fact_fits(facts: list[Fact]) -> None:
    assert all(100 < len(fact.text) < MAX_TEXT for fact in facts)


@pytest.mark.parametrize(
    ("coming", "expected"),
    [
        (
            NextEarnings(
                date=date(2027, 2, 14), date_end=date(2027, 2, 18), time_of_day=None, confirmed=False
            ),
            "next earnings estimated between 2027-02-14 and 2027-02-18, not confirmed",
        ),
        (
            NextEarnings(date=date(2027, 2, 14), date_end=None, time_of_day="after_market", confirmed=True),
            "next earnings on 2027-02-14, after market, confirmed",
        ),
        (
            NextEarnings(date=date(2027, 2, 14), date_end=None, time_of_day=None, confirmed=False),
            "next earnings on 2027-02-14, estimated, not confirmed",
        ),
        (None, "date of the next earnings not known"),
    ],
)
async def test_next_date_tells_whether_it_is_confirmed(
    sample: SampleProvider, coming: NextEarnings | None, expected: str
) -> None:
    earnings = (await sample.earnings("AAPL")).model_copy(update={"next": coming})
    assert expected in earnings_text(earnings)


async def test_without_peers_the_reason_is_said(sample: SampleProvider) -> None:
    peers = (await sample.peers("AAPL")).model_copy(update={"peers": (), "reason": "it has no code"})
    assert peers_text(peers) == "no peers: it has no code"


async def test_peer_without_figures_is_named(sample: SampleProvider) -> None:
    row = Peer(symbol="MSFT", name='Micro"soft <b>', market_cap=None, currency=None)
    peers = (await sample.peers("AAPL")).model_copy(update={"peers": (row,)})
    assert peers_text(peers).endswith('MSFT "Micro\\"soft ‹b›": no figures')
