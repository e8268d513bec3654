"""Binds prices of currencies to the pair that their sentence names: ``one dollar is 146.32 yen``."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from shared.figures.claims.claim import Claim
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import AMBIGUOUS, Unit

_END: Final = "=X"
_DOLLAR: Final = "USD"
_CODE: Final = 3
_LENGTHS: Final = (3, 6)
_MAX_BEFORE: Final = 60
_MAX_PRICE: Final = 1e6
_WORDS: Final = {
    "USD": r"(?:US[- ]?)?dollars?|greenback|dólar(?:es)?|dollar[oi]|ドル|美元|달러",
    "EUR": r"euros?|ユーロ|欧元|歐元|유로",
    "GBP": r"pounds?|sterling|Pfund|livres?|libras?|sterlin[ae]|ポンド|英镑|英鎊|파운드",
    "JPY": r"yens?|yenes|ienes?|円|日元|日圆|엔",
    "CHF": r"(?:Swiss\s)?francs?|Franken|francos?|franch[io]|フラン|瑞郎|프랑",
    "CNY": r"yuans?|yuanes|renminbi|人民币|人民元|위안",
}
"""What the currencies are called, by their codes."""
_ONE: Final = (
    r"(?:(?:\b(?:one|a|an|1|the|each|per|ein|eine[mn]?|der|das|dem|je|pro|un|une|uno|le|la|par|el|por|al|um|uma|o|il|lo)\s"
    r"|\bl['’]|1\s?))"
)
_PER: Final = r"\s(?:per|to the|to one|for a|for one|je|pro|zum|par|pour un|por|al|ao|per un)\s|\s?/\s?"
_GAP: Final = r"[^\d;；]{0,40}$"
_CONVERTED: Final = RarePattern(
    r"\s(?:[^\W\d_]+\s){0,2}?(?:are|is|equals?|makes?|buys?|gets? you|gets?|bekommen|erhalten|bekommt"
    r"|erhält|reçoit|recevez|obtenez|recibe[sn]?|obtiene[sn]?|recebe"
    r"|riceve|ottieni|come to|would be"
    r"|works out at|sind|ergeben|entsprechen|kosten|valent|font|équivalent|donnent|son|equivalen|valen"
    r"|equivalem|valem|são|valgono|sono|equivalgono)(?:\s[^\W\d_]+){0,3}?\s(?:[$€£¥]\s?)?|\s?[=≈]\s?[$€£¥]?"
    r"|,?\s(?:o equivalente a|equivalentes? a|equivale a|entspricht|corresponde a"
    r"|corrisponde a|correspond à|soit|ovvero"
    r"|ou seja|o sea|also|i\.e\.|or)(?:\s(?:rund|etwa|environ|cerca de"
    r"|circa|unos|about|roughly))?\s(?:[A-Z]{0,2}[$€£¥]\s?)?"
    r"|(?:は|で|等于|相当于|可兑|兑|是|는|은)\s?(?:約|约|약\s)?",
    re.IGNORECASE,
)
"""Between an amount and what it is in another currency."""


_RATE: Final = ("exchange_rate",)


class TwoCurrencies(NamedTuple):
    """A pair of currencies of the facts: what one of the base costs in the quote."""

    symbol: str
    base: str
    quote: str


def bind_currencies(sentence: Sentence, claims: Sequence[Claim], known: Sequence[str]) -> None:
    """Binds each price in one currency to the pair with the other one that is named beside it.

    Args:
        sentence: The sentence.
        claims: Its numbers, bound to names and companies; set.
        known: The symbols of the facts.
    """
    pairs = currency_pairs(known)
    for claim in claims if pairs else ():
        named = _named_beside(sentence, claim.numeral, pairs) if _may_be_price(claim) else None
        if named is None and len(pairs) == 1 and claim.is_tight and claim.metrics[:1] == _RATE:
            # "US$ 33,6 bilhões, o equivalente a R$ 177,6 bilhões ao câmbio de 5,2846"
            named = pairs[0]
        if named is not None:
            claim.companies, claim.inferred_from = (named.symbol,), ()
            if not _is_of_price(claim):
                claim.metrics, claim.others, claim.mention = ("price",), (), None
                claim.is_tight = claim.is_settled = False


def currency_pairs(symbols: Iterable[str]) -> list[TwoCurrencies]:
    """Returns the pairs of currencies among some symbols."""
    found = []
    for symbol in symbols:
        codes = symbol.removesuffix(_END)
        if codes != symbol and len(codes) in _LENGTHS:
            found.append(TwoCurrencies(symbol, codes[-2 * _CODE : -_CODE] or _DOLLAR, codes[-_CODE:]))
    return found


def is_in(numeral: Numeral, code: str) -> bool:
    """Returns whether a number is an amount in a currency."""
    currency = numeral.currency
    return numeral.unit is Unit.MONEY and (currency == code or code in AMBIGUOUS.get(currency or "", ()))


def conversions(
    sentence: Sentence, known: Iterable[str]
) -> Iterator[tuple[Numeral, Numeral, TwoCurrencies, bool]]:
    """Yields amounts, what they are in another currency, the pair, and whether the amount is in its base.

    ``500 pounds are $566.90``
    """
    pairs = currency_pairs(known)
    for one, other in pairwise(number.numeral for number in sentence.numbers) if pairs else ():
        if not _CONVERTED.fullmatch(sentence.text, one.end, other.start):
            continue
        for pair in pairs:
            if is_in(one, pair.base) and is_in(other, pair.quote):
                yield one, other, pair, True
            elif is_in(one, pair.quote) and is_in(other, pair.base):
                yield one, other, pair, False


def _may_be_price(claim: Claim) -> bool:
    return claim.numeral.unit is Unit.MONEY and claim.numeral.readings[0].value < _MAX_PRICE


def _is_of_price(claim: Claim) -> bool:
    """Returns whether a number stands with the name of a price, such as an average."""
    kinds = {METRICS[metric].kind for metric in claim.metrics if metric in METRICS}
    return Kind.PRICE in kinds and "dividend_per_share" not in claim.metrics


def _named_beside(
    sentence: Sentence, numeral: Numeral, pairs: Sequence[TwoCurrencies]
) -> TwoCurrencies | None:
    """Returns the pair whose base is named before a number, with no number between, or right behind it."""
    for pair in pairs:
        if not is_in(numeral, pair.quote) or pair.base not in _WORDS:
            continue
        before, behind = _patterns(pair.base)
        if behind.match(sentence.text, numeral.end):
            return pair
        named = before.search(sentence.text, max(0, numeral.start - _MAX_BEFORE), numeral.start)
        if named is not None and not any(
            named.start() <= one.start < numeral.start and not one.value.endswith(_END)
            for one in sentence.companies
        ):
            return pair
    return None


@cache
def _patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = _WORDS[code]
    before = re.compile(rf"{_ONE}(?:{words})(?![^\W\d_]*-){_GAP}", re.IGNORECASE)
    return before, re.compile(rf"(?:{_PER})(?:{words})(?![^\W\d_])", re.IGNORECASE)
