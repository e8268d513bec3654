"""The companies of numbers in a text that names none: those of the facts that are cited or meant."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.facts.content_words import content_words
from shared.figures.lookup.fact_base import FactBase
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import AMBIGUOUS

_MIN_SHARED_WORDS: Final = 2
_MIN_AGREEING: Final = 2
"""Numbers of a sentence that tell which company it is about."""
_MIN_DIGITS: Final = 2
_NAME: Final = re.compile(r"\b[A-Z][^\W\d_]{2,}\b")


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
    if not companies and len(claims) > 1 and not any(claim.companies for claim in claims):
        _take_company_that_agrees(claims, facts)
    if len(sentence.companies) > 1:
        _bind_by_currency(sentence, claims, facts)


def _take_company_that_agrees(claims: Sequence[Claim], facts: FactBase) -> None:
    """``甲公司收于1,684.50欧元，RSI为38.6``: takes the only company that has several of the numbers.

    The text calls it by a name that is not known.
    """
    matcher = facts.matcher
    bound = [claim for claim in claims if claim.metrics and claim.numeral.digits >= _MIN_DIGITS]
    agreeing = {
        company: sum(matcher.named(replace(claim, companies=(company,))) is not None for claim in bound)
        for company in facts.companies
    }
    most = max(agreeing.values(), default=0)
    best = [company for company, count in agreeing.items() if count == most]
    if most >= _MIN_AGREEING and len(best) == 1:
        for claim in claims:
            claim.companies = claim.inferred_from = tuple(best)


def _bind_by_currency(sentence: Sentence, claims: Sequence[Claim], facts: FactBase) -> None:
    """``£1.09 at Rio, and A$0.77 at BHP``: an amount is of the company whose facts have its currency."""
    named = list(dict.fromkeys(mention.value for mention in sentence.companies))
    for claim in claims if len({facts.currency(company) for company in named} - {None}) > 1 else ():
        fitting = [one for one in named if facts.currency(one) and _is_in(claim, facts.currency(one))]
        is_other = claim.numeral.currency and not any(one in fitting for one in claim.companies)
        # "SAP's market value is $3.70 trillion": a company that its clause names keeps its number.
        is_other = is_other and bool(claim.inferred_from)
        if is_other and len(fitting) == 1 and not _is_known(claim, sentence, facts):
            claim.companies = claim.inferred_from = tuple(fitting)


def _is_known(claim: Claim, sentence: Sentence, facts: FactBase) -> bool:
    """Returns whether the facts of its company state an amount, in another currency than the price's."""
    facts.read_prose(claim.numeral)
    return any(match.company and match.currency for match in facts.matcher.matches(claim, sentence))


def _is_in(claim: Claim, currency: str | None) -> bool:
    written = claim.numeral.currency
    return written == currency or currency in AMBIGUOUS.get(written or "", frozenset())


def _infer_company(sentence: Sentence, claims: Sequence[Claim], facts: FactBase) -> None:
    """Takes the company of the numbers that can be of one only."""
    matcher = facts.matcher
    evident = (matcher.without_metric(claim, matcher.matches(claim, sentence)) for claim in claims)
    symbols = {figure.symbol for figure in evident if figure is not None}
    symbols = symbols or _told_by_currency(claims, facts) or _told_by_news(sentence, claims, facts)
    for claim in claims if len(symbols) == 1 else ():
        claim.companies = claim.inferred_from = tuple(symbols)


def _told_by_currency(claims: Sequence[Claim], facts: FactBase) -> set[str]:
    """``Cash was NT$2.13 trillion``: the only company whose facts have the currency of the amounts."""
    symbols: set[str] = set()
    for claim in claims:
        if claim.numeral.currency:
            symbols |= {one for one in facts.companies if _is_in(claim, facts.currency(one))}
    return symbols if len(symbols) == 1 else set()


def _told_by_news(sentence: Sentence, claims: Sequence[Claim], facts: FactBase) -> set[str]:
    """``Jio added 6.2 million subscribers``: the companies whose facts tell the numbers of the same name."""
    for claim in claims:
        facts.read_prose(claim.numeral)
    words = content_words(sentence)
    return {
        match.figure.symbol
        for claim in claims
        for match in facts.matcher.matches(claim, sentence)
        if match.metric
        and len(words & match.figure.words) >= _MIN_SHARED_WORDS
        and _shares_name(sentence, match.figure.fact_id, facts)
    }


def _shares_name(sentence: Sentence, fact_id: int | None, facts: FactBase) -> bool:
    """Returns whether a sentence has a word that the fact has with a capital letter within a sentence."""
    texts = list(facts.texts_of([fact_id])) if fact_id is not None else []
    return any(
        re.search(rf"[^\W\d_],? {re.escape(name)}\b", text)
        for name in dict.fromkeys(_NAME.findall(sentence.text))
        for text in texts
    )
