"""Chooses the hit of a search that is the company a question names."""

from collections.abc import Sequence
from typing import Final

from shared.chat.caseless_names import Candidate
from shared.domain.market_data import SymbolInfo
from shared.symbols.name_text import name_key, word_set, words_of

_SHORTEST_BEGINNING: Final = 4
_COMMON_BEGINNINGS: Final = word_set(
    """
    united american national general first international global royal standard great advanced applied
    western eastern southern northern central pacific atlantic universal public china deutsche banco grupo
    swiss german british canadian japanese chinese indian french italian spanish korean european australian
    japan korea canada india taiwan brasil nordic
    """
)
"""Words that begin the names of many companies, and therefore name none alone."""
_LEADING_FORMS: Final = word_set(
    """
    deutsche koninklijke telefonaktiebolaget lm aktiebolaget ab compagnie societe cie grupo dr ing h c f the
    banco banca banque assicurazioni companhia cia gruppo groupe
    """
)
"""Words before the name that everybody uses: Koninklijke Philips, Telefonaktiebolaget LM Ericsson."""


def matching_hit(candidate: Candidate, hits: Sequence[SymbolInfo]) -> str | None:
    """Returns the hit that is called as written; a search also returns what merely resembles it."""
    written = candidate.query
    if candidate.is_exact:
        return next((hit.symbol for hit in hits if _is_exactly(candidate, hit)), None)
    if candidate.is_ticker or candidate.is_clear:
        for hit in hits:
            if hit.symbol in {written.upper(), written.upper().replace(".", "-")}:
                return hit.symbol
    for hit in hits:
        names = [name_key(name) for name in (hit.name or "", *hit.aliases)]
        if any(_begins(name, written) for name in names):
            return hit.symbol
    # A known name may be searched by a ticker that the place has on another exchange only.
    may_be_base = candidate.is_ticker or candidate.name
    if may_be_base and (base := next((h for h in hits if _base(h.symbol) == written.upper()), None)):
        return base.symbol
    return next((hit.symbol for hit in hits[:1] if _ends(name_key(hit.name or ""), written)), None)


def _is_exactly(candidate: Candidate, hit: SymbolInfo) -> bool:
    """Returns whether the ticker or a whole name of a hit is what is written."""
    if candidate.is_ticker:
        return hit.symbol == candidate.query.upper()
    key = name_key(candidate.query)
    return any(name_key(name) == key for name in (hit.name or "", *hit.aliases))


def _base(symbol: str) -> str:
    return symbol.partition(".")[0]


def _ends(name: tuple[str, ...], written: str) -> bool:
    """Returns whether words as written end a name: Dr. Ing. h.c. F. Porsche AG, Deutsche Lufthansa AG."""
    key = name_key(written)
    if len("".join(key)) < _SHORTEST_BEGINNING or name[-len(key) :] != key:
        return False
    return len(words_of(written)) > 1 or all(word in _LEADING_FORMS for word in name[: -len(key)])


def _begins(name: tuple[str, ...], written: str) -> bool:
    """Returns whether whole words of a name begin it as written: Rivian Automotive, H & M Hennes.

    Of several words the last may be the beginning of a compound: Münchener Rück(versicherungs).
    """
    keys = name_key(written.replace("&", " "))
    key = "".join(keys)
    if key == "".join(name):
        return True
    if key in _COMMON_BEGINNINGS:
        return False
    beginnings = {"".join(name[:length]) for length in range(1, len(name) + 1)}
    if key in beginnings:
        return len(key) >= _SHORTEST_BEGINNING or "&" in written
    whole = len(keys) > 1 and name[: len(keys) - 1] == keys[:-1] and len(name) >= len(keys)
    return whole and len(keys[-1]) >= _SHORTEST_BEGINNING and name[len(keys) - 1].startswith(keys[-1])
