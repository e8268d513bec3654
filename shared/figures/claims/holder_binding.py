"""Binds numbers of shares to the holders that a sentence names: ``Vanguard owns 9.83% of Costco``."""

import re
from collections.abc import Sequence
from typing import Final

from shared.figures.claims.claim import Claim, Context
from shared.figures.claims.nearest_companies import nearest_companies
from shared.figures.claims.subjects import with_issuers
from shared.figures.facts.known_figures import is_holder
from shared.figures.reading.sentence import Sentence

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


def bind_holders(sentence: Sentence, claims: Sequence[Claim], context: Context) -> bool:
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
        claim.companies = with_issuers(nearest_companies(sentence, claim.numeral, holders))
        claim.add_others("stake", "stake_value", "shares_outstanding")
        last = max((one.end for one in holders if one.end <= claim.numeral.start), default=0)
        claim.is_of_any_holder = bool(_NEXT_HOLDERS.search(sentence.text, last, claim.numeral.start))
    return bool(holders)
