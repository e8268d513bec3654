"""Research reports: contents stored once, each with the references of its owners."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from shared.data.mongo import Document, Target
from shared.data.repositories.cursor import Position, decode_cursor, encode_cursor
from shared.data.repositories.repository import (
    Repository,
    limit_value,
    symbol_value,
    text_value,
    without,
)
from shared.data.schema.report_collections import REPORTS
from shared.domain.caller import Owner
from shared.domain.moments import rfc3339

MAX_PAGE = 100
MAX_EXPORTED = 10_000
DEFAULT_LANGUAGE: Final = "en"
_MAX_REFERENCES: Final = 5_000
"""References of one content: some 0.5 MB. Further owners get a content of their own."""
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
_CONTENT = {"references": 0}
_NEWEST = [("timestamp", -1), ("_id", -1)]


@dataclass(frozen=True)
class ReportPage:
    """Some of the reports, newest first.

    Attributes:
        reports: Summaries: a report without sections, charts and sources, under the owner's id.
        next_cursor: Leads to the next page; None on the last.
    """

    reports: tuple[Mapping[str, Any], ...]
    next_cursor: str | None


@dataclass(frozen=True)
class ReportReference:
    """The reference of an owner to the content of a report.

    Attributes:
        report_id: Id of the report for its owner.
        owner: The owner.
        content_id: ``_id`` of the content, which other owners may share.
    """

    report_id: str
    owner: str
    content_id: str


class ReportRepository(Repository):
    """The collection ``investment_reports``: contents, each with the references of its owners.

    References are in the document of the content, so that the last reference and the content are deleted in
    one atomic step, and no reference is added to a content that is gone.
    """

    declared = REPORTS

    async def insert(self, report: Mapping[str, Any]) -> None:
        """Stores a report; a stored one is not changed.

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
                # A repeated insert: the stored report is the same.
                return

        await self._run(work, seconds=_SECONDS)

    async def get(self, report_id: str) -> Document | None:
        """Returns a content in full under its own id; None if there is none."""
        query = {"_id": text_value("report_id", report_id)}
        found = await self._run(lambda target: target.find_one(query, _CONTENT), seconds=_SECONDS)
        return None if found is None else _public(found)

    async def share(self, content_id: str, owner: Owner, report_id: str) -> str | None:
        """Adds the reference of an owner to a content; an owner has one reference at most.

        Args:
            content_id: The content.
            owner: The owner.
            report_id: Id of a new reference.

        Returns:
            The id of the owner's reference, new or not; None if the content is gone or has no room.
        """
        content = {"_id": text_value("content_id", content_id)}
        reference = {"id": text_value("report_id", report_id), "owner": owner, "created_at": self._clock()}
        room = {"references.owner": {"$ne": owner}, f"references.{_MAX_REFERENCES - 1}": {"$exists": False}}

        def work(target: Target) -> str | None:
            if target.update_one({**content, **room}, {"$push": {"references": reference}}).matched_count:
                return report_id
            own = {"references": {"$elemMatch": {"owner": owner}}}
            document = target.find_one({**content, "references.owner": owner}, own)
            return None if document is None else str(document["references"][0]["id"])

        # Repeated after a lost reply, the second attempt finds the reference of the first.
        return await self._run(work)

    async def find_reference(self, report_id: str) -> ReportReference | None:
        """Returns the reference with an id, of any owner; None if there is none."""
        query = {"references.id": text_value("report_id", report_id)}
        fields = {"references": {"$elemMatch": {"id": report_id}}}
        document = await self._run(lambda target: target.find_one(query, fields))
        if document is None:
            return None
        return ReportReference(report_id, document["references"][0]["owner"], document["_id"])

    async def references_of(self, owner: Owner) -> list[ReportReference]:
        """Returns the references of an owner, newest content first; at most ``MAX_EXPORTED``."""
        query = {"references.owner": owner}
        fields = {"references": {"$elemMatch": {"owner": owner}}}
        documents = await self._run(
            lambda target: list(target.find(query, fields).sort(_NEWEST).limit(MAX_EXPORTED)),
            seconds=_SECONDS,
        )
        return [
            ReportReference(document["references"][0]["id"], owner, document["_id"]) for document in documents
        ]

    async def release(self, reference: ReportReference) -> bool:
        """Deletes a reference, and with the last one the content; returns whether the content is gone."""
        own = {"_id": reference.content_id, "references.id": reference.report_id}

        def work(target: Target) -> bool:
            while target.count_documents(own, limit=1):
                if target.delete_one({**own, "references": {"$size": 1}}).deleted_count:
                    return True
                pull = {"$pull": {"references": {"id": reference.report_id}}}
                if target.update_one({**own, "references.1": {"$exists": True}}, pull).modified_count:
                    return False
                # Another owner's reference was added or released between the two commands.
            return target.count_documents({"_id": reference.content_id}, limit=1) == 0

        return await self._run(work)

    async def adopt(self, owner: Owner, former: Sequence[Owner]) -> None:
        """Moves the references of former names of an owner to the present one."""

        def work(target: Target) -> None:
            for name in former:
                # One of the array's items per pass, by the positional operator.
                target.update_many({"references.owner": name}, {"$set": {"references.$.owner": owner}})

        await self._run(work)

    async def find_fresh(
        self,
        symbol: str,
        report_type: str,
        time_horizon: str,
        since: datetime,
        provider: str | None = None,
        known_on: date | None = None,
        *,
        language: str = DEFAULT_LANGUAGE,
    ) -> Document | None:
        """Returns the newest report for the same request since a moment, or None.

        Args:
            symbol: Ticker.
            report_type: Type of the report.
            time_horizon: For which horizon.
            since: Not older than this.
            provider: Made by this model provider; None takes any.
            known_on: The day whose knowledge it is limited to; None for a report without this limit.
            language: In this language; reports of before December 2026 have none and are English.
        """
        query: Document = {
            "symbol": symbol_value(symbol),
            "report_type": text_value("report_type", report_type),
            "time_horizon": text_value("time_horizon", time_horizon),
            # One from the future is of a worker with a wrong clock, and would stay fresh for as long.
            "timestamp": {"$gte": since, "$lte": self._clock() + _MAX_CLOCK_SKEW},
            "metadata.known_on": None if known_on is None else known_on.isoformat(),
        }
        known = text_value("language", language)
        query["language"] = {"$in": [known, None]} if language == DEFAULT_LANGUAGE else known
        if provider is not None:
            query["metadata.provider"] = text_value("provider", provider)
        found = await self._run(
            lambda target: target.find_one(query, _CONTENT, sort=[("timestamp", -1)]), seconds=_SECONDS
        )
        return None if found is None else _public(found)

    async def list(
        self, owner: Owner, symbol: str | None, report_type: str | None, limit: int, cursor: str | None
    ) -> ReportPage:
        """Returns summaries of the reports of an owner, newest first.

        Args:
            owner: The owner.
            symbol: Only of this symbol.
            report_type: Only of this type.
            limit: Maximum number, up to 100.
            cursor: ``next_cursor`` of the page before.

        Raises:
            InvalidRequestError: The cursor is not one of this list.
        """
        query: Document = {"references.owner": owner}
        if symbol is not None:
            query["symbol"] = symbol_value(symbol)
        if report_type is not None:
            query["report_type"] = text_value("report_type", report_type)
        scope = (query.get("symbol"), query.get("report_type"))
        if cursor is not None:
            query["$or"] = _after(decode_cursor(cursor, scope))
        limit = limit_value(limit, MAX_PAGE)

        fields = {**_SUMMARY, "references": {"$elemMatch": {"owner": owner}}}
        found = await self._run(
            lambda target: list(target.find(query, fields).sort(_NEWEST).limit(limit + 1))
        )
        page = found[:limit]
        following = None
        if len(found) > limit:
            following = encode_cursor(Position(page[-1]["timestamp"], page[-1]["_id"]), scope)
        return ReportPage(tuple(_owned(document) for document in page), following)


def _after(position: Position) -> list[Document]:
    return [
        {"timestamp": {"$lt": position.timestamp}},
        {"timestamp": position.timestamp, "_id": {"$lt": position.identifier}},
    ]


def _public(document: Document) -> Document:
    return {"report_id": document["_id"], **_jsonable(without(document, "_id"))}


def _owned(document: Document) -> Document:
    """Returns a document that was read with one reference as that owner's report."""
    report_id = document["references"][0]["id"]
    return {"report_id": report_id, **_jsonable(without(document, "_id", "references"))}


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
