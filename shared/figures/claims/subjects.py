"""The companies that a sentence is about, its subject first."""

from collections.abc import Iterable

from shared.figures.claims.compared_companies import is_aside
from shared.figures.facts.company_names import kind_of
from shared.figures.facts.known_figures import is_holder, issuer_of
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.sentence import Sentence


def subjects(sentence: Sentence) -> tuple[str, ...]:
    """Returns the companies of a sentence, its subject first."""
    ordered = sentence.companies
    if not ordered:
        return ()
    if len(ordered) > 1 and (asides := [one for one in ordered if is_aside(sentence, one)]):
        ordered = [*(one for one in ordered if one not in asides), *asides]
    return with_issuers([mention.value for mention in ordered])


def with_issuers(companies: Iterable[str]) -> tuple[str, ...]:
    """Returns companies with those whose shares the holders among them hold."""
    named = dict.fromkeys(companies)
    for company in [one for one in named if is_holder(one)]:
        named.setdefault(issuer_of(company))
    return tuple(named)


def topic(sentence: Sentence, named: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the companies that a sentence is about; none when it only compares with the ones it names."""
    is_only_named = all(is_aside(sentence, one) or _is_backdrop(sentence, one) for one in sentence.companies)
    return () if is_only_named else named


def compared(sentence: Sentence) -> tuple[str, ...]:
    """Returns the companies that a sentence only compares others with: ``against 39.5 for Walmart``."""
    asides = {one.value: is_aside(sentence, one) for one in sentence.companies}
    return tuple(name for name, is_other in asides.items() if is_other)


def _is_backdrop(sentence: Sentence, mention: Mention) -> bool:
    """``The shares gain 4.6% on a day when the DAX rises 1.2%``: an index that is no subject."""
    is_late = any(one.numeral.end <= mention.start for one in sentence.numbers)
    return is_late and kind_of(mention.value) == "index"
