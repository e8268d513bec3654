"""Recommendations of all reports, without owner and text, with their scores."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from shared.data.documents import RecommendationScore, StoredRecommendation
from shared.data.mongo import Document, Target
from shared.data.repositories.repository import Repository, limit_value, symbol_value, text_value
from shared.data.schema.report_collections import RECOMMENDATIONS, REPORT_TYPES
from shared.domain.track_record import MIN_CASES, TrackRecordRow

_MAX_DUE: Final = 1_000
_MAX_AGGREGATED: Final = 1_000_000
_MAX_ROWS: Final = 1_000


class RecommendationRepository(Repository):
    """The collection ``recommendations``; ``_id`` is that of the content of the report.

    Deleting a report or a user leaves them: they have no owner.
    """

    declared = RECOMMENDATIONS

    async def put(self, recommendation: StoredRecommendation) -> None:
        """Stores a recommendation; a stored one is not changed.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        document = self._checked(
            {
                "_id": recommendation.report_id,
                "symbol": recommendation.symbol,
                "report_type": recommendation.report_type,
                "time_horizon": recommendation.time_horizon,
                "action": recommendation.action,
                "timestamp": recommendation.timestamp,
                "due_at": recommendation.due_at,
                "scores": [],
            }
        )

        def work(target: Target) -> None:
            try:
                target.insert_one(document)
            except DuplicateKeyError:
                return

        await self._run(work)

    async def due(self, now: datetime, limit: int) -> list[StoredRecommendation]:
        """Returns the recommendations that are due to be scored, longest due first.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        query = {"due_at": {"$lte": now}, "timestamp": {"$gt": self._expired()}}
        most = limit_value(limit, _MAX_DUE)
        documents = await self._run(lambda target: list(target.find(query).sort("due_at", 1).limit(most)))
        return [_recommendation(document) for document in documents]

    async def postpone(self, report_id: str, due_at: datetime) -> None:
        """Changes when a recommendation is due.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        query = {"_id": text_value("report_id", report_id)}
        await self._run(lambda target: target.update_one(query, {"$set": {"due_at": due_at}}))

    async def add_scores(
        self, report_id: str, scores: Sequence[RecommendationScore], due_at: datetime | None
    ) -> None:
        """Adds scores, each month once, and sets when the next is due; None after the last one.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        identifier = {"_id": text_value("report_id", report_id)}

        def work(target: Target) -> None:
            for item in scores:
                # Repeated after a lost reply, the month is there already.
                query = {**identifier, "scores.months": {"$ne": item.months}}
                target.update_one(query, {"$push": {"scores": _score_document(item)}})
            target.update_one(identifier, {"$set": {"due_at": due_at}})

        await self._run(work)

    async def rows(self, symbol: str | None, report_type: str | None) -> list[TrackRecordRow]:
        """Returns the aggregated scores, by type, horizon and months.

        Raises:
            DependencyUnavailableError: The database does not answer.
        """
        types = REPORT_TYPES if report_type is None else (text_value("report_type", report_type),)
        match: Document = {"report_type": {"$in": list(types)}, "timestamp": {"$gt": self._expired()}}
        if symbol is not None:
            match["symbol"] = symbol_value(symbol)
        group: dict[str, Any] = {
            "_id": {
                "report_type": "$report_type",
                "time_horizon": "$time_horizon",
                "months": "$scores.months",
            },
            "cases": {"$sum": 1},
            "successes": {"$sum": "$scores.success"},
            "excess": {"$avg": "$scores.excess_return_percent"},
        }
        pipeline: list[Document] = [
            {"$match": match},
            {"$limit": _MAX_AGGREGATED},
            {"$unwind": "$scores"},
            {"$group": group},
            {"$limit": _MAX_ROWS},
        ]
        documents = await self._run(lambda target: list(target.aggregate(pipeline)), seconds=10)
        return sorted(map(_row, documents), key=lambda row: (row.report_type, row.time_horizon, row.months))

    def _expired(self) -> datetime:
        return self._clock() - timedelta(days=self._retention.recommendations)


def _recommendation(document: Document) -> StoredRecommendation:
    return StoredRecommendation(
        report_id=document["_id"],
        symbol=document["symbol"],
        report_type=document["report_type"],
        time_horizon=document["time_horizon"],
        action=document["action"],
        timestamp=document["timestamp"].astimezone(UTC),
        due_at=document["due_at"].astimezone(UTC),
        scored=tuple(item["months"] for item in document["scores"]),
    )


def _score_document(item: RecommendationScore) -> Document:
    return {
        "months": item.months,
        "return_percent": item.return_percent,
        "excess_return_percent": item.excess_return_percent,
        # A number, so that the database can add it up.
        "success": int(item.success),
    }


def _row(document: Document) -> TrackRecordRow:
    cases = document["cases"]
    return TrackRecordRow(
        **document["_id"],
        cases=cases,
        success_rate=document["successes"] / cases if cases >= MIN_CASES else None,
        mean_excess_return_percent=document["excess"],
    )
