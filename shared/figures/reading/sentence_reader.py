"""Reads one sentence: the numbers in it that are figures, and the words around them that tell what they are.

Citations, dates, names, list numbers and the parameters of indicators (``SMA 50``) are taken out first.
"""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from shared.figures.reading.known_metrics import meanings, metric_names
from shared.figures.reading.lexicon import Lexicon, Mention, Token, read_table, tokens
from shared.figures.reading.masking import take_numbers
from shared.figures.reading.number_words import number_words
from shared.figures.reading.sentence import Citation, MetricMention, Sentence, longest

_CUES: Final = Path(__file__).with_name("cues.txt")
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x2010: 0x2D,
    0x2011: 0x2D,
}
_CITATION: Final = re.compile(
    r"[\[【](?:(?i:fact|source)\s)?(?!\d{1,3},\d{3}[\]】])(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)(?:†[^\]】]*)?[\]】]"
)
_SHARING: Final = re.compile(r"[\s*_]*(?:[/&,-]|\s)[\s*_]*")
_SHARING_WORDS: Final = re.compile(r"and|und|et|y|e|or|oder")
_DIGIT: Final = re.compile(r"\d")
_ADJECTIVES: Final = frozenset(
    {"high", "low", "highest", "lowest", "top", "hoch", "tief", "maximum", "minimum", "range"}
)
_FROM: Final = re.compile(r"\s(?:from|between)\s")
_TO: Final = re.compile(r"\s(?:to|behind|enough)\s")
_NOUN: Final = re.compile(r"\b(?:a|the|its|their|this|day's)\s$")
_BEFORE_ADJECTIVE: Final = re.compile(
    r"(?:\b(?:as|too|very|so|is|was|are|were|remains?|quite|relatively|how|looks?|still|zu|sehr|ist|sind"
    r"|is the|was the|are the|has the|have the|with the|the two|among the)\s)$",
    re.IGNORECASE,
)
_BEHIND_ADJECTIVE: Final = re.compile(
    r"\s(?:as|for a|enough|valuations?|volatility|growth|margins?|yields?|risk|quality|levels?|multiples?"
    r"|forward|trailing|p/e|beta|revenue|dividend|of the (?:group|two|three|four|five|peers|lot|set)"
    r"|across)\b",
    re.IGNORECASE,
)


class Reader:
    """Reads sentences with the names of the companies and the row labels of the facts at hand.

    Args:
        companies: Names of companies.
        labels: Names of rows and other metrics that the facts bring along.
        others: Names of companies that the facts do not have, or have under another name.
    """

    def __init__(self, companies: Lexicon, labels: Lexicon, others: Lexicon | None = None) -> None:
        self._companies = companies
        self._others = others
        self._labels = labels
        self._metrics, self._cues = vocabulary()

    def read(self, text: str) -> Sentence:
        """Reads a sentence."""
        plain = text if text.isascii() else text.translate(_FULL_WIDTH)
        words = tokens(plain)
        sentence = Sentence(plain, words)
        sentence.companies = _capitalised(plain, self._companies.find(plain, words, sentence.keys))
        if self._others is not None:
            others = _capitalised(plain, self._others.find(plain, words, sentence.keys))
            sentence.companies = _joined(sentence.companies, others) if others else sentence.companies
        if _DIGIT.search(plain) is None and not _may_tell_number(plain, words):
            sentence.metrics = self._named(sentence)
            return sentence
        cues = self._cues.find(plain, words, sentence.keys)
        sentence.set_cues(_outside(cues, sentence.companies) if sentence.companies else cues)
        if "[" in plain or "【" in plain:
            sentence.citations = _citations(plain)
        sentence.metrics = self._named(sentence)
        take_numbers(sentence)
        return sentence

    def _named(self, sentence: Sentence) -> list[MetricMention]:
        text, words, keys = sentence.text, sentence.words, sentence.keys
        mentions = [
            MetricMention(mention.value, meanings(mention.value), mention.start, mention.end)
            for mention in self._metrics.find(text, words, keys)
        ]
        mentions = [mention for mention in mentions if not _is_adjective(text, mention)]
        mentions = self._with_shared_words(text, words, mentions)
        labels = [
            MetricMention(mention.value, (mention.value,), mention.start, mention.end)
            for mention in self._labels.find(text, words, keys)
        ]
        return longest(mentions + labels) if labels else mentions

    def _with_shared_words(
        self, text: str, words: Sequence[Token], mentions: list[MetricMention]
    ) -> list[MetricMention]:
        """Adds names that leave out what they share with the next: ``gross, operating and net margin``."""
        shared = [one for one in mentions if " " in text[one.start : one.end]]
        if not shared:
            return mentions
        places = {word.start: index for index, word in enumerate(words)}
        found = list(mentions)
        for mention in shared:
            index = places.get(mention.start, 0)
            rest = [word.key for word in words[index + 1 :] if word.end <= mention.end]
            while rest and index and _SHARING.fullmatch(text, words[index - 1].end, words[index].start):
                index -= 1
                if index and _SHARING_WORDS.fullmatch(text[words[index].start : words[index].end]):
                    index -= 1
                first = words[index]
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


def _capitalised(text: str, mentions: list[Mention]) -> list[Mention]:
    """Mentions of companies, without words that are none: ``apple`` and single letters in prose."""
    return [
        mention
        for mention in mentions
        if not text[mention.start].islower()
        and (mention.end - mention.start > 1 or text[mention.start - 1 : mention.start] in ("$", "(", ":"))
    ]


def _joined(mentions: list[Mention], others: Sequence[Mention]) -> list[Mention]:
    """The mentions with those of others that do not overlap them, in order."""
    free = [
        one
        for one in others
        if not any(one.start < known.end and known.start < one.end for known in mentions)
    ]
    return sorted([*mentions, *free], key=lambda mention: mention.start)


def _outside(cues: Sequence[Mention], companies: Sequence[Mention]) -> list[Mention]:
    """The cues that are no part of a company's name."""
    return [cue for cue in cues if not any(one.start < cue.end and cue.start < one.end for one in companies)]


def _may_tell_number(text: str, words: Sequence[Token]) -> bool:
    return next(number_words(text, words), None) is not None


def _is_adjective(text: str, mention: MetricMention) -> bool:
    """Whether a word is no name where it stands: "as high as", "the highest beta", "it is close"."""
    written = text[mention.start : mention.end].lower()
    if written == "range":
        # "The RSIs range from 33.7 to 72.4."
        return bool(
            _FROM.match(text, mention.end)
            and not _NOUN.search(text, max(0, mention.start - 8), mention.start)
        )
    if written == "close":
        return bool(_BEFORE_ADJECTIVE.search(text[: mention.start]) or _TO.match(text, mention.end))
    if mention.name not in ("highest", "lowest") or written not in _ADJECTIVES:
        return False
    return bool(_BEFORE_ADJECTIVE.search(text[: mention.start]) or _BEHIND_ADJECTIVE.match(text, mention.end))


def _citations(text: str) -> list[Citation]:
    found = []
    for match in _CITATION.finditer(text):
        ids: list[int] = []
        for part in re.split(r"[,;]", match[1]):
            ends = [int(number) for number in re.split(r"[–-]", part)]
            ids += range(ends[0], min(ends[-1], ends[0] + 50) + 1)
        found.append(Citation(tuple(ids), match.start(), match.end()))
    return found
