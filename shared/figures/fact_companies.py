"""The companies of numbers in a text that names none: those of the facts that are cited or meant."""

from collections.abc import Sequence

from shared.figures.claims.claim import Claim
from shared.figures.facts.fact_base import FactBase
from shared.figures.reading.sentence import Sentence


def take_companies_of_facts(
    sentence: Sentence, claims: Sequence[Claim], companies: Sequence[str], facts: FactBase
) -> None:
    """Sets the companies of numbers where neither the sentence nor what is before it names one.

    Args:
        sentence: The sentence.
        claims: Its numbers; set.
        companies: The companies that it names or is about.
        facts: The facts.
    """
    for claim in claims:
        if not claim.companies and claim.cited:
            # "The ad tier now costs $8.99 [4]": of the company that the cited fact is about.
            claim.companies = claim.inferred_from = facts.companies_of(claim.cited)
    if not companies and not any(claim.companies for claim in claims):
        _infer_company(sentence, claims, facts)


def _infer_company(sentence: Sentence, claims: Sequence[Claim], facts: FactBase) -> None:
    """Takes the company of the numbers that can be of one only."""
    matcher = facts.matcher
    evident = (matcher.without_metric(claim, matcher.matches(claim, sentence)) for claim in claims)
    symbols = {figure.symbol for figure in evident if figure is not None}
    for claim in claims if len(symbols) == 1 else ():
        claim.companies = claim.inferred_from = tuple(symbols)
