"""The update of a stored history: newest candles only, or the whole span when its basis has changed."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from shared.domain.market_data import (
    Candle,
    CandleChanges,
    CorporateActions,
    Dividend,
    History,
    Remark,
    Split,
)
from shared.market.analysis.quality import HistoryFindings
from shared.market.stored_span import OVERLAP, SpanHead, change_of, overlap_start, updated

FIRST = date(2026, 1, 1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def candles(count: int, start: int = 0, factor: float = 1.0) -> tuple[Candle, ...]:
    return tuple(
        Candle(
            timestamp=datetime.combine(FIRST + timedelta(days=number), time(), UTC),
            open=100.0,
            high=100.0,
            low=100.0,
            close=(100.0 + number) * factor,
            adjusted_close=(90.0 + number) * factor,
            volume=number,
        )
        for number in range(start, count)
    )


def history(bars: tuple[Candle, ...], **fields: Any) -> History:
    known: dict[str, Any] = {
        "source": "yahoo",
        "as_of": NOW,
        "fetched_at": NOW,
        "symbol": "AAPL",
        "currency": "USD",
        "period": None,
        "interval": "1d",
        "adjustment": "split",
    }
    return History(candles=bars, **{**known, **fields})


STORED = history(candles(20))
NEWER = candles(23, 20 - OVERLAP - 1)


def test_request_begins_some_sessions_before_the_last_stored_one() -> None:
    assert overlap_start(STORED.candles) == NEWER[0].timestamp.date()
    assert overlap_start(candles(2)) == FIRST


def test_newer_candles_replace_those_of_the_overlap() -> None:
    corrected = (*NEWER[:2], NEWER[2].model_copy(update={"close": 1.0}), *NEWER[3:])
    merged = updated(STORED, history(corrected))
    assert merged is not None
    assert merged.candles == (*candles(20 - OVERLAP - 1), *corrected)


def test_changes_of_the_overlap_are_those_of_the_newer_candles() -> None:
    """A candle that was repaired while the session was open comes whole the next day."""
    early, late = STORED.candles[2].timestamp, STORED.candles[-1].timestamp
    newest = NEWER[-1].timestamp
    first = history(STORED.candles, changes=CandleChanges(repaired=(early, late), dropped=(late,)))
    second = history(NEWER, changes=CandleChanges(repaired=(newest,)))
    merged = updated(first, second)
    assert merged is not None
    assert merged.changes == CandleChanges(repaired=(early, newest))
    assert [remark.code for remark in merged.quality] == ["repaired_candles"]
    assert "2 candles: 2026-01-03, 2026-01-23" in merged.quality[0].detail


def test_actions_and_remarks_of_both_are_kept_once() -> None:
    old, new = (Dividend(ex_date=FIRST + timedelta(days=day), amount=1.0, currency="USD") for day in (2, 16))
    remark = Remark(code="dropped_candles", detail="One.")
    first = history(
        STORED.candles, actions=CorporateActions(adjustment="split", dividends=(old, new)), quality=(remark,)
    )
    second = history(NEWER, actions=CorporateActions(adjustment="split", dividends=(new,)), quality=(remark,))
    merged = updated(first, second)
    assert merged is not None
    assert merged.actions is not None
    assert merged.actions.dividends == (old, new)
    assert merged.quality == (remark,)


@pytest.mark.parametrize(
    "newer",
    [
        history(candles(23, 20 - OVERLAP - 1, factor=0.25)),
        history(tuple(bar.model_copy(update={"adjusted_close": 80.0}) for bar in NEWER)),
        history(NEWER[1:]),
        history((*NEWER[:2], *NEWER[3:])),
        history(()),
        history(NEWER, source="alpha_vantage"),
        history(NEWER, currency="EUR"),
        history(NEWER, adjustment="none"),
        history(
            NEWER,
            actions=CorporateActions(
                adjustment="split",
                splits=(Split(date=FIRST + timedelta(days=18), numerator=4, denominator=1),),
            ),
        ),
    ],
    ids=["split", "dividend", "gap", "withdrawn", "empty", "source", "currency", "basis", "new split"],
)
def test_changed_basis_asks_for_the_whole_span(newer: History) -> None:
    assert updated(STORED, newer) is None


def head_of(whole: History) -> SpanHead:
    described = whole.model_copy(update={"candles": ()})
    return SpanHead(history=described, start=FIRST, partial=False, actions=None, findings=HistoryFindings())


def test_change_of_a_new_history_has_all_candles_under_a_new_generation() -> None:
    one, other = (change_of(STORED, head_of(STORED), None, {}) for _ in range(2))
    assert (one.candles, one.replaces) == (STORED.candles, True)
    assert one.span.generation != other.span.generation


def test_change_of_a_continued_history_has_new_and_corrected_candles() -> None:
    before = change_of(STORED, head_of(STORED), None, {}).span
    merged = updated(STORED, history((*NEWER[:1], NEWER[1].model_copy(update={"volume": 7}), *NEWER[2:])))
    assert merged is not None
    known = {bar.timestamp: bar for bar in STORED.candles}
    change = change_of(merged, head_of(merged), before, known)
    assert (change.span.generation, change.replaces) == (before.generation, False)
    assert [bar.volume for bar in change.candles] == [7, 20, 21, 22]
