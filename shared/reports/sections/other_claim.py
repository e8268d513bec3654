"""The section on a preferred share, a note or a warrant: what it pays, and what does not apply to it."""

import re
from typing import Final

from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Writer
from shared.reports.sections.section_fields import SectionField, read
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.subject import instrument_of
from shared.reports.valuation.applicability import other_claim

_COUPON: Final = re.compile(r"(\d{1,2}(?:\.\d{1,5})?) ?%")
_PREFERRED: Final = "preferred_stock"
_FIELDS: Final = (
    SectionField("fundamentals", "dividend_per_share", "per_share"),
    SectionField("fundamentals", "dividend_yield", "fraction"),
)


def coupon_of(name: str | None) -> float | None:
    """Returns the rate that the name of a security states, in percent; None without one."""
    stated = _COUPON.search(name or "")
    return float(stated[1]) if stated else None


def _figures(data: ReportData) -> tuple[KeyFigure, ...]:
    if other_claim(instrument_of(data)) is None:
        return ()
    coupon = coupon_of(data.quote.name)
    stated = () if coupon is None else (KeyFigure("coupon", coupon, "percent", "quote"),)
    return (*stated, *read(data, _FIELDS))


def _compose(data: ReportData, writer: Writer) -> str:
    claim = other_claim(instrument_of(data))
    if claim is None:
        return ""
    known = data.fundamentals
    rate = known.dividend_yield if known else None
    return writer.paragraph(
        writer.text("claim.preferred_stock" if claim == _PREFERRED else "claim.other"),
        writer.say("claim.coupon", coupon=coupon_of(data.quote.name), cite=data.cite("quote")),
        writer.say("claim.dividend", rate=rate or None, cite=data.cite("fundamentals")),
    )


OTHER_CLAIM = SectionPlan("claim", _figures, _compose, optional_figures=True, fixed=True)
