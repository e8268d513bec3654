"""Decides which instruments of a question are certain because they are in a list with others."""

import re
from bisect import bisect, insort
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.chat.corrections import is_correction
from shared.chat.question_words import COMPARISON_WORDS, LIST_WORDS, METRIC_WORDS, NOT_TICKERS, STOCK_WORDS
from shared.symbols.name_text import Word, word_set, words_of

CHOICES: Final = word_set("or vs versus against oder gegen ou contre o contra")
"""Words that join two alternatives."""

_LONGEST_LIST: Final = 40
"""Words of a question that has nothing but instruments."""

_COMPARED: Final = re.compile(r"(?:(?:more|less) )?\w+ than", re.IGNORECASE)
"""What joins two compared names: "is C cheaper than BAC"."""

_SHORTEST_ROW: Final = 3
_PAIR: Final = 2
_LONGEST_TOPIC: Final = 40
"""Characters behind two names in which their figure is looked for."""

ROW_END: Final = re.compile(r"\s*(?:$|[?!.,;:)\n]|[-–—]\s)")
"""The end of a clause behind a list."""

_PRICE: Final = re.compile(r"\s+(?:prices?|raised?|cuts?|for|of)\b", re.IGNORECASE)
"""What makes "target" behind names their price target."""

_COMPARISON: Final = re.compile(
    r"\s+(?:comparison|compared|overlap|correlation|merger|spread|ratio|vergleich|comparaison|compara(?:ción|cion|ção|cao)"
    r"|confronto|fusion(?:e|ierung)?|fusión|fusão|zusammenschluss|which|who)\b",
    re.IGNORECASE,
)
"""What makes two names of the one before it: "crowdstrike palo alto comparison"."""

_ENCLOSING: Final = ' ()[]"“”„«»'
"""What may enclose the items of a list: "(V), (MA)"."""

_JOINTS: Final = frozenset({",", "/", "&", "+", "、", "和", "と", "과", "와"})


@dataclass(frozen=True)
class SymbolMention:
    """An instrument in a question.

    Attributes:
        symbol: The instrument.
        start: Offset of its first character.
        end: Offset after its last character.
        by_name: Whether it is written as a name, for which the customary listing was chosen.
        searched: For a company that the catalogue does not have, which has no symbol yet: what to search.
    """

    symbol: str
    start: int
    end: int
    by_name: bool = False
    searched: str = ""


@dataclass(frozen=True)
class PendingMention:
    """A name that is a company only beside another one, or in a clear context.

    Attributes:
        mention: The instrument.
        first: Index of its first word.
        last: Index behind its last word.
        listed_only: Whether no context but a list makes it a company: "voo or spy", "NOW and CRM".
        enclosed_only: Whether it is a company only between two others: "jpm c bac".
        closes_row: Whether it is one also in a row of tickers: "jpm bac ms", "f and t are cheap".
    """

    mention: SymbolMention
    first: int
    last: int
    listed_only: bool = False
    enclosed_only: bool = False
    closes_row: bool = False


ListPlace = tuple[int, int, "PendingMention | None"]
"""Start and end of a name in a question, and its mention unless it is certain."""


def are_alternatives(text: str, first: SymbolMention, second: SymbolMention) -> bool:
    """Returns whether a word of choice joins two tickers ("F vs T"), or a list word two further companies."""
    between = text[first.end : second.start].strip(" .").lower()
    if first.searched and second.searched:
        return between in CHOICES or between in LIST_WORDS
    return between in CHOICES and not (first.by_name or second.by_name)


def are_all_instruments(words: Sequence[Word], waiting: Sequence[PendingMention]) -> bool:
    """Returns whether words are mentions, or join them: the question has nothing but instruments.

    Args:
        words: The words that are not read yet.
        waiting: The mentions that are not certain yet.
    """
    places = {(one.mention.start, one.mention.end) for one in waiting}
    return (
        all(
            word.key in LIST_WORDS
            or (
                word.key not in METRIC_WORDS
                and word.text.upper() not in NOT_TICKERS
                and any(_holds(place, word) for place in places)
            )
            for word in words[:_LONGEST_LIST]
        )
        and len(words) <= _LONGEST_LIST
    )


def _holds(place: tuple[int, int], word: Word) -> bool:
    return place[0] <= word.start < place[1]


def listed_with(
    text: str, waiting: Sequence[PendingMention], certain: Sequence[tuple[int, int]]
) -> list[PendingMention]:
    """Returns the mentions that are in a list with certain names, directly or one beside the other.

    Args:
        text: The question.
        waiting: The mentions that are not certain.
        certain: Start and end of the certain names.
    """
    spans = sorted(certain)
    known = set(spans)
    listed: list[PendingMention] = []
    accepted = True
    while accepted:
        accepted = False
        # In both directions: each one may be the neighbour of the next.
        for one in (*waiting, *reversed(waiting)):
            span = one.mention.start, one.mention.end
            place = bisect(spans, span)
            beside = spans[max(0, place - 1) : place + 1]
            if span not in known and any(are_listed(text, one, other, len(spans)) for other in beside):
                insort(spans, span)
                known.add(span)
                listed.append(one)
                accepted = True
    return listed


def enclosed(
    text: str, waiting: Sequence[PendingMention], certain: Sequence[tuple[int, int]]
) -> list[PendingMention]:
    """Returns the mentions that fill the gap between two certain names: "jpm gs c bac".

    Args:
        text: The question.
        waiting: The mentions that are not certain.
        certain: Start and end of the certain names.
    """
    found: list[PendingMention] = []
    run: list[PendingMention] = []
    follows, end = False, 0
    for first, last, one in in_order(waiting, certain):
        joined = follows and not text[end:first].strip(" ,")
        if one is None:
            found += run if joined else []
            run = []
        else:
            run = [*run, one] if joined else []
        follows, end = one is None or joined, last
    return found


def may_be_listed(text: str, words: Sequence[Word], index: int) -> bool:
    """Returns whether the letter "v" may be a ticker of a list: "ma vs v", "v or ma", "compare v ma axp"."""
    return index == 0 or words[index - 1].key in COMPARISON_WORDS or follows_joint(text, words, index)


def follows_joint(text: str, words: Sequence[Word], index: int) -> bool:
    """Returns whether a word or a comma joins a word to the one before it: the last one of "ma vs v"."""
    if index == 0:
        return False
    before = words[index - 1]
    gap = text[before.end : words[index].start]
    return before.key in LIST_WORDS or "," in gap or gap == "/"


def opposites(words: Sequence[Word], index: int, joints: Collection[str] = CHOICES) -> Iterator[Word]:
    """Yields the words in capitals that a word of choice, or of a list, joins to a word: T in "O vs T"."""
    for joint, other in ((index - 1, index - 2), (index + 1, index + 2)):
        if min(joint, other) >= 0 and max(joint, other) < len(words) and words[joint].key in joints:
            # The classes of a share are letters too.
            is_class = {words[index].key, words[other].key} <= set("abc")
            if words[other].text.isupper() and not is_class:
                yield words[other]


def _speaks_of_business(text: str, mention: SymbolMention) -> bool:
    """Returns whether a figure follows a further company: "pfizer moderna covid revenue"."""
    written = {word.key for word in words_of(text[mention.start : mention.end])}
    is_company = bool(mention.searched) and not written & STOCK_WORDS
    return is_company and any(
        word.key in STOCK_WORDS | METRIC_WORDS
        for word in words_of(text[mention.end : mention.end + _LONGEST_TOPIC])
    )


def joins(gap: str) -> bool:
    """Returns whether the text between two names makes them neighbours in a list or a comparison."""
    between = gap.strip(_ENCLOSING)
    return between in _JOINTS or between.strip(" ,.").lower() in LIST_WORDS


def ends_list(text: str, words: Sequence[Word], index: int) -> bool:
    """Returns whether a word is the last of a list and ends its clause: "shell, bp and total: ..."."""
    return follows_joint(text, words, index) and ROW_END.match(text, words[index].end) is not None


def is_list_gap(gap: str) -> bool:
    """Returns whether nothing but a comma, a slash or a list word is between two names."""
    return not (words := gap.strip(" ,/.").lower()) or words in LIST_WORDS


def in_rows(
    text: str, waiting: Sequence[PendingMention], certain: Sequence[tuple[int, int]]
) -> list[PendingMention]:
    """Returns the mentions in a row of names without other words between them: "aal dal ual fuel costs".

    Args:
        text: The question.
        waiting: The mentions that are not certain.
        certain: Start and end of the certain names.
    """
    places = in_order([one for one in waiting if _may_be_in_row(text, one)], certain)
    found: list[PendingMention] = []
    row: list[ListPlace] = []
    for place in [*places, (len(text) + 1, len(text) + 1, None)]:
        if row and place[0] <= len(text) and is_list_gap(text[row[-1][1] : place[0]]):
            row.append(place)
            continue
        if len(row) >= _SHORTEST_ROW or _is_pair_at_start(row):
            found += [one for *_, one in row if one is not None]
        row = [place]
    return found


def _is_pair_at_start(row: Sequence[ListPlace]) -> bool:
    """Returns whether a question begins with two further companies: "delta united fuel costs"."""
    mentions = [one for *_, one in row if one is not None]
    is_pair = len(row) == len(mentions) == _PAIR and mentions[0].first == 0
    return is_pair and all(one.mention.searched and not one.listed_only for one in mentions)


def in_order(waiting: Sequence[PendingMention], certain: Sequence[tuple[int, int]]) -> list[ListPlace]:
    """Returns the places of mentions and of certain names, in the order of the question."""
    places: list[ListPlace] = [(*span, None) for span in certain]
    places += [(one.mention.start, one.mention.end, one) for one in waiting]
    return sorted(places, key=lambda place: place[:2])


def _may_be_in_row(text: str, one: PendingMention) -> bool:
    searched = bool(one.mention.searched) and _PRICE.match(text, one.mention.end) is None
    return searched or not (one.listed_only or one.enclosed_only)


def are_listed(text: str, one: PendingMention, span: tuple[int, int], certain: int) -> bool:
    """Returns whether only a comma, a slash or a list word is between a mention and a certain name.

    Args:
        text: The question.
        one: The mention.
        span: Start and end of the certain name.
        certain: How many names are certain.
    """
    first, second = sorted(((one.mention.start, one.mention.end), span))
    gap = text[first[1] : second[0]]
    between = gap.strip()
    if one.enclosed_only:
        return False
    if not between:
        # A list without commas has three names ("uber airbnb shopify"), or begins the question ("ups fedex").
        is_pair = one.first == 0 or _COMPARISON.match(text, second[1]) is not None
        # "target walmart grocery share", and not "walmart target", which is its price
        begins = one.first == 0 and bool(one.mention.searched)
        is_pair = is_pair or (span[0] == 0 and _speaks_of_business(text, one.mention))
        return (certain > 1 or is_pair) and (begins or not one.listed_only)
    if _COMPARED.fullmatch(between) or is_correction(text, first, second):
        return True
    return joins(between)
