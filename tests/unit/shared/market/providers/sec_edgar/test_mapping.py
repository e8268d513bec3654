"""Traps of the filed facts, each as a small document."""

from datetime import date

import pytest

from shared.market.providers.sec_edgar.mapping import StatementMapper
from tests.support.edgar_documents import Row, company_facts, to_date, year
from tests.support.statement_rows import OPERATING, PERIOD, PROFIT, REVENUE, balance, line, rows_of, values

# Periods


def test_year_and_fourth_quarter_share_an_end_and_are_told_apart_by_length() -> None:
    facts = [year(REVENUE, 400, 2025), Row(REVENUE, 110, "2025-12-31", "2025-10-01")]
    assert values(facts, "revenue") == [400]


def test_a_comparative_year_is_not_taken_for_the_year_of_the_filing() -> None:
    # All three have fy 2025 in the document.
    facts = [
        year(REVENUE, amount, of, filed="2026-02-10", fiscal_year=2025)
        for of, amount in ((2025, 300), (2024, 200), (2023, 100))
    ]
    rows = rows_of(facts, "revenue")
    assert [(row.fiscal_year, row.lines["revenue"].value) for row in rows] == [
        (2025, 300),
        (2024, 200),
        (2023, 100),
    ]


def test_twelve_months_in_a_quarterly_report_are_no_fiscal_year() -> None:
    facts = [*PERIOD, Row(REVENUE, 120, "2025-06-30", "2024-07-01", form="10-Q")]
    assert [row.end for row in rows_of(facts, "revenue")] == [date(2025, 12, 31)]


def test_a_transition_period_is_no_fiscal_year() -> None:
    facts = [
        Row(REVENUE, 100, "2024-06-30", "2023-07-01"),
        Row(PROFIT, 10, "2024-06-30", "2023-07-01"),
        Row(REVENUE, 60, "2024-12-31", "2024-07-01", form="10-KT"),
        Row(PROFIT, 6, "2024-12-31", "2024-07-01", form="10-KT"),
        # Unaudited comparatives for the twelve months that end with the transition.
        Row(REVENUE, 115, "2024-12-31", "2024-01-01", form="10-KT"),
        year(REVENUE, 130, 2025),
        year(PROFIT, 13, 2025),
    ]
    assert [(row.start, row.end) for row in rows_of(facts, "net_income")] == [
        (date(2025, 1, 1), date(2025, 12, 31)),
        (date(2023, 7, 1), date(2024, 6, 30)),
    ]


@pytest.mark.parametrize(
    ("start", "end", "filed_as", "fiscal_year"),
    [
        ("2024-02-01", "2025-01-31", "2025", 2025),  # Snowflake, Walmart
        ("2024-01-29", "2025-02-02", "2024", 2024),  # Home Depot: named after the year it begins in
        ("2019-12-29", "2021-01-02", "2020", 2020),  # a year of 53 weeks that ends in January
        ("2024-07-01", "2025-06-30", "2025", 2025),
    ],
)
def test_fiscal_year_is_named_as_the_company_does(
    start: str, end: str, filed_as: str, fiscal_year: int
) -> None:
    facts = [Row(concept, 100, end, start, fiscal_year=int(filed_as)) for concept in (REVENUE, PROFIT)]
    (row,) = rows_of(facts, "revenue")
    assert (row.fiscal_year, row.fiscal_period) == (fiscal_year, "FY")


def test_quarters_of_twelve_and_sixteen_weeks() -> None:
    # As Costco files them: 12, 12, 12 and 16 weeks.
    start, ends = "2024-09-02", ("2024-11-24", "2025-02-16", "2025-05-11", "2025-08-31")
    facts = [
        Row(concept, 100 * number, end, start, form="10-K" if number == 4 else "10-Q")
        for concept in (REVENUE, PROFIT)
        for number, end in enumerate(ends, 1)
    ]
    rows = rows_of(facts, "revenue", "quarterly")
    assert [(row.fiscal_period, row.end.isoformat()) for row in rows] == [
        ("Q4", ends[3]),
        ("Q3", ends[2]),
        ("Q2", ends[1]),
        ("Q1", ends[0]),
    ]
    assert [row.lines["revenue"].value for row in rows] == [100, 100, 100, 100]
    assert rows_of(facts, "revenue", "ttm")[0].lines["revenue"].value == 400


def test_quarters_of_a_year_that_is_not_over() -> None:
    facts = [
        *PERIOD,
        *(row for concept in (REVENUE, PROFIT) for row in to_date(concept, [30, 65, 105], 2026)),
    ]
    rows = rows_of(facts, "revenue", "quarterly")
    assert [(row.fiscal_year, row.fiscal_period) for row in rows] == [
        (2026, "Q3"),
        (2026, "Q2"),
        (2026, "Q1"),
    ]
    assert [row.lines["revenue"].value for row in rows] == [40, 35, 30]


def test_first_days_that_differ_by_one_are_one_period() -> None:
    facts = [
        *PERIOD,
        Row("IncomeTaxExpenseBenefit", 3, "2025-12-31", "2024-12-31"),
        Row("OperatingIncomeLoss", 12, "2025-12-31", "2025-01-01"),
    ]
    assert line(facts, "income_tax").value == 3


# Restatements


def test_the_latest_filing_wins_and_earlier_values_stay_known() -> None:
    facts = [year(REVENUE, 100, 2024), year(REVENUE, 90, 2024, filed="2026-02-10"), year(PROFIT, 5, 2024)]
    newest = rows_of(facts, "revenue")[0].lines["revenue"]
    then = rows_of(facts, "revenue", known_on=date(2025, 12, 31))[0].lines["revenue"]
    assert (newest.value, newest.restated) == (90, True)
    assert (then.value, then.restated) == (100, False)


def test_nothing_is_known_before_the_first_filing() -> None:
    assert rows_of(PERIOD, "revenue", known_on=date(2026, 2, 8)) == ()
    assert len(rows_of(PERIOD, "revenue", known_on=date(2026, 2, 9))) == 1


def test_fourth_quarter_is_not_mixed_from_before_and_after_a_restatement() -> None:
    facts = [
        *to_date(OPERATING, [10, 30, 60, 100], 2024),
        # The next annual report restates the year; no report restates the nine months.
        year(OPERATING, 140, 2024, filed="2026-02-10"),
        year(REVENUE, 1, 2024),
    ]
    row = rows_of(facts, "operating_cash_flow", "quarterly")[0]
    assert (row.lines["operating_cash_flow"].value, row.fiscal_period) == (40, "Q4")


def test_fourth_quarter_follows_when_both_are_restated() -> None:
    facts = [
        *to_date(OPERATING, [10, 30, 60, 100], 2024),
        Row(OPERATING, 80, "2024-09-30", "2024-01-01", filed="2025-11-05", form="10-Q"),
        year(OPERATING, 140, 2024, filed="2026-02-10"),
        year(REVENUE, 1, 2024),
    ]
    newest = rows_of(facts, "operating_cash_flow", "quarterly")[0].lines["operating_cash_flow"]
    assert (newest.value, newest.derived, newest.restated) == (60, True, True)


def test_nine_months_restated_before_the_year_was_filed_belong_to_the_year() -> None:
    # The annual report already has the new presentation, which the next report shows for the nine months.
    facts = [
        *to_date(OPERATING, [10, 30, 60], 2024),
        year(OPERATING, 100, 2024, filed="2025-02-10"),
        Row(OPERATING, 55, "2024-09-30", "2024-01-01", filed="2025-11-05", form="10-Q"),
        year(OPERATING, 100, 2024, filed="2026-02-10"),
        year(REVENUE, 1, 2024),
    ]
    assert values(facts, "operating_cash_flow", "quarterly")[0] == 45


def test_fourth_quarter_is_derived_from_one_concept_only() -> None:
    facts = [
        Row("SalesRevenueNet", 70, "2025-09-30", "2025-01-01", form="10-Q"),
        *to_date(PROFIT, [1, 2, 3, 4], 2025),
        year(REVENUE, 100, 2025),
    ]
    newest = rows_of(facts, "revenue", "quarterly")[0].lines["revenue"]
    assert newest.value is None
    assert newest.reason is not None


def test_values_per_share_are_never_derived() -> None:
    eps, shares = "EarningsPerShareDiluted", "WeightedAverageNumberOfDilutedSharesOutstanding"
    facts = [
        *to_date(REVENUE, [10, 20, 30, 40], 2025),
        *to_date(eps, [1.0, 2.0, 3.0, 4.0], 2025, unit="USD/shares"),
        *to_date(shares, [100, 100, 100, 100], 2025, unit="shares"),
    ]
    newest = rows_of(facts, "eps_diluted", "quarterly")[0]
    assert (newest.lines["eps_diluted"].value, newest.lines["shares_diluted"].value) == (None, None)
    assert newest.lines["revenue"].value == 10


# Concepts


@pytest.mark.parametrize(
    "concept",
    ["Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax", "SalesRevenueNet"],
)
def test_revenue_has_several_names(concept: str) -> None:
    assert values([year(concept, 100, 2025), year(PROFIT, 1, 2025)], "revenue") == [100]


def test_the_concept_is_chosen_per_period() -> None:
    facts = [
        year("SalesRevenueNet", 100, 2016),
        year("RevenueFromContractWithCustomerExcludingAssessedTax", 120, 2018),
        year(REVENUE, 130, 2019),
        *(year(PROFIT, 1, of) for of in (2016, 2018, 2019)),
    ]
    assert values(facts, "revenue") == [130, 120, 100]


def test_a_value_of_an_earlier_year_is_not_carried_forward() -> None:
    facts = [year("InterestExpense", 5, 2023), *PERIOD, year(REVENUE, 90, 2023), year(PROFIT, 9, 2023)]
    assert values(facts, "interest_expense") == [None, 5]


def test_parent_and_consolidated_income_are_separate() -> None:
    facts = [
        year(REVENUE, 100, 2025),
        year(PROFIT, 10, 2025),
        year("ProfitLoss", 12, 2025),
        year("NetIncomeLossAttributableToNoncontrollingInterest", 2, 2025),
    ]
    assert line(facts, "net_income").value == 10
    assert line(facts, "net_income_consolidated").value == 12


def test_consolidated_income_is_not_given_out_as_the_parents() -> None:
    facts = [
        year(REVENUE, 100, 2025),
        year("ProfitLoss", 12, 2025),
        balance("MinorityInterest", 50),
    ]
    assert line(facts, "net_income").value is None
    with_share = [*facts, year("NetIncomeLossAttributableToNoncontrollingInterest", 2, 2025)]
    assert (line(with_share, "net_income").value, line(with_share, "net_income").derived) == (10, True)


def test_without_minority_interest_both_are_the_same() -> None:
    only_group = line([year(REVENUE, 100, 2025), year("ProfitLoss", 12, 2025)], "net_income")
    assert (only_group.value, only_group.derived) == (12, True)
    assert line(PERIOD, "net_income_consolidated").derived


def test_income_available_to_common_is_not_net_income() -> None:
    facts = [year(REVENUE, 100, 2025), year("NetIncomeLossAvailableToCommonStockholdersBasic", 7, 2025)]
    assert line(facts, "net_income").value is None


def test_minority_interest_and_redeemable_items_belong_to_equity() -> None:
    facts = [
        *PERIOD,
        balance("Assets", 1000),
        balance("Liabilities", 600),
        balance("StockholdersEquity", 300),
        balance("MinorityInterest", 40),
        balance("StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest", 340),
        balance("RedeemableNoncontrollingInterestEquityCarryingAmount", 60),
    ]
    lines = rows_of(facts, "total_equity")[0].lines
    assert [lines[name].value for name in ("total_liabilities", "minority_interest", "total_equity")] == [
        600,
        100,
        400,
    ]
    assert lines["parent_equity"].value == 300


def test_liabilities_follow_where_they_are_not_filed() -> None:
    facts = [*PERIOD, balance("Assets", 1000), balance("StockholdersEquity", 300)]
    lines = rows_of(facts, "total_liabilities")[0].lines
    assert (lines["total_liabilities"].value, lines["total_liabilities"].derived) == (700, True)
    assert lines["minority_interest"].value is None


def test_parent_equity_is_not_given_out_as_the_groups() -> None:
    facts = [
        *PERIOD,
        year("NetIncomeLossAttributableToNoncontrollingInterest", 2, 2025),
        balance("Assets", 1000),
        balance("StockholdersEquity", 300),
    ]
    lines = rows_of(facts, "total_equity")[0].lines
    assert (lines["parent_equity"].value, lines["total_equity"].value) == (300, None)
    assert lines["total_liabilities"].value is None
    known = rows_of([*facts, balance("Liabilities", 650)], "total_equity")[0].lines["total_equity"]
    assert (known.value, known.derived) == (350, True)


def test_quarters_of_a_transition_have_no_fiscal_year() -> None:
    ends = (("2024-07-01", "2024-09-30"), ("2024-07-01", "2024-12-31"))
    facts = [
        *(Row(concept, 100, "2024-06-30", "2023-07-01") for concept in (REVENUE, PROFIT)),
        *(Row(concept, 30, end, start, form="10-Q") for concept in (REVENUE, PROFIT) for start, end in ends),
        *(row for concept in (REVENUE, PROFIT) for row in to_date(concept, [10, 20, 30, 40], 2025)),
    ]
    rows = rows_of(facts, "revenue", "quarterly")
    assert [(str(row.end), row.fiscal_year) for row in rows] == [
        ("2025-12-31", 2025),
        ("2025-09-30", 2025),
        ("2025-06-30", 2025),
        ("2025-03-31", 2025),
        ("2024-12-31", None),
        ("2024-09-30", None),
    ]


def test_preferred_shares_between_liabilities_and_equity_count_as_equity() -> None:
    facts = [
        *PERIOD,
        balance("Assets", 1000),
        balance("Liabilities", 500),
        balance("TemporaryEquityCarryingAmountAttributableToParent", 900),
        balance("StockholdersEquity", -400),
    ]
    lines = rows_of(facts, "total_equity")[0].lines
    assert (lines["total_equity"].value, lines["parent_equity"].value) == (500, -400)


@pytest.mark.parametrize(
    ("name", "concept", "value", "expected"),
    [
        ("capital_expenditure", "PaymentsToAcquirePropertyPlantAndEquipment", 30, -30),
        ("dividends_paid", "PaymentsOfDividends", 30, -30),
        ("share_repurchases", "PaymentsForRepurchaseOfCommonStock", 30, -30),
        ("debt_repaid", "RepaymentsOfLongTermDebt", 30, -30),
        ("debt_issued", "ProceedsFromIssuanceOfLongTermDebt", 30, 30),
        ("acquisitions", "PaymentsToAcquireBusinessesNetOfCashAcquired", 30, -30),
        ("change_in_receivables", "IncreaseDecreaseInAccountsReceivable", 30, -30),
        ("change_in_receivables", "IncreaseDecreaseInAccountsReceivable", -30, 30),
        ("change_in_inventory", "IncreaseDecreaseInInventories", 30, -30),
        ("change_in_payables", "IncreaseDecreaseInAccountsPayable", 30, 30),
    ],
)
def test_cash_flows_are_signed_by_their_effect_on_cash(
    name: str, concept: str, value: int, expected: int
) -> None:
    assert line([*PERIOD, year(concept, value, 2025)], name).value == expected


def test_an_other_line_does_not_hide_a_part_that_one_quarter_lacks() -> None:
    facts = [
        *to_date("NetCashProvidedByUsedInFinancingActivities", [0, 50, 50, 50], 2025),
        *to_date(REVENUE, [10, 20, 30, 40], 2025),
        year("ProceedsFromIssuanceOfLongTermDebt", 50, 2025),
    ]
    second = rows_of(facts, "other_financing", "quarterly")[2].lines
    assert second["financing_cash_flow"].value == 50
    assert second["other_financing"].value is None
    assert "debt_issued" in (second["other_financing"].reason or "")
    assert line(facts, "other_financing").value == 0


def test_a_bank_has_net_revenue_and_no_current_assets() -> None:
    facts = [
        year("InterestIncomeExpenseNet", 60, 2025),
        year("NoninterestIncome", 40, 2025),
        year(PROFIT, 30, 2025),
        balance("CashAndDueFromBanks", 5),
        balance("InterestBearingDepositsInBanks", 15),
    ]
    assert (line(facts, "revenue").value, line(facts, "revenue").derived) == (100, True)
    assert line(facts, "cash").value == 20
    assert line(facts, "current_assets").reason == "not reported"


def test_earnings_filed_per_class_of_shares_are_absent_with_the_reason() -> None:
    reason = line(PERIOD, "eps_diluted").reason
    assert reason is not None
    assert "per class" in reason


# Splits


def splitting(factor: float) -> list[Row]:
    """Returns share counts of a quarter, restated a year later for a split, and a year from before it."""
    basic = "WeightedAverageNumberOfSharesOutstandingBasic"
    diluted = "WeightedAverageNumberOfDilutedSharesOutstanding"
    return [
        *(
            Row(concept, shares * times, "2024-06-30", "2024-04-01", filed, "10-Q", "shares")
            for concept, shares in ((basic, 100_000), (diluted, 110_000))
            for times, filed in ((1, "2024-08-01"), (factor, "2025-08-01"))
        ),
        year("EarningsPerShareDiluted", 8.0, 2023, unit="USD/shares"),
        year(diluted, 1050, 2023, unit="shares"),
        year(REVENUE, 100, 2023),
        year(PROFIT, 10, 2023),
    ]


@pytest.mark.parametrize(
    ("factor", "eps", "shares"),
    [
        (4, 2.0, 4200),
        (1.5, 5.333333, 1575),
        (1.4, 5.714286, 1470),
        (1.1, 7.272727, 1155),
        (1.05, 7.619048, 1102),
        (1.03, 7.76699, 1082),
        (0.1, 80.0, 105),
        (1 / 250, 2_000.0, 4),
    ],
)
def test_values_from_before_a_split_are_restated(factor: float, eps: float, shares: int) -> None:
    lines = rows_of(splitting(factor), "eps_diluted")[0].lines
    assert lines["eps_diluted"].value == eps
    assert lines["shares_diluted"].value == shares
    original = lines["eps_diluted"].original
    assert original is not None
    assert (original.value, original.split_factor) == (8.0, factor)
    assert not lines["eps_diluted"].restated


@pytest.mark.parametrize("factor", [1.07, 1.035, 1.09, 1.3])
def test_a_correction_of_a_share_count_is_no_split(factor: float) -> None:
    lines = rows_of(splitting(factor), "eps_diluted")[0].lines
    assert (lines["eps_diluted"].value, lines["eps_diluted"].original) == (8.0, None)


def test_values_filed_after_the_split_stay() -> None:
    later = year("EarningsPerShareDiluted", 2.5, 2025, unit="USD/shares")
    facts = [*splitting(4), later, year(REVENUE, 1, 2025), year(PROFIT, 1, 2025)]
    assert values(facts, "eps_diluted") == [2.5, 2.0]


def test_a_split_is_unknown_before_it_was_filed() -> None:
    rows = rows_of(splitting(4), "eps_diluted", known_on=date(2025, 7, 31))
    assert rows[0].lines["eps_diluted"].value == 8.0


# IFRS and currencies


def test_a_filer_under_ifrs_in_another_currency() -> None:
    facts = [
        Row(concept, value, "2024-12-31", "2024-01-01", form="20-F", unit=unit, taxonomy="ifrs-full")
        for concept, value, unit in (
            ("Revenue", 3000, "TWD"),
            ("Revenue", 100, "USD"),
            ("ProfitLossAttributableToOwnersOfParent", 600, "TWD"),
            ("ProfitLoss", 610, "TWD"),
            ("BasicEarningsLossPerShare", 6.0, "TWD/shares"),
            ("BasicEarningsLossPerShare", 0.2, "USD/shares"),
        )
    ]
    (row,) = rows_of(facts, "revenue")
    assert (row.currency, row.form) == ("TWD", "20-F")
    lines = row.lines
    assert [lines[name].value for name in ("revenue", "net_income", "eps_basic")] == [3000, 600, 6]


def test_a_filer_with_a_single_filing() -> None:
    (row,) = rows_of([year(REVENUE, 100, 2025)], "revenue")
    assert row.lines["revenue"].value == 100


def test_a_company_without_facts_has_no_periods() -> None:
    for frequency in ("annual", "quarterly", "ttm"):
        assert rows_of([], "revenue", frequency) == ()


def test_a_balance_belongs_to_the_flows_that_end_on_its_day() -> None:
    flows = to_date("NetIncomeLoss", [1, 3, 6, 10], 2025)
    # Reports repeat the balance of the last year's end; that of a cover page has a day of its own.
    balances = [
        Row("Assets", 500, "2025-12-31"),
        Row("Assets", 400, "2024-12-31", filed="2026-02-09"),
        Row("Assets", 450, "2026-01-20", filed="2026-02-09"),
    ]
    facts = company_facts([*flows, *to_date("Revenues", [2, 4, 8, 16], 2025), *balances])
    (year_end,) = StatementMapper(facts).statement("balance", "annual", 5)
    assert (year_end.start, year_end.end) == (None, date(2025, 12, 31))
    assert year_end.lines["total_assets"].value == 500
