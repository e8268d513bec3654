"""The period right behind a number, or behind the one that it is compared with."""

import re
from typing import Final

from shared.figures.claims.gaps import ends_with
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence
from shared.figures.reading.stated_periods import PeriodMention

POSSESSIVE: Final = re.compile(r"[EF]?['’]s?\s[\s*_]*(?=[$€£¥\d])")
"""Behind a period of the number that follows it: "11.4% on 2026's $1.76"."""
_VERSUS: Final = re.compile(
    r"\s(?:vs\.?|versus|against|gegen|gegenüber|contre|frente a|contro)\s", re.IGNORECASE
)
_LABEL: Final = re.compile(r"[\s*_]*(?:[:：=]|に?は|が|은|는)")
_OPENED: Final = re.compile(r"[(（](?:[^\W\d_]+\s){0,2}[\s*_]*$")
_SAME: Final = re.compile(
    r"\b(?:same|corresponding|comparable|gleichen?|selben|même|mismo|mesmo|stesso)\s(?:\w+\s){0,3}$",
    re.IGNORECASE,
)
"""Before the period that another one is compared with."""
_BESIDE: Final = 3
_A_SHARE: Final = re.compile(
    r"\s(?:a share|je Aktie|pro Aktie|par action|por acción|por ação|per azione)(?=\s)", re.IGNORECASE
)
PERIOD_BEHIND: Final = re.compile(
    r"[\s*_]*(?:USD\s)?(?:per share\s)?"
    r"[(（]?(?:(?:in|for|on|im|en|em|nel|during|of|at|au|am|à|le|el|as of|as at|per|zum|für|same|no|na"
    r"|corresponding|pour|para|dans|de|do|del|al|a|il|was recorded on|the|year|fiscal|quarter|end of|Jahr|año"
    r"|détachée?|versée?|payée?|paid|gezahlt|ausgezahlt|pagad[oa]|pago|pagat[oa]|staccato|staccata"
    r"|will|follows?|due|payable|year ended|end|on the|close of|close on|close for"
    r"|by|until|bis|d['’]ici(?: à)?|hasta|até|entro(?: il)?"
    r"|that|which|expect(?:ed|s)?|forecast|erwartet(?:en)?|attendue?s?|esperad[oa]s?|previst[oaie]s?|attes[oaie])[\s*_]*){0,5}",
    re.IGNORECASE,
)


_BRACKETED: Final = re.compile(r"(?:\s?\([-+−]?[$€£¥]?\d[\d.,]*\s?%?)?\)")
"""The same in other words behind a number, or their end: ``by 13 cents (3.0%) in the July quarter``."""


def period_behind(sentence: Sentence, numeral: Numeral) -> PeriodMention | None:
    """Returns the period right behind a number, or behind the one that it is compared with."""
    following = next((one for one in sentence.periods if one.start >= numeral.end), None)
    if following is None or following.period is None or is_label(sentence.text, following):
        return None
    if POSSESSIVE.match(sentence.text, following.end):
        return None
    # "$1.75 vs. $1.72 in the first quarter" are of one quarter, but not "in the same quarter of 2025".
    is_of_both = not (
        ends_with(_SAME, sentence.text, following.start) or _has_period_before(sentence, numeral)
    )
    last = (_compared_number(sentence, numeral) if is_of_both else None) or numeral
    bracket = _BRACKETED.match(sentence.text, last.end, following.start)
    gap = gap_without_names(sentence, bracket.end() if bracket else last.end, following.start)
    share = _A_SHARE.match(gap)
    return following if PERIOD_BEHIND.fullmatch(gap, share.end() if share else 0) else None


def _has_period_before(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a period stands right before a number: ``betrug 2025 5,83 Mrd.``."""
    return any(0 <= numeral.start - one.end <= _BESIDE for one in sentence.periods)


def is_label(text: str, mention: PeriodMention) -> bool:
    """Returns whether a period in brackets is the label of the number behind it: ``(2024: $379bn)``."""
    return _LABEL.match(text, mention.end) is not None and ends_with(_OPENED, text, mention.start) is not None


def _compared_number(sentence: Sentence, numeral: Numeral) -> Numeral | None:
    """Returns the number that one is compared with, where only "versus" stands between the two."""
    following = next((one.numeral for one in sentence.numbers if one.numeral.start >= numeral.end), None)
    if following is None or not _VERSUS.fullmatch(sentence.text, numeral.end, following.start):
        return None
    return following


def gap_without_names(sentence: Sentence, start: int, end: int) -> str:
    """Returns a part of a sentence without its metrics: ``$6.7 billion in dividends in fiscal 2026``."""
    text = sentence.text
    for mention in sentence.metrics:
        if start <= mention.start and mention.end <= end:
            text = f"{text[: mention.start]}{' ' * (mention.end - mention.start)}{text[mention.end :]}"
    return text[start:end]
