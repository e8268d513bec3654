"""Concepts of the balance sheet."""

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
)

BALANCE: Final[Mapping[str, tuple[ConceptSum, ...]]] = {
    "cash": (
        value(
            "CashAndCashEquivalentsAtCarryingValue"
            " CashAndCashEquivalentsAtCarryingValueIncludingDiscontinuedOperations"
            " ifrs-full:CashAndCashEquivalents"
        ),
        any_of("CashAndDueFromBanks", "InterestBearingDepositsInBanks"),
        value("Cash"),
    ),
    "short_term_investments": (
        *first_of(
            "MarketableSecuritiesCurrent ShortTermInvestments AvailableForSaleSecuritiesDebtSecuritiesCurrent"
            " AvailableForSaleSecuritiesCurrent DebtSecuritiesCurrent OtherShortTermInvestments"
        ),
        any_of(
            "ifrs-full:CurrentFinancialAssetsAtFairValueThroughProfitOrLoss",
            "ifrs-full:CurrentFinancialAssetsAtFairValueThroughOtherComprehensiveIncome",
            "ifrs-full:CurrentFinancialAssetsAtAmortisedCost",
            "ifrs-full:CurrentFinancialAssetsAvailableforsale",
            "ifrs-full:CurrentHeldtomaturityInvestments",
        ),
        *first_of("ifrs-full:CurrentInvestments ifrs-full:OtherCurrentFinancialAssets"),
    ),
    "receivables": (
        *first_of(
            "AccountsReceivableNetCurrent ReceivablesNetCurrent AccountsNotesAndLoansReceivableNetCurrent"
            " AccountsReceivableNet ifrs-full:CurrentTradeReceivables ifrs-full:TradeAndOtherCurrentReceivables"
            " ifrs-full:TradeReceivables ifrs-full:TradeAndOtherReceivables"
        ),
    ),
    "inventory": (*first_of("InventoryNet InventoryGross RetailRelatedInventory ifrs-full:Inventories"),),
    "current_assets": (value("AssetsCurrent ifrs-full:CurrentAssets"),),
    "property_plant_equipment": (
        *first_of(
            "PropertyPlantAndEquipmentNet"
            " PropertyPlantAndEquipmentAndFinanceLeaseRightOfUseAssetAfterAccumulatedDepreciationAndAmortization"
            " PublicUtilitiesPropertyPlantAndEquipmentNet RealEstateInvestmentPropertyNet"
            " ifrs-full:PropertyPlantAndEquipment"
        ),
    ),
    "goodwill": (value("Goodwill ifrs-full:Goodwill"),),
    "intangibles": (
        value("IntangibleAssetsNetExcludingGoodwill ifrs-full:IntangibleAssetsOtherThanGoodwill"),
        any_of("FiniteLivedIntangibleAssetsNet", "IndefiniteLivedIntangibleAssetsExcludingGoodwill"),
        all_of("ifrs-full:IntangibleAssetsAndGoodwill", "-ifrs-full:Goodwill"),
    ),
    "total_assets": (value("Assets ifrs-full:Assets"),),
    "payables": (
        *first_of(
            "AccountsPayableCurrent AccountsPayableTradeCurrent AccountsPayableCurrentAndNoncurrent"
            " AccountsPayableAndAccruedLiabilitiesCurrent"
            " ifrs-full:TradeAndOtherCurrentPayablesToTradeSuppliers ifrs-full:CurrentTradePayables"
            " ifrs-full:TradeAndOtherCurrentPayables ifrs-full:TradeAndOtherPayables"
        ),
    ),
    "short_term_debt": (
        value("DebtCurrent ifrs-full:CurrentBorrowingsAndCurrentPortionOfNoncurrentBorrowings"),
        any_of(
            "ShortTermBorrowings CommercialPaper ShortTermBankLoansAndNotesPayable OtherShortTermBorrowings"
            " LinesOfCreditCurrent NotesPayableCurrent ifrs-full:ShorttermBorrowings"
            " ifrs-full:CurrentBorrowings",
            "LongTermDebtCurrent LongTermDebtAndCapitalLeaseObligationsCurrent ConvertibleDebtCurrent"
            " ConvertibleNotesPayableCurrent LongTermNotesPayableCurrent SecuredDebtCurrent"
            " ifrs-full:CurrentPortionOfLongtermBorrowings"
            " ifrs-full:CurrentBondsIssuedAndCurrentPortionOfNoncurrentBondsIssued",
        ),
    ),
    "current_liabilities": (value("LiabilitiesCurrent ifrs-full:CurrentLiabilities"),),
    "long_term_debt": (
        value("LongTermDebtNoncurrent"),
        all_of("LongTermDebt", "-LongTermDebtCurrent"),
        value(
            "LongTermDebtAndCapitalLeaseObligations LongTermDebt"
            " LongTermDebtAndCapitalLeaseObligationsIncludingCurrentMaturities"
        ),
        any_of(
            "ConvertibleDebtNoncurrent ConvertibleLongTermNotesPayable ConvertibleNotesPayable",
            "LongTermNotesPayable SeniorLongTermNotes SeniorNotes NotesPayable",
            "LongTermLoansPayable LongTermLineOfCredit LineOfCredit",
            "SecuredLongTermDebt SecuredDebt",
            "UnsecuredLongTermDebt UnsecuredDebt",
        ),
        ConceptSum(
            (
                term("ifrs-full:LongtermBorrowings ifrs-full:NoncurrentPortionOfNoncurrentBorrowings"),
                term("ifrs-full:NoncurrentPortionOfNoncurrentBondsIssued"),
            ),
            "total_or_sum",
        ),
        value("ifrs-full:NoncurrentBorrowings ifrs-full:Borrowings"),
    ),
    "total_liabilities": (value("Liabilities ifrs-full:Liabilities"),),
    "minority_interest": (
        any_of(
            "MinorityInterest PartnersCapitalAttributableToNoncontrollingInterest"
            " ifrs-full:NoncontrollingInterests",
            "RedeemableNoncontrollingInterestEquityCarryingAmount"
            " RedeemableNoncontrollingInterestEquityCommonCarryingAmount"
            " RedeemableNoncontrollingInterestEquityFairValue",
        ),
    ),
    "parent_equity": (
        value(
            "StockholdersEquity PartnersCapital MembersEquity LimitedLiabilityCompanyLLCMembersEquity"
            " ifrs-full:EquityAttributableToOwnersOfParent"
        ),
    ),
    "total_equity": (
        value(
            "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"
            " PartnersCapitalIncludingPortionAttributableToNoncontrollingInterest ifrs-full:Equity"
        ),
    ),
}
