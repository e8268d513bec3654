"""The patterns of the share classes that a question names: class a, b shares, A株."""

import re
from typing import Final

_AND: Final = r"(?:,|,? (?:and|or|vs\.?|versus|und|oder|et|ou|y|o|e))"
_SHARES: Final = r"(?:shares|aktien?)"


def share_class(letter: str) -> re.Pattern[str]:
    """Returns the pattern of one share class, alone or beside another: "class a or b", "a and b shares".

    Args:
        letter: The letter of the class.
    """
    return re.compile(
        rf"\b(?:class|klasse|classe|clase) (?:[abc]{_AND} )?{letter}\b"
        rf"|\b{letter}(?:[- ]|{_AND} [abc] ){_SHARES}\b"
        rf"|(?<![a-z]){letter}\s?(?:株|股(?!价|價|票)|주(?!가|식)|类|クラス)"
        rf"|(?:クラス|클래스)\s?{letter}\b",
        re.IGNORECASE,
    )
