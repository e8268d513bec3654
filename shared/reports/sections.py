"""The sections that most instruments share, and the prose they get when no model writes it.

The composed prose states the data and where it is from; it judges nothing that the rules of
``shared.reports.recommendation`` and ``shared.market.analysis.signals`` do not say.
"""

from collections.abc import Callable
from typing import Final

from shared.domain.formatting import fraction, large, money, number, percent
from shared.domain.market_data import AssetType, Fundamentals
from shared.market.section_metrics import (
    Metrics,
    analyst_metrics,
    business_metrics,
    health_metrics,
    mean_sentiment,
    news_metrics,
    price_metrics,
    technical_metrics,
    valuation_metrics,
)
from shared.reports.data import ReportData
from shared.reports.section_plan import SectionPlan
from shared.reports.text import one_line

_NO_FUNDAMENTALS: Final = "There are no fundamentals."


_LEADS: Final[dict[AssetType, str]] = {
    "index": "stands at {price} points",
    "currency": "is quoted at {price}",
    "future": "last settled or traded at {price}",
}


def compose_lead(data: ReportData) -> str:
    """Returns the price and its change, in a sentence or two, worded for the kind of instrument."""
    quote, cite = data.quote, data.cite("quote")
    lead = _LEADS.get(quote.asset_type, "last traded at {price}")
    price = _price(data, quote.price)
    text = f"{one_line(quote.name or quote.symbol)} {lead.format(price=price)} {cite}."
    if quote.change_percent is not None and quote.previous_close is not None:
        before = _price(data, quote.previous_close)
        text += (
            f" That is {percent(quote.change_percent, signed=True)} against the previous close of "
            f"{before} {cite}."
        )
    return text


def _price(data: ReportData, price: float | None) -> str:
    """Returns a price in the currency and with the decimals of the quote."""
    return money(price, data.quote.currency, beside=data.quote.price, decimals=data.quote.price_decimals)


def _compose_price(data: ReportData) -> str:
    quote, said = data.quote, []
    if quote.day_low is not None and quote.day_high is not None:
        low, high = (_price(data, price) for price in (quote.day_low, quote.day_high))
        said.append(f"The day's low is {low} and the day's high is {high} {data.cite('quote')}.")
    known = data.technicals
    if known and known.week_52_low is not None and known.week_52_high is not None:
        low, high = (_price(data, price) for price in (known.week_52_low, known.week_52_high))
        cite = data.cite("technicals")
        said.append(f"The 52-week low is {low} and the 52-week high is {high} {cite}.")
    return " ".join(said) or compose_lead(data)


def _price_risks(data: ReportData) -> tuple[str, ...]:
    return ("The price is stale: its source did not answer.",) if data.quote.stale else ()


def _compose_technicals(data: ReportData) -> str:
    if data.technicals is None:
        return "There are no technical figures."
    cite = data.cite("technicals")
    signals = " ".join(f"{signal.detail}." for signal in data.technicals.signals)
    if not signals:
        return f"The history of {data.technicals.candle_count} days is too short for signals {cite}."
    return f"{signals} {cite}"


def _technical_risks(data: ReportData) -> tuple[str, ...]:
    technicals = data.technicals
    if technicals is None:
        return ()
    risks = [f"{signal.detail}." for signal in technicals.signals if signal.direction == "bearish"]
    if technicals.volatility is not None and technicals.volatility >= 0.4:
        risks.append(f"The price swings widely: {fraction(technicals.volatility)} volatility a year.")
    return tuple(risks)


def _compose_valuation(data: ReportData) -> str:
    known = data.fundamentals
    if known is None:
        return _NO_FUNDAMENTALS
    return _sentences(
        data.cite("fundamentals"),
        (known.market_cap, f"The market value is {large(known.market_cap, known.currency)}"),
        (known.trailing_pe, f"The trailing P/E is {number(known.trailing_pe, 1)}"),
        (known.forward_pe, f"The forward P/E is {number(known.forward_pe, 1)}"),
        (known.price_to_book, f"The price to book ratio is {number(known.price_to_book)}"),
    )


def _valuation_risks(data: ReportData) -> tuple[str, ...]:
    known = data.fundamentals
    if known is None or known.trailing_pe is None or known.trailing_pe <= 40:
        return ()
    return (f"At {number(known.trailing_pe, 1)} times earnings much growth is paid for in advance.",)


def _compose_business(data: ReportData) -> str:
    known = data.fundamentals
    if known is None:
        return _NO_FUNDAMENTALS
    return _sentences(
        data.cite("fundamentals"),
        (known.revenue, f"Revenue was {large(known.revenue, known.currency)}"),
        (known.profit_margin, f"The profit margin is {fraction(known.profit_margin)}"),
        (
            known.revenue_growth,
            f"Revenue changed by {fraction(known.revenue_growth, signed=True)} in a year",
        ),
        (
            known.earnings_growth,
            f"Earnings changed by {fraction(known.earnings_growth, signed=True)} in a year",
        ),
    )


def _business_risks(data: ReportData) -> tuple[str, ...]:
    known = data.fundamentals
    if known is None:
        return ()
    risks = []
    if known.revenue_growth is not None and known.revenue_growth < 0:
        risks.append(f"Revenue fell by {fraction(-known.revenue_growth)} in a year.")
    if known.earnings_growth is not None and known.earnings_growth < 0:
        risks.append(f"Earnings fell by {fraction(-known.earnings_growth)} in a year.")
    if known.profit_margin is not None and known.profit_margin < 0:
        risks.append("The company makes a loss.")
    return tuple(risks)


def _compose_health(data: ReportData) -> str:
    known = data.fundamentals
    if known is None:
        return _NO_FUNDAMENTALS
    return _sentences(
        data.cite("fundamentals"),
        (known.total_cash, f"Cash amounts to {large(known.total_cash, known.currency)}"),
        (known.total_debt, f"Debt amounts to {large(known.total_debt, known.currency)}"),
        (known.dividend_yield, f"The dividend yields {fraction(known.dividend_yield)}"),
    )


def _health_risks(data: ReportData) -> tuple[str, ...]:
    known = data.fundamentals
    if known is None:
        return ()
    risks = []
    if known.debt_to_equity is not None and known.debt_to_equity > 2:
        risks.append(f"Debt is {number(known.debt_to_equity)} times equity.")
    if known.current_ratio is not None and known.current_ratio < 1:
        risks.append(
            f"The current ratio of {number(known.current_ratio)} leaves debts due within a year uncovered."
        )
    return tuple(risks)


def _compose_analysts(data: ReportData) -> str:
    known = data.fundamentals
    if known is None or known.target_mean_price is None:
        return "There are no analysts' targets."
    who = f"{number(known.analyst_count, 0)} analysts see" if known.analyst_count else "Analysts see"
    target = _price(data, known.target_mean_price)
    return f"{who} the price at {target} on average {data.cite('fundamentals')}."


def _analyst_risks(data: ReportData) -> tuple[str, ...]:
    known, price = data.fundamentals, data.quote.price
    if known is None or known.target_mean_price is None or known.target_mean_price >= price:
        return ()
    return (f"The analysts' mean target is below the price of {_price(data, price)}.",)


def _compose_news(data: ReportData) -> str:
    if data.news is None or not data.news.articles:
        return "There is no news."
    latest = data.news.articles[:3]
    headlines = "; ".join(f"“{one_line(article.title)}”" for article in latest)
    return f"The latest headlines: {headlines} {data.cite('news')}."


def _news_risks(data: ReportData) -> tuple[str, ...]:
    sentiment = mean_sentiment(data.news) if data.news else None
    if sentiment is None or sentiment > -0.15:
        return ()
    return (f"The news is rather negative: its mean sentiment is {number(sentiment, signed=True)}.",)


def _sentences(cite: str, *said: tuple[float | None, str]) -> str:
    """Returns the sentences with a known figure, each with its citation."""
    known = " ".join(f"{sentence} {cite}." for figure, sentence in said if figure is not None)
    return known or "The figures are in the table."


def _of_technicals(data: ReportData) -> Metrics | None:
    return technical_metrics(data.technicals) if data.technicals else None


def _of_fundamentals(metrics: Callable[[Fundamentals], Metrics]) -> Callable[[ReportData], Metrics | None]:
    return lambda data: metrics(data.fundamentals) if data.fundamentals else None


def _of_news(data: ReportData) -> Metrics | None:
    return news_metrics(data.news) if data.news and data.news.articles else None


PRICE = SectionPlan(
    "Price", lambda data: price_metrics(data.quote), _compose_price, _price_risks, charts=("price",)
)
TECHNICALS = SectionPlan(
    "Technical picture", _of_technicals, _compose_technicals, _technical_risks, charts=("rsi", "macd")
)
VALUATION = SectionPlan(
    "Valuation", _of_fundamentals(valuation_metrics), _compose_valuation, _valuation_risks
)
BUSINESS = SectionPlan(
    "Profitability and growth", _of_fundamentals(business_metrics), _compose_business, _business_risks
)
HEALTH = SectionPlan(
    "Balance sheet and dividend", _of_fundamentals(health_metrics), _compose_health, _health_risks
)
ANALYSTS = SectionPlan("Analysts", _of_fundamentals(analyst_metrics), _compose_analysts, _analyst_risks)
NEWS = SectionPlan("News and sentiment", _of_news, _compose_news, _news_risks)
