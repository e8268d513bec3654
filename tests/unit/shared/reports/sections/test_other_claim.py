"""A preferred share is not rated or valued by the figures of its issuer's ordinary shares."""

from typing import Any

import pytest

from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.sections.other_claim import coupon_of
from tests.support.golden_reports import golden_report
from tests.support.report_fakes import FakeMarketData

NAME = "Bank of America Corporation 7.25% Non-Cumulative Perpetual Convertible Preferred Stock, Series L"


def as_preferred(market_data: FakeMarketData) -> None:
    quote: Any = market_data.quote_answer
    market_data.quote_answer = quote.model_copy(update={"symbol": "BAC-PL", "name": NAME})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_report_says_that_multiples_of_the_issuer_do_not_apply(language: Language) -> None:
    report = await golden_report("mature", "comprehensive_analysis", language, as_preferred)
    assert report.recommendation.action == "not_rated"
    assert report.recommendation.target_price is None
    sections = {section.name: section for section in report.analysis_sections}
    figures = {figure.name: figure.value for figure in sections["claim"].figures}
    assert figures["coupon"] == 7.25
    assert figures["dividend_yield"] > 0
    own = {one.name for section in sections.values() for one in section.figures if one.symbol is None}
    assert own.isdisjoint({"trailing_pe", "forward_pe", "price_to_book", "target_mean_price"})


async def test_reader_is_told_in_plain_words() -> None:
    report = await golden_report("mature", "quick_overview", "en", as_preferred)
    text = next(one.content for one in report.analysis_sections if one.name == "claim")
    assert text.startswith("This is a preferred share: its price follows the dividend that it promises")
    assert "Its name states a rate of 7.25% of the nominal value a year [1]." in text
    assert "so it is not rated" in report.recommendation.rationale


@pytest.mark.parametrize(
    ("name", "coupon"),
    [(NAME, 7.25), ("Example 6 % Notes due 2031", 6.0), ("Example Preferred Series A", None), (None, None)],
)
def test_coupon_is_the_rate_in_the_name(name: str | None, coupon: float | None) -> None:
    assert coupon_of(name) == coupon
