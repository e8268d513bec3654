"""Reading of the costs and contents of funds: what is implausible is left out."""

from collections.abc import Iterable
from typing import Final

from shared.domain.market_data import FundHolding, SectorWeight
from shared.domain.symbols import normalise_symbol
from shared.errors.request_errors import InvalidSymbolError
from shared.market.providers.fields import number, text, whole

MAX_HOLDINGS: Final = 10
_MAX_EXPENSES: Final = 0.2
"""Above it, a ratio is one in percent, or none."""
_MAX_TURNOVER: Final = 100.0
_MAX_WEIGHTS: Final = 4.0
"""Sum of the weights of a fund of threefold leverage, with some room; above it they are in percent."""
_NO_TEXT: Final = frozenset({"n/a", "none", "-", "--"})


def expense_ratio(*raw: object) -> float | None:
    """Returns the first plausible ratio; zero is a placeholder where a source does not know the costs."""
    return _first(raw, _MAX_EXPENSES)


def turnover(*raw: object) -> float | None:
    """Returns the first plausible turnover."""
    return _first(raw, _MAX_TURNOVER)


def net_assets(*raw: object) -> int | None:
    """Returns the first amount above zero."""
    return next((value for one in raw if (value := whole(one)) and value > 0), None)


def words(raw: object) -> str | None:
    """Returns a text; None for ``n/a``."""
    known = text(raw)
    return None if known is None or known.casefold() in _NO_TEXT else known


def holdings(rows: Iterable[tuple[object, object, object]]) -> tuple[FundHolding, ...]:
    """Returns the largest holdings; none if their weights are implausible.

    Args:
        rows: Symbol, name and weight of each.
    """
    known = [
        FundHolding(symbol=_symbol(symbol), name=words(name), weight=weight)
        for symbol, name, raw in rows
        if (weight := number(raw))
    ]
    named = [one for one in known if one.symbol or one.name]
    if not _plausible([one.weight for one in named]):
        return ()
    return tuple(sorted(named, key=lambda one: -abs(one.weight))[:MAX_HOLDINGS])


def sectors(rows: Iterable[tuple[object, object]]) -> tuple[SectorWeight, ...]:
    """Returns the weights of sectors above zero; none if they are implausible."""
    known = [
        SectorWeight(sector=name, weight=weight)
        for raw_name, raw in rows
        if (name := words(raw_name)) and (weight := number(raw)) and weight > 0
    ]
    if not _plausible([one.weight for one in known]):
        return ()
    return tuple(sorted(known, key=lambda one: -one.weight))


def _first(raw: Iterable[object], most: float) -> float | None:
    return next((value for one in raw if (value := number(one)) and 0 < value <= most), None)


def _plausible(weights: list[float]) -> bool:
    return sum(map(abs, weights)) <= _MAX_WEIGHTS


def _symbol(raw: object) -> str | None:
    known = words(raw)
    try:
        return normalise_symbol(known) if known else None
    except InvalidSymbolError:
        return None
