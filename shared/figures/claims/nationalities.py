"""Companies and indices that are called by where they are from: ``l'indice allemand``."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from shared.figures.facts.company_names import kind_of
from shared.figures.reading.lexicon import Mention, tokens
from shared.figures.reading.sentence import Sentence

_GERMAN: Final[Mapping[str, str]] = {
    "DE": "deutsch",
    "FR": "französisch",
    "ES": "spanisch",
    "IT": "italienisch",
    "GB": "britisch",
    "US": "amerikanisch",
    "JP": "japanisch",
    "KR": "koreanisch südkoreanisch",
    "CN": "chinesisch",
    "TW": "taiwanisch taiwanesisch",
    "BR": "brasilianisch",
    "NL": "niederländisch",
    "CH": "schweizerisch",
    "IN": "indisch",
    "NO": "norwegisch",
    "SE": "schwedisch",
    "DK": "dänisch",
    "FI": "finnisch",
    "CA": "kanadisch",
    "AU": "australisch",
    "TR": "türkisch",
    "PT": "portugiesisch",
}
"""By country: the German words for what is from there, without their endings."""
_OTHERS: Final[Mapping[str, str]] = {
    "DE": "German allemand allemande aleman alemán alemana alemão alemã tedesco tedesca",
    "FR": "French français française frances francesa francés francês francese",
    "ES": "Spanish espagnol espagnole español española espanhol espanhola spagnolo spagnola",
    "IT": "Italian italien italienne italiano italiana",
    "GB": "British britannique británico británica britânico britânica britannico britannica",
    "US": "American US américain américaine estadounidense norte-americano norte-americana americano "
    "americana statunitense",
    "JP": "Japanese japonais japonaise japones japonesa japonés japonês giapponese",
    "KR": "Korean South_Korean coréen coréenne sud-coréen sud-coréenne coreano coreana surcoreano surcoreana "
    "sul-coreano sul-coreana sudcoreano sudcoreana",
    "CN": "Chinese chinois chinoise chino china chinês chinesa cinese",
    "TW": "Taiwanese taïwanais taïwanaise taiwanes taiwanesa taiwanés taiwanês",
    "BR": "Brazilian brésilien brésilienne brasileño brasileña brasileiro brasileira brasiliano brasiliana",
    "NL": "Dutch néerlandais néerlandaise neerlandes neerlandesa neerlandés holandes holandesa holandés "
    "holandês olandese",
    "CH": "Swiss Schweizer suisse suizo suiza suíço suíça svizzero svizzera",
    "IN": "Indian indien indienne indio india indiano indiana",
    "NO": "Norwegian norvégien norvégienne noruego noruega norueguês norueguesa norvegese",
    "SE": "Swedish suédois suédoise sueco sueca svedese",
    "DK": "Danish danois danoise danés danesa dinamarquês dinamarquesa danese",
    "FI": "Finnish finlandais finlandaise finlandés finlandesa finlandês finlandese",
    "CA": "Canadian canadien canadienne canadiense canadense canadese",
    "AU": "Australian australien australienne australiano australiana",
    "TR": "Turkish turc turque turco turca",
    "PT": "Portuguese portugais portugaise portugués portuguesa português portoghese",
}
"""By country: the words of the other languages; ``_`` means a blank."""
_WORDS: Final[Mapping[str, Sequence[str]]] = {
    country: (
        *(f"{stem}e{end}" for stem in _GERMAN[country].split() for end in ("", "r", "n", "m", "s")),
        *(word.replace("_", " ") for word in words.split()),
    )
    for country, words in _OTHERS.items()
}
_PLURALS: Final[Mapping[str, Sequence[str]]] = {
    "DE": ["Deutschen", "Allemands", "alemanes", "alemães", "tedeschi"],
    "FR": ["Franzosen", "Français", "franceses", "francesi"],
    "ES": ["Spanier", "Spaniern", "Espagnols", "españoles", "espanhóis", "spagnoli"],
    "IT": ["Italiener", "Italienern", "Italiens", "italianos", "italiani"],
    "GB": ["Briten", "Britanniques", "británicos", "britânicos", "britannici"],
    "US": ["Amerikaner", "Amerikanern", "US-Amerikaner", "Américains", "americanos", "americani"],
    "JP": ["Japaner", "Japanern", "Japonais", "japoneses", "giapponesi"],
    "KR": ["Koreaner", "Koreanern", "Südkoreaner", "Südkoreanern", "Coréens", "coreanos", "coreani"],
    "CN": ["Chinesen", "Chinois", "chinos", "chineses", "cinesi"],
    "NL": ["Niederländer", "Niederländern", "Néerlandais", "neerlandeses", "holandeses", "olandesi"],
    "CH": ["Schweizer", "Schweizern", "Suisses", "suizos", "suíços", "svizzeri"],
    "DK": ["Dänen", "Danois", "daneses", "dinamarqueses", "danesi"],
    "PT": ["Portugiesen", "Portugais", "portugueses", "portoghesi"],
    "SE": ["Schweden", "Suédois", "suecos", "svedesi"],
}
"""By country: its people, a name for its company (``contro il 9,4% dei francesi``)."""
_KEYS: Final = frozenset(
    tokens(word)[0].key for words in (*_WORDS.values(), *_PLURALS.values()) for word in words
)
"""Folded first words: without one of them, nothing is called by where it is from."""
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
    "OL": "NO",
    "ST": "SE",
    "CO": "DK",
    "HE": "FI",
    "TO": "CA",
    "AX": "AU",
    "IS": "TR",
    "LS": "PT",
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
    "^OSEAX": "NO",
    "^OMX": "SE",
    "^GSPTSE": "CA",
    "^AXJO": "AU",
}
_INDEX_NOUNS: Final = r"indice|índice|index|Index|Leitindex|benchmark|baromètre"
_NOUNS: Final = (
    r"group|company|bank|lender|carmaker|automaker|chipmaker|giant|rival|retailer|manufacturer|Konzern|Bank|Autobauer"
    r"|Hersteller|Rivale|Gruppe|Aktie|Unternehmen|groupe|banque|constructeur|fabricant|géant|société|action|entreprise"
    r"|grupo|banco|fabricante|gigante|empresa|compañía|acción|ação|companhia|gruppo|banca|casa|costruttore|società"
    r"|azienda|azione|titolo|valor|título"
)
_INDEX: Final = re.compile(_INDEX_NOUNS, re.IGNORECASE)


def find_nationalities(sentence: Sentence, known: Sequence[str], recent: Sequence[str]) -> Iterator[Mention]:
    """Yields what a sentence calls by its nationality, where the facts have one that is from there.

    Args:
        sentence: The sentence.
        known: The symbols of the facts.
        recent: The symbols that were spoken of before it, the last one last.
    """
    if sentence.keys.isdisjoint(_KEYS):
        return
    countries = _countries(tuple(known))
    if len(countries) < 2:
        # The only one needs no other name.
        return
    for match in _named().finditer(sentence.text):
        country = next(name for name, word in match.groupdict().items() if word and name[:2] in _WORDS)[:2]
        noun = match["noun"] or match["noun2"] or ""
        wanted = {"index"} if _INDEX.fullmatch(noun) else {"index", "equity"} if not noun else {"equity"}
        # Most listings are in no catalogue, and are of shares.
        members = [
            one for one, home in countries.items() if home == country and (kind_of(one) or "equity") in wanted
        ]
        before = [symbol for symbol in recent if symbol in members]
        if len(members) == 1 or before:
            start, end = match.span()
            if match["people"]:
                # "9,4% dei francesi": the article tells whose number it is.
                start = match.start("people")
            yield Mention(members[0] if len(members) == 1 else before[-1], start, end)


@cache
def _named() -> re.Pattern[str]:
    """Returns the pattern of what is called by where it is from; few answers need it."""
    names = {country: "|".join(map(re.escape, words)) for country, words in _WORDS.items()}
    before = "|".join(f"(?P<{country}>{words})" for country, words in names.items())
    behind = "|".join(f"(?P<{country}_>{words})" for country, words in names.items())
    people = "|".join(f"(?P<{country}__>{'|'.join(words)})" for country, words in _PLURALS.items())
    return re.compile(
        rf"\b(?:the|der|die|das|dem|den|des)\s(?:{before})\s(?P<noun>{_INDEX_NOUNS}|{_NOUNS})"
        r"(?![\w-]|\s(?:market|of)\b)"
        rf"|(?<!\w)(?:l['’]|(?:le|la|el|il|lo|o|a|al|del|do|da|du|au|ao|dal|sul)\s|(?:dell|all|dall)['’])"
        rf"(?:(?P<noun2>{_INDEX_NOUNS}|{_NOUNS})\s)?(?:{behind})(?![\w$-])"
        rf"|\b(?:die|der|den|les|des|aux|los|las|i|gli|dei|degli|ai|agli|dai|dagli|os|dos|aos|pelos)\s(?P<people>{people})(?![\w$-])(?!\s[a-zß-ÿ]+(?:en|s|i)\b)",
        re.IGNORECASE,
    )


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
