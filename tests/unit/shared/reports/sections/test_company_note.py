"""The sections of a full note on a company: what is new, multiples over time, peers, owners, dates."""

from typing import Any

import pytest

from shared.reports.report import AnalysisSection, Report
from tests.support.golden_reports import golden_report

SECTIONS = (
    "price", "whats_new", "thesis", "profile", "business", "results", "balance", "health", "valuation",
    "own_multiples", "peer_comparison", "fair_value", "analysts", "performance", "technicals", "ownership",
    "catalysts", "risks", "news", "method",
)  # fmt: skip


async def note(name: str = "mature", language: Any = "en") -> Report:
    return await golden_report(name, "comprehensive_analysis", language)


def section(report: Report, name: str) -> AnalysisSection:
    return next(one for one in report.analysis_sections if one.name == name)


async def test_full_note_has_all_sections_in_order() -> None:
    assert tuple(one.name for one in (await note()).analysis_sections) == SECTIONS


async def test_last_earnings_stand_beside_their_estimate_and_lead_to_the_filing() -> None:
    report = await note()
    new = section(report, "whats_new")
    assert "1.85 USD and so above the estimate of 1.77 USD" in new.content
    assert [str(one.url) for one in new.articles] == ["https://example.com/10-q", "https://example.com/8-k"]
    assert report.next_earnings is not None
    filings = next(one for one in report.sources if one.kind == "filings")
    assert filings.url == "https://example.com/10-q"


async def test_multiples_over_time_have_a_chart_with_their_median() -> None:
    report = await note()
    own = section(report, "own_multiples")
    chart = next(one for one in report.charts if one.kind == "multiples")
    assert chart.section == own.title
    median = next(one.value for one in own.figures if one.name == "median_price_earnings")
    assert chart.levels == pytest.approx((median,), rel=1e-3)
    values = [value for value in chart.series[0].values if value is not None]
    assert len(values) > 150
    assert own.tables[0].columns[-1] == "Last price"


async def test_peers_have_a_median_and_the_company_is_compared_with_it() -> None:
    peers = section(await note(), "peer_comparison")
    (table,) = peers.tables
    assert [row.label for row in table.rows] == [
        "OLDE",
        "PEER0",
        "PEER1",
        "PEER2",
        "PEER3",
        "Median of the peers",
    ]
    assert "above the median of 20.6 of the peers" in peers.content
    assert {one.symbol for one in peers.figures} == {None, "PEER0", "PEER1", "PEER2", "PEER3"}


async def test_owners_and_dates() -> None:
    report = await note()
    assert "Example Fund 0 with 8.13% of the shares" in section(report, "ownership").content
    assert "sold more shares than they bought" in section(report, "ownership").content
    dates = section(report, "catalysts").content
    assert "28 January 2027 at the earliest" in dates
    assert "not confirmed" in dates


async def test_missing_data_leaves_a_section_out_with_the_reason() -> None:
    report = await note("listing")
    names = {one.name for one in report.analysis_sections}
    assert not names & {"results", "balance", "own_multiples", "thesis"}
    assert "statements: No source has statements." in report.metadata.missing
