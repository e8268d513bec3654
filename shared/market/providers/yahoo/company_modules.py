"""Conversion of Yahoo's ``quoteSummary`` to profiles and holders.

Peculiarities: days are midnight UTC of the day; shares of ownership are fractions; trades of insiders have no
sign, their text tells (``Sale at price 226.35 per share.``).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import log
from typing import Final

from shared.domain.company import Holders, Insider, Institution, Profile, SecurityKind
from shared.market.providers.fields import (
    Json,
    convert_each,
    count,
    currency_and_factor,
    moment,
    number,
    part,
    scaled,
    text,
)
from shared.market.providers.issuers import security_of
from shared.market.providers.yahoo.errors import NAME

PROFILE_MODULES: Final = ("assetProfile", "defaultKeyStatistics", "price", "quoteType")
HOLDERS_MODULES: Final = (
    "insiderHolders",
    "insiderTransactions",
    "institutionOwnership",
    "majorHoldersBreakdown",
    "price",
    "quoteType",
)
_NAMES: Final = ("longName", "shortName")
_FUNDS: Final = frozenset({"ETF", "MUTUALFUND"})
_SOLD: Final = ("sale", "disposition")
_ACQUIRED: Final = ("purchase", "conversion", "exercise", "acquisition", "award", "stock award")


def is_company(summary: Json) -> bool:
    """Returns whether the modules are about shares, and not about a fund, an index or a currency."""
    return _quote_type(summary) == "EQUITY"


def profile_from_summary(symbol: str, summary: Json, fetched_at: datetime) -> Profile | None:
    """Returns the profile of a company or fund from ``quoteSummary``; None of an instrument without one."""
    profile, price = part(summary, "assetProfile"), part(summary, "price")
    told = any(text(profile.get(key)) for key in ("longBusinessSummary", "industry", "sector", "country"))
    if not told or not (is_company(summary) or _quote_type(summary) in _FUNDS):
        return None
    names = [text(record.get(key)) for record in (price, part(summary, "quoteType")) for key in _NAMES]
    website = text(profile.get("website"))
    year_end = moment(part(summary, "defaultKeyStatistics").get("lastFiscalYearEnd"))
    return Profile(
        source=NAME,
        as_of=None,
        fetched_at=fetched_at,
        symbol=symbol,
        name=next((name for name in names if name), None),
        security=_security(symbol, summary, names),
        business_summary=text(profile.get("longBusinessSummary")),
        sector=text(profile.get("sector")),
        industry=text(profile.get("industry")),
        employees=count(profile.get("fullTimeEmployees")) or None,
        exchange=text(price.get("exchangeName")),
        country=text(profile.get("country")),
        fiscal_year_end=f"{year_end:%m-%d}" if year_end else None,
        website=website if website and website.startswith(("https://", "http://")) else None,
    )


def holders_from_summary(symbol: str, summary: Json, fetched_at: datetime) -> Holders | None:
    """Returns the holders of a company from ``quoteSummary``; None when it names none and has no shares."""
    trades = _rows(summary, "insiderTransactions", "transactions")
    insiders = convert_each(
        NAME, "insiders", _rows(summary, "insiderHolders", "holders"), lambda row: _insider(row, trades)
    )
    price = part(summary, "price")
    currency, factor = currency_and_factor(price.get("currency"))
    quoted = number(price.get("regularMarketPrice"))
    institutions = convert_each(
        NAME,
        "institutions",
        _rows(summary, "institutionOwnership", "ownershipList"),
        lambda row: _institution(row, quoted, factor),
    )
    parts = part(summary, "majorHoldersBreakdown")
    by_insiders, by_institutions = (
        _percent(parts.get(key)) for key in ("insidersPercentHeld", "institutionsPercentHeld")
    )
    if not insiders.records and not institutions.records and by_insiders is None and by_institutions is None:
        return None
    return Holders(
        source=NAME,
        as_of=None,
        fetched_at=fetched_at,
        quality=(*insiders.remarks, *institutions.remarks),
        symbol=symbol,
        currency=currency,
        insiders_percent=by_insiders,
        institutions_percent=by_institutions,
        institution_count=count(parts.get("institutionsCount")),
        insiders=tuple(sorted(insiders.records, key=_shares, reverse=True)),
        institutions=tuple(sorted(institutions.records, key=_shares, reverse=True)),
    )


def _quote_type(summary: Json) -> object:
    return part(summary, "quoteType").get("quoteType") or part(summary, "price").get("quoteType")


def _security(symbol: str, summary: Json, names: Sequence[str | None]) -> SecurityKind | None:
    return "fund" if _quote_type(summary) in _FUNDS else security_of(symbol, *names)


def _insider(row: Json, trades: Sequence[Json]) -> Insider:
    """Returns an officer, director or large owner.

    Raises:
        ValueError: It has no name.
    """
    name = text(row.get("name"))
    if name is None:
        raise ValueError("an insider without a name")
    traded = _day(row.get("latestTransDate"))
    positions = (count(row.get(key)) for key in ("positionDirect", "positionIndirect"))
    held = [shares for shares in positions if shares is not None]
    return Insider(
        name=name,
        role=text(row.get("relation")),
        shares=sum(held) if held else None,
        transaction=text(row.get("transactionDescription")),
        transaction_date=traded,
        transaction_shares=_traded_shares(name, traded, trades),
    )


def _traded_shares(name: str, day: date | None, trades: Sequence[Json]) -> int | None:
    """Returns the number of shares that a person traded on a day; negative for a sale.

    None if there were several trades, or if the text does not say whether shares were sold or acquired.
    """
    on_day = [
        row
        for row in trades
        if isinstance(row, Mapping)
        and text(row.get("filerName")) == name
        and day is not None
        and _day(row.get("startDate")) == day
    ]
    shares = count(on_day[0].get("shares")) if len(on_day) == 1 else None
    if shares is None:
        return None
    words = (text(on_day[0].get("transactionText")) or "").casefold()
    if words.startswith(_SOLD):
        return -shares
    return shares if words.startswith(_ACQUIRED) else None


def _institution(row: Json, quoted: float | None, factor: str) -> Institution:
    """Returns an institution.

    Args:
        row: The record.
        quoted: Price of a share in the unit that the exchange quotes.
        factor: From that unit to the whole currency.

    Raises:
        ValueError: It has no name.
    """
    name = text(row.get("organization"))
    if name is None:
        raise ValueError("an institution without a name")
    return Institution(
        name=name,
        shares=count(row.get("position")),
        percent_held=_percent(row.get("pctHeld")),
        value=_value_held(row, quoted, factor),
        reported_on=_day(row.get("reportDate")),
    )


def _value_held(row: Json, quoted: float | None, factor: str) -> int | None:
    """Returns the value of the shares in whole currency: shares times pence are a value in pence."""
    value, shares = count(row.get("value")), count(row.get("position"))
    if factor == "1" or not value or not shares or not quoted or quoted <= 0:
        return value
    in_parts = abs(log(value / shares / quoted))
    in_whole = abs(log(value / shares / (quoted * float(factor))))
    return round(value * float(factor)) if in_parts < in_whole else value


def _percent(raw: object) -> float | None:
    """Returns a fraction in percent; digits that come from single precision are cut."""
    value = scaled(number(raw), "100")
    return None if value is None else float(f"{value:.6g}")


def _day(raw: object) -> date | None:
    when = moment(raw)
    return when.date() if when else None


def _rows(summary: Json, module: str, name: str) -> list[Json]:
    rows = part(summary, module).get(name)
    return rows if isinstance(rows, list) else []


def _shares(holder: Insider | Institution) -> int:
    return -1 if holder.shares is None else holder.shares
