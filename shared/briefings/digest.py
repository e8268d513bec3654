"""The content of a briefing: moves, news, coming earnings and signals of a watchlist, with sources."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final, Literal

from shared.briefings.briefing_schedule import DueBriefing
from shared.briefings.paced_work import for_each
from shared.domain.company import Earnings
from shared.domain.disclaimer import DISCLAIMER
from shared.domain.market_data import News, Provenance, Quote
from shared.domain.moments import rfc3339
from shared.domain.subscriptions import BriefingSchedule
from shared.domain.technicals import Technicals
from shared.errors import ProblemError
from shared.errors.request_errors import NotFoundError
from shared.errors.service_errors import ServiceError
from shared.market.data_manager import DEFAULT_TECHNICALS_PERIOD, Answer, DataManager
from shared.runtime import compact_json
from shared.runtime.clock import Clock

MAX_ARTICLES_PER_SYMBOL: Final = 3
MAX_BRIEFING_ARTICLES: Final = 30
MAX_SIGNALS: Final = 50
EARNINGS_AHEAD: Final = timedelta(days=7)
PATIENCE: Final = timedelta(minutes=45)
"""Time for which a briefing waits for a source; it has to be less than ``briefing_schedule.LATE``."""

_NEWS_LIMIT: Final = 10
_MAX_TEXT: Final = 300
_MAX_URL: Final = 1_000
_MAX_REMARKS: Final = 2
"""Bounds of one entry."""
MAX_BYTES: Final = 190_000
"""Of a digest in JSON; the database stores payloads of up to 200,000 characters."""

DigestPart = Literal["quote", "news", "earnings", "signals"]
DigestEntry = dict[str, Any]


@dataclass
class _Parts:
    """The parts of one digest while it is made, each by symbol."""

    quotes: dict[str, Quote] = field(default_factory=dict)
    news: dict[str, News] = field(default_factory=dict)
    earnings: dict[str, Earnings] = field(default_factory=dict)
    technicals: dict[str, Technicals] = field(default_factory=dict)
    missing: dict[tuple[str, DigestPart], ProblemError] = field(default_factory=dict)


class Digests:
    """Makes the digests of watchlists.

    Args:
        market_data: Serves the data; most of it is cached, as the refresh keeps watchlists warm.
        clock: The present moment.
    """

    def __init__(self, market_data: DataManager, clock: Clock) -> None:
        self._market_data = market_data
        self._clock = clock

    async def make(
        self, schedule: BriefingSchedule, briefing: DueBriefing, watchlist: Sequence[str]
    ) -> Mapping[str, Any]:
        """Returns the digest as a JSON object; the same data give the same digest.

        What is not available is listed under ``missing`` with the reason.

        Args:
            schedule: When the briefing is sent.
            briefing: The briefing.
            watchlist: At most ``MAX_WATCHLIST`` symbols.

        Raises:
            ServiceError: No quote is available, and the briefing has been due for a short time only.
        """
        parts = _Parts()
        result = await self._market_data.quotes(watchlist)
        parts.quotes = {answer.value.symbol: answer.value for answer in result.answers}
        parts.missing = {(symbol, "quote"): error for symbol, error in result.errors.items()}
        outage = next((error for error in result.errors.values() if isinstance(error, ServiceError)), None)
        if outage is not None and not parts.quotes and self._clock() < briefing.at + PATIENCE:
            raise outage
        await for_each(list(parts.quotes), partial(self._add_details, parts))
        digest = {
            "day": briefing.day.isoformat(),
            "time_zone": schedule.time_zone,
            "calendar": schedule.calendar,
            "since": rfc3339(briefing.since),
            "moves": _moves(parts.quotes),
            "news": _articles(parts.news, briefing.since),
            "earnings": _coming_earnings(parts.earnings, briefing.day),
            "signals": _signals(parts.technicals),
            "missing": _missing(parts.missing, watchlist),
            "disclaimer": DISCLAIMER,
        }
        _shorten(digest)
        return digest

    async def _add_details(self, parts: _Parts, symbol: str) -> None:
        market = self._market_data

        async def add(
            part: DigestPart, store: dict[str, Any], ask: Callable[[], Awaitable[Answer[Any]]]
        ) -> None:
            try:
                store[symbol] = (await ask()).value
            except NotFoundError:
                # Funds and indexes have no earnings, young companies no technical figures.
                return
            except ProblemError as error:
                parts.missing[symbol, part] = error

        await add("news", parts.news, lambda: market.news(symbol, _NEWS_LIMIT))
        await add("earnings", parts.earnings, lambda: market.earnings(symbol))
        await add("signals", parts.technicals, lambda: market.technicals(symbol, DEFAULT_TECHNICALS_PERIOD))


def _shorten(digest: dict[str, Any]) -> None:
    """Leaves out the oldest news, then the last signals and earnings, until a digest can be stored."""
    size = len(compact_json.dumps(digest))
    for part in ("news", "signals", "earnings"):
        entries = digest[part]
        while size > MAX_BYTES and entries:
            size -= len(compact_json.dumps(entries.pop())) + 1


def _moves(quotes: Mapping[str, Quote]) -> list[DigestEntry]:
    """Returns the moves since the previous close, the largest first; unknown ones last."""
    ordered = sorted(
        quotes.values(),
        key=lambda quote: (
            quote.change_percent is None,
            -abs(quote.change_percent or 0.0),
            quote.symbol,
        ),
    )
    shown = (
        "symbol", "name", "currency", "price", "price_decimals", "previous_close", "change", "change_percent",
        "market_state",
    )  # fmt: skip
    return [{**{name: getattr(quote, name) for name in shown}, **_origin(quote)} for quote in ordered]


def _articles(news: Mapping[str, News], since: datetime) -> list[DigestEntry]:
    """Returns the articles after a moment, newest first, each once with all its symbols."""
    by_url: dict[str, DigestEntry] = {}
    for symbol in sorted(news):
        found = news[symbol]
        recent = [
            article
            for article in found.articles
            if article.published_at is not None
            and article.published_at > since
            and len(article.url) <= _MAX_URL
        ]
        for article in recent[:MAX_ARTICLES_PER_SYMBOL]:
            entry = by_url.setdefault(
                article.url,
                {
                    "symbols": [],
                    "title": _short(article.title),
                    "publisher": _short(article.publisher or "") or None,
                    "url": article.url,
                    "published_at": rfc3339(article.published_at or since),
                    **_origin(found),
                },
            )
            entry["symbols"].append(symbol)
    ordered = sorted(by_url.values(), key=lambda entry: entry["url"])
    ordered.sort(key=lambda entry: entry["published_at"], reverse=True)
    return ordered[:MAX_BRIEFING_ARTICLES]


def _coming_earnings(earnings: Mapping[str, Earnings], day: date) -> list[DigestEntry]:
    """Returns the publications from a day to a week later, the earliest first."""
    entries: list[DigestEntry] = []
    for symbol, found in earnings.items():
        coming = found.next
        if coming is None or coming.date > day + EARNINGS_AHEAD or (coming.date_end or coming.date) < day:
            continue
        entries.append({"symbol": symbol, **coming.model_dump(mode="json"), **_origin(found)})
    return sorted(entries, key=lambda entry: (entry["date"], entry["symbol"]))


def _signals(technicals: Mapping[str, Technicals]) -> list[DigestEntry]:
    """Returns the signals that are not neutral, by symbol."""
    entries = [
        {"symbol": symbol, **signal.model_dump(mode="json"), **_origin(technicals[symbol])}
        for symbol in sorted(technicals)
        for signal in technicals[symbol].signals
        if signal.direction != "neutral"
    ]
    return entries[:MAX_SIGNALS]


def _missing(
    missing: Mapping[tuple[str, DigestPart], ProblemError], watchlist: Sequence[str]
) -> list[DigestEntry]:
    """Returns what is not available, in the order of the watchlist; one entry per symbol."""
    by_symbol: dict[str, DigestEntry] = {}
    for (symbol, part), error in missing.items():
        entry = by_symbol.setdefault(
            symbol, {"symbol": symbol, "parts": [], "code": error.code, "detail": _short(error.detail)}
        )
        entry["parts"].append(part)
    return [
        {**by_symbol[symbol], "parts": sorted(by_symbol[symbol]["parts"])}
        for symbol in dict.fromkeys(watchlist)
        if symbol in by_symbol
    ]


def _origin(data: Provenance) -> DigestEntry:
    return {
        "source": data.source,
        "as_of": rfc3339(data.as_of) if data.as_of else None,
        "fetched_at": rfc3339(data.fetched_at),
        "stale": data.stale,
        "quality": list(_remarks(data)),
    }


def _remarks(data: Provenance) -> Iterator[DigestEntry]:
    for remark in data.quality[:_MAX_REMARKS]:
        yield {"code": remark.code, "detail": _short(remark.detail)}


def _short(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else f"{text[: _MAX_TEXT - 1]}…"
