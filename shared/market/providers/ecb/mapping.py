"""Reads the ECB's CSV of reference rates."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Final

from pydantic import TypeAdapter, ValidationError

from shared.domain.currency_rates import CurrencyCode, Rate
from shared.errors.provider_errors import ProviderBadPayloadError
from shared.market.providers.ecb.errors import NAME

_COLUMNS: Final = ("CURRENCY", "TIME_PERIOD", "OBS_VALUE")
_ROW: Final = TypeAdapter(tuple[CurrencyCode, date, Rate])


def rates_by_day(body: bytes) -> tuple[Mapping[date, Mapping[str, float]], int]:
    """Returns the units of each currency for one euro by day, and how many records could not be read.

    A day without a value (``NaN`` or empty) has no rate and is not counted.

    Raises:
        ProviderBadPayloadError: It is no CSV of rates, or none of its records can be read.
    """
    if not body.strip():
        return {}, 0
    try:
        rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
        if not set(_COLUMNS) <= set(rows.fieldnames or ()):
            raise ProviderBadPayloadError(NAME, "the response has no columns of rates")
        records = [tuple(row[name] for name in _COLUMNS) for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ProviderBadPayloadError(NAME, "the response is not CSV") from error
    return _read(records)


def _read(records: list[tuple[str | None, ...]]) -> tuple[Mapping[date, Mapping[str, float]], int]:
    rates: dict[date, dict[str, float]] = {}
    dropped = 0
    for record in records:
        if record[2] in ("", "NaN"):
            continue
        try:
            currency, day, rate = _ROW.validate_python(record)
        except ValidationError:
            dropped += 1
            continue
        rates.setdefault(day, {})[currency] = rate
    if dropped and not rates:
        raise ProviderBadPayloadError(NAME, "none of the rates can be read")
    return rates, dropped
