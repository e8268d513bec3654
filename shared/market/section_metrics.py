"""The figures of each section, from the data, as label and text in the order they are read.

A figure the source lacks is left out rather than printed as absent.
"""

from shared.domain.formatting import ABSENT, decimals_of, fraction, large, money, number, percent
from shared.domain.market_data import Fundamentals, News, Quote
from shared.domain.technicals import Technicals

Metrics = dict[str, str]


def price_metrics(quote: Quote) -> Metrics:
    """Returns price, change and trading of the session."""
    decimals = decimals_of(quote.symbol, quote.price, quote.currency, quote.price_decimals)
    return _present(
        ("Price", money(quote.price, quote.currency, decimals=decimals)),
        ("Change", money(quote.change, quote.currency, beside=quote.price, decimals=decimals)),
        ("Change in percent", percent(quote.change_percent, signed=True)),
        ("Previous close", money(quote.previous_close, quote.currency, decimals=decimals)),
        ("Open", money(quote.open, quote.currency, decimals=decimals)),
        ("Day's low", money(quote.day_low, quote.currency, decimals=decimals)),
        ("Day's high", money(quote.day_high, quote.currency, decimals=decimals)),
        ("Volume", number(quote.volume, 0)),
        ("Market value", large(quote.market_cap, quote.currency)),
    )


def technical_metrics(technicals: Technicals) -> Metrics:
    """Returns averages, oscillators, bands, volatility and range."""
    currency = technicals.currency
    decimals = decimals_of(technicals.symbol, technicals.close, currency, technicals.price_decimals)
    return _present(
        ("SMA 20", money(technicals.sma_20, currency, decimals=decimals)),
        ("SMA 50", money(technicals.sma_50, currency, decimals=decimals)),
        ("SMA 200", money(technicals.sma_200, currency, decimals=decimals)),
        ("EMA 12", money(technicals.ema_12, currency, decimals=decimals)),
        ("EMA 26", money(technicals.ema_26, currency, decimals=decimals)),
        ("RSI 14", number(technicals.rsi_14, 1)),
        ("MACD", number(technicals.macd, decimals + 1)),
        ("MACD signal", number(technicals.macd_signal, decimals + 1)),
        ("Upper Bollinger band", money(technicals.bollinger_upper, currency, decimals=decimals)),
        ("Lower Bollinger band", money(technicals.bollinger_lower, currency, decimals=decimals)),
        ("ATR 14", money(technicals.atr_14, currency, decimals=decimals)),
        ("Volatility a year", fraction(technicals.volatility)),
        ("52-week low", money(technicals.week_52_low, currency, decimals=decimals)),
        ("52-week high", money(technicals.week_52_high, currency, decimals=decimals)),
    )


def valuation_metrics(fundamentals: Fundamentals) -> Metrics:
    """Returns the valuation of the company by the market."""
    currency = fundamentals.currency
    return _present(
        ("Market value", large(fundamentals.market_cap, currency)),
        ("Enterprise value", large(fundamentals.enterprise_value, currency)),
        ("P/E, trailing", number(fundamentals.trailing_pe, 1)),
        ("P/E, forward", number(fundamentals.forward_pe, 1)),
        ("PEG", number(fundamentals.peg_ratio)),
        ("Price to book", number(fundamentals.price_to_book)),
        ("Price to sales", number(fundamentals.price_to_sales)),
        ("EV to EBITDA", number(fundamentals.ev_to_ebitda, 1)),
        ("Earnings a share", money(fundamentals.earnings_per_share, currency)),
    )


def business_metrics(fundamentals: Fundamentals) -> Metrics:
    """Returns revenue, margins, returns and growth."""
    currency = fundamentals.currency
    return _present(
        ("Revenue", large(fundamentals.revenue, currency)),
        ("Net income", large(fundamentals.net_income, currency)),
        ("Gross margin", fraction(fundamentals.gross_margin)),
        ("Operating margin", fraction(fundamentals.operating_margin)),
        ("Profit margin", fraction(fundamentals.profit_margin)),
        ("Return on equity", fraction(fundamentals.return_on_equity)),
        ("Return on assets", fraction(fundamentals.return_on_assets)),
        ("Revenue growth", fraction(fundamentals.revenue_growth, signed=True)),
        ("Earnings growth", fraction(fundamentals.earnings_growth, signed=True)),
    )


def health_metrics(fundamentals: Fundamentals) -> Metrics:
    """Returns cash, debt and dividend."""
    currency = fundamentals.currency
    return _present(
        ("Cash", large(fundamentals.total_cash, currency)),
        ("Debt", large(fundamentals.total_debt, currency)),
        ("Debt to equity", number(fundamentals.debt_to_equity)),
        ("Current ratio", number(fundamentals.current_ratio)),
        ("Free cash flow", large(fundamentals.free_cash_flow, currency)),
        ("Dividend a share", money(fundamentals.dividend_per_share, currency)),
        ("Dividend yield", fraction(fundamentals.dividend_yield)),
        ("Payout ratio", fraction(fundamentals.payout_ratio)),
        ("Beta", number(fundamentals.beta)),
    )


def fund_metrics(fundamentals: Fundamentals) -> Metrics:
    """Returns size and costs of a fund."""
    fund = fundamentals.fund
    if fund is None:
        return {}
    return _present(
        ("Net assets", large(fund.net_assets, fundamentals.currency)),
        ("Expense ratio", fraction(fund.expense_ratio)),
        ("Turnover", fraction(fund.turnover)),
    )


def analyst_metrics(fundamentals: Fundamentals) -> Metrics:
    """Returns the rating and target prices of analysts."""
    currency = fundamentals.currency
    decimals = decimals_of(fundamentals.symbol, fundamentals.target_mean_price, currency)
    return _present(
        ("Rating", fundamentals.analyst_rating or ABSENT),
        ("Analysts", number(fundamentals.analyst_count, 0)),
        ("Mean target", money(fundamentals.target_mean_price, currency, decimals=decimals)),
        ("Highest target", money(fundamentals.target_high_price, currency, decimals=decimals)),
        ("Lowest target", money(fundamentals.target_low_price, currency, decimals=decimals)),
    )


def mean_sentiment(news: News) -> float | None:
    """Returns the mean sentiment of the articles, -1 to 1; None when no article has one."""
    known = [article.sentiment for article in news.articles if article.sentiment is not None]
    return sum(known) / len(known) if known else None


def _present(*rows: tuple[str, str]) -> Metrics:
    return {label: text for label, text in rows if text != ABSENT}
