"""Which XBRL concepts a statement line is filed under, and with which sign.

A line has formulas in order of preference; the first that gives a value counts. A formula adds up terms; a
term names concepts that mean the same, the preferred one first. A minus before a concept turns its sign: what
``us-gaap`` files as a payment, the vocabulary counts as a negative effect on cash. Names without a prefix are
``us-gaap``, names with ``ifrs-full:`` belong to filers under IFRS.

Concepts that differ in scope are never in one term: parent and group, with and without restricted cash,
income available to common shareholders and net income.
"""

# ruff: noqa: E501 - names of concepts have up to 140 characters

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

IFRS: Final = "ifrs-full"
"""Prefix of the concepts of filers under IFRS."""

FormulaMode = Literal["any", "all", "total_or_sum", "total_if_sum"]


@dataclass(frozen=True)
class Concept:
    """A concept with the sign of the line."""

    name: str
    sign: int


@dataclass(frozen=True)
class Term:
    """Concepts that mean the same, in order of preference.

    Attributes:
        widest: Whether of several concepts that one filing has, the largest value counts: the total rather
            than a part of it, whatever names the company gives them.
    """

    concepts: tuple[Concept, ...]
    widest: bool = False


@dataclass(frozen=True)
class ConceptSum:
    """A sum of terms.

    Attributes:
        mode: ``any`` adds up the terms that are known, ``all`` needs every one. ``total_or_sum``: the first
            term is the total when it is at least as large as each other term, otherwise one part among them.
            ``total_if_sum``: the first term, if it is the sum of the others and all are known.
    """

    terms: tuple[Term, ...]
    mode: FormulaMode = "any"


def _term(names: str) -> Term:
    return Term(tuple(Concept(name.lstrip("-"), -1 if name.startswith("-") else 1) for name in names.split()))


def _value(names: str) -> ConceptSum:
    return ConceptSum((_term(names),))


def _widest(names: str) -> ConceptSum:
    return ConceptSum((replace(_term(names), widest=True),))


def _first_of(names: str) -> tuple[ConceptSum, ...]:
    """Returns a formula for each concept: they differ in scope, and the first that is filed counts."""
    return tuple(_value(name) for name in names.split())


def _any_of(*terms: str) -> ConceptSum:
    return ConceptSum(tuple(_term(names) for names in terms))


def _all_of(*terms: str) -> ConceptSum:
    return ConceptSum(tuple(_term(names) for names in terms), "all")


_NET_INTEREST_AND_OTHER_INCOME: Final = ("InterestIncomeExpenseNet", "NoninterestIncome")
"""The revenue of a bank. ``Revenues`` of some banks is before interest expense, and revenue from contracts with
customers is a part of their other income."""

_INCOME: Final[Mapping[str, tuple[ConceptSum, ...]]] = {
    "revenue": (
        _value("RevenuesNetOfInterestExpense"),
        ConceptSum(tuple(map(_term, ("Revenues", *_NET_INTEREST_AND_OTHER_INCOME))), "total_if_sum"),
        _all_of(*_NET_INTEREST_AND_OTHER_INCOME),
        _widest(
            "Revenues RevenueFromContractWithCustomerExcludingAssessedTax SalesRevenueNet"
            " RegulatedAndUnregulatedOperatingRevenue RealEstateRevenueNet"
            " HealthCareOrganizationRevenueNetOfPatientServiceRevenueProvisions"
            " OilAndGasRevenue ElectricUtilityRevenue"
            " ifrs-full:Revenue ifrs-full:RevenueFromContractsWithCustomers"
        ),
        # Before the provision for doubtful accounts.
        _value("HealthCareOrganizationRevenue"),
        _value("RevenueFromContractWithCustomerIncludingAssessedTax"),
        _any_of("SalesRevenueGoodsNet", "SalesRevenueServicesNet"),
        *_first_of("GrossInvestmentIncomeOperating ifrs-full:RevenueAndOperatingIncome"),
    ),
    "cost_of_revenue": (
        _value("CostOfRevenue CostOfGoodsAndServicesSold ifrs-full:CostOfSales"),
        _any_of("CostOfGoodsSold", "CostOfServices"),
    ),
    "gross_profit": (_value("GrossProfit ifrs-full:GrossProfit"),),
    "research_and_development": (
        *_first_of(
            "ResearchAndDevelopmentExpense ResearchAndDevelopmentExpenseExcludingAcquiredInProcessCost"
            " ResearchAndDevelopmentExpenseSoftwareExcludingAcquiredInProcessCost"
            " ifrs-full:ResearchAndDevelopmentExpense"
        ),
    ),
    "selling_general_administrative": (
        _value("SellingGeneralAndAdministrativeExpense ifrs-full:SellingGeneralAndAdministrativeExpense"),
        _any_of(
            "GeneralAndAdministrativeExpense ifrs-full:GeneralAndAdministrativeExpense"
            " ifrs-full:AdministrativeExpense",
            "SellingAndMarketingExpense SellingExpense MarketingExpense"
            " ifrs-full:SalesAndMarketingExpense ifrs-full:DistributionCosts",
        ),
    ),
    "operating_income": (_value("OperatingIncomeLoss ifrs-full:ProfitLossFromOperatingActivities"),),
    "interest_expense": (
        _value("InterestExpense InterestExpenseNonoperating"),
        *_first_of(
            "InterestAndDebtExpense InterestExpenseOperating InterestExpenseDebt"
            " ifrs-full:FinanceCosts ifrs-full:InterestExpense"
        ),
    ),
    "pretax_income": (
        _value(
            "IncomeLossFromContinuingOperationsBeforeIncomeTaxesExtraordinaryItemsNoncontrollingInterest"
            " IncomeLossFromContinuingOperationsBeforeIncomeTaxesMinorityInterestAndIncomeLossFromEquityMethodInvestments"
            " ifrs-full:ProfitLossBeforeTax"
        ),
        _all_of(
            "IncomeLossFromContinuingOperationsBeforeIncomeTaxesDomestic",
            "IncomeLossFromContinuingOperationsBeforeIncomeTaxesForeign",
        ),
    ),
    "income_tax": (
        _value(
            "IncomeTaxExpenseBenefit IncomeTaxExpenseBenefitContinuingOperations"
            " ifrs-full:IncomeTaxExpenseContinuingOperations"
        ),
    ),
    "net_income": (
        _value("NetIncomeLoss ifrs-full:ProfitLossAttributableToOwnersOfParent"),
        _all_of("ProfitLoss", "-NetIncomeLossAttributableToNoncontrollingInterest"),
        _all_of("ifrs-full:ProfitLoss", "-ifrs-full:ProfitLossAttributableToNoncontrollingInterests"),
    ),
    "net_income_consolidated": (
        _value("ProfitLoss ifrs-full:ProfitLoss"),
        _all_of("NetIncomeLoss", "NetIncomeLossAttributableToNoncontrollingInterest"),
    ),
    "eps_basic": (
        _value(
            "EarningsPerShareBasic EarningsPerShareBasicAndDiluted ifrs-full:BasicEarningsLossPerShare"
            " ifrs-full:BasicAndDilutedEarningsLossPerShare"
        ),
    ),
    "eps_diluted": (
        _value(
            "EarningsPerShareDiluted EarningsPerShareBasicAndDiluted ifrs-full:DilutedEarningsLossPerShare"
            " ifrs-full:BasicAndDilutedEarningsLossPerShare"
        ),
    ),
    "shares_basic": (
        _value(
            "WeightedAverageNumberOfSharesOutstandingBasic"
            " WeightedAverageNumberOfShareOutstandingBasicAndDiluted"
            " WeightedAverageLimitedPartnershipUnitsOutstanding ifrs-full:WeightedAverageShares"
        ),
    ),
    "shares_diluted": (
        _value(
            "WeightedAverageNumberOfDilutedSharesOutstanding"
            " WeightedAverageNumberOfShareOutstandingBasicAndDiluted"
            " WeightedAverageLimitedPartnershipUnitsOutstandingDiluted ifrs-full:AdjustedWeightedAverageShares"
        ),
    ),
}

_BALANCE: Final[Mapping[str, tuple[ConceptSum, ...]]] = {
    "cash": (
        _value(
            "CashAndCashEquivalentsAtCarryingValue"
            " CashAndCashEquivalentsAtCarryingValueIncludingDiscontinuedOperations"
            " ifrs-full:CashAndCashEquivalents"
        ),
        _any_of("CashAndDueFromBanks", "InterestBearingDepositsInBanks"),
        _value("Cash"),
    ),
    "short_term_investments": (
        *_first_of(
            "MarketableSecuritiesCurrent ShortTermInvestments AvailableForSaleSecuritiesDebtSecuritiesCurrent"
            " AvailableForSaleSecuritiesCurrent DebtSecuritiesCurrent OtherShortTermInvestments"
        ),
        _any_of(
            "ifrs-full:CurrentFinancialAssetsAtFairValueThroughProfitOrLoss",
            "ifrs-full:CurrentFinancialAssetsAtFairValueThroughOtherComprehensiveIncome",
            "ifrs-full:CurrentFinancialAssetsAtAmortisedCost",
            "ifrs-full:CurrentFinancialAssetsAvailableforsale",
            "ifrs-full:CurrentHeldtomaturityInvestments",
        ),
        *_first_of("ifrs-full:CurrentInvestments ifrs-full:OtherCurrentFinancialAssets"),
    ),
    "receivables": (
        *_first_of(
            "AccountsReceivableNetCurrent ReceivablesNetCurrent AccountsNotesAndLoansReceivableNetCurrent"
            " AccountsReceivableNet ifrs-full:CurrentTradeReceivables ifrs-full:TradeAndOtherCurrentReceivables"
            " ifrs-full:TradeReceivables ifrs-full:TradeAndOtherReceivables"
        ),
    ),
    "inventory": (*_first_of("InventoryNet InventoryGross RetailRelatedInventory ifrs-full:Inventories"),),
    "current_assets": (_value("AssetsCurrent ifrs-full:CurrentAssets"),),
    "property_plant_equipment": (
        *_first_of(
            "PropertyPlantAndEquipmentNet"
            " PropertyPlantAndEquipmentAndFinanceLeaseRightOfUseAssetAfterAccumulatedDepreciationAndAmortization"
            " PublicUtilitiesPropertyPlantAndEquipmentNet RealEstateInvestmentPropertyNet"
            " ifrs-full:PropertyPlantAndEquipment"
        ),
    ),
    "goodwill": (_value("Goodwill ifrs-full:Goodwill"),),
    "intangibles": (
        _value("IntangibleAssetsNetExcludingGoodwill ifrs-full:IntangibleAssetsOtherThanGoodwill"),
        _any_of("FiniteLivedIntangibleAssetsNet", "IndefiniteLivedIntangibleAssetsExcludingGoodwill"),
        _all_of("ifrs-full:IntangibleAssetsAndGoodwill", "-ifrs-full:Goodwill"),
    ),
    "total_assets": (_value("Assets ifrs-full:Assets"),),
    "payables": (
        *_first_of(
            "AccountsPayableCurrent AccountsPayableTradeCurrent AccountsPayableCurrentAndNoncurrent"
            " AccountsPayableAndAccruedLiabilitiesCurrent"
            " ifrs-full:TradeAndOtherCurrentPayablesToTradeSuppliers ifrs-full:CurrentTradePayables"
            " ifrs-full:TradeAndOtherCurrentPayables ifrs-full:TradeAndOtherPayables"
        ),
    ),
    "short_term_debt": (
        _value("DebtCurrent ifrs-full:CurrentBorrowingsAndCurrentPortionOfNoncurrentBorrowings"),
        _any_of(
            "ShortTermBorrowings CommercialPaper ShortTermBankLoansAndNotesPayable OtherShortTermBorrowings"
            " LinesOfCreditCurrent NotesPayableCurrent ifrs-full:ShorttermBorrowings"
            " ifrs-full:CurrentBorrowings",
            "LongTermDebtCurrent LongTermDebtAndCapitalLeaseObligationsCurrent ConvertibleDebtCurrent"
            " ConvertibleNotesPayableCurrent LongTermNotesPayableCurrent SecuredDebtCurrent"
            " ifrs-full:CurrentPortionOfLongtermBorrowings"
            " ifrs-full:CurrentBondsIssuedAndCurrentPortionOfNoncurrentBondsIssued",
        ),
    ),
    "current_liabilities": (_value("LiabilitiesCurrent ifrs-full:CurrentLiabilities"),),
    "long_term_debt": (
        _value("LongTermDebtNoncurrent"),
        _all_of("LongTermDebt", "-LongTermDebtCurrent"),
        _value(
            "LongTermDebtAndCapitalLeaseObligations LongTermDebt"
            " LongTermDebtAndCapitalLeaseObligationsIncludingCurrentMaturities"
        ),
        _any_of(
            "ConvertibleDebtNoncurrent ConvertibleLongTermNotesPayable ConvertibleNotesPayable",
            "LongTermNotesPayable SeniorLongTermNotes SeniorNotes NotesPayable",
            "LongTermLoansPayable LongTermLineOfCredit LineOfCredit",
            "SecuredLongTermDebt SecuredDebt",
            "UnsecuredLongTermDebt UnsecuredDebt",
        ),
        ConceptSum(
            (
                _term("ifrs-full:LongtermBorrowings ifrs-full:NoncurrentPortionOfNoncurrentBorrowings"),
                _term("ifrs-full:NoncurrentPortionOfNoncurrentBondsIssued"),
            ),
            "total_or_sum",
        ),
        _value("ifrs-full:NoncurrentBorrowings ifrs-full:Borrowings"),
    ),
    "total_liabilities": (_value("Liabilities ifrs-full:Liabilities"),),
    "minority_interest": (
        _any_of(
            "MinorityInterest PartnersCapitalAttributableToNoncontrollingInterest"
            " ifrs-full:NoncontrollingInterests",
            "RedeemableNoncontrollingInterestEquityCarryingAmount"
            " RedeemableNoncontrollingInterestEquityCommonCarryingAmount"
            " RedeemableNoncontrollingInterestEquityFairValue",
        ),
    ),
    "parent_equity": (
        _value(
            "StockholdersEquity PartnersCapital MembersEquity LimitedLiabilityCompanyLLCMembersEquity"
            " ifrs-full:EquityAttributableToOwnersOfParent"
        ),
    ),
    "total_equity": (
        _value(
            "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"
            " PartnersCapitalIncludingPortionAttributableToNoncontrollingInterest ifrs-full:Equity"
        ),
    ),
}

_CASH_FLOW: Final[Mapping[str, tuple[ConceptSum, ...]]] = {
    "operating_cash_flow": (
        _value(
            "NetCashProvidedByUsedInOperatingActivities NetCashProvidedByUsedInOperatingActivitiesContinuingOperations"
            " ifrs-full:CashFlowsFromUsedInOperatingActivities"
        ),
    ),
    "capital_expenditure": (
        *_first_of(
            "-PaymentsToAcquirePropertyPlantAndEquipment -PaymentsToAcquireProductiveAssets"
            " -PaymentsToAcquireOtherPropertyPlantAndEquipment -PaymentsForCapitalImprovements"
            " -PaymentsToAcquireOilAndGasPropertyAndEquipment -PaymentsToExploreAndDevelopOilAndGasProperties"
            " -PaymentsToAcquireMachineryAndEquipment -PaymentsToDevelopRealEstateAssets"
            " -ifrs-full:PurchaseOfPropertyPlantAndEquipmentClassifiedAsInvestingActivities"
            " -ifrs-full:PurchaseOfPropertyPlantAndEquipmentIntangibleAssetsOtherThanGoodwillInvestmentPropertyAndOtherNoncurrentAssets"
        ),
    ),
    "change_in_receivables": (
        *_first_of(
            "-IncreaseDecreaseInAccountsReceivable -IncreaseDecreaseInReceivables"
            " -IncreaseDecreaseInAccountsAndNotesReceivable -IncreaseDecreaseInAccountsAndOtherReceivables"
            " ifrs-full:AdjustmentsForDecreaseIncreaseInTradeAccountReceivable"
            " ifrs-full:AdjustmentsForDecreaseIncreaseInTradeAndOtherReceivables"
        ),
    ),
    "change_in_inventory": (
        *_first_of(
            "-IncreaseDecreaseInInventories -IncreaseDecreaseInRetailRelatedInventories"
            " ifrs-full:AdjustmentsForDecreaseIncreaseInInventories"
        ),
    ),
    "change_in_payables": (
        *_first_of(
            "IncreaseDecreaseInAccountsPayable IncreaseDecreaseInAccountsPayableTrade"
            " IncreaseDecreaseInAccountsPayableAndAccruedLiabilities"
            " ifrs-full:AdjustmentsForIncreaseDecreaseInTradeAccountPayable"
            " ifrs-full:AdjustmentsForIncreaseDecreaseInTradeAndOtherPayables"
        ),
    ),
    "acquisitions": (
        *_first_of(
            "-PaymentsToAcquireBusinessesNetOfCashAcquired -PaymentsToAcquireBusinessesAndInterestInAffiliates"
            " -PaymentsToAcquireBusinessesGross"
            " -ifrs-full:CashFlowsUsedInObtainingControlOfSubsidiariesOrOtherBusinessesClassifiedAsInvestingActivities"
        ),
    ),
    "investing_cash_flow": (
        _value(
            "NetCashProvidedByUsedInInvestingActivities NetCashProvidedByUsedInInvestingActivitiesContinuingOperations"
            " ifrs-full:CashFlowsFromUsedInInvestingActivities"
        ),
    ),
    "dividends_paid": (
        *_first_of(
            "-PaymentsOfDividends -ifrs-full:DividendsPaidClassifiedAsFinancingActivities"
            " -ifrs-full:DividendsPaidToEquityHoldersOfParentClassifiedAsFinancingActivities"
        ),
        _any_of(
            "-PaymentsOfDividendsCommonStock -PaymentsOfOrdinaryDividends -PaymentsOfCapitalDistribution",
            "-PaymentsOfDividendsPreferredStockAndPreferenceStock",
        ),
    ),
    "share_repurchases": (
        *_first_of(
            "-PaymentsForRepurchaseOfCommonStock -PaymentsForRepurchaseOfEquity"
            " -ifrs-full:PaymentsToAcquireOrRedeemEntitysShares"
            " -ifrs-full:PurchaseOfTreasuryShares"
        ),
    ),
    "debt_issued": (
        *_first_of(
            "ProceedsFromIssuanceOfDebt ProceedsFromIssuanceOfLongTermDebt"
            " ProceedsFromDebtMaturingInMoreThanThreeMonths ProceedsFromDebtNetOfIssuanceCosts ProceedsFromIssuanceOfLongTermDebtAndCapitalSecuritiesNet"
            " ifrs-full:ProceedsFromBorrowingsClassifiedAsFinancingActivities"
        ),
        _any_of(
            "ProceedsFromConvertibleDebt ProceedsFromConvertibleNotesPayable",
            "ProceedsFromIssuanceOfSeniorLongTermDebt ProceedsFromNotesPayable",
            "ProceedsFromLinesOfCredit ProceedsFromLongTermLinesOfCredit",
            "ProceedsFromIssuanceOfUnsecuredDebt",
            "ProceedsFromIssuanceOfSecuredDebt",
            "ProceedsFromBankDebt ProceedsFromLoans",
            "ifrs-full:ProceedsFromIssueOfBondsNotesAndDebentures",
            "ifrs-full:ProceedsFromNoncurrentBorrowings",
            "ifrs-full:ProceedsFromCurrentBorrowings",
        ),
    ),
    "debt_repaid": (
        *_first_of(
            "-RepaymentsOfDebt -RepaymentsOfLongTermDebt -RepaymentsOfDebtMaturingInMoreThanThreeMonths"
            " -RepaymentsOfLongTermDebtAndCapitalSecurities"
            " -RepaymentsOfDebtAndCapitalLeaseObligations"
            " -ifrs-full:RepaymentsOfBorrowingsClassifiedAsFinancingActivities"
        ),
        _any_of(
            "-RepaymentsOfConvertibleDebt",
            "-RepaymentsOfSeniorDebt -RepaymentsOfNotesPayable",
            "-RepaymentsOfLinesOfCredit -RepaymentsOfLongTermLinesOfCredit",
            "-RepaymentsOfUnsecuredDebt",
            "-RepaymentsOfSecuredDebt",
            "-RepaymentsOfBankDebt -RepaymentsOfLoansPayable",
            "-ifrs-full:RepaymentsOfBondsNotesAndDebentures",
            "-ifrs-full:RepaymentsOfNoncurrentBorrowings",
            "-ifrs-full:RepaymentsOfCurrentBorrowings",
        ),
    ),
    "financing_cash_flow": (
        _value(
            "NetCashProvidedByUsedInFinancingActivities NetCashProvidedByUsedInFinancingActivitiesContinuingOperations"
            " ifrs-full:CashFlowsFromUsedInFinancingActivities"
        ),
    ),
    "exchange_rate_effect": (
        _value(
            "EffectOfExchangeRateOnCashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
            " EffectOfExchangeRateOnCashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsIncludingDisposalGroupAndDiscontinuedOperations"
            " EffectOfExchangeRateOnCashAndCashEquivalents"
            " EffectOfExchangeRateOnCashAndCashEquivalentsContinuingOperations"
            " ifrs-full:EffectOfExchangeRateChangesOnCashAndCashEquivalents"
        ),
    ),
    "stock_compensation": (
        *_first_of(
            "ShareBasedCompensation AllocatedShareBasedCompensationExpense"
            " ifrs-full:AdjustmentsForSharebasedPayments"
        ),
    ),
    "depreciation_amortisation": (
        *_first_of(
            "DepreciationAmortizationAndAccretionNet DepreciationDepletionAndAmortization"
            " DepreciationAndAmortization OtherDepreciationAndAmortization"
            " ifrs-full:DepreciationAndAmortisationExpense"
            " ifrs-full:AdjustmentsForDepreciationAndAmortisationExpense"
            " ifrs-full:AdjustmentsForDepreciationAndAmortisationExpenseAndImpairmentLossReversalOfImpairmentLossRecognisedInProfitOrLoss"
        ),
        _all_of(
            "ifrs-full:DepreciationExpense ifrs-full:AdjustmentsForDepreciationExpense",
            "ifrs-full:AmortisationExpense ifrs-full:AdjustmentsForAmortisationExpense",
        ),
    ),
    "net_change_in_cash": (
        _value(
            "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsPeriodIncreaseDecreaseIncludingExchangeRateEffect"
            " CashAndCashEquivalentsPeriodIncreaseDecrease"
            " ifrs-full:IncreaseDecreaseInCashAndCashEquivalents"
        ),
    ),
}

FORMULAS: Final[Mapping[str, tuple[ConceptSum, ...]]] = {**_INCOME, **_BALANCE, **_CASH_FLOW}
"""Formulas of every line that is filed; the other lines are derived."""

REDEEMABLE_EQUITY: Final = _any_of(
    "RedeemableNoncontrollingInterestEquityCarryingAmount"
    " RedeemableNoncontrollingInterestEquityCommonCarryingAmount"
    " RedeemableNoncontrollingInterestEquityFairValue",
    "TemporaryEquityCarryingAmountAttributableToParent TemporaryEquityCarryingAmount",
)
"""Items between liabilities and equity (mezzanine), which count as equity: assets = liabilities + equity."""

MINORITY_INCOME: Final = _value(
    "NetIncomeLossAttributableToNoncontrollingInterest ifrs-full:ProfitLossAttributableToNoncontrollingInterests"
)

NAMES: Final[frozenset[str]] = frozenset(
    concept.name
    for formula in (
        *(formula for formulas in FORMULAS.values() for formula in formulas),
        REDEEMABLE_EQUITY,
        MINORITY_INCOME,
    )
    for term in formula.terms
    for concept in term.concepts
)
"""Every concept that is kept of a document."""
