"""Search of the catalogue by whole names, in every script that it has names in."""

import asyncio
from typing import TYPE_CHECKING

from shared.symbols.catalogue import symbol_catalogue

if TYPE_CHECKING:
    from shared.domain.market_data import SymbolInfo


class CatalogueSearch:
    """Finds an instrument of the catalogue by its name in any script (``腾讯``, ``テスラ``)."""

    async def search(self, query: str, limit: int) -> "list[SymbolInfo]":
        """Returns the instrument with this name, or nothing; ``limit`` is at least one."""
        # The first call reads files.
        found = await asyncio.to_thread(lambda: symbol_catalogue().named(query))
        return [found][:limit] if found else []
