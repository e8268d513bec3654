"""Facts that the answers of the evaluation are about: invented companies' data under known names."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from shared.domain.facts import Fact
from shared.domain.market_data import Article, Candle, Fundamentals, History, News, Quote
from shared.domain.technicals import Signal, Technicals
from shared.grounding.market_facts import fact_of

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
AS_OF = "2026-11-20T21:00:00Z"
_SOURCE: dict[str, Any] = {"source": "yahoo", "as_of": NOW, "fetched_at": NOW}


def _quote(symbol: str, name: str, currency: str, **figures: Any) -> Quote:
    fields: dict[str, Any] = {
        **dict.fromkeys(
            ("previous_close", "change", "change_percent", "open", "day_high", "day_low", "volume")
        ),
        "market_cap": None,
        "asset_type": "equity",
        "exchange": None,
        "market_state": "closed",
    }
    return Quote(symbol=symbol, name=name, currency=currency, **_SOURCE, **{**fields, **figures})


def _technicals(symbol: str, currency: str, **figures: Any) -> Technicals:
    names = (
        *("close", "sma_20", "sma_50", "sma_200", "ema_12", "ema_26", "rsi_14", "macd", "macd_signal"),
        *("macd_histogram", "bollinger_upper", "bollinger_middle", "bollinger_lower", "atr_14", "volatility"),
        *("week_52_high", "week_52_low"),
    )
    fields: dict[str, Any] = dict.fromkeys(names)
    rsi = figures["rsi_14"]
    name, direction, detail = (
        ("rsi_overbought", "bearish", "70 or more")
        if rsi >= 70
        else ("rsi_neutral", "neutral", "between 30 and 70")
    )
    signals = [Signal(name=name, direction=direction, detail=f"RSI 14 is {rsi:.1f}, {detail}")]
    if symbol == "AAPL":
        detail = "SMA 50 crossed above SMA 200 14 candles ago"
        signals.append(Signal(name="golden_cross", direction="bullish", detail=detail, occurred_at=NOW))
    return Technicals(
        symbol=symbol,
        currency=currency,
        period="1y",
        candle_count=251,
        signals=tuple(signals),
        **_SOURCE,
        **{**fields, **figures},
    )


APPLE = (
    _quote(
        "AAPL",
        "Apple Inc.",
        "USD",
        price=250.5,
        previous_close=248.0,
        change=2.5,
        change_percent=1.008,
        open=248.5,
        day_high=251.0,
        day_low=247.9,
        volume=51_000_000,
        market_cap=3_700_000_000_000,
    ),
    _technicals(
        "AAPL",
        "USD",
        close=250.5,
        sma_20=245.1,
        sma_50=240.35,
        sma_200=220.0,
        ema_12=247.02,
        ema_26=243.15,
        rsi_14=61.2,
        macd=3.87,
        macd_signal=3.45,
        macd_histogram=0.42,
        bollinger_upper=255.3,
        bollinger_middle=245.1,
        bollinger_lower=234.9,
        atr_14=4.21,
        volatility=0.243,
        week_52_high=260.1,
        week_52_low=169.21,
    ),
    Fundamentals(
        symbol="AAPL",
        name="Apple Inc.",
        currency="USD",
        sector="Technology",
        market_cap=3_700_000_000_000,
        enterprise_value=3_760_000_000_000,
        shares_outstanding=14_770_000_000,
        employees=164_000,
        trailing_pe=34.1,
        forward_pe=30.2,
        peg_ratio=2.35,
        price_to_book=50.6,
        price_to_sales=8.9,
        ev_to_ebitda=26.4,
        earnings_per_share=7.35,
        book_value_per_share=4.95,
        revenue=416_200_000_000,
        net_income=112_000_000_000,
        gross_margin=0.469,
        operating_margin=0.319,
        profit_margin=0.269,
        return_on_equity=1.52,
        return_on_assets=0.245,
        revenue_growth=0.079,
        earnings_growth=0.123,
        total_cash=54_700_000_000,
        total_debt=112_400_000_000,
        debt_to_equity=1.54,
        current_ratio=0.89,
        free_cash_flow=98_800_000_000,
        dividend_per_share=1.04,
        dividend_yield=0.0042,
        payout_ratio=0.141,
        beta=1.11,
        analyst_rating="buy",
        analyst_count=41,
        target_mean_price=270.0,
        target_high_price=325.0,
        target_low_price=190.0,
        **_SOURCE,
    ),
)
MICROSOFT = (
    _quote(
        "MSFT",
        "Microsoft Corporation",
        "USD",
        price=420.1,
        previous_close=424.31,
        change=-4.21,
        change_percent=-0.992,
        open=423.0,
        day_high=425.75,
        day_low=418.62,
        volume=22_400_000,
        market_cap=3_120_000_000_000,
    ),
    _technicals(
        "MSFT",
        "USD",
        close=420.1,
        sma_20=430.22,
        sma_50=437.9,
        sma_200=401.55,
        ema_12=427.3,
        ema_26=431.8,
        rsi_14=41.7,
        macd=-3.12,
        macd_signal=-2.2,
        macd_histogram=-0.92,
        bollinger_upper=446.84,
        bollinger_middle=430.22,
        bollinger_lower=413.6,
        atr_14=7.85,
        volatility=0.198,
        week_52_high=468.35,
        week_52_low=344.79,
    ),
    Fundamentals(
        symbol="MSFT",
        name="Microsoft Corporation",
        currency="USD",
        market_cap=3_120_000_000_000,
        trailing_pe=31.6,
        forward_pe=27.9,
        price_to_sales=11.1,
        earnings_per_share=13.29,
        revenue=281_700_000_000,
        net_income=101_800_000_000,
        gross_margin=0.688,
        operating_margin=0.449,
        profit_margin=0.361,
        return_on_equity=0.333,
        revenue_growth=0.149,
        earnings_growth=0.105,
        total_cash=94_600_000_000,
        total_debt=60_600_000_000,
        debt_to_equity=0.32,
        current_ratio=1.35,
        free_cash_flow=71_600_000_000,
        dividend_per_share=3.32,
        dividend_yield=0.0079,
        payout_ratio=0.247,
        beta=0.93,
        analyst_count=53,
        target_mean_price=498.5,
        target_high_price=600.0,
        target_low_price=410.0,
        employees=228_000,
        **_SOURCE,
    ),
)
NVIDIA = (
    _quote(
        "NVDA",
        "NVIDIA Corporation",
        "USD",
        price=178.2,
        previous_close=172.05,
        change=6.15,
        change_percent=3.575,
        open=173.4,
        day_high=179.66,
        day_low=172.88,
        volume=198_700_000,
        market_cap=4_340_000_000_000,
    ),
    _technicals(
        "NVDA",
        "USD",
        close=178.2,
        sma_20=170.9,
        sma_50=165.2,
        sma_200=139.8,
        rsi_14=72.4,
        macd=4.41,
        macd_signal=3.02,
        macd_histogram=1.39,
        atr_14=5.37,
        volatility=0.512,
        week_52_high=184.48,
        week_52_low=86.62,
    ),
    Fundamentals(
        symbol="NVDA",
        name="NVIDIA Corporation",
        currency="USD",
        market_cap=4_340_000_000_000,
        trailing_pe=54.3,
        forward_pe=33.0,
        earnings_per_share=3.28,
        revenue=165_200_000_000,
        net_income=86_600_000_000,
        gross_margin=0.698,
        profit_margin=0.524,
        revenue_growth=0.556,
        earnings_growth=0.612,
        total_cash=56_800_000_000,
        total_debt=10_600_000_000,
        debt_to_equity=0.11,
        current_ratio=4.21,
        beta=2.12,
        dividend_yield=0.0002,
        analyst_count=58,
        target_mean_price=215.3,
        employees=36_000,
        **_SOURCE,
    ),
)
AMD = (
    _quote(
        "AMD",
        "Advanced Micro Devices, Inc.",
        "USD",
        price=158.65,
        previous_close=161.3,
        change=-2.65,
        change_percent=-1.643,
        open=160.9,
        day_high=162.05,
        day_low=157.71,
        volume=43_900_000,
        market_cap=257_600_000_000,
    ),
    _technicals(
        "AMD",
        "USD",
        close=158.65,
        sma_20=162.3,
        sma_50=166.4,
        sma_200=131.2,
        rsi_14=33.7,
        macd=-2.05,
        macd_signal=-1.33,
        macd_histogram=-0.72,
        atr_14=6.18,
        volatility=0.547,
        week_52_high=186.65,
        week_52_low=76.48,
    ),
    Fundamentals(
        symbol="AMD",
        name="Advanced Micro Devices, Inc.",
        currency="USD",
        market_cap=257_600_000_000,
        trailing_pe=96.1,
        forward_pe=38.4,
        earnings_per_share=1.65,
        revenue=29_600_000_000,
        net_income=2_830_000_000,
        gross_margin=0.509,
        profit_margin=0.096,
        revenue_growth=0.317,
        total_cash=5_870_000_000,
        total_debt=3_890_000_000,
        debt_to_equity=0.07,
        current_ratio=2.49,
        beta=1.89,
        analyst_count=47,
        target_mean_price=187.9,
        **_SOURCE,
    ),
)
SAP = (
    _quote(
        "SAP.DE",
        "SAP SE",
        "EUR",
        price=231.4,
        previous_close=230.05,
        change=1.35,
        change_percent=0.587,
        open=230.2,
        day_high=232.15,
        day_low=229.3,
        volume=1_640_000,
        market_cap=270_100_000_000,
    ),
    _technicals(
        "SAP.DE",
        "EUR",
        close=231.4,
        sma_20=233.1,
        sma_50=235.8,
        sma_200=242.6,
        rsi_14=45.3,
        macd=-1.1,
        macd_signal=-1.42,
        macd_histogram=0.32,
        atr_14=3.66,
        volatility=0.226,
        week_52_high=283.5,
        week_52_low=204.1,
    ),
    Fundamentals(
        symbol="SAP.DE",
        name="SAP SE",
        currency="EUR",
        market_cap=270_100_000_000,
        trailing_pe=38.9,
        forward_pe=31.2,
        earnings_per_share=5.95,
        revenue=36_100_000_000,
        net_income=7_050_000_000,
        profit_margin=0.195,
        operating_margin=0.264,
        revenue_growth=0.087,
        total_cash=11_200_000_000,
        total_debt=9_400_000_000,
        dividend_per_share=2.35,
        dividend_yield=0.0102,
        beta=1.04,
        analyst_count=27,
        target_mean_price=281.0,
        **_SOURCE,
    ),
)
BOEING = (
    _quote(
        "BA",
        "The Boeing Company",
        "USD",
        price=201.55,
        previous_close=204.9,
        change=-3.35,
        change_percent=-1.635,
        volume=6_730_000,
        market_cap=152_400_000_000,
    ),
    _technicals(
        "BA",
        "USD",
        close=201.55,
        sma_50=212.4,
        sma_200=188.7,
        rsi_14=38.6,
        week_52_high=242.69,
        week_52_low=128.88,
    ),
    Fundamentals(
        symbol="BA",
        name="The Boeing Company",
        currency="USD",
        revenue=80_800_000_000,
        net_income=-10_200_000_000,
        earnings_per_share=-13.95,
        profit_margin=-0.126,
        revenue_growth=0.302,
        total_debt=53_400_000_000,
        total_cash=23_000_000_000,
        free_cash_flow=-4_800_000_000,
        beta=1.46,
        target_mean_price=239.0,
        **_SOURCE,
    ),
)
THREE_M = (
    _quote(
        "MMM",
        "3M Company",
        "USD",
        price=167.3,
        previous_close=165.95,
        change=1.35,
        change_percent=0.814,
        volume=2_910_000,
        market_cap=88_900_000_000,
    ),
    Fundamentals(
        symbol="MMM",
        name="3M Company",
        currency="USD",
        trailing_pe=26.7,
        revenue=24_800_000_000,
        dividend_yield=0.0175,
        dividend_per_share=2.92,
        beta=1.08,
        analyst_count=17,
        **_SOURCE,
    ),
)
TOYOTA = (
    _quote(
        "7203.T",
        "Toyota Motor Corporation",
        "JPY",
        price=2687.5,
        previous_close=2701.0,
        change=-13.5,
        change_percent=-0.5,
        open=2695.0,
        day_high=2712.0,
        day_low=2671.5,
        volume=21_340_000,
        market_cap=42_500_000_000_000,
    ),
    _technicals(
        "7203.T",
        "JPY",
        close=2687.5,
        sma_50=2745.2,
        sma_200=2590.4,
        rsi_14=43.8,
        macd=-18.6,
        macd_signal=-14.1,
        macd_histogram=-4.5,
        week_52_high=3084.0,
        week_52_low=2226.5,
        volatility=0.271,
    ),
    Fundamentals(
        symbol="7203.T",
        name="Toyota Motor Corporation",
        currency="JPY",
        trailing_pe=9.1,
        revenue=48_036_700_000_000,
        net_income=4_765_100_000_000,
        operating_margin=0.1,
        profit_margin=0.099,
        revenue_growth=0.065,
        dividend_per_share=95.0,
        dividend_yield=0.0353,
        total_debt=33_721_800_000_000,
        beta=0.42,
        target_mean_price=3120.0,
        analyst_count=16,
        employees=383_900,
        **_SOURCE,
    ),
)
SAMSUNG = (
    _quote(
        "005930.KS",
        "Samsung Electronics Co., Ltd.",
        "KRW",
        price=97_800.0,
        previous_close=96_400.0,
        change=1_400.0,
        change_percent=1.452,
        volume=14_330_000,
        market_cap=578_900_000_000_000,
    ),
    _technicals(
        "005930.KS",
        "KRW",
        close=97_800.0,
        sma_50=92_150.0,
        sma_200=71_420.0,
        rsi_14=66.4,
        week_52_high=112_400.0,
        week_52_low=50_800.0,
    ),
    Fundamentals(
        symbol="005930.KS",
        name="Samsung Electronics Co., Ltd.",
        currency="KRW",
        trailing_pe=19.8,
        revenue=317_600_000_000_000,
        net_income=31_900_000_000_000,
        operating_margin=0.141,
        revenue_growth=0.088,
        dividend_yield=0.0149,
        **_SOURCE,
    ),
)
INDEX = (
    _quote(
        "^GSPC",
        "S&P 500",
        "USD",
        asset_type="index",
        price=6602.99,
        previous_close=6538.76,
        change=64.23,
        change_percent=0.982,
    ),
    _technicals(
        "^GSPC",
        "USD",
        close=6602.99,
        sma_50=6710.3,
        sma_200=6178.5,
        rsi_14=44.6,
        week_52_high=6920.34,
        week_52_low=4835.04,
    ),
)


def _history() -> History:
    closes = (205.35, 199.2, 210.02, 214.05, 229.35, 237.88, 245.27, 252.31, 262.82, 268.17, 255.46, 250.5)
    first = NOW.replace(hour=0) - timedelta(days=176)
    candles = tuple(
        Candle(
            timestamp=first + timedelta(days=16 * number),
            open=close - 1,
            high=close + 1.6,
            low=close - 2.4,
            close=close,
            adjusted_close=close,
            volume=40_000_000 + number,
        )
        for number, close in enumerate(closes)
    )
    return History(
        symbol="AAPL",
        currency="USD",
        period="6mo",
        interval="1d",
        adjustment="split_and_dividend",
        candles=candles,
        **_SOURCE,
    )


def _line(value: float) -> dict[str, Any]:
    return {
        "value": value,
        "derived": False,
        "restated": False,
        "converted_from": None,
        "original": None,
        "reason": None,
    }


_ANNUAL: Mapping[str, tuple[float, float, float]] = {
    "revenue": (281_724e6, 245_122e6, 211_915e6),
    "gross_profit": (193_893e6, 171_008e6, 146_052e6),
    "operating_income": (128_528e6, 109_433e6, 88_523e6),
    "net_income": (101_832e6, 88_136e6, 72_361e6),
    "research_and_development": (32_488e6, 29_510e6, 27_195e6),
    "eps_diluted": (13.64, 11.80, 9.68),
    "operating_cash_flow": (136_162e6, 118_548e6, 87_582e6),
    "capital_expenditure": (-64_551e6, -44_477e6, -28_107e6),
    "free_cash_flow": (71_611e6, 74_071e6, 59_475e6),
}
_QUARTERS = (
    ("2025-09-30", 2026, "Q1", 77_673e6, 27_747e6),
    ("2025-06-30", 2025, "Q4", 76_441e6, 27_233e6),
    ("2024-09-30", 2025, "Q1", 65_585e6, 24_667e6),
)


def _statements() -> tuple[Fact, ...]:
    annual = [
        {
            "start": f"{year - 1}-07-01",
            "end": f"{year}-06-30",
            "fiscal_year": year,
            "fiscal_period": "FY",
            "currency": "USD",
            "form": "10-K",
            "lines": {name: _line(values[place]) for name, values in _ANNUAL.items()},
        }
        for place, year in enumerate((2025, 2024, 2023))
    ]
    quarterly = [
        {
            "end": end,
            "fiscal_year": year,
            "fiscal_period": quarter,
            "currency": "USD",
            "form": "10-Q",
            "lines": {"revenue": _line(revenue), "net_income": _line(income)},
        }
        for end, year, quarter, revenue, income in _QUARTERS
    ]
    earnings = {
        "symbol": "MSFT",
        "history": [
            {
                "period_end": "2025-09-30",
                "reported_on": "2025-10-29",
                "eps_estimate": 3.66,
                "eps_actual": 4.13,
                "surprise_percent": 12.84,
            },
            {
                "period_end": "2025-06-30",
                "reported_on": "2025-07-29",
                "eps_estimate": 3.37,
                "eps_actual": 3.65,
                "surprise_percent": 8.31,
            },
        ],
        "next": {"date": "2026-01-28", "date_end": None, "time_of_day": "after_close", "confirmed": True},
    }
    parts: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            "statements",
            {"symbol": "MSFT", "name": "Microsoft Corporation", "period": "annual", "periods": annual},
        ),
        ("statements", {"symbol": "MSFT", "period": "quarterly", "periods": quarterly}),
        ("earnings", earnings),
    )
    return tuple(
        Fact(number, kind, "MSFT", "", data, "sec_edgar", AS_OF, False)
        for number, (kind, data) in enumerate(parts, start=1)
    )


def _coca_cola() -> tuple[Fact, ...]:
    quote = _quote(
        "KO",
        "The Coca-Cola Company",
        "USD",
        price=70.15,
        previous_close=70.62,
        change=-0.47,
        change_percent=-0.666,
        market_cap=301_800_000_000,
    )
    actions = {
        "symbol": "KO",
        "dividends": [
            {"ex_date": "2026-09-15", "amount": 0.51, "currency": "USD"},
            {"ex_date": "2026-06-13", "amount": 0.51, "currency": "USD"},
        ],
        "splits": [{"date": "2012-08-13", "numerator": 2, "denominator": 1}],
    }
    earnings = {
        "symbol": "KO",
        "history": [],
        "next": {"date": "2027-02-10", "date_end": None, "confirmed": False},
    }
    return (
        fact_of(1, "quote", "KO", quote),
        Fact(2, "actions", "KO", "", actions, "yahoo", AS_OF, False),
        Fact(3, "earnings", "KO", "", earnings, "yahoo", AS_OF, False),
    )


_NEWS = News(
    symbol="AAPL",
    articles=(
        Article(
            title="Apple to invest $14 billion in a chip plant in Arizona",
            publisher="Example Wire",
            url="https://example.com/1",
            published_at=NOW,
            sentiment=0.42,
            summary="The plant will create 3,500 jobs by 2028, the company said.",
        ),
        Article(
            title="Analyst sees iPhone shipments up 6% this quarter",
            publisher="Example Daily",
            url="https://example.com/2",
            published_at=NOW,
            sentiment=0.1,
            summary=None,
        ),
    ),
    **_SOURCE,
)

_REPORT = (
    "Contoso Foods reported net sales of $1,284.6 million for fiscal 2026, up 7% from $1,200.3 million in "
    "fiscal 2025. "
    "Gross margin widened to 31.4% from 30.1%. The company closed 23 stores and opened 41, ending the year "
    "with 612 stores. "
    "Operating cash flow was $142.7 million, and capital expenditures were $58.2 million. "
    "In March 2026 it acquired Fabrikam Bakeries for $86 million in cash.\n"
    "| $bn | 2026 | 2025 |\n|---|---|---|\n| Net sales | 1.28 | 1.20 |\n| Inventories | 0.21 | 0.19 |\n"
    "| Total debt | 0.46 | 0.52 |\n"
)


def _facts(*companies: tuple[Any, ...]) -> tuple[Fact, ...]:
    kinds: dict[type[Any], str] = {
        Quote: "quote",
        Technicals: "technicals",
        Fundamentals: "fundamentals",
        News: "news",
        History: "history",
    }
    parts = [part for company in companies for part in company]
    return tuple(
        fact_of(number, kinds[type(part)], part.symbol, part) for number, part in enumerate(parts, start=1)
    )


@cache
def worlds() -> dict[str, tuple[Fact, ...]]:
    """The facts of each world by its name."""
    return {
        "apple": _facts((*APPLE, _NEWS)),
        "history": _facts((APPLE[0], _history())),
        "two": _facts(APPLE, MICROSOFT),
        "chips": _facts(NVIDIA, AMD),
        "five": _facts(APPLE, MICROSOFT, NVIDIA, AMD, SAP),
        "sap": _facts(SAP),
        "industry": _facts(BOEING, THREE_M),
        "toyota": _facts(TOYOTA),
        "samsung": _facts(SAMSUNG),
        "asia": _facts(TOYOTA, SAMSUNG),
        "index": _facts(INDEX, (APPLE[0],)),
        "statements": _statements(),
        "cola": _coca_cola(),
        "prose": (Fact(1, "document", "", _REPORT, {}, "report", None, False),),
    }
