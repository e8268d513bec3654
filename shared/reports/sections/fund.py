"""The section on a fund."""

from shared.reports.data import ReportData
from shared.reports.language.writer import Writer
from shared.reports.sections.section_fields import SectionField, figures_of
from shared.reports.sections.section_plan import SectionPlan


def _compose(data: ReportData, writer: Writer) -> str:
    known = data.fundamentals
    if known is None or known.dividend_yield is None:
        return writer.text("fund.unknown")
    return writer.say("fund.dividend", dividend=known.dividend_yield, cite=data.cite("fundamentals"))


FUND = SectionPlan(
    "fund",
    figures_of(
        SectionField("fundamentals", "market_cap", "amount"),
        SectionField("fundamentals", "trailing_pe", "times"),
        SectionField("fundamentals", "dividend_yield", "fraction"),
        SectionField("fundamentals", "beta", "ratio"),
    ),
    _compose,
)
