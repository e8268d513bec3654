"""The names under which a text may speak of a company: symbol, full name, and the common short forms."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from shared.figures.facts.name_forms import customary_names, initials, spellings
from shared.figures.reading.known_metrics import metric_names
from shared.figures.reading.lexicon import Lexicon, read_table, word_set
from shared.symbols.catalogue import symbol_catalogue
from shared.symbols.known_phrases import east_asian_names, index_and_fund_symbols
from shared.symbols.name_text import comparison_key

_LEGAL: Final = re.compile(
    r"(?:[\s,]+(?:incorporated|inc|corporation|corp|company|co|limited|ltd|plc|llc|l\.p|lp|ag|se|sa|s\.a|nv"
    r"|n\.v|spa|s\.p\.a|ab|asa|oyj|kgaa|gmbh|group|holdings?|holding"
    r"|class [a-c]|common stock|ordinary shares|adr|ads|\(the\)|& co|&|and|the|kk|k\.k|bhd|tbk|pjsc"
    r"|aktiengesellschaft|platforms|motors?|motor|technologies|technology|systems|electronics|industries"
    r"|international|enterprises|s\.a\.b|de c\.v|spółka akcyjna|anonim şirketi|a\.?ş|a\.?/?s|oy|osakeyhtiö"
    r"|società per azioni|société anonyme|société européenne|société en commandite par actions"
    r"|sociedad anónima|p\.l\.c|companies"
    r"|kommanditgesellschaft auf aktien|gruppen?|groep|sgps|s\.m\.e|nyrt|abp|a/s|berhad"
    r"|anonim ortakl[iı][gğ][iı]|public company limited|pcl|tbk|\(publ\)|\(persero\))\.?)+$",
    re.IGNORECASE,
)
_LEGAL_ONLY: Final = re.compile(
    r"(?:[\s,]+(?:incorporated|inc|corporation|corp|company|co|limited|ltd|plc|llc|ag|se|sa|s\.a|nv|n\.v"
    r"|spa|s\.p\.a|ab|asa|oyj|abp|a/s|kgaa|gmbh|class [a-c]|common stock|p\.l\.c"
    r"|\(the\)|\(publ\)|tbk|& co)\.?)+$",
    re.IGNORECASE,
)
_GENERIC: Final = word_set(
    """
    bank general american national first international deutsche china global new standard the
    royal great advanced texas home best public southern northern western eastern south north
    west east union central pacific atlantic capital digital energy health dollar morgan allied
    associated federal industrial japan korea british swiss banco grupo societe credit nippon samsung
    mitsubishi sumitomo s&p dow nasdaq euro air sun one old big red oil gas car top get all san sri bio eco
    """
)
_EAST_ASIAN_KIND: Final = re.compile(
    "(?:製作所|制作所|製薬|工業|工业|電子|电子|電機|自動車|汽车|汽車|化学工業|ホールディングス|フィナンシャルグループ|グループ|集团|集團|控股|股份|金融|전자|자동차|홀딩스|그룹)+$"
)
"""What the name of a company ends in and a text leaves out: 村田 for 村田製作所."""
_EAST_ASIAN_GROUPS: Final = word_set(
    """
    三菱 三井 住友 日立 日本 東京 東洋 三星 现代 現代 삼성 현대 富士 大和 旭 中国 中國 国际 國際 小野 武田
    本田 上海 北京 台湾 台灣 롯데 한화 LG SK
    """
)
"""Names that several companies share, and words of other meanings."""
_CACHED: Final = 4_096
"""Companies whose names are kept."""
_LISTING: Final = re.compile(r"\s(?:\(ADR\)|Class [A-C])$")
"""What a receipt or a class of shares adds to the name of a company."""
_OF_INSTITUTIONS: Final = word_set(
    """
    management investors investment investments associates advisors advisers partners company institutional
    trust funds financial services securities research pension holdings assets officer director president
    """
)
"""Words that the names of holders share, and that texts use for other things."""
_EVERYDAY: Final = Path(__file__).with_name("instrument_names.txt")
_SHORTEST: Final = 3
_SHORTEST_OF_HOLDER: Final = 6
_PAIR: Final = 2
_KIND_BEFORE: Final = re.compile(
    r"^(?:(?:(?-i:[A-Z]\.){1,3}|(?-i:[A-Z])(?:\s&\s[A-Z])?(?=\s[^\W\d_]{3})|telefonaktiebolaget|aktiebolaget|ab|lm|koninklijke|compagnie|financière|générale|des?|établissements"
    r"|grupo|gruppo|groupe|pt|kabushiki|kaisha|dr\.|ing\.|h\.?c\.|f\.|svenska|deutsche|assicurazioni|kweichow|walt"
    r"|banco(?!\sd[eo]\b))\s|.*\s-\s(?=(?-i:[^\W\d_][a-zà-ÿ]{3})))+",
    re.IGNORECASE,
)
"""What the names of companies begin with in some languages."""
_HOLDING: Final = re.compile(r"\sHoldings?$")
_JOINED_GROUP: Final = re.compile(r"(?<=[a-z]{3})Group$")
"""``Pulte`` of PulteGroup."""
_DOT_COM: Final = re.compile(r"\.com$", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"^(?:The\s|L['’])")
_SHORTEST_PART: Final = 5
"""Letters of the first part of a name with a hyphen that is used alone."""
_COMPANIES: Final = frozenset({"equity", "index"})
_SHORTEST_TICKER: Final = 2
_KINDS: Final = {"=X": "currency", "=F": "future", "-USD": "cryptocurrency"}
"""By the end of a symbol: what it is."""
_INDICES: Final = frozenset({"FTSEMIB.MI", "PSI20.LS", "000001.SS", "000300.SS", "399001.SZ"})
"""Indices whose symbols have no caret."""
_DOLLAR: Final = "USD"
_CODE: Final = 3
_LENGTHS_OF_PAIRS: Final = (3, 6)
"""Letters of the symbol of a pair; the base is left out where it is the dollar."""


@cache
def well_known_companies() -> Lexicon:
    """Returns the names of the catalogue's companies and indices; takes some 10 ms the first time.

    Numbers beside a company that the facts do not have are not taken for another company's.
    """
    catalogue = symbol_catalogue()
    words = metric_words()
    return Lexicon(
        (symbol, form)
        for symbol, name in catalogue.names
        if (info := catalogue.get(symbol)) is not None and info.asset_type in _COMPANIES
        for form in plain_names(name)
        if form.casefold() not in words
    )


def other_listings(symbols: Collection[str]) -> dict[str, str]:
    """Returns which of some symbols the same company has, by the symbols of its other listings.

    The facts are about ``2330.TW``, and the name TSMC customarily means the receipts.
    """
    same = ((other, symbol) for symbol in symbols for other in _listings().get(symbol, ()))
    return {other: symbol for other, symbol in same if other not in symbols}


@cache
def _listings() -> dict[str, tuple[str, ...]]:
    """Returns the symbols of each company that has several, by each of them."""
    by_name: dict[str, list[str]] = {}
    for symbol, name in symbol_catalogue().names:
        info = symbol_catalogue().get(symbol)
        if info is not None and info.asset_type == "equity" and name == info.name:
            by_name.setdefault(_LISTING.sub("", name), []).append(symbol)
    several = [tuple(symbols) for symbols in by_name.values() if len(symbols) > 1]
    return {symbol: symbols for symbols in several for symbol in symbols}


@cache
def metric_words() -> frozenset[str]:
    """Returns the names of metrics in lower case: "Target" is a retailer, but more often a price."""
    return frozenset(name.casefold() for _, name in metric_names())


def plain_names(name: str) -> Iterator[str]:
    """Yields a name, and the name without its legal form, and other spellings of these."""
    plain = _LEGAL_ONLY.sub("", name).strip(" ,.")
    yield name
    if plain != name and len(plain) >= _SHORTEST:
        yield plain
    yield from spellings(plain)


def names_of(symbol: str, name: str | None) -> Iterator[str]:
    """Yields the names of a company, from its symbol and its full name."""
    if symbol:
        yield from _of_symbol(symbol)
    if not name:
        return
    yield from plain_names(name)
    for form in _short_names(name):
        yield form
        yield from spellings(form)
    yield from customary_names(name)


def _short_names(name: str) -> Iterator[str]:
    """Yields the parts of a company's name that a text may use alone."""
    short = _LEGAL.sub("", name).strip(" ,.").removeprefix("The ")
    if _ARTICLE.match(name) is not None:
        # "The Southern Company", "L'Air Liquide"
        whole = _ARTICLE.sub("", name)
        yield whole
        yield _LEGAL_ONLY.sub("", whole)
    if len(short) >= _SHORTEST or short.isupper() or any(map(str.isdigit, short)):
        # "3i" is as distinct as a longer name.
        yield short
        yield _DOT_COM.sub("", short)
        yield _JOINED_GROUP.sub("", short)
        if short.isupper() and len(short) >= _SHORTEST:
            # "NIKE, Inc." is written Nike.
            yield _DOT_COM.sub("", short).title()
    group = _HOLDING.sub("", _LEGAL_ONLY.sub("", name))
    if group != short:
        # "Partners Group Holding AG"
        yield group
    words = short.split()
    if words and words[0].lower() not in _GENERIC and len(first := words[0].strip(",.")) >= _SHORTEST:
        yield first
        if first.isupper() and len(first) >= _SHORTEST:
            # "ORLEN Spółka Akcyjna" is written Orlen.
            yield first.title()
    first, _, rest = words[0].partition("-") if words else ("", "", "")
    if rest and len(first) >= (_SHORTEST if first.isupper() else _SHORTEST_PART):
        # Freeport-McMoRan, Mercedes-Benz, DSM-Firmenich.
        yield first
    if len(words) > 2 and words[1][0].isupper():
        yield " ".join(words[:2])
    if words and words[0] == "Samsung":
        yield words[0]
    yield from _behind_kind(short)


def _behind_kind(name: str) -> Iterator[str]:
    """Yields what follows the kind of a company: ``Ericsson`` of ``Telefonaktiebolaget LM Ericsson``."""
    rest = _KIND_BEFORE.sub("", name)
    if rest == name:
        return
    first = rest.partition(" ")[0]
    yield from (one for one in (rest, first) if len(one) >= _SHORTEST and one.lower() not in _GENERIC)


def foreign_names(own: Iterable[str]) -> Iterator[str]:
    """Yields the Japanese, Chinese and Korean names of a company, from its own ones: ``ホンダ`` for Honda."""
    known = east_asian_names()
    for name in own:
        for foreign in known.get(comparison_key(name), ()):
            yield foreign
            short = _EAST_ASIAN_KIND.sub("", foreign)
            if _PAIR <= len(short) < len(foreign) and short not in _EAST_ASIAN_GROUPS:
                yield short


def other_names(symbol: str) -> Iterator[str]:
    """Yields the names of a commodity or currency in several languages: ``Oro``, ``Goldpreis``."""
    if "=" in symbol or symbol.endswith("-USD"):
        yield from (name for known, name in symbol_catalogue().names if known == symbol)
    yield from _everyday_names().get(symbol, ())
    yield from _names_of_pair(symbol)
    if symbol == "GC=F":
        yield "L'or"


class CompanyForms(NamedTuple):
    """The names under which a text may speak of a company.

    Attributes:
        own: Those made from its symbol and its name.
        others: Those of other languages.
        initials: What its name may be shortened to, unless another company is called that.
    """

    own: tuple[str, ...]
    others: tuple[str, ...]
    initials: tuple[str, ...]


@lru_cache(maxsize=_CACHED)
def forms_of(symbol: str, name: str | None) -> CompanyForms:
    """Returns the names under which a text may speak of a company; those asked for last are kept."""
    own = tuple(names_of(symbol, name))
    short = (form for form in initials(name or "") if form.casefold() not in metric_words())
    return CompanyForms(own, (*foreign_names(own), *other_names(symbol)), tuple(short))


@cache
def kind_of(symbol: str) -> str | None:
    """Returns the kind of an instrument: ``index``, ``etf``, ``currency`` …; None for an unknown one."""
    for end, kind in _KINDS.items():
        if symbol.endswith(end):
            return kind
    if symbol.startswith("^") or symbol in _INDICES:
        return "index"
    known = symbol_catalogue().get(symbol)
    if known is not None:
        return known.asset_type
    return "etf" if symbol in index_and_fund_symbols() else None


def _names_of_pair(symbol: str) -> Iterator[str]:
    """Yields the names of a pair of currencies: ``USD/CHF``, and the currency that is not the dollar."""
    codes = symbol.removesuffix("=X")
    if codes == symbol or len(codes) not in _LENGTHS_OF_PAIRS:
        return
    base, quote = codes[-2 * _CODE : -_CODE] or _DOLLAR, codes[-_CODE:]
    yield from (f"{base}{between}{quote}" for between in ("/", "-", " ", ""))
    yield from _everyday_names().get(quote if base == _DOLLAR else base, ())
    if base == _DOLLAR:
        yield from _everyday_names().get(_DOLLAR, ())


@cache
def _everyday_names() -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for symbol, name in read_table(_EVERYDAY):
        names.setdefault(symbol, []).append(name)
    return names


def holder_names(name: str) -> Iterator[str]:
    """Yields the names of one who holds shares: an institution's short forms, a person's last name."""
    yield from plain_names(name)
    short = _LEGAL.sub("", name).strip(" ,.").removeprefix("The ")
    words = short.split()
    yield short
    if words:
        ends = (words[0], words[-1])
        yield from (
            word
            for word in ends
            if len(word) >= _SHORTEST_OF_HOLDER and word.lower() not in _GENERIC | _OF_INSTITUTIONS
        )


def _of_symbol(symbol: str) -> Iterator[str]:
    yield symbol
    yield symbol.lstrip("^")
    base = re.split(r"[.=]", symbol)[0]
    # Brazilian symbols end with a digit: VALE3.
    if base.isalnum() and base[:1].isalpha() and len(base) >= _SHORTEST_TICKER:
        yield base
    if symbol.endswith("-USD"):
        yield symbol.removesuffix("-USD")
    if "-" in symbol:
        yield symbol.replace("-", ".")
