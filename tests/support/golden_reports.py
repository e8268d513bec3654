"""Data sets that reports are made of in tests: one of each kind that there is to expect."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any, Final, cast, get_args

from shared.config.loader import ConfigLoader
from shared.config.settings import Settings
from shared.domain.market_data import (
    Article,
    AssetType,
    Candle,
    Fundamentals,
    History,
    News,
    Quote,
)
from shared.domain.technicals import Technicals
from shared.errors.service_errors import ModelUnavailableError
from shared.market.analysis.indicators import technicals
from shared.market.analysis.share_indexes import share_indexes_of
from shared.reports.builder import ReportBuilder
from shared.reports.language.language_catalogue import Language
from shared.reports.report import Report
from shared.reports.request import ReportRequest, ReportType
from tests.support.company_data import company_data
from tests.support.report_fakes import NO_STATEMENTS, FakeMarketData, FakeModels
from tests.support.statement_data import growing_quarters, growing_statements
from tests.support.stock_data import NOW

TYPES: Final[tuple[ReportType, ...]] = get_args(ReportType)
LAST_DAY: Final = datetime(2026, 11, 20, tzinfo=UTC)
YEAR: Final = timedelta(days=365)
MIN_CANDLES_OF_COMPANY: Final = 100
"""A company that was listed a few days ago has not published a statement yet."""
LONG_WORD: Final = "Donaudampfschifffahrtselektrizitäten" * 6
HOSTILE_NAME: Final = " ".join(
    (
        '<script>alert("x")</script> & </style><img src=x onerror=alert(1)>',
        "\u202eevil #emph[y] $x^2$",
        LONG_WORD,
    )
)

Closes = Callable[[int], float]
"""The close of the candle of that number, the oldest first."""


@dataclass(frozen=True)
class GoldenData:
    """What is known of one instrument.

    Attributes:
        bare: Whether fundamentals hold no figure, as with funds and currencies.
    """

    symbol: str
    name: str
    currency: str
    asset_type: AssetType
    history: History
    bare: bool = False

    @property
    def quote(self) -> Quote:
        last, before = self.history.candles[-1], self.history.candles[-2]
        return Quote(
            source="yahoo",
            as_of=NOW,
            fetched_at=NOW,
            symbol=self.symbol,
            name=self.name,
            asset_type=self.asset_type,
            currency=self.currency,
            exchange="XXX",
            price=last.close,
            previous_close=before.close,
            change=last.close - before.close,
            change_percent=(last.close / before.close - 1) * 100,
            open=last.open,
            day_high=last.high,
            day_low=last.low,
            volume=last.volume,
            market_cap=None if self.bare else int(last.close * 1_234_567_890),
            market_state="closed",
        )

    @property
    def technicals(self) -> Technicals:
        return technicals(self.history, "1y", LAST_DAY - YEAR)

    @property
    def fundamentals(self) -> Fundamentals:
        about = Fundamentals(
            source="yahoo",
            as_of=NOW,
            fetched_at=NOW,
            symbol=self.symbol,
            name=self.name,
            currency=self.currency,
        )
        if self.bare:
            return about
        price = self.history.candles[-1].close
        return about.model_copy(
            update={
                "market_cap": int(price * 1_234_567_890),
                "trailing_pe": 44.4,
                "forward_pe": 31.25,
                "earnings_per_share": price / 44.4,
                "revenue": 37_154_000_000_000,
                "net_income": -4_944_933_000,
                "profit_margin": -0.0123,
                "revenue_growth": -0.0456,
                "dividend_yield": 0.0275,
                "total_cash": 8_982_404_000_000,
                "debt_to_equity": 2.34,
                "current_ratio": 0.89,
                "analyst_count": 17,
                "analyst_rating": "hold",
                "target_mean_price": price * 0.97,
                "target_high_price": price * 1.4,
                "target_low_price": price * 0.6,
            }
        )

    @property
    def statements(self) -> Any:
        """The statements by kind; an error where there are none."""
        if self.bare or len(self.history.candles) < MIN_CANDLES_OF_COMPANY:
            return NO_STATEMENTS
        price = self.history.candles[-1].close
        arguments = (self.symbol, self.currency, 1_234_567_890, price / 22)
        return {**growing_statements(*arguments), **growing_quarters(*arguments)}

    @property
    def company(self) -> Any:
        """Earnings, profile, peers, holders and filings; None where there are none."""
        return None if self.bare else company_data(self.symbol, self.currency)

    @property
    def news(self) -> News:
        return News(
            source="yahoo",
            as_of=NOW,
            fetched_at=NOW,
            symbol=self.symbol,
            articles=tuple(
                Article(
                    title=f"{self.name} presents quarterly figures ({number})",
                    publisher="Example Wire",
                    url="javascript:alert(1)" if number == 2 else f"https://example.com/{number}?a=1&b=<2>",
                    published_at=NOW - timedelta(days=number),
                    summary=None,
                    sentiment=None if number == 3 else -0.4,
                )
                for number in range(1, 4)
            ),
        )


def _history(symbol: str, currency: str, closes: Closes, days: list[datetime], volume: int) -> History:
    def candle(number: int, day: datetime) -> Candle:
        close, before = closes(number), closes(number - 1) if number else closes(number)
        return Candle(
            timestamp=day,
            open=before,
            high=max(close, before) * 1.01,
            low=min(close, before) * 0.99,
            close=close,
            adjusted_close=close,
            volume=volume and volume + (number * 7919) % volume,
        )

    return History(
        source="yahoo",
        as_of=NOW,
        fetched_at=NOW,
        symbol=symbol,
        currency=currency,
        period="2y",
        interval="1d",
        adjustment="split",
        candles=tuple(candle(number, day) for number, day in enumerate(days)),
    )


def _days(count: int, *, weekends: bool = False) -> list[datetime]:
    every = (LAST_DAY - timedelta(days=number) for number in range(2 * count))
    chosen = [day for day in every if weekends or day.weekday() < 5]
    return chosen[:count][::-1]


def _with_gaps(days: list[datetime]) -> list[datetime]:
    """A suspension of two months, and many single days that are missing."""
    return [day for number, day in enumerate(days) if number % 7 and not 330 < number < 375]


def _made(
    symbol: str,
    name: str,
    closes: Closes,
    *,
    currency: str = "USD",
    asset_type: AssetType = "equity",
    days: list[datetime] | None = None,
    volume: int = 40_000_000,
    bare: bool = False,
) -> GoldenData:
    history = _history(symbol, currency, closes, days or _days(504), volume)
    return GoldenData(symbol, name, currency, asset_type, history, bare)


def _rising(number: int) -> float:
    return 100 * math.exp(0.0012 * number + 0.04 * math.sin(number / 9))


def _slowly_rising(number: int) -> float:
    return 60 * math.exp(0.0006 * number + 0.15 * math.sin(number / 120))


def _falling(number: int) -> float:
    return 180 * math.exp(-0.0015 * number + 0.05 * math.sin(number / 7))


def _swinging(number: int) -> float:
    return 1 + 0.25 * math.sin(number / 30) + 0.03 * math.sin(number)


def _bitcoin(number: int) -> float:
    return 900 * _falling(number)


def _scaled(scale: float, number: int) -> float:
    return scale * _rising(number)


def _all() -> Iterator[tuple[str, GoldenData]]:
    yield "rising", _made("RISE", "Rising Corporation", _rising)
    yield "falling", _made("FALL", "Falling & Sons plc", _falling)
    yield "mature", _made("OLDE", "Mature Works Inc.", _slowly_rising, days=_days(1400))
    yield "flat", _made("FLAT", "Flat Holdings Ltd", lambda _: 50.0)
    yield "gaps", _made("GAPS", "Gap-ridden Industries", _falling, days=_with_gaps(_days(504)))
    yield "listing", _made("NEWC", "Three Days Listed SE", _rising, days=_days(3))
    yield "etf", _made("FUND", "World Index ETF", _rising, asset_type="etf", bare=True)
    every_day = _days(730, weekends=True)
    crypto: AssetType = "cryptocurrency"
    yield (
        "crypto",
        _made(
            "BTC-USD", "Bitcoin USD", _bitcoin, asset_type=crypto, days=every_day, volume=10**11, bare=True
        ),
    )
    yield "germany", _made("MUV2.DE", "Münchener Rückversicherungs-Gesellschaft", _swinging, currency="EUR")
    yield "pair", _made("EURUSD=X", "EUR/USD", _swinging, asset_type="currency", volume=0, bare=True)
    yield "hostile", _made("EVIL", HOSTILE_NAME, _rising)
    for name, (symbol, written, currency, scale) in IN_OTHER_SCRIPTS.items():
        yield name, _made(symbol, written, partial(_scaled, scale), currency=currency)


IN_OTHER_SCRIPTS: Final = {
    "japan": ("7203.T", "トヨタ自動車株式会社", "JPY", 25),
    "korea": ("005930.KS", "삼성전자 주식회사", "KRW", 700),
    "china": ("0700.HK", "腾讯控股有限公司", "HKD", 4),
    "india": ("RELIANCE.NS", "रिलायंस इंडस्ट्रीज़", "INR", 10),
    "arabia": ("2222.SR", "شركة الزيت العربية السعودية", "SAR", 0.2),
    "israel": ("TEVA.TA", "טבע תעשיות פרמצבטיות", "ILS", 0.4),
    "thailand": ("PTT.BK", "บริษัท ปตท. จำกัด (มหาชน)", "THB", 0.3),
    "greece": ("OPAP.AT", "ΟΠΑΠ Ανώνυμη Εταιρεία", "EUR", 0.1),
    "russia": ("GAZP.ME", "Газпром нефтегазовая компания", "RUB", 1),
}
"""By country: symbol, name, currency, and what the prices are multiplied by."""

GOLDEN: Final[Mapping[str, GoldenData]] = dict(_all())
"""By what is special about each."""


_BOND: Final = GOLDEN["rising"].quote.model_copy(
    update={
        "symbol": "^TNX",
        "name": "CBOE Interest Rate 10 Year T Note",
        "asset_type": "index",
        "price": 4.2,
    }
)


async def golden_report(
    name: str,
    report_type: ReportType,
    language: Language = "en",
    change: Callable[[FakeMarketData], None] = lambda _: None,
) -> Report:
    """The report on a data set, with composed prose; ``change`` may change the data."""
    data = GOLDEN[name]
    market_data = FakeMarketData(
        data.quote, data.technicals, data.fundamentals, data.news, history_answer=data.history,
        statements_answer=data.statements, company=data.company,
        others={"^TNX": _BOND, "^GSPC": data.history, **_indexes(data)},
    )  # fmt: skip
    change(market_data)
    models = FakeModels([ModelUnavailableError("No model is up.")])
    builder = ReportBuilder(cast(Any, market_data), cast(Any, models), _settings(), lambda: NOW)
    return await builder.build(ReportRequest(data.symbol, report_type, language=language), lambda _: None)


def _indexes(data: GoldenData) -> dict[str, History]:
    return {index.symbol: data.history for index in share_indexes_of(data.symbol)}


@cache
def _settings() -> Settings:
    return ConfigLoader(environ={}).load_config()
