"""Which names and words stand right beside a number, and how far away the others are."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import CLOSE, HARD_STOP, TO, WORD, ends_with, gives_reason, has_break
from shared.figures.claims.unit_fit import SUITABLE, UNSUITABLE, fits
from shared.figures.reading.known_metrics import METRICS, Kind
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import MetricMention, Sentence
from shared.figures.reading.units import Unit

_COUNTED: Final = re.compile(
    r"\s(?:[^\W\d_]+\s)?(?:jobs|positions|posts|Stellen|Arbeitsplätze|postes|emplois|puestos|empleos|empregos"
    r"|posti)\b",
    re.IGNORECASE,
)
"""Behind a number of jobs that are cut or created."""
# The character is looked for first, and then what is around it.
_STOP: Final = re.compile(r"(?!,\d)[,;，；、。|)–—-](?:(?<=[,;，；、。|])|(?<=\))\s|(?<=\s[–—-])\s)")
_FOLLOWING_GAP: Final = re.compile(
    r"[\s*_-]*(?:(?:for|für|pour|por|per)\s(?:every|each|jeden|chaque|cada|ogni)\s\w+\s)?(?:of\s+(?:the\s|its\s|['’]s\s)?(?:stock|shares|company)\s)?(?:(?:was|is|were|are|remain(?:s|ed)|went|goes|flow(?:s|ed)|end(?:s|ed)\sup|ha[sd]\sbeen)"
    r"(?:\s(?:left|kept|spent|paid|put|due|[a-z]+ed(?:\s(?:up|out|back))?))?"
    r"(?:\s(?:back\s)?to\s(?:its\s|the\s)?(?:[a-z]*holders|[a-z]+ors|owners|lenders))?"
    r"(?:\s(?:as|to|into|towards?|through))?\s)?"
    r"(?:(?:of|in|for|on|at|the|a|an|its|their|(?:back\s)?into|new|more|less|mehr|weniger|additional|extra|outstanding|mark|level|threshold|de|des|du|d['’]|der|die|das|von|vom|im|an"
    r"|di|del|della|dei|da|dal|dai|dalla|dagli|dalle"
    r"|do|の|的|의|à|over|über|auf|annual|total|trailing|en|em|su|sa|son|seine|ihrer|i|il|lo|gli|le|la|les|el|los|las|seus?|suas?)[\s*_]+){0,3}[\s*_(]*"
)
_ON_THAT: Final = re.compile(r"\s(?:on|of)\s(?:that|this|its|their|the)\s")
_VERB: Final = re.compile(
    r"\s(?:is|was|are|were|came|comes|amount(?:s|ed)|total(?:s|led|ed)|stood|stands|ran|runs)\b"
)
_LINK: Final = re.compile(r"\b(?:of|in|an|de|en|di|del|della)\b|の|的|의")
_IS: Final = re.compile(
    r"\s*(?:is|of|at|:|=|was|von|de)?\s*"
    r"(?:(?:about|around|roughly|some|nearly|almost|approximately|just (?:over|under)|more than"
    r"|rund|etwa|fast|knapp)\s)?"
)
_BESIDE_CUE: Final = re.compile(r"[\s*_-]*(?:(?:の|个百分点|zu|im|en|de)\s?)?")
_MORE: Final = re.compile(
    r"\s?(?:more|less|mehr|weniger|de (?:plus|moins)|m[aá]s|(?:a )?(?:mais|menos)|in (?:più|meno))[,;]\s",
    re.IGNORECASE,
)
"""Behind a change of what stands before it."""
_COMMA: Final = re.compile(r"[，、]|,(?!\d)|(?<!\d),")
"""A comma that is none of a number's."""
_MUCH_WORSE: Final = 0.5
_VERSUS: Final = re.compile(
    r"\s(?:vs\.?|versus|against|compared (?:with|to)|relative to"
    r"|gegen|gegenüber|contre|frente a|contro|contra)\s",
    re.IGNORECASE,
)
_DASH: Final = re.compile(r"\s[–—-]\s")
"""Between a name and its number, in lists: ``Operating margin – 9.68%``."""
_COMMA_ALONE: Final = re.compile(r",\s")
_AND_THE: Final = re.compile(
    r"(?<![^\W\d_])(?:y|e|ed|et|und|and)\s(?:(?:el|la|los|las|su|o|a|os|as|sua?|il|lo|le|les|gli|der|die|das|the|its"
    r"|son|sa)\s|l['’])$",
    re.IGNORECASE,
)
"""Around a name whose verb is left out: ``El máximo fue 55,12 € y el mínimo, 46,88 €``."""
_NUMBER_IN_BRACKET: Final = re.compile(r"[(（][^()（）]*\d[^()（）]*$")
_CLOSED: Final = re.compile(r"[^()（）]*[)）]")
_OF: Final = re.compile(r"[^\W\d_]\s(?:of|von|de|di)\s$")
_OF_IT: Final = re.compile(r"\s(?:of|von|de|di)\s[*_]*[$€£¥]?")
_OF_BEHIND: Final = re.compile(r"(?:of|in|an|de|di)")
_MAX_TIGHT_WORDS: Final = 5
_ANNOUNCED: Final = re.compile(r"\s\w[^:]*:\s$")
_DIGIT: Final = re.compile(r"\d")


def names_beside(
    sentence: Sentence, claims: Sequence[Claim]
) -> tuple[dict[int, MetricMention], dict[int, int]]:
    """Returns the names right beside numbers, and by the places of those behind them: which number it is."""
    mentions = sentence.metrics
    tight: dict[int, MetricMention] = {}
    taken: dict[int, int] = {}
    for index, claim in enumerate(claims):
        numeral = claim.numeral
        if numeral.plain and _COUNTED.match(sentence.text, numeral.end):
            # "which costs 680 jobs": counted, and no value of what is named before.
            continue
        before = name_before(sentence, numeral, mentions, claims[index - 1].numeral.start if index else -1)
        after = name_behind(sentence, numeral, mentions)
        if before is not None and (
            before.start in taken or (after is not None and is_closer(sentence, numeral, before, after))
        ):
            before = None
        of_before = UNSUITABLE if before is None else fits(numeral, before)
        of_after = UNSUITABLE if after is None else fits(numeral, after)
        if before is not None and of_before < SUITABLE and of_before - of_after < _MUCH_WORSE:
            tight[index] = before
        elif after is not None and of_after < SUITABLE:
            tight[index] = after
            if not _is_of_next(sentence, numeral, after):
                taken[after.start] = index
    return tight, taken


def _is_of_next(sentence: Sentence, numeral: Numeral, mention: MetricMention) -> bool:
    """``88% of its net income of $112.0 billion``: the name behind a share is that of the whole, too."""
    behind = next((one.numeral for one in sentence.numbers if one.numeral.start >= mention.end), None)
    is_whole = behind is not None and numeral.unit is Unit.PERCENT is not behind.unit
    return (
        is_whole
        and behind is not None
        and _OF_IT.fullmatch(sentence.text, mention.end, behind.start) is not None
    )


def names_of_compared(
    sentence: Sentence, claims: Sequence[Claim], tight: Mapping[int, MetricMention]
) -> dict[int, MetricMention]:
    """Returns the name behind the second of two numbers for the first: ``2.1x against 6.1x sales``."""
    return {
        index: name
        for index, (one, other) in enumerate(pairwise(claims))
        if index not in tight
        and (name := tight.get(index + 1)) is not None
        and name.end > other.numeral.end
        and one.numeral.unit is other.numeral.unit
        and _VERSUS.fullmatch(sentence.text, one.numeral.end, other.numeral.start)
        # "orders of €59.3 billion against €42.6 billion of revenue"
        and not (one.numeral.unit is Unit.MONEY and ends_with(_OF, sentence.text, one.numeral.start))
    }


def name_before(
    sentence: Sentence, numeral: Numeral, mentions: Sequence[MetricMention], place_before: int
) -> MetricMention | None:
    """Returns the metric right before a number, with nothing but a few words between.

    Args:
        sentence: The sentence.
        numeral: The number.
        mentions: The metrics, in order.
        place_before: The place of the number before; -1 for the first one.
    """
    start = numeral.start
    for mention in reversed(mentions):
        if mention.end <= start:
            break
    else:
        return None
    if mention.name == "growth":
        # "operating cash flow growth of 14.1%": the growth of what is named before.
        grown = next((one for one in mentions if 0 <= mention.start - one.end <= 1), None)
        mention = grown._replace(end=mention.end) if grown is not None else mention
    mention = _head_of(sentence, numeral, mention, mentions)
    if start - mention.end > CLOSE:
        return None
    gap = sentence.text[mention.end : start]
    if (
        _STOP.search(gap)
        and not _DASH.fullmatch(gap)
        and not (_COMMA_ALONE.fullmatch(gap) and ends_with(_AND_THE, sentence.text, mention.start))
    ) or has_break(sentence, gap):
        return None
    if len(gap) > 2 * _MAX_TIGHT_WORDS and len(WORD.findall(gap)) > _MAX_TIGHT_WORDS:
        return None
    return None if mention.end <= place_before else mention


def _head_of(
    sentence: Sentence, numeral: Numeral, mention: MetricMention, mentions: Sequence[MetricMention]
) -> MetricMention:
    """Returns the name that another one only belongs to: ``Interest expense on that debt was $1.28bn``."""
    if not _VERB.match(sentence.text, mention.end, numeral.start):
        return mention
    for one in mentions:
        if _ON_THAT.fullmatch(sentence.text, one.end, mention.start) and fits(numeral, one) < SUITABLE:
            return one._replace(end=mention.end)
    return mention


def name_behind(
    sentence: Sentence, numeral: Numeral, mentions: Sequence[MetricMention]
) -> MetricMention | None:
    """Returns the metric right behind a number: ``26.9% profit margin``, ``$416bn in revenue``."""
    # "34.1 times earnings": the unit of the number is part of the name.
    start, end = numeral.start, numeral.end
    for mention in mentions:
        if mention.end > end and mention.start >= start:
            break
    else:
        return None
    gap = _without_companies(sentence, numeral.end, mention.start)
    if not _FOLLOWING_GAP.fullmatch(gap):
        return None
    own_number = next((one for one in sentence.numbers if one.numeral.start >= mention.end), None)
    if (
        own_number is not None
        and not _LINK.search(gap)
        and _IS.fullmatch(sentence.text, mention.end, own_number.numeral.start)
    ):
        # The name has a number of its own behind it: "P/E 34.1 forward P/E 30.2".
        return None
    return mention


def direction_beside(sentence: Sentence, numeral: Numeral) -> Mention | None:
    """Returns the word of direction beside a number: ``rose 1.0%``, ``1.0% higher``, ``上涨1.01%``."""
    for cue in sentence.moves:
        if cue.end <= numeral.start:
            gap = sentence.text[cue.end : numeral.start]
            level = TO.search(gap)
            # "fell 2.45%, to $104.72"
            told = f"{gap[: level.start()].rstrip().removesuffix(',')} " if level is not None else gap
            is_free = not _STOP.search(told) and (level is not None or not _DIGIT.search(gap))
            if len(gap) <= CLOSE and len(WORD.findall(gap)) <= 3 and is_free:
                return cue
        elif cue.start >= numeral.end and _BESIDE_CUE.fullmatch(sentence.text, numeral.end, cue.start):
            return cue
    return None


def distance(sentence: Sentence, numeral: Numeral, mention: MetricMention, claims: Sequence[Claim]) -> float:
    """Returns how far a name is from a number: in characters, commas, and numbers and names between."""
    before = mention.end <= numeral.start
    first, last = (mention.end, numeral.start) if before else (numeral.end, mention.start)
    if first > last:
        return UNSUITABLE
    gap = sentence.text[first:last]
    numbers = sum(first <= claim.numeral.start < last for claim in claims)
    names = sum(first <= one.start < last for one in sentence.metrics)
    cost = 0.02 * len(gap) + 1.0 * len(_COMMA.findall(gap)) + (2.0 if before else 2.5) * numbers + 1.0 * names
    # "net cash of £0.58 billion (2.7% of market cap) and CHF 14.19 billion": of what is in brackets.
    is_closed = before and _CLOSED.match(gap) is not None
    cost += 6.0 * (is_closed and ends_with(_NUMBER_IN_BRACKET, sentence.text, mention.start) is not None)
    # "45,2 Mrd., 15,8 % mehr, und die Marge stieg"
    is_of_before = not before and numeral.unit is Unit.PERCENT and _MORE.match(gap) is not None
    is_apart = is_of_before or has_break(sentence, gap) or (not before and gives_reason(gap))
    cost += 4.0 * (HARD_STOP.search(gap) is not None) + 3.0 * is_apart
    return cost + (0.0 if before else 1.5)


def is_closer(sentence: Sentence, numeral: Numeral, before: MetricMention, after: MetricMention) -> bool:
    """Returns whether a number belongs to the name behind it, and not to the name before it.

    ``trades at 34.1 times earnings``, ``consensus of 41 analysts``, ``cash machine: $99bn FCF``.
    """
    if after.start < numeral.end or (numeral.unit is Unit.MULTIPLE and before.name == "price"):
        return True
    gap = _without_companies(sentence, numeral.end, after.start).strip()
    if gap == "(" and sentence.text[after.end : after.end + 1] == ")":
        # "the stock moves $3.25 (ATR)"
        return True
    if _ANNOUNCED.search(sentence.text, before.end, numeral.start):
        # "Net debt is negative: $20.8 billion of cash"
        return True
    if _OF_BEHIND.fullmatch(gap) and sentence.text[before.end : numeral.start].strip(" *$€£¥") == ":":
        # "It is rich in cash: $8.98 billion of free cash flow"
        return True
    metric = METRICS.get(after.name)
    is_counted = metric is not None and metric.kind is Kind.COUNT and numeral.unit is Unit.NONE
    words = len(WORD.findall(sentence.text, before.end, numeral.start))
    return len(gap) <= 1 and (is_counted or (words > 1 and after.start <= numeral.end + 1))


def _without_companies(sentence: Sentence, start: int, end: int) -> str:
    """Returns what stands between two places, without names of companies: ``41 SAP analysts``."""
    text = sentence.text
    for company in sentence.companies:
        if start <= company.start and company.end <= end:
            text = f"{text[: company.start]}{' ' * (company.end - company.start)}{text[company.end :]}"
    return text[start:end]
