"""The checks on charts that Yahoo has sent: none of them jumps without explanation."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.domain.market_data import Candle, CorporateActions, Dividend, History, Split
from shared.market.analysis.calendar import MarketCalendars
from shared.market.analysis.quality import check_history
from tests.support.recorded import recorded_folder

CHARTS = sorted(recorded_folder("yahoo").glob("chart-*.json"))


@pytest.fixture(scope="module")
def calendars() -> MarketCalendars:
    return MarketCalendars(lambda: datetime(2026, 11, 20, tzinfo=UTC), date(2014, 1, 1))


def candles_of(result: dict[str, Any]) -> list[Candle]:
    (bars,) = result["indicators"]["quote"]
    adjusted = (result["indicators"].get("adjclose") or [{}])[0].get("adjclose")
    candles = []
    for index, seconds in enumerate(result.get("timestamp") or []):
        prices = {name: bars[name][index] for name in ("open", "high", "low", "close")}
        if None not in prices.values():
            day = datetime.fromtimestamp(seconds + result["meta"]["gmtoffset"], UTC).date()
            candles.append(
                Candle(
                    timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
                    adjusted_close=adjusted[index] if adjusted else None,
                    volume=bars["volume"][index],
                    **prices,
                )
            )
    return candles


def actions_of(result: dict[str, Any]) -> CorporateActions:
    events = result.get("events") or {}
    dividends = [
        Dividend(
            ex_date=datetime.fromtimestamp(one["date"], UTC).date(), amount=one["amount"], currency="USD"
        )
        for one in events.get("dividends", {}).values()
    ]
    splits = [
        Split(
            date=datetime.fromtimestamp(one["date"], UTC).date(),
            numerator=one["numerator"],
            denominator=one["denominator"],
        )
        for one in events.get("splits", {}).values()
    ]
    return CorporateActions(adjustment="split", dividends=tuple(dividends), splits=tuple(splits))


@pytest.mark.parametrize("path", CHARTS, ids=lambda path: path.stem)
def test_recorded_chart_has_no_remark(path: Path, calendars: MarketCalendars) -> None:
    result = json.loads(path.read_text("utf-8"))["body"]["chart"]["result"][0]
    history = History(
        source="yahoo",
        as_of=None,
        fetched_at=datetime.fromtimestamp(result["meta"]["regularMarketTime"], UTC),
        symbol=result["meta"]["symbol"],
        currency=None,
        period=None,
        interval="1d",
        adjustment="split",
        actions=actions_of(result),
        candles=tuple(candles_of(result)),
    )
    findings = check_history(history, calendars)
    assert findings.jumps == ()
    assert findings.remarks == ()
