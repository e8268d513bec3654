"""Turns ``the former``, ``the latter``, ``its rival`` and ``the index`` into what they mean."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import Context
from shared.figures.claims.kind_nouns import find_gold, find_kind_nouns
from shared.figures.claims.nationalities import find_nationalities
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import MetricMention, Sentence

_LEVELS: Final = ("sma_", "ema_", "week_52_", "target_", "bollinger_")
"""Beginnings of the names of what a price stands above or below."""
_OTHER: Final = RarePattern(
    r"\bthe other(?: one)?(?=['’]s\b|,|\s(?:at|is|has|was|pays|trades|costs|earns|yields|made|keeps|about"
    r"|only|just|nearly|almost|(?:of\s)?[$€£¥]?\d))",
    re.IGNORECASE,
)
"""The second one of two companies."""
_ONE: Final = re.compile(r"\b(?:the )?one\b", re.IGNORECASE)
_BESIDE: Final = 3
_TWO: Final = 2


def resolve_pointers(sentence: Sentence, context: Context) -> None:
    """Turns ``the former`` and ``the latter`` into mentions of companies."""
    before = list(context.recent)
    found: list[Mention] = []
    for cue in sentence.cues_of("rival", "former", "latter"):
        kinds = cue.value.split()
        if "rival" in kinds and len(context.known) == 2:
            before_it = [mention.value for mention in sentence.companies if mention.start < cue.start]
            subject = next(iter(before_it or context.companies), None)
            others = [company for company in context.known if company != subject]
            if subject is not None and len(others) == 1:
                found.append(Mention(others[0], cue.start, cue.end))
        if "former" not in kinds and "latter" not in kinds:
            continue
        if _points_to_metric(sentence, cue, context):
            continue
        known = before + [mention.value for mention in sentence.companies if mention.start < cue.start]
        known = list(dict.fromkeys(reversed(known)))[::-1]
        if len(known) >= 2:
            found.append(Mention(known[-2 if "former" in kinds else -1], cue.start, cue.end))
    found += _find_other(sentence, context)
    homes = list(find_nationalities(sentence, context.known, before))
    spoken_of = [*context.asked, *before, *context.companies[:1]]
    nouns = list(find_kind_nouns(sentence, context.known, spoken_of))
    found += homes
    for one in nouns:
        if not any(home.start <= one.start < home.end for home in homes):
            found.append(one)
    found += find_gold(sentence, context.known)
    if found:
        sentence.companies = sorted([*sentence.companies, *found], key=lambda mention: mention.start)
        # "Il cambio" is the pair, and no change.
        sentence.metrics = [one for one in sentence.metrics if not _is_within(one, nouns)]


def _find_other(sentence: Sentence, context: Context) -> list[Mention]:
    """``Micron's margin is 41% and the other's 33%``: the second one of the two that are spoken of.

    Of ``the one is worth $241 billion, the other $180 billion`` nothing tells which is which.
    """
    other = _OTHER.search(sentence.text)
    if other is None:
        return []
    named = [one.value for one in sentence.companies]
    two = list(dict.fromkeys((*context.asked, *context.paragraph, *named)))
    if len(two) != _TWO:
        return []
    before = [one.value for one in sentence.companies if one.end <= other.start()]
    if before:
        rest = [one for one in two if one != before[-1]]
        return [Mention(rest[0], other.start(), other.end())]
    if not named and _ONE.search(sentence.text, 0, other.start()):
        context.companies = tuple(two)
    return []


def _is_within(metric: MetricMention, nouns: Sequence[Mention]) -> bool:
    return any(one.start <= metric.start and metric.end <= one.end for one in nouns)


def _points_to_metric(sentence: Sentence, cue: Mention, context: Context) -> bool:
    """Turns ``0.4% below the former`` into one of the two averages named before, if it is one."""
    if not any(0 < cue.start - one.end <= _BESIDE for one in sentence.bounds):
        return False
    before = [*context.named, *(one for one in sentence.metrics if one.end <= cue.start)]
    levels = list({one.name: one for one in before if one.name.startswith(_LEVELS)}.values())
    if len(levels) < _TWO:
        return False
    meant = levels[-2 if "former" in cue.value.split() else -1]
    mention = MetricMention(meant.name, meant.metrics, cue.start, cue.end)
    sentence.metrics = sorted([*sentence.metrics, mention], key=lambda one: one.start)
    return True
