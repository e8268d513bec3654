"""News: one document an article, whichever symbols it is about."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pymongo import UpdateOne

from shared.data.mongo import Document, Target
from shared.data.repositories.repository import Repository, limit_value, symbol_value, without
from shared.data.schema.market_collections import NEWS
from shared.domain.market_data import Article

MAX_ARTICLES = 100
_MAX_BATCH = 500
_FIELDS = dict.fromkeys((*Article.model_fields, "source", "fetched_at"), 1) | {"_id": 0}


@dataclass(frozen=True)
class StoredNews:
    """Articles about a symbol.

    Attributes:
        source: Name of the source that listed the last of them.
        fetched_at: Time of the fetch.
        articles: Newest first.
    """

    source: str
    fetched_at: datetime
    articles: tuple[Article, ...]


class NewsRepository(Repository):
    """The collection ``news_events``; ``_id`` is a digest of the URL."""

    declared = NEWS

    async def add(self, symbol: str, articles: Sequence[Article], source: str) -> int:
        """Stores articles on a symbol, each URL once; returns the number of new ones."""
        symbol = symbol_value(symbol)
        writes = [self._write(symbol, article, source) for article in articles[:_MAX_BATCH]]
        if not writes:
            return 0

        def work(target: Target) -> int:
            return target.bulk_write(writes, ordered=False).upserted_count

        return await self._run(work, seconds=10)

    async def latest(self, symbol: str, limit: int, until: datetime | None = None) -> StoredNews | None:
        """Returns the articles about a symbol, newest first; None if there are none.

        Args:
            symbol: Ticker.
            limit: Maximum number, up to ``MAX_ARTICLES``.
            until: Only articles published before; those without a date count from their first fetch.
        """
        query: Document = {
            "symbols": symbol_value(symbol),
            "fetched_at": {"$gt": self._clock() - timedelta(days=self._retention.news)},
        }
        if until is not None:
            query["listed_at"] = {"$lt": until}
        most = limit_value(limit, MAX_ARTICLES)
        found = await self._run(
            lambda target: list(target.find(query, _FIELDS).sort("listed_at", -1).limit(most))
        )
        if not found:
            return None
        newest = max(found, key=lambda document: document["fetched_at"])
        return StoredNews(
            source=newest["source"],
            fetched_at=newest["fetched_at"].astimezone(UTC),
            articles=tuple(
                Article.model_validate(without(document, "source", "fetched_at")) for document in found
            ),
        )

    def _write(self, symbol: str, article: Article, source: str) -> UpdateOne:
        now = self._clock()
        fields: Document = {
            **article.model_dump(),
            "source": source,
            "fetched_at": now,
            "listed_at": article.published_at or now,
        }
        identifier = hashlib.sha256(article.url.encode()).hexdigest()
        self._checked({"_id": identifier, **fields, "symbols": [symbol]})
        first = {"listed_at": fields.pop("listed_at")}
        return UpdateOne(
            {"_id": identifier},
            {"$set": fields, "$setOnInsert": first, "$addToSet": {"symbols": symbol}},
            upsert=True,
        )
