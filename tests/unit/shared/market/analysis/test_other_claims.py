"""Fundamentals of a preferred share have no figures of the issuer's ordinary shares."""

from datetime import UTC, datetime

from shared.domain.market_data import Fundamentals
from shared.market.analysis.other_claims import without_figures_of_ordinary_shares

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
KNOWN = Fundamentals(
    source="yahoo",
    as_of=NOW,
    fetched_at=NOW,
    symbol="BAC-PL",
    trailing_pe=375.0,
    earnings_per_share=3.2,
    dividend_per_share=72.5,
    dividend_yield=0.06,
    profit_margin=0.27,
)


def test_multiples_are_withheld_with_a_remark_and_the_dividend_stays() -> None:
    found = without_figures_of_ordinary_shares(KNOWN, "preferred_stock")
    assert (found.trailing_pe, found.earnings_per_share) == (None, None)
    assert (found.dividend_per_share, found.dividend_yield) == (72.5, 0.06)
    assert [remark.code for remark in found.quality] == ["other_security"]
    assert found.quality[0].detail == (
        "BAC-PL is no ordinary share (preferred stock): the issuer's valuation multiples do not apply to it; "
        "withheld: trailing_pe, earnings_per_share."
    )


def test_without_such_figures_nothing_changes() -> None:
    bare = KNOWN.model_copy(update={"trailing_pe": None, "earnings_per_share": None})
    assert without_figures_of_ordinary_shares(bare, "warrant") is bare
