"""Facts of the blind answers: invented data under known names, made by the models the chat uses."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from shared.domain.company import (
    Earnings,
    EarningsEstimate,
    Holders,
    Insider,
    Institution,
    NextEarnings,
    Peer,
    Peers,
    Profile,
    ReportedEarnings,
)
from shared.domain.facts import Fact
from shared.domain.market_data import (
    Actions,
    Article,
    Candle,
    Dividend,
    Fundamentals,
    History,
    News,
    Provenance,
    Quote,
    Split,
)
from shared.domain.statements import StatementLine, StatementPeriod, Statements, absent, statement_items
from shared.domain.technicals import Signal, Technicals
from shared.grounding.answer_facts import company_fact
from shared.grounding.market_facts import fact_of, price_fact

NOW = datetime(2026, 12, 4, 21, 0, tzinfo=UTC)
_SOURCE: dict[str, Any] = {"source": "yahoo", "as_of": NOW, "fetched_at": NOW}
_NO_PRICE = dict.fromkeys(
    ("previous_close", "change", "change_percent", "open", "day_high", "day_low", "volume", "market_cap")
)
_NO_INDICATOR = dict.fromkeys(
    (
        *("close", "sma_20", "sma_50", "sma_200", "ema_12", "ema_26", "rsi_14", "macd", "macd_signal"),
        *("macd_histogram", "bollinger_upper", "bollinger_middle", "bollinger_lower", "atr_14", "volatility"),
        *("week_52_high", "week_52_low"),
    )
)
_BILLION = 1_000_000_000


def _quote(
    symbol: str,
    name: str,
    currency: str,
    price: float,
    previous: float,
    asset_type: str = "equity",
    **figures: Any,
) -> Quote:
    moved = {"change": round(price - previous, 4), "change_percent": round((price / previous - 1) * 100, 3)}
    about = {"exchange": None, "market_state": "closed", "asset_type": asset_type}
    values = {**_NO_PRICE, "price": price, "previous_close": previous, **moved, **figures, **about}
    return Quote(symbol=symbol, name=name, currency=currency, **_SOURCE, **values)


def _technicals(symbol: str, currency: str, *signals: Signal, **figures: float) -> Technicals:
    about = {"symbol": symbol, "currency": currency, "period": "1y", "candle_count": 251, "signals": signals}
    return Technicals(**about, **_SOURCE, **{**_NO_INDICATOR, **figures})


def _fundamentals(symbol: str, name: str, currency: str, **figures: Any) -> Fundamentals:
    return Fundamentals(symbol=symbol, name=name, currency=currency, **_SOURCE, **figures)


def _statement(
    symbol: str, statement: Any, period: Any, rows: Mapping[tuple[str, int, str], Mapping[str, float]]
) -> Statements:
    names = [item.name for item in statement_items(statement)]
    periods = tuple(
        StatementPeriod(
            start=None,
            end=date.fromisoformat(end),
            fiscal_year=year,
            fiscal_period=quarter,
            currency="USD",
            form="10-K" if quarter == "FY" else "10-Q",
            lines={
                name: StatementLine(value=values[name]) if name in values else absent("not reported")
                for name in names
            },
        )
        for (end, year, quarter), values in rows.items()
    )
    about = {"symbol": symbol, "statement": statement, "period": period, "periods": periods}
    return Statements(**about, **{**_SOURCE, "source": "sec_edgar"})


def _millions(**lines: float) -> dict[str, float]:
    return {
        name: value if name.startswith("eps") else round(value * 1_000_000) for name, value in lines.items()
    }


def _past(end: str, reported: str, estimate: float, actual: float) -> ReportedEarnings:
    return ReportedEarnings(
        period_end=date.fromisoformat(end),
        reported_on=date.fromisoformat(reported),
        eps_estimate=estimate,
        eps_actual=actual,
        surprise_percent=round((actual / estimate - 1) * 100, 2),
    )


def _next(first: str, last: str | None = None) -> NextEarnings:
    end = date.fromisoformat(last) if last else None
    return NextEarnings(
        date=date.fromisoformat(first), date_end=end, time_of_day="after_market", confirmed=last is None
    )


TESLA = (
    _quote(
        "TSLA",
        "Tesla, Inc.",
        "USD",
        432.15,
        446.9,
        open=445.2,
        day_high=448.87,
        day_low=429.6,
        volume=88_340_000,
        market_cap=1437 * _BILLION,
    ),
    _technicals(
        "TSLA",
        "USD",
        Signal(name="rsi_neutral", direction="neutral", detail="RSI 14 is 47.6, between 30 and 70"),
        close=432.15,
        sma_20=438.72,
        sma_50=421.08,
        sma_200=344.55,
        ema_12=436.4,
        ema_26=431.95,
        rsi_14=47.6,
        macd=4.45,
        macd_signal=6.12,
        macd_histogram=-1.67,
        bollinger_upper=471.3,
        bollinger_middle=438.72,
        bollinger_lower=406.14,
        atr_14=16.83,
        volatility=0.587,
        week_52_high=488.54,
        week_52_low=214.25,
    ),
    _fundamentals(
        "TSLA",
        "Tesla, Inc.",
        "USD",
        market_cap=1437 * _BILLION,
        enterprise_value=1409 * _BILLION,
        shares_outstanding=3_325_000_000,
        employees=125_665,
        trailing_pe=298.0,
        forward_pe=187.4,
        price_to_book=18.0,
        price_to_sales=15.0,
        ev_to_ebitda=118.6,
        earnings_per_share=1.45,
        revenue=95_630_000_000,
        net_income=5_080_000_000,
        gross_margin=0.17,
        operating_margin=0.066,
        profit_margin=0.053,
        return_on_equity=0.068,
        revenue_growth=0.116,
        earnings_growth=-0.371,
        total_cash=41_650_000_000,
        total_debt=13_790_000_000,
        debt_to_equity=0.172,
        current_ratio=2.07,
        free_cash_flow=3_590_000_000,
        beta=1.87,
        analyst_rating="hold",
        analyst_count=42,
        target_mean_price=391.4,
        target_high_price=600.0,
        target_low_price=120.0,
    ),
    Earnings(
        symbol="TSLA",
        currency="USD",
        history=(
            _past("2026-09-30", "2026-10-21", 0.54, 0.5),
            _past("2026-06-30", "2026-07-22", 0.4, 0.4),
            _past("2026-03-31", "2026-04-22", 0.41, 0.27),
        ),
        next=_next("2027-01-27", "2027-02-01"),
        estimates=(
            EarningsEstimate(
                period="current_quarter",
                period_end=date(2026, 12, 31),
                eps_mean=0.45,
                eps_low=0.29,
                eps_high=0.61,
                revenue_mean=24_710_000_000,
                revenue_low=22_100_000_000,
                revenue_high=27_900_000_000,
                analysts=25,
            ),
        ),
        **_SOURCE,
    ),
)
FORD = (
    _quote("F", "Ford Motor Company", "USD", 13.18, 12.9, volume=61_200_000, market_cap=52_500_000_000),
    _fundamentals(
        "F",
        "Ford Motor Company",
        "USD",
        market_cap=52_500_000_000,
        trailing_pe=11.3,
        forward_pe=9.4,
        earnings_per_share=1.17,
        revenue=189_600_000_000,
        net_income=4_690_000_000,
        gross_margin=0.078,
        operating_margin=0.024,
        profit_margin=0.025,
        revenue_growth=0.094,
        total_cash=42_800_000_000,
        total_debt=161_900_000_000,
        debt_to_equity=3.42,
        dividend_per_share=0.6,
        dividend_yield=0.0455,
        beta=1.51,
        employees=171_000,
        analyst_count=20,
        target_mean_price=12.4,
    ),
)
GM = (
    _quote("GM", "General Motors Company", "USD", 74.36, 73.02, volume=8_950_000, market_cap=69_400_000_000),
    _fundamentals(
        "GM",
        "General Motors Company",
        "USD",
        market_cap=69_400_000_000,
        trailing_pe=14.8,
        forward_pe=7.1,
        earnings_per_share=5.02,
        revenue=187_400_000_000,
        net_income=3_010_000_000,
        profit_margin=0.016,
        revenue_growth=-0.003,
        total_debt=135_600_000_000,
        dividend_yield=0.0081,
        beta=1.33,
        employees=162_000,
        target_mean_price=71.9,
    ),
)
NESTLE = (
    _quote(
        "NESN.SW",
        "Nestlé S.A.",
        "CHF",
        79.84,
        80.52,
        day_high=80.7,
        day_low=79.46,
        volume=3_870_000,
        market_cap=205_300_000_000,
    ),
    _technicals(
        "NESN.SW",
        "CHF",
        close=79.84,
        sma_50=78.11,
        sma_200=80.93,
        rsi_14=54.2,
        volatility=0.182,
        week_52_high=91.72,
        week_52_low=69.9,
    ),
    _fundamentals(
        "NESN.SW",
        "Nestlé S.A.",
        "CHF",
        market_cap=205_300_000_000,
        employees=277_000,
        trailing_pe=20.4,
        forward_pe=17.6,
        earnings_per_share=3.91,
        revenue=90_600_000_000,
        net_income=10_050_000_000,
        gross_margin=0.463,
        operating_margin=0.164,
        profit_margin=0.111,
        return_on_equity=0.292,
        revenue_growth=-0.018,
        total_debt=62_700_000_000,
        dividend_per_share=3.05,
        dividend_yield=0.0382,
        payout_ratio=0.779,
        beta=0.37,
        analyst_count=23,
        target_mean_price=87.5,
    ),
    Actions(
        symbol="NESN.SW",
        adjustment="split",
        dividends=(
            Dividend(ex_date=date(2024, 4, 22), amount=3.0, currency="CHF"),
            Dividend(ex_date=date(2025, 4, 22), amount=3.05, currency="CHF"),
            Dividend(ex_date=date(2026, 4, 20), amount=3.1, currency="CHF"),
        ),
        **_SOURCE,
    ),
)
SONY = (
    _quote(
        "6758.T",
        "Sony Group Corporation",
        "JPY",
        4376.0,
        4298.0,
        day_high=4402.0,
        day_low=4291.0,
        volume=14_630_000,
        market_cap=26_180 * _BILLION,
    ),
    _technicals(
        "6758.T",
        "JPY",
        close=4376.0,
        sma_50=4512.3,
        sma_200=3984.6,
        rsi_14=42.9,
        week_52_high=4776.0,
        week_52_low=3033.0,
        volatility=0.334,
    ),
    _fundamentals(
        "6758.T",
        "Sony Group Corporation",
        "JPY",
        trailing_pe=21.7,
        forward_pe=19.2,
        earnings_per_share=201.6,
        revenue=12_957_100_000_000,
        net_income=1_141_600_000_000,
        operating_margin=0.109,
        profit_margin=0.088,
        return_on_equity=0.142,
        revenue_growth=0.046,
        total_debt=1_513_400_000_000,
        dividend_per_share=25.0,
        dividend_yield=0.0057,
        beta=0.71,
        employees=112_300,
        analyst_count=24,
        target_mean_price=5180.0,
    ),
    Earnings(
        symbol="6758.T",
        currency="JPY",
        history=(
            _past("2026-09-30", "2026-11-11", 43.8, 51.63),
            _past("2026-06-30", "2026-08-07", 40.5, 42.95),
        ),
        next=_next("2027-02-14", "2027-02-18"),
        estimates=(),
        **_SOURCE,
    ),
)
LVMH = (
    _quote(
        "MC.PA",
        "LVMH Moët Hennessy - Louis Vuitton, Société Européenne",
        "EUR",
        628.3,
        619.5,
        day_high=631.9,
        day_low=617.2,
        volume=402_500,
        market_cap=311_900_000_000,
    ),
    _technicals(
        "MC.PA",
        "EUR",
        close=628.3,
        sma_50=583.47,
        sma_200=541.12,
        rsi_14=71.8,
        week_52_high=762.7,
        week_52_low=436.55,
        volatility=0.298,
    ),
    _fundamentals(
        "MC.PA",
        "LVMH Moët Hennessy - Louis Vuitton, Société Européenne",
        "EUR",
        trailing_pe=28.4,
        forward_pe=24.9,
        earnings_per_share=22.12,
        revenue=82_800_000_000,
        net_income=10_960_000_000,
        gross_margin=0.662,
        operating_margin=0.226,
        profit_margin=0.132,
        revenue_growth=-0.042,
        total_debt=38_200_000_000,
        total_cash=12_100_000_000,
        free_cash_flow=13_400_000_000,
        dividend_per_share=13.0,
        dividend_yield=0.0207,
        beta=0.98,
        employees=196_000,
        analyst_count=28,
        target_mean_price=664.0,
    ),
    Peers(
        symbol="MC.PA",
        industry="Luxury Goods",
        sic=None,
        peers=(
            Peer(
                symbol="RMS.PA",
                name="Hermès International",
                market_cap=223_400_000_000,
                currency="EUR",
                revenue=15_700_000_000,
                revenue_growth=8.4,
                operating_margin=40.5,
                net_margin=28.9,
                trailing_pe=49.6,
            ),
            Peer(
                symbol="KER.PA",
                name="Kering SA",
                market_cap=37_600_000_000,
                currency="EUR",
                revenue=15_100_000_000,
                revenue_growth=-15.9,
                operating_margin=11.7,
                net_margin=4.8,
                trailing_pe=51.3,
            ),
        ),
        reason=None,
        **_SOURCE,
    ),
)
TENCENT = (
    _quote(
        "0700.HK",
        "Tencent Holdings Limited",
        "HKD",
        611.5,
        617.0,
        volume=18_430_000,
        market_cap=5578 * _BILLION,
    ),
    _technicals("0700.HK", "HKD", close=611.5, sma_50=633.9, sma_200=548.2, rsi_14=44.1, week_52_high=683.0),
    _fundamentals(
        "0700.HK",
        "Tencent Holdings Limited",
        "HKD",
        trailing_pe=24.6,
        forward_pe=19.8,
        gross_margin=0.553,
        operating_margin=0.348,
        profit_margin=0.301,
        return_on_equity=0.204,
        revenue_growth=0.154,
        dividend_yield=0.0074,
        beta=0.52,
        employees=109_400,
    ),
)
NOVO = (
    _quote("NOVO-B.CO", "Novo Nordisk A/S", "DKK", 318.9, 327.2, market_cap=1421 * _BILLION),
    _fundamentals(
        "NOVO-B.CO",
        "Novo Nordisk A/S",
        "DKK",
        trailing_pe=13.7,
        earnings_per_share=23.28,
        revenue=311_900_000_000,
        net_income=103_400_000_000,
        gross_margin=0.826,
        operating_margin=0.437,
        revenue_growth=0.051,
        dividend_yield=0.0364,
        beta=0.35,
        employees=78_400,
    ),
)

_WALMART_YEARS = {
    ("2026-01-31", 2026, "FY"): _millions(
        revenue=713_163,
        cost_of_revenue=535_220,
        gross_profit=177_943,
        operating_income=29_825,
        net_income=21_893,
        eps_diluted=2.73,
    ),
    ("2025-01-31", 2025, "FY"): _millions(
        revenue=680_985,
        cost_of_revenue=511_753,
        gross_profit=169_232,
        operating_income=29_348,
        net_income=19_436,
        eps_diluted=2.41,
    ),
    ("2024-01-31", 2024, "FY"): _millions(
        revenue=648_125,
        cost_of_revenue=490_142,
        gross_profit=157_983,
        operating_income=27_012,
        net_income=15_511,
        eps_diluted=1.91,
    ),
}
_WALMART_CASH = {
    ("2026-01-31", 2026, "FY"): _millions(
        operating_cash_flow=41_565, capital_expenditure=-26_642, free_cash_flow=14_923, dividends_paid=-7_507
    ),
    ("2025-01-31", 2025, "FY"): _millions(
        operating_cash_flow=36_443, capital_expenditure=-23_783, free_cash_flow=12_660, dividends_paid=-6_688
    ),
}
_WALMART_BALANCE = {
    ("2026-01-31", 2026, "FY"): _millions(
        cash=10_727, inventory=58_851, total_assets=284_668, long_term_debt=34_459, total_equity=106_190
    ),
    ("2025-01-31", 2025, "FY"): _millions(
        cash=9_037, inventory=56_435, total_assets=260_823, long_term_debt=33_401, total_equity=97_692
    ),
}
_WALMART_QUARTERS = {
    ("2026-10-31", 2027, "Q3"): _millions(revenue=187_912, net_income=6_143),
    ("2026-07-31", 2027, "Q2"): _millions(revenue=185_204, net_income=7_026),
    ("2025-10-31", 2026, "Q3"): _millions(revenue=179_496, net_income=5_986),
}
WALMART = (
    _quote("WMT", "Walmart Inc.", "USD", 114.73, 113.88, market_cap=914_700_000_000),
    _statement("WMT", "income", "annual", _WALMART_YEARS),
    _statement("WMT", "cash_flow", "annual", _WALMART_CASH),
    _statement("WMT", "balance", "annual", _WALMART_BALANCE),
    _statement("WMT", "income", "quarterly", _WALMART_QUARTERS),
    Earnings(
        symbol="WMT",
        currency="USD",
        history=(_past("2026-10-31", "2026-11-19", 0.61, 0.65), _past("2026-07-31", "2026-08-20", 0.73, 0.7)),
        next=_next("2027-02-18"),
        estimates=(),
        **_SOURCE,
    ),
)
_COSTCO = Profile(
    symbol="COST",
    name="Costco Wholesale Corporation",
    business_summary="Costco operates 914 membership warehouses in 14 countries and sells online.",
    sector="Consumer Defensive",
    industry="Discount Stores",
    sic="5331",
    employees=341_000,
    exchange="NASDAQ",
    country="United States",
    fiscal_year_end="08-31",
    website="https://example.com/costco",
    **_SOURCE,
)
_COSTCO_HOLDERS = Holders(
    symbol="COST",
    currency="USD",
    insiders_percent=0.19,
    institutions_percent=70.6,
    institution_count=4_318,
    insiders=(
        Insider(
            name="Ron Vachris",
            role="Chief Executive Officer",
            shares=38_127,
            transaction="Sale",
            transaction_date=date(2026, 10, 6),
            transaction_shares=-1_250,
        ),
    ),
    institutions=(
        Institution(
            name="Vanguard Group Inc",
            shares=43_580_000,
            percent_held=9.83,
            value=40_970_000_000,
            reported_on=date(2026, 9, 30),
        ),
        Institution(
            name="Blackrock Inc.",
            shares=34_310_000,
            percent_held=7.74,
            value=32_250_000_000,
            reported_on=date(2026, 9, 30),
        ),
        Institution(
            name="State Street Corporation",
            shares=18_260_000,
            percent_held=4.12,
            value=17_160_000_000,
            reported_on=date(2026, 9, 30),
        ),
    ),
    **_SOURCE,
)


def _netflix() -> tuple[Fact, ...]:
    closes = (1098.2, 1134.06, 1211.4, 1240.0, 1198.92, 1186.5, 1152.3, 1089.0, 1104.6, 1127.8)
    first = NOW.replace(hour=0) - timedelta(days=63)
    candles = tuple(
        Candle(
            timestamp=first + timedelta(days=7 * number),
            open=close - 4,
            high=close + 7.5,
            low=close - 9.5,
            close=close,
            adjusted_close=close,
            volume=3_100_000,
        )
        for number, close in enumerate(closes)
    )
    history = History(
        symbol="NFLX",
        currency="USD",
        period="3mo",
        interval="1d",
        adjustment="split_and_dividend",
        candles=candles,
        **_SOURCE,
    )
    article = Article(
        title="Netflix plans to spend $20 billion on content in 2027",
        publisher="Example Wire",
        url="https://example.com/netflix",
        published_at=NOW,
        sentiment=0.31,
        summary="The ad tier reached 94 million monthly users, up from 70 million a year ago.",
    )
    news = News(symbol="NFLX", articles=(article,), **_SOURCE)
    actions = Actions(
        symbol="NFLX",
        adjustment="split",
        splits=(Split(date=date(2015, 7, 15), numerator=7, denominator=1),),
        **_SOURCE,
    )
    quote = _quote("NFLX", "Netflix, Inc.", "USD", 1127.8, 1104.6, market_cap=479_200_000_000)
    return (
        fact_of(1, "quote", "NFLX", quote),
        fact_of(2, "history", "NFLX", history),
        fact_of(3, "news", "NFLX", news),
        price_fact(4, history, candles[3], candles[3].timestamp.date()),
        fact_of(5, "actions", "NFLX", actions),
    )


_MARKET = (
    _quote("^IXIC", "NASDAQ Composite", "USD", 23_214.69, 23_471.75, "index"),
    _quote("^GDAXI", "DAX", "EUR", 24_028.14, 23_882.03, "index"),
    _quote("BTC-USD", "Bitcoin", "USD", 91_402.5, 94_017.8, "cryptocurrency"),
    _quote("EURUSD=X", "EUR/USD", "USD", 1.1642, 1.1598, "currency"),
    _quote("GC=F", "Gold", "USD", 4_211.3, 4_186.6, "future"),
)
_FILING = (
    "Northwind Traders generated revenue of €2.46 billion in 2026 (2025: €2.31 billion), an increase of "
    "6.5%. EBITDA rose to €318 million, a margin of 12.9%. The workforce grew to 8,940 employees. "
    "Net debt fell from €412 million to €355 million. The board proposes a dividend of €1.85 per share. "
    "For 2027 it expects organic growth of 4% to 5%.\n"
    "| in € million | 2026 | 2025 |\n|---|---|---|\n"
    "| Beverages | 1,402 | 1,288 |\n| Snacks | 1,058 | 1,022 |\n"
)


def _facts(*parts: Provenance) -> tuple[Fact, ...]:
    return tuple(
        fact_of(number, type(part).__name__.lower(), str(getattr(part, "symbol")), part)  # noqa: B009
        for number, part in enumerate(parts, start=1)
    )


def _costco() -> tuple[Fact, ...]:
    quote = _quote("COST", "Costco Wholesale Corporation", "USD", 921.44, 934.2, market_cap=408_600_000_000)
    return (fact_of(1, "quote", "COST", quote), company_fact(2, _COSTCO, _COSTCO_HOLDERS))


@cache
def blind_worlds() -> dict[str, tuple[Fact, ...]]:
    """Returns the facts of each world by its name."""
    return {
        "tesla": _facts(*TESLA),
        "cars": _facts(*TESLA[:3], *FORD, *GM),
        "nestle": _facts(*NESTLE),
        "sony": _facts(*SONY),
        "lvmh": _facts(*LVMH),
        "tencent": _facts(*TENCENT),
        "east": _facts(*SONY[:3], *TENCENT),
        "europe": _facts(*NESTLE[:3], *LVMH[:3], *NOVO),
        "walmart": _facts(*WALMART),
        "costco": _costco(),
        "netflix": _netflix(),
        "market": _facts(*_MARKET),
        "filing": (Fact(1, "document", "", _FILING, {}, "report", None, False),),
    }
