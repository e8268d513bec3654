"""Financial statements: one document per version of a period, with the day on which it became known."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from pymongo import ReplaceOne

from shared.data.documents import StoredPeriod
from shared.data.mongo import Document, Target
from shared.data.repositories.repository import Repository, symbol_value, text_value
from shared.data.schema.market_collections import STATEMENTS

_MAX_VERSIONS = 1_000
"""Versions of all periods of one statement that are read; 40 quarters have some 100."""
_FIELDS = {"_id": 0, "end": 1, "known_on": 1, "fetched_at": 1, "source": 1, "issuer": 1, "period": 1}


class StatementRepository(Repository):
    """The collection ``statements``.

    A period that is published again with other values is another document, so that what was known on an
    earlier day is still there.
    """

    declared = STATEMENTS

    async def put(self, symbol: str, statement: str, frequency: str, periods: Sequence[StoredPeriod]) -> int:
        """Stores the periods of a statement, all of one source; returns how many are new or changed.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        if not periods:
            return 0
        query = {**_query(symbol, statement, frequency), "source": periods[0].source}
        documents = [self._checked(_document(query, period)) for period in periods]

        def work(target: Target) -> int:
            stored = target.find(query, _FIELDS).sort("known_on", -1).limit(_MAX_VERSIONS)
            known = {end: document["period"] for end, document in _latest_versions(stored).items()}
            changed = [item for item in documents if known.get(item["end"]) != item["period"]]
            if changed:
                writes = [ReplaceOne({"_id": item["_id"]}, item, upsert=True) for item in changed]
                target.bulk_write(writes, ordered=False)
            # Unchanged periods too: what is refreshed does not expire.
            target.update_many(query, {"$set": {"fetched_at": documents[0]["fetched_at"]}})
            return len(changed)

        return await self._run(work)

    async def get(
        self, symbol: str, statement: str, frequency: str, known_on: date | None, limit: int
    ) -> list[StoredPeriod]:
        """Returns the newest periods, newest first, each in its last version known on a day.

        All are of one source: the one that was refreshed last.

        Args:
            symbol: Ticker of the company.
            statement: Kind of statement.
            frequency: Length of the periods.
            known_on: Versions that became known later are ignored; None for the latest versions.
            limit: Maximum number of periods.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        query = _query(symbol, statement, frequency)
        query["known_on"] = {"$lte": _midnight(known_on or date.max)}
        query["fetched_at"] = {"$gt": self._clock() - timedelta(days=self._retention.statements)}
        documents = await self._run(
            lambda target: list(target.find(query, _FIELDS).sort("known_on", -1).limit(_MAX_VERSIONS))
        )
        if not documents:
            return []
        source = max(documents, key=lambda document: document["fetched_at"])["source"]
        latest = _latest_versions(document for document in documents if document["source"] == source)
        return [_period(latest[end]) for end in sorted(latest, reverse=True)[:limit]]


def _query(symbol: str, statement: str, frequency: str) -> Document:
    return {
        "symbol": symbol_value(symbol),
        "statement": text_value("statement", statement, 20),
        "frequency": text_value("frequency", frequency, 20),
    }


def _document(series: Document, period: StoredPeriod) -> Document:
    identifier = (*series.values(), period.end.isoformat(), period.known_on.isoformat())
    return {
        "_id": " ".join(identifier),
        **series,
        "end": _midnight(period.end),
        "known_on": _midnight(period.known_on),
        "fetched_at": period.fetched_at,
        "issuer": period.issuer,
        "period": period.period,
    }


def _latest_versions(newest_first: Iterable[Document]) -> dict[datetime, Document]:
    """Returns the latest version of each period by its end."""
    latest: dict[datetime, Document] = {}
    for document in newest_first:
        latest.setdefault(document["end"].astimezone(UTC), document)
    return latest


def _period(document: Document) -> StoredPeriod:
    return StoredPeriod(
        end=document["end"].astimezone(UTC).date(),
        known_on=document["known_on"].astimezone(UTC).date(),
        fetched_at=document["fetched_at"].astimezone(UTC),
        source=document["source"],
        issuer=document["issuer"],
        period=document["period"],
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
