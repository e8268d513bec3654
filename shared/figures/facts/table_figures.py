"""Reads the figures out of the tables of facts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Final

from shared.figures.facts.content_words import STOP_WORDS
from shared.figures.facts.data_texts import MAX_DEPTH
from shared.figures.facts.known_figures import KnownFigure, fact_period
from shared.figures.facts.table_scales import scale_of
from shared.figures.reading.found_periods import bare_years, find_periods
from shared.figures.reading.known_metrics import Kind, meanings
from shared.figures.reading.lexicon import fold, places_of, tokens
from shared.figures.reading.numerals import numerals
from shared.figures.reading.rare_pattern import RarePattern
from shared.figures.reading.sentence_reader import vocabulary
from shared.figures.reading.stated_periods import FactPeriod, StatedPeriod
from shared.figures.reading.units import Unit

_CELL: Final = RarePattern(
    r"^[\s$€£¥US(+−–-]*\.?\d[\d,.\s]*\)?\s?(?:%|x|bps?|[kmbt]|bn|mn)?\s?\)?\s?(?:%|[A-Z]{3})?$", re.IGNORECASE
)
_NEGATIVE: Final = RarePattern(r"^\s*[$€£¥]?\s?\(|^\s*[$€£¥]?\s?[-−–]\s?[$€£¥]?\s?[\d.]")
_UNSCALED: Final = re.compile(
    r"%|(?<![^\W\d_])(?:per share|percent(?:ages?)?|per cent|ratios?|rates?|number of|employees|je aktie"
    r"|par action)(?![^\W\d_])",
    re.IGNORECASE,
)
LABEL: Final = "row:"
"""Begins the names of metrics that are rows of tables."""


def figures_of_table(
    rows: Sequence[Sequence[str]], context: str, symbol: str, fact_id: int | None, as_of: str | None
) -> Iterator[KnownFigure]:
    """Yields the figures of a table.

    Args:
        rows: The cells.
        context: The text around it, which may tell the scale of its figures.
        symbol: The company it is about.
        fact_id: The number of its fact.
        as_of: RFC 3339 moment of the fact, or None.
    """
    header_rows = list(takewhile(_is_header, rows))
    columns = _columns(header_rows)
    scale = scale_of(" ".join(" ".join(row) for row in header_rows)) or scale_of(context)
    section = ""
    for row in rows[len(header_rows) :]:
        label = row[0].strip() if row else ""
        if not any(_CELL.match(cell.strip()) for cell in row[1:]):
            section = label or section
            continue
        for column, cell in enumerate(row[1:], start=1):
            header = columns[column] if column < len(columns) else ""
            yield from _cell(cell, (label, section, header), scale, symbol, fact_id, as_of)


def tables_of_text(text: str) -> tuple[list[list[list[str]]], str]:
    """Returns the tables in a text (cells between ``|`` or tabs), and the text without them."""
    tables: list[list[list[str]]] = []
    rest: list[str] = []
    current: list[list[str]] = []
    for line in text.splitlines():
        cells = split_row(line)
        if cells is None:
            if len(current) > 1:
                tables.append(current)
            current = []
            rest.append(line)
        elif not all(set(cell.strip()) <= set("-: ") for cell in cells):
            current.append(cells)
    if len(current) > 1:
        tables.append(current)
    return tables, "\n".join(rest)


def split_row(line: str) -> list[str] | None:
    """Returns the cells of a line of a table; None for another line."""
    if line.count("|") >= 2:
        return [cell.strip() for cell in line.strip().strip("|").split("|")]
    if line.count("\t") >= 1:
        return [cell.strip() for cell in line.split("\t")]
    return None


def tables_of_data(data: object, depth: int = 0) -> Iterator[list[list[str]]]:
    """Yields the tables among the values of data: lists of lists of cells."""
    if isinstance(data, Mapping):
        for value in data.values():
            if depth < MAX_DEPTH:
                yield from tables_of_data(value, depth + 1)
    elif isinstance(data, list | tuple) and data and all(isinstance(row, list | tuple) for row in data):
        yield [["" if cell is None else str(cell) for cell in row] for row in data]


def labels_of_table(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yields the row labels of a table as pairs of metric and name."""
    for row in rows[sum(1 for _ in takewhile(_is_header, rows)) :]:
        label = row[0].strip(" .:") if row else ""
        if label and any(_CELL.match(cell.strip()) for cell in row[1:]):
            yield label_metric(label), label


def label_metric(label: str) -> str:
    """Returns the name of the metric that a row of a table is."""
    return LABEL + " ".join(token.key for token in tokens(label))


def _is_header(row: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in row[1:] if cell.strip()]
    figures = [
        cell for cell in cells if _CELL.match(cell) and not re.fullmatch(r"(?:FY\s?)?(?:19|20)\d\d", cell)
    ]
    return not figures and (bool(cells) or not any(row))


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Returns the titles of the columns: rows are joined, a title over several columns is repeated."""
    titles: list[str] = []
    for row in rows:
        last = ""
        for column, cell in enumerate(row):
            while len(titles) <= column:
                titles.append("")
            last = cell.strip() or last if column else cell.strip()
            titles[column] = f"{titles[column]} {last if column else ''}".strip()
    return titles


def _cell(
    cell: str,
    names: tuple[str, str, str],
    scale: float | None,
    symbol: str,
    fact_id: int | None,
    as_of: str | None,
) -> Iterator[KnownFigure]:
    label, section, header = names
    if not _CELL.match(cell.strip()):
        return
    number = next(numerals(re.sub(r"[()]", " ", cell).replace("−", "-")), None)
    if number is None:
        return
    percent = "%" in cell or number.unit is Unit.PERCENT or "%" in header
    value = number.readings[-1 if "," in cell else 0].value * (-1 if _NEGATIVE.match(cell) else 1)
    words = frozenset(fold(token.key) for token in tokens(f"{label} {section} {header}")) - STOP_WORDS
    known = next((meanings(metric) for metric in _known_names(label)), ())
    figure = KnownFigure(
        fact_id, symbol, label_metric(label), label.strip(" .:"), value, Kind.PERCENT if percent else None,
        number.currency, _column_period(header), as_of, None, words, known,
    )  # fmt: skip
    yield figure
    factor = scale_of(f"{label} {header}") or scale
    if factor and not percent and not _UNSCALED.search(f"{label} {header}"):
        yield figure._replace(value=value * factor)


def _known_names(label: str) -> Iterator[str]:
    words = tokens(label)
    for mention in vocabulary()[0].find(label, words, places_of(words)):
        if mention.end - mention.start >= len(label.strip(" .:")) * 0.8:
            yield mention.value


def _column_period(header: str) -> FactPeriod | None:
    keys = {token.key for token in tokens(header)}
    found = [mention.period for mention in find_periods(header, keys) if mention.period is not None]
    years = [year for year, _, _ in bare_years(header)]
    if len(set(years)) > 1:
        return None
    period = found[0] if found else StatedPeriod(years[0]) if years else None
    return fact_period(period if period is None or period.year or not years else _with_year(period, years[0]))


def _with_year(period: StatedPeriod, year: int) -> StatedPeriod:
    return StatedPeriod(year, period.quarter, period.half, period.month, period.day, period.fiscal)
