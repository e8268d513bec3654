"""Concepts of the income statement."""

# ruff: noqa: E501 - names of concepts have up to 140 characters

from collections.abc import Mapping
from typing import Final

from shared.market.providers.sec_edgar.concepts.concept_sums import (
    ConceptSum,
    all_of,
    any_of,
    first_of,
    term,
    value,
    widest,
)

_NET_INTEREST_AND_OTHER_INCOME: Final = ("InterestIncomeExpenseNet", "NoninterestIncome")
"""The revenue of a bank. ``Revenues`` of some banks is before interest expense, and revenue from contracts with
customers is a part of their other income."""

INCOME: Final[Mapping[str, tuple[ConceptSum, ...]]] = {
    "revenue": (
        value("RevenuesNetOfInterestExpense"),
        ConceptSum(tuple(map(term, ("Revenues", *_NET_INTEREST_AND_OTHER_INCOME))), "total_if_sum"),
        all_of(*_NET_INTEREST_AND_OTHER_INCOME),
        widest(
            "Revenues RevenueFromContractWithCustomerExcludingAssessedTax SalesRevenueNet"
            " RegulatedAndUnregulatedOperatingRevenue RealEstateRevenueNet"
            " HealthCareOrganizationRevenueNetOfPatientServiceRevenueProvisions"
            " OilAndGasRevenue ElectricUtilityRevenue"
            " ifrs-full:Revenue ifrs-full:RevenueFromContractsWithCustomers"
        ),
        # Before the provision for doubtful accounts.
        value("HealthCareOrganizationRevenue"),
        value("RevenueFromContractWithCustomerIncludingAssessedTax"),
        any_of("SalesRevenueGoodsNet", "SalesRevenueServicesNet"),
        *first_of("GrossInvestmentIncomeOperating ifrs-full:RevenueAndOperatingIncome"),
    ),
    "cost_of_revenue": (
        value("CostOfRevenue CostOfGoodsAndServicesSold ifrs-full:CostOfSales"),
        any_of("CostOfGoodsSold", "CostOfServices"),
    ),
    "gross_profit": (value("GrossProfit ifrs-full:GrossProfit"),),
    "research_and_development": (
        *first_of(
            "ResearchAndDevelopmentExpense ResearchAndDevelopmentExpenseExcludingAcquiredInProcessCost"
            " ResearchAndDevelopmentExpenseSoftwareExcludingAcquiredInProcessCost"
            " ifrs-full:ResearchAndDevelopmentExpense"
        ),
    ),
    "selling_general_administrative": (
        value("SellingGeneralAndAdministrativeExpense ifrs-full:SellingGeneralAndAdministrativeExpense"),
        any_of(
            "GeneralAndAdministrativeExpense ifrs-full:GeneralAndAdministrativeExpense"
            " ifrs-full:AdministrativeExpense",
            "SellingAndMarketingExpense SellingExpense MarketingExpense"
            " ifrs-full:SalesAndMarketingExpense ifrs-full:DistributionCosts",
        ),
    ),
    "operating_income": (value("OperatingIncomeLoss ifrs-full:ProfitLossFromOperatingActivities"),),
    "interest_expense": (
        value("InterestExpense InterestExpenseNonoperating"),
        *first_of(
            "InterestAndDebtExpense InterestExpenseOperating InterestExpenseDebt"
            " ifrs-full:FinanceCosts ifrs-full:InterestExpense"
        ),
    ),
    "pretax_income": (
        value(
            "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest"
            " IncomeLossFromContinuingOperationsBeforeIncomeTaxesMinorityInterestAndIncomeLossFromEquityMethodInvestments"
            " ifrs-full:ProfitLossBeforeTax"
        ),
        all_of(
            "IncomeLossFromContinuingOperationsBeforeIncomeTaxesDomestic",
            "IncomeLossFromContinuingOperationsBeforeIncomeTaxesForeign",
        ),
    ),
    "income_tax": (
        value(
            "IncomeTaxExpenseBenefit IncomeTaxExpenseBenefitContinuingOperations"
            " ifrs-full:IncomeTaxExpenseContinuingOperations"
        ),
    ),
    "net_income": (
        value("NetIncomeLoss ifrs-full:ProfitLossAttributableToOwnersOfParent"),
        all_of("ProfitLoss", "-NetIncomeLossAttributableToNoncontrollingInterest"),
        all_of("ifrs-full:ProfitLoss", "-ifrs-full:ProfitLossAttributableToNoncontrollingInterests"),
    ),
    "net_income_consolidated": (
        value("ProfitLoss ifrs-full:ProfitLoss"),
        all_of("NetIncomeLoss", "NetIncomeLossAttributableToNoncontrollingInterest"),
    ),
    "eps_basic": (
        value(
            "EarningsPerShareBasic EarningsPerShareBasicAndDiluted ifrs-full:BasicEarningsLossPerShare"
            " ifrs-full:BasicAndDilutedEarningsLossPerShare"
        ),
    ),
    "eps_diluted": (
        value(
            "EarningsPerShareDiluted EarningsPerShareBasicAndDiluted ifrs-full:DilutedEarningsLossPerShare"
            " ifrs-full:BasicAndDilutedEarningsLossPerShare"
        ),
    ),
    "shares_basic": (
        value(
            "WeightedAverageNumberOfSharesOutstandingBasic"
            " WeightedAverageNumberOfShareOutstandingBasicAndDiluted"
            " WeightedAverageLimitedPartnershipUnitsOutstanding ifrs-full:WeightedAverageShares"
        ),
    ),
    "shares_diluted": (
        value(
            "WeightedAverageNumberOfDilutedSharesOutstanding"
            " WeightedAverageNumberOfShareOutstandingBasicAndDiluted"
            " WeightedAverageLimitedPartnershipUnitsOutstandingDiluted ifrs-full:AdjustedWeightedAverageShares"
        ),
    ),
}
