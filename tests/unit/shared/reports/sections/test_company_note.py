"""The sections of a full note on a company: what is new, multiples over time, peers, owners, dates."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest

from shared.errors.request_errors import SymbolNotFoundError
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Writer
from shared.reports.report import AnalysisSection, Report
from shared.reports.sections.own_multiples import OWN_MULTIPLES
from shared.reports.valuation.applicability import OF_ENTERPRISES
from tests.support.golden_reports import GOLDEN, golden_report
from tests.support.report_fakes import FakeMarketData
from tests.support.stock_data import NOW

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


def hair_above_the_estimate(data: FakeMarketData) -> None:
    known = data.company["earnings"]
    (last,) = known.history
    close = last.model_copy(update={"eps_actual": 1.61, "eps_estimate": 1.60796})
    earnings = known.model_copy(update={"history": (close,)})
    data.company = {**data.company, "earnings": earnings}


async def test_earnings_that_read_as_the_estimate_have_met_it() -> None:
    report = await golden_report("mature", "comprehensive_analysis", "en", hair_above_the_estimate)
    assert (
        "earnings per share of 1.61 USD met the estimate of 1.61 USD" in section(report, "whats_new").content
    )


def without_an_estimate_or_filings(data: FakeMarketData) -> None:
    known = data.company["earnings"]
    (last,) = known.history
    alone = last.model_copy(update={"eps_estimate": None})
    data.company = {**data.company, "earnings": known.model_copy(update={"history": (alone,)})}
    del data.company["filings"]


async def test_figures_without_a_sentence_that_fits_them_are_pointed_to() -> None:
    report = await golden_report("mature", "comprehensive_analysis", "en", without_an_estimate_or_filings)
    new = section(report, "whats_new")
    assert new.figures
    assert new.content == "The figures are in the table."


def as_much_bought_as_sold(data: FakeMarketData) -> None:
    known = data.company["holders"]
    (sale,) = known.insiders
    purchase = sale.model_copy(update={"transaction_shares": -sale.transaction_shares})
    data.company = {**data.company, "holders": known.model_copy(update={"insiders": (sale, purchase)})}


async def test_insiders_who_bought_as_much_as_they_sold_did_neither() -> None:
    report = await golden_report("mature", "comprehensive_analysis", "en", as_much_bought_as_sold)
    assert "than they" not in section(report, "ownership").content


def multiples_after_a_loss() -> ReportData:
    """Multiples of five years, of which the newest had a loss: there is no P/E of it, and none today."""
    periods = ("2026-11-20", "2025", "2024", "2023", "2022", "2021")
    earnings = [KeyFigure("price_earnings", 20.0, "times", "own_multiples", name) for name in periods[2:]]
    sales = [KeyFigure("price_to_sales", 3.0, "times", "own_multiples", name) for name in periods]
    median = KeyFigure("median_price_earnings", 15.0, "times", "own_multiples")
    return ReportData(GOLDEN["rising"].quote, calculations={"own_multiples": (*earnings, median, *sales)})


def test_multiples_are_in_the_order_of_the_years_also_after_a_loss() -> None:
    (table,) = OWN_MULTIPLES.tables(multiples_after_a_loss(), Writer.of("en", "USD"))
    assert table.columns == ("2021", "2022", "2023", "2024", "2025", "Last price")
    assert table.rows[0].cells[-2:] == ("–", "–")


def test_multiple_of_an_earlier_year_is_not_that_of_today() -> None:
    assert "P/E" not in OWN_MULTIPLES.compose(multiples_after_a_loss(), Writer.of("en", "USD"))


def dividend_in_yen(data: FakeMarketData) -> None:
    known = data.fundamentals_answer
    data.fundamentals_answer = known.model_copy(update={"dividend_per_share": 6.53})


async def test_dividend_has_more_decimals_than_a_price_without_any() -> None:
    report = await golden_report("japan", "comprehensive_analysis", "en", dividend_in_yen)
    assert section(report, "health").key_metrics["Dividend per share"] == "6.53 JPY"


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
    medians = ["revenue_growth", "operating_margin", "profit_margin", "trailing_pe"]
    # In the order of the columns.
    assert [one.name for one in peers.figures[-4:]] == [f"median_{name}" for name in medians]
    assert {one.symbol for one in peers.figures} == {None, "PEER0", "PEER1", "PEER2", "PEER3"}


async def test_owners_and_dates() -> None:
    report = await note()
    assert (
        "Example Fund 0 leads the known holders and holds 8.13% of the shares"
        in section(report, "ownership").content
    )
    assert "sold more shares than they bought" in section(report, "ownership").content
    dates = section(report, "catalysts").content
    assert "28 January 2027 at the earliest" in dates
    assert "not confirmed" in dates


async def test_missing_data_leaves_a_section_out_with_the_reason() -> None:
    report = await note("listing")
    names = {one.name for one in report.analysis_sections}
    assert not names & {"results", "balance", "own_multiples", "thesis"}
    assert "statements: No source has statements." in report.metadata.missing


def one_year(data: FakeMarketData) -> None:
    statements = GOLDEN["mature"].statements.items()
    data.statements_answer = {
        kind: one.model_copy(update={"periods": one.periods[:1]}) for kind, one in statements
    }


async def test_section_that_needs_more_data_is_left_out_with_the_reason() -> None:
    report = await golden_report("listing", "comprehensive_analysis", "en", one_year)
    missing = report.metadata.missing
    assert {
        "thesis: fewer than 3 points have figures to compare",
        "performance: the history is shorter than a week",
        "risks: no tripwire is known without results of several years or prices of a year",
    } <= set(missing)
    reasons = " ".join((await note("mature")).metadata.missing)
    assert not [name for name in ("thesis", "performance", "risks") if f"{name}:" in reasons]


def without_technicals(data: FakeMarketData) -> None:
    one_year(data)
    data.technicals_answer = SymbolNotFoundError("No source has technicals.")


@pytest.mark.parametrize(
    ("change", "part"), [(lambda _: None, "statements"), (without_technicals, "technicals")]
)
async def test_missing_part_gives_the_only_reason_for_thesis_and_risks(
    change: Callable[[FakeMarketData], None], part: str
) -> None:
    report = await golden_report("listing", "comprehensive_analysis", "en", change)
    assert not {"thesis", "risks"} & {one.name for one in report.analysis_sections}
    subjects = [reason.partition(":")[0] for reason in report.metadata.missing]
    assert part in subjects
    assert not {"thesis", "risks"} & set(subjects)


def two_years(data: FakeMarketData) -> None:
    statements = data.statements_answer.items()
    data.statements_answer = {
        kind: one.model_copy(update={"periods": one.periods[:2]}) for kind, one in statements
    }


async def test_growth_of_one_year_is_not_called_an_average() -> None:
    report = await golden_report("mature", "comprehensive_analysis", "en", two_years)
    results = section(report, "results")
    assert "on average" not in results.content
    assert "In the last fiscal year, revenue growth was +10.25%" in results.content
    assert "average_revenue_growth" not in {one.name for one in results.figures}


async def test_few_multiples_are_not_called_few_years() -> None:
    # Five fiscal years are known, but prices of two alone.
    own = section(await note("falling"), "own_multiples")
    assert own.content.startswith("Multiples of fewer than three fiscal years are known")


async def test_method_without_any_multiple_says_so() -> None:
    def young(data: FakeMarketData) -> None:
        candles = data.history_answer.candles[-110:]
        data.history_answer = data.history_answer.model_copy(update={"candles": candles})

    report = await golden_report("rising", "comprehensive_analysis", "en", young)
    assert "P/E of its own five years: No multiple at the end of a fiscal year is known." in (
        report.metadata.missing
    )


async def test_dividend_stands_beside_the_profit_it_is_paid_from() -> None:
    def paying(data: FakeMarketData) -> None:
        data.fundamentals_answer = data.fundamentals_answer.model_copy(update={"payout_ratio": 0.41})

    report = await golden_report("mature", "comprehensive_analysis", "en", paying)
    assert "The dividend yield is 2.75%, and 41.00% of the profit is paid out" in (
        section(report, "health").content
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_net_cash_after_net_debt_is_called_so(language: Language) -> None:
    def repaid(data: FakeMarketData) -> None:
        balance = data.statements_answer["balance"]
        newest = balance.periods[0]
        lines = dict(newest.lines)
        lines["net_debt"] = lines["net_debt"].model_copy(update={"value": -2e9})
        periods = (newest.model_copy(update={"lines": lines}), *balance.periods[1:])
        changed = balance.model_copy(update={"periods": periods})
        data.statements_answer = {**data.statements_answer, "balance": changed}

    report = await golden_report("mature", "comprehensive_analysis", language, repaid)
    assert report.figures.unsupported == report.figures.misattributed == ()
    said, writer = section(report, "balance").content, Writer.of(language, "USD", 2)
    assert writer.catalogue.text("balance.net_cash").partition("{")[0] in said
    assert "2024" in said
    assert writer.amount(4_397_003_197.5) in said


def bank(data: FakeMarketData) -> None:
    known = data.fundamentals_answer
    data.fundamentals_answer = known.model_copy(update={
        "sector": "Financial Services", "industry": "Banks - Diversified", "enterprise_value": 10**12,
        "ev_to_ebitda": 9.1, "price_to_sales": 3.2,
    })  # fmt: skip
    data.company = {**data.company, "profile": data.company["profile"].model_copy(update={"sic": "6021"})}


async def test_bank_has_no_figures_of_enterprises() -> None:
    report = await golden_report("mature", "comprehensive_analysis", "en", bank)
    names = {one.name for part in report.analysis_sections for one in part.figures}
    assert not names & OF_ENTERPRISES
    assert {"price_earnings", "payout_ratio", "total_equity"} <= names
    assert report.valuation is not None
    assert {one.name for one in report.valuation.methods if one.applicable} == {
        "own_price_earnings", "own_price_book", "peer_price_earnings",
    }  # fmt: skip
    health = section(report, "health")
    assert health.content == "The dividend yield is 2.75% [3]."
    assert not health.risk_factors
    industrial = await golden_report("mature", "comprehensive_analysis")
    assert section(industrial, "health").risk_factors
    names = {one.name for part in industrial.analysis_sections for one in part.figures}
    assert {"ev_to_ebitda", "net_debt", "interest_coverage", "return_on_capital"} <= names


async def test_figures_in_prose_stand_beside_a_comparison() -> None:
    report = await golden_report("mature", "comprehensive_analysis")
    assert "Example Fund 1 follows and holds 7.06% of the shares" in section(report, "ownership").content
    assert "against 1.85 USD in the last reported quarter" in section(report, "catalysts").content
    assert "in line with its median of 30.00%" in section(report, "balance").content
    assert "below the price of 123.41 USD [1]" in section(report, "fair_value").content
    assert "it is the lower of the two" in section(report, "valuation").content
    assert section(report, "analysts").content.endswith("That is 3.00% below the price.")
    balance = section(report, "balance").content
    assert "At the end of the last fiscal year, net debt was 4.62B USD" in balance
    assert "In fiscal year 2024, net debt was 4.40B USD" in balance


async def test_beta_states_index_currency_and_window_and_only_where_it_counts() -> None:
    report = await golden_report("mature", "comprehensive_analysis")
    labels = {one.name: one.label for one in section(report, "fair_value").figures}
    assert labels["beta"] == "Beta (S&P 500, USD, 2 years weekly)"
    without = await golden_report("falling", "comprehensive_analysis", "en", loss)
    assert "beta" not in {one.name for one in section(without, "fair_value").figures}


def loss(data: FakeMarketData) -> None:
    """Lets the company make an operating loss, so that no cash flow is discounted."""
    income = data.statements_answer["income"]
    newest = income.periods[0]
    lines = dict(newest.lines)
    lines["operating_income"] = lines["operating_income"].model_copy(update={"value": -(10**9)})
    periods = (newest.model_copy(update={"lines": lines}), *income.periods[1:])
    data.statements_answer = {
        **data.statements_answer, "income": income.model_copy(update={"periods": periods})
    }  # fmt: skip


async def test_range_of_a_few_days_is_not_called_one_of_52_weeks() -> None:
    report = await golden_report("listing", "comprehensive_analysis")
    assert "The data cover 3 trading days" in section(report, "price").content
    assert report.week_52_range is None
    written = report.model_dump_json()
    assert "52-week" not in written


async def test_level_and_rate_are_not_called_a_price() -> None:
    pair = await golden_report("pair", "comprehensive_analysis")
    assert "The rate is below its 200-day average" in pair.recommendation.rationale
    assert "The rate is in the lower half" in section(pair, "rate").content
    assert "The price" not in pair.recommendation.rationale


async def test_change_is_said_in_words() -> None:
    falling = await golden_report("falling", "quick_overview")
    assert "below the previous close of" in falling.summary
    assert "\u2212" not in falling.summary.partition("By the rule")[0]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_quick_overview_compares_the_multiple_with_the_peers(language: Language) -> None:
    report = await golden_report("rising", "quick_overview", language)
    sources = {source.id: source.kind for source in report.sources}
    (cited,) = [number for number, kind in sources.items() if kind == "peer_comparison"]
    valuation = section(report, "valuation").content
    assert f"[{cited}]" in valuation
    assert report.figures.unsupported == report.figures.misattributed == ()
    if language == "en":
        assert f"The P/E of 44.4 is above the median of 20.6 of the peers [{cited}]." in valuation
    assert "peer_comparison" not in {one.name for one in report.analysis_sections}


async def test_note_compares_the_multiple_with_the_peers_once() -> None:
    report = await golden_report("rising", "fundamental_analysis")
    assert "of the peers" not in section(report, "valuation").content


async def test_fair_value_uses_the_peers_that_the_table_shows() -> None:
    def ten(data: FakeMarketData) -> None:
        peers = data.company["peers"]
        group = tuple(
            peers.peers[0].model_copy(update={"symbol": f"PEER{number}", "trailing_pe": 30.0 - 2.5 * number})
            for number in range(10)
        )
        data.company = {**data.company, "peers": peers.model_copy(update={"peers": group})}

    report = await golden_report("mature", "comprehensive_analysis", "en", ten)
    (table,) = section(report, "peer_comparison").tables
    assert [row.label for row in table.rows[1:-1]] == [f"PEER{number}" for number in range(10)]
    assert report.valuation is not None
    by_peers = next(one for one in report.valuation.methods if one.name == "peer_price_earnings")
    used = {one.name: one.value for one in by_peers.assumptions}
    assert used["count"] == 10
    assert table.rows[-1].cells[-1] == f"{used['median']:.1f}"


async def test_too_few_peers_have_no_row_of_medians() -> None:
    def alone(data: FakeMarketData) -> None:
        peers = data.company["peers"]
        few = peers.model_copy(update={"peers": peers.peers[:1]})
        data.company = {**data.company, "peers": few}

    report = await golden_report("mature", "comprehensive_analysis", "en", alone)
    (table,) = section(report, "peer_comparison").tables
    assert [row.label for row in table.rows] == ["OLDE", "PEER0"]


async def test_other_claims_than_ordinary_shares_have_no_multiples_and_no_targets() -> None:
    def preferred(market: FakeMarketData) -> None:
        market.quote_answer = market.quote_answer.model_copy(update={"symbol": "OLDE-PA"})

    report = await golden_report("mature", "comprehensive_analysis", change=preferred)
    names = {section.name for section in report.analysis_sections}
    assert not names & {"own_multiples", "fair_value", "valuation"}
    assert report.recommendation.target_price is None
    said = " ".join((report.recommendation.rationale, *(one.content for one in report.analysis_sections)))
    assert "The P/E and the other valuation multiples of the issuer" in said
    assert re.search(r"P/E[^.]*\d", said) is None
    assert "target" not in report.recommendation.rationale


async def test_multiples_of_a_loss_are_left_out() -> None:
    def losing(market: FakeMarketData) -> None:
        loss = {"trailing_pe": None, "forward_pe": -5.0, "earnings_per_share": -1.2}
        market.fundamentals_answer = market.fundamentals_answer.model_copy(update=loss)

    report = await golden_report("mature", "comprehensive_analysis", change=losing)
    section = next(one for one in report.analysis_sections if one.name == "valuation")
    assert section.content == "Earnings per share are −1.20 USD: over a loss there is no P/E [3]."
    assert not [label for label in section.key_metrics if "forward" in label]


async def test_earnings_that_round_to_zero_are_no_loss() -> None:
    def earning_nothing(market: FakeMarketData) -> None:
        nothing = {"trailing_pe": None, "forward_pe": None, "earnings_per_share": 0.0}
        market.fundamentals_answer = market.fundamentals_answer.model_copy(update=nothing)

    report = await golden_report("mature", "comprehensive_analysis", change=earning_nothing)
    section = next(one for one in report.analysis_sections if one.name == "valuation")
    assert "loss" not in section.content
    assert section.content


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "figures",
    [
        {"total_debt": 4_000_000_000, "current_ratio": 1.8, "debt_to_equity": 0.4, "dividend_yield": 0.031},
        {"total_cash": None, "trailing_pe": None, "forward_pe": 17.5, "earnings_per_share": -1.2},
    ],
)
async def test_sentences_on_health_and_losses_state_figures_of_the_data(
    language: Language, figures: dict[str, float | None]
) -> None:
    def changed(market: FakeMarketData) -> None:
        market.fundamentals_answer = market.fundamentals_answer.model_copy(update=figures)

    report = await golden_report("mature", "comprehensive_analysis", language, changed)
    assert not [item.sentence for item in (*report.figures.unsupported, *report.figures.misattributed)]


PARTS = ("income", "balance", "cash_flow", "quarterly_income", "quarterly_cash_flow")


@pytest.mark.parametrize(
    "kept", [kinds for size in (1, 2, 4) for kinds in combinations(PARTS, size)], ids="-".join
)
async def test_note_has_what_some_of_the_statements_give(kept: tuple[str, ...]) -> None:
    def with_some(data: FakeMarketData) -> None:
        data.statements_answer = {kind: data.statements_answer[kind] for kind in kept}

    report = await golden_report("mature", "comprehensive_analysis", "en", with_some)
    assert report.figures.unsupported == report.figures.misattributed == ()
    assert all(one.content for one in report.analysis_sections)


def set_fundamentals(**values: Any) -> Callable[[FakeMarketData], None]:
    """Returns what gives fundamentals other values."""

    def change(data: FakeMarketData) -> None:
        data.fundamentals_answer = data.fundamentals_answer.model_copy(update=values)

    return change


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("values", "name", "key", "said"),
    [
        ({"dividend_yield": 0.0, "payout_ratio": 0.0}, "health", "health.no_dividend", {}),
        (
            {"dividend_yield": 0.083, "payout_ratio": 1.15},
            "health",
            "health.dividend_beyond_profit",
            {"rate": 0.083, "payout": 1.15},
        ),
        ({"trailing_pe": 1234.5}, "valuation", "valuation.trailing_pe_extreme", {"pe": 1234.5}),
        ({"target_mean_price": 40.0}, "analysts", "analysts.far", {}),
        (
            {"analyst_count": 1, "target_mean_price": 40.0},
            "analysts",
            "analysts.targets.one",
            {"target": 40.0},
        ),
    ],
)
async def test_rare_figures_have_sentences_of_their_own(
    values: dict[str, float], name: str, key: str, said: dict[str, float], language: Language
) -> None:
    report = await golden_report("mature", "comprehensive_analysis", language, set_fundamentals(**values))
    assert report.figures is not None
    assert report.figures.unsupported == report.figures.misattributed == ()
    assert Writer.of(language, "USD").say(key, cite="[3]", **said) in section(report, name).content


@pytest.mark.parametrize("language", LANGUAGES)
async def test_target_of_one_analyst_is_no_mean(language: Language) -> None:
    alone = set_fundamentals(analyst_count=1, target_mean_price=100.0)
    report = await golden_report("mature", "comprehensive_analysis", language, alone)
    writer, price = Writer.of(language, "USD"), GOLDEN["mature"].quote.price
    (risk,) = section(report, "analysts").risk_factors
    assert risk == writer.say("analysts.risk_one", price=price, cite="[1]")
    vote = writer.say("rating.analyst_below", value=100.0, distance=1 - 100 / price)
    assert vote in report.recommendation.rationale


def with_lines_of(kind: str, rule: Callable[[int, dict[str, Any]], dict[str, float]]) -> Any:
    """Returns what changes lines of the annual statements of a kind; the newest year is number 0."""

    def change(data: FakeMarketData) -> None:
        statements = data.statements_answer[kind]
        periods = []
        for number, period in enumerate(statements.periods):
            values = rule(number, {name: line.value for name, line in period.lines.items()})
            lines = {
                name: line.model_copy(update={"value": values[name]}) if name in values else line
                for name, line in period.lines.items()
            }
            periods.append(period.model_copy(update={"lines": lines}))
        changed = statements.model_copy(update={"periods": tuple(periods)})
        data.statements_answer = {**data.statements_answer, kind: changed}

    return change


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("factors", "key"),
    [((1.2, 1.0), "payout_above"), ((0.8, 1.0), "payout_below"), ((1.0, 1.0), "payout_at")],
)
async def test_payout_is_explained_beside_its_median(
    factors: tuple[float, float], key: str, language: Language
) -> None:
    def rule(number: int, lines: dict[str, Any]) -> dict[str, float]:
        return {"dividends_paid": lines["dividends_paid"] * factors[min(number, 1)]}

    report = await golden_report(
        "mature", "comprehensive_analysis", language, with_lines_of("cash_flow", rule)
    )
    assert report.figures is not None
    assert report.figures.unsupported == report.figures.misattributed == ()
    content = section(report, "balance").content
    ends = Writer.of(language).text(f"balance.{key}").rpartition("}")[0].rpartition("}")[2].partition("{")[0]
    assert ends in content


@pytest.mark.parametrize("language", LANGUAGES)
async def test_company_without_dividends_has_no_payout_of_zero_percent(language: Language) -> None:
    none = with_lines_of("cash_flow", lambda _, __: {"dividends_paid": 0.0})
    report = await golden_report("mature", "comprehensive_analysis", language, none)
    content, writer = section(report, "balance").content, Writer.of(language)
    assert writer.text("balance.no_payout").partition(" {")[0].partition("{")[0] in content
    assert writer.figure(0.0, "fraction") not in content


async def test_profit_without_cash_is_said_to_be_one() -> None:
    out = with_lines_of("cash_flow", lambda _, __: {"operating_cash_flow": -1e9})
    report = await golden_report("mature", "comprehensive_analysis", "en", out)
    assert "a profit was reported while cash flowed out" in section(report, "results").content


@pytest.mark.parametrize("language", LANGUAGES)
async def test_peers_without_an_industry_are_not_of_an_industry_named_like_the_symbol(
    language: Language,
) -> None:
    def change(data: FakeMarketData) -> None:
        data.company = {**data.company, "peers": data.company["peers"].model_copy(update={"industry": None})}

    report = await golden_report("mature", "comprehensive_analysis", language, change)
    said = section(report, "peer_comparison").content
    assert said.startswith(Writer.of(language).text("peers.group_unknown").partition("{")[0])
    assert "OLDE" not in said


@pytest.mark.parametrize("language", LANGUAGES)
async def test_bands_of_a_price_that_did_not_move_have_no_width(language: Language) -> None:
    report = await golden_report("flat", "technical_analysis", language)
    said = Writer.of(language, "USD").say("signals.flat_bands", close=50.0, cite="[2]")
    assert said in section(report, "technicals").content


async def test_earnings_that_are_over_are_not_the_next() -> None:
    def change(data: FakeMarketData) -> None:
        earnings = data.company["earnings"]
        over = earnings.next.model_copy(update={"date": date(2026, 11, 1), "date_end": date(2026, 11, 5)})
        data.company = {**data.company, "earnings": earnings.model_copy(update={"next": over})}

    report = await golden_report("mature", "comprehensive_analysis", "en", change)
    assert report.next_earnings is None
    assert "expected on" not in section(report, "catalysts").content
    assert "For the current quarter" in section(report, "catalysts").content


def scored(report: Report) -> set[str]:
    return {one.name for one in report.recommendation.components if one.score is not None}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_growth_in_a_currency_of_high_inflation_is_qualified_and_not_rated(language: Language) -> None:
    def in_lira(market: FakeMarketData) -> None:
        for name in ("quote_answer", "technicals_answer", "fundamentals_answer", "history_answer"):
            setattr(market, name, getattr(market, name).model_copy(update={"currency": "TRY"}))
        market.statements_answer = {
            kind: known.model_copy(
                update={"periods": tuple(one.model_copy(update={"currency": "TRY"}) for one in known.periods)}
            )
            for kind, known in market.statements_answer.items()
        }

    report = await golden_report("mature", "comprehensive_analysis", language, in_lira)
    said = {one.name: one.content for one in report.analysis_sections}
    for name in ("business", "results"):
        assert Writer.of(language).say(f"{name}.inflation", currency="TRY") in said[name]
    assert scored(report) == {"valuation", "quality", "momentum"}
    # Multiples of other years and a fair value from them would compare money of different worth.
    assert report.valuation is not None
    assert report.valuation.reason == Writer.of(language).say("reasons.high_inflation", currency="TRY")
    assert not {"own_multiples", "fair_value"} & said.keys()
    assert report.figures is not None
    assert report.figures.supported == report.figures.stated
    plain = await golden_report("mature", "comprehensive_analysis", language)
    assert "growth" in scored(plain)


@pytest.mark.parametrize(
    ("share", "days_ago", "withheld"), [(0.3, 40, True), (0.07, 40, False), (0.3, 700, False)]
)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_statements_from_before_a_spin_off_give_no_fair_value(
    language: Language, share: float, days_ago: int, withheld: bool
) -> None:
    def spun_off(market: FakeMarketData) -> None:
        candles = market.history_answer.candles
        first = len(candles) - days_ago
        factor = [1 / (1 - share) if at < first else 1.0 for at in range(len(candles))]
        market.history_answer = market.history_answer.model_copy(
            update={
                "candles": tuple(
                    one.model_copy(update={"close": one.close * by, "adjusted_close": one.close})
                    for one, by in zip(candles, factor, strict=True)
                )
            }
        )

    report = await golden_report("mature", "comprehensive_analysis", language, spun_off)
    names = {section.name for section in report.analysis_sections}
    assert (report.recommendation.target_price is None) is withheld
    assert ("own_multiples" not in names) is withheld
    assert report.valuation is not None
    assert (report.valuation.reason is not None) is withheld
    if withheld:
        assert Writer.of(language).percent(30.0, 2) in str(report.valuation.reason)


@pytest.mark.parametrize(("days", "rated"), [(14, True), (15, False), (500, False)])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_not_traded_any_more_has_neither_rating_nor_fair_value(
    language: Language, days: int, rated: bool
) -> None:
    traded = NOW - timedelta(days=days)

    def last_traded(market: FakeMarketData) -> None:
        market.quote_answer = market.quote_answer.model_copy(update={"as_of": traded})

    report = await golden_report("mature", "comprehensive_analysis", language, last_traded)
    writer = Writer.of(language)
    assert (report.recommendation.action != "not_rated") is rated
    assert (report.recommendation.target_price is not None) is rated
    assert (writer.say("lead.untraded", day=traded.date()) in report.summary) is not rated
    assert ("own_multiples" in {one.name for one in report.analysis_sections}) is rated
    assert report.figures is not None
    assert report.figures.supported == report.figures.stated
