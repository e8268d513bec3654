"""Fundamentals: one document per symbol and day at its exchange."""

from datetime import UTC, date, datetime, time, timedelta

from bson import Int64
from pymongo.errors import DuplicateKeyError

from shared.data.mongo import Document, Target
from shared.data.repositories.repository import Repository, symbol_value, without
from shared.data.schema.market_collections import FUNDAMENTALS
from shared.domain.market_data import Fund, Fundamentals


class FundamentalsRepository(Repository):
    """The collection ``fundamental_analysis``."""

    declared = FUNDAMENTALS

    async def put(self, fundamentals: Fundamentals, day: date) -> None:
        """Stores fundamentals; they replace an older snapshot of the same day, but not a newer one.

        Args:
            fundamentals: The snapshot.
            day: Date at the exchange when it was fetched; the last snapshot of each is what was known then.
        """
        known = fundamentals.model_dump(exclude={"fund"})
        fields = {key: _bson_value(value) for key, value in known.items()}
        if fundamentals.fund is not None:
            fields["fund"] = fundamentals.fund.model_dump_json()
        document = self._checked({"_id": f"{fundamentals.symbol} {day.isoformat()}", **fields})
        query = {"_id": document["_id"], "fetched_at": {"$lte": document["fetched_at"]}}

        def work(target: Target) -> None:
            try:
                target.replace_one(query, document, upsert=True)
            except DuplicateKeyError:
                # Newer ones are kept.
                return

        await self._run(work)

    async def latest(self, symbol: str, until: datetime | None = None) -> Fundamentals | None:
        """Returns the newest snapshot, or the newest fetched before ``until``; None if there is none."""
        fetched_at: Document = {"$gt": self._clock() - timedelta(days=self._retention.fundamentals)}
        if until is not None:
            fetched_at["$lt"] = until
        query = {"symbol": symbol_value(symbol), "fetched_at": fetched_at}
        found = await self._run(lambda target: target.find_one(query, sort=[("fetched_at", -1)]))
        return None if found is None else _fundamentals(found)


def _bson_value(value: object) -> object:
    if type(value) is int:
        return Int64(value)
    if type(value) is date:
        return datetime.combine(value, time(), UTC)
    return list(value) if isinstance(value, tuple) else value


def _fundamentals(document: Document) -> Fundamentals:
    known = Fundamentals.model_validate(without(document, "_id", "fund"))
    fund = document.get("fund")
    return known if fund is None else known.model_copy(update={"fund": Fund.model_validate_json(fund)})
