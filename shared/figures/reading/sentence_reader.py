"""Reads one sentence: the numbers in it that are figures, and the words around them that tell what they are.

Citations, dates, names, list numbers and the parameters of indicators (``SMA 50``) are taken out first.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Final

from shared.figures.reading.company_mentions import (
    apart_from,
    is_place,
    opens_as_word,
    without_common_words,
    without_parts_of_indices,
    without_parts_of_metrics,
)
from shared.figures.reading.durations import may_tell_contract
from shared.figures.reading.indicator_words import without_levels_of_indicators
from shared.figures.reading.known_metrics import meanings, metric_names
from shared.figures.reading.languages import language_of
from shared.figures.reading.lexicon import (
    Lexicon,
    Mention,
    Token,
    fold,
    read_table,
    tokens,
    word_set,
)
from shared.figures.reading.masking import take_numbers
from shared.figures.reading.names_in_phrases import without_explanations
from shared.figures.reading.number_words import may_have_number_words, number_words
from shared.figures.reading.phonetic_names import PhoneticNames
from shared.figures.reading.sentence import Citation, MetricMention, Sentence, longest
from shared.figures.reading.split_names import split_names
from shared.figures.reading.words_as_names import READ_CLOSELY, is_no_name

_START: Final = attrgetter("start")
_CUES: Final = Path(__file__).with_name("cues.txt")
_FRENCH_IT: Final = "il"
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x2010: 0x2D,
    0x2011: 0x2D,
}
_PAIR_END: Final = "=X"
_CODE: Final = 3
_AMOUNT: Final = re.compile(r"\s?\d")
_CASHTAG: Final = re.compile(r"(?<![\w$])\$[A-Z]{2}")
"""A ticker behind the sign that marks it as one."""
_LEGAL_WORDS: Final = re.compile(
    r"(?:,?\s(?:Group|Holdings?|Limited|Ltd|Inc|Incorporated|Corp|Corporation|Company|Co|plc|PLC|AG|SE|SA|NV|N\.V|S\.A)\b)+"
)
_COMMA_BETWEEN: Final = re.compile("(?<=[0-9])，(?=[0-9])")
"""Between two numbers, and no thousands: 「员工人数164,000，12日EMA247.02美元」."""
_CITATION: Final = re.compile(
    r"[\[【](?:(?i:fact|source)\s)?(?!\d{1,3},\d{3}[\]】])(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)(?:†[^\]】]*)?[\]】]"
)
_TOTALS: Final = frozenset({"total_assets", "total_liabilities", "total_debt", "total_equity", "total_cash"})
_SURPRISING: Final = frozenset(
    map(
        fold,
        word_set(
            """
            beat beats beaten topped missed misses übertroffen verfehlt dépassé battu manqué superó batió
            superou bateu superato battuto mancato
            """
        ),
    )
)
_COMPARING: Final = frozenset(
    map(
        fold,
        word_set(
            """
            relative compared unlike than against versus like gegenüber verglichen als anders contrairement
            rapport comparado diferencia rispetto differenza only nur lediglich
            """
        ),
    )
)
"""Folded words of sentences without numbers in which a company may be only compared with."""
_SHARING: Final = re.compile(r"[\s*_]*[\s/&,-][\s*_]*")
_SHARING_WORDS: Final = re.compile(r"and|und|et|y|e|or|oder")
_NO_ADJECTIVES: Final = frozenset(
    {"of", "de", "von", "des", "in", "di", "the", "a", "an", "der", "die", "das", "le", "la", "el", "il"}
)
_TAG: Final = re.compile(r"[\s*_]*(?::[\s*_]*[$€£¥]?\d(?![\d.,]*\s?%)|[|]|[(][$€£¥])|\s(?:of|for)\b|[\s*_]*$")
"""Behind a name that may be a label as well: ``Target: $271.80``, ``Target of $271.80``."""
_OF_COMPANY: Final = re.compile(
    r"\b(?:for|at|than|by|versus|vs\.?|is|was|and|für|bei|als|und|chez|pour|para|per|presso)\s[*_]*$"
)
"""Before a name that is no label at the end of a line: ``13.0 for Target``."""
_LONGEST_BEFORE: Final = 12
_DIRECTIONS: Final = frozenset({"up", "down"})
_DIGIT: Final = re.compile(r"\d")
_SHORTEST_UNCAPITALISED: Final = 2
_SHORT_WORDS: Final = word_set(
    """
    ai al am an ao as at au be by ca ce ci co da de di do du eh el em en er es et eu ev ex fa fy go he hi ho
    id if il im in io is it je ja la le li lo ma me mi my na ne ni no nu of oh ok on or os ou pe pm pr ps qu
    re sa se si so su ta te to tu ty uk um un up us va vi vs we wo ya yo zu à où
    """
)
"""Words of two letters, which are no tickers in small letters."""


class Reader:
    """Reads sentences with the names of the companies and the row labels of the facts at hand.

    Args:
        companies: Names of companies.
        labels: Names of rows and other metrics that the facts bring along.
        others: Names of companies that the facts do not have, or have under another name.
        uncapitalised: Those of the companies' names that are written in lower case: ``adidas``.
        listings: Symbols of the facts, by other symbols of the same companies.
        phonetic: The companies' names by how they sound.
    """

    def __init__(
        self,
        companies: Lexicon,
        labels: Lexicon,
        others: Lexicon | None = None,
        uncapitalised: AbstractSet[str] = frozenset(),
        listings: Mapping[str, str] | None = None,
        phonetic: PhoneticNames | None = None,
    ) -> None:
        self._companies = companies
        self._uncapitalised = uncapitalised
        self._others = others
        self._listings = listings or {}
        self._labels = labels
        self._phonetic = phonetic
        self._metrics, self._cues = vocabulary()

    def read(self, text: str) -> Sentence:
        """Reads a sentence."""
        plain = text if text.isascii() else _COMMA_BETWEEN.sub("、", text).translate(_FULL_WIDTH)
        words = tokens(plain)
        sentence = Sentence(plain, words)
        named = self._companies.find(plain, words, sentence.places)
        named = [_whole_name(plain, one) for one in named if not _is_code_of_amount(plain, one)]
        sentence.companies = without_common_words(plain, named, self._uncapitalised)
        if self._others is not None:
            # Most of them are those of the facts, which have been found.
            others = self._others.find(plain, words, sentence.places)
            if sentence.companies and others:
                sentence.companies = without_parts_of_indices(sentence.companies, others)
            others = apart_from(sentence.companies, others)
            others = without_common_words(plain, others, self._uncapitalised)
            others = [
                one._replace(value=self._listings.get(one.value, one.value))
                for one in others
                if not is_place(plain, one) and not opens_as_word(plain, one)
            ]
            if others:
                sentence.companies = sorted([*sentence.companies, *others], key=_START)
        if self._phonetic is not None:
            by_sound = apart_from(sentence.companies, self._phonetic.find(plain))
            if by_sound:
                sentence.companies = sorted([*sentence.companies, *by_sound], key=_START)
        if _DIGIT.search(plain) is None and not _may_tell_number(sentence):
            sentence.metrics = self._named(sentence)
            sentence.companies = without_parts_of_metrics(plain, sentence.companies, sentence.metrics)
            telling = _SURPRISING | _COMPARING if sentence.companies else _SURPRISING
            if not sentence.keys.isdisjoint(telling):
                self._find_cues(sentence)
            return sentence
        self._find_cues(sentence)
        if "[" in plain or "【" in plain:
            sentence.citations = _citations(plain)
        sentence.metrics = self._named(sentence)
        sentence.companies = without_parts_of_metrics(plain, sentence.companies, sentence.metrics)
        self._leave_names(sentence)
        take_numbers(sentence)
        return sentence

    def read_title(self, text: str) -> Sentence:
        """Reads the title of a row or column, whose words tell of the numbers beside it: ``Net cash``."""
        sentence = self.read(text)
        if not sentence.cues:
            self._find_cues(sentence)
        return sentence

    def read_in_capitals(self, text: str) -> Sentence:
        """Reads a text that may lack its capitals, as users write: ``nvda eps``, ``starbucks margin``.

        Names that are metrics as well (``target``, but not ``Target``) and short words (``it``) are no
        companies then.
        """
        sentence = self.read(text.upper())
        sentence.companies = [
            mention
            for mention in sentence.companies
            if mention.end - mention.start >= _SHORTEST_UNCAPITALISED
            and sentence.text[mention.start : mention.end].lower() not in _SHORT_WORDS
            and (
                _is_capitalised(text[mention.start : mention.end])
                or self._metrics.get(
                    tuple(token.key for token in tokens(sentence.text[mention.start : mention.end]))
                )
                is None
            )
        ]
        return sentence

    def _find_cues(self, sentence: Sentence) -> None:
        cues = self._cues.find(sentence.text, sentence.words, sentence.places)
        if _FRENCH_IT in sentence.keys and language_of(sentence.text) == "it":
            # "Il target medio": an article, and no pronoun as in French.
            cues = [one for one in cues if sentence.text[one.start : one.end].lower() != _FRENCH_IT]
        sentence.set_cues(_outside(cues, sentence.companies) if sentence.companies else cues)

    @staticmethod
    def _leave_names(sentence: Sentence) -> None:
        """Leaves out directions that are the names of metrics, where the sentence has others.

        "Der Umsatz sank um 12 %, der Gewinn um 29 %": the profit is no gain.
        """
        totals = [one for one in sentence.metrics if one.name in _TOTALS] if "sum" in sentence.kinds else []
        if totals:
            # "Total liabilities of $6 billion" are no sum of what the sentence states.
            sentence.set_cues([cue for cue in sentence.cues if not _is_sum_of_name(cue, totals)])
        names = {(one.start, one.end) for one in sentence.metrics if one.name == "profit"}
        if not names:
            return
        left = [
            cue
            for cue in sentence.cues
            if (cue.start, cue.end) not in names or not _DIRECTIONS.issuperset(cue.value.split())
        ]
        if len(left) < len(sentence.cues) and any(
            _DIRECTIONS.intersection(cue.value.split()) for cue in left
        ):
            sentence.set_cues(left)

    def _named(self, sentence: Sentence) -> list[MetricMention]:
        text, words, places = sentence.text, sentence.words, sentence.places
        mentions = [
            MetricMention(mention.value, meanings(mention.value), mention.start, mention.end)
            for mention in self._metrics.find(text, words, places)
        ]
        mentions = [
            READ_CLOSELY[one.name](text, one) if one.name in READ_CLOSELY else one
            for one in mentions
            if not is_no_name(text, one)
        ]
        mentions = without_explanations(text, mentions)
        mentions = without_levels_of_indicators(text, mentions)
        mentions = self._with_shared_words(text, words, mentions)
        if sentence.companies:
            # "Sample Asset Management" speaks of no assets.
            mentions = [one for one in mentions if not _is_within(text, one, sentence.companies)]
        labels = [
            MetricMention(mention.value, (mention.value,), mention.start, mention.end)
            for mention in self._labels.find(text, words, places)
        ]
        apart = list(split_names(sentence))
        return longest(apart + mentions + labels) if labels or apart else mentions

    def _with_shared_words(
        self, text: str, words: Sequence[Token], mentions: list[MetricMention]
    ) -> list[MetricMention]:
        """Adds names that leave out what they share with the next: ``gross, operating and net margin``."""
        shared = [one for one in mentions if " " in text[one.start : one.end]]
        if not shared:
            return mentions
        found = list(mentions)
        for mention in shared:
            index = bisect_left(words, mention.start, key=_START)
            behind = bisect_left(words, mention.end, lo=index, key=_START)
            rest = [word.key for word in words[index + 1 : behind] if word.end <= mention.end]
            while rest and index and _SHARING.fullmatch(text, words[index - 1].end, words[index].start):
                index -= 1
                if index and _SHARING_WORDS.fullmatch(text[words[index].start : words[index].end]):
                    index -= 1
                first = words[index]
                if first.key in _NO_ADJECTIVES:
                    break
                name = self._metrics.get((first.key, *rest))
                if name is None or text[first.start - 2 : first.start - 1].isdigit():
                    # "58 analysts, mean target" shares nothing.
                    break
                found = [one for one in found if one.start != first.start]
                found.append(MetricMention(name, meanings(name), first.start, first.end))
        return sorted(found, key=lambda mention: mention.start) if len(found) > len(mentions) else found


@cache
def vocabulary() -> tuple[Lexicon, Lexicon]:
    """Returns the names of the metrics, and the cues; takes some 20 ms the first time."""
    kinds: dict[str, list[str]] = {}
    for kind, phrase in read_table(_CUES):
        kinds.setdefault(phrase.lower(), []).append(kind)
    cues = Lexicon((" ".join(dict.fromkeys(values)), phrase) for phrase, values in kinds.items())
    return Lexicon(metric_names()), cues


@cache
def _financial_terms() -> frozenset[str]:
    names = [name for _, name in (*metric_names(), *read_table(_CUES))]
    return frozenset(token.key for name in names if len(words := tokens(name)) == 1 for token in words)


def is_financial_term(text: str) -> bool:
    """Tells whether every word of a text is a word for a metric, an event or a direction."""
    words = tokens(text)
    return bool(words) and all(word.key in _financial_terms() for word in words)


def _is_sum_of_name(cue: Mention, names: Sequence[MetricMention]) -> bool:
    is_sum = cue.value.split() == ["sum"]
    return is_sum and any(one.start <= cue.start and cue.end < one.end for one in names)


def _is_code_of_amount(text: str, mention: Mention) -> bool:
    """``KRW 71,850``: the code of a currency before an amount names no pair of currencies."""
    is_pair = mention.value.endswith(_PAIR_END) and mention.end - mention.start == _CODE
    return is_pair and _AMOUNT.match(text, mention.end) is not None


def _whole_name(text: str, mention: Mention) -> Mention:
    """``Alibaba Group Holding Limited`` where the facts have less: those words name no holding; ``$KO``."""
    if mention.start and text[mention.start - 1] == "$" and _CASHTAG.match(text, mention.start - 1):
        mention = mention._replace(start=mention.start - 1)
    legal = _LEGAL_WORDS.match(text, mention.end)
    return mention if legal is None else mention._replace(end=legal.end())


def _is_capitalised(written: str) -> bool:
    """Returns whether a word alone is written with a capital, and not all of it: ``20 Target``."""
    return written[:1].isupper() and written[1:].islower()


def _outside(cues: Sequence[Mention], companies: Sequence[Mention]) -> list[Mention]:
    """The cues that are no part of a company's name."""
    return [cue for cue in cues if not any(one.start < cue.end and cue.start < one.end for one in companies)]


def _is_within(text: str, metric: MetricMention, companies: Sequence[Mention]) -> bool:
    length = metric.end - metric.start
    # "Vale" and "Target" are companies; the verb and the price are written in lower case, or are labels.
    is_tag = text[metric.start : metric.end].isupper() or (
        _TAG.match(text, metric.end) is not None
        and _OF_COMPANY.search(text, max(0, metric.start - _LONGEST_BEFORE), metric.start) is None
    )
    length -= metric.name == "trading" or not is_tag
    return any(
        one.start <= metric.start and metric.end <= one.end and one.end - one.start > length
        for one in companies
    )


def _may_tell_number(sentence: Sentence) -> bool:
    text, words = sentence.text, sentence.words
    if may_tell_contract(text, sentence.keys):
        return True
    is_possible = may_have_number_words(text, words, sentence.places)
    return is_possible and next(number_words(text, words), None) is not None


def _citations(text: str) -> list[Citation]:
    found = []
    for match in _CITATION.finditer(text):
        if match[1].isdigit():
            found.append(Citation((int(match[1]),), *match.span()))
            continue
        ids: list[int] = []
        for part in re.split(r"[,;]", match[1]):
            ends = [int(number) for number in re.split(r"[–-]", part)]
            ids += range(ends[0], min(ends[-1], ends[0] + 50) + 1)
        found.append(Citation(tuple(ids), match.start(), match.end()))
    return found
