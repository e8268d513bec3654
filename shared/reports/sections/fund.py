"""The section on a fund."""

from shared.reports.data import ReportData
from shared.reports.language.writer import Writer
from shared.reports.sections.fields import Field, figures_of
from shared.reports.sections.plan import SectionPlan


def _compose(data: ReportData, writer: Writer) -> str:
    known = data.fundamentals
    if known is None or known.dividend_yield is None:
        return writer.text("fund.unknown")
    return writer.say("fund.dividend", dividend=known.dividend_yield, cite=data.cite("fundamentals"))


FUND = SectionPlan(
    "fund",
    figures_of(
        Field("fundamentals", "market_cap", "amount"),
        Field("fundamentals", "trailing_pe", "times"),
        Field("fundamentals", "dividend_yield", "fraction"),
        Field("fundamentals", "beta", "ratio"),
    ),
    _compose,
)
