"""Search of symbols at the sources, cached in a fixed number of entries.

Queries are free text, so an entry per query would let a client fill the cache. Queries share
``SEARCH_ENTRIES`` entries by their hash; an entry names its query and is replaced by the next query that
falls on it.
"""

import hashlib
from typing import Final

from shared.cache.cache_entry import Cache, CacheKey, Fetched, TtlClass
from shared.domain.market_data import Record, SymbolInfo
from shared.market.source_chain import SourceChain

MAX_MATCHES: Final = 25
"""Symbols that a search fetches and stores; fewer are cut from them."""
SEARCH_ENTRIES: Final = 512
"""Searches that are cached at most: with 25 matches of about 200 bytes each, 2.6 MB."""


class SearchResult(Record):
    """The matches of one query, best first."""

    query: str
    matches: tuple[SymbolInfo, ...]


class SymbolSearch:
    """Searches symbols by ticker or name.

    Args:
        chain: The sources.
        cache: Stores results.
    """

    def __init__(self, chain: SourceChain, cache: Cache) -> None:
        self._chain = chain
        self._cache = cache

    async def search(self, query: str, limit: int) -> list[SymbolInfo]:
        """Returns at most ``limit`` symbols whose ticker or name matches, best first.

        Raises:
            ServiceError: No source could answer, and nothing is stored.
        """
        wanted = " ".join(query.split()).casefold()
        key = CacheKey("symbol_data", "search", "-", str(_entry_number(wanted)))

        async def fetch() -> Fetched:
            return await self._fetch(wanted)

        # The second attempt replaces the result of another query.
        for refresh in (False, True):
            entry = await self._cache.get_or_fetch(key, fetch, refresh=refresh)
            result = SearchResult.model_validate_json(entry.body)
            if result.query == wanted:
                return list(result.matches[:limit])
            if entry.stale_error is not None:
                raise entry.stale_error
        # Two queries share the entry and are searched at the same moment.
        return list(SearchResult.model_validate_json((await fetch()).body).matches[:limit])

    async def _fetch(self, query: str) -> Fetched:
        found = await self._chain.ask("search", query, lambda source: source.search(query, MAX_MATCHES))
        result = SearchResult(query=query, matches=tuple(found.value))
        ttl_class: TtlClass | None = "price_data" if found.is_placeholder else None
        return Fetched(result.model_dump_json().encode(), ttl_class if result.matches else "negative")


def _entry_number(query: str) -> int:
    return int.from_bytes(hashlib.blake2b(query.encode(), digest_size=8).digest()) % SEARCH_ENTRIES
