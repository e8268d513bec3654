"""Reading of fields in the responses of sources: everything may be missing, of another type, or absurd."""

import html
import logging
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Final, Generic, TypeVar

from shared.domain.currencies import MINOR_UNITS, is_currency
from shared.domain.market_data import Remark
from shared.errors.provider_errors import ProviderBadPayloadError

Json = Mapping[str, object]
T = TypeVar("T")
R = TypeVar("R")

_log = logging.getLogger(__name__)

MAX_TEXT: Final = 4000
"""Characters that are kept of a text."""

_MAX_WHOLE: Final = 2**63
_FIRST_QUOTES: Final = datetime(1990, 1, 1, tzinfo=UTC)
"""No source has quotes or articles from before; a time of 0 or 1 second is a placeholder."""
_MAX_DENOMINATOR: Final = 10_000
_SIMPLE_DENOMINATOR: Final = 60
_ROUNDED_FACTOR: Final = 0.00005
_ROUND_NUMBERS: Final = (1000, 500, 100, 50, 10, 5, 1)
_LARGEST_SPLIT: Final = 1_000_000
_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?\s*", re.ASCII)

_UNITS_OF_CURRENCY: Final = {"KWD": "0.001", "BHD": "0.001"}
_GROSS: Final = "gross_margin"
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
    # Some publishers encode twice: "AT&amp;amp;T".
    readable = html.unescape(html.unescape(raw[: 2 * MAX_TEXT]))
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
    if code in MINOR_UNITS:
        currency = MINOR_UNITS[code]
        return currency, _UNITS_OF_CURRENCY.get(currency, "0.01")
    return (code if is_currency(code) else None), "1"


def scaled(raw: object, factor: str) -> float | None:
    """Returns a price in whole units of currency, computed in decimals: 0.07 and not 0.07000000000000001."""
    value = number(raw)
    if value is None or factor == "1":
        return value
    return float(Decimal(repr(value)) * Decimal(factor))


def traded_price(value: float | None, *, may_be_negative: bool = False) -> float | None:
    """Returns a price, None for a placeholder: zero, or below zero where prices cannot be."""
    return value if value and (value > 0 or may_be_negative) else None


def multiple(raw: object) -> float | None:
    """Returns a multiple of a price; None for zero, a placeholder, or below: that of a loss means nothing."""
    return traded_price(number(raw))


def known_margins(figures: Mapping[str, float | None], revenue: float | None) -> dict[str, float | None]:
    """Returns the margins among some figures; None for a zero that means an unknown one.

    Sources state margins of zero for companies without revenue, and a gross margin of zero for banks and
    insurers, which report no gross profit.
    """
    return {
        name: None if not figures[name] and (not revenue or name == _GROSS) else figures[name]
        for name in (_GROSS, "operating_margin", "profit_margin")
        if name in figures
    }


def day_range(high: float | None, low: float | None) -> tuple[float | None, float | None]:
    """Returns the high and the low of a day; neither of them when the high is below the low."""
    return (None, None) if high is not None and low is not None and high < low else (high, low)


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


def split_ratio(new_shares: float | None, old_shares: float | None = 1.0) -> Fraction | None:
    """Returns the new shares per old share as a fraction of small numbers; None when it is implausible.

    A factor that was rounded to four decimals is read as the ratio that it was rounded from: 1.3333 as
    4/3, 0.0667 as 1/15, and 0.0033 as 1/300.
    """
    if not new_shares or not old_shares or new_shares < 0 or old_shares < 0:
        return None
    exact = Fraction(new_shares) / Fraction(old_shares)
    if not 1 <= max(exact, 1 / exact) <= _LARGEST_SPLIT:
        return None
    simple = exact.limit_denominator(_SIMPLE_DENOMINATOR)
    if old_shares == 1 and simple and abs(simple - exact) <= _ROUNDED_FACTOR:
        return simple
    if old_shares == 1 and (consolidated := _consolidated(new_shares)) is not None:
        return Fraction(1, consolidated)
    if exact < 1:
        return 1 / (1 / exact).limit_denominator(_MAX_DENOMINATOR)
    return exact.limit_denominator(_MAX_DENOMINATOR)


def _consolidated(factor: float) -> int | None:
    """Returns the old shares of one new share, the roundest number that a factor may be rounded from."""
    if not 2 * _ROUNDED_FACTOR < factor < 1 or round(factor, 4) != factor:
        return None
    least, most = 1 / (factor + _ROUNDED_FACTOR), 1 / (factor - _ROUNDED_FACTOR)
    nearest = (round(1 / factor / step) * step for step in _ROUND_NUMBERS)
    return next((shares for shares in nearest if least <= shares <= most), None)


@dataclass(frozen=True)
class Converted(Generic[T]):
    """The records that could be read.

    Attributes:
        records: In the order of the response.
        dropped: Number of malformed records.
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
    records, failures = _converted(provider, kind, rows, convert)
    if failures and not records:
        if isinstance(failures[0], ProviderBadPayloadError):
            raise failures[0]
        raise ProviderBadPayloadError(provider, f"no {kind} of the response can be read") from failures[0]
    return Converted(tuple(records), len(failures))


def convert_additions(
    provider: str, kind: str, rows: Iterable[R], convert: Callable[[R], T | None]
) -> Converted[T]:
    """Converts records that come beside others, as ``convert_each`` does; all of them may be malformed."""
    records, failures = _converted(provider, kind, rows, convert)
    return Converted(tuple(records), len(failures))


def _converted(
    provider: str, kind: str, rows: Iterable[R], convert: Callable[[R], T | None]
) -> tuple[list[T], list[Exception]]:
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
    return records, failures
