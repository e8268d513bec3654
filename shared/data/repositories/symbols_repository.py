"""Symbols: their data, the search, and the symbols that the refresh keeps warm."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from pymongo import ReplaceOne, UpdateOne

from shared.data.mongo import Document, Target
from shared.data.repositories.repository import Repository, limit_value, symbol_value, text_value
from shared.data.schema.market_collections import SYMBOLS
from shared.domain.market_data import SymbolInfo

MAX_TRACKED = 20_000
MAX_FOUND = 50
_MAX_WANTED = 1_000
_TRACKED_PAGE = 2_000
_MAX_CANDIDATES = 200
_MAX_WORDS = 12
_MAX_TERM = 80
_FIELDS = {field: 1 for field in SymbolInfo.model_fields if field != "symbol"}


class SymbolRepository(Repository):
    """The collection ``symbols``; ``_id`` is the symbol."""

    declared = SYMBOLS

    async def get(self, symbol: str) -> SymbolInfo | None:
        """Returns the stored data of a symbol, or None."""
        found = await self.get_many([symbol])
        return found[0] if found else None

    async def get_many(self, symbols: Sequence[str]) -> list[SymbolInfo]:
        """Returns the stored data of symbols in the requested order; unknown symbols are omitted."""
        wanted = [symbol_value(symbol) for symbol in dict.fromkeys(symbols)][:_MAX_WANTED]
        query = {"_id": {"$in": wanted}}
        found = await self._run(lambda target: list(target.find(query, _FIELDS)))
        known = {document["_id"]: _info(document) for document in found}
        return [known[symbol] for symbol in wanted if symbol in known]

    async def search(self, query: str, limit: int) -> list[SymbolInfo]:
        """Symbols that begin with the query, or whose name or alias has words that do.

        The symbol itself comes first, then longer symbols, then names and aliases.
        """
        text = text_value("query", query)
        limit = limit_value(limit, MAX_FOUND)
        by_symbol = {"_id": {"$regex": "^" + re.escape(text.strip().upper()[:15])}}
        words = normalise(text)[:_MAX_TERM]
        by_term = {"search_terms": {"$regex": "^" + re.escape(words)}}

        def work(target: Target) -> list[Document]:
            found = list(target.find(by_symbol, _FIELDS).sort("_id", 1).limit(_MAX_CANDIDATES))
            if len(found) < limit and words:
                found += target.find(by_term, _FIELDS).sort("_id", 1).limit(_MAX_CANDIDATES)
            return found

        found = {document["_id"]: _info(document) for document in await self._run(work)}
        upper = text.strip().upper()
        ranked = sorted(found.values(), key=lambda info: _rank(info, upper, words))
        return ranked[:limit]

    async def upsert(self, info: SymbolInfo) -> None:
        """Stores data of a symbol; new data fills gaps and never deletes known data.

        Whether it is tracked is taken over only when it is new: that is for :meth:`set_tracked`.
        """
        await self.upsert_many([info])

    async def upsert_many(self, infos: Sequence[SymbolInfo]) -> int:
        """Stores many symbols, see :meth:`upsert`; returns the number of changed ones."""
        return await self._run(lambda target: self.upsert_into(target, infos), seconds=10)

    def upsert_into(self, target: Target, infos: Sequence[SymbolInfo]) -> int:
        """Stores many symbols, blocking, for migrations; see :meth:`upsert_many`."""
        wanted = {"_id": {"$in": [info.symbol for info in infos]}}
        before = {document["_id"]: _info(document) for document in target.find(wanted, _FIELDS)}
        writes = []
        for info in infos:
            known = before.get(info.symbol)
            merged = info if known is None else _merge(known, info)
            if merged != known:
                document = self._checked({"_id": info.symbol, **self._document(merged)})
                writes.append(ReplaceOne({"_id": info.symbol}, document, upsert=True))
        if writes:
            target.bulk_write(writes, ordered=False)
        return len(writes)

    async def set_tracked(self, symbol: str, tracked: bool) -> bool:
        """Sets whether the scheduled refresh keeps a symbol warm; returns False if the symbol is unknown."""
        query = {"_id": symbol_value(symbol)}
        change = {"$set": {"tracked": bool(tracked), "updated_at": self._clock()}}
        return await self._run(lambda target: target.update_one(query, change).matched_count > 0)

    async def tracked(self) -> list[str]:
        """Returns the symbols that the refresh keeps warm, sorted; at most ``MAX_TRACKED``."""
        symbols: list[str] = []
        # In pages, so that each read stays well within its deadline.
        while len(symbols) < MAX_TRACKED:
            page = await self._tracked_after(symbols[-1] if symbols else "")
            symbols += page
            if len(page) < _TRACKED_PAGE:
                break
        return symbols

    async def _tracked_after(self, symbol: str) -> list[str]:
        query = {"tracked": True, "_id": {"$gt": symbol}}

        def work(target: Target) -> list[str]:
            found = target.find(query, {"_id": 1}).sort("_id", 1).limit(_TRACKED_PAGE)
            return [document["_id"] for document in found]

        return await self._run(work)

    def track_into(self, target: Target, symbols: Iterable[str]) -> int:
        """Marks symbols as tracked, for migrations; how many were not before."""
        writes = [UpdateOne({"_id": symbol_value(symbol)}, {"$set": {"tracked": True}}) for symbol in symbols]
        return target.bulk_write(writes, ordered=False).modified_count if writes else 0

    def _document(self, info: SymbolInfo) -> Document:
        fields: dict[str, Any] = info.model_dump(exclude={"symbol", "aliases"})
        return {
            **fields,
            "aliases": list(info.aliases),
            "search_terms": search_terms(info),
            "updated_at": self._clock(),
        }


def normalise(text: str) -> str:
    """Returns a text in lower case without accents: words of letters and digits, separated by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    # An apostrophe is no border: people look for "mcdonalds".
    return " ".join(re.findall(r"\w+", re.sub(r"['’.]", "", plain)))


def search_terms(info: SymbolInfo) -> list[str]:
    """Returns the texts that a search may begin with: name and aliases, from each of their words on.

    ``Bank of America`` gives ``bank of america``, ``of america`` and ``america``, so that one anchored
    expression finds a beginning of any word, and of several words in a row.
    """
    terms: dict[str, None] = {}
    for text in (info.symbol, info.name or "", *info.aliases):
        words = normalise(text).split()[:_MAX_WORDS]
        terms.update({" ".join(words[start:])[:_MAX_TERM]: None for start in range(len(words))})
    return list(terms)


def _rank(info: SymbolInfo, symbol: str, words: str) -> tuple[int, int, str]:
    if info.symbol == symbol:
        return (0, 0, info.symbol)
    if info.symbol.startswith(symbol):
        return (1, len(info.symbol), info.symbol)
    whole = [normalise(text) for text in (info.name or "", *info.aliases)]
    begins = any(text.startswith(words) for text in whole)
    return (2 if begins else 3, len(info.name or ""), info.symbol)


def _merge(known: SymbolInfo, new: SymbolInfo) -> SymbolInfo:
    fields = {
        field: value
        for field, value in new.model_dump(exclude={"symbol", "tracked"}).items()
        if value not in (None, (), "other")
    }
    fields["aliases"] = tuple(dict.fromkeys((*known.aliases, *new.aliases)))
    return known.model_copy(update=fields)


def _info(document: Document) -> SymbolInfo:
    fields = {field: document.get(field) for field in _FIELDS}
    return SymbolInfo.model_validate({**fields, "symbol": document["_id"]})
