"""Words that are names of metrics, but not where they stand: ``as high as``, ``it is close``."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from shared.figures.reading.known_metrics import meanings
from shared.figures.reading.languages import language_of
from shared.figures.reading.sentence import MetricMention

_RANGE: Final = "price_range"
_ADJECTIVES: Final = frozenset(
    {"high", "low", "highest", "lowest", "top", "hoch", "tief", "maximum", "minimum", "range"}
)
_BEFORE_LABEL: Final = frozenset({": ", ", ", "; ", "| "})
_VERBS: Final = frozenset(
    {"collecté", "collectés", "collectée", "collectées"}
    | {"signale", "signalent", "signals", "signalled", "signaled", "zählt", "zählte", "zählten"}
    | {"taking"}
)
"""Verbs that are written nearly as a name: "signals that the stock is overbought", "profit taking", zählt."""
_OBJECT: Final = re.compile(r"\s(?:the|its|their|this|that|these|our|a|an|by|all|both)\b")
"""Behind a verb: "that supports the builders", "support its shares"."""
_NO_NAME: Final = {
    **dict.fromkeys(("support", "supports", "supported"), _OBJECT),
    "income": re.compile(r"\s(?:pick|stock|investors?|play|name|choice|seekers?|vehicle)\b"),
    "sale": re.compile(r"\s(?:dell|del|di|al|a)\b"),
    "interest": re.compile(r"\s(?:in|from|by|among|at|for|rates?|levels?|income|yields?)\b"),
    "open": re.compile(r"\s(?:in\s(?:early\s|late\s|mid-)?(?:19|20)\d\d|an?|its|new|another|more|up)\b"),
    "costs": re.compile(
        r"(?:\s(?:rose|fell|grew|climbed|declined|increased|decreased|dropped|jumped|rise|fall|grow|come down"
        r"|(?:are|were|have been)\s\w+ing|and|or)\b|[.,;])"
    ),
    **dict.fromkeys(("hält", "halten", "hielt"), re.compile(r"\s(?:sich|sie|er|es|an)\b")),
    "plus bas": re.compile(r"\s(?:que\b|qu['’])"),
    "plus haut": re.compile(r"\s(?:que\b|qu['’])"),
    **dict.fromkeys(("fcf covers", "free cash flow covers"), re.compile("")),
    "in cash": re.compile(r"\sterms\b"),
    **dict.fromkeys(
        ("held", "holds"), re.compile(r"\s(?:up|steady|firm|flat|constant|back|on to|at|above|below|near)\b")
    ),
    "day before": re.compile(
        r"\s(?:the|its|their|this|that)\s(?:[^\W\d_]+\s)?(?:report|results?|earnings|numbers|figures|release"
        r"|announcement|news|split|deal|forecast)\b"
    ),
    "crescita": re.compile(r"\s(?:da|dal|dai|dallo|dalla)\b"),
    "hold": re.compile(r"(?:\s(?:and|with|on|rating)\b|[.,;)”\"])"),
}
_BEHIND_WORDS: Final = {
    # "1,46 $ CA" are Canadian dollars, and no chiffre d'affaires.
    "ca": re.compile(r"\$\s?$"),
    # "350 à 370 ouvertures": of stores.
    **dict.fromkeys(("ouvertures", "aperture", "aperturas", "aberturas", "openings"), re.compile(r"\d\s$")),
    "cambio": re.compile(r"\b(?:en|in|a)\s$", re.IGNORECASE),
    # "le trimestre en cours": the current one, and no price.
    "cours": re.compile(r"\ben\s$", re.IGNORECASE),
    # "Unit sales were up 6%": counted, and no revenue.
    "sales": re.compile(r"\bunit\s$", re.IGNORECASE),
    # "$2.71 a share at Ford and $2.55 at GM": what is earned per share, and no price.
    "share at": re.compile(r"(?:\d|\b(?:cents?|pence|dollars?|euros?|pounds?|francs?|yen))\s(?:a|per)\s$"),
}
"""What stands before a word that is no name behind it: ``en cambio``."""
_ACTUAL: Final = frozenset({"actual", "actuales", "actuel", "actuels", "actuelle", "actuelles"})
_PAYS: Final = frozenset(
    {"pays", "pay", "paid", "paying", "zahlt", "zahlte", "paie", "paga", "pagou", "pagó"}
)
_FOR_SOMETHING: Final = re.compile(
    r"\s(?:about\s|some\s|rund\s)?[$€£¥]?\s?\d[\d.,]*\s?(?:bn?\b|m\b|[mb]illi\w+|Mio\.?|Mrd\.?|mill\w+|miliard\w*)"
    r"[^.;,\d]{0,24}?\s(?:for|to (?!(?:its )?(?:shareholders|holders|owners|investors))|um|für|pour|por|para"
    r"|per)\s",
    re.IGNORECASE,
)
"""Behind "pays" where an amount buys or settles something: ``pays $640 million for the start-up``."""
_ON_EXCHANGE: Final = frozenset({"an der börse", "en bourse", "en bolsa", "in borsa", "na bolsa"})
"""Where something is worth an amount, but also where it rises or falls."""
_WORTH: Final = re.compile(
    r"\b(?:wert|bewert\w+|kostet|bringt|wiegt|vaut|pèse\w*|valoris\w+|capitalis\w+|vale\w*|pesa\w*|valora\w*"
    r"|avalia\w*|valutat\w*|capitali\w+)(?![^\W\d_])",
    re.IGNORECASE,
)
_TO_NUMBER: Final = re.compile(r"[^\d]*\d(?:[^,;]|[,;](?=\d))*")
"""Up to the end of the clause of the next number."""
_LEVELS: Final = frozenset({"level", "levels", "niveau", "nivel", "livello", "nível"})
_NEAR: Final = 12
_OF_PERIOD: Final = re.compile(r"(?:\b(?:19|20)\d\d(?:['’]s)?|\byear['’]s|\bQ[1-4])\s$")
"""Before what a metric was in a period: "short of the 2022 level"."""
_OFTEN_NO_NAMES: Final = frozenset(
    {
        *_NO_NAME,
        *_VERBS,
        *_ADJECTIVES,
        *_ACTUAL,
        *_ON_EXCHANGE,
        *_PAYS,
        *_LEVELS,
        "close",
        "close at",
        *_BEHIND_WORDS,
    }
)
"""Names of metrics that are looked at more closely."""
_OPENS: Final = re.compile(r"\s(?:about\s|some\s)?\d{1,4}(?![\d.,]*\d)")
_AUXILIARY: Final = re.compile(r"\b(?:to|will|would|can|could|may|should|and)\s$")
_FROM: Final = re.compile(r"\s(?:from|between)\s")
_TO: Final = re.compile(r"\s(?:to|behind|enough)\s")
_NOUN: Final = re.compile(r"\b(?:a|the|its|their|this|day's)\s$")
_BEFORE_ADJECTIVE: Final = re.compile(
    r"(?:\b(?:as|too|very|so|is|was|are|were|remains?|quite|relatively|how|looks?|still|zu|sehr|ist|sind"
    r"|is the|was the|are the|has the|have the|with the|the two|among the)\s)$",
    re.IGNORECASE,
)
_COMES: Final = re.compile(r"\b(?:comes?|came|coming|gets?|got|getting|runs?|ran)\s$", re.IGNORECASE)
"""Before a word for nearness: "only Ford comes close with 9.4"."""
_BEHIND_ADJECTIVE: Final = re.compile(
    r"\s(?:as|for a|enough|valuations?|volatility|growth|margins?|yields?|risk|quality|levels?|multiples?"
    r"|forward|trailing|p/e|beta|revenue|dividend|of the (?:group|two|three|four|five|peers|lot|set)"
    r"|across)\b",
    re.IGNORECASE,
)

_DEBT_IS: Final = "debt is"
_OPERATING: Final = re.compile(
    r"\s(?:operacional|operativo|operativa|opérationnel|d['’]exploitation|de explotación)\b", re.IGNORECASE
)


def _of_several_days(text: str, mention: MetricMention) -> MetricMention:
    """Takes ``a three-day range`` for the range of some days, and not of one."""
    if text[mention.start - 1 : mention.start] != "-":
        return mention
    return mention._replace(name=_RANGE, metrics=meanings(_RANGE))


def _of_operating_income(text: str, mention: MetricMention) -> MetricMention:
    """Takes ``vezes o lucro operacional`` for a multiple of that, and not of the net income."""
    behind = _OPERATING.match(text, mention.end)
    if behind is None:
        return mention
    noun = re.split(r"[\s'’]", text[mention.start : mention.end])[-1]
    name = "operating_income"
    return MetricMention(name, meanings(name), mention.end - len(noun), behind.end())


_AMOUNT_BEHIND: Final = re.compile(
    r"\s(?:[^\W\d_]+\s){0,2}?(?:[A-Z]{2,3}\s?)?(?:[$€£¥₩]|\d[\d.,]*\s?(?:[mb]illion|trillion|bn|tn|[MBT])\b)"
)


def _of_amount_of_debt(text: str, mention: MetricMention) -> MetricMention:
    """Takes ``debt is $10.9 billion higher`` for the debt; "debt is 1.6 times equity" is a ratio."""
    if text[mention.start : mention.end].lower() != _DEBT_IS:
        return mention
    if _AMOUNT_BEHIND.match(text, mention.end) is None:
        return mention
    return MetricMention("total_debt", meanings("total_debt"), mention.start, mention.start + len("debt"))


READ_CLOSELY: Final[Mapping[str, Callable[[str, MetricMention], MetricMention]]] = {
    "day_range": _of_several_days,
    "trailing_pe": _of_operating_income,
    "debt_to_equity": _of_amount_of_debt,
}
"""By the names that mean something else beside some words: what takes these into account."""


def is_no_name(text: str, mention: MetricMention) -> bool:
    """Whether a word is no name where it stands: "as high as", "the highest beta", "it is close"."""
    written = text[mention.start : mention.end].lower()
    if written not in _OFTEN_NO_NAMES:
        # The German "Quote" is a ratio.
        return written == "quote" and text[mention.start].isupper() and language_of(text) == "de"
    if written == "range":
        # "The RSIs range from 33.7 to 72.4."
        return bool(
            _FROM.match(text, mention.end)
            and not _NOUN.search(text, max(0, mention.start - 8), mention.start)
        )
    if written in _VERBS or written in _LEVELS:
        is_of_period = _OF_PERIOD.search(text, max(0, mention.start - _NEAR), mention.start) is not None
        return written in _VERBS or is_of_period
    if written in _PAYS or written in _ON_EXCHANGE:
        return _is_of_other_thing(text, written, mention.end)
    if written in _NO_NAME and (_NO_NAME[written].match(text, mention.end) or _opens(text, mention)):
        # "the income pick", "say hold and see $137.17"
        return True
    if written in _BEHIND_WORDS:
        return _BEHIND_WORDS[written].search(text, max(0, mention.start - _NEAR), mention.start) is not None
    if written in _ACTUAL:
        # "quarter to 2026-09-30: actual 0.50", but "el precio actual de 178,44".
        is_label = text[max(0, mention.start - 2) : mention.start] in _BEFORE_LABEL
        return not is_label and text.strip().lower() != written
    if written in ("close", "close at"):
        before = text[: mention.start]
        is_near = _BEFORE_ADJECTIVE.search(before) or _COMES.search(before) or _TO.match(text, mention.end)
        return bool(is_near) or _opens(text, mention)
    if mention.name not in ("highest", "lowest") or written not in _ADJECTIVES:
        return False
    return bool(_BEFORE_ADJECTIVE.search(text[: mention.start]) or _BEHIND_ADJECTIVE.match(text, mention.end))


def _opens(text: str, mention: MetricMention) -> bool:
    """``will close 160 stores and open 80``: a verb, and no price."""
    if not _OPENS.match(text, mention.end):
        return False
    return _AUXILIARY.search(text, max(0, mention.start - _NEAR), mention.start) is not None


def _is_of_other_thing(text: str, written: str, end: int) -> bool:
    """Returns whether "pays" tells a purchase, or "on the exchange" where something moves."""
    if written in _PAYS:
        return _FOR_SOMETHING.match(text, end) is not None
    # "En Bourse, le titre recule de 0,12 %", but "elle vaut 12 milliards en Bourse".
    clause = _TO_NUMBER.match(text, end)
    return _WORTH.search(text, 0, clause.end() if clause is not None else len(text)) is None
