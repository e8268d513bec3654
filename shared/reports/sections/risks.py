"""The section on the risks: each has its evidence and a tripwire, the figure at which it has come true.

Code decides them, from the figures of the report and their own past; no model changes them. A tripwire is
never a figure that has been reached already.
"""

from collections.abc import Iterator
from statistics import median
from typing import Any, Final

from shared.reports.comparison import beside_price, side_of
from shared.reports.data import ReportData
from shared.reports.language.writer import Money, Writer
from shared.reports.sections.market import covers_a_year
from shared.reports.sections.own_multiples import multiple_now
from shared.reports.sections.results import MIN_YEARS, recent_values, values_of
from shared.reports.sections.section_plan import SectionPlan

_MUCH_DEBT: Final = 2.0
"""Net debt by EBITDA from which it is named as a risk."""
_WIDE_SWINGS: Final = 0.3
_LEAST_SLOWDOWN: Final = 0.01
"""Growth of a quarter that is lower by less than a percentage point is no slowdown: quarters vary."""


def risks_of(data: ReportData, writer: Writer) -> tuple[str, ...]:
    """Returns the risks, each with its evidence and a tripwire: the figure at which it has come true."""
    risks = [risk for risk in _risks(data, writer) if risk]
    return tuple(risks or _price_risks(data, writer))


def _price_risks(data: ReportData, writer: Writer) -> Iterator[str]:
    """What the price itself warns of, where the business gives no cause: every price can fall."""
    known, price = data.technicals, data.quote.price
    if known is None or known.week_52_low is None or price <= 0 or not covers_a_year(data):
        return
    cite = data.cite("technicals")
    if known.sma_200 is not None and writer.side(price, known.sma_200, "price") == "below":
        trend = writer.say("risks.downtrend", price=price, average=known.sma_200, cite=cite)
        yield writer.paragraph(trend, _new_low(data, writer))
    elif beside_price(known.week_52_low, price, writer) == "below":
        distance = 1 - known.week_52_low / price
        yield writer.say("risks.low", low=known.week_52_low, distance=distance, cite=cite)


def _risks(data: ReportData, writer: Writer) -> Iterator[str]:
    yield _loss(data, writer)
    yield _negative_equity(data, writer)
    yield _dividend(data, writer)
    yield _debt(data, writer)
    yield _slowdown(data, writer)
    margins = recent_values(data.calculations.get("results", ()), "operating_margin")
    if len(margins) >= MIN_YEARS and side_of(min(margins), margins[0], "fraction", writer) == "below":
        yield writer.say("risks.margin", value=margins[0], limit=min(margins), cite=data.cite("results"))
    yield _dear(data, writer)
    known = data.technicals
    if known is not None and (known.volatility or 0) >= _WIDE_SWINGS:
        swings = writer.say("risks.swings", value=known.volatility, cite=data.cite("technicals"))
        yield _with_tripwire(swings, _new_low(data, writer), writer)


def _with_tripwire(risk: str, tripwire: str, writer: Writer) -> str:
    """Returns a risk with its tripwire; empty without one of them."""
    return writer.paragraph(risk, tripwire) if risk and tripwire else ""


def _new_low(data: ReportData, writer: Writer) -> str:
    """Returns the tripwire of a price: its lowest so far, which it may have fallen below since."""
    known, price = data.technicals, data.quote.price
    low = known.week_52_low if known else None
    if known is None or low is None:
        return ""
    if writer.side(price, low, "price") == "below":
        return writer.say("risks.trip_new_low", price=price, cite=data.cite("quote"))
    cite = data.cite("technicals")
    if covers_a_year(data):
        return writer.say("risks.trip_low", low=low, cite=cite)
    return writer.say("risks.trip_lowest", low=low, days=known.candle_count, cite=cite)


def _loss(data: ReportData, writer: Writer) -> str:
    """Returns the risk of a company whose last fiscal year ended with a loss."""
    income, flow = (_newest_amount("results", name, data) for name in ("net_income", "free_cash_flow"))
    debt = _newest_amount("balance", "net_debt", data)
    if income is None or income >= 0:
        return ""
    said: dict[str, Any] = {"loss": Money(-income, income.currency), "cite": data.cite("results")}
    if flow is None or flow >= 0 or debt is None or debt >= 0:
        return writer.say("risks.loss", **said)
    cash = Money(-debt, debt.currency)
    risk = writer.say("risks.loss_with_cash", **said, flow=flow, cash=cash, source=data.cite("balance"))
    lasts_a_year = writer.side(cash, -flow, "amount") == "above"
    return writer.paragraph(risk, writer.text(f"risks.{'trip_cash' if lasts_a_year else 'trip_cash_short'}"))


def _negative_equity(data: ReportData, writer: Writer) -> str:
    equity = _newest_amount("balance", "total_equity", data)
    if equity is None or equity >= 0:
        return ""
    return writer.say("risks.negative_equity", value=equity, cite=data.cite("balance"))


def _dividend(data: ReportData, writer: Writer) -> str:
    """Returns the risk of a dividend that the last fiscal year did not earn.

    Free cash flow decides, since depreciation costs no cash; profit does where free cash flow says nothing.
    """
    flow = _newest_amount("results", "free_cash_flow", data)
    paid = _newest_amount("balance", "dividends_paid", data)
    cite = data.cite("balance")
    if paid is not None and paid <= 0:
        return ""
    if paid is not None and flow is not None:
        if paid <= flow:
            return ""
        said = {"paid": paid, "flow": flow, "cite": cite, "source": data.cite("results")}
        return writer.say("risks.dividend_uncovered", **said)
    payouts = recent_values(data.calculations.get("balance", ()), "payout_ratio")
    if not payouts or writer.side(payouts[0], 1.0, "fraction") != "above":
        return ""
    return writer.say("risks.payout", value=payouts[0], cite=cite)


def _debt(data: ReportData, writer: Writer) -> str:
    balance, cite = data.calculations.get("balance", ()), data.cite("balance")
    debt, coverage = (recent_values(balance, name) for name in ("net_debt_to_ebitda", "interest_coverage"))
    if not debt or not coverage or debt[0] <= _MUCH_DEBT:
        return ""
    if coverage[0] < 1:
        tripwire = writer.text("risks.trip_still_uncovered")
    elif min(coverage) < 1:
        tripwire = writer.text("risks.trip_uncovered")
    else:
        tripwire = writer.say("risks.trip_coverage", limit=min(coverage), cite=cite)
    risk = writer.say("risks.debt", value=debt[0], coverage=coverage[0], cite=cite)
    return _with_tripwire(risk, tripwire, writer)


def _slowdown(data: ReportData, writer: Writer) -> str:
    """Returns the risk of revenue that grows more slowly in the latest quarter than in the last year."""
    by_quarter, by_year = (data.calculations.get(kind, ()) for kind in ("quarters", "results"))
    quarters, years = (recent_values(figures, "revenue_growth") for figures in (by_quarter, by_year))
    if not quarters or not years or _is_older(by_quarter[0].fiscal, by_year[0].fiscal):
        return ""
    shrinks = writer.side(quarters[0], 0.0, "fraction") == "below"
    if not shrinks and years[0] - quarters[0] < _LEAST_SLOWDOWN:
        return ""
    return writer.say(
        f"risks.{'shrinking' if shrinks else 'slowdown'}",
        value=quarters[0],
        year=years[0],
        cite=data.cite("quarters"),
        source=data.cite("results"),
    )


def _is_older(quarter: tuple[int, str] | None, year: tuple[int, str] | None) -> bool:
    """Returns whether a quarter ended before a fiscal year did; False where one of them is not known."""
    return quarter is not None and year is not None and quarter < (year[0], "Q4")


def _dear(data: ReportData, writer: Writer) -> str:
    figures = data.calculations.get("own_multiples", ())
    now, middle = multiple_now(figures, "price_earnings"), values_of(figures, "median_price_earnings")
    growths = recent_values(data.calculations.get("results", ()), "revenue_growth")
    if now is None or not middle or not growths or side_of(now, middle[0], "times", writer) != "above":
        return ""
    usual, cite = median(growths), data.cite("results")
    if len(growths) >= MIN_YEARS and side_of(growths[0], usual, "signed_fraction", writer) == "above":
        tripwire = writer.say("risks.trip_growth", limit=usual, cite=cite)
    else:
        tripwire = writer.text(f"risks.{'trip_stall' if growths[0] > 0 else 'trip_fall'}")
    risk = writer.say("risks.dear", value=now, median=middle[0], cite=data.cite("own_multiples"))
    return _with_tripwire(risk, tripwire, writer)


def _newest_amount(kind: str, name: str, data: ReportData) -> Money | None:
    """Returns an amount of the newest period of a calculation."""
    figures = data.calculations.get(kind, ())
    found = (one.value for one in figures if one.name == name and one.period == figures[0].period)
    return next((value for value in found if isinstance(value, Money)), None)


RISKS = SectionPlan(
    "risks",
    lambda _: (),
    lambda data, writer: writer.text("risks.intro") if risks_of(data, writer) else "",
    risks_of,
    optional_figures=True,
    fixed=True,
)
