"""What the words of a listing tell: the kind of its security, and whether two listings have one issuer."""

import re
from collections.abc import Mapping
from typing import Final

from shared.domain.company import SecurityKind

_US_SUFFIX: Final = re.compile(r"[A-Z]{1,5}-(P[A-Z]?|W[ST]?[A-Z]?|U|UN|R|RT|RI)")
"""``BAC-PL``, ``SPCE-WT``: lines of an issuer in the United States beside its common stock."""
_BY_SUFFIX: Final[Mapping[str, SecurityKind]] = {
    "P": "preferred_stock",
    "W": "warrant",
    "U": "unit",
    "R": "right",
}
_BY_WORDS: Final[tuple[tuple[re.Pattern[str], SecurityKind], ...]] = (
    (re.compile(r"\bwarrants?\b"), "warrant"),
    (re.compile(r"\brights?$"), "right"),
    (re.compile(r"\bunits?$|\bunits? each\b"), "unit"),
    (
        re.compile(r"\b(notes?|debentures?|bonds?)\b.*\b(due|20\d\d)\b|\d ?%.*\b(notes?|debentures?)\b"),
        "note",
    ),
    (re.compile(r"\b(senior|subordinated) (notes?|debentures?)\b"), "note"),
    (re.compile(r"\bpfd\b|\bpref(erred|erence)? (stock|shares?|securit)"), "preferred_stock"),
    (
        re.compile(r"\d ?%.*\bpreferred\b|\bpreferred\b.*\bseries\b|\bseries\b.*\bpreferred\b"),
        "preferred_stock",
    ),
    (re.compile(r"\badrs?\b|\badss?\b|\bamerican depositary\b|\bsponsored adr\b"), "depositary_receipt"),
)
"""Words of names in lower case, the first match counts: a warrant on preferred shares is a warrant."""
OTHER_LINES: Final = frozenset({"preferred_stock", "note", "warrant", "unit", "right"})
"""Securities of an issuer that are no shares in its profit."""
_LEGAL_FORM: Final = re.compile(
    r"\b(incorporated|inc|corporation|corp|company|co|limited|ltd|plc|llc|lp|sa|ag|nv|se|spa|ab|asa|oyj|kgaa|"
    r"holdings?|the|class [a-z]|series [a-z]|adr|ads|common stock|ordinary shares?)\b"
)
_NOT_A_WORD: Final = re.compile(r"[^\w]+")


def security_of(symbol: str, *names: str | None) -> SecurityKind | None:
    """Returns what a listing is, by its symbol or the words of its names; None when they do not tell."""
    if match := _US_SUFFIX.fullmatch(symbol):
        return _BY_SUFFIX[match[1][0]]
    text = " | ".join(name for name in names if name).casefold()
    return next((kind for pattern, kind in _BY_WORDS if pattern.search(text)), None)


def name_with_security(name: str | None, security: SecurityKind | None) -> str | None:
    """Returns the name of a listing, with the kind of a security that is no share (``(preferred stock)``).

    Lists of symbols have one name for all lines of an issuer.
    """
    if name is None or security not in OTHER_LINES:
        return name
    words = str(security).replace("_", " ")
    return name if words.split()[0] in name.casefold() else f"{name} ({words})"


def issuer_key(name: str) -> str:
    """Returns a name without its legal form and share class: listings of one issuer have the same.

    >>> issuer_key("Alphabet Inc. Class C") == issuer_key("ALPHABET INC")
    True
    """
    words = _NOT_A_WORD.sub(" ", name.casefold().replace(".", "")).strip()
    return " ".join(_LEGAL_FORM.sub(" ", words).split()) or words
