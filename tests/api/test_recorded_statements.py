"""Statements of the recorded companies over HTTP, looked up in their documents without our mappings.

The look-up reads a document with the json module: of all facts of a concept for a period and unit, the value
filed last counts. Lines that are derived or restated for splits are not looked up by value.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx
import pytest

from tests.support.edgar_documents import submissions_document, tickers_document
from tests.support.edgar_stub import EdgarStub
from tests.support.host import running_host
from tests.support.recorded import recorded_folder

FOLDER = recorded_folder("edgar")
COMPANIES = {"AAPL": 320193, "SNOW": 1640147, "TSLA": 1318605, "TSM": 1046179}
IFRS = "ifrs-full:"
CONCEPTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "income": {
        "revenue": (
            "Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax", "SalesRevenueNet",
            "ifrs-full:Revenue",
        ),
        "cost_of_revenue": ("CostOfRevenue", "CostOfGoodsAndServicesSold", "ifrs-full:CostOfSales"),
        "gross_profit": ("GrossProfit", "ifrs-full:GrossProfit"),
        "operating_income": ("OperatingIncomeLoss", "ifrs-full:ProfitLossFromOperatingActivities"),
        "research_and_development": (
            "ResearchAndDevelopmentExpense", "ResearchAndDevelopmentExpenseExcludingAcquiredInProcessCost",
            "ifrs-full:ResearchAndDevelopmentExpense",
        ),
        "income_tax": ("IncomeTaxExpenseBenefit", "ifrs-full:IncomeTaxExpenseContinuingOperations"),
        "net_income": ("NetIncomeLoss", "ifrs-full:ProfitLossAttributableToOwnersOfParent"),
        "net_income_consolidated": ("ProfitLoss", "ifrs-full:ProfitLoss"),
        "eps_basic": (
            "EarningsPerShareBasic", "EarningsPerShareBasicAndDiluted", "ifrs-full:BasicEarningsLossPerShare",
        ),
        "eps_diluted": (
            "EarningsPerShareDiluted", "EarningsPerShareBasicAndDiluted",
            "ifrs-full:DilutedEarningsLossPerShare",
        ),
        "shares_diluted": (
            "WeightedAverageNumberOfDilutedSharesOutstanding", "ifrs-full:AdjustedWeightedAverageShares",
            "WeightedAverageNumberOfShareOutstandingBasicAndDiluted",
        ),
    },
    "balance": {
        "cash": ("CashAndCashEquivalentsAtCarryingValue", "ifrs-full:CashAndCashEquivalents"),
        "inventory": ("InventoryNet", "ifrs-full:Inventories"),
        "current_assets": ("AssetsCurrent", "ifrs-full:CurrentAssets"),
        "current_liabilities": ("LiabilitiesCurrent", "ifrs-full:CurrentLiabilities"),
        "total_assets": ("Assets", "ifrs-full:Assets"),
        "total_liabilities": ("Liabilities", "ifrs-full:Liabilities"),
        "parent_equity": ("StockholdersEquity", "ifrs-full:EquityAttributableToOwnersOfParent"),
        "property_plant_equipment": ("PropertyPlantAndEquipmentNet", "ifrs-full:PropertyPlantAndEquipment"),
        "goodwill": ("Goodwill",),
    },
    "cash_flow": {
        "operating_cash_flow": (
            "NetCashProvidedByUsedInOperatingActivities",
            "NetCashProvidedByUsedInOperatingActivitiesContinuingOperations",
            "ifrs-full:CashFlowsFromUsedInOperatingActivities",
        ),
        "investing_cash_flow": (
            "NetCashProvidedByUsedInInvestingActivities",
            "NetCashProvidedByUsedInInvestingActivitiesContinuingOperations",
            "ifrs-full:CashFlowsFromUsedInInvestingActivities",
        ),
        "financing_cash_flow": (
            "NetCashProvidedByUsedInFinancingActivities",
            "NetCashProvidedByUsedInFinancingActivitiesContinuingOperations",
            "ifrs-full:CashFlowsFromUsedInFinancingActivities",
        ),
        "capital_expenditure": (
            "-PaymentsToAcquirePropertyPlantAndEquipment", "-PaymentsToAcquireProductiveAssets",
            "-ifrs-full:PurchaseOfPropertyPlantAndEquipmentClassifiedAsInvestingActivities",
        ),
        "dividends_paid": (
            "-PaymentsOfDividends", "-PaymentsOfDividendsCommonStock",
            "-ifrs-full:DividendsPaidClassifiedAsFinancingActivities",
            "-ifrs-full:DividendsPaidToEquityHoldersOfParentClassifiedAsFinancingActivities",
        ),
        "share_repurchases": ("-PaymentsForRepurchaseOfCommonStock",),
    },
}  # fmt: skip
LEAST = {"AAPL": 1_100, "SNOW": 350, "TSLA": 800, "TSM": 150}
"""Values that are looked up at least."""

Json = Any


@pytest.fixture(scope="module")
def documents() -> Mapping[str, bytes]:
    """The companyfacts documents by symbol."""
    return {symbol: (FOLDER / f"companyfacts-{symbol}.json").read_bytes() for symbol in COMPANIES}


@pytest.fixture(scope="module")
def client(
    documents: Mapping[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    with EdgarStub() as edgar:
        rows = ((cik, symbol, symbol) for symbol, cik in COMPANIES.items())
        edgar.documents["/files/company_tickers.json"] = tickers_document(*rows)
        for symbol, cik in COMPANIES.items():
            submissions = submissions_document(cik=cik, name=symbol, tickers=[symbol])
            edgar.add_company(cik, submissions=submissions, facts=documents[symbol])
        environ = {
            "MARKET_DATA_SOURCES": "sec_edgar",
            "SEC_EDGAR_CONTACT": "Example Research ops@example.com",
            "SEC_EDGAR_DATA_URL": edgar.url,
            "SEC_EDGAR_FILES_URL": edgar.url,
        }
        with (
            running_host(tmp_path_factory.mktemp("recorded-statements"), environ) as base_url,
            httpx.Client(base_url=f"{base_url}/api", timeout=60) as http,
        ):
            yield http


def filed(document: Json, concept: str, unit: str, period: Json, *, is_balance: bool) -> list[Json]:
    """The facts of a concept for a period, the one filed last at the end."""
    taxonomy, name = ("ifrs-full", concept.removeprefix(IFRS)) if IFRS in concept else ("us-gaap", concept)
    facts = document["facts"].get(taxonomy, {}).get(name, {}).get("units", {}).get(unit, [])
    start = None if is_balance else period["start"]
    same = (fact for fact in facts if (fact.get("start"), fact["end"]) == (start, period["end"]))
    return sorted(same, key=lambda fact: str(fact["filed"]))


def looked_up(document: Json, statement: str, line: str, period: Json) -> list[float]:
    """The values that the document has for a line, by the names that the line may be filed under."""
    currency = period["currency"]
    unit = "shares" if line.startswith("shares") else currency
    unit = f"{currency}/shares" if line.startswith("eps") else unit
    values: list[float] = []
    for name in CONCEPTS[statement][line]:
        concept, sign = name.lstrip("-"), -1 if name.startswith("-") else 1
        facts = filed(document, concept, unit, period, is_balance=statement == "balance")
        values += [sign * facts[-1]["val"]] if facts else []
    return values


@pytest.mark.parametrize("symbol", COMPANIES)
def test_every_value_is_the_one_filed_last(
    client: httpx.Client, documents: Mapping[str, bytes], symbol: str
) -> None:
    document = json.loads(documents[symbol])
    wrong: list[str] = []
    count = 0
    for statement, lines in CONCEPTS.items():
        for frequency in ("annual", "quarterly"):
            params: dict[str, str | int] = {"statement": statement, "period": frequency, "limit": 40}
            response = client.get(f"/quotes/{symbol}/statements", params=params)
            if response.status_code == 404:
                # A foreign company files no quarters.
                assert (symbol, frequency) == ("TSM", "quarterly")
                continue
            for period in response.json()["periods"]:
                for name in lines:
                    line, known = period["lines"][name], looked_up(document, statement, name, period)
                    if line["derived"]:
                        continue
                    value = line["original"]["value"] if line["original"] else line["value"]
                    count += value is not None
                    if (value is None and known) or (value is not None and value not in known):
                        wrong.append(f"{period['end']} {frequency} {name}: {value}, filed {known}")
    assert wrong == []
    assert count >= LEAST[symbol]
