"""Research reports: stored once, found while fresh, listed by cursor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from shared.data.mongo import Document
from shared.data.repositories.base import Repository, Target, limit_value, symbol_value, text_value, without
from shared.data.repositories.cursor import Position, decode_cursor, encode_cursor
from shared.data.schema.collections import REPORTS
from shared.domain.moments import rfc3339

MAX_PAGE = 100
_MAX_CLOCK_SKEW = timedelta(seconds=2)
_SECONDS = 5.0
"""A report may be some megabytes."""
_SUMMARY = {
    "symbol": 1,
    "timestamp": 1,
    "report_type": 1,
    "time_horizon": 1,
    "summary": 1,
    "recommendation": 1,
    "metadata": 1,
}
_NEWEST = [("timestamp", -1), ("_id", -1)]


@dataclass(frozen=True)
class ReportPage:
    """Some of the reports, newest first.

    Attributes:
        reports: Summaries: a report without sections, charts and sources.
        next_cursor: Leads to the next page; None on the last.
    """

    reports: tuple[Mapping[str, Any], ...]
    next_cursor: str | None


class ReportRepository(Repository):
    """The collection ``investment_reports``."""

    declared = REPORTS

    async def insert(self, report: Mapping[str, Any]) -> None:
        """Keeps a report; one that is kept already stays as it is.

        Args:
            report: As the contract describes it; ``timestamp`` a moment or RFC 3339.

        Raises:
            InternalError: It does not fit the schema, or is over the 16 MB that a document may have.
            DependencyUnavailableError: The database does not answer.
        """
        moment = report["timestamp"]
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment)
        document = {
            "_id": report["report_id"],
            **_storable(without(report, "report_id")),
            "timestamp": moment,
        }
        self._checked(document)

        def work(target: Target) -> None:
            try:
                target.insert_one(document)
            except DuplicateKeyError:
                # A repeated insert: what is kept is the same report.
                return

        await self._run(work, seconds=_SECONDS)

    async def get(self, report_id: str) -> Document | None:
        """A report in full, or None."""
        query = {"_id": text_value("report_id", report_id)}
        found = await self._run(lambda target: target.find_one(query), seconds=_SECONDS)
        return None if found is None else _public(found)

    async def find_fresh(
        self,
        symbol: str,
        report_type: str,
        time_horizon: str,
        since: datetime,
        provider: str | None = None,
    ) -> Document | None:
        """The newest report for the same request that was made since then, or None.

        Args:
            symbol: Whose.
            report_type: Of which type.
            time_horizon: For which horizon.
            since: Not older than this.
            provider: Made by this model provider; None takes any.
        """
        query: Document = {
            "symbol": symbol_value(symbol),
            "report_type": text_value("report_type", report_type),
            "time_horizon": text_value("time_horizon", time_horizon),
            # One from the future is of a worker with a wrong clock, and would stay fresh for as long.
            "timestamp": {"$gte": since, "$lte": self._clock() + _MAX_CLOCK_SKEW},
        }
        if provider is not None:
            query["metadata.provider"] = text_value("provider", provider)
        found = await self._run(
            lambda target: target.find_one(query, sort=[("timestamp", -1)]), seconds=_SECONDS
        )
        return None if found is None else _public(found)

    async def list(
        self, symbol: str | None, report_type: str | None, limit: int, cursor: str | None
    ) -> ReportPage:
        """Summaries, newest first.

        Args:
            symbol: Only of this symbol.
            report_type: Only of this type.
            limit: At most so many, up to 100.
            cursor: ``next_cursor`` of the page before.

        Raises:
            InvalidRequestError: The cursor is not one of this list.
        """
        query: Document = {}
        if symbol is not None:
            query["symbol"] = symbol_value(symbol)
        if report_type is not None:
            query["report_type"] = text_value("report_type", report_type)
        scope = (query.get("symbol"), query.get("report_type"))
        if cursor is not None:
            query["$or"] = _after(decode_cursor(text_value("cursor", cursor, 512), scope))
        limit = limit_value(limit, MAX_PAGE)

        found = await self._run(
            lambda target: list(target.find(query, _SUMMARY).sort(_NEWEST).limit(limit + 1))
        )
        page = found[:limit]
        following = None
        if len(found) > limit:
            following = encode_cursor(Position(page[-1]["timestamp"], page[-1]["_id"]), scope)
        return ReportPage(tuple(_public(document) for document in page), following)

    async def delete(self, report_id: str) -> bool:
        """Forgets a report; False when there was none."""
        query = {"_id": text_value("report_id", report_id)}
        return await self._run(lambda target: target.delete_one(query).deleted_count > 0)


def _after(position: Position) -> list[Document]:
    return [
        {"timestamp": {"$lt": position.timestamp}},
        {"timestamp": position.timestamp, "_id": {"$lt": position.identifier}},
    ]


def _public(document: Document) -> Document:
    return {"report_id": document["_id"], **_jsonable(without(document, "_id"))}


def _storable(value: Any) -> Any:  # noqa: ANN401 - whatever a report holds
    """Lists for tuples: BSON has one kind, and so has the check."""
    if isinstance(value, Mapping):
        return {str(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list | tuple) else value


def _jsonable(value: Any) -> Any:  # noqa: ANN401 - whatever a report holds
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, Mapping):
        return {key: _jsonable(item) for key, item in value.items()}
    return [_jsonable(item) for item in value] if isinstance(value, list) else value
