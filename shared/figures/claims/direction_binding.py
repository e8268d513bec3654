"""Binds numbers to the words of direction and comparison around them."""

import re
from typing import Final

from shared.figures.claims.bound_binding import bind_bound
from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import (
    CLOSE,
    HARD_STOP,
    IN_OTHER_WORDS,
    end_with_bracket,
    ends_with,
    has_break,
)
from shared.figures.reading.known_metrics import CHANGES, METRICS, Kind, meanings
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.units import Unit

_DENIED: Final = re.compile(
    r"\b(?:not|no|never|without|nicht|kein\w*|ohne|pas|sans|sin|não|sem|non|senza)\s(?:(?:of|von|de|di|by|durch)\s)?$",
    re.IGNORECASE,
)
"""Before a cause that is denied: "the result of buybacks, not of losses"."""
_AND_THEN: Final = re.compile(
    r"(?:\s(?:(?:in|im|en|em|nel|for|für|pour|para|per)\s)?"
    r"(?:20\d\d|(?:this|next|dieses|nächstes|cette|este|quest['’])\s?[^\W\d_]+))?"
    r"(?:,\s|,?\s(?:and|und|et|y|e)\s)"
    r"(?:(?:then|about|around|another|a further|dann|etwa|rund|weitere|puis|luego|poi)\s){0,2}"
)
_COMMA_OR_BRACKET: Final = re.compile(r",(?!\d)|[()]")
_OF_SOMETHING: Final = RarePattern(
    r"\s(?:its|the|their|that|sein|seine[mnr]?|dem|der|den|la|le|sa|son|su|il|lo)\s"
    r"(?!past|last|previous|next|letzten|vergangenen|(?:[\w-]+\s)?(?:days?|sessions?|weeks?|months?|quarters?|years?"
    r"|Wochen?|Monate?n?s?|Tagen?|Jahren?|semaines?|mois|jours?|ans|semanas?|mes|meses|mês|días|dias|settiman[ae]"
    r"|mes[ei]|giorni|periods?|stretch|time|Zeitraum|période|periodo|período)\b)",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(r"[,，、)]|\b(?:and|und|et|y|e)\b")
_MOVED: Final = re.compile(r"(高|安)(?![いくさ値])|(?:ポイント)?(増|減)(?=[、。，)）とのでだ]|$)")
"""Of Japanese prices and amounts: ``14円安``, ``10%増``."""
_SECOND_PART: Final = re.compile(
    r"\s(?:auf\s\d[\d.,]*\s?(?:[^\W\d_]+|[$€£¥])\s)?(nach|zu|an|ein|ab)(?![^\W\d_])"
)
"""Behind the change, or behind the level after it: ``gab 0,8 Prozent auf 81,26 Euro nach``."""
_SECOND_INITIALS: Final = frozenset("nzae")
_IN_TWO_PARTS: Final = (
    (
        re.compile(r"\b(?:gab|geben|gaben|gibt|büßte|büßten|brach|sackte|rutschte)\b"),
        ("nach", "ein", "ab"),
        -1,
    ),
    (re.compile(r"\b(?:legte|legten|legt|legen|zog|zogen|zieht)\b"), ("zu", "an"), 1),
)
"""German verbs whose second part stands behind a number."""
_COMPARED: Final = re.compile(r"(?:比|较|較)[^，。；,;]*?(高|低)(?:出|于|於)?$")
"""Of Chinese comparisons: ``比现价低9.4%``."""
_OF_NEXT: Final = re.compile(
    r"\s(?:of|von|in Höhe von|de|di|del|do)\s[*_]*(?:[A-Z]{1,3}\s?)?[*_]*"
    r"|\s?(?:は|が|额|額|为|為|이|은)?\s?[*_]*",
    re.IGNORECASE,
)
"""Between a word for a loss and its number: ``a profit of $118 million versus a loss of $591 million``."""
_NEGATIVE: Final = re.compile(r"n[eé]gati|マイナス|负值|負", re.IGNORECASE)
_BY: Final = re.compile(
    r"\sby\s(?:(?:about|around|roughly|some|nearly|almost|just|only|over|more than|at least)\s){0,2}$",
    re.IGNORECASE,
)
_PREPOSITIONS: Final = frozenset({"above", "below"})
_UP_TO_BY: Final = re.compile(r"[^,;:.\d]{3,40}|[^,;:.\d]{0,30}\d{2,3}-[^,;:.\d]{3,24}")
"""Between the word and how far it is: the name of a level."""
_OFF: Final = re.compile(
    r"\s(?:off|away from|removed from|from)\s(?:its|the|their|a)\s(?:[\w-]+\s){0,2}?"
    r"(?:(?P<low>lows?|bottom|trough|lower\s(?:\w+\s)?band)"
    r"|highs?|peak|top|upper\s(?:\w+\s)?band)\b",
    re.IGNORECASE,
)
"""``22% off its low`` is above it."""
_SUBTRACTED: Final = re.compile(r"minus\s[^\W\d_]{2}|[负負][债債面]", re.IGNORECASE)
"""Words for a minus that is none of a number: "debt minus cash", 净负债."""
_OPERATOR: Final = re.compile(r"minus\s[*_]*(?:[A-Z]{0,3}[$€£¥]\s?)?\d")
_OF_SIGN: Final = re.compile(
    r"(?:^|[(:,;–—-]\s?|\b(?:of|at|to|is|was|by|from|a|and|or|than|bei|von|auf|um|nach|ist|war|und|oder|mit)\s)[*_]*$",
    re.IGNORECASE,
)
"""Before a minus that is a sign: "a margin of minus 3%"."""
_COMPOUND: Final = re.compile(
    r"[a-zäöüß](?:(?P<down>rückg[aä]ng\w*|minus|einbruch\w*|einbuße\w*)|plus|anstiegs?|zuwachs\w*|wachstums?|steigerung)$"
)
"""German names that tell a direction themselves: ``ein Umsatzrückgang von 1,09 Mrd. €``."""
_VERB_BEHIND: Final = re.compile(
    r"(?:포인트|ポイント)?(?:\s?[(（][^()（）]{1,14}[)）]|[)）])?\s?(?:ほど|も|가량|정도)?\s?"
    r"(?:(?P<up>上げ|上昇|値上が|増(?![資配員産])|올랐|오른|올라|상승|뛰었|뛴)"
    r"|下げ|下落|値下が|減(?![資配員産])|내렸|내린|내려|하락|떨어졌|떨어진|밀렸|빠졌)"
)
"""Behind a change in Japanese and Korean, also behind the same in brackets: ``41.63포인트(1.00%) 내렸다``."""
_TO_LEVEL: Final = re.compile(
    r"(?:\b(?:to|auf|à|a|para|al)\s(?:(?:about|around|only|just|rund|etwa|nur|environ|solo|cerca de)\s)?"
    r"|[至到])$",
    re.IGNORECASE,
)
_POINTS_TO: Final = re.compile(
    r"\s?(?:(?:percentage|basis)?\s?points?|Prozentpunkte?n?|Punkte?n?|Basispunkte?n?|points? de pourcentage"
    r"|puntos?(?: porcentuales)?|pontos?(?: percentuais)?|punt[oi](?: percentual[ei])?)?,?"
    r"\s(?:to|auf|à|a|al|hasta|para)\s(?:(?:about|around|only|just|rund|etwa|nur|environ|solo)\s)?",
    re.IGNORECASE,
)
"""Between a change in points and the level that it has led to."""
_TO_LEVEL_BEHIND: Final = re.compile(r"(?:にまで|まで|に|へ|까지|로)")
"""Around a rate that growth has changed to: "growth is down to 8.6%" tells no fall of 8.6%."""
_FROM_LEVEL: Final = re.compile(r"(?:\b(?:from|von|de|desde|da|dal)\s|[从從由])$", re.IGNORECASE)
_ON_TO_LEVEL: Final = re.compile(
    r"\s(?:to|auf|à|a|al|para|até|hasta)\s(?:[^\W\d_]+\s)?\d|から\d|에서 \d|[^\d。，；]{0,6}[至到]\s?\d",
    re.IGNORECASE,
)
_FROM_BEHIND: Final = frozenset("か에")
"""Around a rate that growth has changed from: "growth fell from 63% to 34%"."""
_NO_MORE_THAN: Final = re.compile(r"plus\squ['’]\s?(?:à|de|environ)", re.IGNORECASE)
"""``n'est plus qu'à 3,7 % de son plus haut`` tells no rise."""
_FAR: Final = 24
_OVER: Final = frozenset({"over", "under", "past", "über", "unter", "sobre", "sopra", "sotto"})
"""Words that also begin a span of time: "7.9% over the past year"."""


def _is_of_today(sentence: Sentence, numeral: Numeral) -> bool:
    """``(-0.8% today)``: whether a word for the day stands right behind a number."""
    return any(0 <= cue.start - numeral.end <= 1 for cue in sentence.cues_of("today"))


def bind_words(sentence: Sentence, claim: Claim, before: Claim | None, index: int) -> None:
    """Sets direction, bound and the like of a number.

    Args:
        sentence: The sentence.
        claim: The number; set.
        before: The number before it; None for the first.
        index: Its place among the numbers of the sentence.
    """
    numeral = claim.numeral
    start = sentence.numbers[index - 1].numeral.end if index else 0
    end = (
        sentence.numbers[index + 1].numeral.start if index + 1 < len(sentence.numbers) else len(sentence.text)
    )
    claim.direction = (
        _of_compound(sentence, claim)
        or _direction(sentence, numeral, start, end)
        or _surprise(sentence, claim)
        or _of_other_words(sentence, numeral, index)
    )
    if claim.direction and not numeral.sign and _is_rate_of_growth(sentence, claim):
        claim.direction = 0
    if not claim.direction and before is not None and _goes_on(sentence, before.numeral, numeral):
        # "EPS to grow about 9% this year and 11% next"
        claim.direction = before.direction
    if not claim.direction and before is not None and _is_end_of_move(sentence, before, claim):
        # "The load factor slipped 1.2 points to 86.1%."
        claim.direction = before.direction
    if numeral.unit is Unit.PERCENT and _is_change_of_price(sentence, claim):
        claim.add_others("change_percent")
    bind_bound(sentence, claim)
    claim.is_approximate = "approximate" in sentence.kinds and _is_next_to(sentence, numeral, "approximate")
    claim.is_conditional = "conditional" in sentence.kinds and _is_conditional(sentence, claim)
    if claim.is_conditional and claim.threshold and {"price"} & {*claim.metrics, *claim.others}:
        # "a close below $240 would be a warning": a level of any kind.
        claim.add_others(*meanings("support"))
    claim.is_negative = "negative" in sentence.kinds and any(
        abs(cue.start - numeral.start) <= CLOSE
        for cue in sentence.cues_of("negative")
        if start <= cue.start < end
        and not is_subtracted(sentence, cue)
        and not ends_with(_DENIED, sentence.text, cue.start)
        and not _JOINED.search(sentence.text, numeral.end, cue.start)
        and not _is_of_next(sentence, cue, numeral.end, end)
        # "net debt is negative (-£2.55 billion)" says the same twice.
        and not (numeral.sign < 0 and _NEGATIVE.match(sentence.text, cue.start))
    )


def _is_of_next(sentence: Sentence, cue: Mention, start: int, end: int) -> bool:
    """Returns whether a word for a loss stands between two numbers and tells what the second one is."""
    is_between = start <= cue.start < end < len(sentence.text)
    return is_between and _OF_NEXT.fullmatch(sentence.text, cue.end, end) is not None


def _of_compound(sentence: Sentence, claim: Claim) -> int:
    """Returns the direction that the name right before a number tells itself; else 0."""
    mention = claim.mention
    if mention is None or not claim.is_tight or mention.end > claim.numeral.start or claim.numeral.sign:
        return 0
    told = _COMPOUND.search(sentence.text, mention.start, mention.end)
    return 0 if told is None else -1 if told["down"] else 1


def _is_rate_of_growth(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether a number is what a rate of growth has changed to, or from."""
    numeral, mention = claim.numeral, claim.mention
    if numeral.unit is not Unit.PERCENT or mention is None or not CHANGES.issuperset(mention.metrics):
        return False
    if _ON_TO_LEVEL.match(sentence.text, numeral.end):
        # German and Romance words for "from" mean "of" as well: "croissance de 8,6 %".
        is_from = ends_with(_FROM_LEVEL, sentence.text, numeral.start) is not None
        return is_from or sentence.text[numeral.end] in _FROM_BEHIND
    before = ends_with(_TO_LEVEL, sentence.text, numeral.start)
    return before is not None or _TO_LEVEL_BEHIND.match(sentence.text, numeral.end) is not None


def _goes_on(sentence: Sentence, before: Numeral, numeral: Numeral) -> bool:
    """Returns whether nothing but a time and "and" stands between two percentages."""
    if before.unit is not Unit.PERCENT or numeral.unit is not Unit.PERCENT:
        return False
    start, end = before.end, numeral.start
    named = [one.start for one in (*sentence.companies, *sentence.moves)]
    named += [one.start for one in sentence.metrics]
    is_joined = _AND_THEN.fullmatch(sentence.text, start, end) is not None
    return is_joined and not any(start <= place < end for place in named)


def _is_end_of_move(sentence: Sentence, before: Claim, claim: Claim) -> bool:
    """Returns whether a percentage without a name is where a change in points before it has led."""
    if claim.numeral.unit is not Unit.PERCENT or claim.mention is not None or not before.direction:
        return False
    is_change = before.numeral.unit in (Unit.POINTS, Unit.NONE)
    return (
        is_change and _POINTS_TO.fullmatch(sentence.text, before.numeral.end, claim.numeral.start) is not None
    )


def _of_other_words(sentence: Sentence, numeral: Numeral, index: int) -> int:
    """``$0.11 or 0.07% above the close``: the direction of the same in other words."""
    if numeral.unit is not Unit.MONEY or index + 1 >= len(sentence.numbers):
        return 0
    following = sentence.numbers[index + 1].numeral
    is_same = IN_OTHER_WORDS.fullmatch(sentence.text, numeral.end, following.start) is not None
    return _beside(sentence, following) if is_same and following.unit is Unit.PERCENT else 0


def _is_change_of_price(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether a percentage may be how far the price has moved, whatever is named beside it."""
    numeral = claim.numeral
    return (
        bool(claim.direction and _separated(sentence, numeral))
        or _is_signed_beside_price(claim)
        or ("today" in sentence.kinds and _is_of_today(sentence, numeral))
        or (not sentence.text.isascii() and _MOVED.match(sentence.text, numeral.end) is not None)
    )


def is_subtracted(sentence: Sentence, cue: Mention) -> bool:
    """``Net debt (debt minus cash) is $19.44 billion``: what is taken away is no sign of the number.

    Neither is it in ``$6.10 billion minus $2.78 billion``.
    """
    if _SUBTRACTED.match(sentence.text, cue.start):
        return True
    if not _OPERATOR.match(sentence.text, cue.start) or ends_with(_OF_SIGN, sentence.text, cue.start):
        return False
    return any(one.numeral.end < cue.start for one in sentence.numbers)


def _is_conditional(sentence: Sentence, claim: Claim) -> bool:
    """Returns whether words tell of a case; ``above the threshold of 70`` alone tells where something is."""
    start = claim.numeral.start
    bound = max((cue.end for cue in sentence.bounds if claim.threshold and cue.end <= start), default=start)
    return any(not bound <= cue.start < start for cue in sentence.cues_of("conditional"))


def _is_signed_beside_price(claim: Claim) -> bool:
    """``below the high of $43.26, and flat on the quarter (+0.20%)``: a change and no price."""
    if not claim.numeral.sign or not claim.metrics:
        return False
    metric = METRICS.get(claim.metrics[0])
    return metric is not None and metric.kind is Kind.PRICE


def _surprise(sentence: Sentence, claim: Claim) -> int:
    """Returns the direction of a surprise if the sentence has only beaten or only missed estimates."""
    if claim.numeral.unit is not Unit.PERCENT or "surprise_percent" not in (*claim.metrics, *claim.others):
        return 0
    return bool(sentence.cues_of("beat")) - bool(sentence.cues_of("miss"))


def _direction(sentence: Sentence, numeral: Numeral, start: int, end: int) -> int:
    """Returns the direction of a number: that of the nearest word in its clause, first before it."""
    if numeral.sign:
        return numeral.sign
    told = 0 if sentence.text.isascii() else _told_in_characters(sentence, numeral)
    told = told or (numeral.unit is Unit.PERCENT and _separated(sentence, numeral))
    if told:
        return told
    beside = _beside(sentence, numeral)
    if beside:
        return beside
    best, direction = 60.0, 0
    for cue in sentence.moves:
        if not start <= cue.start < end:
            continue
        before = cue.end <= numeral.start
        gap = sentence.text[cue.end : numeral.start] if before else sentence.text[numeral.end : cue.start]
        if len(gap) >= best:
            continue
        if HARD_STOP.search(gap) or has_break(sentence, gap) or _is_in_name_of_level(sentence, cue):
            continue
        if not before and _JOINED.search(gap):
            continue
        cost = len(gap) + 10.0 * (gap.count(",") + gap.count("，")) + (0.0 if before else 5.0)
        if cost < best:
            kinds = cue.value.split()
            best, direction = cost, (1 if "up" in kinds else -1)
    return direction


def _is_in_name_of_level(sentence: Sentence, cue: Mention) -> bool:
    """``la banda inferior de Bollinger``: a word in the name of a price level tells no direction."""
    if _NO_MORE_THAN.match(sentence.text, cue.start):
        return True
    for mention in sentence.metrics:
        if mention.start <= cue.start and cue.end < mention.end:
            metric = METRICS.get(mention.metrics[0])
            return metric is not None and metric.kind is Kind.PRICE
    return False


def _separated(sentence: Sentence, numeral: Numeral) -> int:
    """``gab um 0,82 Prozent nach``: the direction of a German verb in two parts around a number."""
    if sentence.text[numeral.end + 1 : numeral.end + 2] not in _SECOND_INITIALS:
        return 0
    behind = _SECOND_PART.match(sentence.text, numeral.end)
    if behind is None:
        return 0
    before = sentence.text[max(0, numeral.start - _FAR) : numeral.start]
    for verbs, part, way in _IN_TWO_PARTS:
        if behind[1] in part and verbs.search(before):
            return way
    return 0


def _told_in_characters(sentence: Sentence, numeral: Numeral) -> int:
    """``14円安``, ``比现价低9.4%``: the direction that one character tells."""
    moved = _MOVED.match(sentence.text, numeral.end)
    if moved is not None:
        return 1 if (moved[1] or moved[2]) in "高増" else -1
    verb = _VERB_BEHIND.match(sentence.text, numeral.end)
    if verb is not None:
        return 1 if verb["up"] else -1
    compared = _COMPARED.search(sentence.text, max(0, numeral.start - _FAR), numeral.start)
    return 0 if compared is None else 1 if compared[1] == "高" else -1


def _beside(sentence: Sentence, numeral: Numeral) -> int:
    """``13.9% above`` or ``below``, where the word follows immediately."""
    if numeral.unit is Unit.NONE:
        return 0
    off = _OFF.match(sentence.text, numeral.end) if numeral.unit in (Unit.PERCENT, Unit.MONEY) else None
    if off is not None:
        return 1 if off["low"] else -1
    if sentence.bounds and (passed := _passed_by(sentence, numeral)):
        return passed
    end = end_with_bracket(sentence.text, numeral.end) if sentence.bounds else 0
    for cue in sentence.bounds:
        written = sentence.text[cue.start : cue.end].lower()
        if cue.start - end > 3 or (written in _OVER and not _OF_SOMETHING.match(sentence.text, cue.end)):
            continue
        if cue.start >= end and not _COMMA_OR_BRACKET.search(sentence.text, end, cue.start):
            return 1 if "above" in cue.value.split() else -1
    return 0


def _passed_by(sentence: Sentence, numeral: Numeral) -> int:
    """``above the current price by about 6%``: the direction of a word before the level that is passed."""
    by = ends_with(_BY, sentence.text, numeral.start) if numeral.unit is Unit.PERCENT else None
    cue = next((one for one in reversed(sentence.bounds) if by is not None and one.end < by.start()), None)
    if by is None or cue is None or sentence.text[cue.start : cue.end].lower() not in _PREPOSITIONS:
        return 0
    if _UP_TO_BY.fullmatch(sentence.text, cue.end, by.start()) is None:
        return 0
    return 1 if "above" in cue.value.split() else -1


def _is_next_to(sentence: Sentence, numeral: Numeral, kind: str) -> bool:
    for cue in sentence.cues_of(kind):
        if 0 <= numeral.start - cue.end <= 3 or (
            sentence.text[cue.start] >= "\u3000" and 0 <= cue.start - numeral.end <= 1
        ):
            return True
    return False
