"""Binds numbers to companies: to the nearest that is not only compared with, else to the one before."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.gaps import COMMA_OR_STOP, HARD_STOP, WORD, has_break
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.sentence import Sentence

FOR_COMPANY: Final = re.compile(
    r"[\s*_)]*(?:for|at|bei|für|pour|chez|para|per|von|by|of|de|da|do|di|in the case of|im Fall von"
    r"|en el caso de|dans le cas de)\s(?:the\s)?[\s*_]*$",
    re.IGNORECASE,
)
_OBJECT_BEHIND: Final = re.compile(r"(?:の|의|的)?\s?[\d.,]*\s?(?:倍|배|%|％|円|원)?(?:より|보다)")
"""Behind a company that something is compared with, in Japanese and Korean: ``サムスンの19.8倍より``."""
_OPEN: Final = re.compile(r"[\s*_]*[(（][\s*_]*")


def subjects(sentence: Sentence) -> tuple[str, ...]:
    """Returns the companies of a sentence, its subject first."""
    ordered = sorted(sentence.companies, key=lambda mention: (is_object(sentence, mention), mention.start))
    return tuple(dict.fromkeys(mention.value for mention in ordered))


def topic(sentence: Sentence) -> tuple[str, ...]:
    """Returns the companies that a sentence is about; none when it only compares with the ones it names."""
    if all(is_object(sentence, mention) for mention in sentence.companies) and sentence.cues_of("it"):
        return ()
    return subjects(sentence)


def resolve_pointers(sentence: Sentence, context: Context) -> None:
    """Turns ``the former`` and ``the latter`` into mentions of companies."""
    before = list(context.recent)
    found: list[Mention] = []
    for cue in sentence.cues:
        kinds = cue.value.split()
        if "rival" in kinds and len(context.known) == 2:
            before_it = [mention.value for mention in sentence.companies if mention.start < cue.start]
            subject = next(iter(before_it or context.companies), None)
            others = [company for company in context.known if company != subject]
            if subject is not None and len(others) == 1:
                found.append(Mention(others[0], cue.start, cue.end))
        if "former" not in kinds and "latter" not in kinds:
            continue
        known = before + [mention.value for mention in sentence.companies if mention.start < cue.start]
        known = list(dict.fromkeys(reversed(known)))[::-1]
        if len(known) >= 2:
            found.append(Mention(known[-2 if "former" in kinds else -1], cue.start, cue.end))
    if found:
        sentence.companies = sorted([*sentence.companies, *found], key=lambda mention: mention.start)


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
    mentions = sentence.companies
    names = tuple(dict.fromkeys(mention.value for mention in mentions))
    for claim in claims:
        if not mentions:
            claim.companies = context.companies or tuple(default)
        elif len(names) == 1:
            claim.companies = names
            earlier = tuple(name for name in context.companies if name not in names)
            if earlier and _is_of_earlier(sentence, claim.numeral):
                claim.companies = earlier[:1]
        else:
            claim.companies = _nearest(sentence, claim.numeral)


def _is_of_earlier(sentence: Sentence, numeral: Numeral) -> bool:
    """Whether a number before the first company is another's: ``36.1%, against 26.9% at Apple``."""
    first = sentence.companies[0]
    if first.start < numeral.end:
        return False
    gap = sentence.text[numeral.end : first.start]
    if HARD_STOP.search(gap) or has_break(gap):
        # "It keeps 52.4% of sales; AMD, 9.6%."
        return any(cue.end <= numeral.start for cue in sentence.cues_of("it"))
    return any(numeral.end <= cue.start < first.start for cue in sentence.cues_of("object", "above", "below"))


def _nearest(sentence: Sentence, numeral: Numeral) -> tuple[str, ...]:
    mentions = sentence.companies
    behind = next((one for one in mentions if one.start >= numeral.end), None)
    if behind is not None:
        gap = sentence.text[numeral.end : behind.start]
        if FOR_COMPANY.match(gap) or (
            _OPEN.fullmatch(gap) and sentence.text[behind.end : behind.end + 1] in ")）"
        ):
            return (behind.value,)
    before = [
        one for one in mentions if one.end <= numeral.start and not _is_bracketed(sentence, one, numeral)
    ]
    if not before:
        return (behind.value,) if behind is not None else ()
    nearest = before[-1]
    gap = sentence.text[nearest.end : numeral.start]
    if is_object(sentence, nearest) and not _follows_directly(gap):
        return tuple(dict.fromkeys(one.value for one in before if not is_object(sentence, one)))[-1:] or (
            nearest.value,
        )
    pronoun = [cue for cue in sentence.cues_of("it") if nearest.end <= cue.start < numeral.start]
    if pronoun and len(before) > 1 and not has_break(gap):
        subject = next((one.value for one in before if not is_object(sentence, one)), nearest.value)
        return tuple(dict.fromkeys((nearest.value, subject)))
    return (nearest.value,)


def _is_bracketed(sentence: Sentence, mention: Mention, numeral: Numeral) -> bool:
    """Whether a company is in brackets that end before a number: ``31.6 (Apple: 34.1) and 27.9``."""
    opened = sentence.text.rfind("(", 0, mention.start)
    closed = sentence.text.find(")", mention.end, numeral.start)
    # A symbol in brackets is the company's own: "Apple (AAPL) trades at".
    return (
        opened >= 0
        and closed >= 0
        and ")" not in sentence.text[opened : mention.start]
        and (closed - mention.end > 1 or mention.start - opened > 1)
    )


def _follows_directly(gap: str) -> bool:
    """Whether a number belongs to a company that something else is compared with: ``than AMD's 38``."""
    return len(WORD.findall(gap)) <= 3 and not COMMA_OR_STOP.search(gap) and len(gap) < 25


def is_object(sentence: Sentence, mention: Mention) -> bool:
    """Tells whether a company is only what something is compared with: ``than Apple``."""
    if _OBJECT_BEHIND.match(sentence.text, mention.end):
        return True
    for cue in sentence.cues_of("object"):
        if cue.end <= mention.start:
            gap = sentence.text[cue.end : mention.start]
            if len(gap) <= 12 and len(WORD.findall(gap)) <= 1 and not COMMA_OR_STOP.search(gap):
                return True
    return False
