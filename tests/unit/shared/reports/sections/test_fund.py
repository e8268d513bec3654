"""The section on a fund: costs, size, holdings and sectors, in prose, figures and tables."""

from dataclasses import replace

import pytest

from shared.domain.market_data import Fund, FundHolding, SectorWeight
from shared.reports.data import ReportData
from shared.reports.instrument_kinds import in_own_units
from shared.reports.language.language_catalogue import LANGUAGES, Language
from shared.reports.language.writer import Writer
from shared.reports.sections.fund import FUND
from tests.support.golden_reports import GOLDEN

KNOWN = Fund(
    expense_ratio=0.002,
    turnover=0.0807,
    net_assets=328_300_000_000,
    holdings=(
        FundHolding(symbol="AAPL", name="Apple Inc", weight=0.09),
        FundHolding(symbol="MSFT", name="Microsoft Corp", weight=0.078),
        FundHolding(symbol=None, name="Cash", weight=0.001),
    ),
    sectors=(SectorWeight(sector="Technology", weight=0.508),),
)


def data_with(fund: Fund | None) -> ReportData:
    gold = GOLDEN["etf"]
    assert gold.fundamentals is not None
    fundamentals = gold.fundamentals.model_copy(update={"fund": fund, "market_cap": 206_000_000_000})
    return ReportData(gold.quote, fundamentals=fundamentals)


def test_prose_speaks_of_costs_and_holdings() -> None:
    text = FUND.compose(data_with(KNOWN), Writer.of("en", "USD"))
    assert text.startswith(
        "The fund costs 0.20% of its assets a year [2]. It manages 328.30B USD [2]. "
        "Its largest known holding, Apple Inc, makes up 9.00% of the assets [2]. "
        "The 3 largest known holdings together make up 16.90% [2]. "
        "The largest sector is Technology with 50.80% [2]."
    )
    assert "statement" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_have_the_weights_of_the_figures(language: Language) -> None:
    data, writer = data_with(KNOWN), Writer.of(language, "USD")
    holdings, sectors = FUND.tables(data, writer)
    assert [row.label for row in holdings.rows] == ["Apple Inc", "Microsoft Corp", "Cash"]
    assert holdings.rows[0].cells == ("AAPL", writer.figure(0.09, "fraction"))
    assert sectors.rows[0].cells == (writer.figure(0.508, "fraction"),)
    weights = [one for one in FUND.structured(data, writer) if one.name == "holding_weight"]
    assert next((one.symbol, one.value, one.unit) for one in weights) == ("AAPL", 0.09, "fraction")


def test_net_assets_stand_in_place_of_the_value_of_the_listed_units() -> None:
    # Both together, 328 and 206 billion, would contradict each other.
    writer = Writer.of("en", "USD")
    assert "Market value" not in FUND.metrics(data_with(KNOWN), writer)
    without = data_with(KNOWN.model_copy(update={"net_assets": None}))
    assert FUND.metrics(without, writer)["Market value"] == "206.00B USD"
    assert FUND.metrics(data_with(None), writer)["Market value"] == "206.00B USD"


def test_size_of_a_fund_is_given_once() -> None:
    assert in_own_units(data_with(KNOWN)).quote.market_cap is None
    without = KNOWN.model_copy(update={"net_assets": None})
    gold = data_with(without)
    valued = replace(gold, quote=gold.quote.model_copy(update={"market_cap": 206_000_000_000}))
    assert in_own_units(valued).quote.market_cap == 206_000_000_000


def test_unknown_costs_are_named_as_such() -> None:
    text = FUND.compose(data_with(KNOWN.model_copy(update={"expense_ratio": None})), Writer.of("en", "USD"))
    assert text.startswith("The source does not tell what the fund costs.")


@pytest.mark.parametrize(("fund", "subjects"), [(KNOWN, ["tracking"]), (None, ["fund", "tracking"])])
def test_only_what_is_missing_is_named_so(fund: Fund | None, subjects: list[str]) -> None:
    data = in_own_units(replace(data_with(fund), missing=()))
    assert [one.subject for one in data.missing] == subjects
