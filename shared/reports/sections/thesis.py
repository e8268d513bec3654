"""The section on the thesis: points with a figure and the figure that would prove them wrong.

Code decides them, from the figures of the report and their own past; no model changes them.
"""

from statistics import median
from typing import Any, Final

from shared.reports.comparison import beside_price, differs, side_of
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Style, Writer
from shared.reports.sections.market import covers_a_year
from shared.reports.sections.own_multiples import multiple_now
from shared.reports.sections.results import MIN_YEARS, recent_values, values_of
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.valuation.model import Valuation

MIN_POINTS: Final = 3
MAX_POINTS: Final = 5
_STYLES: Final[dict[str, Style]] = {
    "revenue_growth": "signed_fraction",
    "operating_margin": "fraction",
    "cash_conversion": "ratio",
}
"""How the figures are written that are compared with those of the own years."""
_PARAGRAPHS: Final = "\n\n"


def thesis_points(data: ReportData, writer: Writer) -> tuple[str, ...]:
    """Returns three to five points, each with a figure and what would prove it wrong; none with fewer.

    Only a fair value at the price whose range ends there too has no figure that would prove it wrong.
    """
    points = (
        _value(data, writer),
        *(_against_own_years(name, data, writer) for name in _STYLES),
        _multiple(data, writer),
        _trend(data, writer),
    )
    known = tuple(point for point in points if point)
    return known[:MAX_POINTS] if len(known) >= MIN_POINTS else ()


def _value(data: ReportData, writer: Writer) -> str:
    valuation, price = data.valuation, data.quote.price
    if valuation is None or valuation.fair_value_base is None or price <= 0:
        return ""
    distance = valuation.fair_value_base / price - 1
    cite = data.cite("valuation")
    side = beside_price(valuation.fair_value_base, price, writer)
    if side == "at":
        return _value_at_price(valuation, price, cite, writer)
    limit = valuation.fair_value_low if distance > 0 else valuation.fair_value_high
    # An end of the range on the same side of the price proves nothing wrong.
    proves = limit is not None and (limit < price) is (distance > 0)
    dissent = None if proves else _dissent(valuation, price)
    said: dict[str, Any] = {"method": dissent[0], "other": dissent[1]} if dissent else {}
    return writer.say(
        f"thesis.value_{side}{'' if proves else '_split' if dissent else '_sure'}",
        value=valuation.fair_value_base,
        distance=abs(distance),
        limit=limit if proves else price,
        quote=data.cite("quote"),
        cite=cite,
        **said,
    )


def _dissent(valuation: Valuation, price: float) -> tuple[str, float] | None:
    """Returns label and value of the method that is farthest on the other side of the price."""
    fair_value = valuation.fair_value_base or 0.0
    others = [
        (method.label, method.base)
        for method in valuation.methods
        if method.base is not None and (method.base > price) is not (fair_value > price)
    ]
    return max(others, key=lambda other: abs(other[1] - price), default=None)


def _value_at_price(valuation: Valuation, price: float, cite: str, writer: Writer) -> str:
    """Returns the point on a fair value at the price; ends of its range that are there too prove nothing."""
    low, high = valuation.fair_value_low, valuation.fair_value_high
    said: dict[str, Any] = {"value": valuation.fair_value_base, "cite": cite}
    proves = (
        low is not None
        and high is not None
        and beside_price(low, price, writer) == "below"
        and beside_price(high, price, writer) == "above"
    )
    if not proves:
        return writer.say("thesis.value_at_alone", **said)
    return writer.say("thesis.value_at", **said, low=low, high=high)


def _against_own_years(name: str, data: ReportData, writer: Writer) -> str:
    """Returns the point on a figure of the last fiscal year against the median of the years shown."""
    values = recent_values(data.calculations.get("results", ()), name)
    if len(values) < MIN_YEARS:
        return ""
    middle, style = median(values), _STYLES[name]
    side = side_of(values[0], middle, style, writer)
    said = {"value": values[0], "median": middle, "cite": data.cite("results")}
    if side == "at":
        # No figure can be on the other side of a median that it is at: only a new low proves it wrong.
        said["limit"] = min(values[1:])
        if side_of(min(values[1:]), values[0], style, writer) != "below":
            return ""
    return writer.say(f"thesis.{name}_{side}", **said)


def _multiple(data: ReportData, writer: Writer) -> str:
    figures = data.calculations.get("own_multiples", ())
    now, middle = multiple_now(figures, "price_earnings"), values_of(figures, "median_price_earnings")
    if now is None or not middle or not differs(now, middle[0], "times", writer):
        return ""
    return writer.say(
        f"thesis.multiple_{'cheap' if now < middle[0] else 'dear'}",
        value=now,
        median=middle[0],
        cite=data.cite("own_multiples"),
    )


def _trend(data: ReportData, writer: Writer) -> str:
    known = data.technicals
    if known is None or known.sma_200 is None:
        return ""
    side = writer.side(data.quote.price, known.sma_200, "price")
    said = {"average": known.sma_200, "cite": data.cite("technicals")}
    if side == "at":
        if not covers_a_year(data):
            return ""
        said |= {"low": known.week_52_low, "high": known.week_52_high}
    return writer.say(f"thesis.trend_{side}", **said)


def _none(_: ReportData) -> tuple[KeyFigure, ...]:
    return ()


THESIS = SectionPlan(
    "thesis",
    _none,
    lambda data, writer: _PARAGRAPHS.join(thesis_points(data, writer)),
    optional_figures=True,
    fixed=True,
)
METHOD = SectionPlan(
    "method", _none, lambda _, writer: writer.text("method.text"), optional_figures=True, fixed=True
)
