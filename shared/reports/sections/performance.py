"""The section on performance: changes over several spans, beside those of an index or what was usual."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Final

from shared.domain.market_data import History
from shared.market.analysis.periods import months_before
from shared.reports.data import ReportData, share_index_of
from shared.reports.key_figure import KeyFigure
from shared.reports.language.writer import Writer
from shared.reports.report import ReportTable, TableRow
from shared.reports.sections.section_plan import SectionPlan
from shared.reports.subject import return_closes_of

_MONTHS: Final = {"1mo": 1, "3mo": 3, "6mo": 6, "1y": 12, "3y": 36, "5y": 60}
"""Length in calendar months by code: of the spans that readers compare with those of other services."""
_SPANS: Final = ("1w", *_MONTHS)
_SLACK: Final = timedelta(days=7)
"""The first close may be so much later than the start of a span: five years of candles begin after it."""
_WITH_USUAL: Final = ("1w", "1mo", "3mo", "6mo", "1y")
"""Spans of which five years have enough for a median."""
_LENGTHS_OF_HISTORY: Final = 3
"""A median over spans of one length needs a history of so many lengths."""
_KIND: Final = "performance"
_OWN, _OF_INDEX, _USUAL = "return", "index_return", "usual_return"
"""What names of figures begin with: the own change, that of the index, the median of the own history."""

_Closes = Sequence[float]


def span_start(code: str, last: date, count: int = 1) -> date:
    """Returns the day on which a number of spans of one length begins that end on a day."""
    months = _MONTHS.get(code)
    return last - timedelta(weeks=count) if months is None else months_before(last, months * count)


def returns_of(history: History | None) -> dict[str, float]:
    """Returns the change of price over each span that the history covers, as fractions by code.

    Prices are adjusted for splits, special dividends and spin-offs, for which indexes are adjusted too. Other
    dividends do not count, as they do not in most indexes. No span crosses a jump that nothing explains.
    """
    days, closes = _closes(history)
    if not days:
        return {}
    starts = {code: _first(days, span_start(code, days[-1])) for code in _SPANS}
    return {
        code: closes[-1] / closes[first] - 1
        for code, first in starts.items()
        if first is not None and closes[first] > 0
    }


def usual_returns_of(history: History | None) -> dict[str, float]:
    """Returns the median change of price over all spans of each length that the history has, by code."""
    days, closes = _closes(history)
    usual = {}
    for code in _WITH_USUAL:
        if not days or days[0] - _SLACK > span_start(code, days[-1], _LENGTHS_OF_HISTORY):
            continue
        changes = _changes(days, closes, code)
        if changes:
            usual[code] = median(changes)
    return usual


def _changes(days: Sequence[date], closes: _Closes, code: str) -> list[float]:
    """Returns the change of price over each span of a length that ends on one of the days."""
    starts = (bisect_right(days, span_start(code, day)) - 1 for day in days)
    return [
        close / closes[first] - 1
        for close, first in zip(closes, starts, strict=True)
        if first >= 0 and closes[first] > 0
    ]


def _closes(history: History | None) -> tuple[Sequence[date], _Closes]:
    """Returns days and closes, oldest first; none when they are not adjusted for splits."""
    closes = return_closes_of(history)
    return [day for day, _ in closes], [close for _, close in closes]


def _first(days: Sequence[date], start: date) -> int | None:
    """Returns the index of the last day up to the start of a span; None when the history begins later."""
    index = bisect_right(days, start) - 1
    if index >= 0:
        return index
    return 0 if days[0] - start <= _SLACK < days[-1] - days[0] else None


def performance_figures(data: ReportData) -> tuple[KeyFigure, ...]:
    """Returns the changes of the price, and beside each that of the index, or what was usual without one."""
    index, of_index = share_index_of(data.quote), returns_of(_up_to(data.index, data.history))
    usual = {} if of_index else usual_returns_of(data.history)
    figures = []
    for code, value in returns_of(data.history).items():
        figures.append(_figure(_OWN, code, value, _OWN))
        if index is not None and code in of_index:
            figures.append(_figure(_OF_INDEX, code, of_index[code], _OWN, index.symbol))
        if code in usual:
            figures.append(_figure(_USUAL, code, usual[code], _USUAL))
    return tuple(figures)


def _up_to(index: History | None, history: History | None) -> History | None:
    """Returns the history of an index up to the last day of another one: spans end on the same day."""
    if index is None or history is None or not history.candles:
        return index
    last = history.candles[-1].timestamp
    candles = tuple(candle for candle in index.candles if candle.timestamp <= last)
    return index.model_copy(update={"candles": candles})


def _figure(kind: str, code: str, value: float, label: str, symbol: str | None = None) -> KeyFigure:
    return KeyFigure(
        f"{kind}_{code}",
        value,
        "signed_fraction",
        _KIND,
        code,
        label=f"{label}_{code}",
        metric="change_percent",
        symbol=symbol,
        in_table=True,
    )


def _tables(data: ReportData, writer: Writer) -> tuple[ReportTable, ...]:
    own = _changes_of(data, _OWN)
    index = share_index_of(data.quote)
    rows = (
        (_OWN, data.quote.symbol),
        (_OF_INDEX, index.name if index else ""),
        (_USUAL, writer.text("labels.usual_return")),
    )
    return (
        ReportTable(
            name=_KIND,
            title=writer.text("tables.performance"),
            columns=tuple(writer.text(f"labels.return_{code}") for code in own),
            rows=tuple(
                TableRow(
                    label=label,
                    cells=tuple(writer.figure(changes.get(code), "signed_fraction") for code in own),
                )
                for kind, label in rows
                if (changes := _changes_of(data, kind))
            ),
        ),
    )


def _changes_of(data: ReportData, kind: str) -> dict[str, float]:
    """Returns the computed changes of one kind, by code."""
    values = {figure.name: float(figure.value) for figure in data.calculations.get(_KIND, ())}
    return {code: values[name] for code in _SPANS if (name := f"{kind}_{code}") in values}


def _compose(data: ReportData, writer: Writer) -> str:
    own, cite, what = _changes_of(data, _OWN), data.cite(_KIND), writer.text(f"what.{data.priced_as}")
    sentences = []
    sides = {code: writer.side(value, 0.0, "signed_fraction") for code, value in own.items()}
    for way, side in (("rose", "above"), ("fell", "below")):
        spans = [writer.text(f"labels.return_{code}") for code in own if sides[code] == side]
        if spans:
            sentences.append(
                writer.say(f"performance.{way}", what=what, spans=writer.listed(spans), cite=cite)
            )
    if not sentences:
        sentences.append(writer.say("performance.unchanged", what=what, cite=cite))
    return writer.paragraph(*sentences, _beside_index(data, own, writer), _beside_usual(data, own, writer))


def _beside_index(data: ReportData, own: Mapping[str, float], writer: Writer) -> str:
    """Returns how the changes compare with those of the index."""
    index, changes = share_index_of(data.quote), _changes_of(data, _OF_INDEX)
    if index is None or not changes:
        return ""
    said = {"index": index.name, "cite": data.cite(_KIND)}
    return writer.paragraph(
        *_compared("", own, changes, writer, said),
        writer.say("performance.with_dividends", index=index.name) if index.counts_dividends else "",
    )


def _beside_usual(data: ReportData, own: Mapping[str, float], writer: Writer) -> str:
    """Returns how the changes compare with the median of the own history."""
    changes, closes = _changes_of(data, _USUAL), return_closes_of(data.history)
    if not closes or not changes:
        return ""
    said: dict[str, str | date] = {"first": closes[0][0], "cite": data.cite(_KIND)}
    return writer.paragraph(*_compared("usual_", own, changes, writer, said))


def _compared(
    prefix: str,
    own: Mapping[str, float],
    changes: Mapping[str, float],
    writer: Writer,
    said: Mapping[str, str | date],
) -> Iterator[str]:
    """Yields sentences on the longest span, and on the best and the worst of the shorter ones.

    Args:
        prefix: What the keys of the sentences below ``performance`` begin with.
        own: The changes of the price by code.
        changes: What they are compared with, by code, the longest span last.
        writer: Writes the sentences.
        said: Further values of their placeholders.
    """

    def sentence(key: str, code: str) -> str:
        span = writer.text(f"labels.return_{code}")
        return writer.say(
            f"performance.{prefix}{key}", span=span, value=own[code], other=changes[code], **said
        )

    if all(writer.side(own[code], 0.0, "signed_fraction") == "at" for code in changes):
        # A price that did not move compares with nothing.
        return
    *shorter, longest = changes
    side = writer.side(own[longest], changes[longest], "signed_fraction")
    yield sentence({"above": "more", "at": "same", "below": "less"}[side], longest)
    if not shorter:
        return
    ahead = {code: own[code] - changes[code] for code in shorter}
    best, worst = max(shorter, key=ahead.__getitem__), min(shorter, key=ahead.__getitem__)
    if writer.side(ahead[best], ahead[worst], "signed_fraction") != "at":
        yield sentence("best", best)
        yield sentence("worst", worst)


PERFORMANCE = SectionPlan(_KIND, lambda data: data.calculations.get(_KIND, ()), _compose, tables=_tables)
