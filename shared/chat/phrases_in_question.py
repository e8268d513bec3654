"""Finds persons, institutions, products and further companies among the words of a question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.chat.ordinary_words import is_ordinary_beside
from shared.chat.question_words import INSTRUMENT_WORDS, LIST_WORDS, METRIC_WORDS
from shared.chat.stock_context import in_business_context, in_stock_context, is_sold, is_subject
from shared.symbols.catalogue import NameMatch
from shared.symbols.known_phrases import known_phrases
from shared.symbols.name_text import Word, word_set
from shared.symbols.near_names import RARE_WORDS

_RIVALRY: Final = word_set("or vs versus against oder gegen ou contre o contra and und et y e")
_CONTESTED: Final = word_set(
    """
    sales sold sells selling outsell outsells revenue growth share market winning wins leads leading
    lead ahead units demand umsatz absatz marktanteil ventes ventas vendas vendite
    """
)
"""Words behind two products that make the question one about their makers."""


@dataclass(frozen=True)
class QuestionPhrase:
    """A person, an institution, a product or a further company in a question.

    Attributes:
        length: Its words.
        symbol: For a product that is spoken of as a business: the instrument of its maker.
        by_name: Whether the product begins with the name of its maker.
        searched: For a company that the catalogue does not have: the name to search it by.
        is_certain: Whether it is a company also without another one beside it.
    """

    length: int
    symbol: str = ""
    by_name: bool = False
    searched: str = ""
    is_certain: bool = True


def phrase_at(words: Sequence[Word], index: int, name: NameMatch | None) -> QuestionPhrase | None:
    """Returns the phrase that begins with a word of a question, or None.

    Args:
        words: The words of the question.
        index: The index of the word.
        name: The name of an instrument that begins there; it wins unless the phrase is longer.
    """
    phrases = known_phrases()
    known = name.length if name else 0
    other = phrases.no_instruments.at(words, index)
    if other and other.length >= known:
        return QuestionPhrase(other.length)
    company = phrases.companies.at(words, index)
    product = phrases.products.at(words, index)
    if company and company.length > known and not (product and product.length > company.length):
        last = index + company.length
        before = words[index - 1].key if index else ""
        after = words[last].key if last < len(words) else ""
        if company.common and is_ordinary_beside(words[index].key, before, after):
            return QuestionPhrase(company.length)
        certain = not company.common or _is_company(words, index, last)
        if certain or not known:
            return QuestionPhrase(company.length, searched=company.value, is_certain=certain)
    if product is None or product.length <= known:
        return None
    if name and name.symbol == product.value:
        return QuestionPhrase(product.length, product.value, by_name=True)
    last = index + product.length
    is_name = words[index].is_capitalised or not product.common or is_sold(words, last)
    of_business = is_name and (in_business_context(words, index, last) or _competes(words, index, last))
    return QuestionPhrase(product.length, product.value if of_business else "")


def _competes(words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a product competes with that of another maker: "iPhone vs Galaxy sales"."""
    rival = _rival(words, first, last)
    return rival and any(word.key in _CONTESTED for word in [*words[:first], *words[last:]])


def _rival(words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether a product stands beside "or" or "vs" with another product behind or before it."""
    products = known_phrases().products
    while last < len(words) and any(map(str.isdigit, words[last].key)):
        last += 1
    behind = last + 1 < len(words) and words[last].key in _RIVALRY and products.at(words, last + 1)
    before = first > 1 and words[first - 1].key in _RIVALRY
    return bool(behind) or (
        before and any(products.at(words, at) for at in range(max(0, first - 4), first - 1))
    )


def misspelt_company(key: str, *, in_stock_context: bool) -> str | None:
    """Returns the name to search a misspelt further company by, or None.

    Args:
        key: The comparison key of the word.
        in_stock_context: Whether it stands where an instrument stands.
    """
    phrases = known_phrases()
    if searched := phrases.misspelt_companies.find(key):
        return searched
    return phrases.misspelt_in_context.find(key, rare=key in RARE_WORDS) if in_stock_context else None


def sharing_last_word(words: Sequence[Word], first: int, last: int) -> Iterator[tuple[int, str]]:
    """Yields companies that a list names without the last word of its last one: delta and united airlines.

    Args:
        words: The words of the question.
        first: Index of the first word of the last company.
        last: Index behind its last word.

    Yields:
        The index of the company's word, and the name to search it by.
    """
    index = first - 1
    while last - first > 1 and index >= 0:
        if words[index].key not in LIST_WORDS:
            company = known_phrases().companies.at([words[index], words[last - 1]], 0)
            if company is None or company.length == 1:
                return
            yield index, company.value
        index -= 1


def _is_company(words: Sequence[Word], first: int, last: int) -> bool:
    """Returns whether words that may be ordinary are a company where they stand."""
    if any(word.key in METRIC_WORDS for word in words[first:last]):
        # "price target"
        called = last < len(words) and words[last].key in INSTRUMENT_WORDS
        return called or is_subject(words, first, last)
    return in_stock_context(words, first, last)
