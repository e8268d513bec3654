"""Alpha Vantage's reports as statements; IBM's values are those of its annual report of 2024."""

from datetime import date

import pytest

from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.alpha_vantage.reported_statements import period

REPORT = {
    "fiscalDateEnding": "2024-12-31",
    "reportedCurrency": "USD",
    "capitalExpenditures": "1685000000",
    "dividendPayout": "6147000000",
    "operatingCashflow": "13445000000",
    "changeInInventory": "-166000000",
    "changeInReceivables": "5",
    "profitLoss": "None",
    "cashflowFromInvestment": "-4937000000",
}


def test_payments_are_negative_and_effects_on_cash_keep_their_sign() -> None:
    found = period(REPORT, 12, "cash_flow")
    assert found.end == date(2024, 12, 31)
    assert found.values == {
        "capital_expenditure": -1_685_000_000,
        "dividends_paid": -6_147_000_000,
        "operating_cash_flow": 13_445_000_000,
        "investing_cash_flow": -4_937_000_000,
    }
    assert found.net_income is None


@pytest.mark.parametrize(
    ("fields", "repurchases"),
    [
        ({"paymentsForRepurchaseOfCommonStock": "651", "proceedsFromRepurchaseOfEquity": "-700"}, -651),
        ({"paymentsForRepurchaseOfEquity": "651"}, -651),
        ({"paymentsForRepurchaseOfCommonStock": "None", "proceedsFromRepurchaseOfEquity": "-651"}, -651),
        ({"proceedsFromRepurchaseOfEquity": "None"}, None),
    ],
)
def test_repurchases_are_read_from_every_field_that_has_them(
    fields: dict[str, str], repurchases: int | None
) -> None:
    assert period(REPORT | fields, 12, "cash_flow").values.get("share_repurchases") == repurchases


def test_short_term_debt_is_without_leases() -> None:
    debt = {
        "shortTermDebt": "5857",
        "shortLongTermDebtTotal": "58396",
        "longTermDebt": "49884",
        "capitalLeaseObligations": "3423",
    }
    dated = {"fiscalDateEnding": "2024-12-31", "reportedCurrency": "USD"}
    assert period(dated | debt, 12, "balance").values["short_term_debt"] == 5_089
    assert (
        "short_term_debt"
        not in period(dated | debt | {"capitalLeaseObligations": "None"}, 12, "balance").values
    )


@pytest.mark.parametrize(
    "changes",
    [{"fiscalDateEnding": "None"}, {"reportedCurrency": "None"}, dict.fromkeys(REPORT, "None")],
)
def test_report_without_date_currency_or_values_is_malformed(changes: dict[str, str]) -> None:
    with pytest.raises(ProviderBadPayloadError):
        period(REPORT | changes, 12, "cash_flow")
