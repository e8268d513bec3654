"""Recognises an index that only says which companies are meant: "the top 5 of the CAC", "DAX-Werte"."""

import re
from typing import Final

_LONGEST: Final = 90
"""Characters before an index that are looked at."""

_NO_JOINT: Final = (
    r"(?!(?:or|and|vs|versus|than|oder|und|als|gegen|ou|et|que|contre|o|y|e|contra|contro|che|against|compared"
    r"|invest|beat|outperform|track)\b)"
)
_BETWEEN: Final = rf"(?:\s+{_NO_JOINT}[\w'’%-]+){{0,4}}?"
_RANKED: Final = (
    r"top[\s-]*(?:\d+|three|five|ten|drei|fünf|zehn|trois|cinq|dix|tres|cinco|diez|dez|dieci|cinque)"
)


def _members(nouns: str, prepositions: str) -> str:
    return rf"\b(?:{_RANKED}|{nouns}){_BETWEEN}\s+(?:{prepositions})\s*"


_BEFORE: Final = re.compile(
    "(?:"
    + "|".join(
        (
            # English
            _members(
                r"stocks?|shares|compan(?:y|ies)|names|constituents?|components?|members?|gainers?|losers?|winners?"
                r"|movers?|performers?|payers?|laggards?|heavyweights?|sectors?|best|worst|biggest|largest|cheapest",
                r"(?:in|of|on|from|within|inside|out of|across)(?: the)?",
            ),
            (
                r"\b(?:is|are|was|were|will|does|do|did|has|have)\s+(?:it|they|this|the (?:company|stock))\b"
                r"(?:\s+(?:still|now|be|been|also|even|already|ever|get|a|member|part|included|added))*"
                r"\s+(?:in|into|of|to|join)\s+(?:the\s+)?"
            ),
            r"\b(?:what|who)(?:['’]?s| is| are)(?: currently)? (?:included )?in (?:the )?",
            # German; the singular "Wert" is the level of the index
            _members(
                r"\w*aktien?|\w*werte|\w*unternehmen|\w*titel|konzerne?|firmen|mitglieder|\w*gewinner|\w*verlierer"
                r"|\w*zahler|schwergewichte|papiere|beste[nr]?|schlechteste[nr]?|größte[nr]?|billigste[nr]?",
                r"(?:aus|im|in|des|vom|von|am)(?: (?:dem|den|der))?",
            ),
            r"\bwer (?:ist|sitzt) (?:alles )?(?:im|in) (?:dem )?",
            # French; the singular "valeur", "hausse" is that of the index
            _members(
                r"actions?|valeurs|entreprises?|sociétés?|titres?|membres?|composantes?|hausses|baisses|gagnants?"
                r"|perdants?|poids lourds|meilleure?s|pires",
                r"du|dans le|au|de l['’]|des",
            ),
            # Spanish, Portuguese, Italian
            _members(
                r"acci[oó]n(?:es)?|empresas?|valores|compañías?|componentes|miembros|ganador\w*|perdedor\w*|mejores"
                r"|peores|aç(?:ão|ões)|acoes|papéis|companhias|altas|baixas|maiores|melhores|piores|azion[ei]"
                r"|titol[oi]|società|aziend[ae]|componenti|migliori|peggiori",
                r"del|de la|en el|dentro del|do|da|no|na|dentro do|dello|nel|sul|di|de",
            ),
        )
    )
    + ")$",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"(?:\s?\d{2,4})?(?:"
    # English
    r"(?:['’]s)?[\s-]+(?:(?:dividend|tech|value|growth|bank|energy|best|top|listed|member|cheapest)\s+)?"
    r"(?:stocks|companies|members|constituents|components|gainers|losers|winners|movers|performers|laggards"
    r"|heavyweights|aristocrats|sectors|stock(?!\s+(?:index|market|price|futures|chart|exchange)))\b"
    # German
    r"|[\s-]+(?:aktien?|werte|unternehmen|konzerne?|titel|mitglieder|gewinner|verlierer|firmen|schwergewichte"
    r"|dividendenzahler)\b"
    # Japanese, Chinese, Korean
    r"|の?(?:構成|採用|組入)?銘柄|の?値(?:上|下)がり率|に(?:入|含)\w*(?:会社|企業|銘柄)|の(?:企業|会社)"
    r"|的?(?:成分股|成份股|权重股|權重股|领涨股|公司|企业|股票)|(?:里|中)(?:的|面|哪)"
    r"|\s?(?:구성\s?종목|편입\s?종목|종목|상장사|기업|상위)|에서 (?:가장|제일)"
    r")",
    re.IGNORECASE,
)
_INDICES: Final = frozenset({"FTSEMIB.MI", "PSI20.LS", "000001.SS", "000300.SS", "399001.SZ"})
"""Symbols of indices that do not begin with a caret."""


def is_index(symbol: str) -> bool:
    """Returns whether a symbol is one of an index."""
    return symbol.startswith("^") or symbol in _INDICES


def names_members(text: str, start: int, end: int) -> bool:
    """Returns whether the words around an index make it a group of companies.

    Args:
        text: The question.
        start: Offset of the index.
        end: Offset behind it.
    """
    before = text[max(0, start - _LONGEST) : start]
    return _AFTER.match(text, end) is not None or _BEFORE.search(before) is not None
