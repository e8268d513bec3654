"""The sections on a company's valuation by the market, its business, its balance sheet and its analysts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from shared.domain.market_data import Fundamentals
from shared.reports.comparison import beside_price, side_of
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Money, Writer
from shared.reports.sections.section_fields import SectionField, figures_of, read
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.subject import high_inflation_currency, instrument_of
from shared.reports.valuation.applicability import OF_ENTERPRISES, is_deposit_funded

_HIGH_PRICE_EARNINGS: Final = 40
_EXTREME_PRICE_EARNINGS: Final = 200
"""Above it, earnings are so close to zero that the multiple measures them and not the price."""
_FAR_BELOW, _FAR_ABOVE = -0.5, 1.0
"""Distances of a target from the price that analysts seldom mean."""
_HIGH_DEBT_TO_EQUITY: Final = 2
_LOW_CURRENT_RATIO: Final = 1

_FUNDAMENTALS: Final = "fundamentals"
_PEERS: Final = "peer_comparison"


def _compose_valuation(data: ReportData, writer: Writer) -> str:
    known = data.fundamentals
    if known is None:
        return ""
    cite = data.cite(_FUNDAMENTALS)
    extreme = known.trailing_pe is not None and known.trailing_pe > _EXTREME_PRICE_EARNINGS
    return writer.paragraph(
        writer.say(f"valuation.trailing_pe{'_extreme' if extreme else ''}", pe=known.trailing_pe, cite=cite)
        or _no_earnings(known, writer, cite),
        _forward(known, writer, cite),
    )


def _forward(known: Fundamentals, writer: Writer, cite: str) -> str:
    """Returns what the forward P/E says: growth is expected where it is below the trailing one."""
    if known.trailing_pe is None or known.forward_pe is None:
        return writer.say("valuation.forward_pe", pe=known.forward_pe, cite=cite)
    side = writer.side(known.forward_pe, known.trailing_pe, "times")
    way = {"above": "shrinking", "at": "level", "below": "growing"}[side]
    return writer.say(f"valuation.forward_{way}", pe=known.forward_pe, cite=cite)


def _compose_beside_peers(data: ReportData, writer: Writer) -> str:
    """Returns the same and how the P/E compares, for reports without a section on the peers."""
    figures = {one.name: one.value for one in data.calculations.get(_PEERS, ()) if one.symbol is None}
    own, middle = figures.get("trailing_pe"), figures.get("median_trailing_pe")
    beside = ""
    if isinstance(own, float) and isinstance(middle, float):
        side = side_of(own, middle, "times", writer)
        beside = writer.say(f"peers.trailing_pe_{side}", value=own, median=middle, cite=data.cite(_PEERS))
    return writer.paragraph(_compose_valuation(data, writer), beside)


def _valuation_risks(data: ReportData, writer: Writer) -> tuple[str, ...]:
    known = data.fundamentals
    if known is None or known.trailing_pe is None or known.trailing_pe <= _HIGH_PRICE_EARNINGS:
        return ()
    return (writer.say("valuation.dear", pe=known.trailing_pe, cite=data.cite(_FUNDAMENTALS)),)


def _no_earnings(known: Fundamentals, writer: Writer, cite: str) -> str:
    earnings = known.earnings_per_share
    if earnings is None or writer.side(earnings, 0.0, "per_share") != "below":
        return ""
    return writer.say("valuation.no_earnings", earnings=earnings, cite=cite)


def _compose_business(data: ReportData, writer: Writer) -> str:
    known = data.fundamentals
    if known is None:
        return ""
    cite = data.cite(_FUNDAMENTALS)
    return writer.paragraph(
        ""
        if known.revenue_growth is None
        else writer.say("business.revenue", revenue=_amount(known.revenue, known), cite=cite),
        _growth("revenue", known.revenue_growth, writer, cite),
        _growth("earnings", known.earnings_growth, writer, cite),
        _inflation(data, writer),
        _margin(known, writer, cite),
    )


def _inflation(data: ReportData, writer: Writer) -> str:
    """Returns that growth includes high inflation, where it does."""
    known, currency = data.fundamentals, high_inflation_currency(data)
    if known is None or currency is None or (known.revenue_growth is None and known.earnings_growth is None):
        return ""
    return writer.say("business.inflation", currency=currency)


def _margin(known: Fundamentals, writer: Writer, cite: str) -> str:
    if known.profit_margin is None:
        return ""
    side = "loss" if known.profit_margin < 0 else "profit"
    return writer.say(f"business.{side}", margin=known.profit_margin, cite=cite)


def _growth(name: str, growth: float | None, writer: Writer, cite: str) -> str:
    if growth is None:
        return ""
    way = {"above": "rose", "at": "unchanged", "below": "fell"}[writer.side(growth, 0.0, "fraction")]
    return writer.say(f"business.{name}_{way}", growth=abs(growth), cite=cite)


def _business_risks(data: ReportData, writer: Writer) -> tuple[str, ...]:
    known = data.fundamentals
    if known is None:
        return ()
    cite, risks = data.cite(_FUNDAMENTALS), []
    for name, growth in (("revenue", known.revenue_growth), ("earnings", known.earnings_growth)):
        if growth is not None and writer.side(growth, 0.0, "fraction") == "below":
            risks.append(_growth(name, growth, writer, cite))
    if known.profit_margin is not None and known.profit_margin < 0:
        risks.append(writer.text("business.makes_a_loss"))
    return tuple(risks)


def _compose_health(data: ReportData, writer: Writer) -> str:
    known = data.fundamentals
    if known is None:
        return ""
    cite = data.cite(_FUNDAMENTALS)
    sentences = [_dividend(known, writer, cite)]
    if not is_deposit_funded(instrument_of(data)):
        cash, debt = _amount(known.total_cash, known), _amount(known.total_debt, known)
        liquid = known.current_ratio is not None and known.current_ratio >= _LOW_CURRENT_RATIO
        sentences = [
            _cash_and_debt(cash, debt, writer, cite),
            writer.say("health.liquid", ratio=known.current_ratio, cite=cite) if liquid else "",
            *sentences,
        ]
    return writer.paragraph(*sentences)


def _dividend(known: Fundamentals, writer: Writer, cite: str) -> str:
    rate, payout = known.dividend_yield, known.payout_ratio
    if rate is not None and writer.side(rate, 0.0, "fraction") == "at":
        return writer.say("health.no_dividend", cite=cite)
    if payout is None or payout <= 0:
        return writer.say("health.dividend", rate=rate, cite=cite)
    beyond = writer.side(payout, 1.0, "fraction") == "above"
    key = "dividend_beyond_profit" if beyond else "dividend_of_profit"
    return writer.say(f"health.{key}", rate=rate, payout=payout, cite=cite)


def _cash_and_debt(cash: Money | None, debt: Money | None, writer: Writer, cite: str) -> str:
    if cash is None or debt is None:
        return ""
    side = writer.side(cash, debt, "amount")
    key = {"above": "more_cash", "at": "as_much_cash", "below": "more_debt"}[side]
    return writer.say(f"health.{key}", cash=cash, debt=debt, cite=cite)


def _health_risks(data: ReportData, writer: Writer) -> tuple[str, ...]:
    known = data.fundamentals
    # Debt is the raw material of a bank: much of it is no risk of its own.
    if known is None or is_deposit_funded(instrument_of(data)):
        return ()
    cite, risks = data.cite(_FUNDAMENTALS), []
    if known.debt_to_equity is not None and known.debt_to_equity > _HIGH_DEBT_TO_EQUITY:
        risks.append(writer.say("health.much_debt", ratio=known.debt_to_equity, cite=cite))
    if known.current_ratio is not None and known.current_ratio < _LOW_CURRENT_RATIO:
        risks.append(writer.say("health.little_cash", ratio=known.current_ratio, cite=cite))
    return tuple(risks)


def _compose_analysts(data: ReportData, writer: Writer) -> str:
    known = data.fundamentals
    if known is None or known.target_mean_price is None:
        return writer.text("analysts.none")
    cite, target = data.cite(_FUNDAMENTALS), known.target_mean_price
    who = (
        writer.say_counted("analysts.targets", known.analyst_count, target=target, cite=cite)
        if known.analyst_count
        else writer.say("analysts.target", target=target, cite=cite)
    )
    return writer.paragraph(who, _beside_the_price(target, data.quote.price, writer))


def _beside_the_price(target: float, price: float, writer: Writer) -> str:
    if price <= 0:
        return ""
    distance = target / price - 1
    return writer.paragraph(
        writer.say(f"analysts.{beside_price(target, price, writer)}", distance=abs(distance)),
        "" if _FAR_BELOW <= distance <= _FAR_ABOVE else writer.text("analysts.far"),
    )


def _analyst_risks(data: ReportData, writer: Writer) -> tuple[str, ...]:
    known, price = data.fundamentals, data.quote.price
    if known is None or known.target_mean_price is None:
        return ()
    if beside_price(known.target_mean_price, price, writer) != "below":
        return ()
    key = "risk_one" if known.analyst_count == 1 else "risk"
    return (writer.say(f"analysts.{key}", price=price, cite=data.cite("quote")),)


def _amount(value: float | None, known: Fundamentals) -> Money | None:
    return None if value is None else Money(value, known.currency)


def _fields(*named: tuple[str, str]) -> tuple[SectionField, ...]:
    return tuple(SectionField(_FUNDAMENTALS, name, style) for name, style in named)  # type: ignore[arg-type]


def _analyst_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    known = data.fundamentals
    rating = known.analyst_rating if known else None
    words = (KeyFigure("analyst_rating", rating, "whole", _FUNDAMENTALS),) if rating else ()
    return (*words, *_ANALYST_FIELDS(data))


_ANALYST_FIELDS: Final = figures_of(
    *_fields(
        ("analyst_count", "whole"),
        ("target_mean_price", "price"),
        ("target_high_price", "price"),
        ("target_low_price", "price"),
    )
)
_VALUATION_FIELDS: Final = _fields(
    ("market_cap", "amount"),
    ("enterprise_value", "amount"),
    ("trailing_pe", "times"),
    ("forward_pe", "times"),
    ("peg_ratio", "times"),
    ("price_to_book", "times"),
    ("price_to_sales", "times"),
    ("ev_to_ebitda", "times"),
    ("earnings_per_share", "per_share"),
)


def _applicable(fields: tuple[SectionField, ...]) -> Callable[[ReportData], tuple[KeyFigure, ...]]:
    """Returns what reads the fields that say something about the company."""

    def figures(data: ReportData) -> tuple[KeyFigure, ...]:
        left_out = OF_ENTERPRISES if is_deposit_funded(instrument_of(data)) else ()
        return tuple(one for one in read(data, fields) if one.name not in left_out)

    return figures


VALUATION = SectionPlan(
    "valuation",
    _applicable(_VALUATION_FIELDS),
    _compose_valuation,
    _valuation_risks,
)
VALUATION_BESIDE_PEERS = replace(VALUATION, compose=_compose_beside_peers)
BUSINESS = SectionPlan(
    "business",
    _applicable(
        _fields(
            ("revenue", "amount"),
            ("net_income", "amount"),
            ("gross_margin", "fraction"),
            ("operating_margin", "fraction"),
            ("profit_margin", "fraction"),
            ("return_on_equity", "fraction"),
            ("return_on_assets", "fraction"),
            ("revenue_growth", "signed_fraction"),
            ("earnings_growth", "signed_fraction"),
        )
    ),
    _compose_business,
    _business_risks,
)
HEALTH = SectionPlan(
    "health",
    _applicable(
        _fields(
            ("total_cash", "amount"),
            ("total_debt", "amount"),
            ("debt_to_equity", "ratio"),
            ("current_ratio", "ratio"),
            ("free_cash_flow", "amount"),
            ("dividend_per_share", "per_share"),
            ("dividend_yield", "fraction"),
            ("payout_ratio", "fraction"),
        )
    ),
    _compose_health,
    _health_risks,
)
ANALYSTS = SectionPlan("analysts", _analyst_figures, _compose_analysts, _analyst_risks)
