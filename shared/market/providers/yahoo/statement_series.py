"""Statements from Yahoo's ``fundamentals-timeseries``: one list of values by day for each type.

The meaning of the types was compared with the annual report of Apple in recorded responses.
Costs are positive, payments of the cash flow statement negative, as ours are. The currency of values per
share may be marked wrongly; they are taken where shares times value are the earnings.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from shared.domain.statements import LINE_ITEMS, statement_items
from shared.domain.terms import StatementKind
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.fields import Json, currency_and_factor, number, part
from shared.market.providers.vendor_statements import VendorPeriod
from shared.market.providers.yahoo.errors import NAME

_TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "revenue": ("TotalRevenue", "OperatingRevenue"),
    "cost_of_revenue": ("CostOfRevenue",),
    "gross_profit": ("GrossProfit",),
    "research_and_development": ("ResearchAndDevelopment",),
    "selling_general_administrative": ("SellingGeneralAndAdministration",),
    "operating_income": ("TotalOperatingIncomeAsReported", "OperatingIncome"),
    "interest_expense": ("InterestExpense", "InterestExpenseNonOperating"),
    "pretax_income": ("PretaxIncome",),
    "income_tax": ("TaxProvision",),
    "net_income": ("NetIncome",),
    "net_income_consolidated": ("NetIncomeIncludingNoncontrollingInterests",),
    "eps_basic": ("BasicEPS",),
    "eps_diluted": ("DilutedEPS",),
    "shares_basic": ("BasicAverageShares",),
    "shares_diluted": ("DilutedAverageShares",),
    "cash": ("CashAndCashEquivalents",),
    "short_term_investments": ("OtherShortTermInvestments",),
    "receivables": ("AccountsReceivable",),
    "inventory": ("Inventory",),
    "current_assets": ("CurrentAssets",),
    "property_plant_equipment": ("NetPPE",),
    "goodwill": ("Goodwill",),
    "intangibles": ("OtherIntangibleAssets",),
    "total_assets": ("TotalAssets",),
    "payables": ("AccountsPayable",),
    "short_term_debt": ("CurrentDebt",),
    "current_liabilities": ("CurrentLiabilities",),
    "long_term_debt": ("LongTermDebt",),
    "total_liabilities": ("TotalLiabilitiesNetMinorityInterest",),
    "minority_interest": ("MinorityInterest",),
    "parent_equity": ("StockholdersEquity",),
    "total_equity": ("TotalEquityGrossMinorityInterest",),
    "operating_cash_flow": ("OperatingCashFlow", "CashFlowFromContinuingOperatingActivities"),
    "capital_expenditure": ("PurchaseOfPPE", "CapitalExpenditure"),
    "change_in_receivables": ("ChangesInAccountReceivables", "ChangeInReceivables"),
    "change_in_inventory": ("ChangeInInventory",),
    "change_in_payables": ("ChangeInAccountPayable", "ChangeInPayable"),
    "acquisitions": ("PurchaseOfBusiness",),
    "investing_cash_flow": ("InvestingCashFlow", "CashFlowFromContinuingInvestingActivities"),
    "dividends_paid": ("CashDividendsPaid", "CommonStockDividendPaid"),
    "share_repurchases": ("RepurchaseOfCapitalStock", "CommonStockPayments"),
    "debt_issued": ("IssuanceOfDebt",),
    "debt_repaid": ("RepaymentOfDebt",),
    "financing_cash_flow": ("FinancingCashFlow", "CashFlowFromContinuingFinancingActivities"),
    "exchange_rate_effect": ("EffectOfExchangeRateChanges",),
    "stock_compensation": ("StockBasedCompensation",),
    "depreciation_amortisation": ("DepreciationAndAmortization", "DepreciationAmortizationDepletion"),
}
"""Yahoo's types for each line, the preferred one first."""
_PROFIT: Final = ("NetIncomeIncludingNoncontrollingInterests", "NetIncomeFromContinuingOperations")
"""What the operating cash flow starts from."""
_SHARES: Final[Mapping[str, str]] = {"eps_basic": "shares_basic", "eps_diluted": "shares_diluted"}
_EARNINGS: Final = ("NetIncomeCommonStockholders", "NetIncome")
"""What earnings per share are a part of, the preferred one first."""
_SAME_CURRENCY: Final = 0.01
"""Largest relative deviation of earnings per share times shares from earnings in the same currency."""
_YEAR_MARK: Final = "TotalRevenue"
"""Requested by year too, since the quarters' numbers depend on the end of the year."""
_PREFIXES: Final = {"annual": 12, "quarterly": 3}
_MONTHS: Final = {"12M": 12, "6M": 6, "3M": 3}


def requested_types(statement: StatementKind, *, annual: bool) -> list[str]:
    """Returns the types to request for a statement.

    Args:
        statement: The statement.
        annual: Years rather than quarters.
    """
    prefix = "annual" if annual else "quarterly"
    types = [f"{prefix}{name}" for item in statement_items(statement) for name in _TYPES.get(item.name, ())]
    types += [f"{prefix}{name}" for name in _PROFIT] if statement == "cash_flow" else []
    types += [f"{prefix}{name}" for name in _EARNINGS] if statement == "income" else []
    marks = [] if annual else [f"annual{_YEAR_MARK}"]
    return list(dict.fromkeys((*types, *marks)))


def periods_from_series(results: Sequence[Json]) -> list[VendorPeriod]:
    """Returns the periods of a response; values that cannot be read are left out.

    Raises:
        ProviderBadPayloadError: There are values, and none of them can be read.
    """
    cells = list(_cells(results))
    entries = sum(len(values) for _, values in _series(results))
    if entries and not cells:
        raise ProviderBadPayloadError(NAME, "no value of the statements can be read")
    by_period: dict[tuple[date, int], dict[str, tuple[float, str]]] = {}
    for name, end, months, value, currency in cells:
        by_period.setdefault((end, months), {})[name] = (value, currency)
    return [_period(end, months, values) for (end, months), values in by_period.items()]


def _series(results: Sequence[Json]) -> Iterator[tuple[str, list[object]]]:
    for result in results:
        for name, values in result.items() if isinstance(result, Mapping) else ():
            if isinstance(values, list) and name.startswith(tuple(_PREFIXES)):
                yield name, [value for value in values if value is not None]


def _cells(results: Sequence[Json]) -> Iterator[tuple[str, date, int, float, str]]:
    """Yields type without prefix, last day, months, value and currency of everything that can be read."""
    for name, values in _series(results):
        prefix = next(prefix for prefix in _PREFIXES if name.startswith(prefix))
        for entry in values:
            if not isinstance(entry, Mapping):
                continue
            value = number(part(entry, "reportedValue").get("raw"))
            end, (currency, _) = _day(entry.get("asOfDate")), currency_and_factor(entry.get("currencyCode"))
            months = _MONTHS.get(str(entry.get("periodType")), _PREFIXES[prefix])
            if value is not None and end is not None and currency is not None:
                yield name.removeprefix(prefix), end, months, value, currency


def _period(end: date, months: int, cells: Mapping[str, tuple[float, str]]) -> VendorPeriod:
    (currency, _), *_ = Counter(code for _, code in cells.values()).most_common(1)
    values: dict[str, float] = {}
    foreign: dict[str, float] = {}
    for line, names in _TYPES.items():
        found = next((cells[name] for name in names if name in cells), None)
        if found is None:
            continue
        if found[1] == currency or LINE_ITEMS[line].unit == "shares":
            values[line] = found[0]
        else:
            foreign[line] = found[0]
    earnings = _amount_in(currency, _EARNINGS, cells)
    # Yahoo marks BABA's values per share as USD, also those in the currency of the statements.
    for line, shares in _SHARES.items():
        if line in foreign and _is_share_of(foreign[line], values.get(shares), earnings):
            values[line] = foreign.pop(line)
    profit = _amount_in(currency, _PROFIT, cells)
    return VendorPeriod(end, months, currency, values, profit, frozenset(foreign))


def _amount_in(currency: str, names: Sequence[str], cells: Mapping[str, tuple[float, str]]) -> float | None:
    """Returns the first of several types that is given in a currency."""
    return next((cells[name][0] for name in names if name in cells and cells[name][1] == currency), None)


def _is_share_of(per_share: float, shares: float | None, earnings: float | None) -> bool:
    """Returns whether earnings per share are in the currency of the earnings, whatever they are marked as."""
    if not shares or not earnings:
        return False
    return abs(per_share * shares / earnings - 1) <= _SAME_CURRENCY


def _day(raw: object) -> date | None:
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None
