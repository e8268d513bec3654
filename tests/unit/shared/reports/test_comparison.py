"""Sentences of comparison: figures that read the same are neither above nor below each other."""

from dataclasses import replace

import pytest

from shared.domain.market_data import Fundamentals
from shared.reports.comparison import beside_price, differs, side_of
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Style, Writer
from shared.reports.rating_votes import Indicators
from shared.reports.recommendation import recommend
from shared.reports.report import Report
from shared.reports.sections.company_sections import ANALYSTS, BUSINESS, HEALTH, VALUATION
from shared.reports.sections.fair_value import FAIR_VALUE
from shared.reports.sections.market import compose_lead
from shared.reports.sections.own_multiples import OWN_MULTIPLES
from shared.reports.sections.peer_section import PEERS
from shared.reports.sections.performance import PERFORMANCE
from shared.reports.sections.results import RESULTS
from shared.reports.sections.risks import risks_of
from shared.reports.sections.thesis import thesis_points
from shared.reports.valuation.model import Scenario, Valuation
from tests.support.golden_reports import GOLDEN, golden_report
from tests.support.report_fakes import FakeMarketData

EN = Writer.of("en", "USD", 2)
PRICE = 100.0
ALIKE = 100.004
"""Written like the price."""
GOLD = GOLDEN["rising"]
QUOTE = GOLD.quote.model_copy(update={"price": PRICE, "previous_close": 90.0})


def valued(value: float, bear: float | None = None, *, low: float = 80.0, high: float = 120.0) -> ReportData:
    scenarios = () if bear is None else (Scenario(name="bear", value=bear, assumptions=()),)
    valuation = Valuation(
        fair_value_low=low, fair_value_base=value, fair_value_high=high, currency="USD",
        methods=(), assumptions=(), scenarios=scenarios,
    )  # fmt: skip
    return ReportData(QUOTE, valuation=valuation)


def with_figures(kind: str, *figures: tuple[str, float, Style, str | None]) -> ReportData:
    known = tuple(KeyFigure(name, value, style, kind, period) for name, value, style, period in figures)
    return ReportData(QUOTE, calculations={kind: known})


def with_fundamentals(**figures: float) -> ReportData:
    return ReportData(QUOTE, fundamentals=GOLD.fundamentals.model_copy(update=figures))


@pytest.mark.parametrize(
    ("value", "side"), [(100.004, "at"), (99.996, "at"), (100.01, "above"), (99.99, "below")]
)
def test_figures_are_compared_as_they_are_written(value: float, side: str) -> None:
    assert EN.side(value, PRICE, "price") == side


@pytest.mark.parametrize(("value", "side"), [(100_004.0, "at"), (100_100.0, "above"), (99_900.0, "below")])
def test_value_at_a_distance_of_zero_percent_is_at_the_price(value: float, side: str) -> None:
    assert beside_price(value, 100_000.0, EN) == side


@pytest.mark.parametrize(
    ("value", "style", "side"),
    [(0.1417, "fraction", "at"), (0.12, "fraction", "below"), (0.16, "fraction", "above")],
)
def test_ratios_within_a_hundredth_are_at_each_other(value: float, style: Style, side: str) -> None:
    assert side_of(value, 0.1416, style, EN) == side
    assert differs(value, 0.1416, style, EN) is (side != "at")


def test_ratios_that_are_written_alike_are_at_each_other() -> None:
    assert side_of(1.24, 1.16, "times", EN) == "at"


@pytest.mark.parametrize(("value", "side"), [(0.001, "at"), (1.0, "above"), (-1.0, "below")])
def test_value_beside_a_price_of_zero_is_compared_as_it_is_written(value: float, side: str) -> None:
    assert beside_price(value, 0.0, EN) == side


def test_fair_value_that_reads_like_the_price_is_in_line_with_it() -> None:
    assert "middle fair value of 100.00 USD" in FAIR_VALUE.compose(valued(ALIKE), EN)
    assert "is in line with the price of 100.00 USD" in FAIR_VALUE.compose(valued(ALIKE), EN)
    assert "is above the price" in FAIR_VALUE.compose(valued(100.01), EN)
    assert "is below the price" in FAIR_VALUE.compose(valued(99.99), EN)


def test_bear_scenario_that_reads_like_the_price_is_no_risk() -> None:
    assert FAIR_VALUE.risks(valued(ALIKE, bear=99.997), EN) == ()
    assert "below the price" in FAIR_VALUE.risks(valued(ALIKE, bear=99.9), EN)[0]


NEAR, DEAR = 499.98, 500.0
"""A value at a distance from a price that is written as zero percent, although both are written otherwise."""


def at_the_dear_price(data: ReportData) -> ReportData:
    return replace(data, quote=QUOTE.model_copy(update={"price": DEAR}))


def test_value_at_a_distance_of_zero_percent_is_at_the_price_in_every_section() -> None:
    data = at_the_dear_price(valued(NEAR, NEAR, low=400.0, high=600.0))
    assert "is in line with the price of 500.00 USD" in FAIR_VALUE.compose(data, EN)
    assert FAIR_VALUE.risks(data, EN) == ()
    data = at_the_dear_price(with_fundamentals(target_mean_price=NEAR))
    assert ANALYSTS.compose(data, EN).endswith("That is in line with the price.")
    assert ANALYSTS.risks(data, EN) == ()


def test_rating_beside_a_fair_value_at_a_distance_of_zero_percent_needs_no_reason() -> None:
    bought = Indicators(
        price=DEAR, currency="USD", fair_value=NEAR, sma_50=450.0, sma_200=400.0, profit_margin=0.3,
        revenue_growth=0.3,
    )  # fmt: skip
    near, below = (recommend(replace(bought, fair_value=value), "medium_term", EN) for value in (NEAR, 495.0))
    assert near.action == below.action == "buy"
    assert "although" not in near.rationale
    assert "although the price is above the fair value" in below.rationale


def test_low_at_a_distance_of_zero_percent_is_no_risk() -> None:
    history = GOLDEN["mature"].history
    technicals = GOLD.technicals.model_copy(update={"sma_200": 480.0, "week_52_low": NEAR})
    data = at_the_dear_price(ReportData(QUOTE, technicals, history=history))
    assert risks_of(data, EN) == ()
    lower = replace(data, technicals=technicals.model_copy(update={"week_52_low": 490.0}))
    assert "The 52-week low, 490.00 USD, is 2.00% below" in risks_of(lower, EN)[0]


@pytest.mark.parametrize(
    ("name", "median", "style", "said"),
    [
        ("trailing_pe", "trailing_pe", "times", "P/E of 1.2 is in line with the median of 1.2"),
        (
            "net_margin",
            "profit_margin",
            "percent",
            "profit margin of 1.24% is in line with the median of 1.24%",
        ),
        (
            "revenue_growth",
            "revenue_growth",
            "signed_percent",
            "revenue growth of +1.24% is in line with the median of +1.24%",
        ),
    ],
)
def test_company_that_reads_like_its_peers_is_in_line_with_them(
    name: str, median: str, style: Style, said: str
) -> None:
    data = with_figures(
        "peer_comparison", (name, 1.2401, style, None), (f"median_{median}", 1.2399, style, None)
    )
    assert said in PEERS.compose(data, EN)


@pytest.mark.parametrize("name", ["price_earnings", "price_to_sales", "ev_to_ebitda"])
def test_multiple_that_reads_like_the_own_median_is_in_line_with_it(name: str) -> None:
    data = with_figures(
        "own_multiples",
        (name, 1.24, "times", "2026-11-20"),
        (name, 1.16, "times", "2025"),
        (f"median_{name}", 1.16, "times", None),
    )
    said = OWN_MULTIPLES.compose(data, EN)
    assert "of 1.2 at the last price is in line with its own median" in said
    assert "above" not in said


def years(name: str, style: Style, *values: float) -> ReportData:
    return with_figures(
        "results", *((name, value, style, str(2025 - number)) for number, value in enumerate(values))
    )


def test_margin_of_the_last_year_that_reads_like_the_median_is_in_line_with_it() -> None:
    data = years("operating_margin", "fraction", 0.10004, 0.12, 0.10001, 0.08, 0.09996)
    assert "operating margin of 10.00% in the last fiscal year is in line with" in RESULTS.compose(data, EN)


def test_cash_flow_that_reads_like_the_profit_is_all_of_it() -> None:
    assert "so profits arrived as cash" in RESULTS.compose(years("cash_conversion", "ratio", 0.996), EN)
    assert "did not arrive" in RESULTS.compose(years("cash_conversion", "ratio", 0.99), EN)


def test_last_year_beside_its_own_years() -> None:
    points = {}
    for first in (0.1001, 0.2, 0.06):
        data = years("revenue_growth", "signed_fraction", first, 0.1, 0.12, 0.05)
        three = replace(data, valuation=valued(ALIKE).valuation, technicals=GOLD.technicals)
        points[first] = thesis_points(three, EN)[1]
    assert "is in line with its median" in points[0.1001]
    assert "is above its median" in points[0.2]
    assert "is below its median" in points[0.06]


def test_thesis_on_a_fair_value_that_reads_like_the_price() -> None:
    data = replace(valued(ALIKE), technicals=GOLD.technicals)
    growing = years("revenue_growth", "signed_fraction", 0.1, 0.1, 0.12, 0.05).calculations
    point = thesis_points(replace(data, calculations=growing), EN)[0]
    assert "in line with the price" in point
    assert "lower fair value of 80.00 USD or the higher one of 120.00 USD" in point
    assert "0.00%" not in point


@pytest.mark.parametrize(("low", "high"), [(ALIKE, ALIKE), (99.997, 120.0), (80.0, 99.997)])
def test_thesis_on_a_range_that_ends_at_the_price_has_no_figure_to_prove_it_wrong(
    low: float, high: float
) -> None:
    data = replace(valued(ALIKE, low=low, high=high), technicals=GOLD.technicals)
    growing = years("revenue_growth", "signed_fraction", 0.1, 0.1, 0.12, 0.05).calculations
    point = thesis_points(replace(data, calculations=growing), EN)[0]
    assert point.startswith("The fair value of 100.00 USD is in line with the price, so the share is fairly")
    assert "wrong" not in point


def test_thesis_on_a_price_that_reads_like_its_average_has_no_trend() -> None:
    technicals = GOLD.technicals.model_copy(
        update={"sma_200": ALIKE, "week_52_low": 70.0, "week_52_high": 130.0}
    )
    data = replace(valued(120.0), technicals=technicals)
    growing = years("revenue_growth", "signed_fraction", 0.1, 0.1, 0.12, 0.05).calculations
    point = thesis_points(replace(data, calculations=growing), EN)[-1]
    assert "The price is at its 200-day average of 100.00 USD" in point
    assert "below the 52-week low of 70.00 USD or above the 52-week high of 130.00 USD" in point
    # Neither is it a downtrend among the risks.
    (risk,) = risks_of(replace(data, history=GOLDEN["mature"].history), EN)
    assert "downwards" not in risk


def test_rating_on_values_that_read_like_the_price() -> None:
    indicators = Indicators(
        price=PRICE, currency="USD", sma_50=ALIKE, sma_200=99.996, fair_value=ALIKE, target_mean_price=99.997,
        revenue_growth=0.00004, earnings_growth=-0.00004,
    )  # fmt: skip
    rationale = recommend(indicators, "medium_term", EN).rationale
    assert "The fair value of 100.00 USD is in line with the price." in rationale
    assert "mean target of 100.00 USD is in line with the price." in rationale
    assert "The price is at its 200-day average" in rationale
    assert "The 50-day average is at the 200-day average." in rationale
    assert "Revenue did not change in a year. Earnings did not change in a year." in rationale


def test_forward_multiple_that_reads_like_the_trailing_one_expects_no_growth() -> None:
    data = with_fundamentals(trailing_pe=20.04, forward_pe=19.96)
    assert "the same as the trailing one" in VALUATION.compose(data, EN)


def test_analysts_who_see_the_price_where_it_is() -> None:
    data = with_fundamentals(target_mean_price=99.996)
    assert ANALYSTS.compose(data, EN).endswith("That is in line with the price.")
    assert ANALYSTS.risks(data, EN) == ()


def test_growth_that_reads_as_zero_is_none() -> None:
    data = with_fundamentals(revenue_growth=-0.00004, profit_margin=0.1)
    assert "Revenue did not change" in BUSINESS.compose(data, EN)
    assert BUSINESS.risks(data, EN) == ()


def test_cash_that_reads_like_the_debt_equals_it() -> None:
    data = with_fundamentals(total_cash=5_001_000_000, total_debt=5_002_000_000)
    assert "Cash of 5.00B USD equals debt of 5.00B USD" in HEALTH.compose(data, EN)


def test_price_that_reads_like_the_previous_close_is_unchanged() -> None:
    update = {"previous_close": ALIKE, "change": -0.004, "change_percent": -0.004}
    assert "That is the previous close" in compose_lead(ReportData(QUOTE.model_copy(update=update)), EN)


def test_change_that_reads_as_zero_is_neither_a_rise_nor_a_fall() -> None:
    data = with_figures("performance", ("return_1w", 0.00003, "signed_fraction", "1w"))
    assert PERFORMANCE.compose(data, EN).startswith("The price did not change")


def fundamentals_of(price: float) -> Fundamentals:
    figures = {
        "trailing_pe": 20.0, "forward_pe": 20.0, "target_mean_price": price, "total_debt": 8_982_404_000_000,
        "revenue_growth": 0.0, "earnings_growth": 0.0,
    }  # fmt: skip
    return GOLDEN["mature"].fundamentals.model_copy(update=figures)


def without_cash_flow(data: FakeMarketData) -> None:
    """Leaves room for the trend among the five points of the thesis."""
    kinds = ("income", "balance")
    data.statements_answer = {kind: data.statements_answer[kind] for kind in kinds}


async def at_its_fair_value(language: Language) -> Report:
    known = await golden_report("mature", "comprehensive_analysis", change=without_cash_flow)
    value = known.recommendation.target_price
    assert value is not None

    def priced(data: FakeMarketData) -> None:
        without_cash_flow(data)
        before = data.quote_answer.previous_close
        quote = {
            "price": value, "change": value - before, "change_percent": (value / before - 1) * 100,
            "market_cap": int(value * 1_234_567_890),
        }  # fmt: skip
        data.quote_answer = data.quote_answer.model_copy(update=quote)
        data.technicals_answer = data.technicals_answer.model_copy(update={"sma_200": value})
        data.fundamentals_answer = fundamentals_of(value)

    return await golden_report("mature", "comprehensive_analysis", language, priced)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_sentences_on_figures_that_read_the_same_state_figures_of_the_data(language: Language) -> None:
    report = await at_its_fair_value(language)
    writer = Writer.of(language, "USD", 2)
    assert report.figures.unsupported == report.figures.misattributed == ()
    said = {one.name: one.content for one in report.analysis_sections}
    assert report.price == report.recommendation.target_price
    assert writer.text("analysts.at") in said["analysts"]
    for key, section in (("value_at", "thesis"), ("trend_at", "thesis")):
        start = writer.catalogue.text(f"thesis.{key}").partition("{")[0]
        assert start in said[section]
