"""Formulas of statement lines: sums of concepts, each with its sign."""

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


def term(names: str) -> Term:
    """Returns a term of concepts separated by blanks, each with its sign."""
    return Term(tuple(Concept(name.lstrip("-"), -1 if name.startswith("-") else 1) for name in names.split()))


def value(names: str) -> ConceptSum:
    """Returns a formula of one term."""
    return ConceptSum((term(names),))


def widest(names: str) -> ConceptSum:
    """Returns a formula of one term, of whose concepts the largest counts."""
    return ConceptSum((replace(term(names), widest=True),))


def first_of(names: str) -> tuple[ConceptSum, ...]:
    """Returns a formula for each concept: they differ in scope, and the first that is filed counts."""
    return tuple(value(name) for name in names.split())


def any_of(*terms: str) -> ConceptSum:
    """Returns the sum of the terms that are known."""
    return ConceptSum(tuple(term(names) for names in terms))


def all_of(*terms: str) -> ConceptSum:
    """Returns the sum of terms, all of which must be known."""
    return ConceptSum(tuple(term(names) for names in terms), "all")
