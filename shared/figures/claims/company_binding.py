"""Binds numbers to companies: to the nearest that is not only compared with, else to the one before."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.compared_companies import is_aside
from shared.figures.claims.gaps import HARD_STOP, ends_with, has_break
from shared.figures.claims.holder_binding import bind_holders
from shared.figures.claims.named_companies import described, is_named, is_named_behind
from shared.figures.claims.nearest_companies import goes_on_behind, is_measured, nearest_companies
from shared.figures.reading.lexicon import Mention, fold, word_set
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence

_AGAINST: Final = RarePattern(
    r"\d[^\s,]*(?:\s%|(?:\s[^\W\d_]+){1,2}?)?,?"
    r"\s(?:against|versus|vs\.?|compared (?:with|to)|relative to|rather than|instead of"
    r"|gegen|gegenüber|statt|anstelle von"
    r"|contre|au lieu de|frente a|en lugar de|en vez de|contra|em vez de|contro|invece di|ante)"
    r"[\d\s.,x%$€]*(?:(?:and|und|et|y|e)\s)?$",
    re.IGNORECASE,
)
"""Between the number of a company that is named, and those that it is compared with."""
_AGAINST_KEYS: Final = frozenset(
    fold(word)
    for word in word_set(
        """
        against versus vs compared rather instead gegen gegenüber statt anstelle contre lieu frente lugar vez
        contra contro invece ante
        """
    )
)
_THAN_NOUN: Final = re.compile(
    r"\b(?:than|als|que|di|della|del)\s(?:the|die|der|das|o|a|le|la|el|il)\s[^\W\d_]+\s?[(（]\s?$",
    re.IGNORECASE,
)
"""Before the number of what is no name: ``€21.6 billion more than the bank (€107.0 billion)``."""
_OWN_NUMBER: Final = re.compile(r"(?:の|的|は|が|为|為|의|는|은|가|이)\s?[-+−]?\d")
"""Behind a name whose number follows, in Japanese, Chinese and Korean."""
_BEFORE_NEXT: Final = re.compile(r"[,;]\s(?:(?:while|und|et|y|e|mentre|mientras|tandis que|enquanto)\s)?")
_TO_OWN_NUMBER: Final = re.compile(r"\s(?:[^\W\d_.,;]+['’]?\s){0,3}[$€£¥]?", re.IGNORECASE)
"""Around a company whose number follows that of another one: ``3.4%, Zurich only 0.8%``."""
_LABEL: Final = re.compile(r"\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+)?\d{0,3}\W?[^\W\d_][^:：\n]{0,40}[:：]")
"""What a line begins with that tells a value: ``- P/E (TTM): 34.1``."""


def goes_on_with(sentence: Sentence, headed: Sequence[str]) -> bool:
    """``- P/E: 50.4, against 39.5 for Walmart``: whether a label is of the head of its list all the same."""
    if not headed or not _LABEL.match(sentence.text):
        return False
    return all(one.value in headed or is_aside(sentence, one) for one in sentence.companies)


def bind_companies(
    sentence: Sentence, claims: Sequence[Claim], context: Context, default: Sequence[str]
) -> None:
    """Sets the companies of numbers.

    Args:
        sentence: The sentence.
        claims: Its numbers.
        context: What the sentences before were about.
        default: The companies when neither the sentence nor the context names one.
    """
    if bind_holders(sentence, claims, context):
        return
    mentions = sentence.companies
    names = tuple(dict.fromkeys(mention.value for mention in mentions))
    earlier_ones = tuple(dict.fromkeys((*context.paragraph, *default)))
    spoken_of = tuple(dict.fromkeys((*names, *earlier_ones)))
    topics = tuple(dict.fromkeys((*context.companies[:1], *context.subject))) or tuple(default[:1])
    everyone = {*spoken_of, *topics}
    earlier = tuple([name for name in context.companies or default if name not in names])
    for claim in _without_headed(sentence, claims, context):
        if not mentions:
            # Here, those before are all that are named.
            subject = context.subject if earlier and "it" in sentence.kinds else ()
            claim.companies = tuple(dict.fromkeys((*earlier, *subject)))
            if context.compared and _follows_pronoun(sentence, claim.numeral):
                # "Its P/E is 50.4, against 39.5 for Walmart. Its forward P/E is 43.6."
                own = tuple(one for one in claim.companies if one not in context.compared)
                claim.companies = own or claim.companies
            claim.inferred_from = topics if "it" in sentence.kinds else earlier_ones
        elif len(names) == 1:
            _bind_beside_one_name(sentence, claim, context, earlier, topics)
        elif (
            context.companies
            and not is_named_behind(sentence, claim.numeral)
            and _is_of_pronoun(sentence, claim.numeral)
        ):
            # "Its P/E of 35.6 is below that of Salesforce (47.6), but above that of IBM (30.0)."
            claim.companies, claim.inferred_from = context.companies, topics
        elif _goes_on_with_first(sentence, claim.numeral):
            claim.companies, claim.inferred_from = (sentence.companies[0].value,), names
        else:
            owner = described(sentence, claim.numeral)
            claim.companies = (owner,) if owner else nearest_companies(sentence, claim.numeral, mentions)
        if mentions and not claim.inferred_from and _is_compared_without_name(sentence, claim.numeral):
            claim.inferred_from = tuple(everyone)
        has_others = not everyone.issubset(claim.companies)
        if has_others and not claim.inferred_from and not is_named(sentence, claim.numeral):
            claim.inferred_from = _subjects_before(sentence, claim.numeral) or (*spoken_of, *topics)


def _bind_beside_one_name(
    sentence: Sentence, claim: Claim, context: Context, earlier: tuple[str, ...], topics: tuple[str, ...]
) -> None:
    """Binds a number to the only company that its sentence names, unless it is of one before."""
    name = sentence.companies[0]
    claim.companies = (name.value,)
    if earlier and goes_on_behind(sentence, name, claim.numeral):
        # "Its net margin is 26.65% versus 9% at PepsiCo, and the return on assets 12.33%."
        claim.companies = (tuple(one for one in context.subject if one != name.value) or earlier)[:1]
        claim.inferred_from = tuple(one for one in topics if one != name.value)
    elif earlier and (
        _is_of_earlier(sentence, claim.numeral)
        or is_measured(sentence, name, claim.numeral)
        or _is_behind_comparison(sentence, name, claim.numeral)
        or _is_of_left_out(sentence, name, claim.numeral)
    ):
        others = tuple(one for one in context.subject if one != name.value)
        claim.companies, claim.inferred_from = (others or earlier)[:1], topics
    elif _has_pronoun(sentence, claim.numeral):
        claim.companies = tuple(dict.fromkeys((name.value, *earlier, *context.subject)))
        claim.inferred_from = topics


def _is_of_left_out(sentence: Sentence, name: Mention, numeral: Numeral) -> bool:
    """``Oggi ha perso il 3,4%, Zurich solo lo 0,8%``: of a company that the verb leaves out."""
    if name.start < numeral.end or not _BEFORE_NEXT.fullmatch(sentence.text, numeral.end, name.start):
        return False
    behind = next((one.numeral for one in sentence.numbers if one.numeral.start >= name.end), None)
    return (
        behind is not None
        and behind.unit is numeral.unit
        and _TO_OWN_NUMBER.fullmatch(sentence.text, name.end, behind.start) is not None
    )


def _without_headed(sentence: Sentence, claims: Sequence[Claim], context: Context) -> Sequence[Claim]:
    """Binds labels and values to the company that the head of their list names; returns the other numbers."""
    if sentence.companies or not context.headed or not _LABEL.match(sentence.text):
        return claims
    others = [
        claim
        for claim in claims
        if _is_compared_without_name(sentence, claim.numeral)
        or (context.compared and _is_alone_in_brackets(sentence, claim.numeral))
    ]
    for claim in claims:
        if claim not in others:
            claim.companies = context.headed
    return others


def _is_alone_in_brackets(sentence: Sentence, numeral: Numeral) -> bool:
    """``P/E: 22.2 (PepsiCo: 24.0)``, and then ``Forward P/E: 20.9 (21.9)``."""
    opened, closed = sentence.text[: numeral.start].rstrip(" $€£¥"), sentence.text[numeral.end :].lstrip()
    return opened.endswith(("(", "（")) and closed.startswith((")", "）"))


def _follows_pronoun(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a pronoun stands between a number and the one before: ``Its forward P/E is 43.6``."""
    start = max((one.numeral.end for one in sentence.numbers if one.numeral.end <= numeral.start), default=0)
    return any(start <= cue.start and cue.end <= numeral.start for cue in sentence.cues_of("it"))


def _is_compared_without_name(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a number is of a company that is left out: ``Broadcom: 4.92, against 3.70``."""
    opened = sentence.text[max(0, numeral.start - 2) : numeral.start].rstrip()[-1:]
    than = ends_with(_THAN_NOUN, sentence.text, numeral.start) if opened in ("(", "（") else None
    if than is not None:
        return not any(one.start >= than.start() for one in sentence.companies)
    if sentence.keys.isdisjoint(_AGAINST_KEYS):
        return False
    against = _AGAINST.search(sentence.text, 0, numeral.start)
    return against is not None and not any(one.start >= against.start() for one in sentence.companies)


def _subjects_before(sentence: Sentence, numeral: Numeral) -> tuple[str, ...]:
    """Returns the companies before a number that are more than compared with: a pronoun means one of them."""
    return tuple(
        one.value for one in sentence.companies if one.end <= numeral.start and not is_aside(sentence, one)
    )


def _is_of_pronoun(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a number is of what was spoken of before: all companies of its sentence come later."""
    first = sentence.companies[0].start
    if first < numeral.end:
        return False
    if HARD_STOP.search(sentence.text, numeral.end, first):
        # "Its P/E is 19.6; Nike has 20.7, and Home Depot 24.4."
        return True
    return any(cue.end <= numeral.start for cue in sentence.cues_of("it"))


def _has_pronoun(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a company follows a pronoun: ``It costs 12.5 times, against 26.0 for``."""
    pronouns = [cue for cue in sentence.kinds.get("it", ()) if cue.start < numeral.start]
    if not pronouns:
        return False
    company = sentence.companies[0]
    last = sentence.companies[-1].end if sentence.companies[-1].end <= numeral.start else 0
    return pronouns[0].start < company.start and last <= pronouns[-1].start


def _goes_on_with_first(sentence: Sentence, numeral: Numeral) -> bool:
    """``Pernod costs 14.5 times earnings, against 36.7 for Monster; the yield is 5.3%``: of the first one."""
    _, *others = sentence.companies
    return len(others) == 1 and _is_behind_comparison(sentence, others[0], numeral)


def _is_behind_comparison(sentence: Sentence, name: Mention, numeral: Numeral) -> bool:
    """``14.5 times earnings, against 36.7 for Monster; the yield is 5.3%``: the next clause goes on."""
    if name.end > numeral.start or ";" not in sentence.text[name.end : numeral.start]:
        return False
    return any(
        sentence.numbers[0].numeral.end <= cue.start < name.start for cue in sentence.cues_of("object")
    )


def _is_of_earlier(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a number before the first company is another's: ``36.1%, against 26.9% at Apple``."""
    first = sentence.companies[0]
    if first.start < numeral.end:
        return False
    gap = sentence.text[numeral.end : first.start]
    if HARD_STOP.search(gap) or has_break(sentence, gap):
        # "It keeps 52.4% of sales; AMD, 9.6%."
        return True
    if not sentence.text.isascii() and _OWN_NUMBER.match(sentence.text, first.end):
        # 「変化率は−0.07%で、S&P 500の−15.96%を上回りました」
        return True
    return any(numeral.end <= cue.start < first.start for cue in sentence.cues_of("object", "above", "below"))
