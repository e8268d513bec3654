"""Descriptions of the stored histories: their generation in ``market_data`` and their metadata."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from shared.data.documents import HistorySpan
from shared.data.mongo import Document
from shared.data.repositories.repository import Repository, symbol_value, text_value
from shared.data.schema.market_collections import HISTORY_SPANS


class SpanRepository(Repository):
    """The collection ``history_spans``; ``_id`` is symbol and interval."""

    declared = HISTORY_SPANS

    async def put(self, span: HistorySpan) -> None:
        """Stores a description in place of the one before. From then on its generation is read.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        document = self._checked(
            {
                "_id": _identifier(span.symbol, span.interval),
                "symbol": span.symbol,
                "interval": span.interval,
                "generation": span.generation,
                "source": span.source,
                "start": datetime.combine(span.start, time(), UTC),
                "fetched_at": span.fetched_at,
                "head": span.head,
            }
        )
        await self._run(lambda target: target.replace_one({"_id": document["_id"]}, document, upsert=True))

    async def get(self, symbol: str, interval: str) -> HistorySpan | None:
        """Returns the description of a stored history; None if none is stored.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        return (await self.get_many([symbol], interval)).get(symbol)

    async def get_many(self, symbols: Sequence[str], interval: str) -> dict[str, HistorySpan]:
        """Returns the descriptions of several stored histories by symbol; others are omitted.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        interval = text_value("interval", interval, 8)
        query = {"_id": {"$in": [_identifier(symbol_value(symbol), interval) for symbol in symbols]}}
        documents = await self._run(lambda target: list(target.find(query)))
        return {document["symbol"]: _span(document) for document in documents}


def _identifier(symbol: str, interval: str) -> str:
    return f"{symbol} {interval}"


def _span(document: Document) -> HistorySpan:
    return HistorySpan(
        symbol=document["symbol"],
        interval=document["interval"],
        generation=document["generation"],
        source=document["source"],
        start=document["start"].date(),
        fetched_at=document["fetched_at"].astimezone(UTC),
        head=document["head"],
    )
