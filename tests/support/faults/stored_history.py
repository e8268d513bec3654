"""A history in the database, as a refresh two hours ago has left it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from pymongo import MongoClient

from shared.data.documents import HistorySpan
from shared.data.mongo import Mongo
from shared.data.repositories import Repositories
from shared.domain.market_data import Candle, History
from shared.market.analysis.quality import HistoryFindings
from shared.market.stored_span import HistoryChange, SpanHead
from shared.refresh.market_store import MarketStore
from shared.runtime.clock import utc_now

_AGE: Final = timedelta(hours=2)
_YEARS: Final = 3


async def store_history(client: MongoClient[dict[str, Any]], database: str, symbol: str) -> None:
    """Writes three years of daily candles of a symbol."""
    fetched_at = utc_now() - _AGE
    start = date(fetched_at.year - _YEARS, 1, 1)
    history = History(
        source="yahoo",
        as_of=fetched_at,
        fetched_at=fetched_at,
        symbol=symbol,
        currency="USD",
        period=None,
        interval="1d",
        adjustment="split",
        candles=(),
    )
    head = SpanHead(history=history, start=start, partial=False, actions=None, findings=HistoryFindings())
    span = HistorySpan(symbol, "1d", "seeded", "yahoo", start, fetched_at, head.model_dump_json())
    days = (start + timedelta(days=number) for number in range((fetched_at.date() - start).days))
    candles = tuple(_candle(day) for day in days if day.weekday() < 5)
    mongo = Mongo(client, database)
    await MarketStore(Repositories(mongo, utc_now)).put_history(
        HistoryChange(span, "USD", candles, replaces=True)
    )


def _candle(day: date) -> Candle:
    return Candle(
        timestamp=datetime.combine(day, time(), UTC),
        open=590.0,
        high=591.0,
        low=589.0,
        close=590.0,
        adjusted_close=590.0,
        volume=1_000_000,
    )
