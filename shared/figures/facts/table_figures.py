"""Reads the figures out of the tables of facts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Final

from shared.figures.facts.content_words import STOP_WORDS
from shared.figures.facts.data_figures import MAX_DEPTH
from shared.figures.facts.known_figures import KnownFigure, fact_period
from shared.figures.reading.known_metrics import Kind, meanings
from shared.figures.reading.lexicon import fold, places_of, tokens
from shared.figures.reading.numerals import numerals
from shared.figures.reading.sentence_reader import vocabulary
from shared.figures.reading.stated_periods import FactPeriod, StatedPeriod, bare_years, find_periods
from shared.figures.reading.units import LETTERS, SCALES, Unit

_SCALE: Final = re.compile(
    r"(?:\bin|[$€£¥]|\b(?:dollars|amounts|figures|shares|usd|eur|gbp"
    r"|jpy)\b(?:\sin)?)[\s(]{0,2}(?:us\s?)?[$€£¥]?\s?"
    r"(?P<scale>thousands?|millions?|billions?|trillions?|tn|bn|mn|m|k|tsd|mio|mrd|milliers|milliards)\b"
    r"|(?P<cjk>十億円|10億円|兆円|百万円|億円|千円|亿元|万元|억원|백만원)|[(]\s?000s?\s?[)]|[$€£]000",
    re.IGNORECASE,
)
_FACTORS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("thousand", "thousands", "k", "tsd", "milliers"), 1e3),
    **dict.fromkeys(("million", "millions", "mn", "m", "mio"), 1e6),
    **dict.fromkeys(("billion", "billions", "bn", "mrd", "milliards"), 1e9),
    **dict.fromkeys(("trillion", "trillions", "tn"), 1e12),
    "百万円": 1e6,
    "十億円": 1e9,
    "10億円": 1e9,
    "兆円": 1e12,
    "億円": 1e8,
    "千円": 1e3,
    "亿元": 1e8,
    "万元": 1e4,
    "억원": 1e8,
    "백만원": 1e6,
}
_TITLE_FACTORS: Final[Mapping[str, tuple[float, ...]]] = {
    "10億": (1e9,),
    "m": (1e6,),
    "miles_de_millones": (1e9,),
}
_SCALE_WORDS: Final = (
    r"miles de millones|mille milliards|thousands?|millions?|billions?|trillions?|bn|mn|mln|mld|tn|m"
    r"|(?<=[$€£¥])b"
    r"|Mrd|Mio|Tsd|Md|Millionen|Milliarden|milliards?"
    r"|milliers|miliardi|milioni|millones|millón|milhões|bilhões"
    r"|bilhão|百万|百萬|十亿|十億|10億|亿|億|万亿|兆|백만|십억|억|조"
)
_CURRENCY_NAMES: Final = (
    r"[$€£¥]|(?:US|HK|C|A)\$|[A-Z]{3}|dollars?|Dollar|euros?|Euros?|francs?|Franken|pounds?|Pfund|livres?|yen|Yen|won"
    r"|dólares|dólares|libras|francos|dollari|euro|sterline|franchi|reais|元|美元|港元|人民币|円|ドル|ユーロ|원|달러"
)
_SCALE_IN_TITLE: Final = re.compile(
    rf"(?:[(（\[]\s?(?:(?:all )?(?:figures |Angaben |amounts )?(?:in|en|单位[:：]|单位|単位[:：])\s?)?"
    rf"(?:{_CURRENCY_NAMES})?\s?(?P<scale>{_SCALE_WORDS})\.?\s?(?:of |de |d['’]|di )?"
    rf"(?:(?:US|HK|Swiss|Schweizer)[\s-]?)?(?:{_CURRENCY_NAMES})?\s?[)）\]]"
    rf"|(?:\b(?:in|en)\s)?\b(?P<plain>{_SCALE_WORDS})\.?\s(?:of |de |d['’]|di )?(?:{_CURRENCY_NAMES})(?!\w))",
    re.IGNORECASE,
)
"""The scale of a table in several languages: ``(Mrd. Franken)``, ``en millions d'euros``, ``(単位:億円)``."""
_CELL: Final = re.compile(
    r"^[\s$€£¥US(+−–-]*\.?\d[\d,.\s]*\)?\s?(?:%|x|bps?|[kmbt]|bn|mn)?\s?\)?\s?(?:%|[A-Z]{3})?$", re.IGNORECASE
)
_NEGATIVE: Final = re.compile(r"^\s*[$€£¥]?\s?\(|^\s*[$€£¥]?\s?[-−–]\s?[$€£¥]?\s?[\d.]")
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


def scale_of(text: str) -> float | None:
    """Returns the factor that a title states (``in millions``, ``$bn``); None without one."""
    title = _SCALE_IN_TITLE.search(text)
    if title is not None:
        word = (title["scale"] or title["plain"]).lower().replace(" ", "_")
        factors = _TITLE_FACTORS.get(word) or SCALES.get(word) or SCALES.get(f"{word}.") or LETTERS.get(word)
        if factors is not None:
            return factors[0]
    match = _SCALE.search(text)
    if match is None:
        return None
    return _FACTORS.get((match["scale"] or match["cjk"] or "thousands").lower(), 1e3)


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
