"""The sections on what is new, what the company does, who owns it and what comes next."""

import re
from datetime import UTC, date, datetime, time
from typing import Final

from shared.domain.company import Institution, NextEarnings, Profile
from shared.domain.formatting import ABSENT
from shared.reports.data import ReportData
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Money, Writer
from shared.reports.report import ReportArticle, ReportTable, TableRow
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.text import one_line, shortened

_HOLDERS: Final = 5
_LONGEST_SUMMARY: Final = 600
_NOT_IN_KEYS: Final = re.compile(r"[^a-z]+")


def _new_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Returns the last earnings beside the estimate, and the estimate of the current quarter."""
    known = data.earnings
    if known is None:
        return ()
    last = next((one for one in known.history if one.eps_actual is not None), None)
    coming = next((one for one in known.estimates if one.period == "current_quarter"), None)
    figures = []
    if last is not None and last.eps_actual is not None:
        period = last.period_end.isoformat()
        figures.append(
            KeyFigure("eps_actual", Money(last.eps_actual, known.currency), "per_share", "earnings", period)
        )
        if last.eps_estimate is not None:
            estimate = Money(last.eps_estimate, known.currency)
            figures.append(KeyFigure("eps_estimate", estimate, "per_share", "earnings", period))
        if last.surprise_percent is not None:
            figures.append(
                KeyFigure("surprise_percent", last.surprise_percent, "signed_percent", "earnings", period)
            )
    if coming is not None and coming.eps_mean is not None:
        figures.append(
            KeyFigure(
                "eps_mean", Money(coming.eps_mean, known.currency), "per_share", "earnings", coming.period
            )
        )
    return tuple(figures)


def _compose_new(data: ReportData, writer: Writer) -> str:
    sentences = []
    if data.earnings is not None:
        cite, currency = data.cite("earnings"), data.earnings.currency
        last = next((one for one in data.earnings.history if one.eps_actual is not None), None)
        if last is not None and last.eps_actual is not None and last.eps_estimate is not None:
            actual, estimate = Money(last.eps_actual, currency), Money(last.eps_estimate, currency)
            side = writer.side(actual, estimate, "per_share")
            way = {"above": "beat", "at": "met", "below": "missed"}[side]
            said = {"actual": actual, "estimate": estimate, "cite": cite}
            sentences.append(writer.say(f"whats_new.{way}", end=last.period_end, **said))
    if data.filings is not None and data.filings.filings:
        newest = data.filings.filings[0]
        sentences.append(
            writer.say("whats_new.filing", form=newest.form, day=newest.filed, cite=data.cite("filings"))
        )
    known = [sentence for sentence in sentences if sentence]
    if known:
        known.append(writer.text(f"whats_new.{'guidance_in_filings' if data.filings else 'no_guidance'}"))
    return writer.paragraph(*known)


def _filings(data: ReportData) -> tuple[ReportArticle, ...]:
    return tuple(
        ReportArticle(
            title=f"{filing.form}: {filing.title}",
            publisher="SEC",
            url=filing.url if filing.url.startswith(("https://", "http://")) else None,
            published_at=datetime.combine(filing.filed, time(), UTC),
        )
        for filing in (data.filings.filings if data.filings else ())
    )


def _compose_profile(data: ReportData, writer: Writer) -> str:
    known = data.profile
    if known is None:
        return ""
    cite = data.cite("profile")
    sentences = [
        _industry(known, writer, cite),
        writer.say("profile.employees", count=known.employees, cite=cite),
    ]
    if known.business_summary and writer.language == "en":
        # Sources describe companies in English.
        sentences.append(shortened(one_line(known.business_summary), _LONGEST_SUMMARY))
    return writer.paragraph(*sentences)


def _industry(known: Profile, writer: Writer, cite: str) -> str:
    sector = _sector(known, writer)
    if known.industry is None or known.industry == known.sector:
        return writer.say("profile.sector", sector=sector, cite=cite)
    return writer.say("profile.industry", industry=known.industry, sector=sector, cite=cite)


def _sector(known: Profile, writer: Writer) -> str | None:
    """Returns the sector in the language of the writer, or as the source names it."""
    if known.sector is None:
        return None
    return writer.word("sectors", _NOT_IN_KEYS.sub("_", known.sector.casefold()).strip("_"), known.sector)


def _holder_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    return tuple(
        KeyFigure(
            "percent_held", one.percent_held, "percent", "holders", _day(one.reported_on), in_table=True
        )
        for one in _largest(data)
        if one.percent_held is not None
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _largest(data: ReportData) -> tuple[Institution, ...]:
    known = data.holders.institutions if data.holders else ()
    return tuple(one for one in known if one.percent_held is not None)[:_HOLDERS]


def _compose_ownership(data: ReportData, writer: Writer) -> str:
    largest, cite = _largest(data), data.cite("holders")
    sentences = []
    if largest:
        named = {"name": one_line(largest[0].name), "share": largest[0].percent_held, "cite": cite}
        if len(largest) > 1:
            second = {"second": one_line(largest[1].name), "other": largest[1].percent_held}
            sentences.append(writer.say("ownership.largest_two", **named, **second))
        else:
            sentences.append(writer.say("ownership.largest", **named))
    bought = sum(one.transaction_shares or 0 for one in (data.holders.insiders if data.holders else ()))
    if bought:
        side = "bought" if bought > 0 else "sold"
        sentences.append(writer.say(f"ownership.insiders_{side}", cite=cite))
    return writer.paragraph(*sentences)


def _ownership_tables(data: ReportData, writer: Writer) -> tuple[ReportTable, ...]:
    largest = _largest(data)
    if not largest:
        return ()
    rows = tuple(
        TableRow(
            label=one.name,
            cells=(
                writer.figure(one.percent_held, "percent"),
                writer.figure(one.shares, "large"),
                writer.day(one.reported_on) if one.reported_on else ABSENT,
            ),
        )
        for one in largest
    )
    columns = tuple(writer.text(f"labels.{name}") for name in ("percent_held", "shares_held", "reported_on"))
    title = writer.text("tables.holders")
    return (ReportTable(name="holders", title=title, columns=columns, rows=rows),)


def _compose_catalysts(data: ReportData, writer: Writer) -> str:
    known = data.earnings
    sentences = []
    coming = next_earnings_of(data)
    if coming is not None:
        sentences.append(_next_earnings(coming, data, writer))
    if known is not None:
        estimate = next((one for one in known.estimates if one.period == "current_quarter"), None)
        if estimate is not None and estimate.eps_mean is not None:
            last = next((one.eps_actual for one in known.history if one.eps_actual is not None), None)
            said = {"estimate": Money(estimate.eps_mean, known.currency), "cite": data.cite("earnings")}
            if last is not None:
                said["last"] = Money(last, known.currency)
            sentences.append(writer.say(f"catalysts.estimate{'' if last is None else '_after'}", **said))
    return writer.paragraph(*sentences)


def next_earnings_of(data: ReportData) -> NextEarnings | None:
    """Returns the next publication of earnings; None when it is not known or over by the quote."""
    coming = data.earnings.next if data.earnings else None
    if coming is None or data.quote.as_of is None:
        return coming
    return None if (coming.date_end or coming.date) < data.quote.as_of.date() else coming


def _next_earnings(coming: NextEarnings, data: ReportData, writer: Writer) -> str:
    cite = data.cite("earnings")
    if coming.date_end is not None:
        return writer.say("catalysts.range", first=coming.date, last=coming.date_end, cite=cite)
    key = "confirmed" if coming.confirmed else "estimated"
    return writer.say(f"catalysts.{key}", day=coming.date, cite=cite)


def _none(_: ReportData) -> tuple[KeyFigure, ...]:
    return ()


WHATS_NEW = SectionPlan("whats_new", _new_figures, _compose_new, articles=_filings, optional_figures=True)
PROFILE = SectionPlan("profile", _none, _compose_profile, optional_figures=True)
OWNERSHIP = SectionPlan("ownership", _holder_figures, _compose_ownership, tables=_ownership_tables)
CATALYSTS = SectionPlan("catalysts", _none, _compose_catalysts, optional_figures=True, fixed=True)
