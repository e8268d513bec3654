"""Data on companies: the latest profile, earnings, peers and holders, each as JSON."""

from datetime import datetime, timedelta

from shared.data.repositories.repository import Repository, symbol_value, text_value
from shared.data.schema.market_collections import COMPANY_DATA


class CompanyRepository(Repository):
    """The collection ``company_data``; ``_id`` is symbol and kind of data."""

    declared = COMPANY_DATA

    async def put(self, symbol: str, kind: str, fetched_at: datetime, answer: str) -> None:
        """Stores an answer; it replaces the previous one.

        Args:
            symbol: Ticker of the company.
            kind: Kind of data.
            fetched_at: Time of the fetch.
            answer: The answer as JSON.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        document = self._checked(
            {
                "_id": _identifier(symbol, kind),
                "symbol": symbol,
                "kind": kind,
                "fetched_at": fetched_at,
                "answer": answer,
            }
        )
        await self._run(lambda target: target.replace_one({"_id": document["_id"]}, document, upsert=True))

    async def get(self, symbol: str, kind: str) -> str | None:
        """Returns the stored answer as JSON; None if none is stored.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        oldest = self._clock() - timedelta(days=self._retention.fundamentals)
        query = {"_id": _identifier(symbol, kind), "fetched_at": {"$gt": oldest}}
        found = await self._run(lambda target: target.find_one(query))
        return None if found is None else str(found["answer"])


def _identifier(symbol: str, kind: str) -> str:
    return f"{symbol_value(symbol)} {text_value('kind', kind, 20)}"
