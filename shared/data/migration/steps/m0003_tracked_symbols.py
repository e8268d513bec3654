"""Marks the configured symbols as tracked, so that the scheduled refresh keeps them warm from the start."""

from shared.data.migration.migration import Work
from shared.data.schema.manager import SchemaReport
from shared.domain.market_data import SymbolInfo
from shared.domain.symbols import normalise_symbol


def up(work: Work) -> SchemaReport:
    """Tracks the symbols of ``refresh.symbols``; one that is not known is added by its symbol alone."""
    target = work.database["symbols"]
    tracked = [normalise_symbol(symbol) for symbol in work.settings.refresh.symbols]
    work.repositories.symbols.upsert_into(target, [_unknown(symbol) for symbol in tracked])
    count = work.repositories.symbols.track_into(target, tracked)
    return SchemaReport(changes=[f"track {count} symbols"] if count else [])


def _unknown(symbol: str) -> SymbolInfo:
    return SymbolInfo(
        symbol=symbol,
        name=None,
        asset_type="other",
        exchange=None,
        country=None,
        currency=None,
        sector=None,
    )
