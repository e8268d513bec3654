"""Forms of a company's name: other spellings, initials, and customary names that it does not contain."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from shared.figures.reading.lexicon import read_table, word_set
from shared.symbols.name_text import comparison_key

_CUSTOMARY: Final = Path(__file__).with_name("customary_names.txt")
_SHORTEST: Final = 3
_LONGEST_INITIALS: Final = 5
_PAIR: Final = 2
_NUMBERED_INDEX: Final = re.compile(r"([A-Z]{2,5})\s([A-Z])[a-z]+\s(\d{2,3})\b")
"""``OMX Stockholm 30``, which is written OMXS30."""
_JOINED: Final = re.compile(r"\b([A-Z][\w'’]*)\s?(?:&|\band\b)\s?([A-Z][\w'’]*)")
_OTHER_INITIALS: Final = word_set(
    """
    CEO CFO COO IPO ETF USA USD EUR GBP JPY CHF CAD GDP FDA SEC FED ECB NYSE AND
    THE FOR NET CAP ESG API GPU CPU
    """
)
"""What letters in capitals mean in any text."""
_KIND_OF_COMPANY: Final = re.compile(
    r"^(?:PT|The)\s|,?\s(?:\((?:publ|Persero)\)|Tbk|Inc\.?|Incorporated|plc|PLC|A/S|AB|ASA|Oyj|Abp|AG|SE|N\.?V\.?"
    r"|S\.?[Aa]\.?|S\.?p\.?[Aa]\.?|Anonim Ortakl[iı][gğ][iı])(?=\s|$)"
)
"""What no initial is taken of."""
_LEGAL_INITIAL: Final = word_set("Limited Ltd Company Co Corporation Corp Group Holdings")
"""What an initial may be taken of: TSMC has that of ``Company`` and not that of ``Limited``, CATL has it."""
_INITIAL_WORD: Final = re.compile(r"[^\W\d_][\w'’]*")
_TWO_WORDS: Final = re.compile(r"([A-Z][a-z]+)\s([A-Z][a-z]+)")
"""``Akzo Nobel``, which is written AkzoNobel, too."""
_TWO_IN_ONE: Final = re.compile(r"([A-Z][a-z]{2,})([A-Z][a-z]{2,})")
_DOTTED: Final = re.compile(r"\b(?:[A-Z]\.){2,}")
_DIGRAPHS: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa"}
)
"""How German and Danish letters are written without their signs: Julius Baer, Muenchener."""
_UNITED_STATES: Final = "United States "
_AND: Final = re.compile(r"\s(?:&|and)\s")


def spellings(form: str) -> Iterator[str]:
    """Yields other spellings of a name: ``McDonalds``, ``Marks & Spencer``, ``AkzoNobel``, ``US Bancorp``."""
    if "'" in form:
        yield form.replace("'", "")
    if _AND.search(form) is not None:
        yield _AND.sub(" & ", form)
        yield _AND.sub(" and ", form)
        # "Marsh McLennan"
        yield _AND.sub(" ", form)
    if not form.isascii() and (written := form.translate(_DIGRAPHS)) != form:
        yield written
    if form.startswith(_UNITED_STATES):
        rest = form.removeprefix(_UNITED_STATES)
        yield from (f"{short} {rest}" for short in ("U.S.", "US"))
    if _DOTTED.search(form) is not None:
        yield _DOTTED.sub(lambda match: match[0].replace(".", ""), form)
    two = _TWO_WORDS.fullmatch(form)
    if two is not None:
        yield "".join(two.groups())
    one = _TWO_IN_ONE.fullmatch(form)
    if one is not None:
        yield " ".join(one.groups())


def initials(name: str) -> Iterator[str]:
    """Yields what a name is shortened to: ``TSMC``, ``SIA`` for Singapore Airlines, ``P&G``."""
    of_index = _NUMBERED_INDEX.match(name)
    if of_index is not None:
        yield "".join(of_index.groups())
    joined = _JOINED.search(name)
    if joined is not None:
        # "Procter & Gamble", "H & M Hennes & Mauritz"
        yield f"{joined[1][0]}&{joined[2][0]}"
    words = [word for word in _INITIAL_WORD.findall(_KIND_OF_COMPANY.sub("", name)) if word[0].isupper()]
    forms = [_first_letters(words)]
    while len(words) > 1 and words[-1] in _LEGAL_INITIAL:
        words.pop()
        forms.append(_first_letters(words))
    if len(words) == _PAIR:
        # "Singapore Airlines"
        forms.append((words[0][:2] + words[1][0]).upper())
    yield from (
        form
        for form in dict.fromkeys(forms)
        if form.isalpha() and _SHORTEST <= len(form) <= _LONGEST_INITIALS and form not in _OTHER_INITIALS
    )


def _first_letters(words: list[str]) -> str:
    """Returns the initials of words; one in capitals stays as it is: ``LGES`` for LG Energy Solution."""
    first, *rest = words or [""]
    whole = len(first) == _PAIR and first.isupper()
    return "".join(chain([first if whole else first[:1]], (word[0] for word in rest))).upper()


def customary_names(name: str) -> tuple[str, ...]:
    """Returns the customary names that the formal name does not contain: ``Foxconn`` for Hon Hai."""
    keys = comparison_key(name).split()
    known = _customary()
    # Formal names differ in their legal forms: the table has as many words of each as tell it apart.
    beginnings = (" ".join(keys[:count]).rstrip(",") for count in range(1, len(keys) + 1))
    return tuple(chain.from_iterable(known.get(beginning, ()) for beginning in beginnings))


@cache
def _customary() -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for formal, customary in read_table(_CUSTOMARY):
        key = comparison_key(formal)
        names[key] = (*names.get(key, ()), customary)
    return names
