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
from typing import Final

from shared.market.providers.sec_edgar.concepts.balance_concepts import BALANCE
from shared.market.providers.sec_edgar.concepts.cash_flow_concepts import CASH_FLOW
from shared.market.providers.sec_edgar.concepts.concept_sums import ConceptSum, any_of, value
from shared.market.providers.sec_edgar.concepts.income_concepts import INCOME

FORMULAS: Final[Mapping[str, tuple[ConceptSum, ...]]] = {**INCOME, **BALANCE, **CASH_FLOW}
"""Formulas of every line that is filed; the other lines are derived."""

REDEEMABLE_EQUITY: Final = any_of(
    "RedeemableNoncontrollingInterestEquityCarryingAmount"
    " RedeemableNoncontrollingInterestEquityCommonCarryingAmount"
    " RedeemableNoncontrollingInterestEquityFairValue",
    "TemporaryEquityCarryingAmountAttributableToParent TemporaryEquityCarryingAmount",
)
"""Items between liabilities and equity (mezzanine), which count as equity: assets = liabilities + equity."""

MINORITY_INCOME: Final = value(
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
