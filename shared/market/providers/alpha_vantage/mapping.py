"""Alpha Vantage's shapes in our vocabulary.

Every figure is a text; a missing one is ``None`` or ``-``. Margins, returns, growth and the dividend yield
are fractions, as ours are; the change of a quote is in percent with the sign behind it.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Final

from shared.domain.market_data import (
    Actions,
    Article,
    AssetType,
    Candle,
    Dividend,
    Fundamentals,
    Quote,
    Split,
    SymbolInfo,
)
from shared.errors import ProviderBadPayloadError
from shared.market.providers.alpha_vantage.errors import NAME

Json = Mapping[str, object]

CURRENCY: Final = "USD"
"""Of every symbol that is asked for; quotes and histories do not say."""

_ASSET_TYPES: Final[Mapping[str, AssetType]] = {
    "Equity": "equity",
    "ETF": "etf",
    "Mutual Fund": "mutual_fund",
}
_MAX_TEXT: Final = 4000
_MAX_DENOMINATOR: Final = 10_000
_FIGURES: Final = {
    "trailing_pe": "TrailingPE",
    "forward_pe": "ForwardPE",
    "peg_ratio": "PEGRatio",
    "price_to_book": "PriceToBookRatio",
    "price_to_sales": "PriceToSalesRatioTTM",
    "ev_to_ebitda": "EVToEBITDA",
    "earnings_per_share": "EPS",
    "book_value_per_share": "BookValue",
    "operating_margin": "OperatingMarginTTM",
    "profit_margin": "ProfitMargin",
    "return_on_equity": "ReturnOnEquityTTM",
    "return_on_assets": "ReturnOnAssetsTTM",
    "revenue_growth": "QuarterlyRevenueGrowthYOY",
    "earnings_growth": "QuarterlyEarningsGrowthYOY",
    "dividend_per_share": "DividendPerShare",
    "dividend_yield": "DividendYield",
    "beta": "Beta",
    "target_mean_price": "AnalystTargetPrice",
}
_WHOLE: Final = {
    "market_cap": "MarketCapitalization",
    "shares_outstanding": "SharesOutstanding",
    "revenue": "RevenueTTM",
}


def quote(row: Json, fetched_at: datetime) -> Quote:
    """A quote from ``Global Quote``: of the end of the latest trading day."""
    price, before = _required(row, "05. price"), _number(row.get("08. previous close"))
    change = None if before is None else round(price - before, 6)
    return Quote(
        source=NAME,
        as_of=_day(row.get("07. latest trading day")),
        fetched_at=fetched_at,
        symbol=str(row["01. symbol"]),
        name=None,
        asset_type="other",
        currency=CURRENCY,
        exchange=None,
        price=price,
        previous_close=before,
        change=change,
        change_percent=round(change / before * 100, 6) if change is not None and before else None,
        open=_number(row.get("02. open")),
        day_high=_number(row.get("03. high")),
        day_low=_number(row.get("04. low")),
        volume=_whole(row.get("06. volume")),
        market_cap=None,
        market_state=None,
    )


def candle(day: str, row: Json) -> Candle:
    """A daily candle, which begins at midnight UTC of its date."""
    return Candle(
        timestamp=datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC),
        open=_required(row, "1. open"),
        high=_required(row, "2. high"),
        low=_required(row, "3. low"),
        close=_required(row, "4. close"),
        adjusted_close=None,
        volume=_whole(row.get("5. volume")) or 0,
    )


def actions(symbol: str, dividends: Sequence[Json], splits: Sequence[Json], fetched_at: datetime) -> Actions:
    """Corporate actions from ``DIVIDENDS`` and ``SPLITS``; announced ones that lie ahead are left out."""
    paid = [
        Dividend(ex_date=day.date(), amount=amount, currency=CURRENCY)
        for row in dividends
        if (day := _day(row.get("ex_dividend_date"))) is not None
        and day <= fetched_at
        and (amount := _number(row.get("amount"))) is not None
    ]
    done = []
    for row in splits:
        day, factor = _day(row.get("effective_date")), _number(row.get("split_factor"))
        if day is not None and day <= fetched_at and factor is not None and factor > 0:
            ratio = Fraction(factor).limit_denominator(_MAX_DENOMINATOR)
            done.append(Split(date=day.date(), numerator=ratio.numerator, denominator=ratio.denominator))
    return Actions(
        source=NAME,
        as_of=fetched_at,
        fetched_at=fetched_at,
        symbol=symbol,
        adjustment="none",
        dividends=tuple(sorted(paid, key=lambda dividend: dividend.ex_date)),
        splits=tuple(sorted(done, key=lambda split: split.date)),
    )


def fundamentals(row: Json, fetched_at: datetime) -> Fundamentals:
    """Fundamentals from ``OVERVIEW``."""
    revenue, gross = _number(row.get("RevenueTTM")), _number(row.get("GrossProfitTTM"))
    sector, industry = _text(row.get("Sector")), _text(row.get("Industry"))
    return Fundamentals.model_validate(
        {name: _number(row.get(key)) for name, key in _FIGURES.items()}
        | {name: _whole(row.get(key)) for name, key in _WHOLE.items()}
        | {
            "source": NAME,
            "as_of": _day(row.get("LatestQuarter")),
            "fetched_at": fetched_at,
            "symbol": row["Symbol"],
            "name": _text(row.get("Name")),
            "currency": _text(row.get("Currency")),
            "sector": sector.title() if sector else None,
            "industry": industry.title() if industry else None,
            "country": _text(row.get("Country")),
            "summary": _text(row.get("Description")),
            "gross_margin": gross / revenue if gross is not None and revenue else None,
        }
    )


def article(row: Json, symbol: str) -> Article | None:
    """An article with its sentiment for the symbol; None without a title or a link."""
    title, url = _text(row.get("title")), _text(row.get("url"))
    if not title or not url or not url.startswith(("https://", "http://")):
        return None
    published = _text(row.get("time_published"))
    return Article(
        title=title,
        publisher=_text(row.get("source")),
        url=url,
        published_at=_moment(published) if published else None,
        summary=_text(row.get("summary")),
        sentiment=_sentiment(row, symbol),
    )


def symbol_info(row: Json) -> SymbolInfo:
    """A hit of ``SYMBOL_SEARCH``."""
    return SymbolInfo(
        symbol=str(row["1. symbol"]),
        name=_text(row.get("2. name")),
        asset_type=_ASSET_TYPES.get(str(row.get("3. type")), "other"),
        exchange=None,
        country=_text(row.get("4. region")),
        currency=_text(row.get("8. currency")),
        sector=None,
    )


def _sentiment(row: Json, symbol: str) -> float | None:
    tickers = row.get("ticker_sentiment")
    scores = [
        _number(ticker.get("ticker_sentiment_score"))
        for ticker in (tickers if isinstance(tickers, list) else [])
        if isinstance(ticker, Mapping) and ticker.get("ticker") == symbol
    ]
    score = scores[0] if scores else _number(row.get("overall_sentiment_score"))
    return None if score is None else max(-1.0, min(1.0, score))


def _number(raw: object) -> float | None:
    try:
        value = float(str(raw))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _required(row: Json, key: str) -> float:
    value = _number(row.get(key))
    if value is None:
        raise ProviderBadPayloadError(NAME, "a price is missing in the answer")
    return value


def _whole(raw: object) -> int | None:
    value = _number(raw)
    return None if value is None else round(value)


def _text(raw: object) -> str | None:
    text = raw.strip()[:_MAX_TEXT] if isinstance(raw, str) else ""
    return None if text in ("", "-", "None") else text


def _day(raw: object) -> datetime | None:
    try:
        return datetime.strptime(str(raw), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _moment(raw: str) -> datetime | None:
    try:
        return datetime.strptime(raw, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
