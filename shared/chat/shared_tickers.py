"""Chooses the instrument of a ticker that companies of several exchanges have: SAN in Madrid and in Paris."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from shared.domain.market_data import SymbolInfo

_PLACES: Final[Mapping[str, re.Pattern[str]]] = {
    "Spain": re.compile(
        r"\b(?:madrid|bme|ibex|spain|spanish|spanien|spanisch\w*|espa(?:ña|na|gne|gnole?|nha|nhol)|español\w*"
        r"|spagna|spagnol[aoie])\b|スペイン|マドリード|西班牙|马德里|馬德里|스페인|마드리드",
        re.IGNORECASE,
    ),
    "France": re.compile(
        r"\b(?:paris|parigi|par[ií]s|euronext|cac(?: ?40)?|france|french|frankreich|franz[öo]sisch\w*"
        r"|français\w*|francia|frances[ae]?|francese|frança|francês)\b|フランス|パリ|法国|法國|巴黎|프랑스|파리",
        re.IGNORECASE,
    ),
}
"""How a question names the country or the exchange of a listing."""

_BUSINESS: Final[Mapping[str, re.Pattern[str]]] = {
    "Financial Services": re.compile(
        r"\b(?:\w*bank\w*|banques?|banc[oa]s?|banche|lend\w+|loans?|cet1|net interest)\b|銀行|银行|은행",
        re.IGNORECASE,
    ),
    "Healthcare": re.compile(
        r"\b(?:\w*pharma\w*|farma\w*|drugs?|drugmaker\w*|vaccin\w*|vacuna\w*|impfstoff\w*|médicaments?"
        r"|medikament\w*|medicament\w*|farmac\w+|insulin\w*|dupixent)\b|製薬|制药|製藥|제약|ワクチン|疫苗|백신",
        re.IGNORECASE,
    ),
}
"""How a question names the business of a company."""

_COUNTRIES: Final[Mapping[str, str]] = {"es": "Spain", "fr": "France"}
"""Countries whose companies a question in their language means."""


def chosen_listing(
    listings: Sequence[SymbolInfo], text: str, language: str, sectors: Collection[str | None]
) -> str:
    """Returns the symbol that a question means by a ticker of several companies.

    Args:
        listings: The instruments with the ticker, the best known one first.
        text: The question.
        language: Its language.
        sectors: The sectors of the other instruments of the question.
    """
    signs: tuple[Callable[[SymbolInfo], bool], ...] = (
        lambda info: _names(_PLACES, info.country, text),
        lambda info: _names(_BUSINESS, info.sector, text),
        lambda info: info.sector in sectors,
        lambda info: info.country == _COUNTRIES.get(language),
    )
    for sign in signs:
        meant = [info.symbol for info in listings if sign(info)]
        if len(meant) == 1:
            return meant[0]
    return listings[0].symbol


def _names(patterns: Mapping[str, re.Pattern[str]], key: str | None, text: str) -> bool:
    pattern = patterns.get(key or "")
    return pattern is not None and pattern.search(text) is not None
