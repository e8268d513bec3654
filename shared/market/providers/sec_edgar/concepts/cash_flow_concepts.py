"""Concepts of the cash-flow statement."""

# ruff: noqa: E501 - names of concepts have up to 140 characters

from collections.abc import Mapping
from typing import Final

from shared.market.providers.sec_edgar.concepts.concept_sums import (
    ConceptSum,
    all_of,
    any_of,
    first_of,
    value,
)

CASH_FLOW: Final[Mapping[str, tuple[ConceptSum, ...]]] = {
    "operating_cash_flow": (
        value(
            "NetCashProvidedByUsedInOperatingActivities NetCashProvidedByUsedInOperatingActivitiesContinuingOperations"
            " ifrs-full:CashFlowsFromUsedInOperatingActivities"
        ),
    ),
    "capital_expenditure": (
        *first_of(
            "-PaymentsToAcquirePropertyPlantAndEquipment -PaymentsToAcquireProductiveAssets"
            " -PaymentsToAcquireOtherPropertyPlantAndEquipment -PaymentsForCapitalImprovements"
            " -PaymentsToAcquireOilAndGasPropertyAndEquipment -PaymentsToExploreAndDevelopOilAndGasProperties"
            " -PaymentsToAcquireMachineryAndEquipment -PaymentsToDevelopRealEstateAssets"
            " -ifrs-full:PurchaseOfPropertyPlantAndEquipmentClassifiedAsInvestingActivities"
            " -ifrs-full:PurchaseOfPropertyPlantAndEquipmentIntangibleAssetsOtherThanGoodwillInvestmentPropertyAndOtherNoncurrentAssets"
        ),
    ),
    "change_in_receivables": (
        *first_of(
            "-IncreaseDecreaseInAccountsReceivable -IncreaseDecreaseInReceivables"
            " -IncreaseDecreaseInAccountsAndNotesReceivable -IncreaseDecreaseInAccountsAndOtherReceivables"
            " ifrs-full:AdjustmentsForDecreaseIncreaseInTradeAccountReceivable"
            " ifrs-full:AdjustmentsForDecreaseIncreaseInTradeAndOtherReceivables"
        ),
    ),
    "change_in_inventory": (
        *first_of(
            "-IncreaseDecreaseInInventories -IncreaseDecreaseInRetailRelatedInventories"
            " ifrs-full:AdjustmentsForDecreaseIncreaseInInventories"
        ),
    ),
    "change_in_payables": (
        *first_of(
            "IncreaseDecreaseInAccountsPayable IncreaseDecreaseInAccountsPayableTrade"
            " IncreaseDecreaseInAccountsPayableAndAccruedLiabilities"
            " ifrs-full:AdjustmentsForIncreaseDecreaseInTradeAccountPayable"
            " ifrs-full:AdjustmentsForIncreaseDecreaseInTradeAndOtherPayables"
        ),
    ),
    "acquisitions": (
        *first_of(
            "-PaymentsToAcquireBusinessesNetOfCashAcquired -PaymentsToAcquireBusinessesAndInterestInAffiliates"
            " -PaymentsToAcquireBusinessesGross"
            " -ifrs-full:CashFlowsUsedInObtainingControlOfSubsidiariesOrOtherBusinessesClassifiedAsInvestingActivities"
        ),
    ),
    "investing_cash_flow": (
        value(
            "NetCashProvidedByUsedInInvestingActivities NetCashProvidedByUsedInInvestingActivitiesContinuingOperations"
            " ifrs-full:CashFlowsFromUsedInInvestingActivities"
        ),
    ),
    "dividends_paid": (
        *first_of(
            "-PaymentsOfDividends -ifrs-full:DividendsPaidClassifiedAsFinancingActivities"
            " -ifrs-full:DividendsPaidToEquityHoldersOfParentClassifiedAsFinancingActivities"
        ),
        any_of(
            "-PaymentsOfDividendsCommonStock -PaymentsOfOrdinaryDividends -PaymentsOfCapitalDistribution",
            "-PaymentsOfDividendsPreferredStockAndPreferenceStock",
        ),
    ),
    "share_repurchases": (
        *first_of(
            "-PaymentsForRepurchaseOfCommonStock -PaymentsForRepurchaseOfEquity"
            " -ifrs-full:PaymentsToAcquireOrRedeemEntitysShares"
            " -ifrs-full:PurchaseOfTreasuryShares"
        ),
    ),
    "debt_issued": (
        *first_of(
            "ProceedsFromIssuanceOfDebt ProceedsFromIssuanceOfLongTermDebt"
            " ProceedsFromDebtMaturingInMoreThanThreeMonths ProceedsFromDebtNetOfIssuanceCosts ProceedsFromIssuanceOfLongTermDebtAndCapitalSecuritiesNet"
            " ifrs-full:ProceedsFromBorrowingsClassifiedAsFinancingActivities"
        ),
        any_of(
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
        *first_of(
            "-RepaymentsOfDebt -RepaymentsOfLongTermDebt -RepaymentsOfDebtMaturingInMoreThanThreeMonths"
            " -RepaymentsOfLongTermDebtAndCapitalSecurities"
            " -RepaymentsOfDebtAndCapitalLeaseObligations"
            " -ifrs-full:RepaymentsOfBorrowingsClassifiedAsFinancingActivities"
        ),
        any_of(
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
        value(
            "NetCashProvidedByUsedInFinancingActivities NetCashProvidedByUsedInFinancingActivitiesContinuingOperations"
            " ifrs-full:CashFlowsFromUsedInFinancingActivities"
        ),
    ),
    "exchange_rate_effect": (
        value(
            "EffectOfExchangeRateOnCashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
            " EffectOfExchangeRateOnCashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsIncludingDisposalGroupAndDiscontinuedOperations"
            " EffectOfExchangeRateOnCashAndCashEquivalents"
            " EffectOfExchangeRateOnCashAndCashEquivalentsContinuingOperations"
            " ifrs-full:EffectOfExchangeRateChangesOnCashAndCashEquivalents"
        ),
    ),
    "stock_compensation": (
        *first_of(
            "ShareBasedCompensation AllocatedShareBasedCompensationExpense"
            " ifrs-full:AdjustmentsForSharebasedPayments"
        ),
    ),
    "depreciation_amortisation": (
        *first_of(
            "DepreciationAmortizationAndAccretionNet DepreciationDepletionAndAmortization"
            " DepreciationAndAmortization OtherDepreciationAndAmortization"
            " ifrs-full:DepreciationAndAmortisationExpense"
            " ifrs-full:AdjustmentsForDepreciationAndAmortisationExpense"
            " ifrs-full:AdjustmentsForDepreciationAndAmortisationExpenseAndImpairmentLossReversalOfImpairmentLossRecognisedInProfitOrLoss"
        ),
        all_of(
            "ifrs-full:DepreciationExpense ifrs-full:AdjustmentsForDepreciationExpense",
            "ifrs-full:AmortisationExpense ifrs-full:AdjustmentsForAmortisationExpense",
        ),
    ),
    "net_change_in_cash": (
        value(
            "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalentsPeriodIncreaseDecreaseIncludingExchangeRateEffect"
            " CashAndCashEquivalentsPeriodIncreaseDecrease"
            " ifrs-full:IncreaseDecreaseInCashAndCashEquivalents"
        ),
    ),
}
