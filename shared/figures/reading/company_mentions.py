"""Names of companies in a sentence, without the words that are none where they stand."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from shared.figures.reading.lexicon import Mention, word_set
from shared.figures.reading.sentence import MetricMention
from shared.figures.reading.units import SCALES, one_of

_LONGEST_SCALE: Final = 20
_LONGEST_BEFORE_LETTER: Final = 12
_WORDS_OF_ONE_LETTER: Final = frozenset("AIEOYÀÉU")
_BEFORE_NO_TICKER: Final = re.compile(
    r"(?:[^\s|*]|\d\s|(?<![^\W\d_])(?:class|classe|clase|Klasse|series?|type|Typ|tipo|vitamin|grade|plan|stage"
    r"|phase|part|option|tier|level|group|team|generation|gen|model)\s)$",
    re.IGNORECASE,
)
"""Before a capital letter that is the name of a class, or a unit: ``class C``, ``5 M``, ``K-T``."""
_BEHIND_NO_TICKER: Final = re.compile(
    r"\s?[&/+.-]\w|\s&|\s?shirts?\b|(?<=[ABH])[\s-](?:shares?|Aktien?|actions?)\b"
)
"""Behind one: ``A shares``, ``T-shirt``, ``S&P``."""
_LISTED_ON: Final = re.compile(
    r"(?:\bon|an der|am|im|au|à la|sur le|en el|en la|alla|al|no|na)\s(?:the\s)?$", re.IGNORECASE
)
_OF_PUBLISHER: Final = re.compile(
    r"\s(?:Asia|Business|Weekly|News|report(?:s|ed)|bericht\w*|rapport\w*)\b"
    r"|\s?(?:新聞|新闻|アジア|亚洲|亞洲|中文|ビジネス|電子版|報道|报道|報導|아시아|신문|보도)",
    re.IGNORECASE,
)
"""Behind the name of an index that is the one of a newspaper: ``Nikkei Asia``."""
_FUND: Final = re.compile(r"[\s-](?:\d+\s)?(?:ETF|fund|tracker|index fund|trust)\b", re.IGNORECASE)
_NUMBER_BEFORE: Final = re.compile(
    rf"(?:\d|(?:(?<![^\W\d_])|(?<=[万千百亿億]))(?:{one_of(SCALES)}))\s?(?:d[ei]\s|d['’])?$", re.IGNORECASE
)
"""Before a unit: ``40 euros``, ``700 millones de euros``, ``2 miliardi di euro``, ``3亿欧元``."""
_COUNTED: Final = frozenset(["barrel", "barrels", "ounce", "ounces", "barils", "barriles", "barril", "unzen"])
"""What commodities are counted in."""
_NO_COMPANIES: Final = frozenset({"über", "targets", "gaps", "blocks", "matches", "squares"})
"""Words that begin sentences and are written nearly like a company: Uber, Target, Visa."""
_COUNTRY: Final = re.compile(r"United\s(?:States|Kingdom|Nations|Arab)\b", re.IGNORECASE)
_UNITED: Final = len("United")
"""Letters of an airline's name that countries begin with, too."""
_COMMON_NOUNS: Final = ("=F", "=X", "-USD")
"""Ends of the symbols of what is written in lower case: gold, the euro, bitcoin."""
_WORDS_FIRST: Final = word_set(
    "total target gap block match key best now first open trade progressive public"
)
"""Words that open a sentence more often than the companies of that name that the facts do not know."""


_TRADED: Final = ("=F", "-USD")
"""Ends of the symbols of commodities and coins."""
_PRODUCER: Final = re.compile(
    r"[\s-](?:major|giant|company|group|producer|explorer|miner|firm|stock|heavyweight|titan)s?\b",
    re.IGNORECASE,
)
"""Behind what a company produces: ``the oil major``."""


def without_common_words(
    text: str, mentions: list[Mention], uncapitalised: AbstractSet[str]
) -> list[Mention]:
    """Mentions of companies, without words that are none: ``apple`` and single letters in prose."""
    if not mentions:
        return mentions
    return [
        mention
        for mention in mentions
        if not _is_unit(text, mention)
        and text[mention.start : mention.end].lower() not in _NO_COMPANIES
        and (_is_name(text[mention.start : mention.end], uncapitalised) or _is_common_noun(text, mention))
        and (mention.end - mention.start > 1 or _is_letter_alone(text, mention))
        and not (mention.end - mention.start == _UNITED and _COUNTRY.match(text, mention.start))
        and not (mention.value.endswith(_TRADED) and _PRODUCER.match(text, mention.end))
    ]


def opens_as_word(text: str, mention: Mention) -> bool:
    """``Total for the four quarters``: a word that a capital letter at the beginning makes no company."""
    is_first = not text[: mention.start].strip(" \t*_#>|-•·.0123456789")
    return is_first and text[mention.start : mention.end].lower() in _WORDS_FIRST


def _is_letter_alone(text: str, mention: Mention) -> bool:
    """Whether a letter is a ticker: ``$T``, ``400 shares of T``, and not ``A share`` or ``class C``."""
    before = text[max(0, mention.start - _LONGEST_BEFORE_LETTER) : mention.start]
    if before[-1:] in ("$", "(", ":"):
        return True
    is_article = text[mention.start] in _WORDS_OF_ONE_LETTER and not before.strip(" |*\t")
    return not (is_article or _BEFORE_NO_TICKER.search(before) or _BEHIND_NO_TICKER.match(text, mention.end))


def _is_name(written: str, uncapitalised: AbstractSet[str]) -> bool:
    """Whether a name has a capital letter (``Apple``, ``eBay``), or is one that has none: ``adidas``."""
    return not written[0].islower() or not written.islower() or written in uncapitalised


def _is_common_noun(text: str, mention: Mention) -> bool:
    """Whether a name is one that is written in lower case, such as gold, and no word derived from it."""
    written = text[mention.start : mention.end]
    if mention.value.startswith("^") or " held by " in mention.value:
        return True
    return mention.value.endswith(_COMMON_NOUNS) and (len(written) < 5 or not written.endswith("en"))


def _is_unit(text: str, mention: Mention) -> bool:
    """Whether the name of a currency or a measure is the unit of a number before it: ``221.51 euros``."""
    first = max(0, mention.start - _LONGEST_SCALE)
    is_counted = mention.value.endswith("=X") or text[mention.start : mention.end].lower() in _COUNTED
    return is_counted and _NUMBER_BEFORE.search(text, first, mention.start) is not None


def is_place(text: str, mention: Mention) -> bool:
    """Whether an index is only where something is listed, or part of the name of a fund or newspaper."""
    if not mention.value.startswith("^"):
        return False
    first = max(0, mention.start - _LONGEST_SCALE)
    is_part = _FUND.match(text, mention.end) or _OF_PUBLISHER.match(text, mention.end)
    return bool(is_part or _LISTED_ON.search(text, first, mention.start))


def apart_from(mentions: Sequence[Mention], others: list[Mention]) -> list[Mention]:
    """Those of others that do not overlap the mentions."""
    if not mentions or not others:
        return others
    spans = [(known.start, known.end) for known in mentions]
    return [one for one in others if not any(one.start < end and start < one.end for start, end in spans)]


def _is_part_of(company: Mention, others: Sequence[Mention | MetricMention]) -> bool:
    """Returns whether a company's name is a part of a longer one."""
    length = company.end - company.start
    return any(
        one.start <= company.start and company.end <= one.end and one.end - one.start > length
        for one in others
    )


def without_parts_of_indices(companies: list[Mention], others: Sequence[Mention]) -> list[Mention]:
    """The companies that are no part of the name of an index: "S&P 500", where the facts are about S&P."""
    indices = [one for one in others if one.value.startswith("^")]
    return [company for company in companies if not _is_part_of(company, indices)] if indices else companies


def without_parts_of_metrics(
    text: str, companies: list[Mention], metrics: Sequence[MetricMention]
) -> list[Mention]:
    """The companies that are no part of the name of a metric: "Total assets", "Total tax bill"."""
    if not companies or not metrics:
        return companies
    starts = {one.start for one in metrics}
    return [
        company
        for company in companies
        if not _is_part_of(company, metrics)
        and not (text[company.start : company.end] == "Total" and company.end + 1 in starts)
    ]
