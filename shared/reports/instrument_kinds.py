"""The sections of each type of report for each kind of instrument, and the units of each kind."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from shared.domain.market_data import AssetType
from shared.reports.data import ReportData
from shared.reports.language.writer import Writer
from shared.reports.missing_data import MissingData
from shared.reports.request import ReportType
from shared.reports.sections.about_company import CATALYSTS, OWNERSHIP, PROFILE, WHATS_NEW
from shared.reports.sections.company_sections import (
    ANALYSTS,
    BUSINESS,
    HEALTH,
    VALUATION,
    VALUATION_BESIDE_PEERS,
)
from shared.reports.sections.fair_value import FAIR_VALUE
from shared.reports.sections.fund import FUND
from shared.reports.sections.market import COIN, CONTRACT, LEVEL, PRICE, RATE, TECHNICALS
from shared.reports.sections.news import NEWS
from shared.reports.sections.other_claim import OTHER_CLAIM
from shared.reports.sections.own_multiples import OWN_MULTIPLES
from shared.reports.sections.peer_section import PEERS
from shared.reports.sections.performance import PERFORMANCE
from shared.reports.sections.results import BALANCE_SHEET, RESULTS
from shared.reports.sections.risks import RISKS
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.sections.thesis import METHOD, MIN_POINTS, THESIS

_WITHOUT_VOLUME: Final[frozenset[AssetType]] = frozenset({"index", "currency"})
_FUNDS: Final[frozenset[AssetType]] = frozenset({"etf", "mutual_fund"})

_NEEDS: Final = {
    "thesis": MissingData("thesis", "few_points", (("least", MIN_POINTS),)),
    "performance": MissingData("performance", "short_performance"),
    "risks": MissingData("risks", "no_risks"),
}
"""Sections that need more data than there is, each with the reason."""

_POINTS: Final = ("technicals", "income_statement", "balance_sheet", "cash_flow_statement")
_PARTS: Final = {"thesis": _POINTS, "performance": ("history",), "risks": _POINTS}
"""The parts of the data that these sections are made of; a part that is missing gives its own reason."""

_Plans = dict[ReportType, tuple[SectionPlan, ...]]

COMPANY: Final[_Plans] = {
    "comprehensive_analysis": (
        PRICE, OTHER_CLAIM, WHATS_NEW, THESIS, PROFILE, BUSINESS, RESULTS, BALANCE_SHEET, HEALTH, VALUATION,
        OWN_MULTIPLES, PEERS, FAIR_VALUE, ANALYSTS, PERFORMANCE, TECHNICALS, OWNERSHIP, CATALYSTS, RISKS,
        NEWS, METHOD,
    ),
    "technical_analysis": (PRICE, TECHNICALS),
    "fundamental_analysis": (
        PRICE, OTHER_CLAIM, WHATS_NEW, THESIS, PROFILE, BUSINESS, RESULTS, BALANCE_SHEET, HEALTH, VALUATION,
        OWN_MULTIPLES, PEERS, FAIR_VALUE, ANALYSTS, CATALYSTS, RISKS, METHOD,
    ),
    "quick_overview": (PRICE, OTHER_CLAIM, TECHNICALS, VALUATION_BESIDE_PEERS, FAIR_VALUE),
    "market_sentiment": (PRICE, NEWS, TECHNICALS),
}  # fmt: skip


def _plans(first: SectionPlan, *own: SectionPlan) -> _Plans:
    """Returns the plans of a kind without statements; ``own`` are the sections that only this kind has."""
    return {
        "comprehensive_analysis": (first, PERFORMANCE, TECHNICALS, *own, NEWS),
        "technical_analysis": (first, TECHNICALS),
        "fundamental_analysis": (first, PERFORMANCE, *own),
        "quick_overview": (first, PERFORMANCE, TECHNICALS, *own),
        "market_sentiment": (first, NEWS, TECHNICALS),
    }


PLANS: Final[dict[AssetType, _Plans]] = {
    "equity": COMPANY,
    "etf": _plans(PRICE, FUND),
    "mutual_fund": _plans(PRICE, FUND),
    "index": _plans(LEVEL),
    "currency": _plans(RATE),
    "cryptocurrency": _plans(COIN),
    "future": _plans(CONTRACT),
    "other": _plans(PRICE),
}


def plans_for(report_type: ReportType, data: ReportData, writer: Writer) -> tuple[SectionPlan, ...]:
    """Returns the sections of a type of report on this kind of instrument for which there is data."""
    return tuple(plan for plan in PLANS[data.quote.asset_type][report_type] if plan.applies(data, writer))


def sections_left_out(
    report_type: ReportType, data: ReportData, plans: Sequence[SectionPlan]
) -> tuple[MissingData, ...]:
    """Returns the sections that need more data than there is.

    Sections that are left out for want of a part of the data are not among them: the part has its own reason.

    Args:
        report_type: The type of report.
        data: The data of the report.
        plans: The sections that are not left out.
    """
    left_out = {plan.key for plan in PLANS[data.quote.asset_type][report_type]} & _NEEDS.keys()
    left_out -= {plan.key for plan in plans}
    if data.history is not None and data.history.adjustment == "none":
        left_out -= {"performance"}
    parts = data.parts.keys()
    return tuple(missing for key, missing in _NEEDS.items() if key in left_out and parts >= set(_PARTS[key]))


def in_own_units(data: ReportData) -> ReportData:
    """Returns the data in the units of the kind of instrument, with what no source has for the kind.

    An index is counted in points: its currency is that of its members. Indexes and currency pairs have no
    volume and no market value of their own.
    """
    kind = data.quote.asset_type
    data = replace(data, missing=(*data.missing, *_unavailable(data)))
    fund = data.fundamentals.fund if data.fundamentals else None
    if fund is not None and fund.net_assets is not None:
        # The listed units are a part of them: 207 beside 328 billion dollars would contradict each other.
        data = replace(data, quote=data.quote.model_copy(update={"market_cap": None}))
    if kind not in _WITHOUT_VOLUME:
        return data
    update = {"volume": None, "market_cap": None}
    history = data.history and data.history.model_copy(
        update={
            "asset_type": kind,
            "candles": tuple(one.model_copy(update={"volume": None}) for one in data.history.candles),
        }
    )
    quote, technicals = data.quote.model_copy(update=update), data.technicals
    if kind == "index":
        unit = {"currency": None}
        quote = quote.model_copy(update=unit)
        history = history and history.model_copy(update=unit)
        technicals = technicals and technicals.model_copy(update=unit)
    return replace(data, quote=quote, history=history, technicals=technicals)


def _unavailable(data: ReportData) -> tuple[MissingData, ...]:
    """Returns what no source has of the kind of instrument, or its source has not of this one."""
    kind, known = data.quote.asset_type, data.fundamentals
    if kind == "future":
        return (MissingData("future", "no_source"),)
    if kind not in _FUNDS:
        return ()
    tracking = MissingData("tracking", "not_read")
    if known is None or known.fund or any(one.subject == "fundamentals" for one in data.missing):
        return (tracking,)
    values = (("source", known.source), ("symbol", data.quote.symbol))
    return (MissingData("fund", "no_figures", values), tracking)
