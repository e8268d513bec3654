"""Quality checks of price histories; ``docs/data-quality.md`` explains each of them.

The findings carry their dates, so that a range of a stored history gets the remarks that concern it.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Final

from shared.domain.company import Filing
from shared.domain.market_data import (
    Candle,
    CandleChanges,
    CorporateActions,
    Day,
    Figure,
    Fundamentals,
    History,
    Moment,
    Record,
    Remark,
    RemarkCode,
)
from shared.market.analysis.adjustment import dividend_factors, exchange_days
from shared.market.analysis.calendar import MarketCalendars, Session
from shared.market.analysis.exchanges import known_calendar_of

JUMP_FACTORS: Final = (2, 3, 4, 5, 10, 20, 100)
"""Factors of splits and of mistaken units: a move close to one of them is suspicious."""
JUMP_TOLERANCE: Final = 0.02
"""Largest relative deviation of a suspicious move from the factor."""
JUMP_OUTLIER: Final = 4.0
"""A jump is at least this many times as large as every other move nearby (as logarithms)."""
NEARBY_CANDLES: Final = 250
COARSE_TICKS: Final = 20
"""A price below this many of its smallest changes moves in coarse steps; doubling proves nothing then."""
DIVIDEND_TOLERANCE: Final = 0.01
"""Largest relative deviation of adjusted closes from the product of the dividends."""
ROUNDING_TOLERANCE: Final = 0.0002
"""Additional deviation per dividend: sources round amounts and prices."""

_WITHOUT_EXCHANGE: Final = frozenset({"24/5", "us_futures"})
"""Calendars in place of one: currencies have no exchange, and futures close by product."""
_LATE_SESSION: Final = timedelta(days=1)
"""Age after which the candle of a closed session is expected at every source."""
PERIODIC_FORMS: Final = frozenset({"10-K", "10-Q", "10-KT", "10-QT", "20-F", "40-F"})
"""Reports with statements of a period."""

_SAME_PERIOD: Final = timedelta(days=20)
"""Sources write the end of a fiscal quarter as the end of its month."""
_NAMED_DATES: Final = 5


class Jump(Record):
    """A suspicious move without a corporate action.

    Attributes:
        at: Start of the first candle after the move.
        ratio: Its close divided by the close before.
    """

    at: Moment
    ratio: Figure


class HistoryFindings(Record):
    """The findings of all checks on one history.

    Attributes:
        missing_sessions: Sessions of the exchange that have no candle.
        jumps: Suspicious moves without a corporate action.
        changes: What was done to implausible candles.
        remarks: Remarks that concern the history as a whole.
    """

    missing_sessions: tuple[Day, ...] = ()
    jumps: tuple[Jump, ...] = ()
    changes: CandleChanges = CandleChanges()
    remarks: tuple[Remark, ...] = ()

    def within(
        self,
        start: Day,
        end: Day | None,
        candles: tuple[datetime, datetime] | None,
        zone: tzinfo = UTC,
    ) -> tuple[Remark, ...]:
        """Returns the remarks on a range.

        Args:
            start: First day of the range.
            end: First day after it; None for no end: sessions may be missing behind the last candle.
            candles: Start of the first and of the last candle of the range; None without any.
            zone: Zone of the dates of candles: UTC, or the exchange's for candles shorter than a day.
        """
        missing = [day for day in self.missing_sessions if start <= day and (end is None or day < end)]
        jumps = [jump for jump in self.jumps if candles and candles[0] < jump.at <= candles[1]]
        remarks = [*self.remarks, *change_remarks(_within(self.changes, start, end, zone), zone)]
        if missing:
            dates = _listed([str(day) for day in missing])
            detail = f"{_count(len(missing), 'session')} of the exchange without a candle: {dates}."
            remarks.append(Remark(code="missing_sessions", detail=detail))
        if jumps:
            moves = _listed(
                [
                    f"by the factor {_factor(jump.ratio)} on {jump.at.astimezone(zone).date()}"
                    for jump in jumps
                ]
            )
            detail = f"The price moves {moves} without a known corporate action."
            remarks.append(Remark(code="unexplained_jump", detail=detail))
        return tuple(remarks)


def check_history(history: History, calendars: MarketCalendars) -> HistoryFindings:
    """Returns the findings of all checks. Blocks: it loads the exchange's calendar.

    Missing sessions are looked for in daily candles, where the exchange and its calendar are known. Mutual
    funds have values of days of their own, some of which come late.
    """
    code = known_calendar_of(history.symbol, history.asset_type)
    missing: tuple[date, ...] = ()
    has_sessions = code not in _WITHOUT_EXCHANGE and history.asset_type != "mutual_fund"
    if history.interval == "1d" and code and has_sessions and not calendars.is_guess(code):
        days = [candle.timestamp.date() for candle in history.candles]
        missing = find_missing_sessions(days, calendars.sessions(code), history.fetched_at)
    return HistoryFindings(
        missing_sessions=missing,
        jumps=find_jumps(history.candles, history.actions, exchange_days(history)),
        changes=history.changes,
        remarks=(*other_remarks(history), *dividend_remarks(history)),
    )


def other_remarks(history: History) -> tuple[Remark, ...]:
    """Returns the remarks of a history without those on its ``changes``."""
    own = change_remarks(history.changes)
    return tuple(remark for remark in history.quality if remark not in own)


def change_remarks(changes: CandleChanges, zone: tzinfo = UTC) -> tuple[Remark, ...]:
    """Returns the remarks on candles that were repaired or dropped, with their dates in a zone."""
    remarks = []
    if changes.dropped:
        number = _count(len(changes.dropped), "candle")
        detail = f"{number} dropped, without a plausible close: {_days(changes.dropped, zone)}."
        remarks.append(Remark(code="dropped_candles", detail=detail))
    if changes.repaired:
        number = _count(len(changes.repaired), "candle")
        detail = f"Repaired implausible or missing prices of {number}: {_days(changes.repaired, zone)}."
        remarks.append(Remark(code="repaired_candles", detail=detail))
    return tuple(remarks)


def find_jumps(
    candles: Sequence[Candle], actions: CorporateActions | None = None, days: Sequence[Day] | None = None
) -> tuple[Jump, ...]:
    """Finds moves that look like an unadjusted split or a mistaken unit.

    A move is a jump when its factor is within ``JUMP_TOLERANCE`` of one of ``JUMP_FACTORS``, up or down; no
    corporate action falls on it; it is ``JUMP_OUTLIER`` times as large as every ordinary move among the
    ``NEARBY_CANDLES`` on either side; and the price does not move in coarse ticks. The last two conditions
    keep volatile prices out: among 1,000 random walks with daily moves of 3 to 20 % and fat tails (Student's
    t with 3 degrees of freedom) at most 1 % have a jump.

    Args:
        candles: Oldest first.
        actions: The corporate actions, by the exchange's date.
        days: The exchange's date of each candle; None for the dates of their timestamps.
    """
    closes = [candle.close for candle in candles]
    moves = [abs(move) if (move := _log_return(*pair)) is not None else 0.0 for pair in pairwise(closes)]
    suspects = {index for index, move in enumerate(moves) if _is_suspicious(move)}
    if not suspects:
        return ()
    explained = _action_days(actions)
    days = [candle.timestamp.date() for candle in candles] if days is None else days
    return tuple(
        Jump(at=candles[index + 1].timestamp, ratio=closes[index + 1] / closes[index])
        for index in sorted(suspects)
        if not _on_action(days[index], days[index + 1], explained)
        and _is_outlier(index, moves, closes, suspects)
    )


def find_missing_sessions(
    days: Sequence[date], sessions: Sequence[Session], fetched_at: datetime
) -> tuple[date, ...]:
    """Finds the sessions since the first candle that have no candle.

    Args:
        days: Dates of the daily candles, oldest first.
        sessions: Sessions of the exchange, oldest first; days before the first of them are not checked.
        fetched_at: The moment of the fetch: a session that closed within the last day may still be missing.
    """
    if not days:
        return ()
    known = set(days)
    return tuple(
        session.day
        for session in sessions
        if days[0] < session.day
        and session.day not in known
        and (session.day < days[-1] or session.closes < fetched_at - _LATE_SESSION)
        and session.closes < fetched_at
    )


def dividend_remarks(history: History) -> Iterator[Remark]:
    """Yields a remark when adjusted closes of daily candles do not agree with the listed dividends.

    The product of ``1 - dividend / close before`` over all ex-dates has to be the change of
    ``adjusted_close / close`` over the history.
    """
    actions, candles = history.actions, history.candles
    split_adjusted = actions is not None and actions.adjustment == history.adjustment == "split"
    if actions is None or not split_adjusted or history.interval != "1d" or not candles:
        return
    if any(dividend.currency != history.currency for dividend in actions.dividends):
        # Amounts in another currency than the price cannot be compared without a rate.
        return
    first, last = (_adjusted_ratio(candle) for candle in (candles[0], candles[-1]))
    if first is None or last is None:
        return
    expected = math.prod(
        factor for _, factor in dividend_factors(candles, exchange_days(history), actions.dividends)
    )
    tolerance = DIVIDEND_TOLERANCE + ROUNDING_TOLERANCE * len(actions.dividends)
    if abs(first / last / expected - 1) > tolerance:
        yield Remark(
            code="dividend_mismatch",
            detail=f"Adjusted closes imply a factor of {first / last:.4f} since "
            f"{candles[0].timestamp.date()}, the listed dividends {expected:.4f}.",
        )


def unpublished_filing(fundamentals: Fundamentals, filings: Sequence[Filing]) -> Remark | None:
    """Returns a remark when a periodic report covers a later period than the fundamentals do.

    Args:
        fundamentals: Their ``period_end`` is the last day of the newest statement figures.
        filings: Filings of the company.
    """
    known = fundamentals.period_end
    later = [
        filing
        for filing in filings
        if filing.form in PERIODIC_FORMS
        and filing.period_end is not None
        and known is not None
        and filing.period_end > known + _SAME_PERIOD
    ]
    if not later:
        return None
    newest = max(later, key=lambda filing: filing.filed)
    detail = (
        f"The {newest.form} for the period to {newest.period_end}, filed on {newest.filed}, is not in the "
        f"figures yet: they end on {known}."
    )
    return Remark(code="stale_component", detail=detail)


def has_remark(remarks: Sequence[Remark], code: RemarkCode) -> bool:
    """Returns whether a remark with the code is among them."""
    return any(remark.code == code for remark in remarks)


def _log_return(before: float, after: float) -> float | None:
    return math.log(after / before) if before > 0 and after > 0 else None


def _is_suspicious(move: float) -> bool:
    factor = math.exp(min(move, 10.0))
    return any(abs(factor / jump - 1) <= JUMP_TOLERANCE for jump in JUMP_FACTORS)


def _is_outlier(index: int, moves: Sequence[float], closes: Sequence[float], suspects: set[int]) -> bool:
    nearby = range(max(0, index - NEARBY_CANDLES), min(len(moves), index + NEARBY_CANDLES + 1))
    ordinary = [other for other in nearby if other not in suspects]
    if any(moves[other] * JUMP_OUTLIER > moves[index] for other in ordinary):
        return False
    ticks = [abs(closes[other + 1] - closes[other]) for other in ordinary]
    smallest = min((tick for tick in ticks if tick > 0), default=0.0)
    return min(closes[index], closes[index + 1]) >= COARSE_TICKS * smallest


def _action_days(actions: CorporateActions | None) -> frozenset[date]:
    if actions is None:
        return frozenset()
    return frozenset(
        [dividend.ex_date for dividend in actions.dividends] + [split.date for split in actions.splits]
    )


def _on_action(before: date, day: date, actions: frozenset[date]) -> bool:
    return any(before < action <= day for action in actions)


def _adjusted_ratio(candle: Candle) -> float | None:
    if candle.adjusted_close is None or candle.adjusted_close <= 0 or candle.close <= 0:
        return None
    return candle.adjusted_close / candle.close


def _within(changes: CandleChanges, start: Day, end: Day | None, zone: tzinfo) -> CandleChanges:
    def kept(moments: tuple[datetime, ...]) -> tuple[datetime, ...]:
        days = ((one, one.astimezone(zone).date()) for one in moments)
        return tuple(one for one, day in days if start <= day and (end is None or day < end))

    return CandleChanges(repaired=kept(changes.repaired), dropped=kept(changes.dropped))


def _days(moments: Sequence[datetime], zone: tzinfo) -> str:
    return _listed([str(day) for day in dict.fromkeys(one.astimezone(zone).date() for one in moments)])


def _factor(ratio: float) -> str:
    return f"{ratio:.3g}" if ratio >= 1 else f"1/{1 / ratio:.3g}"


def _listed(texts: Sequence[str]) -> str:
    shown = ", ".join(texts[:_NAMED_DATES])
    return shown if len(texts) <= _NAMED_DATES else f"{shown} and {len(texts) - _NAMED_DATES} more"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
