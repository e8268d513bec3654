"""Binds numbers to the words that make them bounds: ``above 70``, ``25 % oder mehr``, ``70を下回る``."""

import re
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.claims.zone_bounds import is_of_each, is_of_none, is_outside
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit
from shared.figures.reading.zone_words import ZONE

_BEFORE_BOUND: Final = re.compile(
    r"[\s*_]*(?:(?:the|a|that|of|its|den|die|der|dem|la|le|el|los|les|il|lo|i|gli|os|as|von|de|overbought"
    r"|oversold|level|threshold|mark|Marke|neutral|key|überkauften?|überverkauften?|niveau|seuil|nivel|nível"
    r"|livello|quota|soglia|umbral|patamar|barre|surachat|survente|sobrecompra|sobreventa|sobrevenda|ipercomprato|ipervenduto|di|do|da|del|du)"
    r"\s*){0,5}[\s*_(]*"
)
_ZONE_BEHIND: Final = re.compile(rf"[^.;,\d]{{0,24}}?(?:{ZONE})", re.IGNORECASE)
"""Behind a bound that is one of the RSI: ``just under the 70 that counts as overbought``."""
_OSCILLATOR: Final = "rsi_14"
_NOT: Final = RarePattern(
    r"(?:\bnot|n['’]t|\bno longer|\bneither|\bnor|\bnicht|\bweder|\bweder\b[^.;]*\bnoch"
    r"|\bpas|\bplus|\bno|\bni|\bnon|\bné|\bnão|\bnem)\s"
    r"(?!only|just|even|far|much|nur|weit|viel|seulement|loin|solo|lejos|lontano|só)"
    r"(?:(?:yet|quite|mehr|encore|ancora|más|ainda|está|están|è|sono|gone|risen|fallen|dropped|been|ha|a|est|passé|tombé"
    r"|descendu|monté|caído|bajado|subido|caiu|subiu|sceso|salito|gefallen|gestiegen)\s){0,3}$"
    r"|(?:未|没有?|沒有?|不)(?:能|曾)?$",
    re.IGNORECASE,
)
"""Before a bound that is not kept: "not yet above 70", 尚未超过70."""
_COMMAS: Final = frozenset(",，、;；")
_WORTH: Final = re.compile(
    r"(?:auftr[aä]g|vertr[aä]g|kredit|anleihe|bestellung|order|programm|zusage|deal)\w{0,2}\süber$",
    re.IGNORECASE,
)
"""What German words say the worth of: "ein Auftrag über 4,9 Mrd. $" is no bound."""
_NOT_BEHIND: Final = re.compile(r"\w{0,4}(?:ない|いません|なかった)")
_NAMES_LEVEL: Final = re.compile(r"\s?(?:の|的|의|である|[(（:：])?\s?")
"""Between the name of a level and its number, in Japanese, Chinese and Korean."""
_THAN: Final = re.compile(
    r"(?:보다|대비|비해|비교(?:하면|해|했을 때)|より(?:も)?|[にと]比べ(?:ると|て)?|比)、?,?\s?"
    r"(?:約|约|약)?\s?$"
)
_OF_EARLIER: Final = re.compile(
    r"\s(?:of|in|from|for|von|aus|im Jahr|de|en|del|di|nel|em|do)"
    r"\s(?:(?:fiscal|FY|the year)\s?)?(?:(?:19|20)\d\d(?!\d)|a year (?:ago|earlier|before)|last year"
    r"|l['’]année précédente|l['’]anno precedente|año anterior|ano anterior)"
    r"|\s(?:a year (?:ago|earlier|before)|im Vorjahr|des Vorjahres|un an plus tôt|un año antes|um ano antes"
    r"|un anno prima)\b",
    re.IGNORECASE,
)
"""Behind a number that is of an earlier year."""
_EARLIER_BEFORE: Final = re.compile(
    r"(?:\d{4}(?:年度?|년)|前年|前期|上年|去年|전년|지난해)(?:同期|동기)?[の的의]?\s?$"
)
"""Before a number that is of an earlier year, in Japanese, Chinese and Korean."""
_OR_MORE: Final = re.compile(
    r"\s(?:or|and|oder|und|ou|et|o|y|e)\s(?:(?P<more>more|higher|above|mehr|höher|plus|más|mais|più)|less|lower|below|fewer"
    r"|weniger|niedriger|moins|menos|meno)\b(?!\s\d)",
    re.IGNORECASE,
)


def bind_bound(sentence: Sentence, claim: Claim) -> None:
    """Sets whether a number is a bound, of which side, and of how many companies.

    Args:
        sentence: The sentence.
        claim: The number; set.
    """
    threshold = _threshold(sentence, claim.numeral)
    if not threshold or _is_named_level(sentence, claim) or _is_earlier_value(sentence, claim.numeral):
        claim.threshold = 0
        return
    if is_of_none(sentence, claim.numeral):
        threshold, claim.is_of_each = -threshold, True
    else:
        claim.is_of_each = is_of_each(sentence, claim.numeral)
    claim.threshold = threshold
    if _is_of_oscillator(sentence, claim):
        claim.metrics = (_OSCILLATOR,)


def _is_of_oscillator(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether a bound is a level of the RSI that the sentence names, whatever else it names."""
    return (
        claim.numeral.unit is Unit.NONE
        and any(_OSCILLATOR in mention.metrics for mention in sentence.metrics)
        and _ZONE_BEHIND.match(sentence.text, claim.numeral.end) is not None
    )


def is_denied(sentence: Sentence, cue: Mention) -> bool:
    """``not below``, ``isn't above``: whether a bound is said not to be passed."""
    return ends_with(_NOT, sentence.text, cue.start) is not None


def _is_named_level(sentence: Sentence, claim: Claim) -> bool:
    """``200日移動平均線の2,605円を下回る``: the number is the level that is passed, and no bound of it."""
    mention = claim.mention
    if mention is None or not claim.is_tight or mention.end > claim.numeral.start or sentence.text.isascii():
        return False
    metric = METRICS.get(mention.metrics[0])
    is_level = metric is not None and metric.kind is Kind.PRICE and mention.name != "price"
    return is_level and _NAMES_LEVEL.fullmatch(sentence.text, mention.end, claim.numeral.start) is not None


def _is_earlier_value(sentence: Sentence, numeral: Numeral) -> bool:
    """``$19.55 billion in 2025, slightly below the $19.82 billion of 2024``: a value, and no bound of one."""
    is_compared = any(
        one.numeral.end <= numeral.start
        and (one.numeral.unit is Unit.PERCENT) is (numeral.unit is Unit.PERCENT)
        for one in sentence.numbers
    )
    return is_compared and (
        _OF_EARLIER.match(sentence.text, numeral.end) is not None
        or ends_with(_EARLIER_BEFORE, sentence.text, numeral.start) is not None
    )


def _threshold(sentence: Sentence, numeral: Numeral) -> int:
    behind = _OR_MORE.match(sentence.text, numeral.end)
    if behind is not None:
        return 1 if behind["more"] else -1
    for cue in sentence.bounds:
        if any(one.start <= cue.start and cue.end <= one.end for one in sentence.metrics):
            # "turned over $21 billion"
            continue
        if numeral.unit is Unit.MONEY and _divides(sentence, cue):
            continue
        kinds = cue.value.split()
        value = 1 if "above" in kinds else -1
        if cue.end <= numeral.start:
            gap = sentence.text[cue.end : numeral.start]
            if _BEFORE_BOUND.fullmatch(gap) and not ends_with(_WORTH, sentence.text, cue.end):
                return -value if is_denied(sentence, cue) or is_outside(sentence, numeral, cue) else value
        elif cue.start >= numeral.end and sentence.text[cue.start] >= "\u3000":
            gap = sentence.text[numeral.end : cue.start]
            # 「215.3亿美元，低于上一年」 is compared with what stands behind.
            if len(gap) <= 1 and gap not in _COMMAS and not _is_distance(sentence, numeral):
                is_kept_from = _NOT_BEHIND.match(sentence.text, cue.end) or is_outside(sentence, numeral, cue)
                return -value if is_kept_from else value
    return 0


def _divides(sentence: Sentence, cue: Mention) -> bool:
    """``$2.27 billion over $15.88 billion``: whether a word stands between two amounts alone."""
    amounts = [one.numeral for one in sentence.numbers if one.numeral.unit is Unit.MONEY]
    return any(one.end + 1 == cue.start for one in amounts) and any(
        one.start == cue.end + 1 for one in amounts
    )


def _is_distance(sentence: Sentence, numeral: Numeral) -> bool:
    """``35.46헤알보다 9.2% 높은``, ``2000円より5%高い``: how far something is from what stands before."""
    return numeral.unit is Unit.PERCENT and ends_with(_THAN, sentence.text, numeral.start) is not None
