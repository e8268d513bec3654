"""Takes a number without a name of its own for what the number before it is."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.alternative_metrics import COMPARED_WITH
from shared.figures.claims.claim import Claim
from shared.figures.claims.gaps import ends_with
from shared.figures.reading.sentence import Sentence

_POSSESSIVE: Final = re.compile(r"\w(?:['’]s?|s['’])\s$")
_OPENED: Final = re.compile(r"\w\s[(（]$")
_GOES_ON: Final = re.compile(
    r",\s(?:[a-z]+ing|and then)\s(?:further\s)?to\s(?:about\s|around\s)?"
    r"|,?\s(?:(?:and|und|et|y|e)\s)?(?:then|finally|now|dann|schließlich|zuletzt|puis|enfin|luego|después"
    r"|finalmente|depois|poi|infine)\s(?:(?:to|auf|à|al?|para|at|bei)\s)?"
    r"|(?:\s(?:in|im|en|em|a)\s[^\W\d_]+)?,?\s(?:and|und|et|y|e)\s(?:from|von|de|desde|da)\s",
)


def bind_like_before(sentence: Sentence, claim: Claim, earlier: Sequence[Claim]) -> None:
    """``SAP fell 1.93% to €221.51, and Siemens 2.38% to …``: without a name, the same as before."""
    if not earlier:
        return
    if _GOES_ON.fullmatch(sentence.text, earlier[-1].numeral.end, claim.numeral.start):
        # "they pencil in $7.18, rising to $7.78 in 2027", "from 13.4% to 12.5% and then 12.1%"
        claim.is_tight = False
        claim.add_others(*earlier[-1].metrics, *earlier[-1].others)
        if claim.numeral.unit is earlier[-1].numeral.unit and not _is_beside(claim):
            claim.metrics, claim.others = earlier[-1].metrics, (*claim.metrics, *claim.others)
    if claim.is_tight:
        return
    if earlier[-1].numeral.unit is claim.numeral.unit and ends_with(
        COMPARED_WITH, sentence.text, claim.numeral.start
    ):
        # "0.36 a share for the December quarter, against 0.33 a year before, and revenue of 17.69bn"
        claim.add_others(*earlier[-1].metrics, *earlier[-1].others)
        if earlier[-1].metrics == ("macd",):
            # "RSI 63.7, MACD 4.752 against 3.918"
            claim.add_others("macd_signal")
    claim.add_others(*_of_outer(sentence, claim, earlier))
    is_of_name = ends_with(_POSSESSIVE, sentence.text, claim.numeral.start) or ends_with(
        _OPENED, sentence.text, claim.numeral.start
    )
    if claim.mention is not None and not is_of_name:
        return
    alike = next((one for one in reversed(earlier) if one.numeral.unit is claim.numeral.unit), None)
    if alike is not None:
        # "Disney's beta of 1.66 …; Walmart (0.87) and McDonald's (0.84)"
        has_same_name = claim.mention is not None and alike.mention is claim.mention and not alike.is_tight
        claim.add_others(*alike.metrics, *(alike.others if has_same_name else ()))


def _is_beside(claim: Claim) -> bool:
    """Returns whether the name of a metric is right behind a number: ``and then 12.1% revenue growth``."""
    mention = claim.mention
    return mention is not None and 0 <= mention.start - claim.numeral.end <= 1


def _of_outer(sentence: Sentence, claim: Claim, earlier: Sequence[Claim]) -> tuple[str, ...]:
    """``EPS: $0.32 in Q3 (estimate: $0.31), $0.30 in Q2``: a name in brackets that are closed tells less."""
    mention = claim.mention
    if mention is None or sentence.text.find(")", mention.end, claim.numeral.start) < 0:
        return ()
    opened = sentence.text.rfind("(", 0, mention.start)
    outer = [one for one in earlier if one.numeral.end <= opened]
    is_alike = bool(outer) and outer[-1].numeral.unit is claim.numeral.unit
    return outer[-1].metrics if is_alike else ()
