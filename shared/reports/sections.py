"""Which sections each type of report has, and the prose they get when no model writes it.

The composed prose states the data and where it is from; it judges nothing that the rules of
``shared.reports.recommendation`` and ``shared.market.analysis.signals`` do not say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from shared.domain.formatting import fraction, large, money, number, percent
from shared.domain.market_data import Fundamentals
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
from shared.reports.charts import ChartKind
from shared.reports.data import ReportData
from shared.reports.request import ReportType
from shared.reports.text import one_line

_NO_FUNDAMENTALS: Final = "There are no fundamentals."


@dataclass(frozen=True)
class SectionPlan:
    """One section of a report.

    Attributes:
        title: Its heading.
        metrics: Its figures; None leaves the section out, because its data is missing.
        compose: Its prose when no model writes it.
        risks: Its risk factors when no model writes them.
        charts: The charts that belong here.
    """

    title: str
    metrics: Callable[[ReportData], Metrics | None]
    compose: Callable[[ReportData], str]
    risks: Callable[[ReportData], tuple[str, ...]] = lambda _: ()
    charts: tuple[ChartKind, ...] = ()


def compose_lead(data: ReportData) -> str:
    """The price and its change, in a sentence or two."""
    quote, cite = data.quote, data.cite("quote")
    text = (
        f"{one_line(quote.name or quote.symbol)} last traded at {money(quote.price, quote.currency)} {cite}."
    )
    if quote.change_percent is not None and quote.previous_close is not None:
        text += (
            f" That is {percent(quote.change_percent, signed=True)} against the previous close of "
            f"{money(quote.previous_close, quote.currency)} {cite}."
        )
    return text


def _compose_price(data: ReportData) -> str:
    quote, said = data.quote, []
    if quote.day_low is not None and quote.day_high is not None:
        day = _range(quote.day_low, quote.day_high, quote.currency)
        said.append(f"In the session the price moved between {day} {data.cite('quote')}.")
    known = data.technicals
    if known and known.week_52_low is not None and known.week_52_high is not None:
        year = _range(known.week_52_low, known.week_52_high, known.currency)
        said.append(f"In the last 52 weeks it moved between {year} {data.cite('technicals')}.")
    return " ".join(said) or compose_lead(data)


def _range(low: float, high: float, currency: str | None) -> str:
    return f"{money(low, currency)} and {money(high, currency)}"


def _price_risks(data: ReportData) -> tuple[str, ...]:
    return ("The price is older than it should be: its source did not answer.",) if data.quote.stale else ()


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
        (
            known.trailing_pe,
            f"The price is {number(known.trailing_pe, 1)} times the earnings of the last year",
        ),
        (known.forward_pe, f"It is {number(known.forward_pe, 1)} times the earnings expected next"),
        (known.price_to_book, f"It is {number(known.price_to_book)} times book value"),
    )


def _valuation_risks(data: ReportData) -> tuple[str, ...]:
    known = data.fundamentals
    if known is None or known.trailing_pe is None or known.trailing_pe <= 40:
        return ()
    return (f"At {number(known.trailing_pe, 1)} times earnings much growth is paid for in advance.",)


def _fair_value_metrics(data: ReportData) -> Metrics | None:
    valuation = data.valuation
    if valuation is None or valuation.fair_value_base is None:
        return None
    currency, price = valuation.currency, data.quote.price
    metrics = {
        "Fair value, low": money(valuation.fair_value_low, currency, beside=price),
        "Fair value, middle": money(valuation.fair_value_base, currency, beside=price),
        "Fair value, high": money(valuation.fair_value_high, currency, beside=price),
    }
    for method in valuation.methods:
        if method.applicable:
            metrics[method.label] = money(method.base, currency, beside=price)
    for view in valuation.scenarios:
        metrics[f"Scenario {view.name}"] = money(view.value, currency, beside=price)
    for assumed in valuation.assumptions:
        in_percent = assumed.unit == "fraction"
        metrics[assumed.label] = fraction(assumed.value) if in_percent else number(assumed.value)
    return metrics


def _compose_fair_value(data: ReportData) -> str:
    valuation = data.valuation
    if valuation is None or valuation.fair_value_base is None:
        return "There is no fair value."
    currency, price, cite = valuation.currency, data.quote.price, data.cite_valuation()
    low, middle, high = (
        money(end, currency, beside=price)
        for end in (valuation.fair_value_low, valuation.fair_value_base, valuation.fair_value_high)
    )
    side = "above" if valuation.fair_value_base > price else "below"
    names = [method.label for method in valuation.methods if method.applicable]
    text = (
        f"The methods that apply put the fair value of one share between {low} and {high} {cite}. "
        f"The middle, {middle}, is {side} the price of {money(price, currency)} {cite}. "
        f"Methods: {'; '.join(names)}."
    )
    if valuation.scenarios:
        bear, base, bull = (money(view.value, currency, beside=price) for view in valuation.scenarios)
        text += (
            f" Discounted cash flows are worth {base} as history goes on, {bear} with slower growth and the "
            f"lower margins of the company's own past, and {bull} with the opposite {cite}."
        )
    return text


def _fair_value_risks(data: ReportData) -> tuple[str, ...]:
    valuation = data.valuation
    if valuation is None or valuation.fair_value_high is None or not valuation.scenarios:
        return ()
    price, bear = data.quote.price, valuation.scenarios[0]
    if bear.value >= price:
        return ()
    worth = money(bear.value, valuation.currency, beside=price)
    return (f"In the bear scenario a share is worth {worth}, less than its price.",)


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
        risks.append(f"Short-term assets are {number(known.current_ratio)} times short-term liabilities.")
    return tuple(risks)


def _compose_analysts(data: ReportData) -> str:
    known = data.fundamentals
    if known is None or known.target_mean_price is None:
        return "There are no analysts' targets."
    who = f"{number(known.analyst_count, 0)} analysts see" if known.analyst_count else "Analysts see"
    target = money(known.target_mean_price, known.currency)
    return f"{who} the price at {target} on average {data.cite('fundamentals')}."


def _analyst_risks(data: ReportData) -> tuple[str, ...]:
    known, price = data.fundamentals, data.quote.price
    if known is None or known.target_mean_price is None or known.target_mean_price >= price:
        return ()
    return (f"The analysts' mean target is below the price of {money(price, data.quote.currency)}.",)


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
    return (f"The news is rather negative: its mean sentiment is {sentiment:+.2f}.",)


def _sentences(cite: str, *said: tuple[float | None, str]) -> str:
    """The sentences whose figure is known, each with its citation."""
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
FAIR_VALUE = SectionPlan("Fair value", _fair_value_metrics, _compose_fair_value, _fair_value_risks)
BUSINESS = SectionPlan(
    "Profitability and growth", _of_fundamentals(business_metrics), _compose_business, _business_risks
)
HEALTH = SectionPlan(
    "Balance sheet and dividend", _of_fundamentals(health_metrics), _compose_health, _health_risks
)
ANALYSTS = SectionPlan("Analysts", _of_fundamentals(analyst_metrics), _compose_analysts, _analyst_risks)
NEWS = SectionPlan("News and sentiment", _of_news, _compose_news, _news_risks)

PLANS: dict[ReportType, tuple[SectionPlan, ...]] = {
    "comprehensive_analysis": (PRICE, TECHNICALS, VALUATION, FAIR_VALUE, BUSINESS, HEALTH, ANALYSTS, NEWS),
    "technical_analysis": (PRICE, TECHNICALS),
    "fundamental_analysis": (PRICE, VALUATION, FAIR_VALUE, BUSINESS, HEALTH, ANALYSTS),
    "quick_overview": (PRICE, TECHNICALS, VALUATION, FAIR_VALUE),
    "market_sentiment": (PRICE, NEWS, TECHNICALS),
}


def plans_for(report_type: ReportType, data: ReportData) -> tuple[SectionPlan, ...]:
    """The sections of a type for which there is data."""
    return tuple(plan for plan in PLANS[report_type] if plan.metrics(data))
