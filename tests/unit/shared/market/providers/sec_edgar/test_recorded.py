"""Values looked up by hand in recorded documents, and what must hold over all of their periods."""

import json
from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from shared.domain.statements import LINE_ITEMS, StatementLine, StatementPeriod
from shared.domain.terms import StatementFrequency, StatementKind
from shared.market.providers.sec_edgar.concepts.line_concepts import NAMES
from shared.market.providers.sec_edgar.filers import symbol_infos
from shared.market.providers.sec_edgar.filing_documents import (
    parse_company_facts,
    parse_filings_page,
    parse_submissions,
    parse_tickers,
)
from shared.market.providers.sec_edgar.filings import filings_of
from shared.market.providers.sec_edgar.industries import no_group_reason, sic_of
from shared.market.providers.sec_edgar.mapping import StatementMapper
from tests.support.recorded import recorded_folder

DOCUMENTS = recorded_folder("edgar")
COMPANIES = ("AAPL", "SNOW", "TSLA", "TSM")
EVERYTHING = 200
FILED_IN_EVERY_REPORT = (
    "revenue",
    "gross_profit",
    "research_and_development",
    "operating_income",
    "pretax_income",
    "income_tax",
    "net_income",
    "operating_cash_flow",
    "capital_expenditure",
    "investing_cash_flow",
    "financing_cash_flow",
    "stock_compensation",
    "net_change_in_cash",
)
"""Lines that companies file under one concept in quarterly and annual reports."""


@cache
def mapper(company: str, known_on: date | None = None) -> StatementMapper:
    facts = parse_company_facts((DOCUMENTS / f"companyfacts-{company}.json").read_bytes(), NAMES)
    return StatementMapper(facts.known_on(known_on) if known_on else facts)


def periods(
    company: str, statement: StatementKind, frequency: StatementFrequency = "annual"
) -> tuple[StatementPeriod, ...]:
    return mapper(company).statement(statement, frequency, EVERYTHING)


def period(company: str, line: str, end: str, frequency: StatementFrequency) -> StatementPeriod:
    rows = periods(company, LINE_ITEMS[line].statement, frequency)
    return next(row for row in rows if row.end == date.fromisoformat(end))


def value(company: str, line: str, end: str, frequency: StatementFrequency = "annual") -> float | None:
    return period(company, line, end, frequency).lines[line].value


YEARS: dict[tuple[str, str], dict[str, float]] = {
    ("AAPL", "2025-09-27"): {
        "revenue": 416161000000,
        "cost_of_revenue": 220960000000,
        "gross_profit": 195201000000,
        "research_and_development": 34550000000,
        "selling_general_administrative": 27601000000,
        "operating_income": 133050000000,
        "pretax_income": 132729000000,
        "income_tax": 20719000000,
        "net_income": 112010000000,
        "eps_basic": 7.49,
        "eps_diluted": 7.46,
        "shares_basic": 14948500000,
        "shares_diluted": 15004697000,
        "cash": 35934000000,
        "short_term_investments": 18763000000,
        "receivables": 39777000000,
        "inventory": 5718000000,
        "current_assets": 147957000000,
        "property_plant_equipment": 49834000000,
        "total_assets": 359241000000,
        "payables": 69860000000,
        "current_liabilities": 165631000000,
        "long_term_debt": 78328000000,
        "total_liabilities": 285508000000,
        "parent_equity": 73733000000,
        "operating_cash_flow": 111482000000,
        "capital_expenditure": -12715000000,
        "change_in_receivables": -6682000000,
        "change_in_inventory": 1400000000,
        "change_in_payables": 902000000,
        "investing_cash_flow": 15195000000,
        "dividends_paid": -15421000000,
        "share_repurchases": -90711000000,
        "debt_issued": 4481000000,
        "debt_repaid": -10932000000,
        "financing_cash_flow": -120686000000,
        "stock_compensation": 12863000000,
        "depreciation_amortisation": 11698000000,
        "net_change_in_cash": 5991000000,
    },
    ("SNOW", "2025-01-31"): {
        "revenue": 3626396000,
        "cost_of_revenue": 1214673000,
        "gross_profit": 2411723000,
        "research_and_development": 1783379000,
        "operating_income": -1456010000,
        "interest_expense": 2759000,
        "pretax_income": -1285099000,
        "income_tax": 4113000,
        "net_income": -1285640000,
        "net_income_consolidated": -1289212000,
        "eps_diluted": -3.86,
        "shares_diluted": 332707000,
        "cash": 2628798000,
        "short_term_investments": 2008873000,
        "receivables": 922805000,
        "goodwill": 1056559000,
        "intangibles": 278028000,
        "total_assets": 9033938000,
        "payables": 169767000,
        "long_term_debt": 2271529000,
        "total_liabilities": 6027295000,
        "minority_interest": 6714000,
        "parent_equity": 2999929000,
        "total_equity": 3006643000,
        "operating_cash_flow": 959764000,
        "capital_expenditure": -46279000,
        "change_in_receivables": 536000,
        "change_in_payables": 108852000,
        "acquisitions": -30305000,
        "investing_cash_flow": 190646000,
        "share_repurchases": -1932333000,
        "debt_issued": 2300000000,
        "financing_cash_flow": -226523000,
        "exchange_rate_effect": -6186000,
        "stock_compensation": 1479314000,
        "depreciation_amortisation": 182508000,
        "net_change_in_cash": 917701000,
    },
    ("TSLA", "2021-12-31"): {
        "revenue": 53823000000,
        "cost_of_revenue": 40217000000,
        "gross_profit": 13606000000,
        "research_and_development": 2593000000,
        "selling_general_administrative": 4517000000,
        "operating_income": 6523000000,
        "interest_expense": 371000000,
        "pretax_income": 6343000000,
        "income_tax": 699000000,
        "net_income": 5519000000,
        "net_income_consolidated": 5644000000,
        "cash": 17576000000,
        "short_term_investments": 131000000,
        "receivables": 1913000000,
        "inventory": 5757000000,
        "property_plant_equipment": 18884000000,
        "goodwill": 200000000,
        "intangibles": 257000000,
        "total_assets": 62131000000,
        "payables": 10025000000,
        "short_term_debt": 1088000000,
        "total_liabilities": 30548000000,
        "parent_equity": 30189000000,
        "operating_cash_flow": 11497000000,
        "capital_expenditure": -6482000000,
        "change_in_receivables": 130000000,
        "investing_cash_flow": -7868000000,
        "financing_cash_flow": -5203000000,
        "exchange_rate_effect": -183000000,
        "stock_compensation": 2121000000,
        "net_change_in_cash": -1757000000,
    },
    ("TSM", "2024-12-31"): {
        "revenue": 2894307700000,
        "cost_of_revenue": 1269954100000,
        "gross_profit": 1624353600000,
        "research_and_development": 204181800000,
        "operating_income": 1322053000000,
        "interest_expense": 10495400000,
        "pretax_income": 1405840000000,
        "income_tax": 248316100000,
        "net_income": 1158380200000,
        "net_income_consolidated": 1157523900000,
        "eps_basic": 44.68,
        "eps_diluted": 44.67,
        "shares_basic": 25927600000,
        "shares_diluted": 25929700000,
        "cash": 2127627000000,
        "receivables": 270683200000,
        "inventory": 287868800000,
        "current_assets": 3088352100000,
        "property_plant_equipment": 3234980100000,
        "total_assets": 6691764700000,
        "payables": 72800600000,
        "current_liabilities": 1308655900000,
        "total_liabilities": 2412493100000,
        "minority_interest": 35005100000,
        "parent_equity": 4244266500000,
        "total_equity": 4279271600000,
        "operating_cash_flow": 1826177100000,
        "capital_expenditure": -956006500000,
        "change_in_inventory": -36871700000,
        "change_in_payables": 17073800000,
        "investing_cash_flow": -864842800000,
        "dividends_paid": -363055200000,
        "financing_cash_flow": -346301000000,
        "exchange_rate_effect": 47165900000,
        "stock_compensation": 1242700000,
    },
}


@pytest.mark.parametrize(
    ("company", "end", "line", "expected"),
    [
        (company, end, line, expected)
        for (company, end), lines in YEARS.items()
        for line, expected in lines.items()
    ],
)
def test_value_of_a_year_is_the_one_in_the_document(
    company: str, end: str, line: str, expected: float
) -> None:
    row = period(company, line, end, "annual").lines[line]
    assert (row.value, row.derived) == (expected, False)


@pytest.mark.parametrize(
    ("company", "end", "line", "expected"),
    [
        ("AAPL", "2025-09-27", "short_term_debt", 7979000000 + 12350000000),
        ("AAPL", "2025-09-27", "net_debt", 20329000000 + 78328000000 - 35934000000 - 18763000000),
        ("AAPL", "2025-09-27", "free_cash_flow", 111482000000 - 12715000000),
        ("AAPL", "2025-09-27", "net_income_consolidated", 112010000000),
        ("AAPL", "2025-09-27", "total_equity", 73733000000),
        ("SNOW", "2025-01-31", "selling_general_administrative", 412262000 + 1672092000),
        ("TSLA", "2021-12-31", "minority_interest", 826000000 + 568000000),
        ("TSLA", "2021-12-31", "total_equity", 62131000000 - 30548000000),
        ("TSM", "2024-12-31", "selling_general_administrative", 83745000000 + 13143600000),
        ("TSM", "2024-12-31", "short_term_investments", 207700000 + 192202700000 + 101971300000),
        ("TSM", "2024-12-31", "long_term_debt", 926604500000 + 31824400000),
        ("TSM", "2024-12-31", "debt_issued", 34300000000 + 30897000000),
        ("TSM", "2024-12-31", "depreciation_amortisation", 653610500000 + 9186100000),
    ],
)
def test_derived_value_is_marked(company: str, end: str, line: str, expected: float) -> None:
    row = period(company, line, end, "annual").lines[line]
    assert (row.value, row.derived) == (expected, True)


@pytest.mark.parametrize(
    ("company", "end", "line", "expected"),
    [
        ("AAPL", "2025-06-28", "revenue", 94036000000),
        ("AAPL", "2025-06-28", "net_income", 23434000000),
        ("AAPL", "2025-06-28", "operating_cash_flow", 81754000000 - 53887000000),
        ("AAPL", "2025-03-29", "operating_cash_flow", 53887000000 - 29935000000),
        ("AAPL", "2025-09-27", "revenue", 416161000000 - 313695000000),
        ("AAPL", "2025-09-27", "net_income", 112010000000 - 84544000000),
        ("AAPL", "2025-09-27", "operating_cash_flow", 111482000000 - 81754000000),
        ("AAPL", "2025-09-27", "capital_expenditure", -12715000000 + 9473000000),
        ("AAPL", "2025-12-27", "revenue", 143756000000),
        ("SNOW", "2024-10-31", "revenue", 942094000),
        ("SNOW", "2025-01-31", "revenue", 3626396000 - 2639626000),
        ("SNOW", "2025-01-31", "operating_cash_flow", 959764000 - 527039000),
        ("TSLA", "2018-12-31", "revenue", 7226000000),
        ("TSLA", "2017-12-31", "revenue", 3288249000),
        ("TSLA", "2022-09-30", "capital_expenditure", -5300000000 + 3497000000),
    ],
)
def test_value_of_a_quarter(company: str, end: str, line: str, expected: float) -> None:
    assert value(company, line, end, "quarterly") == expected


def test_a_year_links_to_its_own_report() -> None:
    year = period("AAPL", "revenue", "2025-09-27", "annual")
    assert (year.start, year.fiscal_year, year.fiscal_period) == (date(2024, 9, 29), 2025, "FY")
    assert (year.form, year.filed, year.accession) == ("10-K", date(2025, 10, 31), "0000320193-25-000079")
    assert year.url == (
        "https://www.sec.gov/Archives/edgar/data/320193/000032019325000079/0000320193-25-000079-index.htm"
    )
    assert period("TSM", "cash", "2024-12-31", "annual").form == "20-F"
    assert period("SNOW", "revenue", "2025-01-31", "annual").accession == "0001640147-25-000052"


def test_currency_is_the_reporting_one() -> None:
    assert {row.currency for row in periods("TSM", "income")} == {"TWD"}
    assert {row.currency for row in periods("AAPL", "income")} == {"USD"}


@pytest.mark.parametrize(
    ("company", "end", "fiscal_year", "fiscal_period"),
    [
        ("AAPL", "2022-12-31", 2023, "Q1"),
        ("AAPL", "2023-09-30", 2023, "Q4"),
        ("AAPL", "2025-12-27", 2026, "Q1"),
        ("SNOW", "2025-01-31", 2025, "Q4"),
        ("SNOW", "2024-04-30", 2025, "Q1"),
        ("SNOW", "2025-04-30", 2026, "Q1"),
        ("TSLA", "2022-09-30", 2022, "Q3"),
    ],
)
def test_quarters_are_named_as_the_company_does(
    company: str, end: str, fiscal_year: int, fiscal_period: str
) -> None:
    quarter = period(company, "revenue", end, "quarterly")
    assert (quarter.fiscal_year, quarter.fiscal_period) == (fiscal_year, fiscal_period)


def _restated(lines: Iterator[StatementLine]) -> bool:
    return any(line.restated for line in lines)


@pytest.mark.parametrize("company", ["AAPL", "SNOW", "TSLA"])
@pytest.mark.parametrize("statement", ["income", "cash_flow"])
def test_quarters_add_up_to_years(company: str, statement: StatementKind) -> None:
    compared = 0
    for year in periods(company, statement):
        quarters = [
            row for row in periods(company, statement, "quarterly") if row.fiscal_year == year.fiscal_year
        ]
        for name in (name for name in FILED_IN_EVERY_REPORT if name in year.lines):
            line = year.lines[name]
            parts = [quarter.lines[name] for quarter in quarters]
            if len(parts) != 4 or line.value is None or _restated(iter((line, *parts))):
                continue
            values = [part.value for part in parts if part.value is not None]
            if len(values) == 4:
                compared += 1
                # Years may be filed in millions and quarters in thousands.
                rounding = 1_500_000 if line.value % 1_000_000 == 0 else 1_000_000
                assert sum(values) == pytest.approx(line.value, rel=0, abs=rounding), (year.end, name)
    assert compared >= 30


def test_recent_quarters_add_up_exactly() -> None:
    for company, fiscal_year in (("AAPL", 2025), ("AAPL", 2024), ("SNOW", 2025), ("TSLA", 2021)):
        for line in ("revenue", "net_income", "operating_cash_flow", "capital_expenditure"):
            statement = LINE_ITEMS[line].statement
            rows = [row for row in periods(company, statement, "quarterly") if row.fiscal_year == fiscal_year]
            year = next(row for row in periods(company, statement) if row.fiscal_year == fiscal_year)
            assert len(rows) == 4
            assert sum(row.lines[line].value or 0 for row in rows) == year.lines[line].value


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("frequency", ["annual", "quarterly"])
def test_assets_are_liabilities_and_equity(company: str, frequency: StatementFrequency) -> None:
    for row in periods(company, "balance", frequency):
        assets, liabilities, equity = (
            row.lines[name].value for name in ("total_assets", "total_liabilities", "total_equity")
        )
        if assets is not None and liabilities is not None and equity is not None:
            assert assets == pytest.approx(liabilities + equity, rel=0, abs=0), row.end


@pytest.mark.parametrize("company", COMPANIES)
def test_cash_flows_explain_the_change_in_cash(company: str) -> None:
    names = ("operating_cash_flow", "investing_cash_flow", "financing_cash_flow")
    for row in periods(company, "cash_flow")[:5]:
        flows = sum(row.lines[name].value or 0 for name in names)
        effect = row.lines["exchange_rate_effect"].value or 0
        assert row.lines["net_change_in_cash"].value == pytest.approx(flows + effect, abs=500_000), row.end


def test_operating_lines_add_up() -> None:
    names = (
        "depreciation_amortisation",
        "stock_compensation",
        "change_in_receivables",
        "change_in_inventory",
        "change_in_payables",
        "other_operating",
    )
    for company in COMPANIES:
        for row, income in zip(periods(company, "cash_flow")[:5], periods(company, "income"), strict=False):
            profit = income.lines["net_income_consolidated"].value
            assert row.end == income.end
            assert profit is not None
            total = profit + sum(row.lines[name].value or 0 for name in names)
            if row.lines["other_operating"].value is not None:
                assert row.lines["operating_cash_flow"].value == total


def test_values_per_share_are_restated_for_later_splits() -> None:
    before = period("AAPL", "eps_diluted", "2017-09-30", "annual").lines["eps_diluted"]
    assert before.original is not None
    assert (before.original.value, before.original.split_factor) == (9.21, 4.0)
    assert before.value == pytest.approx(9.21 / 4)
    both = period("AAPL", "eps_diluted", "2010-09-25", "annual").lines["eps_diluted"]
    assert both.original is not None
    assert (both.original.value, both.original.split_factor) == (15.15, 28.0)
    shares = period("AAPL", "shares_diluted", "2017-09-30", "annual").lines["shares_diluted"]
    assert shares.value == 5251692000 * 4
    restated_by_apple = period("AAPL", "eps_diluted", "2018-09-29", "annual").lines["eps_diluted"]
    assert (restated_by_apple.value, restated_by_apple.original) == (2.98, None)
    tesla = period("TSLA", "eps_diluted", "2021-12-31", "annual").lines["eps_diluted"]
    assert tesla.original is not None
    assert (tesla.original.value, tesla.original.split_factor) == (4.9, 3.0)


def test_splits_are_unknown_before_they_were_filed() -> None:
    lines = mapper("AAPL", date(2019, 11, 1)).statement("income", "annual", 1)[0].lines
    assert (lines["eps_diluted"].value, lines["eps_diluted"].original) == (11.89, None)
    assert lines["shares_diluted"].value == 4648913000


def test_known_on_gives_the_value_of_that_day() -> None:
    first = mapper("AAPL", date(2009, 11, 1)).statement("income", "annual", 1)[0]
    latest = period("AAPL", "revenue", "2009-09-26", "annual")
    assert (first.end, first.lines["revenue"].value) == (date(2009, 9, 26), 36537000000)
    assert (latest.lines["revenue"].value, latest.lines["revenue"].restated) == (42905000000, True)
    assert not first.lines["revenue"].restated
    assert max(row.end for row in mapper("SNOW", date(2024, 1, 1)).statement("income", "annual", 9)) == date(
        2023, 1, 31
    )


def test_rounding_to_millions_is_no_restatement() -> None:
    revenue = period("TSLA", "revenue", "2018-12-31", "annual").lines["revenue"]
    assert (revenue.value, revenue.restated) == (21461000000, False)


@pytest.mark.parametrize("line", ["eps_basic", "eps_diluted", "shares_basic", "shares_diluted"])
def test_values_per_share_of_a_fourth_quarter_are_not_derived(line: str) -> None:
    row = period("AAPL", line, "2025-09-27", "quarterly").lines[line]
    assert row.value is None
    assert "not derived" in (row.reason or "")


def test_twelve_months_follow_the_quarters() -> None:
    rows = mapper("AAPL").statement("income", "ttm", 2)
    assert [row.fiscal_period for row in rows] == ["TTM", "TTM"]
    assert rows[0].start == date(2024, 12, 29)
    assert rows[0].lines["revenue"].value == 143756000000 + 102466000000 + 94036000000 + 95359000000
    assert rows[0].lines["eps_diluted"].value is None
    assert rows[1].lines["eps_diluted"].value == 7.46


def test_a_foreign_company_without_quarterly_reports_has_no_quarters() -> None:
    assert periods("TSM", "income", "quarterly") == ()
    assert mapper("TSM").statement("income", "ttm", 5) == ()


def test_halves_of_a_foreign_company_are_those_that_its_interim_report_had() -> None:
    known = mapper("TSM", date(2022, 5, 1))
    rows = known.statement("income", "quarterly", 5)
    revenues = [(row.fiscal_period, row.fiscal_year, row.lines["revenue"].value) for row in rows]
    assert revenues == [
        ("H2", 2021, 852_859_600_000),
        ("H1", 2021, 734_555_400_000),
        ("H2", 2020, 717_959_300_000),
        ("H1", 2020, 621_295_500_000),
    ]
    assert (rows[1].form, rows[1].lines["eps_basic"].value) == ("6-K", 10.68)


@pytest.mark.parametrize("company", COMPANIES)
@pytest.mark.parametrize("statement", ["income", "balance", "cash_flow"])
@pytest.mark.parametrize("frequency", ["annual", "quarterly", "ttm"])
def test_periods_are_newest_first_without_duplicates(
    company: str, statement: StatementKind, frequency: StatementFrequency
) -> None:
    ends = [row.end for row in periods(company, statement, frequency)]
    assert ends == sorted(set(ends), reverse=True)
    labels = [(row.fiscal_year, row.fiscal_period) for row in periods(company, statement, frequency)]
    if frequency != "ttm":
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("submissions*.json")), ids=lambda path: path.stem)
def test_every_submissions_document_is_mapped(path: object) -> None:
    body = (DOCUMENTS / str(path)).read_bytes()
    if "page" in str(path):
        cik, columns = "0001324424", parse_filings_page(body)
        rows = len(json.loads(body)["form"])
    else:
        submissions = parse_submissions(body)
        cik, columns = str(submissions.cik), submissions.filings.recent
        rows = len(json.loads(body)["filings"]["recent"]["form"])
    assert len(list(filings_of(cik, columns, None))) == rows


def test_the_list_of_tickers_is_mapped() -> None:
    tickers = parse_tickers((DOCUMENTS / "company_tickers.json").read_bytes())
    assert tickers.by_ticker["AAPL"].cik_str == 320193
    assert [row.ticker for row in tickers.by_cik["0001652044"]] == ["GOOGL", "GOOG"]
    assert len(tickers.by_ticker) > 9000


@pytest.mark.parametrize(
    ("name", "sic", "reason"),
    [
        ("submissions-AAPL", "3571", None),
        ("submissions-TSM", "3674", None),
        ("submissions-FNMA", "6111", None),
        (
            "submissions-SIEMENS-AG",
            "8880",
            "the SEC's code 8880 (American depositary receipts) names no industry",
        ),
        (
            "submissions-CIK0000350001",
            "6189",
            "the SEC's code 6189 (asset-backed securities) names no industry",
        ),
    ],
)
def test_code_of_a_company_tells_whether_it_has_peers(name: str, sic: str, reason: str | None) -> None:
    submissions = parse_submissions((DOCUMENTS / f"{name}.json").read_bytes())
    assert (sic_of(submissions), no_group_reason(sic_of(submissions))) == (sic, reason)


def test_preferred_shares_of_one_issuer_are_named() -> None:
    submissions = parse_submissions((DOCUMENTS / "submissions-FNMA.json").read_bytes())
    common, *others = symbol_infos(submissions)
    assert (common.symbol, common.name) == ("FNMA", "FEDERAL NATIONAL MORTGAGE ASSOCIATION FANNIE MAE")
    assert len(others) == 15
    assert all(str(info.name).endswith("(preferred stock)") for info in others)
