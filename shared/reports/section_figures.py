"""The figures of a section as numbers, each with unit, period and source."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from shared.market.section_metrics import mean_sentiment
from shared.reports.data import ReportData
from shared.reports.report import SectionFigure

PRICE_UNIT: Final = "price"
"""Placeholder of the currency of the instrument; points for an index."""


class _Field(NamedTuple):
    """Where the number behind a label is.

    Attributes:
        part: Kind of data.
        name: Its field.
        unit: ``fraction`` is 0.08 for 8 %.
    """

    part: str
    name: str
    unit: str


_LABELS: Final = {
    "Price": _Field("quote", "price", PRICE_UNIT),
    "Level": _Field("quote", "price", PRICE_UNIT),
    "Rate": _Field("quote", "price", PRICE_UNIT),
    "Change": _Field("quote", "change", PRICE_UNIT),
    "Change in percent": _Field("quote", "change_percent", "percent"),
    "Previous close": _Field("quote", "previous_close", PRICE_UNIT),
    "Open": _Field("quote", "open", PRICE_UNIT),
    "Day's low": _Field("quote", "day_low", PRICE_UNIT),
    "Day's high": _Field("quote", "day_high", PRICE_UNIT),
    "Volume": _Field("quote", "volume", "units"),
    "Market value": _Field("quote", "market_cap", PRICE_UNIT),
    "SMA 20": _Field("technicals", "sma_20", PRICE_UNIT),
    "SMA 50": _Field("technicals", "sma_50", PRICE_UNIT),
    "SMA 200": _Field("technicals", "sma_200", PRICE_UNIT),
    "EMA 12": _Field("technicals", "ema_12", PRICE_UNIT),
    "EMA 26": _Field("technicals", "ema_26", PRICE_UNIT),
    "RSI 14": _Field("technicals", "rsi_14", "index"),
    "MACD": _Field("technicals", "macd", PRICE_UNIT),
    "MACD signal": _Field("technicals", "macd_signal", PRICE_UNIT),
    "Upper Bollinger band": _Field("technicals", "bollinger_upper", PRICE_UNIT),
    "Lower Bollinger band": _Field("technicals", "bollinger_lower", PRICE_UNIT),
    "ATR 14": _Field("technicals", "atr_14", PRICE_UNIT),
    "Volatility a year": _Field("technicals", "volatility", "fraction"),
    "52-week low": _Field("technicals", "week_52_low", PRICE_UNIT),
    "52-week high": _Field("technicals", "week_52_high", PRICE_UNIT),
    "Enterprise value": _Field("fundamentals", "enterprise_value", PRICE_UNIT),
    "P/E, trailing": _Field("fundamentals", "trailing_pe", "ratio"),
    "P/E, forward": _Field("fundamentals", "forward_pe", "ratio"),
    "PEG": _Field("fundamentals", "peg_ratio", "ratio"),
    "Price to book": _Field("fundamentals", "price_to_book", "ratio"),
    "Price to sales": _Field("fundamentals", "price_to_sales", "ratio"),
    "EV to EBITDA": _Field("fundamentals", "ev_to_ebitda", "ratio"),
    "Earnings a share": _Field("fundamentals", "earnings_per_share", PRICE_UNIT),
    "Revenue": _Field("fundamentals", "revenue", PRICE_UNIT),
    "Net income": _Field("fundamentals", "net_income", PRICE_UNIT),
    "Gross margin": _Field("fundamentals", "gross_margin", "fraction"),
    "Operating margin": _Field("fundamentals", "operating_margin", "fraction"),
    "Profit margin": _Field("fundamentals", "profit_margin", "fraction"),
    "Return on equity": _Field("fundamentals", "return_on_equity", "fraction"),
    "Return on assets": _Field("fundamentals", "return_on_assets", "fraction"),
    "Revenue growth": _Field("fundamentals", "revenue_growth", "fraction"),
    "Earnings growth": _Field("fundamentals", "earnings_growth", "fraction"),
    "Cash": _Field("fundamentals", "total_cash", PRICE_UNIT),
    "Debt": _Field("fundamentals", "total_debt", PRICE_UNIT),
    "Debt to equity": _Field("fundamentals", "debt_to_equity", "ratio"),
    "Current ratio": _Field("fundamentals", "current_ratio", "ratio"),
    "Free cash flow": _Field("fundamentals", "free_cash_flow", PRICE_UNIT),
    "Dividend a share": _Field("fundamentals", "dividend_per_share", PRICE_UNIT),
    "Dividend yield": _Field("fundamentals", "dividend_yield", "fraction"),
    "Payout ratio": _Field("fundamentals", "payout_ratio", "fraction"),
    "Beta": _Field("fundamentals", "beta", "ratio"),
    "Analysts": _Field("fundamentals", "analyst_count", "count"),
    "Mean target": _Field("fundamentals", "target_mean_price", PRICE_UNIT),
    "Highest target": _Field("fundamentals", "target_high_price", PRICE_UNIT),
    "Lowest target": _Field("fundamentals", "target_low_price", PRICE_UNIT),
}


def figures_by_label(labels: Iterable[str], data: ReportData) -> tuple[SectionFigure, ...]:
    """Returns the number behind each label; labels of text have none."""
    figures = (_figure(label, data) for label in labels)
    return tuple(figure for figure in figures if figure is not None)


def _figure(label: str, data: ReportData) -> SectionFigure | None:
    if label in {"Articles", "Mean sentiment"}:
        return _news_figure(label, data)
    field = _LABELS.get(label)
    value = getattr(data.parts.get(field.part), field.name, None) if field else None
    if field is not None and value is None and field.name == "market_cap":
        # Two sections show it, each from its own source.
        field = field._replace(part="fundamentals")
        value = getattr(data.fundamentals, field.name, None)
    if field is None or value is None:
        return None
    return SectionFigure(
        name=field.name,
        label=label,
        value=value,
        unit=unit_of(field.unit, data),
        period=_period(field.part, data),
        source_id=data.source_id(field.part),
    )


def unit_of(unit: str, data: ReportData) -> str:
    """Returns the unit of a figure: the currency in place of ``price``, points for an index."""
    if unit != PRICE_UNIT:
        return unit
    return data.quote.currency or "points"


def _period(part: str, data: ReportData) -> str | None:
    if part == "technicals" and data.technicals:
        return data.technicals.period
    if part == "fundamentals" and data.fundamentals and data.fundamentals.period_end:
        return data.fundamentals.period_end.isoformat()
    return data.quote.as_of.date().isoformat() if part == "quote" and data.quote.as_of else None


def _news_figure(label: str, data: ReportData) -> SectionFigure | None:
    if data.news is None:
        return None
    sentiment = mean_sentiment(data.news)
    value = len(data.news.articles) if label == "Articles" else sentiment
    if value is None:
        return None
    name, unit = ("articles", "count") if label == "Articles" else ("mean_sentiment", "score")
    return SectionFigure(
        name=name, label=label, value=value, unit=unit, period=None, source_id=data.source_id("news")
    )
