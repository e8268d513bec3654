"""Reading of fields in the responses of sources: everything may be missing, of another type, or absurd."""

import html
import logging
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Generic, TypeVar

from shared.domain.market_data import Remark
from shared.errors import ProviderBadPayloadError

Json = Mapping[str, object]
T = TypeVar("T")
R = TypeVar("R")

_log = logging.getLogger(__name__)

MAX_TEXT: Final = 4000
"""Characters that are kept of a text."""

_MAX_WHOLE: Final = 2**63
_FIRST_QUOTES: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""No source has quotes or articles from before; a time of 0 or 1 second is a placeholder."""
_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?\s*", re.ASCII)
_ISO_4217: Final = re.compile(r"[A-Z]{3}")
_MINOR_UNITS: Final = {
    "GBp": "GBP",
    "GBX": "GBP",
    "GBx": "GBP",
    "ZAc": "ZAR",
    "ZAC": "ZAR",
    "ILA": "ILS",
    "ILa": "ILS",
    "USX": "USD",
    "USx": "USD",
    "EUX": "EUR",
    "KWF": "KWD",
    "BHF": "BHD",
}
"""Units in which exchanges quote prices, and the currency they are a part of."""

_UNITS_OF_CURRENCY: Final = {"KWD": "0.001", "BHD": "0.001"}
_CONVERSION_ERRORS: Final = (
    ArithmeticError, AttributeError, LookupError, OSError, ProviderBadPayloadError, TypeError, ValueError,
)  # fmt: skip
"""What converting a malformed record raises; ``OSError`` comes from moments beyond the platform's range."""


def part(record: Json, key: str) -> Json:
    """Returns a record inside a record; an empty one when it is absent."""
    inner = record.get(key)
    return inner if isinstance(inner, Mapping) else {}


def number(raw: object) -> float | None:
    """Returns a finite number, also from a text and from Yahoo's ``{"raw": …}``; otherwise None."""
    if type(raw) is float:
        # A long history has tens of thousands of them.
        return raw if math.isfinite(raw) else None
    if isinstance(raw, Mapping):
        raw = raw.get("raw")
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None
    if isinstance(raw, str) and not _NUMBER.fullmatch(raw):
        return None
    try:
        value = float(raw)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def whole(raw: object) -> int | None:
    """Returns a whole number that fits 64 bits; an integer stays exact. Otherwise None."""
    if isinstance(raw, Mapping):
        raw = raw.get("raw")
    value = raw if isinstance(raw, int) and not isinstance(raw, bool) else number(raw)
    if value is None:
        return None
    rounded = round(value)
    return rounded if abs(rounded) < _MAX_WHOLE else None


def count(raw: object) -> int | None:
    """Returns a whole number that is not negative (volumes, shares); otherwise None."""
    value = whole(raw)
    return value if value is not None and value >= 0 else None


def text(raw: object) -> str | None:
    """Returns a text without HTML entities and control characters, bounded; None when nothing is left."""
    if not isinstance(raw, str):
        return None
    readable = html.unescape(raw[: 2 * MAX_TEXT])
    kept = "".join(character for character in readable if character.isprintable() or character in "\n\t")
    return kept.strip()[:MAX_TEXT].rstrip() or None


def moment(raw: object) -> datetime | None:
    """Returns a moment from seconds since the epoch, in whole seconds; None when it is none."""
    seconds = number(raw)
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(math.floor(seconds), UTC)
    except (OSError, OverflowError, ValueError):
        return None


def quoted_at(raw: object, now: datetime) -> datetime | None:
    """Returns the moment of a quote, ``now`` if it is later; None when it is implausibly early."""
    return published_at(not_after(moment(raw), now), now)


def published_at(when: datetime | None, now: datetime) -> datetime | None:
    """Returns the moment; None when it lies in the future or is implausibly early."""
    return when if when is not None and _FIRST_QUOTES <= when <= now else None


def not_after(when: datetime | None, now: datetime) -> datetime | None:
    """Returns the earlier moment: clocks of sources run ahead, and nothing has a time in the future."""
    return None if when is None else min(when, now)


def currency_and_factor(raw: object) -> tuple[str | None, str]:
    """Returns the ISO 4217 currency, and the decimal factor from the quoted unit to it.

    Exchanges quote in pence, cents, agorot and fils. An unknown code is None.

    >>> currency_and_factor("GBp")
    ('GBP', '0.01')
    """
    code = raw.strip() if isinstance(raw, str) else ""
    if code in _MINOR_UNITS:
        currency = _MINOR_UNITS[code]
        return currency, _UNITS_OF_CURRENCY.get(currency, "0.01")
    return (code if _ISO_4217.fullmatch(code) else None), "1"


def scaled(raw: object, factor: str) -> float | None:
    """Returns a price in whole units of currency, computed in decimals: 0.07 and not 0.07000000000000001."""
    value = number(raw)
    if value is None or factor == "1":
        return value
    return float(Decimal(repr(value)) * Decimal(factor))


def difference(later: float | None, earlier: float | None) -> float | None:
    """Returns ``later - earlier`` in decimals, so that no digit is invented or lost."""
    if later is None or earlier is None:
        return None
    return float(Decimal(repr(later)) - Decimal(repr(earlier)))


def percent_change(later: float | None, earlier: float | None) -> float | None:
    """Returns the change in percent of ``earlier``; None over a base of zero or below.

    It is computed from unrounded values and kept to 12 significant digits.
    """
    change = difference(later, earlier)
    if change is None or earlier is None or earlier <= 0:
        return None
    return float(f"{change / earlier * 100:.12g}")


def percent_of_base(value: float | None, base: float | None) -> float | None:
    """Returns how far a value is from its base, in percent of the base's absolute value; None over zero.

    It is kept to 12 significant digits, as ``percent_change`` is.
    """
    change = difference(value, base)
    return float(f"{change / abs(base) * 100:.12g}") if change is not None and base else None


@dataclass(frozen=True)
class Converted(Generic[T]):
    """The records that could be read.

    Attributes:
        records: In the order of the response.
        dropped: How many were malformed.
    """

    records: tuple[T, ...]
    dropped: int = 0

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """The remark on dropped records; none when all could be read."""
        if not self.dropped:
            return ()
        total = self.dropped + len(self.records)
        return (Remark(code="dropped_records", detail=f"{self.dropped} of {total} records were malformed."),)


def convert_each(
    provider: str, kind: str, rows: Iterable[R], convert: Callable[[R], T | None]
) -> Converted[T]:
    """Converts record by record: a malformed one costs one record.

    Args:
        provider: Name of the source, for errors and logs.
        kind: What the records are, for errors and logs.
        rows: The records of the response.
        convert: Converts one; None means that the record is of no interest. An exception means that it
            is malformed.

    Raises:
        ProviderBadPayloadError: There are records, and every one is malformed.
    """
    records: list[T] = []
    failures: list[Exception] = []
    for row in rows:
        try:
            record = convert(row)
        except _CONVERSION_ERRORS as error:
            failures.append(error)
            _log.debug("malformed %s dropped: %s: %s", kind, provider, type(error).__name__)
            continue
        if record is not None:
            records.append(record)
    dropped = len(failures)
    if dropped and not records:
        if isinstance(failures[0], ProviderBadPayloadError):
            raise failures[0]
        raise ProviderBadPayloadError(provider, f"no {kind} of the response can be read") from failures[0]
    return Converted(tuple(records), dropped)
