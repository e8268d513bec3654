"""The content of a briefing: bounded, in a fixed order, each figure with its origin."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from shared.briefings.briefing_schedule import DueBriefing
from shared.briefings.digest import MAX_BRIEFING_ARTICLES, PATIENCE, Digests
from shared.data.documents import MAX_WATCHLIST
from shared.data.schema.field_schemas import MAX_TEXT
from shared.domain.company import Earnings, NextEarnings
from shared.domain.market_data import Article, News, Provenance, Quote, Remark
from shared.domain.subscriptions import BriefingSchedule
from shared.domain.technicals import Signal, Technicals
from shared.errors.request_errors import SymbolNotFoundError
from shared.errors.service_errors import UpstreamUnavailableError
from shared.market.answers import Answer, QuoteError, QuotesResult
from shared.market.data_manager import DataManager
from tests.support.market import FakeSource

NOW = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)
EIGHT = datetime(2026, 11, 24, 7, tzinfo=UTC)
PLAN = BriefingSchedule(time="08:00", time_zone="Europe/Berlin", calendar="XETR", webhook_id="w")
TODAY = DueBriefing(date(2026, 11, 24), EIGHT, EIGHT - timedelta(days=1))
ORIGIN: dict[str, Any] = {"source": "yahoo", "as_of": NOW, "fetched_at": NOW}


class Given:
    """An answer whose value is given."""

    def __init__(self, value: Provenance) -> None:
        self.value = value


class FakeMarket:
    """Market data by symbol; what is missing is unknown, ``failing`` parts have no source."""

    def __init__(self) -> None:
        self.quoted: dict[str, Quote] = {}
        self.errors: dict[str, QuoteError] = {}
        self.articles: dict[str, News] = {}
        self.publications: dict[str, Earnings] = {}
        self.figures: dict[str, Technicals] = {}
        self.failing: set[str] = set()

    async def quotes(self, symbols: Sequence[str]) -> QuotesResult:
        found = tuple(
            cast("Answer[Quote]", Given(self.quoted[name])) for name in symbols if name in self.quoted
        )
        unknown = {name: SymbolNotFoundError("No.") for name in symbols if name not in self.quoted}
        return QuotesResult(found, {**unknown, **self.errors})

    async def news(self, symbol: str, _limit: int) -> Given:
        return self._given("news", self.articles, symbol)

    async def earnings(self, symbol: str) -> Given:
        return self._given("earnings", self.publications, symbol)

    async def technicals(self, symbol: str, _period: str) -> Given:
        return self._given("signals", self.figures, symbol)

    def _given(self, part: str, values: Mapping[str, Provenance], symbol: str) -> Given:
        if part in self.failing:
            raise UpstreamUnavailableError(f"No source of {part} is available.")
        if symbol not in values:
            raise SymbolNotFoundError("No.")
        return Given(values[symbol])


@pytest.fixture
def market() -> FakeMarket:
    return FakeMarket()


async def made(market: FakeMarket, *watchlist: str, now: datetime = NOW) -> dict[str, Any]:
    digest = await Digests(cast(DataManager, market), lambda: now).make(PLAN, TODAY, watchlist)
    # As it is stored and sent.
    encoded = json.dumps(digest, allow_nan=False)
    assert len(encoded) < MAX_TEXT
    value: dict[str, Any] = json.loads(encoded)
    return value


def quote(symbol: str, change_percent: float | None, **fields: Any) -> Quote:
    plain = FakeSource("yahoo", {symbol: 100.0}).quote(symbol)
    return plain.model_copy(
        update={**ORIGIN, "change_percent": change_percent, "price_decimals": 2, **fields}
    )


def article(number: int, hours_ago: float | None, **fields: Any) -> Article:
    published = None if hours_ago is None else NOW - timedelta(hours=hours_ago)
    plain: dict[str, Any] = {
        "title": f"News {number}", "publisher": None, "url": f"https://example.com/{number}",
        "published_at": published, "summary": None, "sentiment": None,
    }  # fmt: skip
    return Article(**{**plain, **fields})


def news(symbol: str, *articles: Article) -> News:
    return News(**ORIGIN, symbol=symbol, articles=articles)


def earnings(symbol: str, start: date | None, end: date | None = None) -> Earnings:
    coming = (
        None if start is None else NextEarnings(date=start, date_end=end, time_of_day=None, confirmed=False)
    )
    return Earnings(**ORIGIN, symbol=symbol, currency="USD", history=(), next=coming, estimates=())


def technicals(symbol: str, *signals: Signal) -> Technicals:
    optional = set(Technicals.model_fields) - {"quality", "stale", "series"}
    fields = {**dict.fromkeys(optional), **ORIGIN, "symbol": symbol, "period": "1y", "candle_count": 9}
    return Technicals.model_validate({**fields, "signals": signals})


def signal(name: str, direction: str) -> Signal:
    return Signal.model_validate({"name": name, "direction": direction, "detail": "As it is."})


async def test_moves_are_sorted_by_their_size_and_name_their_origin(market: FakeMarket) -> None:
    remark = Remark(code="unexplained_jump", detail="x" * 500)
    for item in (
        quote("AAA", 1.0),
        quote("BBB", -3.0, currency="JPY", price_decimals=0, quality=(remark,) * 5),
        quote("CCC", None),
        quote("DDD", -1.0, stale=True),
    ):
        market.quoted[item.symbol] = item
    digest = await made(market, "CCC", "DDD", "AAA", "BBB")
    assert [move["symbol"] for move in digest["moves"]] == ["BBB", "AAA", "DDD", "CCC"]
    first = digest["moves"][0]
    assert (first["currency"], first["price_decimals"], first["previous_close"]) == ("JPY", 0, 99)
    assert (first["source"], first["as_of"], first["stale"]) == ("yahoo", "2026-11-24T07:05:00Z", False)
    assert [len(entry["detail"]) for entry in first["quality"]] == [300, 300]
    assert digest["moves"][2]["stale"] is True
    assert (digest["day"], digest["time_zone"], digest["calendar"]) == ("2026-11-24", "Europe/Berlin", "XETR")
    assert digest == await made(market, "CCC", "DDD", "AAA", "BBB")


async def test_news_since_the_last_briefing_newest_first_and_once(market: FakeMarket) -> None:
    market.quoted = {symbol: quote(symbol, 1.0) for symbol in ("AAA", "BBB")}
    both = article(1, 5)
    market.articles["AAA"] = news("AAA", article(2, 2), both, article(3, 30), article(4, None))
    market.articles["BBB"] = news("BBB", both, article(5, 1, title="t" * 2_000))
    digest = await made(market, "AAA", "BBB")
    shown = [(entry["url"].rpartition("/")[2], entry["symbols"]) for entry in digest["news"]]
    assert shown == [("5", ["BBB"]), ("2", ["AAA"]), ("1", ["AAA", "BBB"])]
    assert len(digest["news"][0]["title"]) == 300
    assert digest["since"] == "2026-11-23T07:00:00Z"


async def test_earnings_of_the_next_week(market: FakeMarket) -> None:
    days = {
        "PAST": (date(2026, 11, 23), None),
        "TODAY": (date(2026, 11, 24), None),
        "RANGE": (date(2026, 11, 20), date(2026, 11, 25)),
        "WEEK": (date(2026, 12, 1), None),
        "LATER": (date(2026, 12, 2), None),
        "NONE": (None, None),
    }
    market.quoted = {symbol: quote(symbol, 1.0) for symbol in days}
    market.publications = {symbol: earnings(symbol, *span) for symbol, span in days.items()}
    digest = await made(market, *days)
    assert [entry["symbol"] for entry in digest["earnings"]] == ["RANGE", "TODAY", "WEEK"]
    assert digest["earnings"][0]["date_end"] == "2026-11-25"


async def test_signals_that_are_not_neutral(market: FakeMarket) -> None:
    market.quoted = {symbol: quote(symbol, 1.0) for symbol in ("AAA", "BBB")}
    market.figures["BBB"] = technicals(
        "BBB", signal("rsi_neutral", "neutral"), signal("death_cross", "bearish")
    )
    market.figures["AAA"] = technicals("AAA", signal("golden_cross", "bullish"))
    digest = await made(market, "BBB", "AAA")
    named = [(entry["symbol"], entry["name"]) for entry in digest["signals"]]
    assert named == [("AAA", "golden_cross"), ("BBB", "death_cross")]


async def test_what_is_missing_is_named_with_its_reason(market: FakeMarket) -> None:
    market.quoted["AAA"] = quote("AAA", 1.0)
    market.failing = {"news", "signals"}
    digest = await made(market, "GONE", "AAA")
    assert digest["missing"] == [
        {"symbol": "GONE", "parts": ["quote"], "code": "symbol_not_found", "detail": "No."},
        {
            "symbol": "AAA",
            "parts": ["news", "signals"],
            "code": "upstream_unavailable",
            "detail": "No source of news is available.",
        },
    ]


async def test_outage_is_waited_for_and_an_unknown_symbol_is_not(market: FakeMarket) -> None:
    for watchlist in ((), ("GONE",)):
        assert (await made(market, *watchlist))["moves"] == []
    market.errors["AAA"] = UpstreamUnavailableError("Down.")
    with pytest.raises(UpstreamUnavailableError):
        await made(market, "AAA")
    late = await made(market, "AAA", now=EIGHT + PATIENCE)
    assert late["missing"][0]["code"] == "upstream_unavailable"


async def test_what_cannot_be_stored_is_left_out_from_the_end(market: FakeMarket) -> None:
    symbols = [f"SYMBOL{number:03}" for number in range(MAX_WATCHLIST)]
    remarks: dict[str, Any] = {"quality": (Remark(code="unexplained_jump", detail="x" * 500),) * 5}
    for symbol in symbols:
        market.quoted[symbol] = quote(symbol, 1.0, name="n" * 300, **remarks)
        url = f"https://example.com/{symbol}/{'u' * 900}"
        long = news(symbol, article(1, 1, url=url, title="t" * 900, publisher="p" * 900))
        market.articles[symbol] = long.model_copy(update=remarks)
        market.publications[symbol] = earnings(symbol, date(2026, 11, 25)).model_copy(update=remarks)
        crossed = technicals(symbol, signal("golden_cross", "bullish"))
        market.figures[symbol] = crossed.model_copy(update=remarks)
    digest = await made(market, *symbols)
    assert len(digest["moves"]) == MAX_WATCHLIST
    assert len(digest["news"]) < MAX_BRIEFING_ARTICLES


async def test_longest_watchlist_fits(market: FakeMarket) -> None:
    symbols = [f"SYMBOL{number:03}" for number in range(MAX_WATCHLIST)]
    remarks = (Remark(code="unexplained_jump", detail="x" * 500),) * 5
    for symbol in symbols:
        market.quoted[symbol] = quote(symbol, 1.0, quality=remarks, name="n" * 100)
        long = [
            article(number, 1, url=f"https://example.com/{symbol}/{number}", title="t" * 900)
            for number in range(5)
        ]
        market.articles[symbol] = news(symbol, *long)
        market.publications[symbol] = earnings(symbol, date(2026, 11, 25))
        market.figures[symbol] = technicals(symbol, signal("golden_cross", "bullish"))
    digest = await made(market, *symbols)
    assert (len(digest["moves"]), len(digest["news"])) == (MAX_WATCHLIST, MAX_BRIEFING_ARTICLES)
    assert len(digest["signals"]) == 50
