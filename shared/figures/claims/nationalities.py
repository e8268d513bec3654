"""Companies and indices that are called by where they are from: ``l'indice allemand``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from shared.figures.facts.company_names import kind_of
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.sentence import Sentence

_WORDS: Final[Mapping[str, str]] = {
    "DE": "German|deutsche[rnms]?|allemande?|alem[aá]n|alemana|alemão|alemã|tedesc[oa]",
    "FR": "French|französische[rnms]?|français|française|franc[eé]sa?|francês|francese",
    "ES": "Spanish|spanische[rnms]?|espagnole?|español|española|espanhola?|spagnol[oa]",
    "IT": "Italian|italienische[rnms]?|italienn?e?|italian[oa]",
    "GB": "British|britische[rnms]?|britannique|británic[oa]|britânic[oa]|britannic[oa]",
    "US": "American|US|amerikanische[rnms]?|américain|américaine|estadounidense|norte-american[oa]"
    "|american[oa]|statunitense",
    "JP": "Japanese|japanische[rnms]?|japonaise?|japon[eé]sa?|japonês|giapponese",
    "KR": "(?:South )?Korean|koreanische[rnms]?|südkoreanische[rnms]?|(?:sud-)?coréenn?e?|(?:sur)?corean[oa]"
    "|(?:sul-)?corean[oa]|(?:sud)?corean[oa]",
    "CN": "Chinese|chinesische[rnms]?|chinoise?|chin[oa]|chinês|chinesa|cinese",
    "TW": "Taiwanese|taiwan(?:es)?ische[rnms]?|taïwanaise?|taiwan[eé]sa?|taiwanês|taiwanese",
    "BR": "Brazilian|brasilianische[rnms]?|brésilienn?e?|brasileñ[oa]|brasileir[oa]|brasilian[oa]",
    "NL": "Dutch|niederländische[rnms]?|néerlandaise?|neerlandesa?|holand[eé]sa?|holandês|olandese",
    "CH": "Swiss|Schweizer|schweizerische[rnms]?|suisse|suiz[oa]|suíç[oa]|svizzer[oa]",
    "IN": "Indian|indische[rnms]?|indienn?e?|indi[oa]|indian[oa]",
}
"""By country: the words for what is from there."""
_ENDS: Final = {
    "DE": "DE",
    "PA": "FR",
    "MC": "ES",
    "MI": "IT",
    "L": "GB",
    "T": "JP",
    "KS": "KR",
    "HK": "CN",
    "SS": "CN",
    "TW": "TW",
    "SA": "BR",
    "AS": "NL",
    "SW": "CH",
    "NS": "IN",
}
"""By the end of a symbol: the country."""
_INDICES: Final = {
    "^GDAXI": "DE",
    "^MDAXI": "DE",
    "^N225": "JP",
    "^GSPC": "US",
    "^DJI": "US",
    "^IXIC": "US",
    "^RUT": "US",
    "^FTSE": "GB",
    "^FCHI": "FR",
    "^IBEX": "ES",
    "FTSEMIB.MI": "IT",
    "^KS11": "KR",
    "^HSI": "CN",
    "^BVSP": "BR",
}
_INDEX_NOUNS: Final = r"indice|índice|index|Index|Leitindex|benchmark|baromètre"
_NOUNS: Final = (
    r"group|company|bank|lender|carmaker|automaker|chipmaker|giant|rival|retailer|manufacturer|Konzern|Bank|Autobauer"
    r"|Hersteller|Rivale|Gruppe|Aktie|Unternehmen|groupe|banque|constructeur|fabricant|géant|société|action|entreprise"
    r"|grupo|banco|fabricante|gigante|empresa|compañía|acción|ação|companhia|gruppo|banca|casa|costruttore|società"
    r"|azienda|azione|titolo|valor|título"
)
_NAMES: Final = "|".join(f"(?P<{country}>{words})" for country, words in _WORDS.items())
_AGAIN: Final = "|".join(f"(?P<{country}_>{words})" for country, words in _WORDS.items())
_NAMED: Final = re.compile(
    rf"\b(?:the|der|die|das|dem|den|des)\s(?:{_NAMES})\s(?P<noun>{_INDEX_NOUNS}|{_NOUNS})(?![\w-]|\s(?:market|of)\b)"
    rf"|(?<!\w)(?:l['’]|(?:le|la|el|il|lo|o|a|al|del|do|da|du|au|ao|dal|sul)\s|(?:dell|all|dall)['’])"
    rf"(?:(?P<noun2>{_INDEX_NOUNS}|{_NOUNS})\s)?(?:{_AGAIN})(?![\w$-])",
    re.IGNORECASE,
)
_INDEX: Final = re.compile(_INDEX_NOUNS, re.IGNORECASE)


def find_nationalities(sentence: Sentence, known: Sequence[str], recent: Sequence[str]) -> Iterator[Mention]:
    """Yields what a sentence calls by its nationality, where the facts have one that is from there.

    Args:
        sentence: The sentence.
        known: The symbols of the facts.
        recent: The symbols that were spoken of before it, the last one last.
    """
    countries = _countries(tuple(known))
    if len(countries) < 2:
        # The only one needs no other name.
        return
    for match in _NAMED.finditer(sentence.text):
        country = next(name for name, word in match.groupdict().items() if word and name[:2] in _WORDS)[:2]
        noun = match["noun"] or match["noun2"] or ""
        wanted = {"index"} if _INDEX.fullmatch(noun) else {"index", "equity"} if not noun else {"equity"}
        members = [one for one, home in countries.items() if home == country and kind_of(one) in wanted]
        before = [symbol for symbol in recent if symbol in members]
        if len(members) == 1 or before:
            yield Mention(members[0] if len(members) == 1 else before[-1], *match.span())


@lru_cache(maxsize=64)
def _countries(symbols: tuple[str, ...]) -> Mapping[str, str]:
    """Returns the countries of the symbols of an answer; each of its sentences needs them."""
    return {symbol: country for symbol in symbols if (country := country_of(symbol)) is not None}


def country_of(symbol: str) -> str | None:
    """Returns the country of a listing or an index; None where the symbol does not tell it."""
    if symbol in _INDICES or symbol.startswith("^"):
        return _INDICES.get(symbol)
    base, _, end = symbol.partition(".")
    return (
        _ENDS.get(end) if end else ("US" if base.replace("-", "").isalpha() and "-USD" not in base else None)
    )
