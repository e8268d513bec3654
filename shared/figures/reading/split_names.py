"""Names of metrics whose words stand apart: ``kaufte für 2,55 Mrd. $ Aktien zurück``."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from shared.figures.reading.known_metrics import meanings
from shared.figures.reading.lexicon import tokens, word_set
from shared.figures.reading.sentence import MetricMention, Sentence

_SHARES: Final = r"(?:Aktien|Anteile?|Papiere|actions|titres|acciones|títulos|ações|azioni|titoli)"
_DEBT: Final = (
    r"(?:Schulden|Kredite?|Anleihen|Fremdkapital|dettes?|emprunts?|obligations|deudas?|dívidas?|debit[oi])"
)
_NAMES: Final[Mapping[str, re.Pattern[str]]] = {
    "share_repurchases": re.compile(
        rf"\b(?P<verb>kauf(?:t|te|en|ten))\b(?=[^;]{{0,60}}?\b{_SHARES}\b[^;]{{0,30}}?\bzurück)"
        rf"|\b(?P<verb2>rach[eè]t\w*|recompr\w+|riacquist\w+)(?=[^;]{{0,60}}?\b{_SHARES}\b)",
        re.IGNORECASE,
    ),
    "debt_issued": re.compile(
        rf"\b(?P<verb>n[aä]hm\w*|nimmt)\b(?=[^;]{{0,50}}\b{_DEBT}\b[^;]{{0,16}}\bauf\b)"
        rf"|\b(?P<verb2>émis|emitió|emitiu|(?<=ha )emesso)\b(?=[^;]{{0,50}}\b{_DEBT}\b)",
        re.IGNORECASE,
    ),
    "debt_repaid": re.compile(
        rf"\b(?P<verb>zahl(?:te|t|ten))\b(?=[^;]{{0,50}}\b{_DEBT}\b[^;]{{0,16}}\bzurück\b)"
        rf"|\b(?P<verb2>amortizó|pagou|(?<=ha )rimborsato|rimborsa)\b(?=[^;]{{0,50}}\b{_DEBT}\b)",
        re.IGNORECASE,
    ),
    "investment": re.compile(
        r"\b(?P<verb>invested|invests|investiert(?:e|en)?|investissait|investit|(?<=a )investi"
        r"|(?<=ont )investi|invirt(?:ió|ieron)|invierte|investiu|investe"
        r"|(?<=ha )investito)\b|(?P<verb2>投資し)",
        re.IGNORECASE,
    ),
}
_KEYS: Final = frozenset(
    token.key
    for word in word_set(
        """
        kauft kaufte kaufen kauften racheté rachète rachetait rachètent rachetés recompró recompra recomprou
        recompraron riacquistato riacquista invested invests investiert
        investierte investierten investissait investit investi invirtió invirtieron invierte investiu investe
        investito 投 nahm nahmen nimmt émis emitió emitiu emesso zahlte zahlt zahlten amortizó pagou
        rimborsato rimborsa
        """
    )
    for token in tokens(word)[:1]
)


def split_names(sentence: Sentence) -> Iterator[MetricMention]:
    """Yields the names whose words stand apart, at the places of their verbs.

    Args:
        sentence: A sentence with its tokens.
    """
    if sentence.keys.isdisjoint(_KEYS):
        return
    for name, pattern in _NAMES.items():
        for found in pattern.finditer(sentence.text):
            start, end = found.span(found.lastgroup or 0)
            yield MetricMention(name, meanings(name), start, end)
