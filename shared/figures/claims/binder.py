"""Binds the numbers of a sentence to what they claim to be: metric, company, period, direction."""

from collections.abc import Sequence

from shared.figures.claims.apposition_binding import bind_appositions
from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.company_binding import bind_companies, resolve_pointers, subjects, topic
from shared.figures.claims.direction_binding import bind_words
from shared.figures.claims.gaps import IN_OTHER_WORDS
from shared.figures.claims.list_binding import bind_lists, bind_parallels
from shared.figures.claims.metric_binding import bind_metrics
from shared.figures.claims.period_binding import bind_period, topic_period
from shared.figures.claims.qualifiers import bind_qualifiers
from shared.figures.reading.sentence import Sentence


def bind(sentence: Sentence, context: Context, default: Sequence[str]) -> list[Claim]:
    """Binds the numbers of a sentence.

    Args:
        sentence: The sentence.
        context: What the sentences before leave behind; brought up to date.
        default: The companies when neither the sentence nor the context names one.
    """
    resolve_pointers(sentence, context)
    claims = [Claim(number.numeral, number.is_change) for number in sentence.numbers]
    bind_metrics(sentence, claims, context)
    bind_appositions(sentence, claims)
    bind_qualifiers(sentence, claims)
    bind_companies(sentence, claims, context, default)
    if len(claims) > 1:
        bind_lists(sentence, claims, context)
        bind_parallels(sentence, claims)
    for index, claim in enumerate(claims):
        bind_period(sentence, claim, claims[:index], context)
        bind_words(sentence, claim, index)
        if index and IN_OTHER_WORDS.fullmatch(
            sentence.text[claims[index - 1].numeral.end : claim.numeral.start]
        ):
            claim.is_negative = claim.is_negative or claims[index - 1].is_negative
    _remember(sentence, claims, context)
    return claims


def _remember(sentence: Sentence, claims: Sequence[Claim], context: Context) -> None:
    context.period = topic_period(sentence, context.period)
    context.companies = topic(sentence) or context.companies or subjects(sentence)
    if sentence.companies:
        context.recent = list(
            dict.fromkeys([*context.recent, *(mention.value for mention in sentence.companies)])
        )[-4:]
    last = next((claim for claim in reversed(claims) if claim.metrics), None)
    if last is not None:
        context.mention = last.mention
        context.metrics = tuple(dict.fromkeys(metric for claim in claims for metric in claim.metrics))
    elif sentence.metrics:
        context.metrics, context.mention = sentence.metrics[-1].metrics, sentence.metrics[-1]
