"""Binds numbers to companies: to the nearest that is not only compared with, else to the one before."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.compared_companies import is_aside, is_object, is_yardstick
from shared.figures.claims.fronted_numbers import AT_BEHIND, is_before_subject, is_what_it_is_at
from shared.figures.claims.gaps import COMMA_OR_STOP, HARD_STOP, WORD, ends_clause, ends_with, has_break
from shared.figures.claims.prior_periods import CLOSED
from shared.figures.facts.company_names import kind_of
from shared.figures.facts.known_figures import is_holder, issuer_of
from shared.figures.reading.lexicon import Mention, fold, word_set
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence

FOR_COMPANY: Final = re.compile(
    r"[\s*_)]*(?:(?:you|investors)\s(?:get|receive|earn|find|pay)\s)?"
    r"(?:for|from|into|out of|at|bei|für|pour|chez|en|em|na|no|nas|nos|para|per|presso|von|by|of"
    r"|de|da|do|di|del|du|nel|nella|della|dello|dei|degli|dos|das|des|der|den|dal|al|ai|agli|ao|aos|au|aux|beim|im|vom"
    r"|is (?:that of|the (?:value|figure|number|one) (?:for|of|at))"
    r"|(?:that|which)|in the case of|im Fall von|en el caso de|dans le cas de)\s"
    r"(?:(?:the|el|la|los|las|le|les|il|lo|den|dem|der|die|das|os?|as?)\s|l['’])?[\s*_]*$",
    re.IGNORECASE,
)
_NEXT_HOLDERS: Final = re.compile(
    r"\b(?:next|second|third|others?|nächste\w*|zweit\w*|suivants?|deuxième|siguientes?|segundo)\b",
    re.IGNORECASE,
)
_HOLDERS: Final = re.compile(
    r"\b(?:holders|funds|institutions|Fonds|fondos|fondi|fundos|shareholders|owners|investors|Aktionäre|Anteilseigner|actionnaires|accionistas|acionistas"
    r"|azionisti)\b|株主|股东|주주",
    re.IGNORECASE,
)
"""Holders of whom none is named."""
_WHOSE: Final = re.compile(
    r",?\s(?:whose|which|with its|dessen|deren|das|dont|cuy[oa]s?|que)\b", re.IGNORECASE
)
_RELATIVE: Final = re.compile(
    r",\s(?:which|who|der|die|das|qui|che|que|quien|la cual|il quale)\s"
    r"|,?\s(?:whose|deren|dessen|dont|cuy[oa]s?|cuj[oa]s?|(?:il|la|i|gli|le)\scui)\s",
    re.IGNORECASE,
)
"""Behind a company that is compared with, and then spoken of: "more than the Nasdaq, which lost 0.22%"."""
_COVERS: Final = re.compile(
    r"\s(?:analysts\s)?(?:who\s)?(?:have|covering|cover|following|follow|see|rate)\s(?:the\s)?$"
)
"""Between a number of analysts and the company that they look at."""
_AGAINST: Final = RarePattern(
    r"\d[^\s,]*(?:\s%|(?:\s[^\W\d_]+){1,2}?)?,?"
    r"\s(?:against|versus|vs\.?|compared with|gegen|gegenüber|contre|frente a|contra|contro|ante)"
    r"[\d\s.,x%$€]*(?:(?:and|und|et|y|e)\s)?$",
    re.IGNORECASE,
)
"""Between the number of a company that is named, and those that it is compared with."""
_TO: Final = RarePattern(
    r"\d[\w\s.,%$€£]{0,24}\s(?:to|against|versus|vs\.?|compared with|gegen|gegenüber|zu|contre|frente a"
    r"|contra|contro)\s(?:[^\W\d_]{1,4}['’\s])?$",
    re.IGNORECASE,
)
"""Between the number of one company and the name of the other one of a pair."""
_AGAINST_KEYS: Final = frozenset(
    map(fold, word_set("against versus vs compared gegen gegenüber contre frente contra contro ante"))
)
_THAN_NOUN: Final = re.compile(
    r"\b(?:than|als|que|di|della|del)\s(?:the|die|der|das|o|a|le|la|el|il)\s[^\W\d_]+\s?[(（]\s?$",
    re.IGNORECASE,
)
"""Before the number of what is no name: ``€21.6 billion more than the bank (€107.0 billion)``."""
_DITTO: Final = re.compile(r"[(（]同$")
"""Before the number of the company in the brackets before."""
_OPENED: Final = re.compile(r"\s?[(（]\s?")
_COLON: Final = re.compile(r"[\s*_]*[:：=]?[\s*_]*")
_OWN_NUMBER: Final = re.compile(r"(?:の|的|は|が|为|為|의|는|은|가|이)\s?[-+−]?\d")
"""Behind a name whose number follows, in Japanese, Chinese and Korean."""
_JOINED: Final = re.compile(r"\s(?:on|bei|sur|con|su|em|à)\s(?:about\s|rund\s|environ\s)?", re.IGNORECASE)
_LABEL: Final = re.compile(r"\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+)?\d{0,3}\W?[^\W\d_][^:：\n]{0,40}[:：]")
"""What a line begins with that tells a value: ``- P/E (TTM): 34.1``."""
_NEAR: Final = 20
_DESCRIBES: Final = re.compile(
    r"[)）]?(?:(?:[을를로]|으로|이나)?\s?[가-힣]{0,4}(?:한|은|는|인|던|된|난|린|른|진|긴|온|운|룬)\s"
    r"|[にをもと]?[^、。,，\d\s]{0,8}(?:した|する|した|いる|ある|な|の|った|んだ|べる|えた|びた)"
    r"|[^、。,，;；\d\s]{0,6}的)"
)
"""Between a number and the company that it describes, in Korean, Japanese and Chinese."""
_OPEN: Final = re.compile(r"[\s*_]*[(（][\s*_]*")


def subjects(sentence: Sentence) -> tuple[str, ...]:
    """Returns the companies of a sentence, its subject first."""
    ordered = sentence.companies
    if not ordered:
        return ()
    if len(ordered) > 1 and (asides := [one for one in ordered if is_aside(sentence, one)]):
        ordered = [*(one for one in ordered if one not in asides), *asides]
    return _with_issuers([mention.value for mention in ordered])


def _with_issuers(companies: Iterable[str]) -> tuple[str, ...]:
    """Companies with those whose shares the holders among them hold."""
    named = dict.fromkeys(companies)
    for company in [one for one in named if is_holder(one)]:
        named.setdefault(issuer_of(company))
    return tuple(named)


def topic(sentence: Sentence, named: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the companies that a sentence is about; none when it only compares with the ones it names."""
    is_only_named = all(is_aside(sentence, one) or _is_backdrop(sentence, one) for one in sentence.companies)
    return () if is_only_named else named


def _is_backdrop(sentence: Sentence, mention: Mention) -> bool:
    """``The shares gain 4.6% on a day when the DAX rises 1.2%``: an index that is no subject."""
    is_late = any(one.numeral.end <= mention.start for one in sentence.numbers)
    return is_late and kind_of(mention.value) == "index"


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
    if _bind_holders(sentence, claims, context):
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
            claim.inferred_from = topics if "it" in sentence.kinds else earlier_ones
        elif len(names) == 1:
            _bind_beside_one_name(sentence, claim, context, earlier, topics)
        elif (
            context.companies
            and not _is_named_behind(sentence, claim.numeral)
            and _is_of_pronoun(sentence, claim.numeral)
        ):
            # "Its P/E of 35.6 is below that of Salesforce (47.6), but above that of IBM (30.0)."
            claim.companies, claim.inferred_from = context.companies, topics
        else:
            owner = _described(sentence, claim.numeral)
            claim.companies = (owner,) if owner else _nearest(sentence, claim.numeral, mentions)
        if mentions and not claim.inferred_from and _is_compared_without_name(sentence, claim.numeral):
            claim.inferred_from = tuple(everyone)
        has_others = not everyone.issubset(claim.companies)
        if has_others and not claim.inferred_from and not _is_named(sentence, claim.numeral):
            claim.inferred_from = _subjects_before(sentence, claim.numeral) or (*spoken_of, *topics)


def _bind_beside_one_name(
    sentence: Sentence, claim: Claim, context: Context, earlier: tuple[str, ...], topics: tuple[str, ...]
) -> None:
    """Binds a number to the only company that its sentence names, unless it is of one before."""
    name = sentence.companies[0]
    claim.companies = (name.value,)
    if earlier and (_is_of_earlier(sentence, claim.numeral) or _is_measured(sentence, name, claim.numeral)):
        others = tuple(one for one in context.subject if one != name.value)
        claim.companies, claim.inferred_from = (others or earlier)[:1], topics
    elif _has_pronoun(sentence, claim.numeral):
        claim.companies = tuple(dict.fromkeys((name.value, *earlier, *context.subject)))
        claim.inferred_from = topics


def _described(sentence: Sentence, numeral: Numeral) -> str | None:
    """Returns the company that a clause with a number describes: ``매출이 73.18% 늘어난 SK하이닉스``."""
    if sentence.text.isascii():
        return None
    behind = next((one for one in sentence.companies if one.start >= numeral.end), None)
    if behind is None or behind.start - numeral.end > _NEAR:
        return None
    return behind.value if _DESCRIBES.fullmatch(sentence.text, numeral.end, behind.start) else None


def _without_headed(sentence: Sentence, claims: Sequence[Claim], context: Context) -> Sequence[Claim]:
    """Binds labels and values to the company that the head of their list names; returns the other numbers."""
    if sentence.companies or not context.headed or not _LABEL.match(sentence.text):
        return claims
    others = [claim for claim in claims if _is_compared_without_name(sentence, claim.numeral)]
    for claim in claims:
        if claim not in others:
            claim.companies = context.headed
    return others


def bind_joined(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Binds a number to the company behind the one it is joined to: ``$0.39 on $1.42 billion for Intel``."""
    if len(sentence.companies) < 2:
        return
    for claim, behind in pairwise(claims):
        is_joined = _JOINED.fullmatch(sentence.text, claim.numeral.end, behind.numeral.start) is not None
        if is_joined and claim.companies != behind.companies and _is_named_behind(sentence, behind.numeral):
            claim.companies, claim.inferred_from = behind.companies, ()


def bind_brackets(sentence: Sentence, claims: Sequence[Claim]) -> None:
    """Binds a number in brackets to the company of the number before it: ``celui de Micron de 26,1 (23,6)``.

    Args:
        sentence: The sentence.
        claims: Its numbers, bound to companies; set.
    """
    if len(sentence.companies) < 2:
        return
    labelled: tuple[str, ...] = ()
    for before, claim in pairwise(claims):
        if _OPENED.fullmatch(sentence.text, before.numeral.end, claim.numeral.start):
            if labelled and before.numeral.unit is claim.numeral.unit:
                # "a margin of 31.2% (Infosys: 22.9%) and a return on equity of 29.1% (20.5%)"
                claim.companies, claim.inferred_from = labelled, ()
                continue
        elif before.numeral.unit is claim.numeral.unit:
            labelled = _label(sentence, before.numeral, claim.numeral) or labelled
        if claim.companies == before.companies or not _OPENED.fullmatch(
            sentence.text, before.numeral.end, claim.numeral.start
        ):
            continue
        if not any(
            claim.numeral.start <= one.start <= claim.numeral.end + _NEAR for one in sentence.companies
        ):
            claim.companies, claim.inferred_from = before.companies, before.inferred_from


def _label(sentence: Sentence, before: Numeral, numeral: Numeral) -> tuple[str, ...]:
    """Returns the company that alone stands between two numbers, the second one in brackets with it."""
    named = [one for one in sentence.companies if before.end <= one.start and one.end <= numeral.start]
    if len(named) != 1 or not _OPENED.fullmatch(sentence.text, before.end, named[0].start):
        return ()
    return (named[0].value,) if _COLON.fullmatch(sentence.text, named[0].end, numeral.start) else ()


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


def _is_named(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether the clause of a number names its company: before the number, or right behind it."""
    if _described(sentence, numeral):
        return True
    before = [one for one in sentence.companies if one.end <= numeral.start]
    nearest = before[-1] if before else None
    if nearest is not None and not ends_clause(sentence.text, nearest.end, numeral.start):
        gap = sentence.text[nearest.end : numeral.start]
        is_other = is_object(sentence, nearest) or _is_bracketed(sentence, nearest, numeral)
        if len(before) > 1 and len(WORD.findall(gap.rpartition(": ")[0])) > 1:
            # "Shell is in London what Exxon is in New York, only cheaper: 21.2 times earnings"
            return False
        if _is_next_pair(sentence, nearest, numeral):
            return False
        if is_what_it_is_at(sentence.text, nearest, gap):
            return True
        if not is_other or _follows_directly(gap) or _WHOSE.match(gap) or _is_in_brackets(gap):
            return not any(nearest.end <= cue.start < numeral.start for cue in sentence.cues_of("it"))
    behind = next((one for one in sentence.companies if one.start >= numeral.end), None)
    if behind is None:
        return False
    gap = sentence.text[numeral.end : behind.start]
    if nearest is None and is_before_subject(sentence.text, gap):
        return True
    in_brackets = _OPEN.fullmatch(gap) is not None and sentence.text[behind.end : behind.end + 1] in ")）"
    return FOR_COMPANY.match(gap) is not None or in_brackets


def _is_next_pair(sentence: Sentence, mention: Mention, numeral: Numeral) -> bool:
    """``24.7 times earnings to Chevron's 30.3, 2.78 times book to 4.91``: of the first again."""
    if not ends_with(_TO, sentence.text, mention.start):
        return False
    return any(
        mention.end <= one.numeral.start and "," in sentence.text[one.numeral.end : numeral.start]
        for one in sentence.numbers
        if one.numeral.end <= numeral.start
    )


def _bind_holders(sentence: Sentence, claims: Sequence[Claim], context: Context) -> bool:
    """Binds the figures of shares to the holders that a sentence names; returns False where it names none."""
    holders = [mention for mention in sentence.companies if is_holder(mention.value)]
    if not holders and any(mention.name == "largest_holder" for mention in sentence.metrics):
        for claim in claims:
            claim.is_of_any_holder = bool(_HOLDERS.search(sentence.text, 0, claim.numeral.start))
    speaks_of_holder = not sentence.companies and any(map(is_holder, context.companies))
    if speaks_of_holder and _NEXT_HOLDERS.search(sentence.text):
        # "Its top holder has 8.5%. The next two own 6.2% and 3.1%."
        for claim in claims:
            claim.is_of_any_holder = True
            claim.add_others("stake", "stake_value")
    for claim in claims if holders else ():
        # "Vanguard owns 9.83% of Costco": the figures of the shares are the holder's.
        claim.companies = _with_issuers(_nearest(sentence, claim.numeral, holders))
        claim.add_others("stake", "stake_value", "shares_outstanding")
        last = max((one.end for one in holders if one.end <= claim.numeral.start), default=0)
        claim.is_of_any_holder = bool(_NEXT_HOLDERS.search(sentence.text, last, claim.numeral.start))
    return bool(holders)


def _is_of_pronoun(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a number is of what was spoken of before: all companies of its sentence come later."""
    first = sentence.companies[0].start
    if first < numeral.end:
        return False
    if HARD_STOP.search(sentence.text, numeral.end, first):
        # "Its P/E is 19.6; Nike has 20.7, and Home Depot 24.4."
        return True
    return any(cue.end <= numeral.start for cue in sentence.cues_of("it"))


def _is_named_behind(sentence: Sentence, numeral: Numeral) -> bool:
    """``elle vaut 29,4 fois, contre 20,3 fois pour Citigroup``: whether the name of a number is behind it."""
    behind = next((one for one in sentence.companies if one.start >= numeral.end), None)
    return behind is not None and FOR_COMPANY.match(sentence.text[numeral.end : behind.start]) is not None


def _has_pronoun(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether a company follows a pronoun: ``It costs 12.5 times, against 26.0 for``."""
    pronouns = [cue for cue in sentence.kinds.get("it", ()) if cue.start < numeral.start]
    if not pronouns:
        return False
    company = sentence.companies[0]
    last = sentence.companies[-1].end if sentence.companies[-1].end <= numeral.start else 0
    return pronouns[0].start < company.start and last <= pronouns[-1].start


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


def _is_measured(sentence: Sentence, mention: Mention, numeral: Numeral) -> bool:
    """Returns whether a number stands behind that of a company whose multiple is applied to another one."""
    is_behind = any(mention.end <= one.numeral.start < numeral.start for one in sentence.numbers)
    return is_behind and is_yardstick(sentence, mention)


def _nearest(sentence: Sentence, numeral: Numeral, mentions: Sequence[Mention]) -> tuple[str, ...]:
    if _DITTO.search(sentence.text, 0, numeral.start):
        # "営業利益率は31.1%（ソフトバンクは4.6%）、ROEは24.9%（同5.4%）"
        return next(
            (
                (one.value,)
                for one in reversed(mentions)
                if one.end <= numeral.start and is_aside(sentence, one)
            ),
            (mentions[-1].value,),
        )
    behind = next((one for one in mentions if one.start >= numeral.end), None)
    if behind is not None:
        gap = sentence.text[numeral.end : behind.start]
        in_brackets = gap.startswith(")") and sentence.text[numeral.start - 1 : numeral.start] == "("
        is_covered = numeral.plain and _COVERS.fullmatch(gap) is not None
        if (
            (FOR_COMPANY.match(gap) and not in_brackets)
            or is_covered
            or (_OPEN.fullmatch(gap) and sentence.text[behind.end : behind.end + 1] in ")）")
        ):
            return (behind.value,)
    before = [
        one for one in mentions if one.end <= numeral.start and not _is_bracketed(sentence, one, numeral)
    ]
    before = [one for one in before if not _is_measured(sentence, one, numeral)] or before
    if not before:
        return (behind.value,) if behind is not None else ()
    nearest = before[-1]
    gap = sentence.text[nearest.end : numeral.start]
    is_other = is_object(sentence, nearest)
    if is_other and AT_BEHIND.fullmatch(gap):
        # "NVIDIA, at 54.3, is cheaper than AMD, at 96.1"; "NVIDIA is cheaper than AMD, at 54.3"
        subjects_before = [one.value for one in before if not is_object(sentence, one)]
        return tuple(dict.fromkeys((nearest.value, *subjects_before[-1:])))
    if is_other and not (_follows_directly(gap) or _RELATIVE.match(gap) or _is_in_brackets(gap)):
        return tuple(dict.fromkeys(one.value for one in before if not is_object(sentence, one)))[-1:] or (
            nearest.value,
        )
    if is_what_it_is_at(sentence.text, nearest, gap):
        return (nearest.value,)
    pronoun = [cue for cue in sentence.cues_of("it") if nearest.end <= cue.start < numeral.start]
    if pronoun and len(before) > 1:
        subject = next((one.value for one in before if not is_object(sentence, one)), nearest.value)
        return tuple(dict.fromkeys((nearest.value, subject)))
    return (nearest.value,)


def _is_bracketed(sentence: Sentence, mention: Mention, numeral: Numeral) -> bool:
    """Returns whether a company is in brackets that end before a number: ``31.6 (Apple: 34.1) and 27.9``."""
    opened = sentence.text.rfind("(", 0, mention.start)
    closed = sentence.text.find(")", mention.end, numeral.start)
    # A symbol in brackets is the company's own: "Apple (AAPL) trades at".
    return (
        opened >= 0
        and closed >= 0
        and ")" not in sentence.text[opened : mention.start]
        and (closed - mention.end > 1 or mention.start - opened > 1)
    )


def _is_in_brackets(gap: str) -> bool:
    """``ahead of the CAC 40 (+0.77%, at 8,124 points)``: what is in the brackets is of the name."""
    return _OPEN.match(gap) is not None and not CLOSED.search(gap)


def _follows_directly(gap: str) -> bool:
    """Returns whether a number belongs to the company of a comparison: ``than AMD's 38``."""
    if any(map(str.isdigit, gap)):
        # "the priciest after Microsoft (53.4) at 47.6"
        return False
    return len(WORD.findall(gap)) <= 3 and not COMMA_OR_STOP.search(gap) and len(gap) < 25
