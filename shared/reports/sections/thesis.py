"""The sections on the thesis and the risks: points with a figure and the figure that would prove them wrong.

Code decides both, from the figures of the report and their own past; no model changes them.
"""

from collections.abc import Iterator
from statistics import median
from typing import Final

from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Writer
from shared.reports.sections.market import covers_a_year
from shared.reports.sections.own_multiples import multiple_now
from shared.reports.sections.results import MIN_YEARS, differs, recent_values, values_of
from shared.reports.sections.section_plan import SectionPlan

MIN_POINTS: Final = 3
MAX_POINTS: Final = 5
_MUCH_DEBT: Final = 2.0
"""Net debt by EBITDA from which it is named as a risk."""
_WIDE_SWINGS: Final = 0.3
_PARAGRAPHS: Final = "\n\n"


def thesis_points(data: ReportData, writer: Writer) -> tuple[str, ...]:
    """Returns three to five points, each with a figure and what would prove it wrong; none with fewer."""
    points = (
        _value(data, writer),
        *(_against_own_years(name, data, writer) for name in ("revenue_growth", "operating_margin")),
        _against_own_years("cash_conversion", data, writer),
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
    side = "above" if distance > 0 else "below"
    limit = valuation.fair_value_low if distance > 0 else valuation.fair_value_high
    # An end of the range on the same side of the price proves nothing wrong.
    proves = limit is not None and (limit < price) is (distance > 0)
    return writer.say(
        f"thesis.value_{side}{'' if proves else '_sure'}",
        value=valuation.fair_value_base,
        distance=abs(distance),
        limit=limit if proves else price,
        quote=data.cite("quote"),
        cite=data.cite("valuation"),
    )


def _against_own_years(name: str, data: ReportData, writer: Writer) -> str:
    """Returns the point on a figure of the last fiscal year against the median of the years shown."""
    values = recent_values(data.calculations.get("results", ()), name)
    if len(values) < MIN_YEARS:
        return ""
    middle = median(values)
    strong = values[0] >= middle or not differs(values[0], middle)
    side = "level" if not differs(values[0], middle) else "strong" if strong else "weak"
    limit = min(values[1:]) if strong else max(values[1:])
    if (limit >= values[0]) is strong or not differs(values[0], limit):
        return ""
    return writer.say(
        f"thesis.{name}_{side}",
        value=values[0],
        median=middle,
        limit=limit,
        cite=data.cite("results"),
    )


def _multiple(data: ReportData, writer: Writer) -> str:
    figures = data.calculations.get("own_multiples", ())
    now, middle = multiple_now(figures, "price_earnings"), values_of(figures, "median_price_earnings")
    if now is None or not middle or not differs(now, middle[0]):
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
    side = "above" if data.quote.price > known.sma_200 else "below"
    return writer.say(f"thesis.trend_{side}", average=known.sma_200, cite=data.cite("technicals"))


def risks_of(data: ReportData, writer: Writer) -> tuple[str, ...]:
    """Returns the risks, each with its evidence and a tripwire: the figure at which it has come true."""
    risks = [risk for risk in _risks(data, writer) if risk]
    return tuple(risks or _price_risks(data, writer))


def _price_risks(data: ReportData, writer: Writer) -> Iterator[str]:
    """What the price itself warns of, where the business gives no cause: every price can fall."""
    known, price = data.technicals, data.quote.price
    if known is None or known.week_52_low is None or price <= 0 or not covers_a_year(data):
        return
    cited = {"low": known.week_52_low, "cite": data.cite("technicals")}
    if known.sma_200 is not None and price < known.sma_200:
        yield writer.say("risks.downtrend", price=price, average=known.sma_200, **cited)
    elif known.week_52_low < price:
        yield writer.say("risks.low", distance=1 - known.week_52_low / price, **cited)


def _risks(data: ReportData, writer: Writer) -> Iterator[str]:
    balance, annual = data.calculations.get("balance", ()), data.calculations.get("results", ())
    debt, coverage = (recent_values(balance, name) for name in ("net_debt_to_ebitda", "interest_coverage"))
    if debt and coverage and debt[0] > _MUCH_DEBT:
        yield writer.say(
            "risks.debt", value=debt[0], coverage=coverage[0], limit=min(coverage), cite=data.cite("balance")
        )
    quarters, years = (
        recent_values(data.calculations.get("quarters", ()), "revenue_growth"),
        recent_values(annual, "revenue_growth"),
    )
    if quarters and years and quarters[0] < years[0] and differs(quarters[0], years[0]):
        yield writer.say(
            "risks.slowdown",
            value=quarters[0],
            year=years[0],
            cite=data.cite("quarters"),
            source=data.cite("results"),
        )
    margins = recent_values(annual, "operating_margin")
    if len(margins) >= MIN_YEARS and min(margins) < margins[0] and differs(min(margins), margins[0]):
        yield writer.say("risks.margin", value=margins[0], limit=min(margins), cite=data.cite("results"))
    yield _dear(data, writer)
    known = data.technicals
    if known is not None and (known.volatility or 0) >= _WIDE_SWINGS:
        yield writer.say(
            "risks.swings", value=known.volatility, low=known.week_52_low, cite=data.cite("technicals")
        )


def _dear(data: ReportData, writer: Writer) -> str:
    figures = data.calculations.get("own_multiples", ())
    now, middle = multiple_now(figures, "price_earnings"), values_of(figures, "median_price_earnings")
    growths = values_of(data.calculations.get("results", ()), "revenue_growth")
    if now is None or not middle or not growths or now <= middle[0] or not differs(now, middle[0]):
        return ""
    return writer.say(
        "risks.dear",
        value=now,
        median=middle[0],
        limit=min(growths),
        cite=data.cite("own_multiples"),
        source=data.cite("results"),
    )


def _none(_: ReportData) -> tuple[KeyFigure, ...]:
    return ()


THESIS = SectionPlan(
    "thesis",
    _none,
    lambda data, writer: _PARAGRAPHS.join(thesis_points(data, writer)),
    optional_figures=True,
    fixed=True,
)
RISKS = SectionPlan(
    "risks",
    _none,
    lambda data, writer: writer.text("risks.intro") if risks_of(data, writer) else "",
    risks_of,
    optional_figures=True,
    fixed=True,
)
METHOD = SectionPlan(
    "method", _none, lambda _, writer: writer.text("method.text"), optional_figures=True, fixed=True
)
