"""The company that the clause of a number names: before the number, behind it, or around it."""

import re
from typing import Final

from shared.figures.claims.compared_companies import is_object
from shared.figures.claims.fronted_numbers import is_before_subject, is_what_it_is_at
from shared.figures.claims.gaps import COMMA_OR_STOP, WORD, ends_clause, ends_with
from shared.figures.claims.prior_periods import CLOSED
from shared.figures.reading.lexicon import Mention
from shared.figures.reading.numerals import Numeral
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence import Sentence

FOR_COMPANY: Final = re.compile(
    r"[\s*_)]*(?:(?:you|investors)\s(?:get|receive|earn|find|pay)\s|(?:upside|downside|potential)\s)?"
    r"(?:for|from|into|out of|at|bei|für|pour|chez|en|em|na|no|nas|nos|para|per|presso|von|by|of"
    r"|de|da|do|di|del|du|nel|nella|della|dello|dei|degli|dos|das|des|der|den|dal|al|ai|agli|ao|aos|au|aux|beim|im|vom"
    r"|is (?:that of|the (?:value|figure|number|one) (?:for|of|at))"
    r"|(?:that|which)|in the case of|im Fall von|en el caso de|dans le cas de)\s"
    r"(?:(?:the|el|la|los|las|le|les|il|lo|den|dem|der|die|das|os?|as?)\s|l['’])?[\s*_]*$",
    re.IGNORECASE,
)
_WHOSE: Final = re.compile(
    r",?\s(?:whose|which|with its|dessen|deren|das|dont|cuy[oa]s?|que)\b", re.IGNORECASE
)
_TO: Final = RarePattern(
    r"\d[\w\s.,%$€£]{0,24}\s(?:to|against|versus|vs\.?|compared with|gegen|gegenüber|zu|contre|frente a"
    r"|contra|contro)\s(?:[^\W\d_]{1,4}['’\s])?$",
    re.IGNORECASE,
)
"""Between the number of one company and the name of the other one of a pair."""
_NEAR: Final = 20
_DESCRIBES: Final = re.compile(
    r"[)）]?(?:(?:[을를로]|으로|이나)?\s?[가-힣]{0,4}(?:한|은|는|인|던|된|난|린|른|진|긴|온|운|룬)\s"
    r"|[にをもと]?[^、。,，\d\s]{0,8}(?:した|する|した|いる|ある|な|の|った|んだ|べる|えた|びた)"
    r"|[^、。,，;；\d\s]{0,6}的)"
)
"""Between a number and the company that it describes, in Korean, Japanese and Chinese."""
OPEN: Final = re.compile(r"[\s*_]*[(（][\s*_]*")


def described(sentence: Sentence, numeral: Numeral) -> str | None:
    """Returns the company that a clause with a number describes: ``매출이 73.18% 늘어난 SK하이닉스``."""
    if sentence.text.isascii():
        return None
    behind = next((one for one in sentence.companies if one.start >= numeral.end), None)
    if behind is None or behind.start - numeral.end > _NEAR:
        return None
    return behind.value if _DESCRIBES.fullmatch(sentence.text, numeral.end, behind.start) else None


def is_named(sentence: Sentence, numeral: Numeral) -> bool:
    """Returns whether the clause of a number names its company: before the number, or right behind it."""
    if described(sentence, numeral):
        return True
    before = [one for one in sentence.companies if one.end <= numeral.start]
    nearest = before[-1] if before else None
    if nearest is not None and not ends_clause(sentence.text, nearest.end, numeral.start):
        gap = sentence.text[nearest.end : numeral.start]
        is_other = is_object(sentence, nearest) or is_bracketed(sentence, nearest, numeral)
        if len(before) > 1 and len(WORD.findall(gap.rpartition(": ")[0])) > 1:
            # "Shell is in London what Exxon is in New York, only cheaper: 21.2 times earnings"
            return False
        if _is_next_pair(sentence, nearest, numeral):
            return False
        if is_what_it_is_at(sentence.text, nearest, gap):
            return True
        if not is_other or follows_directly(gap) or _WHOSE.match(gap) or is_in_brackets(gap):
            return not any(nearest.end <= cue.start < numeral.start for cue in sentence.cues_of("it"))
    behind = next((one for one in sentence.companies if one.start >= numeral.end), None)
    if behind is None:
        return False
    gap = sentence.text[numeral.end : behind.start]
    if nearest is None and is_before_subject(sentence.text, gap):
        return True
    in_brackets = OPEN.fullmatch(gap) is not None and sentence.text[behind.end : behind.end + 1] in ")）"
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


def is_named_behind(sentence: Sentence, numeral: Numeral) -> bool:
    """``elle vaut 29,4 fois, contre 20,3 fois pour Citigroup``: whether the name of a number is behind it."""
    behind = next((one for one in sentence.companies if one.start >= numeral.end), None)
    return behind is not None and FOR_COMPANY.match(sentence.text[numeral.end : behind.start]) is not None


def is_bracketed(sentence: Sentence, mention: Mention, numeral: Numeral) -> bool:
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


def is_in_brackets(gap: str) -> bool:
    """``ahead of the CAC 40 (+0.77%, at 8,124 points)``: what is in the brackets is of the name."""
    return OPEN.match(gap) is not None and not CLOSED.search(gap)


def follows_directly(gap: str) -> bool:
    """Returns whether a number belongs to the company of a comparison: ``than AMD's 38``."""
    if any(map(str.isdigit, gap)):
        # "the priciest after Microsoft (53.4) at 47.6"
        return False
    return len(WORD.findall(gap)) <= 3 and not COMMA_OR_STOP.search(gap) and len(gap) < 25
