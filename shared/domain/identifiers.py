"""Numbers of securities."""

import re
from typing import Final

_ISIN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")


def isin_in(text: str) -> str | None:
    """Returns the ISIN that a text is, in capitals; None when it is none or its check digit is wrong.

    The check digit is that of ISO 6166: letters count as 10 to 35, then the Luhn algorithm.

    >>> isin_in("us0378331005")
    'US0378331005'
    """
    isin = text.strip().upper()
    if not isin.isascii() or not _ISIN.fullmatch(isin):
        return None
    digits = [int(digit) for character in isin for digit in str(int(character, 36))]
    doubled = [digit * 2 if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return isin if sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0 else None
