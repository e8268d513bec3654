"""Which sections each type of report has, and the prose they get when no model writes it.

The composed prose states the data and where it is from; it judges nothing that the rules of
``shared.reports.recommendation`` and ``shared.market.signals`` do not say.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shared.market.formatting import fraction, large, money, number, percent
from shared.market.metrics import (
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
from shared.reports.request import ReportType


@dataclass(frozen=True)
class SectionPlan:
    """One section of a report.

    Attributes:
        title: Its heading.
        metrics: Its figures; None leaves the section out, because its data is missing.
        compose: Its prose when no model writes it.
        risks: Its risk factors when no model writes them.
    """

    title: str
    metrics: Callable[[ReportData], Metrics | None]
    compose: Callable[[ReportData], str]
    risks: Callable[[ReportData], tuple[str, ...]] = lambda _: ()


def _compose_price(data: ReportData) -> str:
    quote, cite = data.quote, data.cite("quote")
    text = f"{quote.name or quote.symbol} last traded at {money(quote.price, quote.currency)} {cite}."
    if quote.change_percent is not None:
        text += (
            f" That is {percent(quote.change_percent, signed=True)} against the previous close of "
            f"{money(quote.previous_close, quote.currency)} {cite}."
        )
    return text


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
    fundamentals = data.fundamentals
    if fundamentals is None:
        return "There are no fundamentals."
    cite = data.cite("fundamentals")
    text = f"The market values the company at {large(fundamentals.market_cap, fundamentals.currency)} {cite}."
    if fundamentals.trailing_pe is not None:
        text += f" That is {number(fundamentals.trailing_pe, 1)} times the earnings of the last year {cite}."
    return text


def _compose_business(data: ReportData) -> str:
    fundamentals = data.fundamentals
    if fundamentals is None:
        return "There are no fundamentals."
    cite = data.cite("fundamentals")
    return (
        f"Revenue was {large(fundamentals.revenue, fundamentals.currency)}, with a profit margin of "
        f"{fraction(fundamentals.profit_margin)}; revenue changed by "
        f"{fraction(fundamentals.revenue_growth, signed=True)} in a year {cite}."
    )


def _compose_health(data: ReportData) -> str:
    fundamentals = data.fundamentals
    if fundamentals is None:
        return "There are no fundamentals."
    cite, currency = data.cite("fundamentals"), fundamentals.currency
    return (
        f"Against {large(fundamentals.total_cash, currency)} of cash stand "
        f"{large(fundamentals.total_debt, currency)} of debt {cite}."
    )


def _health_risks(data: ReportData) -> tuple[str, ...]:
    fundamentals = data.fundamentals
    if fundamentals is None:
        return ()
    risks = []
    if fundamentals.debt_to_equity is not None and fundamentals.debt_to_equity > 2:
        risks.append(f"Debt is {number(fundamentals.debt_to_equity)} times equity.")
    if fundamentals.current_ratio is not None and fundamentals.current_ratio < 1:
        risks.append(
            f"Short-term assets are {number(fundamentals.current_ratio)} times short-term liabilities."
        )
    if fundamentals.profit_margin is not None and fundamentals.profit_margin < 0:
        risks.append("The company makes a loss.")
    return tuple(risks)


def _compose_analysts(data: ReportData) -> str:
    fundamentals = data.fundamentals
    if fundamentals is None or fundamentals.target_mean_price is None:
        return "There are no analysts' targets."
    return (
        f"{number(fundamentals.analyst_count, 0)} analysts see the share at "
        f"{money(fundamentals.target_mean_price, fundamentals.currency)} on average "
        f"{data.cite('fundamentals')}."
    )


def _compose_news(data: ReportData) -> str:
    if data.news is None or not data.news.articles:
        return "There is no news."
    headlines = "; ".join(f"“{article.title}”" for article in data.news.articles[:3])
    sentiment = mean_sentiment(data.news)
    tone = "" if sentiment is None else f" The mean sentiment is {sentiment:+.2f}."
    return f"The latest headlines: {headlines} {data.cite('news')}.{tone}"


def _of_technicals(data: ReportData) -> Metrics | None:
    return technical_metrics(data.technicals) if data.technicals else None


def _of_news(data: ReportData) -> Metrics | None:
    return news_metrics(data.news) if data.news else None


PRICE = SectionPlan("Price", lambda data: price_metrics(data.quote), _compose_price)
TECHNICALS = SectionPlan("Technical picture", _of_technicals, _compose_technicals, _technical_risks)
VALUATION = SectionPlan(
    "Valuation",
    lambda data: valuation_metrics(data.fundamentals) if data.fundamentals else None,
    _compose_valuation,
)
BUSINESS = SectionPlan(
    "Profitability and growth",
    lambda data: business_metrics(data.fundamentals) if data.fundamentals else None,
    _compose_business,
)
HEALTH = SectionPlan(
    "Balance sheet and dividend",
    lambda data: health_metrics(data.fundamentals) if data.fundamentals else None,
    _compose_health,
    _health_risks,
)
ANALYSTS = SectionPlan(
    "Analysts",
    lambda data: analyst_metrics(data.fundamentals) if data.fundamentals else None,
    _compose_analysts,
)
NEWS = SectionPlan("News and sentiment", _of_news, _compose_news)

PLANS: dict[ReportType, tuple[SectionPlan, ...]] = {
    "comprehensive_analysis": (PRICE, TECHNICALS, VALUATION, BUSINESS, HEALTH, ANALYSTS, NEWS),
    "technical_analysis": (PRICE, TECHNICALS),
    "fundamental_analysis": (PRICE, VALUATION, BUSINESS, HEALTH, ANALYSTS),
    "quick_overview": (PRICE, TECHNICALS, VALUATION),
    "market_sentiment": (PRICE, NEWS, TECHNICALS),
}


def plans_for(report_type: ReportType, data: ReportData) -> tuple[SectionPlan, ...]:
    """The sections of a type for which there is data."""
    return tuple(plan for plan in PLANS[report_type] if plan.metrics(data))
