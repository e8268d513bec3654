"""Which scores a report shows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from shared.domain.market_data import HistoryRequest, Remark
from shared.domain.track_record import Months, TrackRecordRow
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import DependencyUnavailableError
from shared.track_record.record_service import TrackRecord
from shared.track_record.scoring import Span
from tests.support.stock_data import HISTORY


def scores(months: Months, cases: int, horizon: str = "medium_term") -> TrackRecordRow:
    rate = 0.6 if cases >= 30 else None
    return TrackRecordRow(
        report_type="quick_overview", time_horizon=horizon, months=months, cases=cases, success_rate=rate,
        mean_excess_return_percent=1.5,
    )  # fmt: skip


class Stored:
    def __init__(self, rows: Sequence[TrackRecordRow] | Exception) -> None:
        self._rows = rows

    async def rows(self, _symbol: str | None, _report_type: str | None) -> Sequence[TrackRecordRow]:
        if isinstance(self._rows, Exception):
            raise self._rows
        return self._rows


async def shown(*rows: TrackRecordRow) -> TrackRecordRow | None:
    record = TrackRecord(cast(Any, None), cast(Any, Stored(rows)), cast(Any, None))
    return await record.row("quick_overview", "medium_term")


async def test_longest_time_with_enough_cases_is_shown() -> None:
    rows = (scores(1, 90), scores(6, 30), scores(12, 29), scores(12, 99, "long_term"))
    assert await shown(*rows) == rows[1]


async def test_most_cases_are_shown_where_no_time_has_enough() -> None:
    rows = (scores(1, 29), scores(3, 12))
    assert await shown(*rows) == rows[0]


async def test_kind_without_scores_has_no_cases() -> None:
    row = await shown()
    assert row is not None
    assert (row.cases, row.success_rate) == (0, None)


async def test_without_the_database_nothing_is_known() -> None:
    down = TrackRecord(
        cast(Any, None), cast(Any, Stored(DependencyUnavailableError("down"))), cast(Any, None)
    )
    assert await down.row("quick_overview", "medium_term") is None


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ({}, 10.0),
        ({"quality": (Remark(code="unexplained_jump", detail="The price moves by the factor 2."),)}, None),
        ({"adjustment": "none"}, None),
    ],
)
async def test_prices_that_may_be_of_another_unit_give_no_score(
    changes: dict[str, Any], score: float | None
) -> None:
    start = datetime(2026, 1, 30, tzinfo=UTC)
    first = HISTORY.candles[0]
    candles = tuple(
        first.model_copy(
            update={"timestamp": start + timedelta(days=days), "close": close, "adjusted_close": close}
        )
        for days, close in ((0, 100.0), (28, 110.0))
    )
    history = HISTORY.model_copy(update={"candles": candles, "adjustment": "split"} | changes)

    class Market:
        async def history(self, request: HistoryRequest) -> Any:
            if request.symbol.startswith("^"):
                raise SymbolNotFoundError("unknown")
            return SimpleNamespace(value=history)

    record = TrackRecord(cast(Any, Market()), cast(Any, None), cast(Any, None))
    recommendation = SimpleNamespace(symbol="AAPL", action="buy")
    found = await record._score_of(cast(Any, recommendation), Span(date(2026, 1, 31), 1))
    assert (found.return_percent if found else None) == (None if score is None else pytest.approx(score))
