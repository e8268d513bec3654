"""Yahoo's series of statement values, made up and recorded."""

from datetime import date
from typing import Any

import pytest

from shared.domain.statements import statement_items
from shared.domain.terms import StatementKind
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.yahoo.statement_series import periods_from_series, requested_types


def series(name: str, *cells: tuple[str, float, str] | None, months: str = "12M") -> dict[str, Any]:
    entries = [
        cell
        and {
            "asOfDate": cell[0],
            "periodType": months,
            "currencyCode": cell[2],
            "reportedValue": {"raw": cell[1], "fmt": "x"},
        }
        for cell in cells
    ]
    return {"meta": {"symbol": ["ACME"], "type": [name]}, "timestamp": [1], name: entries}


def test_values_are_grouped_by_their_day() -> None:
    found = periods_from_series(
        [
            series("annualTotalRevenue", ("2024-12-31", 10.0, "EUR"), None, ("2025-12-31", 12.0, "EUR")),
            series("annualNetIncome", ("2025-12-31", 2.0, "EUR")),
            {"meta": {"symbol": ["ACME"], "type": ["annualGoodwill"]}},
        ]
    )
    assert {one.end: (one.months, one.currency, dict(one.values)) for one in found} == {
        date(2024, 12, 31): (12, "EUR", {"revenue": 10.0}),
        date(2025, 12, 31): (12, "EUR", {"revenue": 12.0, "net_income": 2.0}),
    }


def test_preferred_type_counts() -> None:
    (found,) = periods_from_series(
        [
            series("annualOperatingIncome", ("2025-12-31", 9.0, "USD")),
            series("annualTotalOperatingIncomeAsReported", ("2025-12-31", 7.0, "USD")),
        ]
    )
    assert found.values == {"operating_income": 7.0}


def test_value_in_another_currency_is_withheld() -> None:
    (found,) = periods_from_series(
        [
            series("annualTotalRevenue", ("2025-12-31", 9.0, "TWD")),
            series("annualNetIncome", ("2025-12-31", 3.0, "TWD")),
            series("annualBasicEPS", ("2025-12-31", 1.0, "USD")),
        ]
    )
    assert (found.currency, found.foreign) == ("TWD", frozenset({"eps_basic"}))
    assert "eps_basic" not in found.values


@pytest.mark.parametrize(("per_share", "is_known"), [(3.3, True), (3.33, True), (0.46, False), (-3.3, False)])
def test_value_per_share_with_the_wrong_mark_is_taken_if_shares_times_it_are_the_earnings(
    per_share: float, is_known: bool
) -> None:
    (found,) = periods_from_series(
        [
            series("quarterlyTotalRevenue", ("2025-12-31", 9e9, "CNY")),
            series("quarterlyNetIncome", ("2025-12-31", 3e9, "CNY")),
            series("quarterlyNetIncomeCommonStockholders", ("2025-12-31", 3.3e9, "CNY")),
            series("quarterlyBasicEPS", ("2025-12-31", per_share, "USD")),
            series("quarterlyBasicAverageShares", ("2025-12-31", 1e9, "USD")),
        ]
    )
    assert found.values.get("eps_basic") == (per_share if is_known else None)
    assert found.foreign == (frozenset() if is_known else frozenset({"eps_basic"}))


def test_half_years_keep_their_length() -> None:
    (found,) = periods_from_series([series("quarterlyTotalRevenue", ("2025-06-30", 9.0, "NOK"), months="6M")])
    assert found.months == 6


def test_one_value_that_cannot_be_read_costs_one_value() -> None:
    broken = series("annualTotalRevenue", ("2025-12-31", 9.0, "USD"))
    broken["annualTotalRevenue"] += [
        {"asOfDate": "soon"},
        7,
        {"reportedValue": "x", "asOfDate": "2024-12-31"},
    ]
    (found,) = periods_from_series([broken])
    assert found.values == {"revenue": 9.0}


def test_nothing_that_can_be_read_is_a_bad_payload() -> None:
    with pytest.raises(ProviderBadPayloadError):
        periods_from_series([{"annualTotalRevenue": [{"asOfDate": "2025-12-31"}]}])


def test_instrument_without_statements_has_no_periods() -> None:
    assert periods_from_series([{"meta": {"symbol": ["BTC-USD"], "type": ["annualTotalRevenue"]}}]) == []


@pytest.mark.parametrize("statement", ["income", "balance", "cash_flow"])
def test_types_of_quarters_come_with_the_mark_of_the_year(statement: StatementKind) -> None:
    annual, quarterly = (requested_types(statement, annual=flag) for flag in (True, False))
    assert all(name.startswith("annual") for name in annual)
    assert [name for name in quarterly if name.startswith("annual")] == ["annualTotalRevenue"]
    assert len(annual) >= len(statement_items(statement)) - 8
