"""The sections on price and technical picture, which every instrument has."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from shared.domain.market_data import Quote
from shared.domain.technicals import Signal, Technicals
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Writer
from shared.reports.sections.section_fields import SectionField, read
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.text import one_line

_WIDE_SWINGS: Final = 0.4
"""Volatility a year, as a fraction, from which it is named as a risk."""
_NEAR: Final = 0.1
"""Share of the 52-week range that counts as near its end."""

_SESSIONS_OF_A_YEAR: Final = 240
_NEARLY_A_YEAR: Final = timedelta(days=355)

_PRICE_FIELDS: Final = (
    SectionField("quote", "price", "price"),
    SectionField("quote", "change", "price"),
    SectionField("quote", "change_percent", "signed_percent"),
    SectionField("quote", "previous_close", "price"),
    SectionField("quote", "open", "price"),
    SectionField("quote", "day_low", "price"),
    SectionField("quote", "day_high", "price"),
    SectionField("quote", "volume", "large"),
    SectionField("quote", "market_cap", "amount"),
)
_TECHNICAL_FIELDS: Final = (
    SectionField("technicals", "sma_20", "price"),
    SectionField("technicals", "sma_50", "price"),
    SectionField("technicals", "sma_200", "price"),
    SectionField("technicals", "ema_12", "price"),
    SectionField("technicals", "ema_26", "price"),
    SectionField("technicals", "rsi_14", "index"),
    SectionField("technicals", "macd", "price"),
    SectionField("technicals", "macd_signal", "price"),
    SectionField("technicals", "bollinger_upper", "price"),
    SectionField("technicals", "bollinger_lower", "price"),
    SectionField("technicals", "atr_14", "price"),
    SectionField("technicals", "volatility", "fraction"),
)
_YEAR_FIELDS: Final = (
    SectionField("technicals", "week_52_low", "price"),
    SectionField("technicals", "week_52_high", "price"),
)


def compose_lead(data: ReportData, writer: Writer) -> str:
    """Returns the price and its change, in a sentence or two, worded for the kind of instrument."""
    quote, cite = data.quote, data.cite("quote")
    kind = quote.asset_type if f"lead.{quote.asset_type}" in writer.catalogue.texts else "other"
    name = one_line(quote.name or quote.symbol)
    return writer.paragraph(
        writer.say(f"lead.{kind}", name=name, price=quote.price, cite=cite),
        writer.say("lead.untraded", day=data.untraded_since),
        _change(quote, writer, cite),
    )


def _change(quote: Quote, writer: Writer, cite: str) -> str:
    change = quote.change_percent
    if change is None or quote.previous_close is None:
        return ""
    way = {"above": "up", "at": "level", "below": "down"}[writer.side(change, 0.0, "percent")]
    if writer.side(quote.price, quote.previous_close, "price") == "at":
        way = "unchanged"
    return writer.say(f"lead.{way}", change=abs(change), previous=quote.previous_close, cite=cite)


def _compose_price(data: ReportData, writer: Writer) -> str:
    quote, known = data.quote, data.technicals
    sentences = [writer.say("price.day", low=quote.day_low, high=quote.day_high, cite=data.cite("quote"))]
    if known is not None:
        low, high, cite = known.week_52_low, known.week_52_high, data.cite("technicals")
        ends = {"low": low, "high": high, "cite": cite}
        if covers_a_year(data):
            sentences.append(writer.say("price.year", **ends))
        else:
            sentences.append(writer.say("price.since", days=known.candle_count, **ends))
        if low is not None and high is not None and low < high:
            place = _place(quote.price, low, high, writer)
            sentences.append(writer.say(f"price.{place}", what=writer.text(f"what.{data.priced_as}")))
    return writer.paragraph(*sentences) or compose_lead(data, writer)


def covers_a_year(data: ReportData) -> bool:
    """Returns whether the prices reach back a year: otherwise their range is not one of 52 weeks."""
    candles = data.history.candles if data.history else ()
    if not candles:
        return data.technicals is not None and data.technicals.candle_count >= _SESSIONS_OF_A_YEAR
    return candles[-1].timestamp - candles[0].timestamp >= _NEARLY_A_YEAR


def _place(price: float, low: float, high: float, writer: Writer) -> str:
    """Returns where the price is in a range, or beyond it: a quote may be newer than the candles."""
    if writer.side(price, high, "price") == "above":
        return "above_range"
    if writer.side(price, low, "price") == "below":
        return "below_range"
    share = (price - low) / (high - low)
    if share >= 1 - _NEAR:
        return "near_high"
    if share <= _NEAR:
        return "near_low"
    return "upper_half" if share >= 0.5 else "lower_half"


def _price_risks(data: ReportData, writer: Writer) -> tuple[str, ...]:
    return (writer.text("price.stale"),) if data.quote.stale else ()


def _compose_technicals(data: ReportData, writer: Writer) -> str:
    known = data.technicals
    if known is None:
        return ""
    sentences = [_signal(signal, known, data, writer) for signal in known.signals]
    cite = data.cite("technicals")
    return writer.paragraph(*sentences) or writer.say_counted(
        "technicals.short", known.candle_count, cite=cite
    )


def _signal(signal: Signal, known: Technicals, data: ReportData, writer: Writer) -> str:
    lower, upper = known.bollinger_lower, known.bollinger_upper
    name: str = signal.name
    if name == "within_bands" and lower is not None and upper is not None:
        # Bands of a price that did not move have no width to be within.
        name = "flat_bands" if writer.side(upper, lower, "price") == "at" else name
    return writer.say(
        f"signals.{name}",
        day=signal.occurred_at.date() if signal.occurred_at else "",
        rsi=known.rsi_14 or 0.0,
        close=known.close or 0.0,
        upper=known.bollinger_upper or 0.0,
        lower=known.bollinger_lower or 0.0,
        cite=data.cite("technicals"),
    )


def _technical_risks(data: ReportData, writer: Writer) -> tuple[str, ...]:
    known = data.technicals
    if known is None:
        return ()
    risks = [_signal(one, known, data, writer) for one in known.signals if one.direction == "bearish"]
    if known.volatility is not None and known.volatility >= _WIDE_SWINGS:
        cite = data.cite("technicals")
        risks.append(writer.say("technicals.swings", volatility=known.volatility, cite=cite))
    return tuple(risks)


def _price_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Returns the figures of the quote; the price of an index or a pair has its own label."""
    figures = read(data, _PRICE_FIELDS)
    return tuple(replace(one, label=data.priced_as) if one.name == "price" else one for one in figures)


def _technical_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    return read(data, (*_TECHNICAL_FIELDS, *(_YEAR_FIELDS if covers_a_year(data) else ())))


PRICE = SectionPlan("price", _price_figures, _compose_price, _price_risks, charts=("price",))
LEVEL = replace(PRICE, key="level")
RATE = replace(PRICE, key="rate")
CONTRACT = replace(PRICE, key="contract")
COIN = replace(PRICE, key="coin")
TECHNICALS = SectionPlan(
    "technicals",
    _technical_figures,
    _compose_technicals,
    _technical_risks,
    charts=("rsi", "macd"),
)
