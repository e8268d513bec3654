"""Sample data on companies: fundamentals and dividends that fit the price, and labelled headlines."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote as percent_encoded

from shared.domain.formatting import amount_decimals, customary_decimals
from shared.domain.market_data import Article, CorporateActions, Dividend, Fundamentals, News, Quote
from shared.market.providers.sample.sample_funds import sample_fund
from shared.market.providers.sample.sample_instruments import SampleInstrument
from shared.market.providers.sample.walk import seeded_generator

_SUMMARY: Final = "Made-up figures of the sample source, not {name}'s own"
_HEADLINES: Final = (
    ("Sample headline: {name} presents quarterly figures", 0.2),
    ("Sample headline: analysts discuss the outlook of {name}", 0.0),
    ("Sample headline: {name} announces a new product", 0.35),
    ("Sample headline: shares of {name} under pressure", -0.3),
    ("Sample headline: {name} and its competitors compared", 0.05),
)
_MARKET_HEADLINES: Final = (
    ("Sample headline: what moves {name} this week", 0.0),
    ("Sample headline: strategists discuss the outlook of {name}", 0.05),
    ("Sample headline: investors return to {name}", 0.35),
    ("Sample headline: {name} under pressure", -0.3),
    ("Sample headline: {name} and other investments compared", 0.0),
)
"""Of what is no company: it has no products and no quarterly figures."""
_DIVIDEND_MONTHS: Final = (2, 5, 8, 11)
_DIVIDEND_DAY: Final = 9
_SMALLEST_PAYOUT: Final = 0.005
"""Who would pay a smaller part of the profit pays nothing."""
_HOURS_BETWEEN_ARTICLES: Final = 9
_MAX_ARTICLES: Final = 100


def sample_fundamentals(instrument: SampleInstrument, quote: Quote) -> Fundamentals:
    """Returns fundamentals derived from the quote; those of a company only for equities."""
    base = Fundamentals(
        source=quote.source,
        as_of=quote.as_of,
        fetched_at=quote.fetched_at,
        symbol=quote.symbol,
        name=quote.name,
        currency=quote.currency,
        market_cap=quote.market_cap,
        summary=_SUMMARY.format(name=instrument.name),
        fund=sample_fund(instrument, quote.price),
    )
    if instrument.asset_type != "equity":
        return base
    return base.model_copy(update=_company(instrument, quote.price))


def sample_figures(instrument: SampleInstrument) -> Mapping[str, Any]:
    """Returns the fundamentals of a company at its usual price, by name."""
    return _company(instrument, instrument.price)


def annual_dividend(instrument: SampleInstrument) -> float:
    """Returns the dividends of a year per share, as in the fundamentals; 0 for what is no company."""
    if instrument.asset_type != "equity":
        return 0.0
    annual = _company(instrument, instrument.price)["dividend_per_share"]
    return annual if isinstance(annual, float) else 0.0


def per_share(amount: float) -> float:
    """Returns an amount per share: to the cent, and below 1 with four significant digits."""
    return round(amount, customary_decimals(amount, None))


def sample_actions(instrument: SampleInstrument, days: Sequence[date]) -> CorporateActions:
    """Returns quarterly dividends; sample instruments are never split.

    Args:
        instrument: The instrument.
        days: Dates of its sessions, oldest first. Each ex-date is the first session from the 9th of
            February, May, August and November on.
    """
    amount = round(annual_dividend(instrument) / len(_DIVIDEND_MONTHS), 8)
    if not amount or not days:
        return CorporateActions(adjustment="split")
    nominal = (
        date(year, month, _DIVIDEND_DAY)
        for year in range(days[0].year, days[-1].year + 1)
        for month in _DIVIDEND_MONTHS
    )
    positions = (bisect_left(days, day) for day in nominal if day > days[0])
    return CorporateActions(
        adjustment="split",
        dividends=tuple(
            Dividend(ex_date=days[position], amount=amount, currency=instrument.currency)
            for position in positions
            if position < len(days)
        ),
    )


class _Draw:
    """Numbers that depend on the seed alone, one after the other."""

    def __init__(self, seed: str) -> None:
        self._random = seeded_generator(seed, "company")

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * float(self._random.random())


def _company(instrument: SampleInstrument, price: float) -> dict[str, object]:
    # The company's state does not move with the price: the figures are drawn for its usual level.
    draw = _Draw(instrument.seed)
    earnings = instrument.price / draw.between(14, 34)
    book_value = earnings / draw.between(0.12, 0.35)
    growth = draw.between(-0.04, 0.22)
    return {
        "sector": instrument.sector,
        "industry": instrument.industry,
        "country": instrument.country,
        "employees": int(draw.between(8_000, 300_000)),
        "shares_outstanding": instrument.shares,
        "trailing_pe": round(price / earnings, 2),
        "forward_pe": round(price / (earnings * (1 + growth)), 2),
        "peg_ratio": round(price / earnings / (growth * 100), 2) if growth > 0.01 else None,
        "price_to_book": round(price / book_value, 2),
        "earnings_per_share": per_share(earnings),
        "book_value_per_share": per_share(book_value),
        "return_on_equity": round(earnings / book_value, 4),
        "return_on_assets": round(earnings / book_value * draw.between(0.3, 0.6), 4),
        "earnings_growth": round(growth, 4),
        "revenue_growth": round(growth * draw.between(0.6, 1.0), 4),
        "beta": round(draw.between(0.6, 1.7), 2),
        **_accounts(instrument, price, earnings, book_value, draw),
        **_dividend(instrument, price, earnings, draw),
        **_analysts(instrument, draw),
    }


def _accounts(
    instrument: SampleInstrument, price: float, earnings: float, book_value: float, draw: _Draw
) -> dict[str, object]:
    margin = draw.between(0.06, 0.28)
    net_income = earnings * instrument.shares
    revenue = net_income / margin
    debt, cash = revenue * draw.between(0.1, 0.6), revenue * draw.between(0.05, 0.35)
    enterprise_value = price * instrument.shares + debt - cash
    operating_margin = margin * draw.between(1.15, 1.4)
    return {
        "enterprise_value": round(enterprise_value),
        "price_to_sales": round(price * instrument.shares / revenue, 2),
        "ev_to_ebitda": round(enterprise_value / (revenue * operating_margin * 1.15), 2),
        "revenue": round(revenue),
        "net_income": round(net_income),
        "gross_margin": round(min(0.9, margin * draw.between(1.9, 2.8)), 4),
        "operating_margin": round(operating_margin, 4),
        "profit_margin": round(margin, 4),
        "total_cash": round(cash),
        "total_debt": round(debt),
        "debt_to_equity": round(debt / (book_value * instrument.shares), 4),
        "current_ratio": round(draw.between(0.9, 2.4), 2),
        "free_cash_flow": round(net_income * draw.between(0.7, 1.2)),
    }


def _dividend(instrument: SampleInstrument, price: float, earnings: float, draw: _Draw) -> dict[str, object]:
    payout = draw.between(0.0, 0.55)
    if payout < _SMALLEST_PAYOUT:
        return {"dividend_per_share": None, "dividend_yield": None, "payout_ratio": 0.0}
    quarterly = per_share(earnings * payout) / len(_DIVIDEND_MONTHS)
    # The year is the sum of what is paid, which is rounded.
    annual = len(_DIVIDEND_MONTHS) * round(quarterly, amount_decimals(quarterly, instrument.currency))
    return {
        "dividend_per_share": round(annual, 8),
        "dividend_yield": round(annual / price, 6),
        "payout_ratio": round(payout, 4),
    }


def _analysts(instrument: SampleInstrument, draw: _Draw) -> dict[str, object]:
    target = instrument.price * draw.between(0.95, 1.2)
    decimals = customary_decimals(target, instrument.currency)
    return {
        "analyst_rating": "buy" if target > instrument.price * 1.08 else "hold",
        "analyst_count": int(draw.between(12, 50)),
        "target_mean_price": round(target, decimals),
        "target_high_price": round(target * 1.18, decimals),
        "target_low_price": round(target * 0.82, decimals),
    }


def sample_news(instrument: SampleInstrument, limit: int, now: datetime) -> News:
    """Returns headlines at regular times before ``now``; the same time always has the same headline."""
    slot = timedelta(hours=_HOURS_BETWEEN_ARTICLES)
    newest = int(now.timestamp() // slot.total_seconds())
    articles = tuple(
        _article(instrument, number, now.fromtimestamp(number * slot.total_seconds(), now.tzinfo))
        for number in range(newest, newest - min(limit, _MAX_ARTICLES), -1)
    )
    return News(
        source="sample",
        as_of=articles[0].published_at if articles else None,
        fetched_at=now,
        symbol=instrument.symbol,
        articles=articles,
    )


def _article(instrument: SampleInstrument, number: int, published_at: datetime) -> Article:
    headlines = _HEADLINES if instrument.asset_type == "equity" else _MARKET_HEADLINES
    title, sentiment = headlines[number % len(headlines)]
    return Article(
        title=title.format(name=instrument.name),
        publisher="Sample News",
        url=f"https://example.com/sample-news/{percent_encoded(instrument.symbol)}/{number}",
        published_at=published_at,
        summary="A sample article: it was made up and reports nothing.",
        sentiment=sentiment,
    )
