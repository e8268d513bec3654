"""Statements from Alpha Vantage's INCOME_STATEMENT, BALANCE_SHEET and CASH_FLOW.

Every value is a text, ``None`` for a missing one. The meaning and sign of the fields were compared with IBM's
annual report of 2024. Payments are positive there and negative here. Fields without one meaning are not read:
``_AMBIGUOUS`` names the lines, with the reasons. Repaid debt is in no recorded response.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from shared.domain.terms import StatementKind
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.alpha_vantage.errors import NAME
from shared.market.providers.fields import Json, currency_and_factor, number
from shared.market.providers.vendor_statements import VendorPeriod

FUNCTIONS: Final[Mapping[StatementKind, str]] = {
    "income": "INCOME_STATEMENT",
    "balance": "BALANCE_SHEET",
    "cash_flow": "CASH_FLOW",
}
REPORTS: Final[Mapping[str, int]] = {"annualReports": 12, "quarterlyReports": 3}
"""Lists of a response, with the months of their periods."""

_FIELDS: Final[Mapping[str, str]] = {
    "revenue": "totalRevenue",
    "cost_of_revenue": "costOfRevenue",
    "gross_profit": "grossProfit",
    "research_and_development": "researchAndDevelopment",
    "selling_general_administrative": "sellingGeneralAndAdministrative",
    "operating_income": "operatingIncome",
    "interest_expense": "interestExpense",
    "pretax_income": "incomeBeforeTax",
    "income_tax": "incomeTaxExpense",
    "net_income": "netIncome",
    "cash": "cashAndCashEquivalentsAtCarryingValue",
    "short_term_investments": "shortTermInvestments",
    "inventory": "inventory",
    "current_assets": "totalCurrentAssets",
    "goodwill": "goodwill",
    "intangibles": "intangibleAssetsExcludingGoodwill",
    "total_assets": "totalAssets",
    "payables": "currentAccountsPayable",
    "current_liabilities": "totalCurrentLiabilities",
    "long_term_debt": "longTermDebt",
    "total_liabilities": "totalLiabilities",
    "parent_equity": "totalShareholderEquity",
    "operating_cash_flow": "operatingCashflow",
    "investing_cash_flow": "cashflowFromInvestment",
    "financing_cash_flow": "cashflowFromFinancing",
    "exchange_rate_effect": "changeInExchangeRate",
    "depreciation_amortisation": "depreciationDepletionAndAmortization",
}
_PAYMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "capital_expenditure": ("capitalExpenditures",),
    "dividends_paid": ("dividendPayout",),
    "share_repurchases": ("paymentsForRepurchaseOfCommonStock", "paymentsForRepurchaseOfEquity"),
}
"""Fields of payments for each line, the preferred one first."""
_REPURCHASES_IN_CASH: Final = "proceedsFromRepurchaseOfEquity"
"""Repurchases of own shares signed by their effect on cash; the only field of them that IBM has."""
_NO_SIGN: Final = "not known: the source gives changes in working capital with either sign"
_AMBIGUOUS: Final[Mapping[str, str]] = {
    "receivables": "not known: the source gives all current receivables, not only those from customers",
    "property_plant_equipment": "not known: the source may include leased assets",
    "change_in_receivables": _NO_SIGN,
    "change_in_inventory": _NO_SIGN,
    "other_operating": _NO_SIGN,
}
"""Lines that the vendor's fields do not give: their names cover more than ours, and values of changes in
working capital have the sign of cash for one company and the opposite for another."""
_CASH_FLOW_PROFIT: Final = "profitLoss"
_NO_EXCHANGE_EFFECT: Final = "not known: the source does not give the effect of exchange rates on cash"


def period(report: Json, months: int, statement: StatementKind) -> VendorPeriod:
    """Returns the values of one report.

    Raises:
        ProviderBadPayloadError: It has no date, no currency or no value.
    """
    currency, _ = currency_and_factor(report.get("reportedCurrency"))
    try:
        end = date.fromisoformat(str(report.get("fiscalDateEnding")))
    except ValueError as error:
        raise ProviderBadPayloadError(NAME, "a report has no date") from error
    values = _values(report)
    if currency is None or not values:
        raise ProviderBadPayloadError(NAME, "a report has no values or no currency")
    profit = number(report.get(_CASH_FLOW_PROFIT)) if statement == "cash_flow" else None
    # Without the effect of exchange rates, the three activities do not explain the change in cash.
    unknown = {} if "exchange_rate_effect" in values else {"net_change_in_cash": _NO_EXCHANGE_EFFECT}
    return VendorPeriod(end, months, currency, values, profit, withheld={**_AMBIGUOUS, **unknown})


def _values(report: Json) -> dict[str, float]:
    found = {line: number(report.get(field)) for line, field in _FIELDS.items()}
    for line, fields in _PAYMENTS.items():
        paid = next((value for field in fields if (value := number(report.get(field))) is not None), None)
        found[line] = None if paid is None else -paid
    if found["share_repurchases"] is None:
        found["share_repurchases"] = number(report.get(_REPURCHASES_IN_CASH))
    found["short_term_debt"] = _short_term_debt(report)
    return {line: value for line, value in found.items() if value is not None}


def _short_term_debt(report: Json) -> float | None:
    """Returns the borrowings due within a year; the vendor's own field contains leases as well."""
    total, long_term, leases = (
        number(report.get(field))
        for field in ("shortLongTermDebtTotal", "longTermDebt", "capitalLeaseObligations")
    )
    if total is not None and long_term is not None and leases is not None and total >= long_term + leases:
        return total - long_term - leases
    return number(report.get("currentDebt"))
