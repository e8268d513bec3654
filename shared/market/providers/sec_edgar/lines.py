"""The lines of one period, from the concepts that they are filed under."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from shared.domain.statements import LINE_ITEMS, LineItem, StatementLine, absent, statement_items
from shared.domain.terms import StatementKind
from shared.market.analysis.statement_lines import (
    OPERATING_ADJUSTMENTS,
    RESIDUALS,
    LinesByName,
    complete_lines,
)
from shared.market.providers.sec_edgar.amounts import Amount, AmountFinder, same_value
from shared.market.providers.sec_edgar.concepts.concept_sums import ConceptSum, FormulaMode, Term
from shared.market.providers.sec_edgar.concepts.line_concepts import (
    FORMULAS,
    MINORITY_INCOME,
    REDEEMABLE_EQUITY,
)
from shared.market.providers.sec_edgar.filing_periods import ReportingPeriod

_PER_CLASS: Final = "not filed for the company as a whole; it may be filed per class of shares"
_FOURTH_QUARTER: Final = "not filed for the fourth quarter, and not derived: it does not add up over quarters"
_ONLY_YEAR: Final = "filed for the year, but not for this quarter"
_ONLY_QUARTERS: Final = "filed for a part of the year only"
_LAST_QUARTER: Final = 4
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "other_operating": OPERATING_ADJUSTMENTS,
    **{name: parts for name, (_, parts) in RESIDUALS.items()},
}
"""What is taken off a total for its ``other_`` line."""
_EVERY_TERM: Final = frozenset[FormulaMode]({"all", "total_if_sum"})
_LARGEST_UNNAMED_ITEM: Final = 0.1
"""Of total assets: a larger gap between assets, liabilities and equity is a mistake in the document."""


class PeriodLines:
    """The lines of one period.

    Args:
        finder: Finds the values of concepts.
        period: The period.
        related: The fiscal year of a quarter, or the quarters of a year.
    """

    def __init__(
        self, finder: AmountFinder, period: ReportingPeriod, related: Sequence[ReportingPeriod] = ()
    ) -> None:
        self._finder = finder
        self._period = period
        self._related = related

    def amounts(self, statement: StatementKind) -> dict[str, Amount]:
        """Returns the lines that are filed or can be derived from filed values."""
        found = {
            item.name: amount
            for item in statement_items(statement)
            if item.name in FORMULAS and (amount := self._line(item)) is not None
        }
        if statement == "balance":
            self._add_equity(found)
        if statement == "income":
            self._add_profit(found)
        return found

    def completed(self, statement: StatementKind, amounts: Mapping[str, Amount]) -> LinesByName:
        """Returns every line of the statement, with the reason of those that are missing."""
        lines = {name: _as_line(amount) for name, amount in amounts.items()}
        for item in statement_items(statement):
            if item.name not in lines and (reason := self._reason(item, amounts)):
                lines[item.name] = absent(reason)
        if statement != "cash_flow":
            return complete_lines(statement, lines)
        for name, parts in _PARTS.items():
            missing = [part for part in parts if part in lines and lines[part].value is None]
            if missing:
                lines[name] = absent(f"{missing[0]} is not known for this period")
        profit = self.amounts("income").get("net_income_consolidated")
        return complete_lines(statement, lines, net_income=_as_line(profit) if profit else None)

    def _line(self, item: LineItem) -> Amount | None:
        for formula in FORMULAS[item.name]:
            if (amount := self._formula(formula, item)) is not None:
                return amount
        return None

    def _formula(self, formula: ConceptSum, item: LineItem) -> Amount | None:
        amounts = [amount for term in formula.terms if (amount := self._term(term, item)) is not None]
        if not amounts or (formula.mode in _EVERY_TERM and len(amounts) < len(formula.terms)):
            return None
        if formula.mode == "total_if_sum":
            total, *parts = amounts
            return total if same_value(total.value, sum(part.value for part in parts)) else None
        if formula.mode == "total_or_sum" and all(amounts[0].value >= part.value for part in amounts):
            return amounts[0]
        return _added(amounts)

    def _term(self, term: Term, item: LineItem) -> Amount | None:
        """Returns the value under the concept that the latest filing uses, the preferred one if several.

        Concepts that were filed together differ in scope for this company: revenue from contracts with
        customers is a part of the revenue of an insurer or utility, whichever of the two is filed longer.
        """
        amounts = [
            amount if concept.sign > 0 else replace(amount, value=-amount.value)
            for concept in term.concepts
            if (amount := self._finder.find(concept.name, item, self._period)) is not None
        ]
        if not amounts:
            return None
        latest = max(amounts, key=lambda amount: amount.last_filed)
        together = [amount for amount in amounts if amount.last_filed >= latest.filing.filed]
        best = max(together, key=_value_of) if term.widest else together[0]
        # A company that changed the concept may have restated the value with it.
        restated = any(
            other.last_filed < best.filing.filed and not same_value(other.value, best.value)
            for other in amounts
        )
        return replace(best, restated=best.restated or restated)

    def _add_profit(self, found: dict[str, Amount]) -> None:
        """Adds profit of parent or group where a company without minority interest files only one of them."""
        parent, group = found.get("net_income"), found.get("net_income_consolidated")
        if (parent is None) == (group is None) or self._has_minority():
            return
        if parent is not None:
            found["net_income_consolidated"] = replace(parent, derived=True)
        elif group is not None:
            found["net_income"] = replace(group, derived=True)

    def _has_minority(self) -> bool:
        income = self._formula(MINORITY_INCOME, LINE_ITEMS["net_income"])
        equity = self._line(LINE_ITEMS["minority_interest"])
        return any(amount is not None and amount.value != 0 for amount in (income, equity))

    def _add_equity(self, found: dict[str, Amount]) -> None:
        """Makes total equity include every minority interest and item between liabilities and equity."""
        equity = self._equity(found)
        assets, liabilities = found.get("total_assets"), found.get("total_liabilities")
        if equity is None:
            return
        found["total_equity"] = equity
        if assets is not None and liabilities is not None:
            rest = _added([assets, replace(liabilities, value=-liabilities.value)])
            # Items between the two under other concepts (convertible notes), or equity restated without them.
            if 0 < abs(rest.value - equity.value) <= assets.value * _LARGEST_UNNAMED_ITEM:
                found["total_equity"] = rest

    def _equity(self, found: Mapping[str, Amount]) -> Amount | None:
        between = self._formula(REDEEMABLE_EQUITY, LINE_ITEMS["total_equity"])
        filed, parent, minority = (
            found.get(name) for name in ("total_equity", "parent_equity", "minority_interest")
        )
        if filed is not None:
            return _added([filed, between]) if between is not None and between.value else filed
        # The parent's equity is not given out as the group's.
        if parent is None or (minority is None and self._has_minority()):
            return None
        others = self._term(REDEEMABLE_EQUITY.terms[1], LINE_ITEMS["total_equity"])
        parts = [part for part in (parent, minority, others) if part is not None]
        return replace(_added(parts), derived=True)

    def _reason(self, item: LineItem, amounts: Mapping[str, Amount]) -> str | None:
        """Returns why a line is missing; None when it is simply not reported."""
        if item.unit != "currency":
            if self._period.number == _LAST_QUARTER:
                return _FOURTH_QUARTER
            return _PER_CLASS if "net_income" in amounts else None
        if item.additive and self._known_elsewhere(item):
            return _ONLY_YEAR if self._period.number else _ONLY_QUARTERS
        return None

    def _known_elsewhere(self, item: LineItem) -> bool:
        """Returns whether the year of the quarter, or a quarter of the year, has a value other than zero."""
        if item.name not in FORMULAS:
            return False
        amounts = (PeriodLines(self._finder, other)._line(item) for other in self._related)
        return any(amount is not None and amount.value != 0 for amount in amounts)


def _value_of(amount: Amount) -> float:
    return amount.value


def _added(amounts: Sequence[Amount]) -> Amount:
    """Returns the sum of amounts; a single one stays as filed."""
    if len(amounts) == 1:
        return amounts[0]
    newest = max(amounts, key=lambda amount: amount.filing.filed)
    return replace(
        newest,
        value=sum(amount.value for amount in amounts),
        last_filed=max(amount.last_filed for amount in amounts),
        known_from=max(amount.known_from for amount in amounts),
        derived=True,
        restated=any(amount.restated for amount in amounts),
    )


def _as_line(amount: Amount) -> StatementLine:
    return StatementLine(
        value=amount.value, derived=amount.derived, restated=amount.restated, original=amount.original
    )
