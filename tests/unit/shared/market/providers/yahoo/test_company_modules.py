"""Profiles and holders from Yahoo: kinds of securities, days, percents, signs of trades."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.domain.company import Holders
from shared.market.providers.yahoo.company_modules import holders_from_summary, profile_from_summary

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
DAY = int(datetime(2026, 9, 30, tzinfo=UTC).timestamp())


def profile_modules(kind: str = "EQUITY", name: str = "Example Corp", **profile: Any) -> dict[str, Any]:
    return {
        "assetProfile": {"longBusinessSummary": "Makes things.", "country": "Norway", **profile},
        "price": {"longName": name, "shortName": name, "exchangeName": "Oslo", "currency": "NOK"},
        "quoteType": {"quoteType": kind},
        "defaultKeyStatistics": {"lastFiscalYearEnd": {"raw": DAY}},
    }


def holder_modules(**modules: Any) -> dict[str, Any]:
    return {"price": {"currency": "GBp"}, "quoteType": {"quoteType": "EQUITY"}, **modules}


def holders(**modules: Any) -> Holders:
    found = holders_from_summary("EXMP", holder_modules(**modules), NOW)
    assert found is not None
    return found


def test_profile_of_a_company() -> None:
    found = profile_from_summary(
        "EXMP.OL",
        profile_modules(sector="Energy", industry="Oil", fullTimeEmployees=12, website="javascript:x"),
        NOW,
    )
    assert found is not None
    assert (found.name, found.sector, found.industry, found.employees) == (
        "Example Corp",
        "Energy",
        "Oil",
        12,
    )
    assert (found.exchange, found.country, found.fiscal_year_end) == ("Oslo", "Norway", "09-30")
    assert (found.website, found.security) == (None, None)


def test_unknown_number_of_employees_is_not_zero() -> None:
    found = profile_from_summary("EXMP", profile_modules(fullTimeEmployees=0), NOW)
    assert found is not None
    assert found.employees is None


@pytest.mark.parametrize(
    ("symbol", "name", "kind", "expected"),
    [
        ("BAC-PL", "Bank of America Corporation", "EQUITY", "preferred_stock"),
        ("EXMPP", "Example Corp 6.5% Series A Preferred", "EQUITY", "preferred_stock"),
        ("EXMPZ", "Example Corp 5.375% Senior Notes due 2078", "EQUITY", "note"),
        ("TM", "Toyota Motor Corporation ADR", "EQUITY", "depositary_receipt"),
        ("PFBC", "Preferred Bank", "EQUITY", None),
        ("QQQ", "Invesco QQQ Trust", "ETF", "fund"),
    ],
)
def test_security_is_named(symbol: str, name: str, kind: str, expected: str | None) -> None:
    found = profile_from_summary(symbol, profile_modules(kind, name), NOW)
    assert found is not None
    assert found.security == expected


@pytest.mark.parametrize("kind", ["INDEX", "CURRENCY", "CRYPTOCURRENCY", "FUTURE", None])
def test_what_is_no_company_has_no_profile(kind: str) -> None:
    assert profile_from_summary("EXMP", profile_modules(kind), NOW) is None


def test_institutions_are_the_largest_first_in_percent() -> None:
    rows = [
        {"organization": "Small", "pctHeld": {"raw": 0.0748}, "position": 10, "value": 20, "reportDate": DAY},
        {
            "organization": "Large",
            "pctHeld": 0.0929,
            "position": {"raw": 30},
            "value": 60,
            "reportDate": None,
        },
    ]
    found = holders(institutionOwnership={"ownershipList": rows})
    assert [(row.name, row.percent_held) for row in found.institutions] == [("Large", 9.29), ("Small", 7.48)]
    assert [row.reported_on for row in found.institutions] == [None, date(2026, 9, 30)]
    assert found.currency == "GBP"


@pytest.mark.parametrize(
    ("stated", "price", "value"),
    [
        (72_000_000, 70.12, 720_000),
        (720_000, 70.12, 720_000),
        (72_000_000, None, 72_000_000),
        (None, 70.12, None),
    ],
)
def test_value_of_a_holding_is_in_pounds(stated: int | None, price: float | None, value: int | None) -> None:
    row = {"organization": "Fund", "position": 1_000_000, "value": stated}
    modules = holder_modules(institutionOwnership={"ownershipList": [row]})
    modules["price"] = {"currency": "GBp", "regularMarketPrice": price}
    found = holders_from_summary("VOD.L", modules, NOW)
    assert found is not None
    assert (found.institutions[0].value, found.currency) == (value, "GBP")


def test_shares_of_ownership_are_known_without_names() -> None:
    found = holders(majorHoldersBreakdown={"insidersPercentHeld": 0.31084, "institutionsCount": 13})
    assert (found.insiders_percent, found.institutions_percent, found.institution_count) == (31.084, None, 13)
    assert (found.insiders, found.institutions) == ((), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sale at price 226.35 per share.", -1516),
        ("Purchase at price 20.00 per share.", 1516),
        ("Stock Gift at price 0.00 per share.", None),
        ("", None),
    ],
)
def test_trade_of_an_insider_has_a_sign_only_when_the_text_tells(text: str, expected: int | None) -> None:
    trade = {"filerName": "Jo Doe", "startDate": DAY, "shares": 1516, "transactionText": text}
    other_day = {**trade, "startDate": DAY + 86_400}
    insider = {
        "name": "Jo Doe",
        "relation": "Director",
        "transactionDescription": "Sale",
        "latestTransDate": DAY,
        "positionDirect": {"raw": 100},
        "positionIndirect": 5,
    }
    found = holders(
        insiderHolders={"holders": [insider]}, insiderTransactions={"transactions": [trade, other_day]}
    )
    (row,) = found.insiders
    assert (row.shares, row.transaction_date, row.transaction_shares) == (105, date(2026, 9, 30), expected)


def test_several_trades_of_a_day_are_not_one_trade() -> None:
    trade = {"filerName": "Jo Doe", "startDate": DAY, "shares": 10, "transactionText": "Sale"}
    insider = {"name": "Jo Doe", "latestTransDate": DAY}
    found = holders(
        insiderHolders={"holders": [insider]}, insiderTransactions={"transactions": [trade, trade]}
    )
    assert (found.insiders[0].transaction_shares, found.insiders[0].shares) == (None, None)


def test_one_bad_holder_costs_one_holder() -> None:
    found = holders(
        institutionOwnership={"ownershipList": [{"pctHeld": 1}, {"organization": "Fund", "position": -4}]}
    )
    assert [(row.name, row.shares) for row in found.institutions] == [("Fund", None)]
    assert found.quality[0].code == "dropped_records"


def test_no_holders_are_no_answer() -> None:
    assert holders_from_summary("EXMP", holder_modules(institutionOwnership=[]), NOW) is None
