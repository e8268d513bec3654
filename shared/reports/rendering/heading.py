"""What stands above a report in every format: name, title, warnings; and the words for its sources."""

from typing import Final

from shared.domain.formatting import decimals_of
from shared.reports.language.writer import Writer
from shared.reports.report import Report
from shared.reports.text import one_line, shortened

_LONGEST: Final = 120
"""Characters of a name: the longest one of a listed company has about a hundred."""


def writer_of(report: Report) -> Writer:
    """Returns the writer of the report's language, currency and decimals."""
    price = report.price or report.recommendation.target_price
    decimals = decimals_of(report.symbol, price, report.currency, report.price_decimals)
    return Writer.of(report.language, report.currency, decimals)


def title_of(report: Report) -> str:
    """Returns name and symbol; the symbol alone of what has no name, such as in a report of a past day."""
    name = name_of(report)
    return name if name == report.symbol else f"{name} ({report.symbol})"


def name_of(report: Report) -> str:
    """Returns the name of the instrument, the symbol without one."""
    return shortened(one_line(report.name or report.symbol), _LONGEST)


def notices_of(report: Report, writer: Writer) -> list[str]:
    """Returns what a reader has to know before the figures, most important first."""
    notices = []
    if report.metadata.known_on is not None:
        notices.append(writer.say("view.known_on", day=report.metadata.known_on))
    if "sample" in report.metadata.data_sources:
        notices.append(writer.text("view.sample_data"))
    if stale := [kind_name(source.kind, writer) for source in report.sources if source.stale]:
        notices.append(writer.say("view.stale_data", kinds=writer.text("format.comma").join(stale)))
    notices += [one_line(remark.detail) for remark in report.metadata.quality]
    return notices


def source_name(source: str, writer: Writer) -> str:
    """Returns the name of a source; unknown ones are written as they are."""
    return writer.word("source_names", source, one_line(source))


def kind_name(kind: str, writer: Writer) -> str:
    """Returns the name of a kind of data; kinds of other versions are written as they are."""
    return writer.word("kinds", kind, kind.replace("_", " ").capitalize())
