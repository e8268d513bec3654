"""One company's data, as the data manager hands it out; tests change what they are about."""

from datetime import UTC, datetime

from shared.domain.market_data import Article, Candle, Fundamentals, History, News, Quote
from shared.domain.technicals import Signal, Technicals

NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)

QUOTE = Quote(
    source="yahoo",
    as_of=NOW,
    fetched_at=NOW,
    symbol="AAPL",
    name="Apple Inc.",
    asset_type="equity",
    currency="USD",
    exchange="NMS",
    price=250.5,
    previous_close=248.0,
    change=2.5,
    change_percent=1.008,
    open=248.5,
    day_high=251.0,
    day_low=247.9,
    volume=51_000_000,
    market_cap=3_700_000_000_000,
    market_state="closed",
)

TECHNICALS = Technicals(
    source="yahoo",
    as_of=NOW,
    fetched_at=NOW,
    symbol="AAPL",
    currency="USD",
    period="1y",
    candle_count=250,
    close=250.5,
    sma_20=245.0,
    sma_50=240.0,
    sma_200=220.0,
    ema_12=247.0,
    ema_26=243.0,
    rsi_14=61.2,
    macd=4.0,
    macd_signal=3.5,
    macd_histogram=0.5,
    bollinger_upper=255.0,
    bollinger_middle=245.0,
    bollinger_lower=235.0,
    atr_14=4.2,
    volatility=0.24,
    week_52_high=260.1,
    week_52_low=169.2,
    signals=(Signal(name="rsi_neutral", direction="neutral", detail="RSI 14 is 61.2, between 30 and 70"),),
)

FUNDAMENTALS = Fundamentals(
    source="yahoo",
    as_of=NOW,
    fetched_at=NOW,
    symbol="AAPL",
    name="Apple Inc.",
    currency="USD",
    sector="Technology",
    market_cap=3_700_000_000_000,
    trailing_pe=34.1,
    earnings_per_share=7.35,
    revenue=416_000_000_000,
    profit_margin=0.269,
    revenue_growth=0.079,
    total_cash=54_000_000_000,
    total_debt=112_000_000_000,
    debt_to_equity=1.5,
    current_ratio=0.89,
    analyst_count=41,
    target_mean_price=270.0,
)

NEWS = News(
    source="yahoo",
    as_of=NOW,
    fetched_at=NOW,
    symbol="AAPL",
    articles=(
        Article(
            title="Apple opens a new campus",
            publisher="Example Wire",
            url="https://example.com/1",
            published_at=NOW,
            summary="It opened.",
            sentiment=0.2,
        ),
    ),
)

HISTORY = History(
    source="yahoo",
    as_of=NOW,
    fetched_at=NOW,
    symbol="AAPL",
    currency="USD",
    period="2y",
    interval="1d",
    adjustment="split",
    candles=(
        Candle(
            timestamp=datetime(2026, 11, 19, tzinfo=UTC),
            open=247.0,
            high=249.0,
            low=246.5,
            close=248.0,
            adjusted_close=248.0,
            volume=48_000_000,
        ),
        Candle(
            timestamp=datetime(2026, 11, 20, tzinfo=UTC),
            open=248.5,
            high=251.0,
            low=247.9,
            close=250.5,
            adjusted_close=250.5,
            volume=51_000_000,
        ),
    ),
)
