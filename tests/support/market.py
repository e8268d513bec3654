"""Market data for tests: settings, made-up answers, and a scripted source."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from shared.config.names import SourceName
from shared.config.source_settings import (
    AlphaVantageSettings,
    EcbSettings,
    MarketSettings,
    SampleSettings,
    SecEdgarSettings,
    SourcesForSettings,
    TiingoSettings,
    YahooSettings,
)
from shared.domain.market_data import (
    Actions,
    Article,
    Candle,
    DataKind,
    Dividend,
    Fundamentals,
    History,
    HistoryRequest,
    News,
    Quote,
    Split,
    SymbolInfo,
)
from shared.errors import ProviderError
from shared.errors.provider_errors import ProviderNotFoundError
from shared.market.providers.base import MarketDataProvider

MOMENT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
"""A Friday, an hour after New York has opened."""


def market_settings(
    *sources: SourceName,
    deadline: float = 30.0,
    api_key: str | None = "key",
    tiingo_key: str | None = "key",
    contact: str | None = None,
    sample: bool = True,
    news: tuple[SourceName, ...] = (),
) -> MarketSettings:
    """Settings with these sources in this order, and perhaps another for news."""
    return MarketSettings(
        max_cooldown=3600.0,
        sources=sources or ("yahoo", "alpha_vantage"),
        sources_for=SourcesForSettings(
            quote=(),
            history=(),
            fundamentals=(),
            statements=(),
            filings=(),
            exchange_rates=(),
            news=news,
            search=(),
        ),
        deadline=deadline,
        yahoo=YahooSettings(enabled=True),
        alpha_vantage=AlphaVantageSettings.model_validate(
            {
                "enabled": True,
                "api_key": api_key,
                "base_url": "https://alpha.invalid",
                "requests_per_second": 1,
                "requests_per_day": 25,
            }
        ),
        tiingo=TiingoSettings.model_validate(
            {
                "enabled": True,
                "api_key": tiingo_key,
                "base_url": "https://tiingo.invalid",
                "requests_per_second": 1,
                "requests_per_day": 1000,
            }
        ),
        sec_edgar=SecEdgarSettings(
            enabled=True,
            contact=contact,
            data_url="https://data.invalid",
            files_url="https://files.invalid",
            requests_per_second=10,
        ),
        ecb=EcbSettings(enabled=True, base_url="https://ecb.invalid"),
        sample=SampleSettings(enabled=sample),
    )


def make_candles(closes: Sequence[float], last: datetime = MOMENT) -> tuple[Candle, ...]:
    """Daily candles with these closes, the last one on that day."""
    first = last.replace(hour=0, minute=0) - timedelta(days=len(closes) - 1)
    return tuple(
        Candle(
            timestamp=first + timedelta(days=day),
            open=close,
            high=close,
            low=close,
            close=close,
            adjusted_close=close,
            volume=1000 + day,
        )
        for day, close in enumerate(closes)
    )


class FakeSource(MarketDataProvider):
    """A source that knows some symbols.

    Attributes:
        fails: Raised instead of any answer.
        asked: The calls: method and symbols.
    """

    def __init__(
        self,
        name: str,
        prices: Mapping[str, float] | None = None,
        *,
        kinds: Sequence[DataKind] = ("quote", "history", "actions", "fundamentals", "news", "search"),
        fails: Exception | None = None,
    ) -> None:
        self._name = name
        self.prices = dict(prices or {})
        self._kinds = frozenset(kinds)
        self.fails = fails
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.closed = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def kinds(self) -> frozenset[DataKind]:
        return self._kinds

    async def answering(self, method: str, *symbols: str) -> None:
        """What happens before every answer; tests replace it."""
        self.asked.append((method, symbols))
        if self.fails is not None:
            raise self.fails

    async def quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote | ProviderError]:
        await self.answering("quotes", *symbols)
        return {symbol: self.quote(symbol) for symbol in symbols if symbol in self.prices}

    async def history(self, request: HistoryRequest) -> History:
        await self.answering("history", request.symbol)
        return History(
            source=self._name,
            as_of=MOMENT,
            fetched_at=MOMENT,
            symbol=request.symbol,
            currency="USD",
            period=request.period,
            interval=request.interval,
            adjustment="split",
            candles=make_candles([self._price(request.symbol) + day for day in range(40)]),
        )

    async def actions(self, symbol: str) -> Actions:
        await self.answering("actions", symbol)
        self._price(symbol)
        return Actions(
            source=self._name,
            as_of=MOMENT,
            fetched_at=MOMENT,
            symbol=symbol,
            adjustment="split",
            dividends=tuple(
                Dividend(ex_date=date(2026, month, 9), amount=0.26, currency="USD") for month in (5, 8, 11)
            ),
            splits=(Split(date=date(2020, 8, 31), numerator=4, denominator=1),),
        )

    async def fundamentals(self, symbol: str) -> Fundamentals:
        await self.answering("fundamentals", symbol)
        return Fundamentals(
            source=self._name,
            as_of=MOMENT,
            fetched_at=MOMENT,
            symbol=symbol,
            trailing_pe=self._price(symbol) / 10,
        )

    async def news(self, symbol: str, limit: int) -> News:
        await self.answering("news", symbol)
        self._price(symbol)
        articles = tuple(
            Article(
                title=f"{symbol} {number}",
                publisher=None,
                url=f"https://example.com/{number}",
                published_at=MOMENT - timedelta(hours=number),
                summary=None,
                sentiment=None,
            )
            for number in range(min(limit, 20))
        )
        return News(source=self._name, as_of=MOMENT, fetched_at=MOMENT, symbol=symbol, articles=articles)

    async def search(self, query: str, limit: int) -> Sequence[SymbolInfo]:
        await self.answering("search", query)
        return [
            SymbolInfo(
                symbol=symbol,
                name=None,
                asset_type="equity",
                exchange=None,
                country=None,
                currency=None,
                sector=None,
            )
            for symbol in self.prices
            if symbol.casefold().startswith(query)
        ][:limit]

    async def aclose(self) -> None:
        self.closed = True

    def quote(self, symbol: str) -> Quote:
        """The quote it gives of a symbol it knows."""
        price = self._price(symbol)
        return Quote(
            source=self._name,
            as_of=MOMENT,
            fetched_at=MOMENT,
            symbol=symbol,
            name=f"{symbol} Inc.",
            asset_type="equity",
            currency="USD",
            exchange="NASDAQ",
            price=price,
            previous_close=price - 1,
            change=1.0,
            change_percent=1.0,
            open=price,
            day_high=price,
            day_low=price,
            volume=5_000_000_000,
            market_cap=None,
            market_state="regular",
        )

    def _price(self, symbol: str) -> float:
        if symbol not in self.prices:
            raise ProviderNotFoundError(self._name, "does not know the symbol")
        return self.prices[symbol]
