"""Histories in the database: their description, and the update of a stored history by newer candles."""

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from shared.data.documents import HistorySpan
from shared.domain.market_data import Candle, CandleChanges, CorporateActions, Day, History, Record
from shared.market.analysis.quality import HistoryFindings, change_remarks, other_remarks

OVERLAP: Final = 5
"""Sessions before the last stored one that are requested again, to notice adjustments and corrections."""
_SAME: Final = 2e-5
"""Relative difference of prices that is no adjustment: sources calculate with 32 bits."""
_MAX_REMARKS: Final = 50


class SpanHead(Record):
    """The description of a history in the database.

    Attributes:
        history: The history without its candles.
        start: First exchange date that the history covers.
        partial: Whether the plan of the source does not reach back to the requested start.
        actions: The corporate actions within the span; None when the source does not tell.
        findings: Findings of the quality checks.
    """

    history: History
    start: Day
    partial: bool
    actions: CorporateActions | None
    findings: HistoryFindings


@dataclass(frozen=True)
class HistoryChange:
    """A change of a stored history that has not been written yet.

    Attributes:
        span: The new description.
        currency: Currency of the prices.
        candles: The candles that are new or corrected; all of them for a new generation.
        replaces: Whether other generations are deleted afterwards.
    """

    span: HistorySpan
    currency: str | None
    candles: tuple[Candle, ...]
    replaces: bool


def overlap_start(candles: Sequence[Candle]) -> date:
    """Returns the first exchange date to request again."""
    return candles[-min(len(candles), OVERLAP + 1)].timestamp.date()


def updated(stored: History, newer: History) -> History | None:
    """Returns a stored history with newer candles; None if the whole span must be fetched again.

    That is so when the oldest common candle, which every later split or dividend has adjusted, has another
    price; when there is none; when the source has withdrawn a candle or has a new split; or when source,
    currency or kind of adjustment differ.

    Args:
        stored: The stored history, with at least one candle.
        newer: The candles since :func:`overlap_start`.
    """
    if _basis(stored) != _basis(newer) or not newer.candles:
        return None
    if newer.candles[0].timestamp.date() != overlap_start(stored.candles):
        return None
    before = {candle.timestamp: candle for candle in stored.candles[-OVERLAP - 1 :]}
    first = newer.candles[0]
    if len(stored.candles) > 1 and not _same_prices(before[first.timestamp], first):
        return None
    if _new_splits(stored, newer) or before.keys() - {candle.timestamp for candle in newer.candles}:
        return None
    kept = tuple(candle for candle in stored.candles if candle.timestamp < first.timestamp)
    remarks = dict.fromkeys((*other_remarks(stored), *other_remarks(newer)))
    changes = _joined_changes(stored.changes, newer.changes, first.timestamp)
    return newer.model_copy(
        update={
            "candles": (*kept, *newer.candles),
            "actions": _joined(stored.actions, newer.actions),
            "quality": (*tuple(remarks)[:_MAX_REMARKS], *change_remarks(changes)),
            "changes": changes,
            "partial": stored.partial,
        }
    )


def change_of(
    history: History, head: SpanHead, stored: HistorySpan | None, known: Mapping[datetime, Candle]
) -> HistoryChange:
    """Returns the change that brings the database to a fetched history.

    Args:
        history: The whole history.
        head: Its description.
        stored: The description of the stored history that it continues; None to replace what is stored.
        known: The stored candles that were fetched again or may be missing, by timestamp.
    """
    generation = stored.generation if stored else uuid.uuid4().hex
    candles = history.candles
    if stored:
        candles = tuple(candle for candle in candles if known.get(candle.timestamp) != candle)
    span = HistorySpan(
        symbol=history.symbol,
        interval=history.interval,
        generation=generation,
        source=history.source,
        start=head.start,
        fetched_at=history.fetched_at,
        head=head.model_dump_json(),
    )
    return HistoryChange(span, history.currency, candles, replaces=stored is None)


def _basis(history: History) -> tuple[object, ...]:
    return history.source, history.currency, history.adjustment, history.interval


def _same_prices(one: Candle, other: Candle) -> bool:
    return _same(one.close, other.close) and _same(one.adjusted_close, other.adjusted_close)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=_SAME)


def _new_splits(stored: History, newer: History) -> bool:
    known = set(stored.actions.splits) if stored.actions else set()
    return bool(newer.actions) and not known.issuperset(newer.actions.splits if newer.actions else ())


def _joined_changes(stored: CandleChanges, newer: CandleChanges, since: datetime) -> CandleChanges:
    """Returns the changes of a stored history before ``since``, and those of the newer one."""
    return CandleChanges(
        repaired=(*(one for one in stored.repaired if one < since), *newer.repaired),
        dropped=(*(one for one in stored.dropped if one < since), *newer.dropped),
    )


def _joined(stored: CorporateActions | None, newer: CorporateActions | None) -> CorporateActions | None:
    if stored is None or newer is None:
        return newer or stored
    # Several dividends may go ex on one day.
    renewed = {dividend.ex_date for dividend in newer.dividends}
    return CorporateActions(
        adjustment=newer.adjustment,
        dividends=(
            *(known for known in stored.dividends if known.ex_date not in renewed),
            *newer.dividends,
        ),
        splits=tuple({split.date: split for split in (*stored.splits, *newer.splits)}.values()),
    )
